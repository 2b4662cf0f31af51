// What a view was given to decide about, in order, and where in it the person is.

import { same, type Shown, type Thing } from "./messages.ts";

export interface Entry extends Shown {
  /** A decision about it is on its way, was made, or could not be. */
  state: "open" | "deciding" | "decided" | "failed";
  /** Ids of the evidence that a correction is about; none is all. */
  picked: Set<string>;
  why: string;
  /** Of a pair: whether the first of the two stands for both. */
  turned: boolean;
}

/** So many are held ready ahead of the one that is shown. */
export const AHEAD = 4;

export class Deck {
  readonly entries: Entry[] = [];
  /** Place of the one that is shown; the number of entries where there is none. */
  place = 0;
  /** How many are being fetched. */
  fetching = 0;
  exhausted = false;
  left: number | null = null;

  get current(): Entry | null {
    return this.entries[this.place] ?? null;
  }

  /** How many more to ask for now. */
  get wants(): number {
    if (this.exhausted) return 0;
    return Math.max(AHEAD + 1 - (this.entries.length - this.place) - this.fetching, 0);
  }

  static entry(shown: Shown): Entry {
    return { ...shown, state: "open", picked: new Set(), why: "", turned: false };
  }

  find(thing: Thing): number {
    return this.entries.findIndex(({ item }) => same(item, thing));
  }

  /** Take in what comes next; false if it is there already. */
  add(shown: Shown): boolean {
    if (this.find(shown.item) >= 0) return false;
    this.entries.push(Deck.entry(shown));
    return true;
  }

  /** Put what was not dealt before the others that are to come. */
  insert(shown: Shown): void {
    const there = this.find(shown.item);
    if (there >= 0) {
      this.renew(this.entries[there]!, shown);
      this.place = there;
      return;
    }
    this.entries.splice(this.place, 0, Deck.entry(shown));
  }

  /** Look at it as it is now. */
  renew(entry: Entry, shown: Shown): void {
    const rank = shown.item.rank ?? entry.item.rank;
    Object.assign(entry, { item: { ...shown.item, rank }, tables: shown.tables });
  }

  /** Go on to the next that is not decided about. */
  goOn(): void {
    do this.next();
    while (this.current && (this.current.state === "decided" || this.current.state === "deciding"));
  }

  next(): boolean {
    if (this.place >= this.entries.length) return false;
    this.place++;
    return true;
  }

  back(): boolean {
    if (this.place === 0) return false;
    this.place--;
    return true;
  }

  /** Forget all that was dealt. */
  clear(): void {
    this.entries.length = 0;
    this.place = 0;
    this.fetching = 0;
    this.exhausted = false;
  }
}
