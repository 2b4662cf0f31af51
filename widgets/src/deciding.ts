// What a person decides about what is seen: hidden, pinned, filtered, picked out, coloured; and all of it taken back.

import { Brush } from "./brush.ts";
import { ChoosingBar } from "./choosing.ts";
import type { Look } from "./colouring.ts";
import { h, iconButton } from "./dom.ts";
import { FilterPanel, hiddenInWords, Wanted } from "./filters.ts";
import { History } from "./history.ts";
import { Legend } from "./legend.ts";
import { Looks } from "./looks.ts";
import type { Ask, Reply, Say } from "./protocol.ts";
import type { Scene } from "./scene.ts";
import { putSight, takeSight, type Sight } from "./sight.ts";
import type { Stage } from "./stage.ts";
import { count } from "./text.ts";

/** What is hidden, pinned, undone and filtered, as the kernel tells it. */
export interface Told {
  hidden: number[];
  pinned: number[];
  gone: number[];
  selected: number[];
  filters: Record<string, unknown>;
  look: Partial<Look>;
}

/** What decisions act on, and whom they are told. */
export interface DecidingDesk {
  readonly stage: Stage;
  /** Name of the layout. */
  arranged: string;
  say(sentence: string): void;
  tell(kind: Say, fields: Record<string, unknown>): void;
  ask(kind: Ask, fields: Record<string, unknown>): Promise<Reply | null>;
  /** Show all that follows from what is seen. */
  refresh(): void;
  /** Stop moving things. */
  rest(): void;
  /** What was open is no longer seen. */
  lost(): void;
  expand(nodes: readonly number[]): void;
  /** Something was decided that can be undone, or undone. */
  decided(): void;
  paths(ends: readonly [number, number]): void;
}

export class Deciding {
  readonly legend: Legend;
  readonly filters: FilterPanel;
  readonly brush: Brush;
  readonly choosing: ChoosingBar;
  readonly looks: Looks;
  readonly history: History<Sight>;
  readonly buttons: HTMLElement;
  private readonly scene: Scene;
  private readonly desk: DecidingDesk;
  private readonly back = iconButton("undo", "Undo (Ctrl Z)", () => this.undo(), "undo");
  private readonly forth = iconButton("redo", "Redo (Shift Ctrl Z)", () => this.redo(), "redo");
  private readonly filterButton = iconButton("filter", "Filters, colours and sizes", () => this.filters.toggle(), "filter");

  constructor(scene: Scene, desk: DecidingDesk) {
    this.scene = scene;
    this.desk = desk;
    this.buttons = h("div", { class: "pm-tools", role: "group", "aria-label": "Steps" }, this.back, this.forth, this.filterButton);
    this.legend = new Legend(scene, ({ column, label, values }, shown) => {
      this.step(`${shown ? "showing" : "hiding"} ${column} ${label}`, () => {
        scene.wanted.switch(column!, values, shown);
        scene.filter();
      });
      desk.say(`Concepts of ${column} ${label} are ${shown ? "shown" : "hidden"}.`);
    });
    this.looks = new Looks(scene, {
      ask: (kind, fields) => desk.ask(kind, fields),
      say: (sentence) => desk.say(sentence),
      refresh: () => desk.refresh(),
      step: (what, change) => this.step(what, change),
    });
    this.filters = new FilterPanel(scene, { change: (name, set) => this.want(name, set), clear: () => this.showAll() }, this.looks.element);
    this.brush = new Brush(scene, {
      range: (from, to, playing) => this.want("years", (w) => Object.assign(w, { from, to }), playing),
      stopped: () => desk.say(hiddenInWords(scene) || "All years are shown."),
    });
    this.choosing = new ChoosingBar({
      hide: () => this.hide(this.chosen),
      keep: () => this.keep(),
      pin: () => this.pin(this.chosen),
      expand: () => desk.expand(this.chosen),
      paths: () => desk.paths(this.chosen as [number, number]),
      clear: () => this.choose([]),
    });
    this.history = new History<Sight>(
      () => {
        desk.stage.settle();
        return takeSight(scene, desk.arranged, this.looks.look);
      },
      (sight) => this.restore(sight),
      () => this.tellHistory(),
    );
  }

  get chosen(): number[] {
    return [...this.desk.stage.look.chosen];
  }

  /** Show in legend, filters and bars what the scene has now. */
  fill(): void {
    const { scene } = this;
    this.legend.fill(this.looks.fill());
    this.filters.fill();
    this.brush.fill();
    const { chosen } = this;
    if (chosen.some((n) => !scene.shown[n])) this.choose(chosen.filter((n) => scene.shown[n]), true);
    this.filterButton.classList.toggle("pm-on", scene.wanted.any);
    this.tellVisible();
    this.looks.complete();
  }

  /** Change what is seen, so that it can be undone; steps of one *join* that follow closely are one. */
  step(what: string, change: () => void, join = ""): void {
    this.history.mark(what, join);
    this.desk.rest();
    change();
    this.desk.refresh();
  }

  undo(): void {
    this.brush.stop();
    const what = this.history.undo();
    this.desk.say(what === null ? "There is nothing to undo." : `Undone: ${what}.`);
  }

  redo(): void {
    this.brush.stop();
    const what = this.history.redo();
    this.desk.say(what === null ? "There is nothing to redo." : `Done again: ${what}.`);
  }

