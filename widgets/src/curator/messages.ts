// The page's half of widgets/curating/desk.py: what is asked, and what is told.

import type { Table } from "../protocol.ts";

export type Ask =
  | "hello" | "deal" | "look" | "decide" | "undo" | "redo" | "filter" | "facets" | "sources" | "find"
  | "preview" | "bulk" | "progress" | "refresh" | "left";

/** What the kernel is told and does not answer. */
export type Say = "current";

export type Sort = "statement" | "pair";

export interface Thing {
  sort: Sort;
  id: string;
  other: string;
}

export interface Concept {
  id: string;
  name: string;
  kind: string;
  disciplines: string[];
  n_works: number;
  aliases: string[];
  surfaces: string[];
  definition: string;
  /** Concepts that were merged into it. */
  standing_for: { id: string; name: string; kind: string }[];
}

export interface Past {
  id: string;
  at: string;
  by: string;
  action: string;
  words: string;
  why: string;
  undone: boolean;
}

export interface Conflict {
  decision: string;
  by: string;
  action: string;
  at: string;
  words: string;
  why: string;
  against_by: string;
  against_at: string;
  against_words: string;
  against_why: string;
}

interface Told extends Thing {
  history: Past[];
  conflicts: Conflict[];
  /** The last decision about it. */
  last: string;
  decided_by: string[];
}

export interface Rank {
  score: number;
  doubt: number;
  reach: number;
  novelty: number;
}

export interface StatementItem extends Told {
  sort: "statement";
  subject: Concept;
  object: Concept;
  predicate: string;
  belief: number;
  status: string;
  polarity: string;
  n_evidence: number;
  n_works: number;
  /** How many sentences are not shown, because their source is not open. */
  hidden: number;
  /** Predicates that the ontology allows between these kinds. */
  allowed: string[];
  rank?: Rank & { reason: string; probability: number };
}

export interface PairItem extends Told {
  sort: "pair";
  one: Concept;
  into: Concept;
  rank?: Rank & { rank: number; for: [string, number][]; against: [string, number][] };
}

export type Item = StatementItem | PairItem;

/** Something to decide about, as it was when it was last looked at. */
export interface Shown {
  item: Item;
  tables: Record<string, Table>;
}

export interface Wanted {
  kinds: string[];
  predicates: string[];
  disciplines: string[];
  sources: string[];
  by: string[];
  min_belief: number;
  max_belief: number;
  decided: "nobody" | "anybody" | "any";
}

export const EVERYTHING: Wanted = { kinds: [], predicates: [], disciplines: [], sources: [], by: [], min_belief: 0, max_belief: 1, decided: "nobody" };

/** A decision as it is said: see kg/curation/review.py. */
export interface Said {
  action: string;
  statement?: string;
  concept?: string;
  other?: string;
  evidence?: string[];
  predicate?: string;
  assertion?: string;
  end?: "subject" | "object";
  to?: string;
  name?: string;
  concept_kind?: string;
  spans?: Partial<Record<"subject" | "object", [number, number]>>;
  why?: string;
  seen?: string;
}

export interface Outcome {
  made: string[];
  thing: Thing;
  said: string;
  stays: boolean;
  conflicts: { by: string; at: string; words: string; why: string }[];
  back: boolean;
  /** How many more decisions hold than before. */
  counts: number;
  today: number;
}

export interface Hello {
  by: string;
  wanted: Wanted;
  predicates: Record<string, [label: string, symmetric: boolean]>;
  /** Predicates that a sentence can say. */
  asserted: string[];
  kinds: Record<string, string>;
  assertions: string[];
  left: number;
  today: number;
}

export interface Progress {
  today: number;
  mine: number;
  all: number;
  by_action: Record<string, number>;
  days: number[];
  statements: number;
  judged: number;
  conflicts: { by: string; action: string; at: string; against_by: string; against_action: string; thing: Thing }[];
  agreement: [name: string, statements: number, kappa: number, low: number, high: number][];
  believed: [judged: number, accepted: number];
  others: Record<string, number>;
}

export interface Preview {
  statements: string[];
  rows: [text: string, before: number | null, after: number | null, status: string, decisions: number, chosen: boolean][];
  touched: number;
  concepts: number;
  works: number;
  decided: number;
  before: number | null;
  after: number | null;
}

/** What is decided about, in words. */
export function line(item: Item, label: (predicate: string) => string): string {
  if (item.sort === "pair") return `${item.one.name} and ${item.into.name}`;
  return `${item.subject.name} ${label(item.predicate)} ${item.object.name}`;
}

export function same(a: Thing, b: Thing): boolean {
  return a.sort === b.sort && a.id === b.id && a.other === b.other;
}

export function thingOf({ sort, id, other }: Thing): Thing {
  return { sort, id, other };
}
