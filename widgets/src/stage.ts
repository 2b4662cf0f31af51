// The canvas as a thing to act on: pan, zoom, drag, point, and walk with the keyboard.

import { Camera } from "./camera.ts";
import { CanvasRenderer } from "./canvas.ts";
import { h } from "./dom.ts";
import { Lasso } from "./lasso.ts";
import { edgeAt, nodeAt } from "./picking.ts";
import { radiusAt, type Look, type Renderer } from "./renderer.ts";
import type { Bounds, Point, Scene } from "./scene.ts";
import { readTheme, watchTheme, type Theme } from "./theme.ts";

export interface StageListener {
  openNode(node: number): void;
  openEdge(edge: number): void;
  expand(node: number): void;
  hide(node: number): void;
  pin(node: number): void;
  /** Add a node to those picked out, or take it from them. */
  choose(node: number): void;
  /** A loop was drawn around nodes; *more* adds to those picked out before. */
  lassoed(nodes: number[], more: boolean): void;
  selected(): void;
  /** A node is about to be dragged. */
  moving(node: number): void;
  walkedTo(node: number): void;
  background(): void;
  /** A person has put the hand on the canvas. */
  touched(): void;
}

const CLICK = 4;
const DOUBLE = 320;
/** After so many milliseconds without movement the picture is painted sharply. */
const REST = 120;

export class Stage {
  readonly element: HTMLElement;
  readonly camera = new Camera();
  readonly look: Look;
  /** Positions that a person has changed and the kernel does not know yet. */
  readonly moved = new Set<number>();
  /** Whether all positions are others than the kernel's. */
  placed = false;
  private readonly renderer: Renderer = new CanvasRenderer();
  private readonly scene: Scene;
  private readonly root: HTMLElement;
  private readonly listener: StageListener;
  private readonly observer: ResizeObserver;
  private readonly debug: HTMLElement | null;
  private readonly stopTheme: () => void;
  private theme: Theme;
  private frame = 0;
  private flight = 0;
  private entering = 0;
  /** End a glide of nodes at once, where it leads. */
  private arrive: (() => void) | null = null;
  private sized = false;
  /** Not in sight, so not painted. */
  private away = false;
  private wanted = true;
  private press: { at: Point; node: number | null; edge: number | null; moved: boolean; shift: boolean } | null = null;
  private readonly lasso = new Lasso();
  private readonly fingers = new Map<number, Point>();
  private movedAt = -Infinity;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private last: { node: number | null; time: number } = { node: null, time: 0 };
  private opening: ReturnType<typeof setTimeout> | undefined;
  private scrolledOutside = 0;

  constructor(root: HTMLElement, scene: Scene, predicate: Look["predicate"], listener: StageListener) {
    this.root = root;
    this.scene = scene;
    this.listener = listener;
    this.look = { hover: null, hoverEdge: null, selected: null, selectedEdge: null, cursor: null, chosen: new Set(), lit: null, predicate };
    this.theme = readTheme(root);
    // Tests read where things are painted from here; without the mark nothing is written.
    this.debug = "polymathDebug" in document.documentElement.dataset
      ? h("script", { type: "application/json", "data-testid": "layout" })
      : null;
    this.element = h(
      "div",
      {
        class: "pm-stage", tabindex: 0, role: "application", "data-testid": "stage",
        "aria-label": "Knowledge graph. Arrow keys walk from concept to concept, Enter opens one, E expands it, Space picks it out.",
        onpointerdown: (e: PointerEvent) => this.down(e),
        onpointermove: (e: PointerEvent) => this.move(e),
        onpointerup: (e: PointerEvent) => this.up(e),
        onpointercancel: (e: PointerEvent) => {
          this.press = null;
          this.lasso.cancel();
          this.fingers.delete(e.pointerId);
        },
        onpointerleave: () => this.point(null, null),
        onkeydown: (e: KeyboardEvent) => this.key(e),
        onfocus: () => this.focused(),
        onblur: () => this.paint(),
      },
      this.renderer.element,
      this.lasso.element,
      this.debug,
    );
    this.element.addEventListener("wheel", this.wheel, { passive: false });
    window.addEventListener("wheel", this.wheelOutside, { passive: true, capture: true });
    this.observer = new ResizeObserver(() => { if (!this.fits()) this.resize(); });
    this.observer.observe(this.element);
    this.stopTheme = watchTheme(() => {
      this.theme = readTheme(this.root);
      this.paint();
    });
  }

