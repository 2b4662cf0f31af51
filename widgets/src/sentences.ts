// Sentences that say a statement: by work, with subject and object marked where they stand.

import { h } from "./dom.ts";
import type { Table } from "./protocol.ts";
import { segments, utf16, workLink, type Span } from "./text.ts";
import { kindColour } from "./theme.ts";

const CONTEXT = 240;

export const SAID: Record<string, string> = {
  affirmed: "affirmed", negated: "denied", hypothetical: "as a hypothesis", question: "as a question",
  comparative: "in a comparison", future: "as future work",
};
const BY: Record<string, string> = { own: "own finding", cited: "cites others" };
/** How what is said of a statement adds up. */
export const POLARITY: Record<string, string> = {
  positive: "affirmed", negative: "denied", mixed: "disputed", unknown: "not asserted",
};

/** A dot in the colour of a kind. */
export function dot(kind: string): HTMLElement {
  const out = h("span", { class: "pm-dot" });
  out.style.background = kindColour(kind);
  return out;
}

export function badge(text: string, tone = ""): HTMLElement {
  return h("span", { class: `pm-badge ${tone && `pm-badge-${tone}`}` }, text);
}

/** Belief as a bar and a number. */
export function beliefBar(belief: number): HTMLElement {
  const fill = h("span", { class: "pm-bar-fill" });
  fill.style.width = `${Math.round(belief * 100)}%`;
  return h(
    "span",
    {
      class: "pm-belief", role: "meter", "aria-label": "Belief", "aria-valuemin": 0, "aria-valuemax": 1,
      "aria-valuenow": belief.toFixed(2),
      title: "How likely the statement is to hold, given who says so and how it was read (0 to 1)",
    },
    h("span", { class: "pm-bar" }, fill),
    h("span", { class: "pm-belief-number" }, belief.toFixed(2)),
  );
}

/** How sentences are shown. */
export interface Reading {
  /** Whether what stands around a sentence is shown with it; else a button brings it. */
  around: boolean;
  /** What stands before a sentence, such as a box to pick it by; the rows are the readings of it. */
  before?: (rows: readonly number[]) => HTMLElement | null;
}

/** Evidence by work, each sentence once, in its passage. */
export function workBlocks(evidence: Table, reading: Reading = { around: true }): HTMLElement[] {
  const works = new Map<string, number[]>();
  for (let i = 0; i < evidence.rows; i++) {
    const work = evidence.str("work", i) || evidence.str("source", i);
    const group = works.get(work);
    if (group) group.push(i);
    else works.set(work, [i]);
  }
  return [...works.values()].map((rows) => workBlock(evidence, rows, reading));
}

function workBlock(evidence: Table, rows: readonly number[], reading: Reading): HTMLElement {
  const first = rows[0]!;
  const link = workLink(evidence.str("work", first));
  const title = evidence.str("title", first) || evidence.str("work", first) || "Untitled source";
  const authors = evidence.list("authors", first);
  const year = evidence.year("year", first);
  // A work may have been read from several sources, such as a preprint and what was published.
  const told = (value: (row: number) => string): string[] => [...new Set(rows.map(value))];
  const tiers = told((row) => evidence.str("access", row)).filter(Boolean);
  const licences = told((row) => evidence.str("licence", row) || evidence.str("source_licence", row) || "no licence stated");
  // Several methods may have read the same sentence: it is shown once.
  const sentences = new Map<string, number[]>();
  for (const row of rows) {
    const key = ["passage", "start", "end"].map((c) => (c === "passage" ? evidence.str(c, row) : evidence.num(c, row))).join("@");
    const group = sentences.get(key);
    if (group) group.push(row);
    else sentences.set(key, [row]);
  }
  return h(
    "section", { class: "pm-work", "data-testid": "work" },
    h("h3", { class: "pm-work-title" }, title),
    h(
      "p", { class: "pm-meta" },
      [
        authors.length > 3 ? `${authors.slice(0, 3).join("; ")} et al.` : authors.join("; "),
        evidence.str("venue", first), year === null ? "" : String(year),
      ].filter(Boolean).join(" · "),
    ),
    h(
      "p", { class: "pm-badges" },
      link ? h("a", { class: "pm-link", href: link.href, target: "_blank", rel: "noopener noreferrer" }, link.label) : null,
      ...licences.map((licence) => badge(licence)),
      ...tiers.map((access) => badge(access === "open" ? "open access" : access, access === "open" ? "" : "mixed")),
    ),
    ...[...sentences.values()].map((group) => sentence(evidence, group, reading)),
  );
}

