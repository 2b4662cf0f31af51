// Strokes and fills of a scene on a 2D context. What is seen from afar is painted with less.
//
// Without a GPU a browser fills the outline of each line wider than a pixel of the device, which takes some ten
// times as long as a line of one pixel, and the longer the more lines are in a path: wide lines are painted a few at
// a time, and only where few are in sight.

import { coloursOf } from "./colouring.ts";
import { radiusAt, type Look } from "./renderer.ts";
import type { View } from "./labels.ts";
import type { Scene } from "./scene.ts";
import type { Theme } from "./theme.ts";

/** How much is painted, by how much is in sight. */
export interface Detail {
  /** Lines as wide as they are believed. */
  wide: boolean;
  /** Dashes where no person has accepted. */
  dashed: boolean;
  heads: boolean;
  /** A rim of ground around nodes, which hides the lines that end there. */
  rims: boolean;
  /** Squares in place of the smallest discs. */
  squares: boolean;
}

export function detailOf(nodes: number, edges: number, k: number): Detail {
  return {
    wide: edges <= 700,
    dashed: edges <= 6000 && (k > 0.18 || edges <= 700),
    heads: edges <= 2500 && k > 0.2,
    rims: nodes <= 2500,
    squares: nodes > 3000,
  };
}

const LEVELS = 4;
const WIDE_BATCH = 8;
const THIN_BATCH = 400;
const DISC_BATCH = 16;

interface Style {
  colour: string;
  width: number;
  dash: number[];
  alpha: number;
}

/** The pens for one picture: where things are, how large, and in which colours. */
export class Painter {
  private readonly g: CanvasRenderingContext2D;
  private readonly scene: Scene;
  private readonly view: View;
  private readonly theme: Theme;
  private readonly ratio: number;
  private readonly symmetric: boolean[];

  constructor(g: CanvasRenderingContext2D, scene: Scene, view: View, theme: Theme, ratio: number, predicate: Look["predicate"]) {
    this.g = g;
    this.scene = scene;
    this.view = view;
    this.theme = theme;
    this.ratio = ratio;
    this.symmetric = scene.predicate.words.map((word) => predicate(word).symmetric);
  }

  screenX(node: number): number {
    return this.scene.x[node]! * this.view.k + this.view.x;
  }

  screenY(node: number): number {
    return this.scene.y[node]! * this.view.k + this.view.y;
  }

  guides(): void {
    const { g, scene, view, theme } = this;
    g.fillStyle = theme.faint;
    scene.guides.forEach(({ left, top, right, bottom }, i) => {
      g.globalAlpha = i % 2 ? 0.05 : 0.1;
      g.fillRect(left * view.k + view.x, top * view.k + view.y, (right - left) * view.k, (bottom - top) * view.k);
    });
    g.globalAlpha = 1;
  }

