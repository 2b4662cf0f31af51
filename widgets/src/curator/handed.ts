// What is to be decided, from a file that is handed on; and what was decided, to be given back.

import { Table, unpack, type Column, type Message, type Reply, type Talk } from "../protocol.ts";
import { EVERYTHING, line, same, thingOf, type Ask, type Item, type Outcome, type Past, type Said, type Say, type Shown, type Sort, type Thing } from "./messages.ts";

/** What widgets/curating/review_file.py writes into the file. */
export interface Written {
  format: string;
  id: string;
  by: string;
  height: number;
  predicates: Record<string, [string, boolean]>;
  asserted: string[];
  kinds: Record<string, string>;
  assertions: string[];
  items: { item: Item; tables: Message["tables"]; buffers: string[] }[];
}

/** One line of the file that is given back. */
export type Line = Said & { format: string; key: string; by: string; at: string; undoes?: string };

const ALONE = "This file holds what is to be decided, and no graph; open the graph in a notebook for that.";
const WORDS: Record<string, string> = {
  accept: "accepted it", reject: "rejected it", skip: "skipped it", flip: "turned it round", relink: "linked it to another concept", span: "moved the words",
  merge: "said that they are one", split: "said that they are not one",
};

function words(said: Said, label: (predicate: string) => string): string {
  if (said.action === "predicate") return `said that it reads “${label(said.predicate ?? "")}”`;
  if (said.action === "assertion") return `marked it as ${said.assertion}`;
  return WORDS[said.action] ?? said.action;
}

/** Where lines outlive a page that is closed, if the browser lets them. */
export interface Kept {
  read(): Line[];
  write(lines: readonly Line[]): void;
}

/** Answers from a file, and remembers what was decided. */
export class Handed implements Talk<Ask, Say> {
  readonly view = "file";
  /** What was decided, only ever added to. */
  readonly lines: Line[];
  by: string;
  private readonly written: Written;
  private readonly shown: Shown[];
  private readonly dealt = new Set<Shown>();
  private readonly past: Line[] = [];
  private readonly future: Line[] = [];
  private readonly kept: Kept;
  private readonly changed: () => void;
  private readonly now: () => Date;

  constructor(written: Written, kept: Kept, changed: () => void = () => {}, now: () => Date = () => new Date()) {
    this.written = written;
    this.kept = kept;
    this.changed = changed;
    this.now = now;
    const bytes = (text: string): DataView => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    this.shown = written.items.map(({ item, tables, buffers }) => ({ item, tables: unpack(tables, buffers.map(bytes)) }));
    this.lines = kept.read();
    this.by = written.by || this.lines.at(-1)?.by || "";
    this.past.push(...this.holding());
  }

  /** Lines that nothing takes back, without those that take back. */
  holding(): Line[] {
    const gone = new Set<string>();
    const out: Line[] = [];
    for (const line of [...this.lines].reverse()) {
      if (gone.has(line.key)) continue;
      if (line.action === "undo") gone.add(line.undoes!);
      else out.push(line);
    }
    return out.reverse();
  }

  async ask(kind: Ask, fields: Record<string, unknown> = {}): Promise<Reply> {
    switch (kind) {
      case "hello":
        return this.reply("curator/hello", {
          by: this.by, wanted: EVERYTHING, predicates: this.written.predicates, asserted: this.written.asserted, kinds: this.written.kinds,
          assertions: this.written.assertions, left: this.left("statement"), today: this.today(),
        });
      case "left":
        return this.reply("curator/left", { sort: fields["sort"], left: this.left(fields["sort"] as Sort) });
      case "deal":
        return this.deal(fields["sort"] as Sort);
      case "look":
        return this.look(fields as unknown as Thing);
      case "decide":
        return this.decide(fields["said"] as Said);
      case "undo":
        return this.undo(String(fields["decision"] ?? ""));
      case "redo":
        return this.redo();
      case "find":
        return this.find(String(fields["text"] ?? ""));
      case "progress":
        return this.progress();
      default:
        throw new Error(ALONE);
    }
  }

  /** Nobody listens. */
  say(): void {}

  close(): void {}

  /** What is given back, one line of JSON each. */
  text(): string {
    return this.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  }

  private reply(kind: string, fields: Record<string, unknown>, tables: Record<string, Table> = {}): Reply {
    return { message: { kind, protocol: 0, view: this.view, seq: 0, re: null, tables: {}, ...fields }, tables };
  }

  private readonly label = (predicate: string): string => this.written.predicates[predicate]?.[0] ?? predicate.replaceAll("_", " ");

  private of(thing: Thing): Shown {
    const found = this.shown.find(({ item }) => same(item, thing) || (item.sort === "pair" && item.id === thing.other && item.other === thing.id));
    if (!found) throw new Error(ALONE);
    return found;
  }

  private about(line: Line): Shown | undefined {
    return this.shown.find(({ item }) => (line.statement ? item.id === line.statement : item.sort === "pair" && [item.id, item.other].sort().join() === [line.concept, line.other].sort().join()));
  }

  private decided(): Set<Shown> {
    return new Set(this.holding().flatMap((line) => this.about(line) ?? []));
  }

  private left(sort: Sort): number {
    const done = this.decided();
    return this.shown.filter((one) => one.item.sort === sort && !done.has(one)).length;
  }

  private today(): number {
    const day = this.now().toDateString();
    return this.holding().filter(({ at }) => new Date(at).toDateString() === day).length;
  }

