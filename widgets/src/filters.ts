// What is to be seen of what is on the canvas, and the panel that says in words what is not.

import { h } from "./dom.ts";
import type { Scene } from "./scene.ts";
import { count } from "./text.ts";

/** Bounds on statements, and kinds of concept that are switched off. */
export class Wanted {
  belief = 0;
  /** Years of first evidence; null has no bound. */
  from: number | null = null;
  to: number | null = null;
  accepted = false;
  contradicted = false;
  /** Values that are switched off, by column. */
  readonly off = new Map<string, Set<string>>();

  constructor(like?: Wanted) {
    if (!like) return;
    const { belief, from, to, accepted, contradicted } = like;
    Object.assign(this, { belief, from, to, accepted, contradicted });
    for (const [column, values] of like.off) this.off.set(column, new Set(values));
  }

  /** Whether anything is asked of statements. */
  get statements(): boolean {
    return this.belief > 0 || this.from !== null || this.to !== null || this.accepted || this.contradicted;
  }

  get any(): boolean {
    return this.statements || this.off.size > 0;
  }

  /** Switch values of a column on or off. */
  switch(column: string, values: readonly string[], on: boolean): void {
    const off = this.off.get(column) ?? new Set<string>();
    for (const value of values) {
      if (on) off.delete(value);
      else off.add(value);
    }
    if (off.size) this.off.set(column, off);
    else this.off.delete(column);
  }

  /** Switch on all that keeps a node from being seen. */
  allow(scene: Scene, node: number): void {
    for (const column of [...this.off.keys()]) {
      const words = scene.texts(column);
      if (words && node < words.rows) this.switch(column, [words.at(node)], true);
    }
  }

  /** Whether a statement is wanted, whatever its concepts are. */
  test(scene: Scene): (edge: number) => boolean {
    if (!this.statements) return () => true;
    const { belief, accepted, contradicted } = this;
    const mixed = scene.polarity.words.map((word) => word === "mixed" || word === "negative");
    const dated = this.from !== null || this.to !== null;
    const [from, to] = [this.from ?? -Infinity, this.to ?? Infinity];
    return (edge) => {
      if (scene.belief[edge]! < belief - 1e-4 || (accepted && !scene.accepted[edge])) return false;
      if (contradicted && !mixed[scene.polarity.codes[edge]!]) return false;
      if (!dated) return true;
      const year = scene.firstYear(edge);
      return year !== null && year >= from && year <= to;
    };
  }

  /** What is left out, each reason in words. */
  reasons(): string[] {
    const { from, to } = this;
    return [
      this.belief > 0 ? `belief below ${Number(this.belief.toFixed(2))}` : "",
      from !== null ? `before ${from}` : "",
      to !== null ? `after ${to}` : "",
      from !== null || to !== null ? "without a year" : "",
      this.accepted ? "not accepted by a person" : "",
      this.contradicted ? "not contradicted" : "",
      ...[...this.off].map(([column, off]) => {
        const values = [...off].sort().map((value) => value || "none");
        return values.length > 3 ? `${values.length} of ${column}` : `of ${column} ${values.join(", ")}`;
      }),
    ].filter(Boolean);
  }

  /** As the kernel tells it. */
  static heard(told: Record<string, unknown>): Wanted {
    const out = new Wanted();
    const year = (value: unknown): number | null => (typeof value === "number" ? value : null);
    out.belief = Number(told["min_belief"] ?? 0);
    out.from = year(told["since"]);
    out.to = year(told["until"]);
    out.accepted = told["accepted"] === true;
    out.contradicted = told["contradicted"] === true;
    for (const [column, value] of (told["off"] ?? []) as [string, string][]) out.switch(column, [value], false);
    return out;
  }

  /** As the kernel is told. */
  told(): Record<string, unknown> {
    const { belief, from, to, accepted, contradicted } = this;
    return { min_belief: belief, since: from, until: to, accepted, contradicted, off: [...this.off].flatMap(([column, off]) => [...off].map((value) => [column, value])) };
  }
}

/** "214 of 2,000 statements hidden: belief below 0.6, before 2015", or nothing where nothing is filtered. */
export function hiddenInWords(scene: Scene): string {
  const { wanted } = scene;
  if (!wanted.any) return "";
  let [held, seen] = [0, 0];
  for (let e = 0; e < scene.edges; e++) {
    if (scene.held(e)) held++;
    seen += scene.edgeShown[e]!;
  }
  return `${(held - seen).toLocaleString("en")} of ${count(held, "statement")} hidden: ${wanted.reasons().join(", ")}.`;
}

export interface FilterListener {
  /** Change what is wanted; changes of the same name that follow closely are one step. */
  change(name: string, set: (wanted: Wanted) => void): void;
  clear(): void;
}

/** Controls that are opened with a button, and a sentence that stays while anything is filtered. */
export class FilterPanel {
  readonly element: HTMLElement;
  private readonly controls: HTMLElement;
  private readonly belief: HTMLInputElement;
  private readonly beliefText = h("output", { class: "pm-filter-value" });
  private readonly accepted: HTMLInputElement;
  private readonly contradicted: HTMLInputElement;
  private readonly words = h("span", { "data-testid": "filtered" });
  private readonly told: HTMLElement;
  private readonly scene: Scene;

  constructor(scene: Scene, listener: FilterListener, looks: HTMLElement) {
    this.scene = scene;
    this.belief = h("input", {
      type: "range", class: "pm-range", min: 0, max: 1, step: 0.05, value: 0, "data-testid": "min-belief",
      "aria-label": "Belief at least",
      oninput: () => listener.change("belief", (w) => { w.belief = Number(this.belief.value); }),
    });
    const box = (testid: string, set: (wanted: Wanted, on: boolean) => void): HTMLInputElement => {
      const input = h("input", {
        type: "checkbox", "data-testid": testid,
        onchange: () => listener.change(testid, (w) => set(w, input.checked)),
      });
      return input;
    };
    this.accepted = box("accepted-only", (w, on) => { w.accepted = on; });
    this.contradicted = box("contradicted-only", (w, on) => { w.contradicted = on; });
    this.controls = h(
      "div", { class: "pm-filter-controls", hidden: true },
      h("label", { class: "pm-filter-row" }, "Belief at least", this.belief, this.beliefText),
      h("label", { class: "pm-filter-row" }, this.accepted, "Accepted only"),
      h("label", { class: "pm-filter-row" }, this.contradicted, "Contradicted only"),
      looks,
    );
    this.told = h(
      "div", { class: "pm-filter-told", hidden: true },
      this.words,
      h("button", { type: "button", class: "pm-link-button", "data-testid": "show-all", onclick: () => listener.clear() }, "Show all"),
    );
    this.element = h("section", { class: "pm-filters", "aria-label": "Filters", hidden: true, "data-testid": "filters" }, this.controls, this.told);
  }

  get isOpen(): boolean {
    return !this.controls.hidden;
  }

  toggle(): void {
    this.controls.hidden = !this.controls.hidden;
    this.fill();
    if (this.isOpen) this.belief.focus();
  }

  /** Show what the scene has. */
  fill(): void {
    const { wanted } = this.scene;
    this.belief.value = String(wanted.belief);
    this.belief.setAttribute("aria-valuetext", wanted.belief.toFixed(2));
    this.beliefText.textContent = wanted.belief.toFixed(2);
    this.accepted.checked = wanted.accepted;
    this.contradicted.checked = wanted.contradicted;
    this.words.textContent = hiddenInWords(this.scene);
    this.told.hidden = !wanted.any;
    this.element.hidden = !this.isOpen && !wanted.any;
  }
}
