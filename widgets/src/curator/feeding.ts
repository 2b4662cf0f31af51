// What comes next, fetched ahead; and what is shown, looked at anew.

import type { Reply } from "../protocol.ts";
import type { Talking } from "../talking.ts";
import { when } from "./card.ts";
import { AHEAD, Deck, type Entry } from "./deck.ts";
import { thingOf, type Ask, type Hello, type Item, type Say, type Sort } from "./messages.ts";
import type { SpanEditor } from "./spans.ts";

/** Whom the queue is fed to. */
export interface FeedingDesk {
  readonly talking: Talking<Ask, Say>;
  readonly sort: Sort;
  readonly main: HTMLElement;
  readonly hello: Hello | null;
  readonly editor: SpanEditor | null;
  show(): void;
  drawn(entry: Entry | null): void;
  empty(sentence: string): void;
  say(sentence: string): void;
  news(sentence: string): void;
  tellLeft(): void;
}

export class Feeding {
  readonly decks: Record<Sort, Deck> = { statement: new Deck(), pair: new Deck() };
  /** Grows whenever the queue begins anew: what was asked for before is not taken in any more. */
  turn = 0;
  private readonly desk: FeedingDesk;

  constructor(desk: FeedingDesk) {
    this.desk = desk;
  }

  get deck(): Deck {
    return this.decks[this.desk.sort];
  }

  /** Begin the queue again. */
  anew(): void {
    this.turn++;
    for (const deck of Object.values(this.decks)) deck.clear();
    this.desk.empty("Looking for what to decide …");
    this.fetch();
  }

  /** Have as many ready as are held ahead. */
  fetch(sort: Sort = this.desk.sort): void {
    const deck = this.decks[sort];
    for (let n = deck.wants; n > 0; n--) void this.deal(sort);
    this.desk.tellLeft();
  }

  private async deal(sort: Sort): Promise<void> {
    const { turn } = this;
    const deck = this.decks[sort];
    deck.fetching++;
    let reply: Reply;
    try {
      reply = await this.desk.talking.channel.ask("deal", { sort });
    } catch (error) {
      deck.fetching = Math.max(0, deck.fetching - 1);
      if (turn === this.turn && !deck.current) {
        this.desk.talking.fail((error as Error).message);
        this.desk.empty("Nothing more can be fetched now.");
      }
      return;
    }
    if (turn !== this.turn) return;
    deck.fetching = Math.max(0, deck.fetching - 1);
    const { message, tables } = reply;
    deck.left = message["left"] as number;
    if (message["news"]) this.desk.news(String(message["news"]));
    const item = message["item"] as Item | null;
    if (!item) deck.exhausted = true;
    else {
      const waited = !deck.current;
      deck.add({ item, tables });
      if (waited && sort === this.desk.sort) this.desk.show();
    }
    if (!item && sort === this.desk.sort && !deck.current) this.desk.show();
    this.desk.tellLeft();
    if (sort === "statement" && this.decks.pair.left === null && deck.entries.length > AHEAD) void this.countPairs();
  }

  private async countPairs(): Promise<void> {
    this.decks.pair.left = -1;
    try {
      const { message } = await this.desk.talking.channel.ask("left", { sort: "pair" });
      this.decks.pair.left = message["left"] as number;
    } catch {
      this.decks.pair.left = null;
    }
    this.desk.tellLeft();
  }

  /** See how a thing is now, and tell if somebody decided about it meanwhile. */
  async look(entry: Entry): Promise<void> {
    const { turn } = this;
    let reply: Reply;
    try {
      reply = await this.desk.talking.channel.ask("look", { ...thingOf(entry.item) });
    } catch (error) {
      // What is told of a decision matters more.
      const { talking } = this.desk;
      if (turn === this.turn && this.deck.current === entry && talking.error.hidden) talking.fail((error as Error).message);
      return;
    }
    const item = reply.message["item"] as Item;
    const before = entry.item;
    if (reply.message["news"]) this.desk.news(String(reply.message["news"]));
    if (turn !== this.turn || entry.state === "deciding") return;
    const changed = item.last !== before.last || ("belief" in item && "belief" in before && item.belief !== before.belief);
    // What is not shown has not been seen: words that are being edited stay as they are.
    if (this.desk.editor && this.deck.current === entry) return;
    this.deck.renew(entry, { item, tables: reply.tables });
    if (!changed || this.deck.current !== entry) return;
    const held = this.desk.main.scrollTop;
    this.desk.drawn(entry);
    this.desk.main.scrollTop = held;
    const last = item.history.at(-1);
    if (last && last.by !== this.desk.hello?.by) this.desk.say(`${last.by} ${last.words} (${when(last.at)}) while you were at it.`);
  }
}
