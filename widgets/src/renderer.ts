// What any way of painting a scene must be able to do. The rest of the page knows only this.

import type { Camera } from "./camera.ts";
import type { Scene } from "./scene.ts";
import type { Theme } from "./theme.ts";

/** What a person points at, by number. */
export interface Look {
  hover: number | null;
  hoverEdge: number | null;
  selected: number | null;
  selectedEdge: number | null;
  /** Where the keyboard is. */
  cursor: number | null;
  /** Nodes that a person has picked out to act on together. */
  chosen: ReadonlySet<number>;
  /** What stays bright while all else is dimmed, such as a path. */
  lit: { nodes: ReadonlySet<number>; edges: readonly number[] } | null;
  /** How a predicate reads, and whether it goes both ways. */
  predicate(name: string): { label: string; symmetric: boolean };
}

export interface Renderer {
  /** What is put into the page. */
  readonly element: HTMLElement;
  /** Fit to so many CSS pixels, at so many device pixels each. */
  resize(width: number, height: number, ratio: number): void;
  /**
   * Paint. While things are moving, the last picture may be moved and scaled in place of a new one.
   * Returns whether what is seen is sharp; if not, paint again when it rests.
   */
  paint(scene: Scene, camera: Camera, look: Look, theme: Theme, moving: boolean): boolean;
  destroy(): void;
}

/** Radius on the screen: grows more slowly than the distance between nodes. */
export function radiusAt(radius: number, k: number): number {
  return Math.max(1.4, radius * Math.min(1.8, Math.max(0.2, k ** 0.5)));
}
