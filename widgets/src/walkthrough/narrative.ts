// The text of a step: narrative, question with its hidden answer, who says so, and what has changed since.

import { h } from "../dom.ts";
import { rebuilt } from "./markup.ts";
import type { Story } from "./story.ts";

/** So far the text moves with an arrow key, in pixels. */
const LINE = 56;

export interface NarrativeListener {
  /** Show all the evidence of a statement on the canvas. */
  openEdge(edge: number): void;
}

export class Narrative {
  readonly element = h("article", { class: "pm-narrative", tabindex: 0, "data-testid": "narrative" });
  private readonly listener: NarrativeListener;
  private answer: HTMLElement | null = null;
  private button: HTMLButtonElement | null = null;
  /** Steps whose answer has been asked for. */
  private readonly revealed = new Set<number>();
  private words: Record<string, string> = {};
  private at = 0;

  constructor(listener: NarrativeListener) {
    this.listener = listener;
  }

  /** Show a step; behind the last one, the sources. */
  fill(story: Story, at: number): void {
    const { words, steps } = story;
    const step = steps[at];
    this.words = words;
    this.at = at;
    this.answer = this.button = null;
    this.element.lang = story.language;
    this.element.setAttribute("aria-label", words["story"]!);
    this.element.scrollTop = 0;
    if (!steps.length) return this.element.replaceChildren(h("p", { class: "pm-faint", "data-testid": "no-steps" }, words["no steps"]!));
    if (!step) return this.element.replaceChildren(...this.sources(story));
    const lead = at === 0 && story.about ? h("div", { class: "pm-lead pm-prose" }) : null;
    lead?.append(rebuilt(story.about));
    this.element.replaceChildren(
      ...[
        h("p", { class: "pm-number" }, stepOf(words, at, steps.length)),
        h("h3", { class: "pm-step-title", "data-testid": "step-title" }, step.title),
        lead,
        prose(step.text, "step-text"),
        step.question ? this.question(step.question, step.answer) : null,
        step.sentences ? this.sentences(step.sentences, step.statements) : null,
        step.query ? h("p", { class: "pm-asked" }, `${words["asked"]}: “${step.query}”`) : null,
        step.differences.length ? this.changed(step.differences) : null,
      ].filter((part) => part !== null),
    );
  }

  /** Scroll up or down. Returns whether there is more of it there. */
  scroll(way: 1 | -1): boolean {
    const { element } = this;
    const before = element.scrollTop;
    element.scrollTop += way * LINE;
    return element.scrollTop !== before;
  }

  /** Show the answer, or hide it again. Returns whether there is one. */
  reveal(): boolean {
    const { answer, button } = this;
    if (!answer || !button) return false;
    answer.hidden = !answer.hidden;
    if (answer.hidden) this.revealed.delete(this.at);
    else this.revealed.add(this.at);
    button.setAttribute("aria-expanded", String(!answer.hidden));
    button.textContent = this.words[answer.hidden ? "show answer" : "hide answer"]!;
    if (!answer.hidden) answer.scrollIntoView({ block: "nearest" });
    return true;
  }

  private question(question: string, answer: string): HTMLElement {
    const out = h("section", { class: "pm-question", "data-testid": "question" }, h("h4", { class: "pm-small" }, this.words["question"]!), prose(question, "question-text"));
    if (!answer) return out;
    const shown = this.revealed.has(this.at);
    this.answer = h("div", { class: "pm-answer pm-prose", hidden: !shown, "aria-live": "polite", "data-testid": "answer" });
    this.answer.append(rebuilt(answer));
    this.button = h(
      "button", { type: "button", class: "pm-button", "aria-expanded": String(shown), "data-testid": "reveal", onclick: () => void this.reveal() },
      this.words[shown ? "hide answer" : "show answer"]!,
    );
    out.append(this.button, this.answer);
    return out;
  }

  private sentences(markup: string, statements: Record<string, number>): HTMLElement {
    const out = h("section", { class: "pm-said", "data-testid": "sentences" }, h("h4", { class: "pm-small" }, this.words["sentences"]!));
    out.append(rebuilt(markup));
    for (const quote of out.querySelectorAll<HTMLElement>("[data-statement]")) {
      const edge = statements[quote.dataset["statement"]!];
      const who = quote.querySelector(".who");
      if (edge === undefined || !who) continue;
      const about = quote.querySelector(".reads")?.textContent ?? "";
      who.append(" ", h("button", {
        type: "button", class: "pm-link-button", "data-testid": "all-evidence", "aria-label": `${this.words["evidence"]}: ${about}`,
        onclick: () => this.listener.openEdge(edge),
      }, this.words["evidence"]!));
    }
    return out;
  }

  private changed(differences: readonly string[]): HTMLElement {
    return h(
      "details", { class: "pm-changed", "data-testid": "changed" },
      h("summary", {}, `${this.words["changed"]} (${differences.length})`),
      h("ul", {}, ...differences.map((said) => h("li", {}, said))),
    );
  }

  private sources({ words, bibliography, licence, authors }: Story): HTMLElement[] {
    const list = h("div", { class: "pm-sources" });
    list.append(rebuilt(bibliography));
    return [
      h("h3", { class: "pm-step-title", "data-testid": "step-title" }, words["sources"]!),
      list,
      h("p", { class: "pm-asked" }, [authors.join(", "), licence ? `${words["text licence"]}: ${licence}` : ""].filter(Boolean).join(" · ")),
    ];
  }
}

/** "Step 2 of 7". */
export function stepOf(words: Record<string, string>, at: number, all: number): string {
  return words["step of"]!.replace("{n}", String(at + 1)).replace("{all}", String(all));
}

function prose(markup: string, testid: string): HTMLElement | null {
  if (!markup) return null;
  const out = h("div", { class: "pm-prose", "data-testid": testid });
  out.append(rebuilt(markup));
  return out;
}
