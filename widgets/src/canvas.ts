// The scene on a 2D canvas: a picture of all of it, kept as a bitmap, and over it what a person points at.
//
// While the view moves the bitmap is moved and scaled with it, if painting it anew would take too long, and painted
// anew now and then. What is pointed at is few, and painted in every frame.

import type { Camera } from "./camera.ts";
import { h } from "./dom.ts";
import { boxAt, labelled, Labels, Space, type View } from "./labels.ts";
import { detailOf, Painter } from "./painting.ts";
import { radiusAt, type Look, type Renderer } from "./renderer.ts";
import type { Bounds, Scene } from "./scene.ts";
import { count } from "./text.ts";
import type { Theme } from "./theme.ts";

/** A picture that takes longer is not painted in every frame of a movement (milliseconds). */
const QUICK = 9;
/** While the view moves, at most such a share of the time goes into new pictures. */
const SHARE = 1 / 12;
/** A picture that is slow to paint reaches so far beyond the view on each side, so that there is something to pan to. */
const MARGIN = 0.25;
/** What a node is painted over the picture for, if it has more lines than this, is only its most believed. */
const RAISED = 300;
const DIM = 0.32;

/** What the bitmap shows. */
interface Shot {
  view: View;
  version: number;
  theme: Theme;
  scene: Scene;
  time: number;
}

export class CanvasRenderer implements Renderer {
  readonly element = h("canvas", { class: "pm-canvas" });
  private readonly front: CanvasRenderingContext2D;
  private readonly back: CanvasRenderingContext2D;
  private readonly labels = new Labels();
  private readonly widths = new Map<string, number>();
  private shot: Shot | null = null;
  private cost = 0;
  private width = 1;
  private height = 1;
  private ratio = 1;
  private font = "";
  private inner: Bounds = { left: 0, right: 0, top: 0, bottom: 0 };

  constructor() {
    this.front = context(this.element);
    this.back = context(document.createElement("canvas"));
  }

  resize(width: number, height: number, ratio: number): void {
    this.width = width;
    this.height = height;
    this.ratio = ratio;
    this.element.width = Math.max(1, Math.round(width * ratio));
    this.element.height = Math.max(1, Math.round(height * ratio));
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    this.shot = null;
  }

  destroy(): void {
    // Gives the bitmaps' memory back at once, not when the collector comes by.
    for (const { canvas } of [this.front, this.back]) canvas.width = canvas.height = 0;
  }

  paint(scene: Scene, camera: Camera, look: Look, theme: Theme, moving: boolean): boolean {
    if (this.font !== theme.font) {
      this.font = theme.font;
      this.widths.clear();
    }
    const view = camera.view();
    // Nothing is written under the panel that covers the right of the canvas.
    this.inner = { left: 3, right: this.width - camera.inset.right - 3, top: 0, bottom: this.height };
    let fresh = this.shows(scene, view, theme);
    if (!fresh && !(moving && this.mayWait(scene, theme))) {
      this.shoot(scene, view, theme, look);
      fresh = true;
    }
    this.compose(scene, view, look, theme);
    return fresh;
  }

  /** Whether the bitmap shows all of a view, sharply. */
  private shows(scene: Scene, view: View, theme: Theme): boolean {
    const { shot } = this;
    if (!shot || shot.scene !== scene || shot.version !== scene.version || shot.theme !== theme || shot.view.k !== view.k) {
      return false;
    }
    const { x, y } = offset(shot.view, view);
    return x < 0.01 && y < 0.01 && x + shot.view.width > this.width - 0.01 && y + shot.view.height > this.height - 0.01;
  }

  private mayWait(scene: Scene, theme: Theme): boolean {
    const { shot, cost } = this;
    if (!shot || shot.theme !== theme || shot.scene !== scene || cost < QUICK) return false;
    return performance.now() - shot.time < cost / SHARE;
  }

