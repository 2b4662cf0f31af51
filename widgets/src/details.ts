// The two things the panel shows: a concept's card, and the evidence of a statement.

import { h } from "./dom.ts";
import type { Table } from "./protocol.ts";
import { count, segments, shorten, utf16, workLink, years, type Span } from "./text.ts";
import { kindColour } from "./theme.ts";

export interface DetailsListener {
  openConcept(id: string): void;
  openStatement(id: string): void;
  expand(id: string): void;
  /** Choose what to expand by. */
  menu(id: string): void;
  pin(id: string): void;
  pinned(id: string): boolean;
  hide(id: string): void;
  onCanvas(id: string): boolean;
  label(predicate: string): string;
}

const CONTEXT = 240;

const SAID: Record<string, string> = {
  affirmed: "affirmed", negated: "denied", hypothetical: "as a hypothesis", question: "as a question",
  comparative: "in a comparison", future: "as future work",
};
const BY: Record<string, string> = { own: "own finding", cited: "cites others" };
const POLARITY: Record<string, string> = {
  positive: "affirmed", negative: "denied", mixed: "disputed", unknown: "not asserted",
};

function dot(kind: string): HTMLElement {
  const out = h("span", { class: "pm-dot" });
  out.style.background = kindColour(kind);
  return out;
}

function badge(text: string, tone = ""): HTMLElement {
  return h("span", { class: `pm-badge ${tone && `pm-badge-${tone}`}` }, text);
}

