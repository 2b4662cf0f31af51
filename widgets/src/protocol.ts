// The page's half of widgets/protocol.py: numbered questions, binary columns.

import { Watch, type Silence } from "./silence.ts";

export const PROTOCOL = 3;
const SHARES = 65_535;
/** Every so many milliseconds it is looked whether the kernel is still there, while it owes an answer. */
const LOOK = 400;

export interface Model {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
}

export type Ask =
  | "hello" | "search" | "show" | "expand" | "reset" | "concept" | "evidence" | "arrange" | "open"
  | "ask" | "complete" | "menu" | "paths" | "column" | "bridges"
  | "save" | "load" | "rename" | "delete" | "views" | "keep" | "forget" | "phrases" | "step";

/** What the kernel is told and does not answer. */
export type Say = "selection" | "visible" | "places";

interface Described {
  rows: number;
  columns: Record<string, [type: string, buffer: number]>;
}

export interface Message {
  kind: string;
  protocol: number;
  view: string;
  seq: number;
  re: number | null;
  tables: Record<string, Described>;
  message?: string;
  [field: string]: unknown;
}

type Numbers = Float32Array | Int32Array | Int16Array | Uint32Array | Uint16Array | Uint8Array;

/** Texts of which many are the same: a code for each row, and what the codes mean. */
export interface Categories {
  codes: Numbers;
  words: string[];
}

/** One column of a table. */
export type Column =
  | { type: "numbers"; values: Numbers; gap: number | null }
  | { type: "texts"; values: string[] }
  | { type: "lists"; values: string[][] }
  | ({ type: "categories" } & Categories);

/** One decoded table: columns by name, one value a row. */
export class Table {
  readonly rows: number;
  private readonly columns: Map<string, Column>;

  constructor(rows: number, columns: Map<string, Column>) {
    this.rows = rows;
    this.columns = columns;
  }

  has(name: string): boolean {
    return this.columns.has(name);
  }

  private column(name: string): Column {
    const found = this.columns.get(name);
    if (!found) throw new Error(`The kernel's message lacks the column ${name}; reload the page.`);
    return found;
  }

  str(name: string, row: number): string {
    const column = this.column(name);
    if (column.type === "texts") return column.values[row] ?? "";
    return column.type === "categories" ? column.words[column.codes[row] ?? -1] ?? "" : "";
  }

  num(name: string, row: number): number {
    const column = this.column(name);
    return column.type === "numbers" ? column.values[row] ?? 0 : 0;
  }

  year(name: string, row: number): number | null {
    const column = this.column(name);
    const value = column.type === "numbers" ? column.values[row] : undefined;
    return value === undefined || column.type !== "numbers" || value === column.gap ? null : value;
  }

  list(name: string, row: number): string[] {
    const column = this.column(name);
    return column.type === "lists" ? column.values[row] ?? [] : [];
  }

  /** Some of the rows, in this order. */
  pick(rows: readonly number[]): Table {
    const picked = new Map<string, Column>();
    for (const [name, column] of this.columns) {
      if (column.type === "numbers") picked.set(name, { ...column, values: taken(column.values, rows) });
      else if (column.type === "categories") picked.set(name, { ...column, codes: taken(column.codes, rows) });
      else if (column.type === "texts") picked.set(name, { type: "texts", values: rows.map((row) => column.values[row]!) });
      else picked.set(name, { type: "lists", values: rows.map((row) => column.values[row]!) });
    }
    return new Table(rows.length, picked);
  }

  /** A whole column of numbers. */
  numbers(name: string): Numbers {
    const column = this.column(name);
    if (column.type !== "numbers") throw new Error(`The kernel sends no numbers as ${name}; reload the page.`);
    return column.values;
  }

  /** A whole column of texts. */
  texts(name: string): string[] {
    const column = this.column(name);
    if (column.type !== "texts") throw new Error(`The kernel sends no texts as ${name}; reload the page.`);
    return column.values;
  }

  /** A whole column of texts of which many are the same. */
  categories(name: string): Categories {
    const column = this.column(name);
    if (column.type !== "categories") throw new Error(`The kernel sends no categories as ${name}; reload the page.`);
    return column;
  }
}

