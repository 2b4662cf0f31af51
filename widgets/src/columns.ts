// Columns of a table that grows: numbers, and texts that many rows share.

import type { Table } from "./protocol.ts";

type Column = Float32Array | Int32Array | Uint32Array | Int16Array | Uint8Array;

/** The same column with room for so many rows, doubled now and then so that adding stays cheap. */
export function grown<T extends Column>(column: T, rows: number): T {
  if (column.length >= rows) return column;
  const larger = new (column.constructor as new (length: number) => T)(Math.max(rows, 2 * column.length, 64));
  larger.set(column as never);
  return larger;
}

/** A column with the rows of a message written from a row on. */
export function appended<T extends Column>(column: T, from: number, table: Table, name: string): T {
  const larger = grown(column, from + table.rows);
  larger.set(table.numbers(name) as never, from);
  return larger;
}

/** A text that many rows share: the code of each row, and the texts by code. */
export class Words {
  codes = new Uint8Array(0);
  /** So many rows are known. */
  rows = 0;
  readonly words: string[] = [];
  private readonly known = new Map<string, number>();

  /** With texts that have the first codes; rows that are not known have the first of these. */
  constructor(...first: string[]) {
    for (const word of first) this.code(word);
  }

  clear(): void {
    this.codes = new Uint8Array(0);
    this.rows = 0;
    this.words.length = 0;
    this.known.clear();
  }

  append(from: number, rows: number, table: Table, name: string): void {
    this.reach(from + rows);
    const { codes, words } = table.categories(name);
    const own = words.map((word) => this.code(word));
    for (let i = 0; i < rows; i++) this.codes[from + i] = own[codes[i]!]!;
    this.rows = Math.max(this.rows, from + rows);
  }

  /** Have room for so many rows. */
  reach(rows: number): void {
    this.codes = grown(this.codes, rows);
  }

  at(row: number): string {
    return this.words[this.codes[row]!] ?? "";
  }

  private code(word: string): number {
    let code = this.known.get(word);
    if (code === undefined) {
      code = this.words.push(word) - 1;
      // A byte a row: more words than that are drawn and told as the last one.
      this.known.set(word, (code = Math.min(code, 255)));
    }
    return code;
  }
}

/** A number for each row, NaN where there is none. */
export class Measures {
  values = new Float32Array(0);
  rows = 0;

  append(from: number, table: Table): void {
    const [value, known] = [table.numbers("value"), table.numbers("known")];
    this.values = grown(this.values, from + table.rows);
    for (let i = 0; i < table.rows; i++) this.values[from + i] = known[i] ? value[i]! : NaN;
    this.rows = Math.max(this.rows, from + table.rows);
  }
}