  /** Paint the whole picture into the bitmap. */
  private shoot(scene: Scene, seen: View, theme: Theme, look: Look): void {
    const start = performance.now();
    const margin = this.cost < QUICK ? 0 : MARGIN;
    const [marginX, marginY] = [Math.round(this.width * margin), Math.round(this.height * margin)];
    const view = {
      k: seen.k, x: seen.x + marginX, y: seen.y + marginY, width: this.width + 2 * marginX, height: this.height + 2 * marginY,
    };
    const g = this.back;
    const [width, height] = [Math.round(view.width * this.ratio), Math.round(view.height * this.ratio)];
    if (g.canvas.width !== width || g.canvas.height !== height) Object.assign(g.canvas, { width, height });
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.globalAlpha = 1;
    g.fillStyle = theme.ground;
    g.fillRect(0, 0, view.width, view.height);
    g.lineJoin = "round";
    const reach = (radiusAt(scene.largest, view.k) + 2) / view.k;
    const box: Bounds = {
      left: -view.x / view.k - reach, top: -view.y / view.k - reach,
      right: (view.width - view.x) / view.k + reach, bottom: (view.height - view.y) / view.k + reach,
    };
    const nodes: number[] = [];
    const edges: number[] = [];
    scene.grid().nodesIn(box, (n) => nodes.push(n));
    scene.grid().edgesIn(box, (e) => edges.push(e));
    nodes.sort((a, b) => a - b);
    edges.sort((a, b) => a - b);
    const detail = detailOf(nodes.length, edges.length, view.k);
    const painter = new Painter(g, scene, view, theme, this.ratio, look.predicate);
    const ranked = scene.ranked(nodes);
    const space = new Space(view);
    painter.guides();
    painter.lines(edges, detail);
    painter.connectors(nodes);
    painter.discs(nodes, detail);
    painter.pins(nodes);
    this.guideNames(g, scene, view, space, theme);
    // In a crowd a label may lie over what is too small to have one itself.
    for (const n of ranked.subarray(0, labelled(ranked.length))) {
      const r = radiusAt(scene.radius[n]!, view.k);
      const [x, y] = [painter.screenX(n), painter.screenY(n)];
      if (r > 2.5) space.take({ left: x - r, top: y - r, right: x + r, bottom: y + r });
    }
    const inner = margin
      ? { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity }
      : this.inner;
    if (!margin) this.labels.forget();
    const placed = this.labels.place(scene, ranked, view, space, inner, (text) => this.measure(text, 12, 400));
    g.globalAlpha = 1;
    for (const { node, text, dx, dy } of placed.values()) {
      this.write(g, text, painter.screenX(node) + dx, painter.screenY(node) + dy, 12, 400, theme.ink, theme.ground);
    }
    if (view.k >= 1.05 && edges.length <= 400) this.predicates(g, scene, edges, view, look, space, theme);
    const old = this.shot;
    this.shot = { view, version: scene.version, theme, scene, time: 0 };
    // Painting is only finished when the bitmap is used, so the time it takes is known after that.
    this.front.drawImage(g.canvas, 0, 0, 1, 1, 0, 0, 1, 1);
    const end = performance.now();
    this.cost = old ? 0.5 * this.cost + 0.5 * (end - start) : end - start;
    this.shot.time = end;
  }

  private guideNames(g: CanvasRenderingContext2D, scene: Scene, view: View, space: Space, theme: Theme): void {
    for (const { label, left, right, top } of scene.guides) {
      const middle = ((left + right) / 2) * view.k + view.x;
      const base = top * view.k + view.y - 5;
      // A span of years that is too narrow for its name is told by where it begins.
      const text = [label, label.split("–")[0]!].find((t) => this.measure(t, 12, 600) < (right - left) * view.k + 10);
      if (!text) continue;
      space.take(boxAt(middle, base, this.measure(text, 12, 600) / 2));
      this.write(g, text, middle, base, 12, 600, theme.faint, theme.ground);
    }
  }

  /** The bitmap, moved to where it belongs, and what is pointed at. */
  private compose(scene: Scene, view: View, look: Look, theme: Theme): void {
    const g = this.front;
    const shot = this.shot!;
    const near = this.near(scene, look);
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.globalAlpha = 1;
    g.fillStyle = theme.ground;
    const zoom = view.k / shot.view.k;
    const { x, y } = offset(shot.view, view);
    // A picture of the same size is copied pixel by pixel.
    const snap = (value: number): number => (zoom === 1 ? Math.round(value * this.ratio) / this.ratio : value);
    const [left, top, width, height] = [snap(x), snap(y), shot.view.width * zoom, shot.view.height * zoom];
    if (near || left > 0 || top > 0 || left + width < this.width || top + height < this.height) {
      g.fillRect(0, 0, this.width, this.height);
    }
    g.globalAlpha = near ? DIM : 1;
    g.imageSmoothingQuality = "low";
    g.drawImage(this.back.canvas, left, top, width, height);
    g.globalAlpha = 1;
    g.lineJoin = "round";
    this.overlay(scene, view, look, theme, near);
  }

