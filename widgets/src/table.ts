// The canvas as a table: the same statements, for reading, sorting and screen readers.

import { h } from "./dom.ts";
import type { Scene } from "./scene.ts";
import { years } from "./text.ts";

interface Column {
  name: string;
  numeric: boolean;
  value(edge: number): string | number;
  text(edge: number): string;
}

const MOST = 2000;
const DOUBT: Record<string, string> = { negative: " (denied)", mixed: " (disputed)" };

export class StatementTable {
  readonly element: HTMLElement;
  private readonly columns: Column[];
  private readonly scene: Scene;
  private readonly open: (edge: number) => void;
  private readonly say: (sentence: string) => void;
  private by = 3;
  private down = true;

  constructor(scene: Scene, label: (predicate: string) => string, open: (edge: number) => void, say: (sentence: string) => void) {
    this.say = say;
    this.scene = scene;
    this.open = open;
    const plain = (name: string, value: (e: number) => string): Column => ({ name, numeric: false, value, text: value });
    const number = (name: string, value: (e: number) => number, text: (e: number) => string = (e) => String(value(e))): Column =>
      ({ name, numeric: true, value, text });
    this.columns = [
      plain("Subject", (e) => scene.names[scene.subject[e]!]!),
      plain("Predicate", (e) => label(scene.predicate.at(e)) + (DOUBT[scene.polarity.at(e)] ?? "")),
      plain("Object", (e) => scene.names[scene.object[e]!]!),
      number("Belief", (e) => scene.belief[e]!, (e) => scene.belief[e]!.toFixed(2)),
      number("Sentences", (e) => scene.evidence[e]!),
      number("Works", (e) => scene.edgeWorks[e]!),
      number("Years", (e) => scene.firstYear(e) ?? scene.lastYear(e) ?? 0, (e) => years(scene.firstYear(e), scene.lastYear(e)) || "–"),
    ];
    this.element = h("div", { class: "pm-table", "data-testid": "table", hidden: true });
  }

  /** Write all rows anew. */
  fill(): void {
    const column = this.columns[this.by]!;
    const sign = this.down ? -1 : 1;
    const edges = Array.from({ length: this.scene.edges }, (_, e) => e)
      .filter((e) => this.scene.edgeShown[e])
      .sort((a, b) => {
        const x = column.value(a);
        const y = column.value(b);
        const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
        return order * sign || a - b;
      });
    const arrow = (i: number): HTMLElement =>
      h("span", { class: "pm-arrow", "aria-hidden": "true" }, i === this.by ? (this.down ? "▾" : "▴") : "");
    const head = this.columns.map((c, i) =>
      h(
        "th",
        { scope: "col", class: c.numeric ? "pm-number" : "", "aria-sort": i === this.by ? (this.down ? "descending" : "ascending") : "none" },
        h(
          "button",
          { type: "button", class: "pm-sort", "data-testid": `sort-${c.name.toLowerCase()}`, onclick: () => this.sort(i) },
          ...(c.numeric ? [arrow(i), c.name] : [c.name, arrow(i)]),
        ),
      ),
    );
    const rows = edges.slice(0, MOST).map((edge, i) => {
      const row = h(
        "tr",
        {
          tabindex: i === 0 ? 0 : -1, "data-testid": "row", "data-edge": edge,
          onclick: () => this.open(edge),
          onkeydown: (e: KeyboardEvent) => this.key(e, row, edge),
        },
        ...this.columns.map((c) => h("td", { class: c.numeric ? "pm-number" : "" }, c.text(edge))),
      );
      return row;
    });
    const caption = edges.length > MOST
      ? `The first ${MOST} of ${edges.length} statements on the canvas`
      : "Statements on the canvas; Enter opens the evidence of a row";
    this.element.replaceChildren(
      edges.length
        ? h("table", {}, h("caption", { class: "pm-hidden" }, caption), h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows))
        : h("p", { class: "pm-empty" }, "No statement is on the canvas."),
    );
  }

  focus(): void {
    (this.element.querySelector("tbody tr") as HTMLElement | null)?.focus();
  }

  private sort(column: number): void {
    this.down = column === this.by ? !this.down : this.columns[column]!.numeric;
    this.by = column;
    this.fill();
    this.say(`Sorted by ${this.columns[column]!.name.toLowerCase()}, ${this.down ? "the greatest" : "the smallest"} first.`);
    (this.element.querySelectorAll(".pm-sort")[column] as HTMLElement | undefined)?.focus();
  }

  private key(event: KeyboardEvent, row: HTMLElement, edge: number): void {
    const to = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
    if (to) {
      row.tabIndex = -1;
      (to as HTMLElement).tabIndex = 0;
      (to as HTMLElement).focus();
    } else if (event.key === "Enter" || event.key === " ") {
      this.open(edge);
    } else if (!event.key.startsWith("Arrow")) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
