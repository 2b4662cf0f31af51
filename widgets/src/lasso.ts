// A loop drawn around nodes with the pointer.

import type { Camera } from "./camera.ts";
import type { Point, Scene } from "./scene.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Points nearer to one another than this are one, in pixels. */
const GRAIN = 3;

export class Lasso {
  readonly element = document.createElementNS(SVG, "svg");
  private readonly line = document.createElementNS(SVG, "path");
  private points: Point[] = [];

  constructor() {
    this.element.setAttribute("class", "pm-lasso");
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.line);
  }

  get active(): boolean {
    return this.points.length > 0;
  }

  begin(at: Point): void {
    this.points = [at];
    this.draw();
  }

  extend(at: Point): void {
    const last = this.points.at(-1)!;
    if (Math.hypot(at.x - last.x, at.y - last.y) < GRAIN) return;
    this.points.push(at);
    this.draw();
  }

  /** The shown nodes inside the loop, which is closed and gone after this. */
  end(scene: Scene, camera: Camera): number[] {
    const loop = this.points.map((p) => camera.toScene(p));
    this.cancel();
    if (loop.length < 3) return [];
    const box = {
      left: Math.min(...loop.map((p) => p.x)), right: Math.max(...loop.map((p) => p.x)),
      top: Math.min(...loop.map((p) => p.y)), bottom: Math.max(...loop.map((p) => p.y)),
    };
    const found: number[] = [];
    scene.grid().nodesIn(box, (n) => {
      if (inside(loop, scene.x[n]!, scene.y[n]!)) found.push(n);
    });
    return found.sort((a, b) => a - b);
  }

  cancel(): void {
    this.points = [];
    this.draw();
  }

  private draw(): void {
    const path = this.points.map(({ x, y }, i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    this.line.setAttribute("d", path && `${path}Z`);
  }
}

/** Whether a line from the point to the right crosses the loop an odd number of times. */
export function inside(loop: readonly Point[], x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = loop.length - 1; i < loop.length; j = i++) {
    const [a, b] = [loop[i]!, loop[j]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
  }
  return odd;
}
