// A story, played: the canvas of the Explorer, which stands where each step tells it to, and the narrative beside it.

import { focused, h, iconButton } from "../dom.ts";
import { Explorer } from "../explorer.ts";
import { theirs } from "../keys.ts";
import type { Listener, Message, Model, Talk } from "../protocol.ts";
import { readTheme, watchTheme } from "../theme.ts";
import { pressed } from "./keys.ts";
import { Narrative, stepOf } from "./narrative.ts";
import { Presenter } from "./presenter.ts";
import type { Story } from "./story.ts";

/** Below this width text and canvas stand one above the other, in pixels. */
const NARROW = 720;

export class Walkthrough {
  private readonly root: HTMLElement;
  private readonly model: Model;
  private readonly explorer: Explorer;
  private readonly narrative: Narrative;
  private readonly presenter: Presenter;
  private readonly title = h("h2", { class: "pm-story-title", "data-testid": "story-title" });
  private readonly said = h("p", { class: "pm-hidden", role: "status", "aria-live": "polite", "data-testid": "story-said" });
  private readonly stage = h("div", { class: "pm-story-stage" });
  private readonly wander = h("button", { type: "button", class: "pm-wander", "data-testid": "wander", onclick: () => this.explore() });
  private readonly dots = h("ol", { class: "pm-dots" });
  private readonly list = h("nav", { class: "pm-list", hidden: true, "data-testid": "step-list" });
  private readonly help = h("div", { class: "pm-help", hidden: true, tabindex: 0, role: "dialog", "data-testid": "story-keys" });
  private readonly backButton = h("button", { type: "button", class: "pm-turn", "data-testid": "story-back", onclick: () => this.go(this.at - 1) });
  private readonly nextButton = h("button", { type: "button", class: "pm-turn pm-turn-next", "data-testid": "story-next", onclick: () => this.go(this.at + 1) });
  private readonly tools: HTMLElement;
  private readonly more: readonly HTMLElement[];
  private readonly sizes: ResizeObserver;
  private readonly stopTheme: () => void;
  private story: Story | null = null;
  private at = 0;
  private wandering = false;

  /** *more* are tools of the host, such as printing. */
  constructor(model: Model, container: HTMLElement, talk?: (listener: Listener) => Talk, more: readonly HTMLElement[] = []) {
    this.model = model;
    this.more = more;
    this.root = h("section", { class: "pm-explorer pm-walkthrough", "data-testid": "walkthrough", "data-lm-suppress-shortcuts": "true", tabindex: -1 });
    container.append(this.root);
    this.narrative = new Narrative({ openEdge: (edge) => this.explorer.openEdge(edge) });
    this.presenter = new Presenter({
      key: (event) => pressed(event, this.keys, this.wandering),
      shown: (open) => {
        this.root.classList.toggle("pm-presenting", open);
        this.tools.querySelector('[data-testid="story-presenter"]')!.classList.toggle("pm-on", open);
      },
    });
    this.tools = h(
      "div", { class: "pm-tools" },
      iconButton("list", "", () => this.toggleList(), "story-list"),
      iconButton("notes", "", () => this.present(), "story-presenter"),
      iconButton("full", "", () => this.full(), "story-full"),
      iconButton("help", "", () => this.toggleHelp(), "story-help"),
    );
    this.root.append(
      h("header", { class: "pm-story-head" }, this.title, h("span", { class: "pm-space" }), this.tools),
      h("div", { class: "pm-story-body" }, this.stage, this.narrative.element, this.list, this.help),
      this.presenter.element,
      h("nav", { class: "pm-story-nav" }, this.backButton, this.dots, this.nextButton),
      this.said,
    );
    this.explorer = new Explorer(model, this.stage, talk, {
      filled: (message) => this.filled(message),
      left: () => this.leave(),
    });
    this.explorer.root.classList.add("pm-told");
    this.stage.append(this.wander);
    this.stopTheme = watchTheme(() => readTheme(this.root));
    readTheme(this.root);
    this.sizes = new ResizeObserver(() => this.root.classList.toggle("pm-story-narrow", this.root.clientWidth < NARROW));
    this.sizes.observe(this.root);
    this.resized();
    this.listen();
  }

  destroy(): void {
    window.removeEventListener("keydown", this.passModified, { capture: true });
    this.model.off("change:height", this.resized);
    this.model.off("change:step", this.turned);
    this.presenter.stop();
    this.sizes.disconnect();
    this.stopTheme();
    this.explorer.destroy();
    this.root.remove();
  }

