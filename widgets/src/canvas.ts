// The scene on a 2D canvas. Lines of one look are painted as one path, which is what keeps it quick.

import type { Camera } from "./camera.ts";
import { h } from "./dom.ts";
import { Space, type Box } from "./labels.ts";
import { radiusAt, type Look, type Renderer } from "./renderer.ts";
import { along, control, type Edge, type Node, type Point, type Scene } from "./scene.ts";
import { shorten } from "./text.ts";
import { kindColour, type Theme } from "./theme.ts";

interface Line {
  edge: Edge;
  a: Point;
  c: Point;
  b: Point;
}

/** Middle of a label's base line. */
interface Place {
  x: number;
  base: number;
}

const LEVELS = 5;

export class CanvasRenderer implements Renderer {
  readonly element = h("canvas", { class: "pm-canvas" });
  private readonly context: CanvasRenderingContext2D;
  private width = 1;
  private height = 1;
  private ratio = 1;
  private font = "";
  private readonly widths = new Map<string, number>();

  constructor() {
    const context = this.element.getContext("2d");
    if (!context) throw new Error("This browser cannot draw on a canvas; the table shows the same statements.");
    this.context = context;
  }

  resize(width: number, height: number, ratio: number): void {
    this.width = width;
    this.height = height;
    this.ratio = ratio;
    this.element.width = Math.max(1, Math.round(width * ratio));
    this.element.height = Math.max(1, Math.round(height * ratio));
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
  }

  destroy(): void {
    // Gives the bitmap's memory back at once, not when the collector comes by.
    this.element.width = this.element.height = 0;
  }

  nodeAt(scene: Scene, camera: Camera, at: Point): Node | null {
    let best: Node | null = null;
    let least = Infinity;
    for (const node of scene.nodes) {
      if (!scene.shows(node)) continue;
      const p = camera.toScreen(node);
      const distance = Math.hypot(p.x - at.x, p.y - at.y);
      if (distance <= radiusAt(node, camera.k) + 5 && distance < least) [best, least] = [node, distance];
    }
    return best;
  }

  edgeAt(scene: Scene, camera: Camera, at: Point): Edge | null {
    let best: Edge | null = null;
    let least = 7;
    for (const edge of scene.edges) {
      if (!scene.showsEdge(edge)) continue;
      const distance = fromCurve(this.line(edge, camera), at, least);
      if (distance < least) [best, least] = [edge, distance];
    }
    return best;
  }

  paint(scene: Scene, camera: Camera, look: Look, theme: Theme): void {
    const g = this.context;
    if (this.font !== theme.font) {
      this.font = theme.font;
      this.widths.clear();
    }
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.globalAlpha = 1;
    g.fillStyle = theme.ground;
    g.fillRect(0, 0, this.width, this.height);
    g.lineCap = "round";
    g.lineJoin = "round";
    const shown = scene.nodes.filter((n) => scene.shows(n));
    const lines = scene.edges.filter((e) => scene.showsEdge(e)).map((e) => this.line(e, camera));
    const near = this.near(scene, look);
    this.paintLines(lines, look, near, theme);
    this.paintNodes(shown, camera, look, near, theme);
    const space = new Space();
    for (const node of shown) {
      const p = camera.toScreen(node);
      const r = radiusAt(node, camera.k);
      space.take({ left: p.x - r, top: p.y - r, right: p.x + r, bottom: p.y + r }, node);
    }
    this.paintNames(scene, shown, camera, look, near, space, theme);
    this.paintPredicates(lines, camera, look, space, theme);
  }

  /** Nodes that stay bright while one node or edge is selected; null when nothing is. */
  private near(scene: Scene, look: Look): Set<Node> | null {
    if (look.selectedEdge && scene.showsEdge(look.selectedEdge)) {
      return new Set([look.selectedEdge.subject, look.selectedEdge.object]);
    }
    if (look.selected && scene.shows(look.selected)) {
      return new Set([look.selected, ...scene.neighbours(look.selected)]);
    }
    return null;
  }

