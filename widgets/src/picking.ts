// What is under the pointer, found through the grid of the scene.

import type { Camera } from "./camera.ts";
import { radiusAt } from "./renderer.ts";
import type { Point, Scene } from "./scene.ts";

/** So far from a node's rim and from a line a pointer still means it, in pixels. */
const REACH = { node: 5, edge: 7 };

export function nodeAt(scene: Scene, camera: Camera, at: Point): number | null {
  const p = camera.toScene(at);
  const reach = (radiusAt(scene.largest, camera.k) + REACH.node) / camera.k;
  const box = { left: p.x - reach, top: p.y - reach, right: p.x + reach, bottom: p.y + reach };
  let best: number | null = null;
  let least = Infinity;
  scene.grid().nodesIn(box, (n) => {
    const distance = Math.hypot(scene.x[n]! - p.x, scene.y[n]! - p.y) * camera.k;
    if (distance <= radiusAt(scene.radius[n]!, camera.k) + REACH.node && distance < least) [best, least] = [n, distance];
  });
  return best;
}

export function edgeAt(scene: Scene, camera: Camera, at: Point): number | null {
  const p = camera.toScene(at);
  const reach = REACH.edge / camera.k;
  const box = { left: p.x - reach, top: p.y - reach, right: p.x + reach, bottom: p.y + reach };
  let best: number | null = null;
  let least = reach;
  scene.grid().edgesIn(box, (edge) => {
    const distance = fromCurve(scene, edge, p, least);
    if (distance < least) [best, least] = [edge, distance];
  });
  return best;
}

/** Distance of a point from an edge, or Infinity where the box of the edge is further than *most*. */
function fromCurve(scene: Scene, edge: number, at: Point, most: number): number {
  const [a, b] = [scene.subject[edge]!, scene.object[edge]!];
  const [ax, ay, bx, by] = [scene.x[a]!, scene.y[a]!, scene.x[b]!, scene.y[b]!];
  const c = scene.control(edge);
  if (at.x < Math.min(ax, bx, c.x) - most || at.x > Math.max(ax, bx, c.x) + most) return Infinity;
  if (at.y < Math.min(ay, by, c.y) - most || at.y > Math.max(ay, by, c.y) + most) return Infinity;
  const pieces = scene.bend[edge] ? 16 : 1;
  let least = Infinity;
  let [x, y] = [ax, ay];
  for (let i = 1; i <= pieces; i++) {
    const t = i / pieces;
    const u = 1 - t;
    const nextX = u * u * ax + 2 * u * t * c.x + t * t * bx;
    const nextY = u * u * ay + 2 * u * t * c.y + t * t * by;
    const [dx, dy] = [nextX - x, nextY - y];
    const share = Math.max(0, Math.min(1, ((at.x - x) * dx + (at.y - y) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x + share * dx - at.x, y + share * dy - at.y));
    [x, y] = [nextX, nextY];
  }
  return least;
}