  /** All lines of a picture, in a few looks. */
  lines(edges: ArrayLike<number>, detail: Detail): void {
    const { scene, theme } = this;
    const looks: number[][] = Array.from({ length: 4 * LEVELS }, () => []);
    const split: number[] = [];
    const red = scene.polarity.words.map((word) => word === "negative");
    const mixed = scene.polarity.words.map((word) => word === "mixed");
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i]!;
      const polarity = scene.polarity.codes[edge]!;
      if (mixed[polarity]) split.push(edge);
      else {
        const level = Math.min(LEVELS - 1, Math.floor(this.strength(edge) * LEVELS));
        looks[(level * 2 + scene.accepted[edge]!) * 2 + (red[polarity] ? 1 : 0)]!.push(edge);
      }
    }
    const { bridges } = scene;
    const across = bridges ? Array.from(edges).filter((e) => bridges.edges[e]) : [];
    // Under a line that joins disciplines lies a broad band; where lines are thin, it lies over them as one more.
    if (detail.wide) this.stroke(across, { ...detail, heads: false }, { colour: theme.bridge, width: 9, dash: [], alpha: 0.45 });
    // Many lines together are darker than one.
    const dim = across.length && !detail.wide ? 0.5 : 1;
    const crowd = dim * Math.min(1, Math.max(0.4, Math.sqrt(2500 / Math.max(edges.length, 1))));
    looks.forEach((group, look) => {
      if (!group.length) return;
      const strength = (Math.floor(look / 4) + 0.5) / LEVELS;
      const accepted = (look & 2) !== 0;
      const denied = (look & 1) !== 0;
      this.stroke(group, detail, {
        colour: denied ? theme.negative : theme.edge,
        width: detail.wide ? 0.6 + 2.4 * strength : 1,
        dash: detail.dashed && !accepted ? [5, 4] : [],
        alpha: (denied ? 0.75 : 0.35 + 0.55 * strength) * (detail.wide ? 1 : crowd) * (accepted || detail.dashed ? 1 : 0.7),
      });
    });
    this.split(split, detail, detail.wide ? 1.2 : 1, crowd);
    if (!detail.wide) this.stroke(across, { ...detail, heads: false }, { colour: theme.bridge, width: 1, dash: [], alpha: 0.8 });
  }

  /** How strong a line is, from 0 to 1: what is believed, or how many statements join two communities. */
  private strength(edge: number): number {
    const { scene } = this;
    if (!scene.members[scene.subject[edge]!]) return scene.belief[edge]!;
    return Math.min(1, Math.log10(scene.evidence[edge]!) / 3.5);
  }

  /** One line in full, over what is painted already. */
  raised(edge: number): void {
    const { scene, theme } = this;
    const polarity = scene.polarity.at(edge);
    const detail = { wide: true, dashed: true, heads: true, rims: true, squares: false };
    if (polarity === "mixed") return this.split([edge], detail, 2, 1);
    this.stroke([edge], detail, {
      colour: polarity === "negative" ? theme.negative : theme.accent,
      width: 1.4 + 2 * this.strength(edge),
      dash: scene.accepted[edge] ? [] : [6, 4],
      alpha: 1,
    });
  }

  /** Where works disagree, a line is two: one of its own colour, one of the colour of denial. */
  private split(edges: readonly number[], detail: Detail, width: number, alpha: number): void {
    const gap = 0.5 + width * 0.75;
    const style = { colour: this.theme.edge, width, dash: [], alpha: Math.max(alpha, 0.7) };
    this.stroke(edges, { ...detail, heads: false }, style, -gap);
    this.stroke(edges, detail, { ...style, colour: this.theme.negative }, gap);
  }

  private stroke(edges: readonly number[], detail: Detail, style: Style, aside = 0): void {
    if (!edges.length) return;
    const { g, scene, view } = this;
    // Up to a pixel of the device a line is painted the quick way.
    const thin = style.width * this.ratio <= 1 || !detail.wide;
    const batch = thin ? THIN_BATCH : WIDE_BATCH;
    g.strokeStyle = g.fillStyle = style.colour;
    g.globalAlpha = style.alpha;
    g.lineWidth = thin ? Math.min(style.width, 1 / this.ratio) : style.width;
    g.setLineDash(style.dash);
    const trim = detail.heads || detail.wide;
    const heads: number[] = [];
    g.beginPath();
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i]!;
      const [a, b] = [scene.subject[edge]!, scene.object[edge]!];
      let [ax, ay, bx, by] = [this.screenX(a), this.screenY(a), this.screenX(b), this.screenY(b)];
      const bend = scene.bend[edge]! * 2;
      let cx = (ax + bx) / 2 - (by - ay) * bend;
      let cy = (ay + by) / 2 + (bx - ax) * bend;
      if (aside) {
        const length = Math.hypot(bx - ax, by - ay) || 1;
        const [sx, sy] = [(-(by - ay) / length) * aside, ((bx - ax) / length) * aside];
        [ax, ay, bx, by, cx, cy] = [ax + sx, ay + sy, bx + sx, by + sy, cx + sx, cy + sy];
      }
      if (trim) {
        // From rim to rim, so that the arrow's head is seen.
        const from = Math.min((radiusAt(scene.radius[a]!, view.k) + 1) / (Math.hypot(cx - ax, cy - ay) || 1), 0.9);
        const to = Math.min((radiusAt(scene.radius[b]!, view.k) + 3) / (Math.hypot(cx - bx, cy - by) || 1), 0.9);
        [ax, ay] = [ax + (cx - ax) * from, ay + (cy - ay) * from];
        [bx, by] = [bx + (cx - bx) * to, by + (cy - by) * to];
      }
      g.moveTo(ax, ay);
      if (bend) g.quadraticCurveTo(cx, cy, bx, by);
      else g.lineTo(bx, by);
      if (detail.heads && !this.symmetric[scene.predicate.codes[edge]!]) heads.push(bx, by, bend ? cx : ax, bend ? cy : ay);
      if (i % batch === batch - 1) {
        g.stroke();
        g.beginPath();
      }
    }
    g.stroke();
    g.setLineDash([]);
    if (heads.length) this.heads(heads, (4 + 1.6 * style.width) * Math.min(1, Math.max(0.7, view.k ** 0.5)));
  }

  /** Arrow heads: x and y of each tip, and of a point that it comes from. */
  private heads(tips: readonly number[], size: number): void {
    const { g } = this;
    g.beginPath();
    for (let i = 0; i < tips.length; i += 4) {
      const [bx, by] = [tips[i]!, tips[i + 1]!];
      const length = Math.hypot(bx - tips[i + 2]!, by - tips[i + 3]!);
      if (length > 8) {
        const [ux, uy] = [(bx - tips[i + 2]!) / length, (by - tips[i + 3]!) / length];
        const [x, y] = [bx + ux * 1.5, by + uy * 1.5];
        g.moveTo(x, y);
        g.lineTo(x - ux * size - uy * size * 0.42, y - uy * size + ux * size * 0.42);
        g.lineTo(x - ux * size + uy * size * 0.42, y - uy * size - ux * size * 0.42);
        g.closePath();
      }
      if (i % (4 * DISC_BATCH) === 4 * (DISC_BATCH - 1)) {
        g.fill();
        g.beginPath();
      }
    }
    g.fill();
  }

  /** All discs of a picture; those of a colour together, which changes nothing where none lie over others. */
  discs(nodes: ArrayLike<number>, detail: Detail): void {
    const { g, scene, theme } = this;
    g.globalAlpha = 1;
    if (detail.rims) {
      g.fillStyle = theme.ground;
      this.fill(nodes, 1.5, detail);
    }
    const { codes, colours } = coloursOf(scene);
    const groups: number[][] = colours.map(() => []);
    for (let i = 0; i < nodes.length; i++) groups[codes[nodes[i]!]!]!.push(nodes[i]!);
    groups.forEach((group, code) => {
      if (!group.length) return;
      g.fillStyle = colours[code]!;
      this.fill(group.filter((n) => !scene.members[n]), 0, detail);
      for (const node of group) if (scene.members[node]) this.community(node);
    });
  }

  private fill(nodes: ArrayLike<number>, more: number, detail: Detail): void {
    const { g, scene, view, ratio } = this;
    g.beginPath();
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      const r = radiusAt(scene.radius[node]!, view.k) + more;
      const [x, y] = [this.screenX(node), this.screenY(node)];
      if (detail.squares && r * ratio < 2) g.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
      else {
        g.moveTo(x + r, y);
        g.arc(x, y, r, 0, 2 * Math.PI);
      }
      if (i % DISC_BATCH === DISC_BATCH - 1) {
        g.fill();
        g.beginPath();
      }
    }
    g.fill();
  }

  /** A community is a disc full of dots, the more the more concepts it holds. */
  private community(node: number): void {
    const { g, scene, view } = this;
    const r = radiusAt(scene.radius[node]!, view.k);
    const [x, y] = [this.screenX(node), this.screenY(node)];
    g.globalAlpha = 0.22;
    g.beginPath();
    g.arc(x, y, r, 0, 2 * Math.PI);
    g.fill();
    g.globalAlpha = 0.9;
    g.beginPath();
    // Dots on a sunflower lie evenly; no more are painted than can be told apart.
    const dots = Math.min(scene.members[node]!, Math.round((r * r) / 9), 400);
    for (let i = 0; i < dots; i++) {
      const out = (r - 2) * Math.sqrt((i + 0.5) / dots);
      const turn = i * 2.399963;
      g.rect(x + out * Math.cos(turn) - 0.9, y + out * Math.sin(turn) - 0.9, 1.8, 1.8);
    }
    g.fill();
    g.globalAlpha = 1;
  }

  /** A pinned node has a hole and a dark rim. */
  pins(nodes: ArrayLike<number>): void {
    const { g, scene, view, theme } = this;
    g.globalAlpha = 1;
    g.strokeStyle = theme.ink;
    g.fillStyle = theme.ground;
    g.lineWidth = 1.5;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      if (!scene.pinned[node]) continue;
      const [x, y, r] = [this.screenX(node), this.screenY(node), radiusAt(scene.radius[node]!, view.k)];
      g.beginPath();
      g.arc(x, y, r, 0, 2 * Math.PI);
      g.stroke();
      g.beginPath();
      g.arc(x, y, Math.max(1, r * 0.38), 0, 2 * Math.PI);
      g.fill();
      g.stroke();
    }
  }

  /** What stands between disciplines has a ring in their colour. */
  connectors(nodes: ArrayLike<number>): void {
    const { bridges } = this.scene;
    if (bridges?.nodes.size) for (let i = 0; i < nodes.length; i++) if (bridges.nodes.has(nodes[i]!)) this.ring(nodes[i]!, 2.5, this.theme.bridge);
  }

  ring(node: number, width: number, colour = this.theme.accent): void {
    const { g } = this;
    g.globalAlpha = 1;
    g.beginPath();
    g.arc(this.screenX(node), this.screenY(node), radiusAt(this.scene.radius[node]!, this.view.k) + 4.5, 0, 2 * Math.PI);
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.stroke();
  }
}