  private line(edge: Edge, camera: Camera): Line {
    const a = camera.toScreen(edge.subject);
    const b = camera.toScreen(edge.object);
    const c = camera.toScreen(control(edge));
    // From rim to rim, so that the arrow's head is seen.
    const trim = (from: Point, toward: Point, by: number): Point => {
      const length = Math.hypot(toward.x - from.x, toward.y - from.y) || 1;
      const share = Math.min(by / length, 0.9);
      return { x: from.x + (toward.x - from.x) * share, y: from.y + (toward.y - from.y) * share };
    };
    return {
      edge,
      a: trim(a, c, radiusAt(edge.subject, camera.k) + 1),
      c,
      b: trim(b, c, radiusAt(edge.object, camera.k) + 3),
    };
  }

  private paintLines(lines: readonly Line[], look: Look, near: Set<Node> | null, theme: Theme): void {
    const g = this.context;
    const buckets = new Map<string, { lines: Line[]; level: number; red: boolean; dim: boolean }>();
    const raised: Line[] = [];
    for (const line of lines) {
      const { edge } = line;
      const touched = look.hover === edge.subject || look.hover === edge.object;
      if (edge === look.hoverEdge || edge === look.selectedEdge || touched) {
        raised.push(line);
        continue;
      }
      const level = Math.min(LEVELS - 1, Math.floor(edge.belief * LEVELS));
      const bright = look.selectedEdge
        ? false
        : !near || look.selected === edge.subject || look.selected === edge.object;
      const red = edge.polarity === "negative";
      const key = `${level} ${red} ${bright}`;
      const bucket = buckets.get(key);
      if (bucket) bucket.lines.push(line);
      else buckets.set(key, { lines: [line], level, red, dim: !bright });
    }
    for (const { lines: group, level, red, dim } of buckets.values()) {
      const strength = (level + 0.5) / LEVELS;
      const fade = dim ? 0.3 : 1;
      g.globalAlpha = (red ? 0.75 : 0.3 + 0.6 * strength) * fade;
      this.strokeLines(group, red ? theme.negative : theme.edge, 0.8 + 2 * strength, red, look);
      g.globalAlpha = 0.75 * fade;
      this.overlayMixed(group, theme, 0.8 + 2 * strength);
    }
    for (const line of raised) {
      const red = line.edge.polarity === "negative";
      g.globalAlpha = 1;
      this.strokeLines([line], red ? theme.negative : theme.accent, 1.8 + 2 * line.edge.belief, red, look);
      this.overlayMixed([line], theme, 1.8 + 2 * line.edge.belief);
    }
    g.globalAlpha = 1;
  }

  private strokeLines(lines: readonly Line[], colour: string, width: number, dashed: boolean, look: Look): void {
    const g = this.context;
    g.strokeStyle = g.fillStyle = colour;
    g.lineWidth = width;
    g.setLineDash(dashed ? [6, 5] : []);
    g.beginPath();
    for (const { a, b, c, edge } of lines) {
      g.moveTo(a.x, a.y);
      if (edge.bend) g.quadraticCurveTo(c.x, c.y, b.x, b.y);
      else g.lineTo(b.x, b.y);
    }
    g.stroke();
    g.setLineDash([]);
    g.beginPath();
    for (const { a, b, c, edge } of lines) {
      if (look.predicate(edge.predicate).symmetric) continue;
      const from = edge.bend ? c : a;
      const length = Math.hypot(b.x - from.x, b.y - from.y);
      if (length < 8) continue;
      const ux = (b.x - from.x) / length;
      const uy = (b.y - from.y) / length;
      const size = 5 + 1.6 * width;
      const tip = { x: b.x + ux * 1.5, y: b.y + uy * 1.5 };
      g.moveTo(tip.x, tip.y);
      g.lineTo(tip.x - ux * size - uy * size * 0.42, tip.y - uy * size + ux * size * 0.42);
      g.lineTo(tip.x - ux * size + uy * size * 0.42, tip.y - uy * size - ux * size * 0.42);
      g.closePath();
    }
    g.fill();
  }

  /** Where works disagree, the line is half one colour and half the other. */
  private overlayMixed(lines: readonly Line[], theme: Theme, width: number): void {
    const g = this.context;
    const mixed = lines.filter((l) => l.edge.polarity === "mixed");
    if (!mixed.length) return;
    g.strokeStyle = theme.negative;
    g.lineWidth = width;
    g.setLineDash([6, 8]);
    g.beginPath();
    for (const { a, b, c } of mixed) {
      g.moveTo(a.x, a.y);
      g.quadraticCurveTo(c.x, c.y, b.x, b.y);
    }
    g.stroke();
    g.setLineDash([]);
  }

