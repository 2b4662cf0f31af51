// Movements that nobody's hand makes: nodes that glide to where they belong, and a view that flies.

import type { Camera } from "./camera.ts";
import type { Point, Scene } from "./scene.ts";

const NODES = 380;
const VIEW = 320;

export interface GlidingListener {
  /** Paint a frame of a movement. */
  moving(): void;
  /** Paint what stays. */
  still(): void;
  /** Nodes have arrived. */
  arrived(): void;
}

export class Gliding {
  private readonly scene: Scene;
  private readonly camera: Camera;
  private readonly held: ReadonlySet<number>;
  private readonly listener: GlidingListener;
  private flight = 0;
  private entering = 0;
  /** End a glide of nodes at once, where it leads. */
  private arrive: (() => void) | null = null;

  /** *held* are nodes that a hand moves meanwhile. */
  constructor(scene: Scene, camera: Camera, held: ReadonlySet<number>, listener: GlidingListener) {
    this.scene = scene;
    this.camera = camera;
    this.held = held;
    this.listener = listener;
  }

  /** Whether nodes are on their way. */
  get active(): boolean {
    return this.arrive !== null;
  }

  stop(): void {
    this.land();
    cancelAnimationFrame(this.entering);
  }

  /** Let what glides be where it is gliding to. */
  settle(): void {
    this.arrive?.();
  }

  /** Let the view be where it is. */
  land(): void {
    cancelAnimationFrame(this.flight);
  }

  /** Let nodes glide from where they were to where the scene has them now. */
  enter(nodes: readonly number[], from: (node: number) => Point): void {
    this.settle();
    const { scene, held, listener } = this;
    if (!nodes.length || calm()) {
      listener.still();
      return listener.arrived();
    }
    const starts = nodes.map(from);
    const goals = nodes.map((n) => ({ x: scene.x[n]!, y: scene.y[n]! }));
    const begun = performance.now();
    const version = scene.places;
    const put = (place: (i: number) => Point): void => {
      nodes.forEach((node, i) => {
        if (!held.has(node)) ({ x: scene.x[node], y: scene.y[node] } = place(i) as { x: number; y: number });
      });
      scene.changed();
    };
    this.arrive = () => {
      cancelAnimationFrame(this.entering);
      this.arrive = null;
      if (scene.places !== version) return;
      put((i) => goals[i]!);
      listener.still();
      listener.arrived();
    };
    const step = (now: number): void => {
      if (scene.places !== version) return;
      const t = Math.min(1, Math.max(0, now - begun) / NODES);
      if (t === 1) return this.arrive?.();
      const eased = 1 - (1 - t) ** 3;
      put((i) => ({ x: starts[i]!.x + (goals[i]!.x - starts[i]!.x) * eased, y: starts[i]!.y + (goals[i]!.y - starts[i]!.y) * eased }));
      listener.moving();
      this.entering = requestAnimationFrame(step);
    };
    step(begun);
  }

  /** Let the view fly somewhere; without *glide* it is there at once. */
  fly(to: { x: number; y: number; k: number }, glide: boolean): void {
    this.land();
    const { camera, listener } = this;
    if (!glide || calm()) {
      Object.assign(camera, to);
      return listener.still();
    }
    const from = { x: camera.x, y: camera.y, k: camera.k };
    const start = performance.now();
    const step = (now: number): void => {
      const t = Math.min(1, Math.max(0, (now - start) / VIEW));
      const eased = t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2;
      camera.x = from.x + (to.x - from.x) * eased;
      camera.y = from.y + (to.y - from.y) * eased;
      camera.k = from.k * (to.k / from.k) ** eased;
      if (t === 1) return listener.still();
      listener.moving();
      this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
  }
}

/** Whether a person has asked their system for less movement. */
function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
