// The page's half of widgets/protocol.py: numbered questions, binary columns.

export const PROTOCOL = 1;
const MISSING = -(2 ** 31);
const PATIENCE = 20_000;

export interface Model {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
}

export type Ask = "hello" | "search" | "show" | "expand" | "reset" | "concept" | "evidence";

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

/** One decoded table: columns by name, one value a row. */
export class Table {
  readonly rows: number;
  private readonly columns: Map<string, unknown[]>;

  constructor(rows: number, columns: Map<string, unknown[]>) {
    this.rows = rows;
    this.columns = columns;
  }

  private column(name: string): unknown[] {
    const found = this.columns.get(name);
    if (!found) throw new Error(`The kernel's message lacks the column ${name}; reload the page.`);
    return found;
  }

  str(name: string, row: number): string {
    return String(this.column(name)[row] ?? "");
  }

  num(name: string, row: number): number {
    return Number(this.column(name)[row] ?? 0);
  }

  year(name: string, row: number): number | null {
    const value = this.column(name)[row];
    return typeof value === "number" && value !== MISSING ? value : null;
  }

  list(name: string, row: number): string[] {
    return (this.column(name)[row] as string[] | undefined) ?? [];
  }
}

const ARRAYS = { f4: Float32Array, i4: Int32Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array } as const;

function numbers(type: keyof typeof ARRAYS, raw: DataView): number[] {
  // A view into a larger message need not be aligned, so its bytes are copied.
  const bytes = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength);
  return Array.from(new ARRAYS[type](bytes as ArrayBuffer));
}

function texts(data: DataView, offsets: DataView): string[] {
  const ends = numbers("u4", offsets);
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return ends.slice(1).map((end, i) => decoder.decode(bytes.subarray(ends[i]!, end)));
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
    const columns = new Map<string, unknown[]>();
    for (const [key, [type, at]] of Object.entries(table.columns)) {
      if (type === "str") {
        columns.set(key, texts(buffer(at), buffer(at + 1)));
      } else if (type === "cat") {
        const words = texts(buffer(at + 1), buffer(at + 2));
        columns.set(key, numbers("u4", buffer(at)).map((code) => words[code]));
      } else if (type === "list") {
        const ends = numbers("u4", buffer(at));
        const items = texts(buffer(at + 1), buffer(at + 2));
        columns.set(key, ends.slice(1).map((end, i) => items.slice(ends[i], end)));
      } else if (type in ARRAYS) {
        columns.set(key, numbers(type as keyof typeof ARRAYS, buffer(at)));
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
  /** The kernel has not answered for a while; it may still do so. */
  silent(): void;
  /** It has answered after all. */
  awake(): void;
  /** A message went missing, so what is on the canvas may not be what the kernel thinks. */
  gap(): void;
}

interface Open {
  resolve(reply: Reply): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

/** Questions to the kernel, and their answers. One a view. */
export class Channel {
  readonly view: string;
  private readonly model: Model;
  private readonly listener: Listener;
  private readonly open = new Map<number, Open>();
  private asked = 0;
  private heard = 0;

  constructor(model: Model, listener: Listener) {
    this.model = model;
    this.listener = listener;
    this.view = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
    model.on("msg:custom", this.receive);
  }

  /** Ask the kernel. Rejects with the kernel's sentence if it cannot answer. */
  ask(kind: Ask, fields: Record<string, unknown> = {}, patience = PATIENCE): Promise<Reply> {
    const seq = ++this.asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.listener.silent();
        this.listener.busy(0);
      }, patience);
      this.open.set(seq, { resolve, reject, timer });
      this.listener.busy(this.open.size);
      this.model.send({ kind, protocol: PROTOCOL, view: this.view, seq, ...fields });
    });
  }

  close(): void {
    this.model.off("msg:custom", this.receive);
    for (const question of this.open.values()) clearTimeout(question.timer);
    this.open.clear();
  }

  private readonly receive = (message: Message, buffers: DataView[] = []): void => {
    if (message.view !== this.view) return;
    const missed = message.seq > 0 && this.heard > 0 && message.seq !== this.heard + 1;
    if (message.seq > 0) this.heard = message.seq;
    const question = message.re === null ? undefined : this.open.get(message.re);
    if (question && message.re !== null) {
      clearTimeout(question.timer);
      this.open.delete(message.re);
      this.listener.awake();
      this.listener.busy(this.open.size);
      try {
        question.resolve(this.read(message, buffers));
      } catch (error) {
        question.reject(error as Error);
      }
    }
    if (missed) this.listener.gap();
  };

  private read(message: Message, buffers: DataView[]): Reply {
    if (message.kind === "error") throw new Error(message.message ?? "The kernel could not answer.");
    if (message.protocol !== PROTOCOL) {
      throw new Error(
        `The kernel speaks version ${message.protocol} of the Explorer's protocol and this page version ${PROTOCOL}: ` +
          "save the notebook, reload the page and run the cell again.",
      );
    }
    return { message, tables: unpack(message.tables, buffers) };
  }
}