  /** As it was written, with what was decided here. */
  private asNow(one: Shown): Shown {
    const mine = this.lines.filter((line) => line.action !== "undo" && this.about(line) === one);
    const holding = new Set(this.holding());
    const past: Past[] = mine.map((line) => ({
      id: line.key, at: line.at, by: line.by, action: line.action, words: words(line, this.label), why: line.why ?? "", undone: !holding.has(line),
    }));
    const verdict = mine.filter((line) => holding.has(line) && ["accept", "reject"].includes(line.action)).at(-1)?.action;
    const item = { ...one.item, history: [...one.item.history, ...past] } as Item;
    if (item.sort === "statement" && verdict) item.status = verdict === "accept" ? "accepted" : "rejected";
    return { item, tables: one.tables };
  }

  private deal(sort: Sort): Reply {
    const done = this.decided();
    const next = this.shown.find((one) => one.item.sort === sort && !this.dealt.has(one) && !done.has(one));
    if (next) this.dealt.add(next);
    const now = next ? this.asNow(next) : null;
    return this.reply("curator/item", { sort, left: this.left(sort), news: "", item: now?.item ?? null }, now?.tables);
  }

  private look(thing: Thing): Reply {
    const now = this.asNow(this.of(thing));
    return this.reply("curator/item", { sort: thing.sort, news: "", item: now.item }, now.tables);
  }

  private decide(said: Said): Reply {
    if (!this.by.trim()) throw new Error("Write your name above first: every decision says who took it.");
    const key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");
    const line: Line = { format: this.written.format, key, by: this.by.trim(), at: this.now().toISOString().replace("Z", "+00:00"), ...said };
    const about = this.about(line);
    if (!about) throw new Error(ALONE);
    this.add(line);
    this.past.push(line);
    this.future.length = 0;
    const verb = words(line, this.label);
    const all = about.item.sort === "statement" ? about.tables["evidence"]!.rows : 0;
    const stays = said.action === "span" || (!!said.evidence && said.evidence.length < all);
    return this.outcome(line, `You ${verb}: ${this.line(about)}.`, 1, { stays });
  }

  private line(one: Shown): string {
    return line(one.item, this.label);
  }

  private outcome(made: Line, said: string, counts: number, more: Partial<Outcome> = {}): Reply {
    const about = this.about(made)!;
    const told: Outcome = { made: [made.key], thing: thingOf(about.item), said, stays: false, conflicts: [], back: false, counts, today: this.today(), ...more };
    return this.reply("curator/decided", { ...told });
  }

  private undo(key: string): Reply {
    const line = key ? this.past.find((l) => l.key === key) : this.past.at(-1);
    if (!line) throw new Error(key ? "Only what was decided in this file can be taken back in it." : "Nothing was decided here that could be taken back.");
    this.past.splice(this.past.indexOf(line), 1);
    this.takeBack(line.key);
    this.future.push(line);
    const about = this.about(line)!;
    this.dealt.add(about);
    return this.outcome(line, `Taken back: ${this.line(about)}.`, -1, { back: true });
  }

  private redo(): Reply {
    const line = this.future.pop();
    if (!line) throw new Error("Nothing was taken back that could be decided again.");
    const undo = [...this.lines].reverse().find((l) => l.action === "undo" && l.undoes === line.key)!;
    this.takeBack(undo.key);
    this.past.push(line);
    return this.outcome(line, `Decided again: ${this.line(this.about(line)!)}.`, 1, { back: true });
  }

  private takeBack(key: string): void {
    const old = this.lines.find((l) => l.key === key)!;
    const { statement, concept, other } = old;
    const about = statement ? { statement } : { concept, other };
    const mark = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");
    this.add({ format: this.written.format, key: mark, by: this.by.trim(), at: this.now().toISOString().replace("Z", "+00:00"), action: "undo", undoes: key, ...about } as Line);
  }

  private add(line: Line): void {
    this.lines.push(line);
    this.kept.write(this.lines);
    this.changed();
  }

  /** Concepts that are in the file. */
  private find(text: string): Reply {
    const wanted = text.trim().toLowerCase();
    const concepts = new Map(this.shown.flatMap(({ item }) => (item.sort === "statement" ? [item.subject, item.object] : [item.one, item.into])).map((c) => [c.id, c]));
    const found = [...concepts.values()]
      .filter((c) => [c.name, ...c.aliases, ...c.surfaces].some((n) => n.toLowerCase().includes(wanted)))
      .sort((a, b) => Number(b.name.toLowerCase() === wanted) - Number(a.name.toLowerCase() === wanted) || a.name.localeCompare(b.name));
    const texts = (values: string[]): Column => ({ type: "texts", values });
    const hits = new Table(found.length, new Map<string, Column>([
      ["id", texts(found.map((c) => c.id))], ["name", texts(found.map((c) => c.name))], ["kind", texts(found.map((c) => c.kind))],
      ["n_works", { type: "numbers", values: Uint32Array.from(found, (c) => c.n_works), gap: null }],
      ["disciplines", { type: "lists", values: found.map((c) => c.disciplines) }],
    ]));
    return this.reply("search/hits", { text }, { hits });
  }

  private progress(): Reply {
    const holding = this.holding();
    const by_action: Record<string, number> = {};
    for (const { action } of holding) by_action[action] = (by_action[action] ?? 0) + 1;
    return this.reply("curator/progress", {
      today: this.today(), mine: holding.length, all: holding.length, by_action, days: [],
      statements: this.shown.length, judged: this.decided().size, conflicts: [], agreement: [], believed: [0, 0], others: {},
    });
  }
}
