// What only the one sees who tells the story: notes, what comes next, and the time; below the story, or in a window of its own.

import { h, iconButton } from "../dom.ts";
import { rebuilt } from "./markup.ts";
import type { Story } from "./story.ts";

export interface PresenterListener {
  /** A key was pressed in the window of the presenter. Returns whether it stands for anything. */
  key(event: KeyboardEvent): boolean;
  /** It is shown, or no longer. */
  shown(open: boolean): void;
}

export class Presenter {
  readonly element = h("section", { class: "pm-presenter", hidden: true, "data-testid": "presenter" });
  private readonly listener: PresenterListener;
  private readonly notes = h("div", { class: "pm-prose", "data-testid": "notes" });
  private readonly then = h("p", { class: "pm-then", "data-testid": "then" });
  private readonly where = h("p", { class: "pm-faint", "data-testid": "presenter-step" });
  private readonly clock = h("button", { type: "button", class: "pm-clock", "data-testid": "clock", onclick: () => this.start() }, "0:00");
  private readonly out = iconButton("full", "", () => this.part(), "presenter-window");
  /** Where the element stands in the page. */
  private readonly place = document.createComment("presenter");
  private window: Window | null = null;
  private begun = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;

  constructor(listener: PresenterListener) {
    this.listener = listener;
    this.element.append(this.notes, h("div", { class: "pm-aside" }, h("div", { class: "pm-tools" }, this.clock, h("span", { class: "pm-space" }), this.out), this.where, this.then));
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    if (this.window) return this.window.close();
    this.element.hidden = this.isOpen;
    if (this.isOpen && !this.begun) this.start();
    clearInterval(this.ticking);
    if (this.isOpen) this.ticking = setInterval(() => this.tick(), 1000);
    this.listener.shown(this.isOpen);
  }

  stop(): void {
    clearInterval(this.ticking);
    this.window?.close();
  }

  /** Show what belongs to a step. */
  fill(story: Story, at: number, where: string): void {
    const { words, steps } = story;
    this.element.setAttribute("aria-label", words["presenter"]!);
    this.clock.title = words["elapsed"]!;
    this.out.title = words["own window"]!;
    this.out.setAttribute("aria-label", words["own window"]!);
    this.where.textContent = where;
    const notes = steps[at]?.notes ?? "";
    this.notes.lang = story.language;
    this.notes.replaceChildren(notes ? rebuilt(notes) : h("p", { class: "pm-faint" }, "—"));
    const next = steps[at + 1];
    this.then.replaceChildren(h("span", { class: "pm-faint" }, `${words["then"]}: `), next ? next.title : words["end"]!);
  }

  /** Go into a window of its own, for a second screen. Where the host allows none, stay. */
  private part(): void {
    const root = this.element.parentElement;
    const opened = this.window ? null : window.open("", "", "popup,width=760,height=420");
    if (!root || !opened) return;
    this.window = opened;
    const { document: page } = opened;
    page.title = this.element.getAttribute("aria-label") ?? "";
    page.documentElement.lang = document.documentElement.lang;
    // A policy that allows a style by its text allows the same text there.
    for (const style of styles(root)) {
      const copy = page.createElement("style");
      copy.textContent = style;
      page.head.append(copy);
    }
    const frame = page.createElement("div");
    frame.className = `${root.className} pm-apart`;
    page.body.style.margin = "0";
    this.element.replaceWith(this.place);
    frame.append(this.element);
    page.body.append(frame);
    page.addEventListener("keydown", (event) => {
      if (this.listener.key(event)) event.preventDefault();
    });
    opened.addEventListener("pagehide", () => this.join());
    this.listener.shown(false);
  }

  /** Its window was closed. */
  private join(): void {
    if (!this.window) return;
    this.window = null;
    this.place.replaceWith(this.element);
    this.element.hidden = false;
    this.toggle();
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

/** The style sheets of the story, wherever the host has put them. */
function styles(root: Element): string[] {
  const places = [document, root.getRootNode() as Document | ShadowRoot];
  const all = places.flatMap((place) => [...place.querySelectorAll("style")]);
  return [...new Set(all.map((style) => style.textContent ?? "").filter((text) => text.includes(".pm-walkthrough")))];
}