  /** Let all be seen as it was, or as a story tells. */
  restore(sight: Sight): void {
    const { scene, desk: { stage } } = this;
    this.desk.rest();
    const { x, y } = putSight(scene, sight);
    this.desk.arranged = sight.arranged;
    this.looks.look = sight.look;
    const { look } = stage;
    if (look.selected !== null && !scene.shown[look.selected]) this.desk.lost();
    Object.assign(look, { hover: null, hoverEdge: null, lit: null });
    if (x.some((at, n) => at !== scene.x[n]) || y.some((at, n) => at !== scene.y[n])) stage.place(x, y);
    this.desk.refresh();
  }

  private tellHistory(): void {
    this.back.disabled = !this.history.canUndo;
    this.forth.disabled = !this.history.canRedo;
    this.desk.decided();
  }

  /** Change what is wanted of what is on the canvas. */
  private want(name: string, set: (wanted: Wanted) => void, quiet = false): void {
    this.step("a filter", () => {
      set(this.scene.wanted);
      this.scene.filter();
    }, name);
    if (!quiet) this.desk.say(hiddenInWords(this.scene) || "Nothing is filtered.");
  }

  private showAll(): void {
    this.brush.stop();
    this.step("showing all", () => {
      this.scene.wanted = new Wanted();
      this.scene.filter();
    });
    this.desk.say("Nothing is filtered.");
    this.desk.stage.element.focus({ preventScroll: true });
  }

  hide(nodes: readonly number[]): void {
    if (!nodes.length) return;
    const name = nodes.length === 1 ? this.scene.names[nodes[0]!]! : count(nodes.length, "concept");
    this.step(`hiding ${name}`, () => this.scene.hide(nodes));
    const { look } = this.desk.stage;
    if (look.selected !== null && nodes.includes(look.selected)) this.desk.lost();
    if (look.hover !== null && nodes.includes(look.hover)) look.hover = null;
    this.desk.say(`${name} ${nodes.length === 1 ? "is" : "are"} hidden; Ctrl Z brings ${nodes.length === 1 ? "it" : "them"} back.`);
  }

  /** Hide all that is not picked out. */
  private keep(): void {
    const { scene } = this;
    const { chosen } = this.desk.stage.look;
    const others = Array.from({ length: scene.nodes }, (_, n) => n).filter((n) => !chosen.has(n) && !scene.hidden[n]);
    this.step(`keeping only ${count(chosen.size, "concept")}`, () => scene.hide(others));
    this.desk.say(`Only ${count(chosen.size, "concept")} kept; Ctrl Z brings the others back.`);
    this.desk.stage.fit();
  }

  /** Pin nodes, or unpin them if all are pinned. */
  pin(nodes: readonly number[]): void {
    if (!nodes.length) return;
    const { scene } = this;
    const pin = nodes.some((n) => !scene.pinned[n]);
    const name = nodes.length === 1 ? scene.names[nodes[0]!]! : count(nodes.length, "concept");
    this.step(`${pin ? "pinning" : "unpinning"} ${name}`, () => {
      for (const node of nodes) scene.pinned[node] = pin ? 1 : 0;
      scene.filter();
    });
    this.choose(this.chosen, true);
    this.desk.say(pin ? `${name} pinned: layouts and tidying leave ${nodes.length === 1 ? "it" : "them"} in place.` : `${name} unpinned.`);
  }

  toggleChosen(node: number): void {
    const chosen = new Set(this.desk.stage.look.chosen);
    if (!chosen.delete(node)) chosen.add(node);
    this.choose([...chosen], true);
    this.desk.say(`${this.scene.names[node]} is ${chosen.has(node) ? "picked out" : "no longer picked out"}; ${count(chosen.size, "concept")} in all.`);
  }

  choose(nodes: readonly number[], quiet = false): void {
    const { scene, desk: { stage } } = this;
    const chosen = new Set(nodes);
    stage.look.chosen = chosen;
    this.choosing.fill(chosen.size, chosen.size > 0 && nodes.every((n) => scene.pinned[n]));
    this.tellSelection();
    if (!quiet) this.desk.say(chosen.size ? `${count(chosen.size, "concept")} picked out.` : "No concept is picked out.");
    stage.paint();
  }

  /** Tell the kernel what is picked out, and soon what is to be seen. */
  tellSelection(): void {
    const { chosen, selected, selectedEdge } = this.desk.stage.look;
    const nodes = chosen.size ? [...chosen] : selected === null ? [] : [selected];
    this.desk.tell("selection", { nodes, edges: selectedEdge === null ? [] : [selectedEdge] });
  }

  private tellVisible(): void {
    const { scene } = this;
    const flagged = (flags: Uint8Array, rows: number): number[] => Array.from({ length: rows }, (_, n) => n).filter((n) => flags[n]);
    this.desk.tell("visible", {
      hidden: flagged(scene.hidden, scene.nodes), pinned: flagged(scene.pinned, scene.nodes),
      gone: flagged(scene.gone, scene.edges), filters: scene.wanted.told(), look: this.looks.look,
    });
  }

  /** Hide, pin and filter as the kernel has it: a saved view, or what this page showed before it was loaded again. */
  takeOver(told: Told | undefined): void {
    if (!told) return;
    const { scene } = this;
    for (const [flags, numbers] of [[scene.hidden, told.hidden], [scene.pinned, told.pinned], [scene.gone, told.gone]] as const) {
      for (const n of numbers) flags[n] = 1;
    }
    scene.wanted = Wanted.heard(told.filters);
    scene.filter();
    this.choose(told.selected.length > 1 ? told.selected : [], true);
  }
}