  /** Nodes that stay bright while one node or edge is selected; null when nothing is. */
  private near(scene: Scene, look: Look): Set<number> | null {
    if (look.lit) return new Set([...look.lit.nodes].filter((n) => scene.shown[n]));
    const edge = look.selectedEdge;
    if (edge !== null && scene.edgeShown[edge]) return new Set([scene.subject[edge]!, scene.object[edge]!]);
    const node = look.selected;
    if (node !== null && scene.shown[node]) {
      return new Set([...this.strongest(scene, node).map((e) => scene.other(e, node)), node]);
    }
    return null;
  }

  private strongest(scene: Scene, node: number): number[] {
    const edges = scene.shownEdgesOf(node);
    return edges.length <= RAISED ? edges : edges.sort((a, b) => scene.belief[b]! - scene.belief[a]!).slice(0, RAISED);
  }

  private overlay(scene: Scene, view: View, look: Look, theme: Theme, near: Set<number> | null): void {
    const g = this.front;
    const painter = new Painter(g, scene, { ...view, width: this.width, height: this.height }, theme, this.ratio, look.predicate);
    const raised = new Set<number>();
    const bright: number[] = [];
    for (const edge of [...(look.lit?.edges ?? []), look.selectedEdge, look.hoverEdge]) if (edge !== null && scene.edgeShown[edge]) raised.add(edge);
    if (look.hover !== null && scene.shown[look.hover]) for (const e of this.strongest(scene, look.hover)) raised.add(e);
    if (!look.lit && look.selectedEdge === null && look.selected !== null && scene.shown[look.selected]) {
      for (const e of this.strongest(scene, look.selected)) if (!raised.has(e)) bright.push(e);
    }
    const detail = detailOf(0, bright.length, Math.max(view.k, 0.5));
    painter.lines(bright, detail);
    for (const edge of raised) painter.raised(edge);
    const strong = [look.selected, look.hover, look.cursor].filter((n): n is number => n !== null && scene.shown[n] === 1);
    const chosen = [...look.chosen].filter((n) => scene.shown[n]);
    const over = new Set([...(near ?? []), ...chosen, ...strong]);
    for (const edge of raised) over.add(scene.subject[edge]!).add(scene.object[edge]!);
    if (!over.size) return;
    for (const node of new Set(strong)) painter.ring(node, node === look.hover && node !== look.selected ? 1.5 : 2.5);
    for (const node of chosen) painter.ring(node, 2);
    painter.discs([...over], { ...detail, rims: true });
    painter.pins([...over]);
    const space = new Space({ ...view, width: this.width, height: this.height });
    for (const node of over) {
      const r = radiusAt(scene.radius[node]!, view.k);
      const [x, y] = [painter.screenX(node), painter.screenY(node)];
      space.take({ left: x - r, top: y - r, right: x + r, bottom: y + r });
    }
    this.overNames(scene, view, over, strong, near, space, painter, theme);
    const lines = [...raised, ...bright].slice(0, 400);
    this.predicates(g, scene, lines, { ...view, width: this.width, height: this.height }, look, space, theme);
  }

