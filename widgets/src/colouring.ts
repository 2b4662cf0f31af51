// What the colour and the size of a node tell, and the classes that the legend names.

import palette from "../palette.json";

import { Measures } from "./columns.ts";
import type { Scene } from "./scene.ts";
import { kindColour } from "./theme.ts";

/** What a person has chosen to be told. */
export interface Look {
  colour: string;
  size: string;
  /** Whether statements between disciplines stand out. */
  bridges: boolean;
}

export const COLOURS: Record<string, string> = {
  kind: "kind", discipline: "discipline", community: "community", belief: "highest belief",
  year: "year of first evidence", accepted: "what a person accepted", works: "works", degree: "statements here",
};
export const SIZES: Record<string, string> = { works: "works", degree: "statements here", belief: "highest belief", same: "nothing" };
/** What the kernel must be asked for. */
const ASKED = ["discipline", "community"];
/** What follows from the statements on the canvas. */
const OF_STATEMENTS = { belief: 0, year: 0, accepted: 0 };
const NONE = palette.other;

/** A colour, what it stands for, on how many nodes it is, and which values of a column it switches on and off. */
export interface Shade {
  colour: string;
  label: string;
  count: number;
  column?: string;
  values: string[];
}

/** A choice of what is told, and its marks on a scene. */
export class Colouring {
  look: Look = { colour: "kind", size: "works", bridges: false };
  /** Columns that Python gave, and whether they hold numbers. */
  given = new Map<string, boolean>();
  /** Whether the scene has sizes and colours of its own. */
  private plain = { size: true, colour: true };
  /** The place in the palette that each value has, so that it keeps its colour when others come. */
  private readonly seats = new Map<string, Map<string, number>>();

  /** Columns that have to be asked for, and from which node on. */
  missing(scene: Scene): [name: string, first: number][] {
    const { colour, size } = this.look;
    const names = new Set([colour, size, ...scene.wanted.off.keys()].filter((name) => ASKED.includes(name) || this.given.has(name)));
    return [...names].map((name): [string, number] => [name, scene.columns.get(name)?.rows ?? 0]).filter(([, first]) => first < scene.nodes);
  }

  /** Other values were given. */
  renew(scene: Scene, name: string): void {
    scene.columns.delete(name);
    this.seats.delete(name);
  }

  /** Give all nodes of a scene their colours and sizes. Returns what the colours mean. */
  apply(scene: Scene): Shade[] {
    const { colour, size } = this.look;
    const { plain } = this;
    this.plain = { size: size === "works", colour: colour === "kind" };
    const best = [colour, size].some((by) => by in OF_STATEMENTS) ? bestOf(scene) : null;
    if (!this.plain.size || !plain.size) this.resize(scene, best);
    if (!this.plain.colour || !plain.colour) scene.changed();
    if (best && colour in OF_STATEMENTS) return this.statements(scene, best);
    if (colour === "kind") {
      scene.colours = null;
      return scene.tally(scene.kind).map(([kind, count]) => ({ colour: kindColour(kind), label: kind, count, column: "kind", values: [kind] }));
    }
    if (colour === "works" || colour === "degree") {
      const values = Float32Array.from(scene[colour].subarray(0, scene.nodes));
      return this.scale(scene, values, classesOf(values), `${COLOURS[colour]}: `, "");
    }
    const column = scene.columns.get(colour);
    if (column instanceof Measures) {
      const values = Float32Array.from({ length: scene.nodes }, (_, n) => (n < column.rows ? column.values[n]! : NaN));
      return this.scale(scene, values, classesOf(values), "", `no ${colour}`);
    }
    return this.categories(scene, colour);
  }

  /** What is told by the statements of a node that are on the canvas. */
  private statements(scene: Scene, best: Best): Shade[] {
    const { colour } = this.look;
    if (colour === "belief") return this.scale(scene, best.belief, [0, 0.25, 0.5, 0.75], "belief ", "no statement");
    if (colour === "year") return this.scale(scene, best.year, classesOf(best.year), "since ", "without a year", String);
    const codes = Uint8Array.from({ length: scene.nodes }, (_, n) => (best.accepted[n] ? 0 : 1));
    return this.paint(scene, codes, [[palette.ramp[3]!, "has accepted statements"], [NONE, "read by a machine only"]]);
  }

  /** Texts: the most frequent in colours of their own, the others in one. */
  private categories(scene: Scene, name: string): Shade[] {
    const words = scene.texts(name);
    if (!words) {
      // Not known yet: all alike, until the kernel has answered.
      scene.colours = { codes: new Uint8Array(scene.nodes), colours: [NONE] };
      return [];
    }
    words.reach(scene.nodes);
    const seats = this.seats.get(name) ?? new Map<string, number>();
    this.seats.set(name, seats);
    const counted = scene.tally(words);
    for (const [word] of counted) if (word && seats.size < palette.classes.length && !seats.has(word)) seats.set(word, seats.size);
    const colourOf = (word: string): string => palette.classes[seats.get(word) ?? Infinity] ?? NONE;
    scene.colours = { codes: words.codes, colours: words.words.map(colourOf) };
    const own = counted.filter(([word]) => seats.has(word));
    const rest = counted.filter(([word]) => word && !seats.has(word));
    const none = counted.find(([word]) => !word);
    const shade = (label: string, count: number, values: string[]): Shade => ({ colour: colourOf(values[0]!), label, count, column: name, values });
    return [
      ...own.map(([word, count]) => shade(word, count, [word])),
      ...(rest.length === 1 ? [shade(rest[0]![0], rest[0]![1], [rest[0]![0]])] : []),
      ...(rest.length > 1 ? [shade(`${rest.length} others`, rest.reduce((sum, [, n]) => sum + n, 0), rest.map(([word]) => word))] : []),
      ...(none ? [shade(`no ${name}`, none[1], [""])] : []),
    ];
  }

