// What is to be seen of the queue: choices with how many statements each would leave.

import { h, iconButton } from "../dom.ts";
import type { Choice } from "./chooser.ts";
import { EVERYTHING, type Wanted } from "./messages.ts";

export interface NarrowingListener {
  want(wanted: Wanted): void;
  facets(): Promise<{ facets: Record<string, [string, number][]>; named: Record<string, string> } | null>;
  sources(text: string): Promise<[title: string, year: number | null, sources: string[]][]>;
  choose(title: string, look: (text: string) => Promise<Choice[]>, chosen: (choice: Choice) => void): void;
  label(predicate: string): string;
  closed(): void;
}

type Listed = "kinds" | "predicates" | "disciplines" | "by";
const LISTS: [Listed, string][] = [["kinds", "Kinds"], ["predicates", "Predicates"], ["disciplines", "Disciplines"], ["by", "Decided by"]];
const DECIDED: [Wanted["decided"], string][] = [["nobody", "undecided"], ["anybody", "decided"], ["any", "all"]];

/** What is asked for, in words; "" if it is everything undecided. */
export function inWords(wanted: Wanted, label: (predicate: string) => string): string {
  const told: string[] = [];
  if (wanted.by.length) told.push(`decided by ${wanted.by.join(", ")}`);
  else if (wanted.decided !== "nobody") told.push(wanted.decided === "any" ? "decided or not" : "decided");
  if (wanted.kinds.length) told.push(wanted.kinds.join(", "));
  if (wanted.predicates.length) told.push(wanted.predicates.map(label).join(", "));
  if (wanted.disciplines.length) told.push(wanted.disciplines.join(", "));
  if (wanted.sources.length) told.push(wanted.sources.length === 1 ? "one source" : `${wanted.sources.length} sources`);
  if (wanted.min_belief > 0 || wanted.max_belief < 1) told.push(`belief ${wanted.min_belief.toFixed(2)} – ${wanted.max_belief.toFixed(2)}`);
  return told.join(" · ");
}

export class Narrowing {
  readonly element = h("section", { class: "pm-narrowing", "aria-label": "Filter", hidden: true, "data-testid": "filters" });
  wanted: Wanted = { ...EVERYTHING };
  private readonly listener: NarrowingListener;
  private readonly open = new Set<Listed>(["kinds"]);
  private turn = 0;

  constructor(listener: NarrowingListener) {
    this.listener = listener;
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    if (this.isOpen) return this.close();
    this.element.hidden = false;
    void this.fill(true);
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.listener.closed();
  }

  /** Show what could be chosen now. */
  async fill(focus = false): Promise<void> {
    if (!this.isOpen) return;
    const turn = ++this.turn;
    const told = await this.listener.facets();
    if (!told || turn !== this.turn) return;
    const held = this.element.querySelector<HTMLElement>(":focus")?.dataset["testid"];
    const scrolled = [...this.element.querySelectorAll(".pm-facet")].map((f) => f.scrollTop);
    this.element.replaceChildren(
      h("div", { class: "pm-narrowing-head" },
        this.choices(),
        this.beliefs(),
        h("button", { type: "button", class: "pm-link-button", "data-testid": "filter-source", onclick: () => this.source() }, "A source …"),
        ...this.wanted.sources.map((s) => h("button", { type: "button", class: "pm-chip-button", "aria-label": `No longer only from ${told.named[s] ?? s}`, onclick: () => this.change({ sources: this.wanted.sources.filter((o) => o !== s) }) }, `${told.named[s] ?? s} ✕`)),
        h("span", { class: "pm-space" }),
        h("button", { type: "button", class: "pm-link-button", "data-testid": "filter-clear", onclick: () => this.change({ ...EVERYTHING }) }, "Show everything"),
        iconButton("close", "Close the filter (Esc)", () => this.close()),
      ),
      h("div", { class: "pm-facets" }, ...LISTS.map(([field, title]) => this.list(field, title, told.facets[field] ?? []))),
    );
    [...this.element.querySelectorAll(".pm-facet")].forEach((f, i) => { f.scrollTop = scrolled[i] ?? 0; });
    const to = held ? this.element.querySelector<HTMLElement>(`[data-testid="${CSS.escape(held)}"]`) : focus ? this.element.querySelector<HTMLElement>("select, input") : null;
    to?.focus();
  }

  private change(some: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...some };
    this.listener.want(this.wanted);
  }

  private choices(): HTMLElement {
    const select: HTMLSelectElement = h(
      "select", { class: "pm-select", "aria-label": "Decided or not", "data-testid": "filter-decided", onchange: () => this.change({ decided: select.value as Wanted["decided"] }) },
      ...DECIDED.map(([value, label]) => h("option", { value, selected: value === this.wanted.decided }, label)),
    );
    return select;
  }

  private beliefs(): HTMLElement {
    const field = (name: "min_belief" | "max_belief", label: string): HTMLInputElement => {
      const input: HTMLInputElement = h("input", {
        type: "number", class: "pm-field pm-number", min: 0, max: 1, step: 0.05, value: String(this.wanted[name]), "aria-label": label, "data-testid": `filter-${name}`,
        onchange: () => {
          const value = Math.min(Math.max(Number(input.value) || 0, 0), 1);
          const [low, high] = name === "min_belief" ? [value, Math.max(value, this.wanted.max_belief)] : [Math.min(value, this.wanted.min_belief), value];
          this.change({ min_belief: low, max_belief: high });
        },
      });
      return input;
    };
    return h("span", { class: "pm-beliefs" }, "belief ", field("min_belief", "Least belief"), " – ", field("max_belief", "Greatest belief"));
  }

  private list(field: Listed, title: string, values: readonly [string, number][]): HTMLElement {
    const chosen = new Set<string>(this.wanted[field]);
    const there = new Set(values.map(([v]) => v));
    const all = [...values, ...[...chosen].filter((v) => !there.has(v)).map((v): [string, number] => [v, 0])];
    const details = h(
      "details", { class: "pm-facet-box", open: this.open.has(field) || chosen.size > 0, "data-testid": `facet-${field}` },
      h("summary", {}, title, chosen.size ? h("span", { class: "pm-badge" }, String(chosen.size)) : null),
      h("ul", { class: "pm-facet" }, ...all.map(([value, n]) => {
        const box: HTMLInputElement = h("input", {
          type: "checkbox", "data-testid": `${field}-${value}`, onchange: () => {
            if (box.checked) chosen.add(value);
            else chosen.delete(value);
            this.change({ [field]: [...chosen] });
          },
        });
        box.checked = chosen.has(value);
        return h("li", {}, h("label", {}, box, h("span", {}, field === "predicates" ? this.listener.label(value) : value), h("span", { class: "pm-tabular pm-faint" }, n.toLocaleString("en"))));
      })),
      all.length ? null : h("p", { class: "pm-faint" }, "None."),
    );
    details.addEventListener("toggle", () => {
      if (details.open) this.open.add(field);
      else this.open.delete(field);
    });
    return details;
  }

  private source(): void {
    const look = async (text: string): Promise<Choice[]> => {
      if (!text) return [];
      const works = await this.listener.sources(text);
      return works.map(([title, year, sources]) => ({ value: sources.join("\n"), label: title, more: [year, sources.length > 1 ? `${sources.length} files` : ""].filter(Boolean).join(" · ") }));
    };
    this.listener.choose("Only statements from this work", look, (choice) => this.change({ sources: [...new Set([...this.wanted.sources, ...choice.value.split("\n")])] }));
  }
}
