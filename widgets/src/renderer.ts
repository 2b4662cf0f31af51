// What any way of painting a scene must be able to do. The rest of the page knows only this.

import type { Camera } from "./camera.ts";
import type { Edge, Node, Point, Scene } from "./scene.ts";
import type { Theme } from "./theme.ts";

export interface Look {
  hover: Node | null;
  hoverEdge: Edge | null;
  selected: Node | null;
  selectedEdge: Edge | null;
  /** Where the keyboard is. */
  cursor: Node | null;
  /** How a predicate reads, and whether it goes both ways. */
  predicate(name: string): { label: string; symmetric: boolean };
}

export interface Renderer {
  /** What is put into the page. */
  readonly element: HTMLElement;
  /** Fit to so many CSS pixels, at so many device pixels each. */
  resize(width: number, height: number, ratio: number): void;
  paint(scene: Scene, camera: Camera, look: Look, theme: Theme): void;
  nodeAt(scene: Scene, camera: Camera, at: Point): Node | null;
  edgeAt(scene: Scene, camera: Camera, at: Point): Edge | null;
  destroy(): void;
}

/** Radius on the screen: grows more slowly than the distance between nodes. */
export function radiusAt(node: Node, k: number): number {
  return Math.max(2.5, node.radius * Math.min(1.8, Math.max(0.3, k ** 0.6)));
}
