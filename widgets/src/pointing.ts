// What a hand does on the canvas: pan, zoom, pinch, drag a node, draw a loop, point, click and double-click.

import type { Camera } from "./camera.ts";
import { Lasso } from "./lasso.ts";
import { edgeAt, nodeAt } from "./picking.ts";
import type { Look } from "./renderer.ts";
import type { Point, Scene } from "./scene.ts";

export interface PointingListener {
  /** A person has put the hand on the canvas. */
  touched(): void;
  /** A node is about to be dragged. */
  moving(node: number): void;
  /** It has been let go. */
  dropped(): void;
  /** A loop was drawn around nodes; *more* adds to those picked out before. */
  lassoed(nodes: number[], more: boolean): void;
  /** Add a node to those picked out, or take it from them. */
  choose(node: number): void;
  select(node: number): void;
  openNode(node: number): void;
  openEdge(edge: number): void;
  expand(node: number): void;
  background(): void;
  /** Paint a frame of a movement. */
  glide(): void;
  /** Paint what is pointed at. */
  paint(): void;
}

const CLICK = 4;
const DOUBLE = 320;
/** A wheel that turned elsewhere so shortly ago goes on scrolling the notebook (milliseconds). */
const PASSING = 350;

export class Pointing {
  /** Nodes that a hand has moved and the kernel does not know of yet. */
  readonly moved = new Set<number>();
  private readonly element: HTMLElement;
  private readonly scene: Scene;
  private readonly camera: Camera;
  private readonly look: Look;
  private readonly listener: PointingListener;
  private readonly lasso = new Lasso();
  private readonly fingers = new Map<number, Point>();
  private press: { at: Point; node: number | null; edge: number | null; moved: boolean; shift: boolean } | null = null;
  private last: { node: number | null; time: number } = { node: null, time: 0 };
  private opening: ReturnType<typeof setTimeout> | undefined;
  private scrolledOutside = 0;

  constructor(element: HTMLElement, scene: Scene, camera: Camera, look: Look, listener: PointingListener) {
    this.element = element;
    this.scene = scene;
    this.camera = camera;
    this.look = look;
    this.listener = listener;
    element.append(this.lasso.element);
    element.addEventListener("pointerdown", (e) => this.down(e));
    element.addEventListener("pointermove", (e) => this.move(e));
    element.addEventListener("pointerup", (e) => this.up(e));
    element.addEventListener("pointercancel", (e) => {
      this.press = null;
      this.lasso.cancel();
      this.fingers.delete(e.pointerId);
    });
    element.addEventListener("pointerleave", () => this.point(null, null));
    element.addEventListener("wheel", this.wheel, { passive: false });
    window.addEventListener("wheel", this.wheelOutside, { passive: true, capture: true });
  }

  destroy(): void {
    window.removeEventListener("wheel", this.wheelOutside, { capture: true });
    clearTimeout(this.opening);
  }

  /** Whether a button or a finger is down. */
  get pressed(): boolean {
    return this.press !== null;
  }

  private at(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private point(node: number | null, edge: number | null): void {
    if (node === this.look.hover && edge === this.look.hoverEdge) return;
    this.look.hover = node;
    this.look.hoverEdge = edge;
    this.element.style.cursor = node !== null || edge !== null ? "pointer" : "grab";
    this.listener.paint();
  }

  private under(at: Point): { node: number | null; edge: number | null } {
    const node = nodeAt(this.scene, this.camera, at);
    return { node, edge: node === null ? edgeAt(this.scene, this.camera, at) : null };
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.at(event);
    this.listener.touched();
    this.fingers.set(event.pointerId, at);
    // A second finger turns a press into a pinch.
    this.press = this.fingers.size > 1 ? null : { at, ...this.under(at), moved: false, shift: event.shiftKey };
    this.element.setPointerCapture(event.pointerId);
    this.look.cursor = null;
    this.element.focus({ preventScroll: true });
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    if (this.fingers.size > 1 && this.fingers.has(event.pointerId)) return this.pinch(event.pointerId, at);
    const { press } = this;
    if (!press) {
      // After a pinch one finger may stay; it points at nothing.
      if (this.fingers.size) return;
      const { node, edge } = this.under(at);
      return this.point(node, edge);
    }
    const dx = at.x - press.at.x;
    const dy = at.y - press.at.y;
    if (!press.moved && Math.hypot(dx, dy) < CLICK) return;
    if (press.shift) {
      if (!press.moved) this.lasso.begin(press.at);
      press.moved = true;
      return this.lasso.extend(at);
    }
    if (!press.moved && press.node !== null) this.listener.moving(press.node);
    press.moved = true;
    press.at = at;
    this.element.style.cursor = "grabbing";
    if (press.node !== null) {
      this.scene.x[press.node]! += dx / this.camera.k;
      this.scene.y[press.node]! += dy / this.camera.k;
      this.scene.changed();
      this.moved.add(press.node);
    } else {
      this.camera.pan(dx, dy);
    }
    this.listener.glide();
  }

  /** Two fingers: what is under them stays under them. */
  private pinch(id: number, at: Point): void {
    const other = [...this.fingers].find(([finger]) => finger !== id)![1];
    const before = this.fingers.get(id)!;
    this.fingers.set(id, at);
    const apart = (p: Point): number => Math.max(Math.hypot(p.x - other.x, p.y - other.y), 1);
    this.camera.zoom(apart(at) / apart(before), other);
    this.camera.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.listener.glide();
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    const { press } = this;
    this.press = null;
    this.element.style.cursor = "grab";
    if (this.lasso.active) return this.listener.lassoed(this.lasso.end(this.scene, this.camera), event.ctrlKey || event.metaKey);
    if (press?.moved && press.node !== null) return this.listener.dropped();
    if (!press || press.moved || event.button !== 0) return;
    clearTimeout(this.opening);
    const { node, edge } = press;
    if (press.shift) {
      if (node !== null) this.listener.choose(node);
    } else if (node !== null) {
      const double = this.last.node === node && event.timeStamp - this.last.time < DOUBLE;
      this.last = { node: double ? null : node, time: event.timeStamp };
      this.listener.select(node);
      if (double) return this.listener.expand(node);
      // Details slide in over the canvas, so they wait until this cannot be a double click.
      this.opening = setTimeout(() => this.listener.openNode(node), DOUBLE);
    } else if (edge !== null) {
      this.listener.openEdge(edge);
    } else {
      this.listener.background();
    }
  }

  private readonly wheelOutside = (event: WheelEvent): void => {
    if (!event.composedPath().includes(this.element)) this.scrolledOutside = event.timeStamp;
  };

  private readonly wheel = (event: WheelEvent): void => {
    // A reader who scrolls the notebook past the canvas goes on scrolling.
    if (!event.ctrlKey && event.timeStamp - this.scrolledOutside < PASSING) {
      this.scrolledOutside = event.timeStamp;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const lines = event.deltaMode === 1 ? 20 : 1;
    this.listener.touched();
    this.camera.zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * (event.ctrlKey ? 0.008 : 0.002)), this.at(event));
    this.listener.glide();
  };
}
