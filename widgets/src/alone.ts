// The page of a file that is handed on: no kernel and no network, every answer is in the file.

import { Explorer } from "./explorer.ts";
import { unpack, type Ask, type Message, type Model, type Reply, type Table, type Talk } from "./protocol.ts";

/** What widgets/snapshot.py writes into the file. */
export interface Written {
  height: number;
  /** The whole canvas as a kernel tells it, with the tables `concepts`, `statements` and `evidence` besides. */
  message: Message;
  /** The buffers of the message in base 64. */
  buffers: string[];
}

const ALONE = "This file holds what was shown when it was written, and no more; open the graph in a notebook to go on from here.";
/** A name is what was meant from this likeness on, and worth suggesting from that one. */
const [MEANT, LIKE] = [0.4, 0.3];
const MOST = 12;

/** A text without capitals and accents. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** How well a folded name answers to a folded text, from 0 to 1. */
export function likeness(name: string, text: string): number {
  if (name === text) return 1;
  if (name.startsWith(text)) return 0.8;
  if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(text))) return 0.6;
  if (name.includes(text)) return MEANT;
  const pairs = (s: string): Set<string> => new Set(Array.from({ length: s.length - 1 }, (_, i) => s.slice(i, i + 2)));
  const [a, b] = [pairs(name), pairs(text)];
  const both = [...a].filter((pair) => b.has(pair)).length;
  // Less than any name that has the text in it.
  return a.size + b.size ? (MEANT * 0.99 * 2 * both) / (a.size + b.size) : 0;
}

/** Answers from the tables of a file. */
export class Recorded implements Talk {
  readonly view = "file";
  private readonly message: Message;
  private readonly tables: Record<string, Table>;
  /** Folded names of each concept. */
  private readonly names: string[][];

  constructor({ message, buffers }: Written) {
    this.message = message;
    const bytes = (text: string): DataView => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    this.tables = unpack(message.tables, buffers.map(bytes));
    const { concepts } = this.tables;
    this.names = concepts!.texts("name").map((name, n) =>
      [name, ...concepts!.list("aliases", n), ...concepts!.list("surfaces", n)].map(fold),
    );
  }

  async ask(kind: Ask, fields: Record<string, unknown> = {}): Promise<Reply> {
    switch (kind) {
      case "hello":
      case "reset":
        return this.reply("graph/full", this.message, { nodes: this.tables["nodes"]!, edges: this.tables["edges"]! });
      case "search":
        return this.reply("search/hits", {}, { hits: this.tables["concepts"]!.pick(this.found(String(fields["text"]), MEANT)) });
      case "complete":
        return this.reply("completions", { texts: [] });
      case "column":
        return this.column(String(fields["name"]), Number(fields["first"]));
      case "bridges":
        return this.reply("bridges", {}, { bridges: this.tables["bridges"]!, connectors: this.tables["connectors"]! });
      case "show":
      case "ask":
        return this.show(fields);
      case "expand":
        return this.at(this.number("concepts", "id", fields["node"], fields["id"]), ALONE);
      case "concept":
        return this.concept(this.number("concepts", "id", fields["node"], fields["id"]));
      case "evidence":
        return this.evidence(this.number("statements", "statement", fields["edge"], fields["id"]));
      default:
        throw new Error(ALONE);
    }
  }

  /** Nobody listens. */
  say(): void {}

  close(): void {}

  private reply(kind: string, fields: Record<string, unknown>, tables: Record<string, Table> = {}): Reply {
    return { message: { ...this.message, ...fields, kind }, tables };
  }

  private number(table: string, column: string, number: unknown, id: unknown): number {
    const row = typeof number === "number" ? number : this.tables[table]!.texts(column).indexOf(String(id));
    if (row < 0) throw new Error(ALONE);
    return row;
  }

  /** Concepts that answer to a text, the best first. */
  private found(text: string, least: number): number[] {
    const wanted = fold(text);
    const works = this.tables["concepts"]!.numbers("n_works");
    if (!wanted) return [];
    return this.names
      .map((names, n) => ({ n, like: Math.max(...names.map((name) => likeness(name, wanted))) }))
      .filter(({ like }) => like >= least)
      .sort((a, b) => b.like - a.like || works[b.n]! - works[a.n]! || a.n - b.n)
      .slice(0, MOST)
      .map(({ n }) => n);
  }

  private show(fields: Record<string, unknown>): Reply {
    const text = String(fields["text"] ?? "");
    const node = fields["id"] ? this.number("concepts", "id", undefined, fields["id"]) : this.found(text, MEANT)[0];
    if (node !== undefined) return this.at(node, "");
    const suggestions = this.found(text, LIKE * MEANT).map((n) => this.tables["concepts"]!.str("name", n));
    return this.reply("notice", { message: `Nothing in this file is called “${text}”.`, suggestions: suggestions.slice(0, 5) });
  }

  /** Go to a concept, which is on the canvas. */
  private at(node: number, note: string): Reply {
    const { nodes, edges } = this.tables;
    const told = {
      base: this.message["revision"], first_node: nodes!.rows, first_edge: edges!.rows,
      around: [node], focus: node, note, changed: false,
    };
    return this.reply("graph/delta", told, { nodes: nodes!.pick([]), edges: edges!.pick([]) });
  }

  /** What colours or sizes tell of the nodes from one on. */
  private column(name: string, first: number): Reply {
    const whole = this.tables[`column ${name}`];
    if (!whole) throw new Error(ALONE);
    const rows = Array.from({ length: whole.rows - first }, (_, i) => first + i);
    return this.reply("column", { name, first, numeric: whole.has("known") }, { column: whole.pick(rows) });
  }

  private concept(node: number): Reply {
    const { concepts, statements } = this.tables;
    const id = concepts!.str("id", node);
    const about = Array.from({ length: statements!.rows }, (_, e) => e)
      .filter((e) => statements!.str("subject", e) === id || statements!.str("object", e) === id)
      .sort((a, b) => statements!.num("belief", b) - statements!.num("belief", a) || a - b);
    return this.reply("detail/concept", { id, node, where: "in this file" }, { concept: concepts!.pick([node]), statements: statements!.pick(about) });
  }

  private evidence(edge: number): Reply {
    const { statements, evidence } = this.tables;
    const of = evidence!.numbers("edge");
    const said = Array.from({ length: evidence!.rows }, (_, row) => row).filter((row) => of[row] === edge);
    const tables = { statement: statements!.pick([edge]), evidence: evidence!.pick(said) };
    return this.reply("detail/evidence", { id: statements!.str("statement", edge), edge }, tables);
  }
}

/** What is written in the document. */
export function written(): Written {
  return JSON.parse(document.getElementById("data")!.textContent!) as Written;
}

/** The state of a widget that nobody shares. */
export function modelOf(data: Written, more: Record<string, unknown> = {}): Model {
  const state: Record<string, unknown> = { height: data.height, query: data.message["query"], ...more };
  const nothing = (): void => {};
  return {
    get: (key) => state[key],
    set: (key, value) => { state[key] = value; },
    save_changes: nothing, send: nothing, on: nothing, off: nothing,
  };
}

/** Show what is written in the document. */
export function play(): void {
  const place = document.getElementById("explorer")!;
  const data = written();
  new Explorer(modelOf(data), place, () => new Recorded(data));
  place.firstElementChild?.classList.add("pm-alone");
  place.querySelector("input")?.setAttribute("placeholder", "Search in this file ( / )");
}
