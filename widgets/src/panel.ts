// The panel of details: what it shows, what it showed before, and where the keyboard goes after it.

import { focused, h, iconButton } from "./dom.ts";

export interface Shown {
  kind: "concept" | "evidence" | "answer" | "menu" | "paths" | "views" | "step";
  id: string;
  /** What was shown, where it cannot be asked for again without changing the canvas. */
  kept?: HTMLElement;
}

const MOST = 30;

export class Panel {
  readonly element: HTMLElement;
  private readonly body = h("div", { class: "pm-panel-body", tabindex: -1 });
  private readonly back: HTMLButtonElement;
  private readonly root: HTMLElement;
  private readonly closed: () => void;
  private history: Shown[] = [];
  private returnTo: HTMLElement | null = null;
  private turn = 0;

  constructor(root: HTMLElement, reopen: (shown: Shown) => void, closed: () => void) {
    this.root = root;
    this.closed = closed;
    this.back = iconButton("back", "Back", () => {
      this.history.pop();
      const before = this.history.at(-1);
      if (before?.kept) this.open(before, before.kept);
      else if (before) reopen(before);
      else this.close();
    }, "back");
    this.element = h(
      "aside", { class: "pm-panel", "aria-label": "Details", hidden: true, "data-testid": "panel" },
      h("div", { class: "pm-panel-head" }, this.back, iconButton("close", "Close details (Esc)", () => this.close(), "close")),
      this.body,
    );
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get shown(): Shown | undefined {
    return this.history.at(-1);
  }

  /** Call before asking for details; the answer is still wanted if `isWanted` says so of the number. */
  want(): number {
    return ++this.turn;
  }

  isWanted(turn: number): boolean {
    return turn === this.turn;
  }

  open(shown: Shown, content: HTMLElement): void {
    if (!this.isOpen) this.returnTo = focused(this.root);
    const { shown: last } = this;
    if (last?.kind !== shown.kind || last.id !== shown.id) this.history.push(shown);
    else last.kept = shown.kept;
    if (this.history.length > MOST) this.history.shift();
    this.back.hidden = this.history.length < 2;
    const held = focused(this.root);
    const within = held !== null && this.body.contains(held);
    this.body.replaceChildren(content);
    this.body.scrollTop = 0;
    this.element.hidden = false;
    // Focus follows a keyboard into the panel; a mouse stays where it is.
    if (this.root.classList.contains("pm-keys")) this.body.focus();
    // What had it is gone: it stays with what does the same now, so that the next key is still ours.
    else if (within) (this.body.querySelector<HTMLElement>(`[data-testid="${held.dataset["testid"]}"]`) ?? this.body).focus({ preventScroll: true });
  }

  close(): void {
    this.turn++;
    if (!this.isOpen) return this.closed();
    const inside = this.element.contains(focused(this.root));
    this.element.hidden = true;
    this.history = [];
    this.closed();
    if (!inside) return;
    const back = this.returnTo !== document.body && this.returnTo?.isConnected ? this.returnTo : null;
    (back ?? this.root.querySelector<HTMLElement>(".pm-stage"))?.focus({ preventScroll: true });
  }
}
