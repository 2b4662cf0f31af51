// A pane in which what is seen becomes a step of a story.

import { h } from "./dom.ts";
import type { Reply } from "./protocol.ts";
import { count } from "./text.ts";

/** A statement that may be told in the step. */
export interface Candidate {
  edge: number;
  reads: string;
  chosen: boolean;
}

export interface KeepingListener {
  /** Keep a step. Gives the story as it is then, null if it could not be kept. */
  keep(step: Record<string, unknown>): Promise<Reply | null>;
  say(sentence: string): void;
}

export class StepPane {
  readonly element: HTMLElement;
  private readonly listener: KeepingListener;
  private readonly title = h("input", { class: "pm-field", type: "text", maxlength: 200, required: true, "data-testid": "step-name" });
  private readonly texts: Record<"text" | "question" | "answer" | "notes", HTMLTextAreaElement>;
  private readonly place = h("select", { class: "pm-select", "data-testid": "step-place" });
  private readonly told = h("p", { class: "pm-answer-note", "aria-live": "polite", "data-testid": "step-said" });
  private readonly boxes: HTMLInputElement[];

  /** *nodes* are names of concepts that are picked out, and so stand out. */
  constructor(candidates: readonly Candidate[], nodes: readonly string[], listener: KeepingListener) {
    this.listener = listener;
    const area = (rows: number, testid: string): HTMLTextAreaElement => h("textarea", { class: "pm-field pm-area", rows, "data-testid": testid });
    this.texts = { text: area(5, "step-words"), question: area(2, "step-question"), answer: area(2, "step-answer"), notes: area(2, "step-notes") };
    this.boxes = candidates.map(({ edge, chosen }) => h("input", { type: "checkbox", value: edge, checked: chosen }));
    const rows = candidates.map(({ reads }, i) => h("label", { class: "pm-told-row", "data-testid": "step-told" }, this.boxes[i]!, h("span", {}, reads)));
    const field = (label: string, control: HTMLElement): HTMLElement => h("label", { class: "pm-labelled" }, h("span", { class: "pm-heading" }, label), control);
    this.element = h(
      "form", { class: "pm-step", "data-testid": "step-pane", onsubmit: (e: Event) => { e.preventDefault(); void this.keep(); } },
      h("h2", { class: "pm-title" }, "Keep as a step"),
      h("p", { class: "pm-meta" }, "What is seen now, where it stands and in these colours."),
      field("Title", this.title),
      field("Text (Markdown, with maths as $a^2$)", this.texts.text),
      nodes.length ? h("p", { class: "pm-meta pm-picked" }, `Standing out: ${nodes.join(", ")}.`) : null,
      rows.length
        ? h("fieldset", { class: "pm-fieldset" }, h("legend", { class: "pm-heading" }, "Statements to tell, with who says so"), h("div", { class: "pm-facet", tabindex: 0 }, ...rows))
        : null,
      h(
        "details", { class: "pm-drawer" }, h("summary", {}, "A question for pupils, notes for yourself"),
        field("Question", this.texts.question), field("Answer, hidden until it is asked for", this.texts.answer), field("Presenter's notes", this.texts.notes),
      ),
      h("p", { class: "pm-actions" }, this.place, h("button", { type: "submit", class: "pm-button", "data-testid": "step-keep" }, "Keep")),
      this.told,
    );
  }

  /** Show the story that it is kept in. */
  fill(reply: Reply): void {
    const titles = reply.message["titles"] as string[];
    this.place.setAttribute("aria-label", "Where in the story");
    this.place.replaceChildren(
      h("option", { value: "" }, `as step ${titles.length + 1}, the last`),
      ...titles.map((title, n) => h("option", { value: `before ${n + 1}` }, `before ${n + 1}, ${title}`)),
      ...titles.map((title, n) => h("option", { value: `instead ${n + 1}` }, `in place of ${n + 1}, ${title}`)),
    );
    this.element.querySelector(".pm-meta")!.textContent =
      `What is seen now, where it stands and in these colours, for “${String(reply.message["story"])}” (${count(titles.length, "step")}).`;
  }

  private async keep(): Promise<void> {
    const title = this.title.value.trim();
    if (!title) return this.title.focus();
    const [where, at] = this.place.value.split(" ");
    const reply = await this.listener.keep({
      title,
      ...Object.fromEntries(Object.entries(this.texts).map(([name, area]) => [name, area.value])),
      edges: this.boxes.filter((box) => box.checked).map((box) => Number(box.value)),
      at: at === undefined ? null : Number(at),
      instead: where === "instead",
    });
    if (!reply) return;
    this.fill(reply);
    this.title.value = "";
    for (const area of Object.values(this.texts)) area.value = "";
    const said = `Kept as step ${String(reply.message["number"])}, “${title}”.`;
    this.told.textContent = said;
    this.listener.say(said);
  }
}
