// Steps that can be taken back, and taken again.

interface Step<State> {
  what: string;
  before: State;
}

const MOST = 60;
/** Changes of one slider that follow one another this closely are one step (milliseconds). */
const TOGETHER = 1200;

/** What was to be seen before each step, and after each that was taken back. */
export class History<State> {
  private readonly take: () => State;
  private readonly put: (state: State) => void;
  private readonly changed: () => void;
  private past: Step<State>[] = [];
  private future: Step<State>[] = [];
  private last = { join: "", time: -Infinity };

  constructor(take: () => State, put: (state: State) => void, changed: () => void) {
    this.take = take;
    this.put = put;
    this.changed = changed;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /**
   * Call before a step.
   *
   * @param what The step in words, as in "hiding graphene".
   * @param join Steps of the same name that follow closely are taken back as one.
   */
  mark(what: string, join = ""): void {
    const now = performance.now();
    const together = join !== "" && join === this.last.join && now - this.last.time < TOGETHER && this.canUndo;
    this.last = { join, time: now };
    if (together) return;
    this.past.push({ what, before: this.take() });
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
    this.changed();
  }

  /** Take back the last step. Returns it in words, null if there is none. */
  undo(): string | null {
    return this.swap(this.past, this.future);
  }

  redo(): string | null {
    return this.swap(this.future, this.past);
  }

  clear(): void {
    this.past = [];
    this.future = [];
    this.last.join = "";
    this.changed();
  }

  private swap(from: Step<State>[], to: Step<State>[]): string | null {
    const step = from.pop();
    if (!step) return null;
    this.last.join = "";
    to.push({ what: step.what, before: this.take() });
    this.put(step.before);
    this.changed();
    return step.what;
  }
}
