// Which nodes and edges are near: all that is in a cell of a regular grid over the scene, in flat arrays.

import type { Bounds, Scene } from "./scene.ts";

/** At most so many cells a side; at least two nodes a cell are expected. */
const MOST = 160;

/** Numbers by cell: those of cell c are items[starts[c]] to items[starts[c + 1] - 1]. */
interface Cells {
  starts: Uint32Array;
  items: Uint32Array;
}

export class Grid {
  readonly bounds: Bounds;
  private readonly scene: Scene;
  private readonly columns: number;
  private readonly rows: number;
  private readonly size: number;
  private readonly nodes: Cells;
  private lines: Cells | null = null;
  private readonly seen: Uint32Array;
  private turn = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    this.bounds = scene.bounds() ?? { left: 0, top: 0, right: 1, bottom: 1 };
    const width = this.bounds.right - this.bounds.left;
    const height = this.bounds.bottom - this.bounds.top;
    this.size = Math.max(Math.sqrt((width * height * 2) / Math.max(scene.nodes, 1)), Math.max(width, height) / MOST, 1);
    this.columns = Math.floor(width / this.size) + 1;
    this.rows = Math.floor(height / this.size) + 1;
    this.seen = new Uint32Array(scene.edges);
    const where: number[] = [];
    const what: number[] = [];
    for (let n = 0; n < scene.nodes; n++) {
      if (!scene.shown[n]) continue;
      where.push(this.cell(this.column(scene.x[n]!), this.row(scene.y[n]!)));
      what.push(n);
    }
    this.nodes = this.sorted(where, what);
  }

  /** Call with the number of each shown node in the cells that a box touches; some may be a cell away from it. */
  nodesIn(box: Bounds, visit: (node: number) => void): void {
    this.visit(this.nodes, box, visit);
  }

  /** Call with the number of each shown edge that may cross a box, each once. */
  edgesIn(box: Bounds, visit: (edge: number) => void): void {
    const { bounds, scene } = this;
    if (box.left <= bounds.left && box.top <= bounds.top && box.right >= bounds.right && box.bottom >= bounds.bottom) {
      for (let e = 0; e < scene.edges; e++) if (scene.edgeShown[e]) visit(e);
      return;
    }
    this.lines ??= this.walkLines();
    this.turn++;
    // Where a curve only cuts the corner of a cell, its steps may have missed it.
    const more = this.size / 2;
    const around = { left: box.left - more, top: box.top - more, right: box.right + more, bottom: box.bottom + more };
    this.visit(this.lines, around, (edge) => {
      if (this.seen[edge] === this.turn) return;
      this.seen[edge] = this.turn;
      visit(edge);
    });
  }

  private visit({ starts, items }: Cells, box: Bounds, visit: (item: number) => void): void {
    const { bounds } = this;
    if (box.right < bounds.left || box.left > bounds.right || box.bottom < bounds.top || box.top > bounds.bottom) return;
    const [from, to] = [this.column(box.left), this.column(box.right)];
    for (let row = this.row(box.top); row <= this.row(box.bottom); row++) {
      // Cells of a row stand side by side, so they are one stretch of the items.
      const end = starts[this.cell(to, row) + 1]!;
      for (let i = starts[this.cell(from, row)]!; i < end; i++) visit(items[i]!);
    }
  }

  /** Each edge in every cell that its curve passes, walked in steps of less than a cell. */
  private walkLines(): Cells {
    const { scene } = this;
    const where: number[] = [];
    const what: number[] = [];
    for (let e = 0; e < scene.edges; e++) {
      if (!scene.edgeShown[e]) continue;
      const [a, b] = [scene.subject[e]!, scene.object[e]!];
      const [ax, ay, bx, by] = [scene.x[a]!, scene.y[a]!, scene.x[b]!, scene.y[b]!];
      const bend = scene.bend[e]! * 2;
      const [cx, cy] = [(ax + bx) / 2 - (by - ay) * bend, (ay + by) / 2 + (bx - ax) * bend];
      const steps = Math.ceil((Math.hypot(cx - ax, cy - ay) + Math.hypot(bx - cx, by - cy)) / (0.7 * this.size)) || 1;
      let last = -1;
      for (let i = 0; i <= steps; i++) {
        const t = i / steps;
        const u = 1 - t;
        const cell = this.cell(
          this.column(u * u * ax + 2 * u * t * cx + t * t * bx),
          this.row(u * u * ay + 2 * u * t * cy + t * t * by),
        );
        if (cell === last) continue;
        last = cell;
        where.push(cell);
        what.push(e);
      }
    }
    return this.sorted(where, what);
  }

  private sorted(where: readonly number[], what: readonly number[]): Cells {
    const starts = new Uint32Array(this.columns * this.rows + 1);
    for (const cell of where) starts[cell + 1]!++;
    for (let c = 1; c < starts.length; c++) starts[c]! += starts[c - 1]!;
    const next = starts.slice();
    const items = new Uint32Array(what.length);
    where.forEach((cell, i) => { items[next[cell]!++] = what[i]!; });
    return { starts, items };
  }

  private cell(column: number, row: number): number {
    return row * this.columns + column;
  }

  private column(x: number): number {
    return Math.max(0, Math.min(this.columns - 1, Math.floor((x - this.bounds.left) / this.size)));
  }

  private row(y: number): number {
    return Math.max(0, Math.min(this.rows - 1, Math.floor((y - this.bounds.top) / this.size)));
  }
}
