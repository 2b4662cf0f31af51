// What a concept can be expanded by, counted before any of it is fetched: predicates, kinds, disciplines, direction, rank.

import { h } from "./dom.ts";
import type { Message, Table } from "./protocol.ts";
import { count } from "./text.ts";

export interface Choice {
  predicates: string[];
  kinds: string[];
  disciplines: string[];
  direction: "both" | "out" | "in";
  by: string;
  limit: number;
  offset: number;
}

export interface ExpandListener {
  /** Expand by a choice. Gives how many came, of how many there are, and a sentence; null if it failed. */
  expand(choice: Choice): Promise<{ shown: number; total: number; said: string } | null>;
  label(predicate: string): string;
}

const RANKS: Record<string, string> = { belief: "belief", works: "number of works", year: "latest year", degree: "number of neighbours" };
const LIMITS = [10, 30, 100, 300, 1000];
const WAYS: [Choice["direction"], string, string][] = [
  ["both", "Both ways", "neighbours"], ["out", "From it", "outward"], ["in", "To it", "inward"],
];

/** The pane of a concept's neighbours, by what leads to them. */
export function expandMenu(name: string, message: Message, tables: Record<string, Table>, listener: ExpandListener): HTMLElement {
  const choice: Choice = { predicates: [], kinds: [], disciplines: [], direction: "both", by: "belief", limit: 30, offset: 0 };
  const facets: [keyof Choice & ("predicates" | "kinds" | "disciplines"), string, string, (value: string) => string][] = [
    ["predicates", "predicate", "How they are linked", listener.label],
    ["kinds", "kind", "What they are", (value) => value],
    ["disciplines", "discipline", "Where they are spoken of", (value) => value],
  ];
  const said = h("p", { class: "pm-answer-note", "aria-live": "polite", "data-testid": "expanded" });
  const go = h("button", { type: "button", class: "pm-button", "data-testid": "expand-go" });
  const more = h("button", { type: "button", class: "pm-button", "data-testid": "expand-more", hidden: true }, "More");
  const lists = facets.map(([field, table, title, label]) => ({ field, rows: tables[table]!, title, label, element: h("ul", { class: "pm-facet" }) }));
  const total = (): number => Number(message[choice.direction === "out" ? "outward" : choice.direction === "in" ? "inward" : "total"]);
  const again = (): void => {
    choice.offset = 0;
    more.hidden = true;
    said.textContent = "";
    const most = total();
    const bounded = choice.predicates.length + choice.kinds.length + choice.disciplines.length > 0;
    go.textContent = bounded
      ? `Show up to ${choice.limit.toLocaleString("en")}, by ${choice.by}`
      : `Show ${Math.min(choice.limit, most).toLocaleString("en")} of ${most.toLocaleString("en")}, by ${choice.by}`;
    go.disabled = most === 0;
  };
  const fill = (): void => {
    const column = WAYS.find(([way]) => way === choice.direction)![2];
    for (const { field, rows, label, element } of lists) {
      element.replaceChildren(...Array.from({ length: rows.rows }, (_, i) => i)
        .filter((i) => rows.num(column, i) > 0)
        .map((i) => {
          const value = rows.str("value", i);
          const input: HTMLInputElement = h("input", {
            type: "checkbox", "data-testid": `by-${field}`, value,
            checked: choice[field].includes(value),
            onchange: () => {
              choice[field] = input.checked ? [...choice[field], value] : choice[field].filter((v) => v !== value);
              again();
            },
          });
          return h("li", {}, h(
            "label", { class: "pm-filter-row" }, input, h("span", { class: "pm-space" }, label(value)),
            h("span", { class: "pm-faint pm-tabular" }, rows.num(column, i).toLocaleString("en")),
          ));
        }));
    }
    again();
  };
  const run = async (): Promise<void> => {
    go.disabled = more.disabled = true;
    const result = await listener.expand(choice);
    go.disabled = more.disabled = false;
    if (!result) return;
    choice.offset += result.shown;
    said.textContent = result.said;
    const left = result.total - choice.offset;
    more.hidden = left <= 0 || result.shown === 0;
    more.textContent = `${Math.min(choice.limit, left).toLocaleString("en")} more of ${left.toLocaleString("en")}`;
  };
  go.addEventListener("click", () => {
    choice.offset = 0;
    void run();
  });
  more.addEventListener("click", () => void run());
  const ways = h("select", {
    class: "pm-select", "data-testid": "expand-direction", "aria-label": "Direction",
    onchange: () => {
      choice.direction = ways.value as Choice["direction"];
      fill();
    },
  }, ...WAYS.map(([way, label]) => h("option", { value: way }, label)));
  const ranks = h("select", {
    class: "pm-select", "data-testid": "expand-by", "aria-label": "Ranked by",
    onchange: () => {
      choice.by = ranks.value;
      again();
    },
  }, ...Object.entries(RANKS).map(([value, label]) => h("option", { value }, `by ${label}`)));
  const limits = h("select", {
    class: "pm-select", "data-testid": "expand-limit", "aria-label": "How many",
    onchange: () => {
      choice.limit = Number(limits.value);
      again();
    },
  }, ...LIMITS.map((n) => h("option", { value: n, selected: n === choice.limit }, n.toLocaleString("en"))));
  fill();
  return h(
    "div", { class: "pm-expand", "data-testid": "menu" },
    h("h2", { class: "pm-title" }, `Expand ${name}`),
    h("p", { class: "pm-meta" }, `${count(Number(message["total"]), "neighbour")}: ${Number(message["outward"]).toLocaleString("en")} from it, ${Number(message["inward"]).toLocaleString("en")} to it`),
    h("p", { class: "pm-actions" }, ways, ranks, limits),
    h("p", { class: "pm-actions" }, go, more),
    said,
    ...lists.filter(({ rows }) => rows.rows > 0).map(({ title, element }) =>
      h("fieldset", { class: "pm-fieldset" }, h("legend", { class: "pm-heading" }, title), element)),
  );
}
