// What comes on the canvas: all of it, or what is new; and the way among communities that leads to it.

import type { Arranging } from "./arranging.ts";
import type { Look } from "./colouring.ts";
import type { Deciding, Told } from "./deciding.ts";
import { h } from "./dom.ts";
import type { Ask, Message, Reply } from "./protocol.ts";
import type { Reading } from "./reading.ts";
import type { Refinement } from "./refining.ts";
import type { Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { count, shorten } from "./text.ts";

/** So many concepts are expanded in one go. */
const AT_ONCE = 20;
const MOVED_ON = " The graph has changed since this view was opened; start over to see it as it is now.";

export interface ArrivingDesk {
  readonly stage: Stage;
  readonly deciding: Deciding;
  readonly reading: Reading;
  readonly arranging: Arranging;
  readonly refinement: Refinement;
  ask(kind: Ask, fields: Record<string, unknown>): Promise<Reply | null>;
  say(sentence: string): void;
  /** Show all that follows from what is on the canvas. */
  refresh(): void;
  /** How predicates read, by name. */
  predicates: Record<string, [label: string, symmetric: boolean]>;
  /** The whole canvas has come. */
  filled(message: Message): void;
}

export class Arriving {
  /** Says why nothing is on the canvas. */
  readonly note = h("div", { class: "pm-note", hidden: true, "data-testid": "note" });
  readonly way = h("nav", { class: "pm-way", hidden: true, "aria-label": "Communities", "data-testid": "way" });
  private readonly scene: Scene;
  private readonly desk: ArrivingDesk;
  private revision = 0;

  constructor(scene: Scene, desk: ArrivingDesk) {
    this.scene = scene;
    this.desk = desk;
  }

  /** Ask for the whole canvas. */
  async hello(): Promise<void> {
    this.full(await this.desk.ask("hello", {}));
  }

  /** Back to what the cell asked for. */
  async startOver(): Promise<void> {
    this.desk.reading.panel.close();
    this.full(await this.desk.ask("reset", {}));
  }

  /** Whether a message follows what the page has; if so, it does from now on. */
  follows(message: Message): boolean {
    if (message["base"] !== this.revision) return false;
    this.revision = Number(message["revision"]);
    return true;
  }

  /** Take in all of the canvas. */
  full(reply: Reply | null): void {
    if (!reply) return;
    const { message, tables } = reply;
    const { scene, desk } = this;
    desk.predicates = message["predicates"] as ArrivingDesk["predicates"];
    desk.deciding.legend.meanings = message["kinds"] as Record<string, string>;
    this.revision = Number(message["revision"]);
    desk.refinement.stop();
    desk.deciding.brush.stop();
    scene.clear();
    scene.add(tables["nodes"]!, tables["edges"]!);
    desk.deciding.history.clear();
    desk.arranging.guide(message);
    this.tellWay((message["way"] ?? []) as [string, string][]);
    Object.assign(desk.stage.look, { hover: null, hoverEdge: null, selected: null, selectedEdge: null, cursor: null, chosen: new Set(), lit: null });
    const sight = message["sight"] as Told & { look: Partial<Look> };
    desk.deciding.looks.take(sight.look, message["given"] as [string, boolean][]);
    desk.deciding.takeOver(sight);
    const note = String(message["note"] ?? "");
    const empty = scene.nodes === 0;
    this.note.textContent = empty ? note : "";
    this.note.hidden = !empty;
    const focus = message["focus"] as number | null;
    const about = focus === null ? "" : ` around ${scene.names[focus] ?? "it"}`;
    const communities = scene.members.subarray(0, scene.nodes).reduce((a, b) => a + b, 0);
    if (communities) desk.say(note || `${count(scene.nodes, "community", "communities")} of ${count(communities, "concept")}; double-click opens one.`);
    else desk.say(note || `${count(scene.nodes, "concept")} and ${count(scene.edges, "statement")}${about}.`);
    desk.refresh();
    desk.stage.fit(false);
    if (!message["settled"]) desk.refinement.start();
    desk.filled(message);
  }

  /** Take in what is new. Returns the number of the concept it is about, or null if the whole had to be asked for. */
  delta(reply: Reply, mark = true): number | null {
    const { message, tables } = reply;
    const { scene, desk } = this;
    if (message.kind === "graph/full") {
      this.full(reply);
      return message["focus"] as number | null;
    }
    if (message["first_node"] !== scene.nodes || message["first_edge"] !== scene.edges || !this.follows(message)) {
      void this.hello();
      return null;
    }
    desk.refinement.stop();
    desk.deciding.brush.stop();
    const focus = message["focus"] as number | null;
    if (mark) desk.deciding.history.mark(focus === null ? "adding to the canvas" : `expanding ${scene.names[focus] ?? "the canvas"}`);
    const edges = tables["edges"]!.rows;
    const fresh = scene.add(tables["nodes"]!, tables["edges"]!);
    const around = message["around"] as number[];
    const back = around.filter((n) => scene.hidden[n]);
    if (focus !== null) scene.wanted.allow(scene, focus);
    scene.unhide(around);
    this.note.hidden = true;
    const about = focus === null ? "" : ` around ${scene.names[focus]!}`;
    const added = fresh.length + edges + back.length
      ? `Added ${count(fresh.length + back.length, "concept")} and ${count(edges, "statement")}${about}.`
      : "All of that is on the canvas.";
    desk.say([message["note"], added + (message["changed"] ? MOVED_ON : "")].filter(Boolean).join(" "));
    desk.stage.select(focus, null);
    desk.stage.reveal(around);
    if (focus !== null) {
      const from = { x: scene.x[focus]!, y: scene.y[focus]! };
      desk.stage.enter(fresh.filter((n) => n !== focus), () => from);
    }
    desk.refresh();
    return focus;
  }

  /** Expand a concept, or several. */
  async expand(what: { node: number } | { id: string } | readonly number[]): Promise<void> {
    if (!("node" in what) && !("id" in what)) return this.expandAll(what);
    const { reading } = this.desk;
    this.desk.say(`Expanding ${"node" in what ? this.scene.names[what.node]! : "the concept"} …`);
    const reply = await this.desk.ask("node" in what ? "expand" : "show", what);
    if (!reply) return this.desk.say("");
    const focus = this.delta(reply);
    if (focus !== null && reading.panel.isOpen && reading.opened === focus) await reading.openConcept({ node: focus }, true);
  }

  private async expandAll(chosen: readonly number[]): Promise<void> {
    const { desk } = this;
    const nodes = chosen.filter((n) => !this.scene.members[n]);
    if (nodes.length > AT_ONCE) return desk.say(`${count(nodes.length, "concept")} are too many to expand at once; pick out ${AT_ONCE} or fewer.`);
    desk.say(`Expanding ${count(nodes.length, "concept")} …`);
    const before = this.scene.count();
    let first = true;
    for (const node of nodes) {
      const reply = await desk.ask("expand", { node });
      if (!reply || this.delta(reply, first) === null) return;
      first = false;
    }
    desk.deciding.choose(nodes, true);
    desk.stage.select(null, null);
    const after = this.scene.count();
    desk.say(`Added ${count(after.nodes - before.nodes, "concept")} and ${count(after.edges - before.edges, "statement")} around ${count(nodes.length, "concept")}.`);
  }

  /** Open a community: its parts, or what it holds. */
  async enter(what: { node: number } | { id: string }): Promise<void> {
    this.desk.reading.panel.close();
    this.desk.say("Opening …");
    this.full(await this.desk.ask("open", what));
  }

  /** Where among communities the canvas is, each of them a button. */
  private tellWay(way: readonly [id: string, name: string][]): void {
    this.way.hidden = way.length === 0;
    this.way.replaceChildren(...way.flatMap(([id, name], i) => {
      const last = i === way.length - 1;
      const step = last
        ? h("span", { "aria-current": "location" }, shorten(name, 48))
        : h("button", { type: "button", onclick: () => void this.enter({ id }) }, shorten(name, 32));
      return i ? [h("span", { "aria-hidden": "true" }, "›"), step] : [step];
    }));
  }
}