function sentence(evidence: Table, rows: readonly number[], reading: Reading): HTMLElement {
  const row = rows[0]!;
  const text = evidence.str("passage_text", row);
  const offsets = ["start", "end", "subject_start", "subject_end", "object_start", "object_end"].map((c) => evidence.year(c, row) ?? 0);
  const [start, end, s0, s1, o0, o1] = utf16(text, offsets) as [number, number, number, number, number, number];
  const spans: Span[] = [
    { start, end, mark: "quote" },
    { start: s0, end: s1, mark: "subject" },
    { start: o0, end: o1, mark: "object" },
  ];
  const quoteElement = h("blockquote", { class: "pm-passage", lang: evidence.str("language", row) || null });
  const beside = reading.around ? CONTEXT : 0;
  const cut = text.length > end - start + 2 * beside + (reading.around ? 120 : 0);
  const fill = (whole: boolean): void => {
    const from = whole ? 0 : beside ? nearSpace(text, start - beside, -1) : start;
    const to = whole ? text.length : beside ? nearSpace(text, end + beside, 1) : end;
    const shown = text.slice(from, to);
    const moved = spans.map((s) => ({ ...s, start: Math.max(s.start - from, 0), end: Math.min(Math.max(s.end - from, 0), to - from) }));
    quoteElement.replaceChildren(
      ...(from > 0 && beside ? ["… "] : []),
      ...pieces(segments(shown, moved)),
      ...(to < text.length && beside ? [" …"] : []),
    );
  };
  fill(!cut);
  const more = cut
    ? h("button", { type: "button", class: "pm-more", "data-testid": "passage", onclick: () => { fill(true); more?.remove(); } }, "Show the whole passage")
    : null;
  const assertion = evidence.str("assertion", row);
  const page = evidence.year("page", row);
  const where = [evidence.str("section", row), evidence.str("kind", row) === "paragraph" ? "" : evidence.str("kind", row), page === null ? "" : `page ${page}`];
  return h(
    "div", { class: "pm-quote", "data-testid": "quote" },
    reading.before?.(rows),
    where.some(Boolean) ? h("p", { class: "pm-where" }, [...new Set(where.filter(Boolean))].join(" · ")) : null,
    quoteElement,
    more,
    h(
      "p", { class: "pm-badges" },
      badge(SAID[assertion] ?? assertion, assertion === "negated" ? "negative" : assertion === "affirmed" ? "positive" : "mixed"),
      badge(BY[evidence.str("attribution", row)] ?? evidence.str("attribution", row)),
      ...rows.map((r) => {
        const out = badge(`${evidence.str("method", r)} ${evidence.str("version", r)} · ${evidence.num("score", r).toFixed(2)}`);
        out.title = "Method and version that read this sentence, and how sure it was";
        return out;
      }),
    ),
  );
}

/** The sentence as one mark, with subject and object marked inside it. */
function pieces(parts: ReturnType<typeof segments>): (HTMLElement | string)[] {
  const out: (HTMLElement | string)[] = [];
  let open: HTMLElement | null = null;
  for (const { text, marks } of parts) {
    const end = marks.includes("subject") ? "subject" : marks.includes("object") ? "object" : null;
    const inner = end ? h("span", { class: `pm-span pm-span-${end}`, "data-testid": `span-${end}` }, text) : text;
    if (marks.includes("quote")) {
      if (!open) out.push((open = h("mark", { class: "pm-mark", "data-testid": "mark" })));
      open.append(inner);
    } else {
      open = null;
      out.push(inner);
    }
  }
  return out;
}

/** The place of a space near an offset, so that no word (nor any surrogate pair) is cut. */
function nearSpace(text: string, offset: number, way: 1 | -1): number {
  let at = Math.max(0, Math.min(text.length, offset));
  for (let i = 0; i < 30 && at > 0 && at < text.length; i++, at += way) if (/\s/.test(text[at]!)) return at;
  const low = text.charCodeAt(at);
  return at < text.length && low >= 0xdc00 && low <= 0xdfff ? at - 1 : at;
}