  /** Names of what is pointed at and of what stays bright, where the picture has them if it has. */
  private overNames(
    scene: Scene, view: View, over: Set<number>, strong: readonly number[], near: Set<number> | null, space: Space, painter: Painter, theme: Theme,
  ): void {
    const g = this.front;
    for (const node of new Set(strong)) {
      const text = scene.label(node, 60);
      const half = this.measure(text, 12, 600) / 2 + 3;
      const [x, y] = [painter.screenX(node), painter.screenY(node)];
      if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
      const at = this.labels.placed.get(node);
      const base = y + (at && Math.abs(at.dx) < 1 ? at.dy : radiusAt(scene.radius[node]!, view.k) + 15);
      const middle = Math.max(half + 3, Math.min(x + (at ? Math.sign(at.dx) * (Math.abs(at.dx) - at.half + half) : 0), this.inner.right - half));
      const line = at && Math.abs(at.dx) >= 1 ? y + at.dy : base;
      space.take(boxAt(middle, line, half));
      g.globalAlpha = 0.85;
      g.fillStyle = theme.ground;
      g.beginPath();
      g.roundRect(middle - half - 1, line - 12, 2 * half + 2, 17, 4);
      g.fill();
      g.globalAlpha = 1;
      this.write(g, text, middle, line, 12, 600, theme.ink, theme.ground);
    }
    if (!near) return;
    const rest = new Labels(this.labels);
    const others = scene.ranked([...over].filter((n) => !strong.includes(n)));
    const inner = this.inner;
    const full = { ...view, width: this.width, height: this.height };
    for (const { node, text, dx, dy } of rest.place(scene, others, full, space, inner, (t) => this.measure(t, 12, 400)).values()) {
      this.write(g, text, painter.screenX(node) + dx, painter.screenY(node) + dy, 12, 400, theme.ink, theme.ground);
    }
  }

  private predicates(
    g: CanvasRenderingContext2D, scene: Scene, edges: readonly number[], view: View, look: Look, space: Space, theme: Theme,
  ): void {
    for (const edge of edges) {
      const asked = g === this.front && (edge === look.hoverEdge || edge === look.selectedEdge);
      const text = scene.members[scene.subject[edge]!]
        ? count(scene.evidence[edge]!, "statement")
        : look.predicate(scene.predicate.at(edge)).label;
      const wide = this.measure(text, 11, asked ? 600 : 400);
      const [a, b] = [scene.subject[edge]!, scene.object[edge]!];
      const [dx, dy] = [(scene.x[b]! - scene.x[a]!) * view.k, (scene.y[b]! - scene.y[a]!) * view.k];
      const between = Math.hypot(dx, dy) - radiusAt(scene.radius[a]!, view.k) - radiusAt(scene.radius[b]!, view.k);
      if (!asked && between < wide + 26) continue;
      const middle = scene.along(edge, 0.5);
      const [x, y] = [middle.x * view.k + view.x, middle.y * view.k + view.y];
      if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
      let angle = Math.atan2(dy, dx);
      if (Math.abs(angle) > Math.PI / 2) angle += Math.PI;
      if (asked) angle = 0;
      const halfW = (Math.abs(Math.cos(angle)) * wide + Math.abs(Math.sin(angle)) * 12) / 2;
      const halfH = (Math.abs(Math.sin(angle)) * wide + Math.abs(Math.cos(angle)) * 12) / 2;
      const box = { left: x - halfW, top: y - halfH, right: x + halfW, bottom: y + halfH };
      if (!asked && !space.free(box)) continue;
      space.take(box);
      g.save();
      g.translate(x, y);
      g.rotate(angle);
      if (asked) {
        g.fillStyle = theme.ground;
        g.strokeStyle = scene.polarity.at(edge) === "negative" ? theme.negative : theme.accent;
        g.lineWidth = 1;
        g.beginPath();
        g.roundRect(-wide / 2 - 7, -10, wide + 14, 20, 10);
        g.fill();
        g.stroke();
      }
      this.write(g, text, 0, 4, 11, asked ? 600 : 400, asked ? theme.ink : theme.faint, theme.ground);
      g.restore();
    }
  }

  private write(
    g: CanvasRenderingContext2D, text: string, x: number, base: number, size: number, weight: number, colour: string, ground: string,
  ): void {
    g.font = `${weight} ${size}px ${this.font}`;
    g.textAlign = "center";
    g.textBaseline = "alphabetic";
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
      this.front.font = `${weight} ${size}px ${this.font}`;
      width = this.front.measureText(text).width;
      if (this.widths.size > 20_000) this.widths.clear();
      this.widths.set(key, width);
    }
    return width;
  }
}

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const found = canvas.getContext("2d", { alpha: false });
  if (!found) throw new Error("This browser cannot draw on a canvas; the table shows the same statements.");
  return found;
}

/** Where the corner of a picture lies in a view. */
function offset(picture: View, view: View): { x: number; y: number } {
  const zoom = view.k / picture.k;
  return { x: view.x - picture.x * zoom, y: view.y - picture.y * zoom };
}
