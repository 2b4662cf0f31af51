// A small map of all of it, where many concepts are on the canvas and not all of them are seen.

import type { Camera } from "./camera.ts";
import { coloursOf } from "./colouring.ts";
import { h } from "./dom.ts";
import type { Bounds, Point, Scene } from "./scene.ts";
import type { Theme } from "./theme.ts";

const MANY = 5000;
const SIZE = { width: 148, height: 96 };
const RIM = 5;

export class Minimap {
  // Keys walk, zoom and see all; this is for a hand.
  readonly element = h("canvas", { width: 0, height: 0, class: "pm-minimap", "aria-hidden": "true", hidden: true, "data-testid": "minimap" });
  private readonly scene: Scene;
  private readonly camera: Camera;
  private readonly pen: CanvasRenderingContext2D;
  private readonly picture = document.createElement("canvas");
  private painted: { version: number; theme: Theme | null } = { version: -1, theme: null };
  private box: Bounds = { left: 0, top: 0, right: 1, bottom: 1 };
  private k = 1;

  /** *look* takes where a person wants to look. */
  constructor(scene: Scene, camera: Camera, look: (at: Point) => void) {
    this.scene = scene;
    this.camera = camera;
    // Without pixels until it is needed.
    this.picture.width = this.picture.height = 0;
    this.pen = this.element.getContext("2d")!;
    const to = (event: PointerEvent): void => {
      event.stopPropagation();
      if (event.type === "pointerdown") this.element.setPointerCapture(event.pointerId);
      else if (!this.element.hasPointerCapture(event.pointerId)) return;
      const box = this.element.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      look({ x: (x - SIZE.width / 2) / this.k + (this.box.left + this.box.right) / 2, y: (y - SIZE.height / 2) / this.k + (this.box.top + this.box.bottom) / 2 });
    };
    this.element.addEventListener("pointerdown", to);
    this.element.addEventListener("pointermove", to);
    this.element.addEventListener("pointerup", (e) => e.stopPropagation());
  }

  /** Show where the view is, if that is a question. */
  paint(theme: Theme, ratio: number): void {
    const { scene, camera, pen } = this;
    const shown = scene.important();
    if (shown.length > MANY && this.painted.version !== scene.version) this.box = scene.bounds(shown) ?? this.box;
    this.element.hidden = shown.length <= MANY || camera.sees(this.box);
    if (this.element.hidden) return;
    const [width, height] = [Math.round(SIZE.width * ratio), Math.round(SIZE.height * ratio)];
    if (this.element.width !== width) {
      for (const canvas of [this.element, this.picture]) Object.assign(canvas, { width, height });
      Object.assign(this.element.style, { width: `${SIZE.width}px`, height: `${SIZE.height}px` });
      this.painted.version = -1;
    }
    if (this.painted.version !== scene.version || this.painted.theme !== theme) this.repaint(shown, theme, ratio);
    const a = camera.toScene({ x: 0, y: 0 });
    const b = camera.toScene({ x: camera.width - camera.inset.right, y: camera.height - camera.inset.bottom });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(this.picture, 0, 0);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.strokeStyle = theme.accent;
    pen.lineWidth = 1.5;
    pen.strokeRect(this.x(a.x), this.y(a.y), (b.x - a.x) * this.k, (b.y - a.y) * this.k);
  }

  private x(x: number): number {
    return (x - (this.box.left + this.box.right) / 2) * this.k + SIZE.width / 2;
  }

  private y(y: number): number {
    return (y - (this.box.top + this.box.bottom) / 2) * this.k + SIZE.height / 2;
  }

  private repaint(shown: Uint32Array, theme: Theme, ratio: number): void {
    const { scene, box } = this;
    this.painted = { version: scene.version, theme };
    this.k = Math.min((SIZE.width - 2 * RIM) / (box.right - box.left || 1), (SIZE.height - 2 * RIM) / (box.bottom - box.top || 1));
    const g = this.picture.getContext("2d", { alpha: false })!;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = theme.ground;
    g.fillRect(0, 0, SIZE.width, SIZE.height);
    const { codes, colours } = coloursOf(scene);
    g.globalAlpha = 0.7;
    colours.forEach((colour, code) => {
      g.fillStyle = colour;
      for (const n of shown) if (codes[n] === code) g.fillRect(this.x(scene.x[n]!) - 0.5, this.y(scene.y[n]!) - 0.5, 1, 1);
    });
    g.globalAlpha = 1;
  }
}
