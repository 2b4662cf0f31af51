// The kernel's layout, made a little better while nobody touches it: shorter edges, fewer discs over discs.
//
// Each node is drawn to its neighbours and to where it was, and pushed by what is nearer than nodes are on average, so
// that the whole stays what it is. A few hundred milliseconds of idle time, on a copy: what is not finished is never seen.

import type { Scene } from "./scene.ts";

/** Milliseconds in all, and at a time. */
const BUDGET = 320;
const SLICE = 10;
/** Fewer nodes are laid out by the kernel as well as can be. */
const FEW = 400;
/** Canvases and labels are wider than high. */
const STRETCH = 2;
/** Shares of the way to its neighbours, and back to where it was, that a node goes in a step. */
const PULL = 0.12;
const HOME = 0.1;

export class Refinement {
  private readonly scene: Scene;
  private readonly done: (x: Float32Array, y: Float32Array) => void;
  private stopped: (() => void) | null = null;

  constructor(scene: Scene, done: (x: Float32Array, y: Float32Array) => void) {
    this.scene = scene;
    this.done = done;
  }

  /** Begin, unless there is too little to do; a second call begins anew. */
  start(): void {
    this.stop();
    const { scene } = this;
    if (scene.nodes < FEW) return;
    const { places } = scene;
    const forces = new Forces(scene);
    let spent = 0;
    const slice = (): void => {
      if (scene.places !== places) return this.stop();
      const start = performance.now();
      while (performance.now() - start < SLICE) forces.step(1 - spent / BUDGET);
      spent += performance.now() - start;
      if (spent < BUDGET) return next();
      this.stopped = null;
      this.done(forces.x.map((x) => x * STRETCH), forces.y);
    };
    const next = (): void => { this.stopped = idle(slice); };
    next();
  }

  /** A person has the canvas in hand, or something new has come. */
  stop(): void {
    this.stopped?.();
    this.stopped = null;
  }
}

function idle(callback: () => void): () => void {
  if (typeof requestIdleCallback === "function") {
    const handle = requestIdleCallback(callback, { timeout: 400 });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(callback, 20);
  return () => clearTimeout(handle);
}

/** Columns of positions that are moved step by step. */
export class Forces {
  readonly x: Float32Array;
  readonly y: Float32Array;
  private readonly scene: Scene;
  private readonly pushX: Float32Array;
  private readonly pushY: Float32Array;
  private readonly homeX: Float32Array;
  private readonly homeY: Float32Array;
  private readonly reach: number;

  constructor(scene: Scene) {
    const n = scene.nodes;
    this.scene = scene;
    this.x = scene.x.slice(0, n).map((x) => x / STRETCH);
    this.y = scene.y.slice(0, n);
    this.pushX = new Float32Array(n);
    this.pushY = new Float32Array(n);
    this.homeX = this.x.slice();
    this.homeY = this.y.slice();
    // Nodes spread evenly over as much ground would be so far apart.
    this.reach = 1.3 * Math.sqrt((12 * deviation(this.x) * deviation(this.y)) / Math.max(n, 1)) || 1;
  }

  /** Move everything once; *heat* goes from 1 down to 0. */
  step(heat: number): void {
    const { scene, x, y, pushX, pushY } = this;
    for (let n = 0; n < x.length; n++) {
      pushX[n] = (this.homeX[n]! - x[n]!) * HOME;
      pushY[n] = (this.homeY[n]! - y[n]!) * HOME;
    }
    for (let e = 0; e < scene.edges; e++) {
      const [a, b] = [scene.subject[e]!, scene.object[e]!];
      const [dx, dy] = [x[b]! - x[a]!, y[b]! - y[a]!];
      // A node gives way the less the more hang on it.
      const [ga, gb] = [PULL / scene.degree[a]!, PULL / scene.degree[b]!];
      pushX[a]! += dx * ga;
      pushY[a]! += dy * ga;
      pushX[b]! -= dx * gb;
      pushY[b]! -= dy * gb;
    }
    this.repel();
    const most = this.reach * (0.1 + 0.9 * Math.max(heat, 0));
    for (let n = 0; n < x.length; n++) {
      if (scene.pinned[n]) continue;
      const length = Math.hypot(pushX[n]!, pushY[n]!);
      const share = length > most ? most / length : 1;
      x[n]! += pushX[n]! * share;
      y[n]! += pushY[n]! * share;
    }
  }

  private repel(): void {
    const { x, y, pushX, pushY, reach } = this;
    const n = x.length;
    const left = x.reduce((a, b) => Math.min(a, b), Infinity);
    const top = y.reduce((a, b) => Math.min(a, b), Infinity);
    const columns = Math.min(1024, Math.floor((x.reduce((a, b) => Math.max(a, b), -Infinity) - left) / reach) + 1);
    const rows = Math.min(1024, Math.floor((y.reduce((a, b) => Math.max(a, b), -Infinity) - top) / reach) + 1);
    const starts = new Uint32Array(columns * rows + 1);
    const cells = new Uint32Array(n);
    for (let i = 0; i < n; i++) {
      const column = Math.min(columns - 1, Math.floor((x[i]! - left) / reach));
      cells[i] = Math.min(rows - 1, Math.floor((y[i]! - top) / reach)) * columns + column;
      starts[cells[i]! + 1]!++;
    }
    for (let c = 1; c < starts.length; c++) starts[c]! += starts[c - 1]!;
    const next = starts.slice();
    const items = new Uint32Array(n);
    for (let i = 0; i < n; i++) items[next[cells[i]!]!++] = i;
    for (let i = 0; i < n; i++) {
      const column = cells[i]! % columns;
      for (let row = cells[i]! - column; row <= cells[i]! - column + columns && row < columns * rows; row += columns) {
        const from = Math.max(column - 1, 0);
        const to = Math.min(column + 1, columns - 1);
        for (let at = starts[row + from]!; at < starts[row + to + 1]!; at++) {
          const j = items[at]!;
          // Each pair once: within the row by number, and with the row below.
          if (row === cells[i]! - column && j <= i) continue;
          const [dx, dy] = [x[j]! - x[i]!, y[j]! - y[i]!];
          const distance = Math.hypot(dx, dy);
          if (distance >= reach) continue;
          const push = (0.5 * (reach - distance)) / (distance || 1);
          pushX[i]! -= dx * push;
          pushY[i]! -= dy * push;
          pushX[j]! += dx * push;
          pushY[j]! += dy * push;
        }
      }
    }
  }
}

/** Standard deviation. */
function deviation(column: Float32Array): number {
  const mean = column.reduce((a, b) => a + b, 0) / (column.length || 1);
  return Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / (column.length || 1));
}
