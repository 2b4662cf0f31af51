// The canvas as a thing to act on: pan, zoom, drag, point, and walk with the keyboard.

import { Camera } from "./camera.ts";
import { CanvasRenderer } from "./canvas.ts";
import { h } from "./dom.ts";
import { radiusAt, type Look, type Renderer } from "./renderer.ts";
import { along, type Bounds, type Edge, type Node, type Point, type Scene } from "./scene.ts";
import { readTheme, watchTheme, type Theme } from "./theme.ts";

export interface StageListener {
  openNode(node: Node): void;
  openEdge(edge: Edge): void;
  expand(node: Node): void;
  hide(node: Node): void;
  walkedTo(node: Node): void;
  background(): void;
}

const CLICK = 4;
const DOUBLE = 320;

export class Stage {
  readonly element: HTMLElement;
  readonly camera = new Camera();
  readonly look: Look;
  /** Positions that a person has changed and the kernel does not know yet. */
  readonly moved = new Set<Node>();
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
  private sized = false;
  private wanted = true;
  private press: { at: Point; node: Node | null; edge: Edge | null; moved: boolean } | null = null;
  private last: { node: Node | null; time: number } = { node: null, time: 0 };
  private opening: ReturnType<typeof setTimeout> | undefined;
  private scrolledOutside = 0;

  constructor(root: HTMLElement, scene: Scene, predicate: Look["predicate"], listener: StageListener) {
    this.root = root;
    this.scene = scene;
    this.listener = listener;
    this.look = { hover: null, hoverEdge: null, selected: null, selectedEdge: null, cursor: null, predicate };
    this.theme = readTheme(root);
    // Tests read where things are painted from here; without the mark nothing is written.
    this.debug = "polymathDebug" in document.documentElement.dataset
      ? h("script", { type: "application/json", "data-testid": "layout" })
      : null;
    this.element = h(
      "div",
      {
        class: "pm-stage", tabindex: 0, role: "application", "data-testid": "stage",
        "aria-label": "Knowledge graph. Arrow keys walk from concept to concept, Enter opens one, E expands it.",
        onpointerdown: (e: PointerEvent) => this.down(e),
        onpointermove: (e: PointerEvent) => this.move(e),
        onpointerup: (e: PointerEvent) => this.up(e),
        onpointercancel: () => { this.press = null; },
        onpointerleave: () => this.point(null, null),
        onkeydown: (e: KeyboardEvent) => this.key(e),
        onfocus: () => this.focused(),
        onblur: () => this.paint(),
      },
      this.renderer.element,
      this.debug,
    );
    this.element.addEventListener("wheel", this.wheel, { passive: false });
    window.addEventListener("wheel", this.wheelOutside, { passive: true, capture: true });
    this.observer = new ResizeObserver(() => this.resize());
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
    clearTimeout(this.opening);
    this.renderer.destroy();
  }

