// The answer to a question in words: how it was read, what was found, and the query that found it.

import { h, icon, ICONS } from "./dom.ts";
import type { Message, Table } from "./protocol.ts";
import { count } from "./text.ts";

export interface AnswerListener {
  /** Ask something else. */
  ask(text: string): void;
  openNode(node: number): void;
  openEdge(edge: number): void;
  say(sentence: string): void;
}

const MOST = 200;

/** The pane of an answer. */
export function answerPane(message: Message, rows: Table, listener: AnswerListener): HTMLElement {
  const unread = message["unread"] as string[];
  const also = message["also"] as { text: string; why: string }[];
  const total = Number(message["total"]);
  const note = String(message["note"] ?? "");
  return h(
    "div", { class: "pm-answer", "data-testid": "answer" },
    h("p", { class: "pm-faint" }, "Read as"),
    h("h2", { class: "pm-title", "data-testid": "read" }, String(message["read"])),
    note ? h("p", { class: "pm-answer-note", "data-testid": "answer-note" }, note) : null,
    unread.length ? h("p", { class: "pm-answer-note" }, `Not understood: ${unread.map((part) => `“${part}”`).join(", ")}.`) : null,
    ...(also.length
      ? [
        h("h3", { class: "pm-heading" }, "It might also mean"),
        h("ul", { class: "pm-also" }, ...also.map(({ text, why }) => h(
          "li", {},
          h("button", { type: "button", class: "pm-link-button", "data-testid": "also", onclick: () => listener.ask(text) }, text),
          why ? h("span", { class: "pm-faint" }, ` ${why}`) : null,
        ))),
      ]
      : []),
    queryDrawer(String(message["cypher"]), message["parameters"] as Record<string, unknown>, listener.say),
    h("h3", { class: "pm-heading" }, message["cut"] ? `The first ${count(total, "row")}; there may be more` : count(total, "row")),
    total ? answerTable(rows, message["columns"] as string[], listener) : h("p", { class: "pm-empty" }, "Nothing in the graph answers this."),
  );
}

/** The query and its parameters, to be read, copied and changed. */
function queryDrawer(cypher: string, parameters: Record<string, unknown>, say: (sentence: string) => void): HTMLElement {
  const given = JSON.stringify(parameters, null, 1);
  const copy = (what: string, text: string, code: HTMLElement): HTMLElement => h(
    "button",
    {
      type: "button", class: "pm-icon-button", "aria-label": `Copy ${what}`, title: `Copy ${what}`, "data-testid": "copy",
      onclick: () => {
        const select = (): void => {
          getSelection()?.selectAllChildren(code);
          say(`This page may not write to the clipboard; ${what} is marked, copy it with Ctrl C.`);
        };
        if (!navigator.clipboard) return select();
        navigator.clipboard.writeText(text).then(() => say(`Copied ${what}.`), select);
      },
    },
    icon(ICONS.copy),
  );
  const block = (what: string, testid: string, text: string): HTMLElement => {
    const code = h("code", { "data-testid": testid }, text);
    return h("div", { class: "pm-code" }, h("pre", { tabindex: 0, "aria-label": what }, code), copy(what, text, code));
  };
  return h(
    "details", { class: "pm-drawer", "data-testid": "drawer" },
    h("summary", {}, "Cypher"),
    block("the query", "cypher", cypher),
    Object.keys(parameters).length ? block("its parameters", "parameters", given) : null,
    h("p", { class: "pm-faint" }, "Run it, or a changed one, with graph.cypher(query, parameters)."),
  );
}

function answerTable(rows: Table, columns: readonly string[], listener: AnswerListener): HTMLElement {
  const heads = columns.map((name) => h("th", { scope: "col" }, name.replaceAll("_", " ")));
  const lines = Array.from({ length: Math.min(rows.rows, MOST) }, (_, i) => {
    const [edge, node] = [rows.year("edge", i), rows.year("node", i)];
    const open = edge !== null ? () => listener.openEdge(edge) : node !== null ? () => listener.openNode(node) : null;
    const cells = columns.map((name, c) => {
      const text = rows.str(name, i);
      return h("td", {}, open && c === 0
        ? h("button", { type: "button", class: "pm-link-button", "data-testid": "answer-row", onclick: open }, text || "open")
        : text);
    });
    return h("tr", {}, ...cells);
  });
  return h(
    "div", { class: "pm-answer-rows" },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...lines)),
    rows.rows > MOST ? h("p", { class: "pm-faint" }, `${count(rows.rows - MOST, "row")} more; the query brings them all.`) : null,
  );
}

/** The nodes and edges of the rows that are on the canvas. */
export function answered(rows: Table): { nodes: number[]; edges: number[] } {
  const all = (name: string): number[] =>
    Array.from({ length: rows.rows }, (_, i) => rows.year(name, i)).filter((n): n is number => n !== null);
  return { nodes: all("node"), edges: all("edge") };
}
