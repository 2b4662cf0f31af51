// Decisions: said to the kernel while the next thing is shown, come back to if they could not be written, taken back.

import type { Reply } from "../protocol.ts";
import type { Talking } from "../talking.ts";
import { when } from "./card.ts";
import type { Deck, Entry } from "./deck.ts";
import { line, type Ask, type Outcome, type Said, type Say, type Sort, type Thing } from "./messages.ts";
import { ends } from "./pair.ts";

/** What is decided at. */
export interface DecidingDesk {
  readonly talking: Talking<Ask, Say>;
  readonly decks: Record<Sort, Deck>;
  readonly deck: Deck;
  readonly sort: Sort;
  /** Grows whenever the queue begins anew. */
  readonly turn: number;
  /** When the key of the last decision was pressed. */
  pressedAt: number;
  label(predicate: string): string;
  say(sentence: string): void;
  show(): void;
  switchTo(sort: Sort, quiet?: boolean): void;
  open(thing: Thing): Promise<void>;
  anew(): void;
  tellToday(n: number): void;
  tellLeft(): void;
}

/** Ids of the evidence that is shown. */
function shownIds({ tables }: Entry): string[] {
  const evidence = tables["evidence"]!;
  return Array.from({ length: evidence.rows }, (_, row) => evidence.str("id", row));
}

const CORRECTIONS = new Set(["flip", "predicate", "assertion", "relink"]);

export class Deciding {
  private readonly desk: DecidingDesk;

  constructor(desk: DecidingDesk) {
    this.desk = desk;
  }

  /** The mapping that says a decision about what is shown. */
  private saidOf(action: string, entry: Entry): Said {
    const { item } = entry;
    const said: Said = { action, seen: item.last };
    if (entry.why.trim()) said.why = entry.why.trim();
    if (item.sort === "statement") {
      said.statement = item.id;
      if (CORRECTIONS.has(action) && entry.picked.size) said.evidence = [...entry.picked];
      // What cannot be seen is not corrected.
      else if (CORRECTIONS.has(action) && item.hidden) said.evidence = shownIds(entry);
    } else {
      const { concept, into } = ends(entry);
      Object.assign(said, { concept: concept.id, other: into.id });
    }
    return said;
  }

  decide(action: string, more: Partial<Said> = {}): void {
    const entry = this.desk.deck.current;
    if (!entry) return this.desk.say("There is nothing to decide about here.");
    if (entry.state === "deciding") return this.desk.say("That is being written; wait for it.");
    void this.send(entry, { ...this.saidOf(action, entry), ...more });
  }

  /** Send a decision and go on at once; come back if it could not be written. */
  private async send(entry: Entry, said: Said): Promise<void> {
    const { deck, sort, turn } = this.desk;
    const state = entry.state;
    this.desk.pressedAt = performance.now();
    entry.state = "deciding";
    this.desk.talking.error.hidden = true;
    // What more there may be to decide of it is known only when it is written.
    const goes = said.action !== "span" && !entry.picked.size && !(said.action === "merge" && sort === "statement") && !(said.action === "split" && sort === "statement");
    if (goes) this.goOn();
    let reply: Reply;
    try {
      reply = await this.desk.talking.channel.ask("decide", { said });
    } catch (error) {
      entry.state = "failed";
      this.desk.talking.fail(`Not decided: ${(error as Error).message}`);
      this.return(entry, sort, turn);
      return;
    }
    entry.state = state === "failed" ? "open" : state;
    const outcome = reply.message as unknown as Outcome;
    this.decided(outcome);
    if (goes && !outcome.stays) {
      Object.assign(entry, { state: "decided", why: "" });
      entry.picked.clear();
      return;
    }
    // There is more of it to decide.
    entry.why = "";
    entry.picked.clear();
    if (turn !== this.desk.turn) return;
    if (!outcome.stays && deck.current === entry && said.action !== "merge" && said.action !== "split") {
      entry.state = "decided";
      this.goOn();
    } else this.return(entry, sort, turn);
  }

  private goOn(): void {
    this.desk.deck.goOn();
    this.desk.show();
  }

  /** Make a thing current again. */
  private return(entry: Entry, sort: Sort, turn: number): void {
    if (turn !== this.desk.turn) return;
    const deck = this.desk.decks[sort];
    const place = deck.entries.indexOf(entry);
    if (place < 0) return;
    deck.place = place;
    if (this.desk.sort !== sort) this.desk.switchTo(sort);
    else this.desk.show();
  }

  /** Say what became of a decision. */
  private decided(outcome: Outcome): void {
    const against = outcome.conflicts.map((c) => `${c.by} ${c.words} (${when(c.at)})${c.why ? `, because “${c.why}”` : ""}`);
    const conflict = against.length ? ` This is a conflict: ${against.join("; ")}, and you had not seen it. Yours holds for now; K goes back to it.` : "";
    const next = this.desk.deck.current;
    const then = next && !outcome.stays && !outcome.back ? ` Next: ${line(next.item, (p) => this.desk.label(p))}.` : "";
    if (conflict) this.desk.talking.fail(`${outcome.said}${conflict}`);
    this.desk.say(`${outcome.said}${conflict}${then}`);
    this.desk.tellToday(outcome.today);
    const deck = this.desk.decks[outcome.thing.sort];
    if (deck.left !== null && deck.left >= 0) deck.left = Math.max(0, deck.left - outcome.counts);
    this.desk.tellLeft();
  }

  async undo(decision = ""): Promise<void> {
    const reply = await this.desk.talking.ask("undo", decision ? { decision } : {});
    if (reply) await this.returned(reply);
  }

  async redo(): Promise<void> {
    const reply = await this.desk.talking.ask("redo");
    if (reply) await this.returned(reply);
  }

  /** Something was taken back, or decided again: it is shown as it is now. */
  private async returned(reply: Reply): Promise<void> {
    const outcome = reply.message as unknown as Outcome;
    this.decided(outcome);
    const { thing } = outcome;
    if (thing.sort !== this.desk.sort) this.desk.switchTo(thing.sort, true);
    const place = this.desk.deck.find(thing);
    const reversed = place < 0 ? this.desk.deck.find({ ...thing, id: thing.other, other: thing.id }) : place;
    if (reversed >= 0) {
      this.desk.deck.place = reversed;
      this.desk.deck.current!.state = "open";
      this.desk.show();
    } else {
      const said = this.desk.talking.said();
      await this.desk.open(thing);
      this.desk.say(said);
    }
  }

  async decideMany(fields: Record<string, unknown>): Promise<boolean> {
    const reply = await this.desk.talking.ask("bulk", fields);
    if (!reply) return false;
    this.decided(reply.message as unknown as Outcome);
    const said = this.desk.talking.said();
    this.desk.anew();
    this.desk.say(said);
    return true;
  }
}