  /** Paint before the next frame, once. */
  paint(): void {
    if (this.frame || !this.sized) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.renderer.paint(this.scene, this.camera, this.look, this.theme);
      this.report();
    });
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
  reveal(nodes: readonly Node[]): void {
    const box = this.scene.bounds(nodes);
    if (!box) return;
    const [x, y] = [70 / this.camera.k, 24 / this.camera.k];
    const padded: Bounds = { left: box.left - x, top: box.top - y, right: box.right + x, bottom: box.bottom + y };
    if (this.camera.sees(padded)) return this.paint();
    this.fly(this.camera.bringing(padded), true);
  }

  zoom(factor: number): void {
    this.camera.zoom(factor);
    this.paint();
  }

  select(node: Node | null, edge: Edge | null): void {
    this.look.selected = node;
    this.look.selectedEdge = edge;
    if (node) this.look.cursor = this.element === document.activeElement ? node : null;
    this.paint();
  }

  /** Positions changed by hand since the last call, for the kernel. */
  takeMoved(): [n: number, x: number, y: number][] {
    const out = [...this.moved].map((n): [number, number, number] => [n.n, n.x, n.y]);
    this.moved.clear();
    return out;
  }

  /** Let new nodes grow out of where they hang on. */
  enter(nodes: readonly Node[], from: Node | null): void {
    if (!from || !nodes.length || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.paint();
    const goals = nodes.map((n) => ({ node: n, x: n.x, y: n.y }));
    const start = performance.now();
    const step = (now: number): void => {
      const t = Math.min(1, (now - start) / 380);
      const eased = 1 - (1 - t) ** 3;
      for (const { node, x, y } of goals) {
        if (this.moved.has(node)) continue;
        node.x = from.x + (x - from.x) * eased;
        node.y = from.y + (y - from.y) * eased;
      }
      this.paint();
      if (t < 1) requestAnimationFrame(step);
    };
    step(start);
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
      this.paint();
      if (t < 1) this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width < 2 || height < 2) return;
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
    this.renderer.paint(this.scene, this.camera, this.look, this.theme);
    this.report();
  }

  private at(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private point(node: Node | null, edge: Edge | null): void {
    if (node === this.look.hover && edge === this.look.hoverEdge) return;
    this.look.hover = node;
    this.look.hoverEdge = edge;
    this.element.style.cursor = node || edge ? "pointer" : "grab";
    this.paint();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.at(event);
    const node = this.renderer.nodeAt(this.scene, this.camera, at);
    const edge = node ? null : this.renderer.edgeAt(this.scene, this.camera, at);
    this.press = { at, node, edge, moved: false };
    cancelAnimationFrame(this.flight);
    this.element.setPointerCapture(event.pointerId);
    this.look.cursor = null;
    this.element.focus({ preventScroll: true });
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    const { press } = this;
    if (!press) {
      const node = this.renderer.nodeAt(this.scene, this.camera, at);
      this.point(node, node ? null : this.renderer.edgeAt(this.scene, this.camera, at));
      return;
    }
    const dx = at.x - press.at.x;
    const dy = at.y - press.at.y;
    if (!press.moved && Math.hypot(dx, dy) < CLICK) return;
    press.moved = true;
    press.at = at;
    this.element.style.cursor = "grabbing";
    if (press.node) {
      press.node.x += dx / this.camera.k;
      press.node.y += dy / this.camera.k;
      this.moved.add(press.node);
    } else {
      this.camera.pan(dx, dy);
    }
    this.paint();
  }

  private up(event: PointerEvent): void {
    const { press } = this;
    this.press = null;
    this.element.style.cursor = "grab";
    if (!press || press.moved || event.button !== 0) return;
    clearTimeout(this.opening);
    const { node, edge } = press;
    if (node) {
      const double = this.last.node === node && event.timeStamp - this.last.time < DOUBLE;
      this.last = { node: double ? null : node, time: event.timeStamp };
      this.select(node, null);
      if (double) return this.listener.expand(node);
      // Details slide in over the canvas, so they wait until this cannot be a double click.
      this.opening = setTimeout(() => this.listener.openNode(node), DOUBLE);
    } else if (edge) {
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
    this.paint();
  };

  private focused(): void {
    // Tabbed to, not clicked: show where the keyboard is.
    if (!this.press && this.element.matches(":focus-visible") && !this.look.cursor) {
      this.look.cursor = this.look.selected ?? this.middle();
      if (this.look.cursor) this.listener.walkedTo(this.look.cursor);
    }
    this.paint();
  }

  /** The shown node with the most statements. */
  private middle(): Node | null {
    const shown = this.scene.nodes.filter((n) => this.scene.shows(n));
    return shown.reduce<Node | null>((a, b) => (!a || b.edges.length > a.edges.length ? b : a), null);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    };
    const way = ways[event.key];
    const here = this.look.cursor ?? this.look.selected;
    if (way) {
      const shown = here && this.scene.shows(here) ? here : null;
      const next = shown ? this.scene.toward(shown, ...way) : this.middle();
      if (next) {
        this.look.cursor = next;
        this.reveal([next]);
        this.paint();
        this.listener.walkedTo(next);
      }
    } else if (event.key === "Enter" && here) {
      this.select(here, null);
      this.listener.openNode(here);
    } else if (event.key === "e" && here) {
      this.listener.expand(here);
    } else if ((event.key === "Delete" || event.key === "Backspace") && here) {
      this.look.cursor = this.scene.neighbours(here).find((n) => this.scene.shows(n)) ?? null;
      this.listener.hide(here);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private report(): void {
    if (!this.debug) return;
    const { scene, camera } = this;
    this.debug.textContent = JSON.stringify({
      k: camera.k,
      dark: this.theme.dark,
      nodes: scene.nodes.map((n) => ({
        id: n.id, name: n.name, shown: scene.shows(n), r: radiusAt(n, camera.k), ...camera.toScreen(n), at: [n.x, n.y],
      })),
      edges: scene.edges.map((e) => ({ statement: e.statement, shown: scene.showsEdge(e), ...camera.toScreen(along(e, 0.5)) })),
      cursor: this.look.cursor?.id ?? null,
      selected: this.look.selected?.id ?? null,
    });
  }
}