/** Belief as a bar and a number. */
function beliefBar(belief: number): HTMLElement {
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

/** The card of a concept: what it is, and all that is said of it. */
export function conceptCard(tables: Record<string, Table>, listener: DetailsListener): HTMLElement {
  const concept = tables["concept"]!;
  const statements = tables["statements"]!;
  if (!concept.rows) return h("p", { class: "pm-empty" }, "The graph does not hold this concept any more.");
  const id = concept.str("id", 0);
  const kind = concept.str("kind", 0);
  const name = concept.str("name", 0);
  // Names that differ only in capitals tell nothing new.
  const named = new Map([...concept.list("surfaces", 0), ...concept.list("aliases", 0)].map((a) => [a.toLowerCase(), a]));
  named.delete(name.toLowerCase());
  const aliases = [...named.values()];
  const there = listener.onCanvas(id);
  const rows: HTMLElement[] = [];
  for (let i = 0; i < statements.rows; i++) {
    const from = statements.str("subject", i) === id;
    const end = (own: boolean, text: string): HTMLElement => h("span", { class: own ? "pm-own" : "pm-other" }, text);
    const polarity = statements.str("polarity", i);
    rows.push(
      h(
        "li", {},
        h(
          "button",
          {
            type: "button", class: "pm-statement", "data-testid": "card-statement",
            onclick: () => listener.openStatement(statements.str("statement", i)),
          },
          h(
            "span", { class: "pm-statement-text" },
            end(from, statements.str("subject_name", i)), " ",
            h("em", {}, listener.label(statements.str("predicate", i))), " ",
            end(!from, statements.str("object_name", i)),
          ),
          h(
            "span", { class: "pm-statement-more" },
            beliefBar(statements.num("belief", i)),
            h("span", {}, count(statements.num("n_works", i), "work")),
            polarity === "negative" || polarity === "mixed" ? badge(POLARITY[polarity]!, polarity) : null,
          ),
        ),
      ),
    );
  }
  return h(
    "div", { class: "pm-card", "data-testid": "card" },
    h("h2", { class: "pm-title" }, name),
    h(
      "p", { class: "pm-meta" }, dot(kind), kind,
      ` · ${count(concept.num("n_works", 0), "work")} · ${count(concept.num("n_mentions", 0), "mention")}`,
    ),
    concept.str("definition", 0) ? h("p", { class: "pm-definition" }, concept.str("definition", 0)) : null,
    aliases.length ? h("p", { class: "pm-aliases" }, h("span", { class: "pm-faint" }, "Also: "), shorten(aliases.slice(0, 12).join(", "), 300)) : null,
    concept.list("disciplines", 0).length
      ? h("p", { class: "pm-badges" }, ...concept.list("disciplines", 0).map((d) => badge(d)))
      : null,
    h(
      "p", { class: "pm-actions" },
      h("button", { type: "button", class: "pm-button", "data-testid": "expand", onclick: () => listener.expand(id) }, there ? "Expand" : "Show on the canvas"),
      there ? h("button", { type: "button", class: "pm-button", "data-testid": "expand-by-menu", onclick: () => listener.menu(id) }, "Expand by …") : null,
      there ? h("button", { type: "button", class: "pm-button", "data-testid": "pin", onclick: () => listener.pin(id) }, listener.pinned(id) ? "Unpin" : "Pin") : null,
      there ? h("button", { type: "button", class: "pm-button", "data-testid": "hide", onclick: () => listener.hide(id) }, "Hide") : null,
    ),
    h("h3", { class: "pm-heading" }, count(statements.rows, "statement")),
    rows.length ? h("ul", { class: "pm-statements" }, ...rows) : h("p", { class: "pm-empty" }, "Nothing is stated about this concept."),
  );
}

/** The evidence of a statement: by work, each sentence in its passage. */
export function evidencePane(tables: Record<string, Table>, listener: DetailsListener): HTMLElement {
  const one = tables["statement"]!;
  const evidence = tables["evidence"]!;
  const polarity = one.str("polarity", 0);
  const end = (side: "subject" | "object"): HTMLElement =>
    h(
      "button",
      { type: "button", class: `pm-concept pm-concept-${side}`, onclick: () => listener.openConcept(one.str(side, 0)) },
      one.str(`${side}_name`, 0),
    );
  const total = one.num("n_evidence", 0);
  const span = years(one.year("first_year", 0), one.year("last_year", 0));
  const works = new Map<string, number[]>();
  for (let i = 0; i < evidence.rows; i++) {
    const work = evidence.str("work", i) || evidence.str("source", i);
    const group = works.get(work);
    if (group) group.push(i);
    else works.set(work, [i]);
  }
  return h(
    "div", { class: "pm-evidence", "data-testid": "evidence" },
    h(
      "h2", { class: "pm-title pm-sentence", "data-testid": "sentence" },
      end("subject"), " ", h("span", { class: "pm-predicate" }, `— ${listener.label(one.str("predicate", 0))} →`), " ", end("object"),
    ),
    h(
      "p", { class: "pm-summary" },
      beliefBar(one.num("belief", 0)),
      badge(POLARITY[polarity] ?? polarity, polarity),
      one.str("status", 0) === "machine" ? null : badge(one.str("status", 0)),
    ),
    h("p", { class: "pm-meta" }, [count(total, "sentence"), `in ${count(one.num("n_works", 0), "work")}`, span].filter(Boolean).join(" · ")),
    ...[...works.values()].map((rows) => workBlock(evidence, rows)),
    evidence.rows < total ? h("p", { class: "pm-empty" }, `${total - evidence.rows} more are in the graph: graph.evidence("${one.str("statement", 0)}")`) : null,
    evidence.rows ? null : h("p", { class: "pm-empty" }, "The graph holds no sentence for this statement any more."),
  );
}

function workBlock(evidence: Table, rows: readonly number[]): HTMLElement {
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
    ...[...sentences.values()].map((group) => sentence(evidence, group)),
  );
}

function sentence(evidence: Table, rows: readonly number[]): HTMLElement {
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
  const cut = text.length > end - start + 2 * CONTEXT + 120;
  const fill = (whole: boolean): void => {
    const from = whole ? 0 : nearSpace(text, start - CONTEXT, -1);
    const to = whole ? text.length : nearSpace(text, end + CONTEXT, 1);
    const shown = text.slice(from, to);
    const moved = spans.map((s) => ({ ...s, start: Math.max(s.start - from, 0), end: Math.min(Math.max(s.end - from, 0), to - from) }));
    quoteElement.replaceChildren(
      ...(from > 0 ? ["… "] : []),
      ...pieces(segments(shown, moved)),
      ...(to < text.length ? [" …"] : []),
    );
  };
  fill(!cut);
  const more = cut
    ? h("button", { type: "button", class: "pm-more", onclick: () => { fill(true); more?.remove(); } }, "Show the whole passage")
    : null;
  const assertion = evidence.str("assertion", row);
  const page = evidence.year("page", row);
  const where = [evidence.str("section", row), evidence.str("kind", row) === "paragraph" ? "" : evidence.str("kind", row), page === null ? "" : `page ${page}`];
  return h(
    "div", { class: "pm-quote", "data-testid": "quote" },
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