  destroy(): void {
    this.observer.disconnect();
    this.stopTheme();
    window.removeEventListener("wheel", this.wheelOutside, { capture: true });
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.flight);
    cancelAnimationFrame(this.entering);
    clearTimeout(this.opening);
    clearTimeout(this.resting);
    this.renderer.destroy();
  }

  /** Paint before the next frame, once. */
  paint(): void {
    if (this.frame || !this.sized) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      // What came may have made the canvas smaller; the observer hears of that only after painting.
      if (this.fits()) this.draw();
      else this.resize();
    });
  }

  /** Whether the canvas is as large as its place, and has been since it was painted. */
  private fits(): boolean {
    const { element, camera } = this;
    return this.sized && !this.away && camera.width === element.clientWidth && camera.height === element.clientHeight;
  }

  private draw(): void {
    const moving = performance.now() - this.movedAt < REST;
    const sharp = this.renderer.paint(this.scene, this.camera, this.look, this.theme, moving);
    clearTimeout(this.resting);
    if (!sharp) this.resting = setTimeout(() => this.paint(), REST + 10);
    this.report();
  }

  /** Paint a frame of a movement. */
  private glide(): void {
    this.movedAt = performance.now();
    this.paint();
  }

  /** See all of it. */
  fit(glide = true): void {
    const box = this.scene.bounds();
    if (!box) return this.paint();
    if (!this.sized) {
      this.wanted = true;
      return;
    }
    this.fly(this.camera.fitting(box), glide);
  }

  /** See these nodes, moving only if they are not seen already. */
  reveal(nodes: readonly number[]): void {
    const box = this.scene.bounds(nodes);
    if (!box) return;
    const [x, y] = [70 / this.camera.k, 24 / this.camera.k];
    const padded: Bounds = { left: box.left - x, top: box.top - y, right: box.right + x, bottom: box.bottom + y };
    if (this.camera.sees(padded)) return this.paint();
    this.fly(this.camera.bringing(padded), true);
  }

  zoom(factor: number): void {
    this.camera.zoom(factor);
    this.listener.touched();
    this.paint();
  }

  /** Let what glides be where it is gliding to. */
  settle(): void {
    this.arrive?.();
  }

  select(node: number | null, edge: number | null): void {
    this.look.selected = node;
    this.look.selectedEdge = edge;
    if (node !== null) this.look.cursor = this.element === document.activeElement ? node : null;
    this.listener.selected();
    this.paint();
  }

  /** Positions that the kernel does not know yet: a few by number, or all of them in a buffer, x before y. */
  takeMoved(): { moved?: [n: number, x: number, y: number][]; buffers?: ArrayBuffer[] } {
    const { scene } = this;
    const few = [...this.moved].map((n): [number, number, number] => [n, scene.x[n]!, scene.y[n]!]);
    this.moved.clear();
    if (!this.placed) return few.length ? { moved: few } : {};
    this.arrive?.();
    this.placed = false;
    return { buffers: [scene.x.slice(0, scene.nodes).buffer, scene.y.slice(0, scene.nodes).buffer] };
  }

  /** Put everything elsewhere, and let it glide there; *whole* brings all of it into view. */
  place(x: ArrayLike<number>, y: ArrayLike<number>, whole = false): void {
    const { scene } = this;
    const before = { x: scene.x.slice(0, scene.nodes), y: scene.y.slice(0, scene.nodes) };
    this.moved.clear();
    this.placed = true;
    scene.place(x, y);
    if (whole) this.fit();
    this.enter(Array.from(scene.important()), (n) => ({ x: before.x[n]!, y: before.y[n]! }));
  }

  /** Let nodes glide from where they were to where the scene has them now. */
  enter(nodes: readonly number[], from: (node: number) => Point): void {
    this.arrive?.();
    const { scene } = this;
    if (!nodes.length || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.paint();
    const starts = nodes.map(from);
    const goals = nodes.map((n) => ({ x: scene.x[n]!, y: scene.y[n]! }));
    const begun = performance.now();
    const version = scene.places;
    this.arrive = () => {
      cancelAnimationFrame(this.entering);
      this.arrive = null;
      if (scene.places !== version) return;
      nodes.forEach((node, i) => {
        if (!this.moved.has(node)) [scene.x[node], scene.y[node]] = [goals[i]!.x, goals[i]!.y];
      });
      scene.changed();
      this.paint();
    };
    const step = (now: number): void => {
      if (scene.places !== version) return;
      const t = Math.min(1, Math.max(0, now - begun) / 380);
      if (t === 1) return this.arrive?.();
      const eased = 1 - (1 - t) ** 3;
      nodes.forEach((node, i) => {
        if (this.moved.has(node)) return;
        scene.x[node] = starts[i]!.x + (goals[i]!.x - starts[i]!.x) * eased;
        scene.y[node] = starts[i]!.y + (goals[i]!.y - starts[i]!.y) * eased;
      });
      scene.changed();
      this.glide();
      this.entering = requestAnimationFrame(step);
    };
    step(begun);
  }

  private fly(to: { x: number; y: number; k: number }, glide: boolean): void {
    cancelAnimationFrame(this.flight);
    const { camera } = this;
    if (!glide || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      Object.assign(camera, to);
      return this.paint();
    }
    const from = { x: camera.x, y: camera.y, k: camera.k };
    const start = performance.now();
    const step = (now: number): void => {
      const t = Math.min(1, Math.max(0, (now - start) / 320));
      const eased = t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2;
      camera.x = from.x + (to.x - from.x) * eased;
      camera.y = from.y + (to.y - from.y) * eased;
      camera.k = from.k * (to.k / from.k) ** eased;
      if (t < 1) this.glide();
      else this.paint();
      if (t < 1) this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.away = width < 2 || height < 2;
    if (this.away) return;
    this.camera.width = width;
    this.camera.height = height;
    this.renderer.resize(width, height, window.devicePixelRatio || 1);
    this.sized = true;
    if (this.wanted) {
      this.wanted = false;
      this.fit(false);
    }
    // A canvas that is resized is empty until it is painted.
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.theme = readTheme(this.root);
    this.draw();
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
    this.paint();
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
    cancelAnimationFrame(this.flight);
    this.element.setPointerCapture(event.pointerId);
    this.look.cursor = null;
    this.element.focus({ preventScroll: true });
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    if (this.fingers.size > 1 && this.fingers.has(event.pointerId)) return this.pinch(event.pointerId, at);
    const { press } = this;
    if (!press) {
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
    if (!press.moved && press.node !== null) {
      this.settle();
      this.listener.moving(press.node);
    }
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
    this.glide();
  }

  /** Two fingers: what is under them stays under them. */
  private pinch(id: number, at: Point): void {
    const other = [...this.fingers].find(([finger]) => finger !== id)![1];
    const before = this.fingers.get(id)!;
    this.fingers.set(id, at);
    const apart = (p: Point): number => Math.max(Math.hypot(p.x - other.x, p.y - other.y), 1);
    this.camera.zoom(apart(at) / apart(before), other);
    this.camera.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.glide();
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    const { press } = this;
    this.press = null;
    this.element.style.cursor = "grab";
    if (this.lasso.active) return this.listener.lassoed(this.lasso.end(this.scene, this.camera), event.ctrlKey || event.metaKey);
    if (!press || press.moved || event.button !== 0) return;
    clearTimeout(this.opening);
    const { node, edge } = press;
    if (press.shift) {
      if (node !== null) this.listener.choose(node);
    } else if (node !== null) {
      const double = this.last.node === node && event.timeStamp - this.last.time < DOUBLE;
      this.last = { node: double ? null : node, time: event.timeStamp };
      this.select(node, null);
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
    if (!this.element.contains(event.target as HTMLElement)) this.scrolledOutside = event.timeStamp;
  };

  private readonly wheel = (event: WheelEvent): void => {
    // A reader who scrolls the notebook past the canvas goes on scrolling.
    if (!event.ctrlKey && event.timeStamp - this.scrolledOutside < 350) {
      this.scrolledOutside = event.timeStamp;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    cancelAnimationFrame(this.flight);
    const lines = event.deltaMode === 1 ? 20 : 1;
    this.camera.zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * (event.ctrlKey ? 0.008 : 0.002)), this.at(event));
    this.listener.touched();
    this.glide();
  };

  private focused(): void {
    // Tabbed to, not clicked: show where the keyboard is.
    if (!this.press && this.element.matches(":focus-visible") && this.look.cursor === null) {
      this.look.cursor = this.look.selected ?? this.middle();
      if (this.look.cursor !== null) this.listener.walkedTo(this.look.cursor);
    }
    this.paint();
  }

  /** The shown node with the most statements. */
  private middle(): number | null {
    const { degree } = this.scene;
    return this.scene.important().reduce<number | null>((a, b) => (a === null || degree[b]! > degree[a]! ? b : a), null);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    };
    const way = ways[event.key];
    const here = this.look.cursor ?? this.look.selected;
    if (way) {
      const shown = here !== null && this.scene.shown[here] ? here : null;
      const next = shown !== null ? this.scene.toward(shown, ...way) : this.middle();
      if (next !== null) {
        this.look.cursor = next;
        this.reveal([next]);
        this.paint();
        this.listener.walkedTo(next);
      }
    } else if (event.key === "Enter" && here !== null) {
      this.select(here, null);
      this.listener.openNode(here);
    } else if (event.key === "e" && here !== null) {
      this.listener.expand(here);
    } else if (event.key === " " && here !== null) {
      this.listener.choose(here);
    } else if (event.key === "p" && here !== null) {
      this.listener.pin(here);
    } else if ((event.key === "Delete" || event.key === "Backspace") && here !== null) {
      this.look.cursor = this.scene.neighbours(here).find((n) => this.scene.shown[n]) ?? null;
      this.listener.hide(here);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private report(): void {
    if (!this.debug) return;
    const { scene, camera, look } = this;
    const named = (node: number | null): string | null => (node === null ? null : scene.names[node]!);
    this.debug.textContent = JSON.stringify({
      k: camera.k,
      dark: this.theme.dark,
      nodes: Array.from({ length: scene.nodes }, (_, n) => ({
        name: scene.names[n], shown: scene.shown[n] === 1, pinned: scene.pinned[n] === 1, r: radiusAt(scene.radius[n]!, camera.k),
        ...camera.toScreen({ x: scene.x[n]!, y: scene.y[n]! }), at: [scene.x[n], scene.y[n]],
      })),
      edges: Array.from({ length: scene.edges }, (_, e) => ({
        edge: e, shown: scene.edgeShown[e] === 1, ...camera.toScreen(scene.along(e, 0.5)),
      })),
      cursor: named(look.cursor),
      selected: named(look.selected),
      chosen: [...look.chosen].map(named),
    });
  }
}
