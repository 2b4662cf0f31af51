// The canvas as a thing to look at and to act on, by hand (pointing.ts) or from concept to concept with the keyboard.

import { Camera } from "./camera.ts";
import { CanvasRenderer } from "./canvas.ts";
import { focused, h } from "./dom.ts";
import { Gliding } from "./gliding.ts";
import { Minimap } from "./minimap.ts";
import { Pointing } from "./pointing.ts";
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
  /** Nodes rest where a hand or a layout of the page has put them. */
  placed(): void;
  walkedTo(node: number): void;
  background(): void;
  /** A person has put the hand on the canvas. */
  touched(): void;
  /** Something else is looked at than all of it. */
  strayed(): void;
}

/** After so many milliseconds without movement the picture is painted sharply. */
const REST = 120;
const WAYS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Stage {
  readonly element: HTMLElement;
  readonly camera = new Camera();
  readonly look: Look;
  /** Whether all of it is seen because that was asked for, and nobody has looked elsewhere since. */
  private whole = true;
  /** Whether a hand has moved the view since. */
  private strayed = false;
  /** What is seen in place of all, because a story tells so; *tight* leaves no room around it. */
  private framed: { box: Bounds; tight: boolean } | null = null;
  /** What stays bright while nothing else is looked at, because a story tells so. */
  told: Look["lit"] = null;
  /** Whether all positions are others than the kernel's. */
  placed = false;
  private readonly renderer: Renderer = new CanvasRenderer();
  private readonly scene: Scene;
  private readonly root: HTMLElement;
  private readonly listener: StageListener;
  private readonly pointing: Pointing;
  private readonly gliding: Gliding;
  private readonly minimap: Minimap;
  private readonly observer: ResizeObserver;
  private readonly debug: HTMLElement | null;
  private readonly stopTheme: () => void;
  /** Pixels of the screen to one of the page, when it was painted. */
  private pixels = 1;
  private stopPixels = (): void => {};
  private theme: Theme;
  private frame = 0;
  private sized = false;
  /** Not in sight, so not painted. */
  private away = false;
  private wanted = true;
  private movedAt = -Infinity;
  private resting: ReturnType<typeof setTimeout> | undefined;

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
    this.minimap = new Minimap(scene, this.camera, (at) => {
      this.stray();
      this.gliding.land();
      Object.assign(this.camera, at);
      listener.touched();
      this.glide();
    });
    this.element = h(
      "div",
      {
        class: "pm-stage", tabindex: 0, role: "application", "data-testid": "stage",
        "aria-label": "Knowledge graph. Arrow keys walk from concept to concept, Enter opens one, E expands it, Space picks it out.",
        onkeydown: (e: KeyboardEvent) => this.key(e),
        onfocus: () => this.focused(),
        onblur: () => this.paint(),
      },
      this.renderer.element,
      this.minimap.element,
      this.debug,
    );
    this.pointing = new Pointing(this.element, scene, this.camera, this.look, {
      ...listener,
      touched: () => {
        this.gliding.land();
        listener.touched();
      },
      moving: (node) => {
        this.settle();
        listener.moving(node);
      },
      dropped: () => listener.placed(),
      select: (node) => this.select(node, null),
      glide: () => {
        this.stray();
        this.glide();
      },
      paint: () => this.paint(),
    });
    this.gliding = new Gliding(scene, this.camera, this.pointing.moved, {
      moving: () => this.glide(), still: () => this.paint(), arrived: () => listener.placed(),
    });
    this.observer = new ResizeObserver(() => { if (!this.fits()) this.resize(); });
    this.observer.observe(this.element);
    this.watchPixels();
    this.stopTheme = watchTheme(() => {
      this.theme = readTheme(this.root);
      this.paint();
    });
  }

  destroy(): void {
    this.observer.disconnect();
    this.stopPixels();
    this.stopTheme();
    this.pointing.destroy();
    this.gliding.stop();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    this.renderer.destroy();
  }

  // ------------------------------------------------------------------ painting

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

  /** Stay sharp where a pixel is another one: the browser zooms, or its window is on another screen. */
  private watchPixels(): void {
    const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const changed = (): void => {
      this.watchPixels();
      this.resize();
    };
    query.addEventListener("change", changed, { once: true });
    this.stopPixels = () => query.removeEventListener("change", changed);
  }

  /** Whether the canvas is as large as its place, and has been since it was painted. */
  private fits(): boolean {
    const { element, camera } = this;
    const sharp = this.pixels === (window.devicePixelRatio || 1);
    return this.sized && !this.away && sharp && camera.width === element.clientWidth && camera.height === element.clientHeight;
  }

  private draw(): void {
    const moving = performance.now() - this.movedAt < REST;
    const sharp = this.renderer.paint(this.scene, this.camera, this.look, this.theme, moving);
    // Positions change in every frame of a glide; a small map can wait for its end.
    if (!moving || !this.gliding.active) this.minimap.paint(this.theme, window.devicePixelRatio || 1);
    clearTimeout(this.resting);
    if (!sharp) this.resting = setTimeout(() => this.paint(), REST + 10);
    this.report();
  }

  /** Paint a frame of a movement. */
  private glide(): void {
    this.movedAt = performance.now();
    this.paint();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.away = width < 2 || height < 2;
    if (this.away) return;
    this.camera.width = width;
    this.camera.height = height;
    this.pixels = window.devicePixelRatio || 1;
    this.renderer.resize(width, height, this.pixels);
    this.sized = true;
    if (this.wanted || this.whole) {
      this.wanted = false;
      this.see(false);
    }
    // A canvas that is resized is empty until it is painted.
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.theme = readTheme(this.root);
    this.draw();
  }

  // ------------------------------------------------------------------ where to look, and what at

  /** Something covers some of the canvas: what is seen stays where it is, unless all of it was seen. */
  cover(inset: { right: number; bottom: number }): void {
    const higher = inset.bottom !== this.camera.inset.bottom;
    this.camera.cover(inset);
    if (higher && this.whole && this.sized) this.see(false);
    else this.paint();
  }

  /** See all of it. */
  fit(glide = true): void {
    this.framed = null;
    this.see(glide);
  }

  /** See a part of it, until all or something else is looked at; *tight* leaves no room for labels. */
  lookAt(box: Bounds, tight: boolean, glide: boolean): void {
    this.framed = { box, tight };
    this.see(glide);
  }

  /** Whether a person has not looked elsewhere than at all of it. */
  get still(): boolean {
    return this.whole;
  }

  /** The part of the scene that is seen, also below what covers it for a while. */
  seen(): Bounds {
    return this.camera.seen();
  }

  /** Look elsewhere than at all of it, or at what a story shows. */
  private stray(): void {
    const first = !this.strayed;
    this.whole = false;
    this.strayed = true;
    if (first) this.listener.strayed();
  }

  /** See again what a story shows, after something else was brought into view; not if a hand has gone elsewhere. */
  comeBack(): void {
    if (this.framed && !this.strayed) this.see(true);
  }

  private see(glide: boolean): void {
    this.whole = true;
    this.strayed = false;
    const box = this.framed?.box ?? this.scene.bounds();
    if (!box) return this.paint();
    if (!this.sized) {
      this.wanted = true;
      return;
    }
    this.gliding.fly(this.framed?.tight ? this.camera.framing(box) : this.camera.fitting(box), glide);
  }

  /** See these nodes, moving only if they are not seen already. */
  reveal(nodes: readonly number[]): void {
    const box = this.scene.bounds(nodes);
    if (!box) return;
    const [x, y] = [70 / this.camera.k, 24 / this.camera.k];
    const padded: Bounds = { left: box.left - x, top: box.top - y, right: box.right + x, bottom: box.bottom + y };
    if (this.camera.sees(padded)) return this.paint();
    this.whole = false;
    this.gliding.fly(this.camera.bringing(padded), true);
  }

  zoom(factor: number): void {
    this.stray();
    this.gliding.land();
    this.camera.zoom(factor);
    this.listener.touched();
    this.paint();
  }

  select(node: number | null, edge: number | null): void {
    this.look.selected = node;
    this.look.selectedEdge = edge;
    if (node !== null) this.look.cursor = this.element === focused(this.element) ? node : null;
    this.listener.selected();
    this.paint();
  }

  // ------------------------------------------------------------------ where things are

  /** Let what glides be where it is gliding to. */
  settle(): void {
    this.gliding.settle();
  }

  /** Positions that the kernel does not know yet: a few by number, or all of them in a buffer, x before y. */
  takeMoved(): { moved?: [n: number, x: number, y: number][]; buffers?: ArrayBuffer[] } {
    const { scene, pointing: { moved } } = this;
    if (this.placed) this.settle();
    const few = [...moved].map((n): [number, number, number] => [n, scene.x[n]!, scene.y[n]!]);
    moved.clear();
    if (!this.placed) return few.length ? { moved: few } : {};
    this.placed = false;
    return { buffers: [scene.x.slice(0, scene.nodes).buffer, scene.y.slice(0, scene.nodes).buffer] };
  }

  /** Put everything elsewhere, and let it glide there; *whole* brings all of it into view. */
  place(x: ArrayLike<number>, y: ArrayLike<number>, whole = false): void {
    const { scene } = this;
    const before = { x: scene.x.slice(0, scene.nodes), y: scene.y.slice(0, scene.nodes) };
    this.pointing.moved.clear();
    this.placed = true;
    scene.place(x, y);
    if (whole) this.fit();
    this.enter(Array.from(scene.important()), (n) => ({ x: before.x[n]!, y: before.y[n]! }));
  }

  /** Let nodes glide from where they were to where the scene has them now. */
  enter(nodes: readonly number[], from: (node: number) => Point): void {
    this.gliding.enter(nodes, from);
  }

  // ------------------------------------------------------------------ the keyboard

  private focused(): void {
    // Tabbed to, not clicked: show where the keyboard is.
    if (!this.pointing.pressed && this.element.matches(":focus-visible") && this.look.cursor === null) {
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
    const way = WAYS[event.key];
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
        edge: e, shown: scene.edgeShown[e] === 1, bridge: scene.bridges?.edges[e] === 1, ...camera.toScreen(scene.along(e, 0.5)),
      })),
      cursor: named(look.cursor),
      selected: named(look.selected),
      chosen: [...look.chosen].map(named),
    });
  }
}