const ARRAYS = {
  f4: Float32Array, i4: Int32Array, i2: Int16Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array,
} as const;
const GAPS: Record<string, number> = { i4: -(2 ** 31), i2: -(2 ** 15) };

function taken(values: Numbers, rows: readonly number[]): Numbers {
  const out = new (values.constructor as new (length: number) => Numbers)(rows.length);
  rows.forEach((row, i) => { out[i] = values[row]!; });
  return out;
}

function numbers(type: keyof typeof ARRAYS, raw: DataView, skip = 0): Numbers {
  // A view into a larger message need not be aligned, so its bytes are copied.
  const bytes = raw.buffer.slice(raw.byteOffset + skip, raw.byteOffset + raw.byteLength);
  return new ARRAYS[type](bytes as ArrayBuffer);
}

/** One byte says how wide the numbers are, then they follow. */
function counts(raw: DataView): Numbers {
  return numbers(`u${raw.getUint8(0)}` as "u1" | "u2" | "u4", raw, 1);
}

function shares(raw: DataView): Float32Array {
  return Float32Array.from(numbers("u2", raw), (step) => step / SHARES);
}

function texts(data: DataView, lengths: DataView): string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const whole = decoder.decode(bytes);
  // All in one call where a character is a byte; with other scripts in it, one by one.
  const plain = whole.length === bytes.length;
  const out: string[] = [];
  let from = 0;
  for (const length of counts(lengths)) {
    out.push(plain ? whole.slice(from, from + length) : decoder.decode(bytes.subarray(from, from + length)));
    from += length;
  }
  return out;
}

/** The tables of a message. */
export function unpack(described: Record<string, Described>, buffers: readonly DataView[]): Record<string, Table> {
  const out: Record<string, Table> = {};
  const buffer = (at: number): DataView => {
    const found = buffers[at];
    if (!found) throw new Error(`The kernel's message lacks buffer ${at}; reload the page.`);
    return found;
  };
  for (const [name, table] of Object.entries(described)) {
    const columns = new Map<string, Column>();
    for (const [key, [type, at]] of Object.entries(table.columns)) {
      if (type === "str") {
        columns.set(key, { type: "texts", values: texts(buffer(at), buffer(at + 1)) });
      } else if (type === "cat") {
        columns.set(key, { type: "categories", codes: counts(buffer(at)), words: texts(buffer(at + 1), buffer(at + 2)) });
      } else if (type === "list") {
        const items = texts(buffer(at + 1), buffer(at + 2));
        let from = 0;
        columns.set(key, { type: "lists", values: Array.from(counts(buffer(at)), (n) => items.slice(from, (from += n))) });
      } else if (type === "q2") {
        columns.set(key, { type: "numbers", values: shares(buffer(at)), gap: null });
      } else if (type in ARRAYS) {
        columns.set(key, { type: "numbers", values: numbers(type as keyof typeof ARRAYS, buffer(at)), gap: GAPS[type] ?? null });
      } else {
        throw new Error(`The kernel sends columns of type ${type}, which this page does not know; reload the page.`);
      }
    }
    out[name] = new Table(table.rows, columns);
  }
  return out;
}

export interface Reply {
  message: Message;
  tables: Record<string, Table>;
}

export interface Listener {
  /** How many questions are open. */
  busy(open: number): void;
  /** The kernel has not answered yet, and why; it may still do so. */
  silent(why: Silence): void;
  /** It has answered. */
  awake(): void;
  /** What nobody on this page has asked for: Python changed the canvas, or what was said makes no sense. */
  told(reply: Reply | Error): void;
  /** A message went missing, so what is on the canvas may not be what the kernel thinks. */
  gap(): void;
}

/** What may go with a question, or with what is told. */
export interface Asking {
  /** Nodes that were dragged, and where they are now. */
  moved?: [n: number, x: number, y: number][];
  /** Where all nodes are now: their x, then their y (f4). */
  buffers?: ArrayBuffer[];
}

