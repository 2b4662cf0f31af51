// All that a person has decided about what is seen, taken down so that it can be had again.

import type { Look } from "./colouring.ts";
import { Wanted } from "./filters.ts";
import type { Guide, Scene } from "./scene.ts";

/** Columns end where the scene did; what came later was not there. */
export interface Sight {
  hidden: Uint8Array;
  pinned: Uint8Array;
  gone: Uint8Array;
  x: Float32Array;
  y: Float32Array;
  wanted: Wanted;
  guides: Guide[];
  arranged: string;
  look: Look;
}

export function takeSight(scene: Scene, arranged: string, look: Look): Sight {
  const { nodes, edges } = scene;
  return {
    hidden: scene.hidden.slice(0, nodes),
    pinned: scene.pinned.slice(0, nodes),
    gone: scene.gone.slice(0, edges),
    x: scene.x.slice(0, nodes),
    y: scene.y.slice(0, nodes),
    wanted: new Wanted(scene.wanted),
    guides: scene.guides,
    arranged,
    look: { ...look },
  };
}

/** Give a scene back what it was; positions are returned, so that nodes can glide there. */
export function putSight(scene: Scene, sight: Sight): { x: Float32Array; y: Float32Array } {
  scene.hidden.fill(1, sight.hidden.length, scene.nodes);
  scene.gone.fill(1, sight.gone.length, scene.edges);
  scene.hidden.set(sight.hidden);
  scene.pinned.set(sight.pinned);
  scene.gone.set(sight.gone);
  scene.wanted = new Wanted(sight.wanted);
  scene.guides = sight.guides;
  scene.filter();
  const [x, y] = [scene.x.slice(0, scene.nodes), scene.y.slice(0, scene.nodes)];
  x.set(sight.x);
  y.set(sight.y);
  return { x, y };
}