  /** Numbers: classes from little to much, each of which begins with a number of *starts* and is named by what is in it. */
  private scale(scene: Scene, values: Float32Array, starts: readonly number[], before: string, none: string, text = short): Shade[] {
    const steps = starts.length;
    const within = starts.map(() => [Infinity, -Infinity] as [number, number]);
    const codes = Uint8Array.from({ length: scene.nodes }, (_, n) => {
      const value = values[n]!;
      if (!Number.isFinite(value)) return steps;
      const after = starts.findIndex((start, i) => i > 0 && value < start);
      const at = after < 0 ? steps - 1 : after - 1;
      within[at] = [Math.min(within[at]![0], value), Math.max(within[at]![1], value)];
      return at;
    });
    const named = ([least, most]: [number, number]): string => before + (text(least) === text(most) ? text(least) : `${text(least)}–${text(most)}`);
    return this.paint(scene, codes, [...rampOf(steps).map((colour, i): [string, string] => [colour, named(within[i]!)]), [NONE, none]]);
  }

  private paint(scene: Scene, codes: Uint8Array, classes: [colour: string, label: string][]): Shade[] {
    scene.colours = { codes, colours: classes.map(([colour]) => colour) };
    const counts = classes.map(() => 0);
    for (let n = 0; n < scene.nodes; n++) if (!scene.hidden[n]) counts[codes[n]!]!++;
    return classes.map(([colour, label], i) => ({ colour, label, count: counts[i]!, values: [] })).filter(({ count }) => count > 0);
  }

  private resize(scene: Scene, best: Best | null): void {
    const { size } = this.look;
    const column = scene.columns.get(size);
    const measures = column instanceof Measures ? column : null;
    const known = measures ? measures.values.subarray(0, measures.rows).filter((v) => Number.isFinite(v)) : new Float32Array();
    const [least, most] = [known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), -Infinity)];
    for (let n = 0; n < scene.nodes; n++) {
      const given = scene.given[n]!;
      const share = measures && n < measures.rows ? (measures.values[n]! - least) / (most - least || 1) : NaN;
      scene.radius[n] = scene.members[n] || size === "works" ? given
        : size === "same" ? 8
        : size === "degree" ? Math.min(24, Math.max(5, 3.5 + 2.4 * Math.sqrt(scene.degree[n]!)))
        : size === "belief" ? 4 + 15 * (best!.belief[n]! || 0)
        // An area tells the number; what has none is the smallest.
        : Number.isFinite(share) ? 5 + 17 * Math.sqrt(share) : 4;
    }
    scene.largest = scene.radius.subarray(0, scene.nodes).reduce((a, b) => Math.max(a, b), 0);
    scene.filter();
  }
}

/** Of each node: the highest belief, the first year and whether any is accepted among its statements; NaN where there is none. */
type Best = Record<"belief" | "year", Float32Array> & { accepted: Uint8Array };

function bestOf(scene: Scene): Best {
  const belief = new Float32Array(scene.nodes).fill(NaN);
  const year = new Float32Array(scene.nodes).fill(NaN);
  const accepted = new Uint8Array(scene.nodes);
  for (let e = 0; e < scene.edges; e++) {
    if (!scene.held(e)) continue;
    const first = scene.firstYear(e);
    for (const n of [scene.subject[e]!, scene.object[e]!]) {
      if (!(belief[n]! >= scene.belief[e]!)) belief[n] = scene.belief[e]!;
      if (first !== null && !(year[n]! <= first)) year[n] = first;
      accepted[n]! |= scene.accepted[e]!;
    }
  }
  return { belief, year, accepted };
}

/** Where classes of numbers begin: each number one where there are few, else quarters that hold about as many each. */
function classesOf(values: Float32Array): number[] {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  const different = [...new Set(sorted)];
  if (different.length <= palette.ramp.length) return different;
  return [...new Set([0, 0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))]!))];
}

/** So many colours from little to much, as far apart as there are. */
function rampOf(steps: number): string[] {
  const { ramp } = palette;
  return Array.from({ length: steps }, (_, i) => ramp[steps === 1 ? 2 : Math.round((i * (ramp.length - 1)) / (steps - 1))]!);
}

function short(value: number): string {
  return Math.abs(value) >= 1000 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(Math.abs(value) < 1 ? 2 : 3)));
}

/** The colours of a scene's nodes: a code each, and the colour of each code. */
export function coloursOf(scene: Scene): { codes: Uint8Array; colours: string[] } {
  return scene.colours ?? { codes: scene.kind.codes, colours: scene.kind.words.map(kindColour) };
}