  private listen(): void {
    this.root.addEventListener("keydown", (event) => {
      this.root.classList.add("pm-keys");
      if (!pressed(event, this.keys, this.wandering)) return;
      event.preventDefault();
      event.stopPropagation();
    }, { capture: true });
    this.root.addEventListener("pointerdown", () => this.root.classList.remove("pm-keys"), { capture: true });
    // What the story does not take, the notebook must not take for a command to its cells.
    this.root.addEventListener("keydown", (event) => {
      if (this.root.hasAttribute("data-lm-suppress-shortcuts")) event.stopPropagation();
    });
    window.addEventListener("keydown", this.passModified, { capture: true });
    this.model.on("change:height", this.resized);
    this.model.on("change:step", this.turned);
  }

  private readonly keys = {
    next: () => this.go(this.at + 1),
    back: () => this.go(this.at - 1),
    first: () => this.go(0),
    last: () => this.go((this.story?.steps.length ?? 1) - 1),
    presenter: () => this.present(),
    answer: () => void this.narrative.reveal(),
    explore: () => this.explore(),
    full: () => this.full(),
    list: () => this.toggleList(),
    scroll: (way: 1 | -1) => this.narrative.scroll(way),
    help: () => this.toggleHelp(),
    escape: () => this.escape(),
  };

  private readonly passModified = (event: KeyboardEvent): void => {
    this.root.toggleAttribute("data-lm-suppress-shortcuts", !theirs(event));
  };

  private readonly resized = (): void => {
    this.root.style.setProperty("--pm-story-height", `${Number(this.model.get("height")) || 560}px`);
  };

  /** Python, or another view, has turned to a step. */
  private readonly turned = (): void => this.go(Number(this.model.get("step")) - 1, false);

  // ------------------------------------------------------------------ the story

  /** The canvas and the story have come, or come anew. */
  private filled(message: Message): void {
    const story = message["story"] as Story;
    const first = this.story === null;
    this.story = story;
    const { words } = story;
    this.root.setAttribute("aria-label", story.title);
    this.title.textContent = story.title;
    this.title.lang = story.language;
    const named = [["story-list", "steps", "S"], ["story-presenter", "presenter", "P"], ["story-full", "full screen", "F"], ["story-help", "keys", "?"]];
    for (const [testid, word, key] of named) {
      const button = this.tools.querySelector<HTMLElement>(`[data-testid="${testid}"]`)!;
      button.title = `${words[word!]} (${key})`;
      button.setAttribute("aria-label", button.title);
    }
    this.backButton.replaceChildren(h("span", { "aria-hidden": "true" }, "←"), h("span", {}, words["back"]!));
    this.fillHelp(words);
    const wanted = first ? Number(this.model.get("step") || 1) - 1 : this.at;
    this.show(Math.max(0, Math.min(wanted, this.pages - 1)), false);
  }

  /** Steps, and the sources behind them. */
  private get pages(): number {
    const { steps, bibliography } = this.story!;
    return steps.length + (bibliography ? 1 : 0);
  }

  /** Turn to a step; numbers that are none stay where they are. */
  private go(at: number, tell = true): void {
    if (!this.story || !(at >= 0 && at < this.pages) || (at === this.at && !this.wandering)) return;
    this.show(at, true);
    if (!tell) return;
    this.model.set("step", at + 1);
    this.model.save_changes();
  }

  private show(at: number, glide: boolean): void {
    const { steps, words } = this.story!;
    const held = focused(this.root);
    const [inDots, inList, inText] = [this.dots, this.list, this.narrative.element].map((part) => part !== held && part.contains(held));
    this.at = at;
    this.stay();
    // The sources are read beside what the last step shows.
    const step = steps[Math.min(at, steps.length - 1)];
    if (step) this.explorer.stand(step, glide);
    this.narrative.fill(this.story!, at);
    // Where the text stands below the canvas, it begins at the top again.
    if (glide && this.root.classList.contains("pm-story-narrow")) this.root.scrollIntoView({ block: "start" });
    const where = steps[at] ? `${stepOf(words, at, steps.length)}: ${steps[at].title}` : words["sources"]!;
    this.presenter.fill(this.story!, at, where);
    this.fillDots();
    this.backButton.disabled = at === 0;
    this.nextButton.disabled = at >= this.pages - 1;
    this.nextButton.replaceChildren(h("span", {}, at === steps.length - 1 && this.pages > steps.length ? words["sources"]! : words["next"]!), h("span", { "aria-hidden": "true" }, "→"));
    this.list.hidden = true;
    // What had the keyboard may be gone, or have nothing to do here.
    if (inDots) this.dots.querySelector<HTMLElement>("[aria-current]")?.focus({ preventScroll: true });
    else if (inList || (held instanceof HTMLButtonElement && held.disabled) || inText) this.root.focus({ preventScroll: true });
    this.said.textContent = glide ? where : "";
  }

