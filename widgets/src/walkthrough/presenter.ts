// What only the one sees who tells the story: notes, what comes next, and the time.

import { h } from "../dom.ts";
import { rebuilt } from "./markup.ts";
import type { Story } from "./story.ts";

export class Presenter {
  readonly element = h("section", { class: "pm-presenter", hidden: true, "data-testid": "presenter" });
  private readonly notes = h("div", { class: "pm-prose", "data-testid": "notes" });
  private readonly then = h("p", { class: "pm-then", "data-testid": "then" });
  private readonly clock = h("button", { type: "button", class: "pm-clock", "data-testid": "clock", onclick: () => this.start() }, "0:00");
  private begun = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.element.append(this.notes, h("div", { class: "pm-aside" }, this.clock, this.then));
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    this.element.hidden = this.isOpen;
    if (this.isOpen && !this.begun) this.start();
    clearInterval(this.ticking);
    if (this.isOpen) this.ticking = setInterval(() => this.tick(), 1000);
  }

  stop(): void {
    clearInterval(this.ticking);
  }

  /** Show what belongs to a step. */
  fill(story: Story, at: number): void {
    const { words, steps } = story;
    this.element.setAttribute("aria-label", words["presenter"]!);
    this.clock.title = words["elapsed"]!;
    const notes = steps[at]?.notes ?? "";
    this.notes.replaceChildren(notes ? rebuilt(notes) : h("p", { class: "pm-faint" }, "—"));
    const next = steps[at + 1];
    this.then.replaceChildren(h("span", { class: "pm-faint" }, `${words["then"]}: `), next ? next.title : words["end"]!);
  }

  private start(): void {
    this.begun = performance.now();
    this.tick();
  }

  private tick(): void {
    const seconds = Math.floor((performance.now() - this.begun) / 1000);
    this.clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
