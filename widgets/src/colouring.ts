// What the colour and the size of a node tell, and the classes that the legend names.

import { h } from "./dom.ts";
import type { Scene } from "./scene.ts";
import { kindColour } from "./theme.ts";

export type ColourBy = "kind" | "belief" | "year" | "accepted";
export type SizeBy = "works" | "degree" | "belief" | "same";

const COLOURS: Record<ColourBy, string> = {
  kind: "kind", belief: "highest belief", year: "year of first evidence", accepted: "what a person accepted",
};
const SIZES: Record<SizeBy, string> = { works: "works", degree: "statements here", belief: "highest belief", same: "nothing" };
/** From little to much; told apart on light and on dark ground, and by those who see few colours. */
const STEPS = ["#d9a441", "#7fae6b", "#2f8f9d", "#5a5fb8"];
const NONE = "#a3acb6";

/** A colour, what it stands for, and on how many nodes it is. */
export interface Shade {
  colour: string;
  label: string;
  count: number;
}

/** A choice of what is told, and its marks on a scene. */
export class Colouring {
  colour: ColourBy = "kind";
  size: SizeBy = "works";
  /** Whether the scene has its own colours and sizes. */
  private plain = true;

  /** Give all nodes of a scene their colours and sizes. Returns what the colours mean, null where they mean kinds. */
  apply(scene: Scene): Shade[] | null {
    const plain = this.colour === "kind" && this.size === "works";
    if (plain && this.plain) return null;
    this.plain = plain;
    const best = bestOf(scene);
    for (let n = 0; n < scene.nodes; n++) {
      const given = scene.given[n]!;
      scene.radius[n] = scene.members[n] || this.size === "works" ? given
        : this.size === "same" ? 8
        : this.size === "degree" ? Math.min(24, Math.max(5, 3.5 + 2.4 * Math.sqrt(scene.degree[n]!)))
        : 4 + 15 * best.belief[n]!;
    }
    scene.largest = scene.radius.subarray(0, scene.nodes).reduce((a, b) => Math.max(a, b), 0);
    const shades = this.colour === "kind" ? null : this.shades(scene, best);
    if (!shades) scene.colours = null;
    scene.filter();
    return shades;
  }

  private shades(scene: Scene, best: ReturnType<typeof bestOf>): Shade[] {
    const codes = new Uint8Array(scene.nodes);
    let classes: { colour: string; label: string }[];
    if (this.colour === "accepted") {
      classes = [{ colour: STEPS[2]!, label: "has accepted statements" }, { colour: NONE, label: "read by a machine only" }];
      for (let n = 0; n < scene.nodes; n++) codes[n] = best.accepted[n] ? 0 : 1;
    } else {
      const values = this.colour === "belief" ? best.belief : best.year;
      const known = values.filter((v) => Number.isFinite(v));
      const bounds = this.colour === "belief" ? [0, 0.25, 0.5, 0.75, 1] : quarters(known);
      classes = STEPS.slice(0, bounds.length - 1).map((colour, i) => ({ colour, label: this.colour === "belief" ? `belief ${bounds[i]!.toFixed(2)}–${bounds[i + 1]!.toFixed(2)}` : span(bounds, i) }));
      classes.push({ colour: NONE, label: this.colour === "belief" ? "no statement" : "without a year" });
      for (let n = 0; n < scene.nodes; n++) {
        const value = values[n]!;
        const at = bounds.findIndex((_, i) => i > 0 && (value < bounds[i]! || i === bounds.length - 1));
        codes[n] = Number.isFinite(value) && scene.degree[n] ? at - 1 : classes.length - 1;
      }
    }
    scene.colours = { codes, colours: classes.map(({ colour }) => colour) };
    const counts = classes.map(() => 0);
    for (let n = 0; n < scene.nodes; n++) if (!scene.hidden[n]) counts[codes[n]!]!++;
    return classes.map((c, i) => ({ ...c, count: counts[i]! })).filter(({ count }) => count > 0);
  }
}

/** Of each node: the highest belief, the first year and whether any is accepted among its statements. */
function bestOf(scene: Scene): { belief: Float32Array; year: Float32Array; accepted: Uint8Array } {
  const belief = new Float32Array(scene.nodes);
  const year = new Float32Array(scene.nodes).fill(Infinity);
  const accepted = new Uint8Array(scene.nodes);
  for (let e = 0; e < scene.edges; e++) {
    if (!scene.held(e)) continue;
    const first = scene.firstYear(e) ?? Infinity;
    for (const n of [scene.subject[e]!, scene.object[e]!]) {
      belief[n] = Math.max(belief[n]!, scene.belief[e]!);
      year[n] = Math.min(year[n]!, first);
      accepted[n]! |= scene.accepted[e]!;
    }
  }
  return { belief, year, accepted };
}

/** Bounds of at most four classes of years that hold about as many each; the last bound lies behind the last year. */
function quarters(years: Float32Array): number[] {
  const sorted = Array.from(years).sort((a, b) => a - b);
  if (!sorted.length) return [0, 1];
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
  return [...new Set([at(0), at(0.25), at(0.5), at(0.75)])].concat(sorted.at(-1)! + 1);
}

function span(bounds: readonly number[], i: number): string {
  const [from, to] = [bounds[i]!, bounds[i + 1]! - 1];
  return from === to ? `since ${from}` : `since ${from}–${to}`;
}

/** The two choices, as selects. */
export function colouringControls(colouring: Colouring, changed: (what: string) => void): HTMLElement {
  const choice = <T extends string>(label: string, testid: string, names: Record<T, string>, value: T, set: (value: T) => void): HTMLElement => {
    const select = h(
      "select",
      {
        class: "pm-select", "data-testid": testid,
        onchange: () => {
          set(select.value as T);
          changed(`${label} ${names[select.value as T]}`);
        },
      },
      ...Object.entries<string>(names).map(([key, name]) => h("option", { value: key, selected: key === value }, name)),
    );
    return h("label", { class: "pm-filter-row" }, label, select);
  };
  return h(
    "div", { class: "pm-colouring" },
    choice("Colour by", "colour-by", COLOURS, colouring.colour, (value) => { colouring.colour = value; }),
    choice("Size by", "size-by", SIZES, colouring.size, (value) => { colouring.size = value; }),
  );
}

/** The colours of a scene's nodes: a code each, and the colour of each code. */
export function coloursOf(scene: Scene): { codes: Uint8Array; colours: string[] } {
  return scene.colours ?? { codes: scene.kind.codes, colours: scene.kind.words.map(kindColour) };
}