interface Open {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** Who answers what a view asks: a kernel, or a file that was written for it. */
export interface Talk<A extends string = Ask, S extends string = Say> {
  readonly view: string;
  ask(kind: A, fields?: Record<string, unknown>, more?: Asking): Promise<Reply>;
  say(kind: S, fields: Record<string, unknown>, more?: Asking): void;
  close(): void;
}

/** Questions to the kernel, and their answers. One a view; of an Explorer, unless it says what else is *called* upon. */
export class Channel<A extends string = Ask, S extends string = Say> implements Talk<A, S> {
  readonly view: string;
  private readonly called: string;
  private readonly model: Model;
  private readonly listener: Listener;
  private readonly open = new Map<number, Open>();
  private asked = 0;
  private heard = 0;
  private readonly watch: Watch;
  private waiting: ReturnType<typeof setInterval> | undefined;
  /** Since when nothing has come that was asked for. */
  private quietSince = 0;

  constructor(model: Model, listener: Listener, called = "Explorer") {
    this.model = model;
    this.listener = listener;
    this.called = called;
    this.watch = new Watch(model);
    this.view = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
    model.on("msg:custom", this.receive);
  }

  /** Ask the kernel. Rejects with the kernel's sentence if it cannot answer. */
  ask(kind: A, fields: Record<string, unknown> = {}, more: Asking = {}): Promise<Reply> {
    const seq = ++this.asked;
    return new Promise((resolve, reject) => {
      this.open.set(seq, { resolve, reject });
      this.wait();
      this.listener.busy(this.open.size);
      try {
        this.model.send({ kind, protocol: PROTOCOL, view: this.view, seq, moved: more.moved ?? [], ...fields }, undefined, more.buffers ?? []);
      } catch {
        // There is nobody to send it to; the one who waits says why.
      }
    });
  }

  /** Tell the kernel something that it does not answer. */
  say(kind: S, fields: Record<string, unknown>, more: Asking = {}): void {
    try {
      this.model.send({ kind, protocol: PROTOCOL, view: this.view, seq: ++this.asked, moved: more.moved ?? [], ...fields }, undefined, more.buffers ?? []);
    } catch {
      // The kernel is gone; the next question says so.
    }
  }

  close(): void {
    this.model.off("msg:custom", this.receive);
    this.stop();
    this.watch.close();
    this.open.clear();
  }

  /** While an answer is owed, look why it does not come. */
  private wait(): void {
    if (this.waiting !== undefined) return;
    this.quietSince = performance.now();
    this.waiting = setInterval(() => {
      const now = performance.now();
      const why = this.watch.look(now - this.quietSince, now, this.heard > 0);
      if (!why) return;
      if (why.answer === "later") return this.listener.silent(why);
      this.stop();
      this.listener.busy(0);
      if (why.answer === "perhaps") return this.listener.silent(why);
      const lost = [...this.open.values()];
      this.open.clear();
      for (const question of lost) question.reject(new Error(why.sentence));
    }, LOOK);
  }

  private stop(): void {
    clearInterval(this.waiting);
    this.waiting = undefined;
  }

  private readonly receive = (message: Message, raw: readonly (ArrayBufferView | ArrayBuffer)[] = []): void => {
    if (message.view !== this.view) return;
    const missed = message.seq > 0 && this.heard > 0 && message.seq !== this.heard + 1;
    if (message.seq > 0) this.heard = message.seq;
    const question = message.re === null ? undefined : this.open.get(message.re);
    // Hosts differ: some give views into a larger message, some the bytes themselves.
    const buffers = raw.map((b) => (ArrayBuffer.isView(b) ? new DataView(b.buffer, b.byteOffset, b.byteLength) : new DataView(b)));
    if (question && message.re !== null) {
      this.open.delete(message.re);
      this.quietSince = performance.now();
      if (!this.open.size) this.stop();
      this.listener.awake();
      this.listener.busy(this.open.size);
      try {
        question.resolve(this.read(message, buffers));
      } catch (error) {
        question.reject(error as Error);
      }
    }
    if (missed) this.listener.gap();
    else if (!question) {
      try {
        this.listener.told(this.read(message, buffers));
      } catch (error) {
        this.listener.told(error as Error);
      }
    }
  };

  private read(message: Message, buffers: DataView[]): Reply {
    if (message.kind === "error") throw new Error(message.message ?? "The kernel could not answer.");
    if (message.protocol !== PROTOCOL) {
      throw new Error(
        `The kernel speaks version ${message.protocol} of the ${this.called}'s protocol and this page version ${PROTOCOL}: ` +
          "save the notebook, reload the page and run the cell again.",
      );
    }
    return { message, tables: unpack(message.tables, buffers) };
  }
}
