// Two concepts that may be one, side by side.

import { h } from "../dom.ts";
import { dot, workBlocks } from "../sentences.ts";
import { count } from "../text.ts";
import { conflictNote, historyList, type CardListener } from "./card.ts";
import type { Entry } from "./deck.ts";
import type { Concept, PairItem } from "./messages.ts";

/** Which of the two would be merged into which. */
export function ends(entry: Entry): { concept: Concept; into: Concept } {
  const { one, into } = entry.item as PairItem;
  return entry.turned ? { concept: into, into: one } : { concept: one, into };
}

function side(concept: Concept, table: Entry["tables"][string], stands: boolean): HTMLElement {
  const list = (name: string, values: readonly string[]): HTMLElement | null =>
    values.length ? h("p", { class: "pm-meta" }, h("span", { class: "pm-faint" }, `${name}: `), values.join(", ")) : null;
  const names = [...new Set([...concept.surfaces, ...concept.aliases])].filter((n) => n !== concept.name).slice(0, 10);
  return h(
    "section", { class: `pm-side${stands ? " pm-stands" : ""}`, "aria-label": concept.name, "data-testid": stands ? "stands" : "merged" },
    h("p", { class: "pm-role" }, stands ? "stands for both" : "is merged"),
    h("h3", { class: "pm-side-name" }, concept.name),
    h("p", { class: "pm-meta" }, dot(concept.kind), ` ${concept.kind} · ${count(concept.n_works, "work")}`),
    concept.definition ? h("p", {}, concept.definition) : null,
    list("Also", names),
    list("Disciplines", concept.disciplines),
    list("Stands for", concept.standing_for.map((c) => c.name)),
    h("p", { class: "pm-meta pm-faint pm-id" }, concept.id),
    ...workBlocks(table!, { around: false }),
    table!.rows ? null : h("p", { class: "pm-empty" }, "No statement is about it."),
  );
}

function reasons(title: string, list: readonly [string, number][], test: string): HTMLElement | null {
  if (!list.length) return null;
  return h(
    "section", { class: "pm-reasons", "data-testid": test },
    h("h3", { class: "pm-heading" }, title),
    h("ul", {}, ...list.map(([words, weight]) => {
      const fill = h("span", { class: "pm-bar-fill" });
      fill.style.width = `${Math.round(weight * 100)}%`;
      return h("li", {}, h("span", { class: "pm-bar", "aria-hidden": "true" }, fill), h("span", {}, words), h("span", { class: "pm-tabular" }, weight.toFixed(2)));
    })),
  );
}

export function pairCard(entry: Entry, listener: CardListener): HTMLElement {
  const item = entry.item as PairItem;
  const { concept, into } = ends(entry);
  const table = (c: Concept): Entry["tables"][string] => entry.tables[c.id === item.one.id ? "one" : "into"]!;
  const { rank } = item;
  return h(
    "article", { class: "pm-one pm-pair", "data-testid": "pair", "data-id": `${item.id} ${item.other}` },
    conflictNote(item.conflicts),
    h(
      "header", { class: "pm-headline" },
      h("h2", { class: "pm-triple", "data-testid": "headline", tabindex: -1 },
        h("span", { class: "pm-end-name" }, concept.name), " ", h("span", { class: "pm-says" }, "the same as"), " ", h("span", { class: "pm-end-name" }, into.name, h("span", { class: "pm-says" }, "?"))),
      rank ? h("p", { class: "pm-reason", "data-testid": "reason" }, `Likely the same: ${rank.score ? rank.doubt.toFixed(2) : "0"}.`,
        h("span", { class: "pm-faint pm-factors" }, ` doubt ${rank.doubt.toFixed(2)} × reach ${rank.reach.toFixed(2)} × novelty ${rank.novelty.toFixed(2)}`)) : null,
    ),
    rank ? h("div", { class: "pm-weighing" },
      reasons("For it", rank.for, "for"),
      reasons("Against it: each leaves so much", rank.against, "against")) : null,
    h("div", { class: "pm-sides" }, side(concept, table(concept), false), side(into, table(into), true)),
    historyList(item.history, (d) => listener.undo(d)),
  );
}
