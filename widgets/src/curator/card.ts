// A statement to decide about: large, with its sentences, and what was decided of it.

import { h } from "../dom.ts";
import { badge, beliefBar, dot, POLARITY, workBlocks } from "../sentences.ts";
import { count, shorten } from "../text.ts";
import type { Concept, Conflict, Past, StatementItem } from "./messages.ts";
import type { Entry } from "./deck.ts";

export interface CardListener {
  label(predicate: string): string;
  /** Which sentences corrections are about has changed. */
  picked(): void;
  undo(decision: string): void;
  /** Whether passages are shown whole. */
  readonly around: boolean;
}

const STATUS: Record<string, string> = { machine: "undecided", accepted: "accepted", rejected: "rejected" };

/** "today 10:04" or "3 Nov 2026, 10:04", where the person is. */
export function when(at: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return at;
  const time = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (moment.toDateString() === new Date().toDateString()) return `today ${time}`;
  return `${moment.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })}, ${time}`;
}

/** Where two curators differ, and that a decision settles it. */
export function conflictNote(conflicts: readonly Conflict[]): HTMLElement | null {
  if (!conflicts.length) return null;
  const because = (why: string): string => (why ? `, because “${why}”` : "");
  return h(
    "div", { class: "pm-conflict", role: "note", "data-testid": "conflict" },
    ...conflicts.map((c) => h("p", {},
      h("strong", {}, `${c.by} ${c.words}`), ` (${when(c.at)}${because(c.why)}) without having seen that `,
      h("strong", {}, `${c.against_by} ${c.against_words}`), ` (${when(c.against_at)}${because(c.against_why)}).`)),
    h("p", { class: "pm-faint" }, "The later one holds for now. Now that you have seen both, what you decide settles it."),
  );
}

/** Decisions about it, the last first. */
export function historyList(history: readonly Past[], undo: (decision: string) => void): HTMLElement | null {
  if (!history.length) return null;
  return h(
    "section", { class: "pm-past", "aria-label": "Decisions about this", "data-testid": "history" },
    h("h3", { class: "pm-heading" }, count(history.length, "decision")),
    h("ol", {}, ...[...history].reverse().map((d) => h(
      "li", { class: d.undone ? "pm-undone" : null },
      h("span", {}, h("strong", {}, d.by), ` ${d.words}`, d.why ? `: “${d.why}”` : ""),
      h("span", { class: "pm-faint" }, when(d.at), d.undone ? " · taken back" : ""),
      d.undone || d.action === "undo" ? null : h("button", { type: "button", class: "pm-link-button", "aria-label": `Take back: ${d.by} ${d.words}`, onclick: () => undo(d.id) }, "take back"),
    ))),
  );
}

/** What a concept is. */
export function conceptNote(concept: Concept): HTMLElement {
  const name = concept.name.toLowerCase();
  const names = [...new Map([...concept.surfaces, ...concept.aliases].map((n) => [n.toLowerCase(), n]))].filter(([n]) => n !== name).map(([, n]) => n);
  return h(
    "div", { class: "pm-about" },
    h("p", {}, dot(concept.kind), " ", h("strong", {}, concept.name), h("span", { class: "pm-faint" }, ` ${concept.kind} · ${count(concept.n_works, "work")}`)),
    concept.definition ? h("p", {}, shorten(concept.definition, 240)) : null,
    names.length ? h("p", { class: "pm-faint" }, `Also: ${shorten(names.slice(0, 8).join(", "), 160)}`) : null,
    concept.disciplines.length ? h("p", { class: "pm-faint" }, concept.disciplines.slice(0, 4).join(", ")) : null,
    concept.standing_for.length ? h("p", {}, `Stands for ${concept.standing_for.map((c) => c.name).join(", ")}, too.`) : null,
  );
}

export function statementCard(entry: Entry, listener: CardListener): HTMLElement {
  const item = entry.item as StatementItem;
  const evidence = entry.tables["evidence"]!;
  const end = (side: "subject" | "object"): HTMLElement => h(
    "span", { class: "pm-end" },
    h("span", { class: `pm-end-name pm-concept-${side}`, "data-testid": side }, item[side].name),
    h("span", { class: "pm-end-kind" }, dot(item[side].kind), item[side].kind),
  );
  let n = 0;
  const several = new Set(Array.from({ length: evidence.rows }, (_, i) => `${evidence.str("passage", i)}@${evidence.num("start", i)}`)).size > 1;
  const before = (rows: readonly number[]): HTMLElement | null => {
    const ids = rows.map((row) => evidence.str("id", row));
    n++;
    const box: HTMLInputElement = h("input", {
      type: "checkbox", class: "pm-pick", "data-testid": "pick", "data-ids": ids.join(" "), "aria-label": `Sentence ${n}: corrections are about it`, hidden: !several,
      onchange: () => {
        for (const id of ids) entry.picked[box.checked ? "add" : "delete"](id);
        listener.picked();
      },
    });
    box.checked = ids.some((id) => entry.picked.has(id));
    return h("label", { class: "pm-pick-label", hidden: !several }, box, h("span", { "aria-hidden": "true" }, String(n)));
  };
  const { rank } = item;
  return h(
    "article", { class: "pm-one", "data-testid": "statement", "data-id": item.id },
    conflictNote(item.conflicts),
    h(
      "header", { class: "pm-headline" },
      h("h2", { class: "pm-triple", "data-testid": "headline", tabindex: -1 }, end("subject"), " ", h("span", { class: "pm-says", "data-testid": "predicate" }, listener.label(item.predicate)), " ", end("object")),
      h(
        "p", { class: "pm-summary" },
        beliefBar(item.belief),
        badge(STATUS[item.status] ?? item.status, item.status === "rejected" ? "negative" : ""),
        badge(POLARITY[item.polarity] ?? item.polarity, item.polarity),
        h("span", { class: "pm-meta" }, `${count(item.n_evidence, "sentence")} in ${count(item.n_works, "work")}`),
      ),
      rank ? h("p", { class: "pm-reason", "data-testid": "reason" }, rank.reason,
        h("span", { class: "pm-faint pm-factors" }, ` doubt ${rank.doubt.toFixed(2)} × reach ${rank.reach.toFixed(2)} × novelty ${rank.novelty.toFixed(2)}`)) : null,
    ),
    h(
      "div", { class: "pm-columns" },
      h(
        "div", { class: "pm-sentences", "data-testid": "sentences" },
        ...workBlocks(evidence, { around: listener.around, before }),
        item.hidden ? h("p", { class: "pm-empty" }, `${count(item.hidden, "more sentence")} of sources that are not open ${item.hidden === 1 ? "is" : "are"} not in this file.`) : null,
        evidence.rows || item.hidden ? null : h("p", { class: "pm-empty" }, "No sentence says this any more; what was corrected stands beside it."),
      ),
      h("aside", { class: "pm-beside" }, historyList(item.history, (d) => listener.undo(d)), conceptNote(item.subject), item.subject.id === item.object.id ? null : conceptNote(item.object)),
    ),
  );
}
