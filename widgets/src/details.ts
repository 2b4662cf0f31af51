// The two things the panel shows: a concept's card, and the evidence of a statement.

import { h } from "./dom.ts";
import type { Table } from "./protocol.ts";
import { badge, beliefBar, dot, POLARITY, workBlocks } from "./sentences.ts";
import { count, shorten, years } from "./text.ts";

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
    ...workBlocks(evidence),
    evidence.rows < total ? h("p", { class: "pm-empty" }, `${total - evidence.rows} more are in the graph: graph.evidence("${one.str("statement", 0)}")`) : null,
    evidence.rows ? null : h("p", { class: "pm-empty" }, "The graph holds no sentence for this statement any more."),
  );
}

