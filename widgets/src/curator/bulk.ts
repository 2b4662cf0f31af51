// Deciding about many at once: which, what, a look at what follows, and only then the decision.

import { h, iconButton } from "../dom.ts";
import { count } from "../text.ts";
import type { Preview } from "./messages.ts";

export interface BulkListener {
  preview(fields: Record<string, unknown>): Promise<Preview | null>;
  /** Decide; whether it was done. */
  decide(fields: Record<string, unknown>): Promise<boolean>;
  label(predicate: string): string;
  closed(): void;
}

const ACTS: [string, string][] = [
  ["accept", "Accept"], ["reject", "Reject"], ["skip", "Skip"], ["flip", "Flip"], ["predicate", "Change the predicate to"], ["assertion", "Mark as"],
];

export class Bulk {
  readonly element = h("div", { class: "pm-sheet pm-bulk", role: "dialog", "aria-label": "Decide about many", hidden: true, "data-testid": "bulk" });
  /** Ids of the statements that were picked. */
  readonly picked = new Set<string>();
  private readonly listener: BulkListener;

  constructor(listener: BulkListener) {
    this.listener = listener;
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.listener.closed();
  }

  open(left: number | null, told: string, asserted: readonly string[], assertions: readonly string[]): void {
    const { picked, listener } = this;
    const which: HTMLSelectElement = h(
      "select", { class: "pm-select pm-wide", "aria-label": "Which statements", "data-testid": "bulk-which", onchange: () => stale() },
      picked.size ? h("option", { value: "picked" }, `the ${count(picked.size, "picked statement")}`) : null,
      h("option", { value: "first" }, told ? `what the filter shows (${told})` : "what the queue shows"),
    );
    const most: HTMLInputElement = h("input", { type: "number", class: "pm-field pm-number", min: 1, max: 500, value: String(Math.min(left ?? 50, 50)), "aria-label": "At most so many", "data-testid": "bulk-most", oninput: () => stale() });
    const upTo = h("label", {}, "the first ", most, left === null ? "" : ` of ${left.toLocaleString("en")}`);
    const act: HTMLSelectElement = h("select", { class: "pm-select pm-wide", "aria-label": "What to decide", "data-testid": "bulk-act", onchange: () => stale() }, ...ACTS.map(([value, label]) => h("option", { value }, label)));
    const predicate: HTMLSelectElement = h("select", { class: "pm-select pm-wide", "aria-label": "Predicate", onchange: () => stale() }, ...asserted.map((p) => h("option", { value: p }, listener.label(p))));
    const assertion: HTMLSelectElement = h("select", { class: "pm-select pm-wide", "aria-label": "How it is meant", onchange: () => stale() }, ...assertions.map((a) => h("option", { value: a }, a)));
    const why: HTMLInputElement = h("input", { type: "text", class: "pm-field", placeholder: "Why (kept with each decision)", "aria-label": "Why", "data-testid": "bulk-why" });
    const result = h("div", { class: "pm-preview", "aria-live": "polite", "data-testid": "preview" });
    let seen: Preview | null = null;
    const look = h("button", { type: "button", class: "pm-button", "data-testid": "bulk-look", onclick: () => void preview() }, "Preview");
    const go = h("button", { type: "button", class: "pm-button pm-go", "data-testid": "bulk-go", disabled: true, onclick: () => void decide() }, "Decide");
    const stale = (): void => {
      seen = null;
      go.disabled = true;
      go.textContent = "Decide";
      result.replaceChildren(h("p", { class: "pm-faint" }, "Look at the preview before you decide: it decides, looks, and keeps nothing."));
      upTo.hidden = which.value === "picked";
      predicate.hidden = act.value !== "predicate";
      assertion.hidden = act.value !== "assertion";
    };
    const what = (): Record<string, unknown> => ({
      action: act.value,
      ...(act.value === "predicate" ? { predicate: predicate.value } : {}),
      ...(act.value === "assertion" ? { assertion: assertion.value } : {}),
    });
    const preview = async (): Promise<void> => {
      const named = which.value === "picked" ? { statements: [...picked] } : { first: Number(most.value) || 0 };
      seen = await listener.preview({ ...what(), ...named });
      if (!seen) return;
      result.replaceChildren(previewTable(seen));
      go.textContent = `Decide about ${count(seen.statements.length, "statement")}`;
      go.disabled = false;
      go.focus();
    };
    const decide = async (): Promise<void> => {
      if (!seen) return;
      go.disabled = true;
      const done = await listener.decide({ ...what(), statements: seen.statements, why: why.value });
      if (!done) {
        go.disabled = false;
        go.focus();
        return;
      }
      this.picked.clear();
      this.close();
    };
    this.element.replaceChildren(
      h("div", { class: "pm-sheet-head" }, h("h3", { class: "pm-sheet-title" }, "Decide about many"), iconButton("close", "Close (Esc)", () => this.close())),
      h("div", { class: "pm-bulk-row" }, act, predicate, assertion, which, upTo),
      h("div", { class: "pm-bulk-row" }, why, look, go, h("button", { type: "button", class: "pm-button", "data-testid": "bulk-cancel", onclick: () => this.close() }, "Cancel")),
      result,
    );
    stale();
    this.element.hidden = false;
    act.focus();
  }
}

function previewTable(seen: Preview): HTMLElement {
  const number = (value: number | null): string => (value === null ? "–" : value.toFixed(2));
  return h(
    "div", {},
    h("p", { "data-testid": "preview-told" },
      `${count(seen.statements.length, "statement")} decided, ${count(seen.touched, "statement")} touched, between ${count(seen.concepts, "concept")}, said by ${count(seen.works, "work")}. `,
      `Mean belief ${number(seen.before)} → ${number(seen.after)}.`,
      seen.decided ? ` ${seen.decided} of them ${seen.decided === 1 ? "was" : "were"} decided about before.` : ""),
    h("table", {},
      h("thead", {}, h("tr", {}, ...["Statement", "Belief", "after", "Status", "Decisions so far"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, ...seen.rows.map(([text, before, after, status, decisions, chosen]) => h(
        "tr", { class: chosen ? null : "pm-follows" },
        h("td", {}, text, chosen ? "" : " (follows from it)"), h("td", { class: "pm-tabular" }, number(before)), h("td", { class: "pm-tabular" }, number(after)),
        h("td", {}, status === "machine" ? "undecided" : status), h("td", { class: "pm-tabular" }, String(decisions)))))),
    seen.rows.length < seen.touched ? h("p", { class: "pm-faint" }, `and ${seen.touched - seen.rows.length} more`) : null,
  );
}
