// Which part of the scene is seen, and how large.

import type { View } from "./labels.ts";
import type { Bounds, Point } from "./scene.ts";

export const ZOOM = { least: 0.01, most: 6, fit: 1.35 };

export class Camera {
  x = 0;
  y = 0;
  k = 1;
  width = 1;
  height = 1;
  /** Pixels on the right and at the bottom that something else covers. */
  inset = { right: 0, bottom: 0 };

  private get centre(): Point {
    return { x: (this.width - this.inset.right) / 2, y: (this.height - this.inset.bottom) / 2 };
  }

  toScreen(p: Point): Point {
    const c = this.centre;
    return { x: (p.x - this.x) * this.k + c.x, y: (p.y - this.y) * this.k + c.y };
  }

  toScene(p: Point): Point {
    const c = this.centre;
    return { x: (p.x - c.x) / this.k + this.x, y: (p.y - c.y) / this.k + this.y };
  }

  /** How the scene lies on the screen, as factor and offset. */
  view(): View {
    const c = this.centre;
    return { k: this.k, x: c.x - this.x * this.k, y: c.y - this.y * this.k, width: this.width, height: this.height };
  }

  pan(dx: number, dy: number): void {
    this.x -= dx / this.k;
    this.y -= dy / this.k;
  }

  /** Zoom so that the scene's point under a screen point stays there. */
  zoom(factor: number, at: Point = this.centre): void {
    const before = this.toScene(at);
    this.k = Math.min(ZOOM.most, Math.max(ZOOM.least, this.k * factor));
    const after = this.toScene(at);
    this.x += before.x - after.x;
    this.y += before.y - after.y;
  }

  /** Change what is covered without moving anything on the screen. */
  cover(inset: { right: number; bottom: number }): void {
    const corner = this.toScene({ x: 0, y: 0 });
    this.inset = inset;
    const now = this.toScene({ x: 0, y: 0 });
    this.x += corner.x - now.x;
    this.y += corner.y - now.y;
  }

  /** Where to stand to see all of a box with room for labels. */
  fitting(box: Bounds, most = ZOOM.fit): { x: number; y: number; k: number } {
    const roomX = Math.max(this.width - this.inset.right - 130, 60);
    const roomY = Math.max(this.height - this.inset.bottom - 80, 60);
    const k = Math.min(most, roomX / Math.max(box.right - box.left, 1), roomY / Math.max(box.bottom - box.top, 1));
    return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, k: Math.max(ZOOM.least, k) };
  }

  /** Where to stand so that a box fills what is not covered. */
  framing(box: Bounds): { x: number; y: number; k: number } {
    const k = Math.min((this.width - this.inset.right) / (box.right - box.left), (this.height - this.inset.bottom) / (box.bottom - box.top));
    return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, k: Math.min(ZOOM.most, Math.max(ZOOM.least, k)) };
  }

  /** The part of the scene that is seen above what stands at the bottom. */
  seen(): Bounds {
    const a = this.toScene({ x: 0, y: 0 });
    const b = this.toScene({ x: this.width, y: this.height - this.inset.bottom });
    return { left: a.x, top: a.y, right: b.x, bottom: b.y };
  }

  /** Where to stand to see a box whole, moving no more than needed; further away if it is too large. */
  bringing(box: Bounds): { x: number; y: number; k: number } {
    const right = this.width - this.inset.right - 10;
    const bottom = this.height - this.inset.bottom - 10;
    const k = Math.min(this.k, (right - 10) / (box.right - box.left), (bottom - 10) / (box.bottom - box.top));
    if (k < this.k) return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, k: Math.max(ZOOM.least, k) };
    const a = this.toScreen({ x: box.left, y: box.top });
    const b = this.toScreen({ x: box.right, y: box.bottom });
    const dx = a.x < 10 ? a.x - 10 : Math.max(0, b.x - right);
    const dy = a.y < 10 ? a.y - 10 : Math.max(0, b.y - bottom);
    return { x: this.x + dx / this.k, y: this.y + dy / this.k, k: this.k };
  }

  /** Whether a box is seen whole. */
  sees(box: Bounds): boolean {
    const a = this.toScreen({ x: box.left, y: box.top });
    const b = this.toScreen({ x: box.right, y: box.bottom });
    return a.x >= 8 && a.y >= 8 && b.x <= this.width - this.inset.right - 8 && b.y <= this.height - this.inset.bottom - 8;
  }
}