  private paintNodes(
    nodes: readonly Node[], camera: Camera, look: Look, near: Set<Node> | null, theme: Theme,
  ): void {
    const g = this.context;
    for (const node of nodes) {
      const p = camera.toScreen(node);
      const r = radiusAt(node, camera.k);
      if (p.x < -r - 4 || p.y < -r - 4 || p.x > this.width + r + 4 || p.y > this.height + r + 4) continue;
      const dim = near !== null && !near.has(node) && node !== look.hover && node !== look.cursor;
      if (node === look.selected || node === look.hover || node === look.cursor) {
        g.globalAlpha = 1;
        g.beginPath();
        g.arc(p.x, p.y, r + 4.5, 0, 2 * Math.PI);
        g.strokeStyle = theme.accent;
        g.lineWidth = node === look.hover && node !== look.selected ? 1.5 : 2.5;
        g.stroke();
      }
      // The ground behind a dimmed node hides the lines that end there.
      g.globalAlpha = 1;
      g.beginPath();
      g.arc(p.x, p.y, r + 1.5, 0, 2 * Math.PI);
      g.fillStyle = theme.ground;
      g.fill();
      g.globalAlpha = dim ? 0.35 : 1;
      g.beginPath();
      g.arc(p.x, p.y, r, 0, 2 * Math.PI);
      g.fillStyle = kindColour(node.kind);
      g.fill();
    }
    g.globalAlpha = 1;
  }

  private paintNames(
    scene: Scene, nodes: readonly Node[], camera: Camera, look: Look, near: Set<Node> | null, space: Space, theme: Theme,
  ): void {
    const g = this.context;
    const rank = (node: Node): number =>
      (node === look.selected || node === look.cursor ? 1e6 : 0) +
      (node === look.hover ? 1e5 : 0) +
      (near?.has(node) ? 1e4 : 0) +
      node.radius * 10 + Math.min(node.edges.length, 9);
    g.textAlign = "center";
    g.textBaseline = "alphabetic";
    for (const node of [...nodes].sort((a, b) => rank(b) - rank(a) || a.n - b.n)) {
      const p = camera.toScreen(node);
      const r = radiusAt(node, camera.k);
      if (p.x < 0 || p.y < 0 || p.x > this.width || p.y > this.height) continue;
      const strong = node === look.selected || node === look.hover || node === look.cursor;
      const size = 12;
      const weight = strong ? 600 : 400;
      const name = shorten(node.name, strong ? 60 : 28);
      const half = this.measure(name, size, weight) / 2 + 2;
      const pull = towardNeighbours(node, scene);
      const places: (Place & { cost: number })[] = [
        { x: p.x, base: p.y + r + 13, cost: pull.y - 0.5 },
        { x: p.x, base: p.y - r - 6, cost: -pull.y },
        { x: p.x + r + half + 4, base: p.y + 4, cost: pull.x + 0.1 },
        { x: p.x - r - half - 4, base: p.y + 4, cost: -pull.x + 0.1 },
      ].sort((a, b) => a.cost - b.cost);
      // Nothing is written under the panel that covers the right of the canvas.
      const edge = this.width - (p.x < this.width - camera.inset.right ? camera.inset.right : 0) - 3;
      const inside = ({ x }: Place): boolean => x - half >= 3 && x + half <= edge;
      const pushed: Place = { x: Math.max(half + 3, Math.min(p.x, edge - half)), base: p.y + r + 13 };
      const free = [...places.filter(inside), pushed].find(({ x, base }) => space.free(boxAt(x, base, half), node));
      for (const { x, base } of free ? [free] : strong ? [pushed] : []) {
        const box = boxAt(x, base, half);
        space.take(box, node);
        g.globalAlpha = near && !near.has(node) && !strong ? 0.45 : 1;
        this.write(name, x, base, size, weight, theme.ink, theme.ground);
      }
    }
    g.globalAlpha = 1;
  }

