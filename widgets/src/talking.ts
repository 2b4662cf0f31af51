// What is said: to the kernel, which answers, and to the person, in a sentence each.

import { h, iconButton } from "./dom.ts";
import type { Ask, Asking, Listener, Reply, Say, Talk } from "./protocol.ts";
import type { Silence } from "./silence.ts";

/** What is told the kernel without a question waits so long for more (milliseconds). */
const GATHER = 250;

export interface TalkingListener {
  /** What the kernel must know before it answers: where nodes are. */
  moved(): Asking;
  /** Questions are open, or none. */
  busy(open: boolean): void;
  /** Python has changed the canvas. */
  told(reply: Reply): void;
  /** A message went missing. */
  gap(): void;
}

export class Talking<A extends string = Ask, S extends string = Say> {
  readonly channel: Talk<A, S>;
  readonly status = h("span", { class: "pm-status-text", role: "status", "aria-live": "polite", "data-testid": "status" });
  readonly error = h("div", { class: "pm-error", role: "alert", hidden: true, "data-testid": "error" });
  readonly progress = h("div", { class: "pm-progress", hidden: true, "data-testid": "busy" });
  private readonly listener: TalkingListener;
  private readonly untold = new Map<S, Record<string, unknown>>();
  private telling: ReturnType<typeof setTimeout> | undefined;
  /** Why the kernel does not answer, while that is told. */
  private silence = "";

  constructor(talk: (listener: Listener) => Talk<A, S>, listener: TalkingListener) {
    this.listener = listener;
    this.channel = talk({
      busy: (open) => {
        this.progress.hidden = open === 0;
        listener.busy(open > 0);
      },
      silent: (why) => this.silent(why),
      awake: () => this.awake(),
      gap: () => listener.gap(),
      told: (reply) => (reply instanceof Error ? this.fail(reply.message) : listener.told(reply)),
    });
  }

  close(): void {
    clearTimeout(this.telling);
    this.channel.close();
  }

  say(sentence: string): void {
    this.status.textContent = this.status.title = sentence;
  }

  /** What was said last. */
  said(): string {
    return this.status.textContent ?? "";
  }

  fail(sentence: string): void {
    this.error.replaceChildren(
      h("span", {}, sentence),
      iconButton("close", "Close this message", () => { this.error.hidden = true; }),
    );
    this.error.hidden = false;
  }

  /** The kernel has not answered yet. */
  private silent({ sentence, answer }: Silence): void {
    if (answer === "later") this.say(sentence);
    else this.fail(sentence);
    this.silence = sentence;
  }

  private awake(): void {
    if (!this.silence) return;
    if (this.error.textContent === this.silence) this.error.hidden = true;
    if (this.said() === this.silence) this.say("");
    this.silence = "";
  }

  /** Ask, and say what went wrong if something did. */
  async ask(kind: A, fields: Record<string, unknown> = {}): Promise<Reply | null> {
    try {
      const reply = await this.channel.ask(kind, fields, this.listener.moved());
      this.error.hidden = true;
      return reply;
    } catch (error) {
      this.fail((error as Error).message);
      return null;
    }
  }

  /** Tell the kernel the latest of each kind, not more often than it matters. */
  tell(kind: S, fields: Record<string, unknown>): void {
    this.untold.set(kind, fields);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tellNow(), GATHER);
  }

  /** Tell what waits. */
  tellNow(): void {
    clearTimeout(this.telling);
    for (const [name, latest] of this.untold) this.channel.say(name, latest);
    this.untold.clear();
  }

  /** Tell where nodes rest, so that Python draws and saves what is seen. */
  tellPlaces(kind: S): void {
    const moved = this.listener.moved();
    if (moved.moved || moved.buffers) this.channel.say(kind, {}, moved);
  }
}
