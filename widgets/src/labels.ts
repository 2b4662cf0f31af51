// Labels that do not cover one another, and that stay where they are while the picture is panned.

import { radiusAt } from "./renderer.ts";
import type { Bounds, Point, Scene } from "./scene.ts";

/** How the scene lies on a picture: x on the picture is x of the scene times k, plus x of the view. */
export interface View {
  k: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What ground is taken, in little squares; a box takes those whose middles it covers. */
export class Space {
  private readonly columns: number;
  private readonly rows: number;
  private readonly taken: Uint8Array;
  private readonly shift: Point;

  /** The squares are fixed to the scene, so that panning changes no rounding. */
  constructor(view: View) {
    this.columns = Math.ceil(view.width / SQUARE) + 2;
    this.rows = Math.ceil(view.height / SQUARE) + 2;
    this.taken = new Uint8Array(this.columns * this.rows);
    const into = (offset: number): number => SQUARE - (((offset % SQUARE) + SQUARE) % SQUARE);
    this.shift = { x: into(view.x), y: into(view.y) };
  }

  free(box: Bounds): boolean {
    const [left, right, top, bottom] = this.squares(box);
    for (let row = top; row < bottom; row++) {
      for (let i = row * this.columns + left; i < row * this.columns + right; i++) if (this.taken[i]) return false;
    }
    return true;
  }

  take(box: Bounds): void {
    const [left, right, top, bottom] = this.squares(box);
    for (let row = top; row < bottom; row++) this.taken.fill(1, row * this.columns + left, Math.max(row * this.columns + right, row * this.columns + left));
  }

  private squares({ left, right, top, bottom }: Bounds): [left: number, right: number, top: number, bottom: number] {
    const within = (at: number, most: number): number => Math.max(0, Math.min(most, Math.round(at / SQUARE)));
    const { shift } = this;
    return [
      within(left + shift.x, this.columns), within(right + shift.x, this.columns),
      within(top + shift.y, this.rows), within(bottom + shift.y, this.rows),
    ];
  }
}

const SQUARE = 4;
/** With more nodes in sight than this, each field of so many pixels gets one label at most. */
const MANY = 160;
/** Of so many, only such a share may have one. */
const TOP = 0.12;
const FIELD = { width: 132, height: 30 };

/** How many of so many nodes in sight may have a label. */
export function labelled(nodes: number): number {
  return nodes > MANY ? Math.max(MANY, Math.round(TOP * nodes)) : nodes;
}

export interface Label {
  node: number;
  text: string;
  /** From the middle of the node to the middle of the base line. */
  dx: number;
  dy: number;
  half: number;
}

/** The box of a label by the middle of its base line. */
export function boxAt(x: number, base: number, half: number): Bounds {
  return { left: x - half, top: base - 10, right: x + half, bottom: base + 4 };
}

/** The labels of one picture, kept for the next. */
export class Labels {
  placed: Map<number, Label>;
  private k: number;

  /** With the labels of another picture to begin with, if there is one. */
  constructor(like?: Labels) {
    this.placed = like?.placed ?? new Map<number, Label>();
    this.k = like?.k ?? 0;
  }

  /**
   * Choose and place.
   *
   * @param ranked Nodes in sight, the most important first.
   * @param inner What of the picture labels should stay within, where they can.
   * @param wide How wide a text is.
   */
  place(scene: Scene, ranked: ArrayLike<number>, view: View, space: Space, inner: Bounds, wide: (text: string) => number): Map<number, Label> {
    // What had a label keeps it while the picture is only panned; what is new takes what is left.
    const before = Math.abs(view.k / this.k - 1) < 1e-6 ? this.placed : new Map<number, Label>();
    const placed = new Map<number, Label>();
    const fields = new Set<number>();
    const many = ranked.length > MANY;
    const most = labelled(ranked.length);
    for (const again of [true, false]) {
      for (let i = 0; i < most; i++) {
        const node = ranked[i]!;
        const old = before.get(node);
        if ((old !== undefined) !== again) continue;
        const x = scene.x[node]! * view.k;
        const y = scene.y[node]! * view.k;
        const field = Math.floor(x / FIELD.width) * 65_536 + Math.floor(y / FIELD.height);
        if (many && fields.has(field)) continue;
        const stays = old && space.free(boxAt(x + view.x + old.dx, y + view.y + old.dy, old.half));
        const label = stays ? old : this.fit(scene, node, x + view.x, y + view.y, view.k, space, inner, wide);
        if (!label) continue;
        space.take(boxAt(x + view.x + label.dx, y + view.y + label.dy, label.half));
        fields.add(field);
        placed.set(node, label);
      }
    }
    this.placed = placed;
    this.k = view.k;
    return placed;
  }

  forget(): void {
    this.k = 0;
  }

  private fit(
    scene: Scene, node: number, x: number, y: number, k: number, space: Space, inner: Bounds, wide: (text: string) => number,
  ): Label | null {
    const r = radiusAt(scene.radius[node]!, k);
    const text = scene.label(node, 28);
    const half = wide(text) / 2 + 2;
    const pull = towardNeighbours(scene, node);
    const places = [
      { dx: 0, dy: r + 13, cost: pull.y - 0.5 },
      { dx: 0, dy: -r - 6, cost: -pull.y },
      { dx: r + half + 4, dy: 4, cost: pull.x + 0.1 },
      { dx: -r - half - 4, dy: 4, cost: -pull.x + 0.1 },
    ].sort((a, b) => a.cost - b.cost);
    const inside = ({ dx }: { dx: number }): boolean => x + dx - half >= inner.left && x + dx + half <= inner.right;
    const pushed = { dx: Math.max(inner.left + half, Math.min(x, inner.right - half)) - x, dy: r + 13 };
    const free = [...places.filter(inside), pushed].find(({ dx, dy }) => space.free(boxAt(x + dx, y + dy, half)));
    return free ? { node, text, dx: free.dx, dy: free.dy, half } : null;
  }
}

const LOOKED_AT = 24;

/** Mean direction of a node's lines: a label on the other side leaves them and their heads in sight. */
function towardNeighbours(scene: Scene, node: number): Point {
  const sum = { x: 0, y: 0 };
  let n = 0;
  for (const edge of scene.edgesOf(node).subarray(0, LOOKED_AT)) {
    const other = scene.other(edge, node);
    if (other === node || !scene.shown[other]) continue;
    const dx = scene.x[other]! - scene.x[node]!;
    const dy = scene.y[other]! - scene.y[node]!;
    const length = Math.hypot(dx, dy) || 1;
    sum.x += dx / length;
    sum.y += dy / length;
    n++;
  }
  return n ? { x: sum.x / n, y: sum.y / n } : sum;
}