  private fillDots(): void {
    const { steps, words, bibliography } = this.story!;
    const titles = [...steps.map(({ title }) => title), ...(bibliography ? [words["sources"]!] : [])];
    const turn = (n: number, ...inside: (Node | string)[]): HTMLButtonElement => h(
      "button",
      { type: "button", title: titles[n], "aria-label": n < steps.length ? `${n + 1}. ${titles[n]}` : titles[n], "aria-current": n === this.at ? "step" : null, onclick: () => this.go(n) },
      ...inside,
    );
    const mark = (n: number): string => (steps[n]?.differences.length ? "pm-differs" : n < this.at ? "pm-told-already" : "");
    this.dots.setAttribute("aria-label", words["steps"]!);
    this.dots.replaceChildren(...titles.map((_, n) => h("li", { class: mark(n) }, turn(n, h("span", { class: "pm-dot" })))));
    this.list.setAttribute("aria-label", words["steps"]!);
    this.list.replaceChildren(h("ol", {}, ...titles.map((title, n) => h("li", { class: mark(n) }, turn(n, title)))), ...this.more);
  }

  // ------------------------------------------------------------------ wandering

  /** A person has walked off, or wants to. */
  private leave(): void {
    if (this.wandering || !this.story) return;
    this.wandering = true;
    this.explorer.stage.element.tabIndex = 0;
    this.fillWander();
    this.explorer.root.classList.remove("pm-told");
  }

  /** Be where the story is. */
  private stay(): void {
    this.wandering = false;
    // Its keys are the story's until somebody looks around, so a keyboard has nothing to do there.
    this.explorer.stage.element.tabIndex = -1;
    this.fillWander();
    this.explorer.root.classList.add("pm-told");
  }

  private fillWander(): void {
    const { words } = this.story!;
    this.wander.textContent = words[this.wandering ? "return" : "explore"]!;
    this.wander.title = `${this.wander.textContent} (E)`;
    this.wander.classList.toggle("pm-on", this.wandering);
  }

  /** Look around in the graph, or come back. */
  private explore(): void {
    const { words } = this.story!;
    if (this.wandering) {
      this.show(this.at, true);
      this.root.focus({ preventScroll: true });
      this.said.textContent = words["return"]!;
    } else {
      this.leave();
      if (this.root.classList.contains("pm-keys")) this.explorer.stage.element.focus({ preventScroll: true });
      this.said.textContent = words["explore"]!;
    }
  }

  // ------------------------------------------------------------------ what surrounds it

  private present(): void {
    this.presenter.toggle();
  }

  private full(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    // Some hosts do not allow it; then the story stays as large as it is.
    else this.root.requestFullscreen?.().catch(() => {});
  }

  private toggleList(): void {
    this.list.hidden = !this.list.hidden;
    if (!this.list.hidden) this.list.querySelector<HTMLElement>("[aria-current]")?.focus();
    else this.root.focus({ preventScroll: true });
  }

  private toggleHelp(): void {
    this.help.hidden = !this.help.hidden;
    (this.help.hidden ? this.root : this.help).focus({ preventScroll: true });
  }

  /** Close what is nearest to hand, or come back. Returns whether there was anything to do. */
  private escape(): boolean {
    if (!this.help.hidden) this.toggleHelp();
    else if (!this.list.hidden) this.toggleList();
    else if (this.explorer.holds) this.explorer.escape();
    else if (this.wandering) this.explore();
    else if (this.presenter.isOpen) this.present();
    else return false;
    return true;
  }

  private fillHelp(words: Record<string, string>): void {
    const keys: [string, string][] = [
      ["→ Space PgDn", "key next"], ["← PgUp", "key back"], ["↑ ↓", "key scroll"], ["Home End", "key ends"], ["A", "key answer"], ["E", "key explore"],
      ["S", "key steps"], ["P", "key presenter"], ["F", "key full"], ["?", "key help"],
    ];
    this.help.setAttribute("aria-label", words["keys"]!);
    this.help.replaceChildren(h("dl", {}, ...keys.flatMap(([key, word]) => [h("dt", {}, ...key.split(" ").map((k) => h("kbd", {}, k))), h("dd", {}, words[word]!)])));
  }
}