  private paintPredicates(lines: readonly Line[], camera: Camera, look: Look, space: Space, theme: Theme): void {
    const g = this.context;
    for (const line of lines) {
      const { edge } = line;
      const asked = edge === look.hoverEdge || edge === look.selectedEdge;
      const touched = [look.hover, look.selected].some((n) => n !== null && (n === edge.subject || n === edge.object));
      if (!asked && !touched && camera.k < 1.05) continue;
      const text = look.predicate(edge.predicate).label;
      const wide = this.measure(text, 11, asked ? 600 : 400);
      const length = Math.hypot(line.b.x - line.a.x, line.b.y - line.a.y);
      if (!asked && length < wide + 26) continue;
      const mid = camera.toScreen(along(edge, 0.5));
      let angle = Math.atan2(line.b.y - line.a.y, line.b.x - line.a.x);
      if (Math.abs(angle) > Math.PI / 2) angle += Math.PI;
      if (asked) angle = 0;
      const halfW = (Math.abs(Math.cos(angle)) * wide + Math.abs(Math.sin(angle)) * 12) / 2;
      const halfH = (Math.abs(Math.sin(angle)) * wide + Math.abs(Math.cos(angle)) * 12) / 2;
      const box = { left: mid.x - halfW, top: mid.y - halfH, right: mid.x + halfW, bottom: mid.y + halfH };
      if (!asked && !space.free(box)) continue;
      space.take(box);
      g.save();
      g.translate(mid.x, mid.y);
      g.rotate(angle);
      if (asked) {
        g.fillStyle = theme.ground;
        g.strokeStyle = edge.polarity === "negative" ? theme.negative : theme.accent;
        g.lineWidth = 1;
        g.beginPath();
        g.roundRect(-wide / 2 - 7, -10, wide + 14, 20, 10);
        g.fill();
        g.stroke();
      }
      this.write(text, 0, 4, 11, asked ? 600 : 400, asked ? theme.ink : theme.faint, theme.ground);
      g.restore();
    }
  }

  private write(
    text: string, x: number, base: number, size: number, weight: number, colour: string, ground: string,
  ): void {
    const g = this.context;
    g.font = `${weight} ${size}px ${this.font}`;
    g.strokeStyle = ground;
    g.lineWidth = 3.5;
    g.strokeText(text, x, base);
    g.fillStyle = colour;
    g.fillText(text, x, base);
  }

  private measure(text: string, size: number, weight: number): number {
    const key = `${size} ${weight} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      this.context.font = `${weight} ${size}px ${this.font}`;
      width = this.context.measureText(text).width;
      if (this.widths.size > 20_000) this.widths.clear();
      this.widths.set(key, width);
    }
    return width;
  }
}

/** The box of a label by the middle of its base line. */
function boxAt(x: number, base: number, half: number): Box {
  return { left: x - half, top: base - 10, right: x + half, bottom: base + 4 };
}

/** Mean direction of a node's lines: a label on the other side leaves them and their heads in sight. */
function towardNeighbours(node: Node, scene: Scene): Point {
  const sum = { x: 0, y: 0 };
  let n = 0;
  for (const edge of node.edges) {
    const other = edge.subject === node ? edge.object : edge.subject;
    if (other === node || !scene.shows(other)) continue;
    const length = Math.hypot(other.x - node.x, other.y - node.y) || 1;
    sum.x += (other.x - node.x) / length;
    sum.y += (other.y - node.y) / length;
    n++;
  }
  return n ? { x: sum.x / n, y: sum.y / n } : sum;
}

/** Distance of a point from a curve, or Infinity where its box is further than *most*. */
function fromCurve({ a, b, c }: Line, at: Point, most: number): number {
  const xs = [a.x, b.x, c.x];
  const ys = [a.y, b.y, c.y];
  if (at.x < Math.min(...xs) - most || at.x > Math.max(...xs) + most) return Infinity;
  if (at.y < Math.min(...ys) - most || at.y > Math.max(...ys) + most) return Infinity;
  let least = Infinity;
  let from = a;
  for (let i = 1; i <= 16; i++) {
    const t = i / 16;
    const u = 1 - t;
    const to = { x: u * u * a.x + 2 * u * t * c.x + t * t * b.x, y: u * u * a.y + 2 * u * t * c.y + t * t * b.y };
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const share = Math.max(0, Math.min(1, ((at.x - from.x) * dx + (at.y - from.y) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(from.x + share * dx - at.x, from.y + share * dy - at.y));
    from = to;
  }
  return least;
}
