// What is read beside the canvas: a concept's card, the evidence of a statement, answers, choices and paths.

import type { Arranging } from "./arranging.ts";
import { answered, answerPane } from "./asking.ts";
import type { Deciding } from "./deciding.ts";
import { conceptCard, evidencePane, type DetailsListener } from "./details.ts";
import { expandMenu } from "./expanding.ts";
import { StepPane } from "./keeping.ts";
import { Panel, type Shown } from "./panel.ts";
import { pathsPane, type Path } from "./paths.ts";
import type { Ask, Reply } from "./protocol.ts";
import { Views } from "./saving.ts";
import type { Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { count } from "./text.ts";

/** So many statements are offered to be told in a step, those first that are most believed. */
const TELLABLE = 60;
/** So many lines of an answer are painted over the others. */
const LIT = 300;

/** What a reader acts on, and whom it asks. */
export interface ReadingDesk {
  readonly stage: Stage;
  readonly deciding: Deciding;
  ask(kind: Ask, fields: Record<string, unknown>): Promise<Reply | null>;
  /** Take in what is new on the canvas. */
  delta(reply: Reply): number | null;
  expand(what: { node: number } | { id: string }): Promise<void>;
  readonly arranging: Arranging;
  save(name: string): Promise<Reply | null>;
  /** Keep what is seen as a step of a story. */
  keepStep(step: Record<string, unknown>): Promise<Reply | null>;
  load(name: string): Promise<string | null>;
  openEdge(edge: number): void;
  say(sentence: string): void;
  /** What was said last. */
  said(): string;
  /** Ask something else. */
  lookFor(text: string): void;
  label(predicate: string): string;
  /** The panel is about to open. */
  opening(): void;
  layOut(): void;
}

export class Reading {
  readonly panel: Panel;
  /** Number of the concept whose card is open, if it is on the canvas. */
  opened: number | null = null;
  private readonly scene: Scene;
  private readonly desk: ReadingDesk;

  constructor(root: HTMLElement, scene: Scene, desk: ReadingDesk) {
    this.scene = scene;
    this.desk = desk;
    this.panel = new Panel(
      root,
      ({ kind, id }: Shown) => void (kind === "concept" ? this.openConcept({ id }, true) : this.openEvidence({ id })),
      () => {
        desk.stage.look.lit = desk.stage.told;
        desk.stage.select(null, null);
        desk.layOut();
        desk.stage.comeBack();
      },
    );
  }

  /** Show an answer: what it found comes on the canvas and is lit there, and the pane says how it was read. */
  answer(text: string, { message, tables }: Reply): void {
    const graph = message["graph"] as string | null;
    if (graph) this.desk.delta({ message: { ...message, kind: graph }, tables });
    const pane = answerPane(message, tables["rows"]!, {
      ask: (other) => {
        this.desk.lookFor(other);
      },
      openNode: (node) => void this.openConcept({ node }),
      openEdge: (edge) => this.desk.openEdge(edge),
      say: (sentence) => this.desk.say(sentence),
    });
    this.keepPane({ kind: "answer", id: text }, pane);
    const found = answered(tables["rows"]!);
    this.light(found.nodes, found.edges);
    this.desk.say(`${String(message["read"])}: ${count(Number(message["total"]), "row")}. ${String(message["note"] ?? "")}`);
  }

  /** Open a pane that is kept as it is. */
  private keepPane(shown: Shown, pane: HTMLElement): void {
    this.panel.want();
    this.desk.opening();
    this.opened = null;
    this.panel.open({ ...shown, kept: pane }, pane);
    this.desk.stage.select(null, null);
    this.desk.layOut();
  }

  /** Let some of the canvas stay bright and dim the rest; nothing to let all be bright. */
  light(nodes: readonly number[], edges: readonly number[]): void {
    const { scene, desk: { stage } } = this;
    const over = new Set([...nodes, ...edges.flatMap((e) => [scene.subject[e]!, scene.object[e]!])]);
    stage.look.lit = over.size ? { nodes: over, edges: edges.slice(0, LIT) } : null;
    if (over.size) stage.reveal([...over]);
    stage.paint();
  }

  /** Choose what to expand a concept by. */
  async menu(node: number): Promise<void> {
    const turn = this.panel.want();
    const name = this.scene.names[node]!;
    const reply = await this.desk.ask("menu", { node });
    if (!reply || !this.panel.isWanted(turn)) return;
    const pane = expandMenu(name, reply.message, reply.tables, {
      label: (p) => this.desk.label(p),
      expand: async (choice) => {
        const more = await this.desk.ask("expand", { node, ...choice });
        if (!more || this.desk.delta(more) === null) return null;
        const { shown, total } = more.message as unknown as { shown: number; total: number };
        return { shown, total, said: this.desk.said() };
      },
    });
    this.keepPane({ kind: "menu", id: name }, pane);
    this.desk.stage.select(node, null);
    this.revealSelected();
    this.desk.say(`${name}: ${count(Number(reply.message["total"]), "neighbour")} to choose from.`);
  }

  /** The best chains of statements between two concepts. */
  async paths(ends: readonly [number, number], by = "length", limit = 5): Promise<void> {
    const [a, b] = ends;
    const { scene } = this;
    this.desk.say(`Looking for what links ${scene.names[a]} and ${scene.names[b]} …`);
    const reply = await this.desk.ask("paths", { a, b, by, limit });
    if (!reply) return this.desk.say("");
    const found = reply.message["paths"] as Path[];
    const there = reply.message["ends"] as [number, number];
    if (this.desk.delta(reply) === null) return;
    const said = this.desk.said();
    this.desk.deciding.choose(there, true);
    const pane = pathsPane(scene, there, found, by, limit, {
      light: (path) => {
        this.light(path.nodes, path.edges);
        this.desk.say(path.nodes.map((n) => scene.names[n]).join(" … "));
      },
      again: (order, most) => void this.paths(there, order, most),
      arrange: () => void this.desk.arranging.arrange("steps", there),
      label: (p) => this.desk.label(p),
    });
    const lit = this.desk.stage.look.lit;
    this.keepPane({ kind: "paths", id: there.join(" ") }, pane);
    this.light([...(lit?.nodes ?? [])], lit?.edges ?? []);
    this.desk.say(said);
  }

  /** Views that are kept beside the graph. */
  async openViews(): Promise<void> {
    const turn = this.panel.want();
    const reply = await this.desk.ask("views", {});
    if (!reply || !this.panel.isWanted(turn)) return;
    const views = new Views({
      ask: (kind, fields) => this.desk.ask(kind, fields),
      save: (name) => this.desk.save(name),
      load: (name) => this.desk.load(name),
      say: (sentence) => this.desk.say(sentence),
    });
    views.fill(reply);
    this.keepPane({ kind: "views", id: "" }, views.element);
    this.desk.say(`${count((reply.message["names"] as string[]).length, "saved view")}.`);
  }

  /** Keep what is seen as a step of a story. */
  async openStep(): Promise<void> {
    const { scene, desk } = this;
    const { chosen, selectedEdge } = desk.stage.look;
    const nodes = [...chosen];
    const turn = this.panel.want();
    const reply = await desk.ask("step", {});
    if (!reply || !this.panel.isWanted(turn)) return;
    const among = (e: number): boolean => chosen.has(scene.subject[e]!) && chosen.has(scene.object[e]!);
    const rank = (e: number): number => Number(e === selectedEdge) * 4 + Number(among(e)) * 2 + scene.belief[e]!;
    const candidates = Array.from({ length: scene.edges }, (_, e) => e)
      .filter((e) => scene.edgeShown[e])
      .sort((a, b) => rank(b) - rank(a) || a - b)
      .slice(0, TELLABLE)
      .map((edge) => ({
        edge, chosen: edge === selectedEdge || among(edge),
        reads: `${scene.names[scene.subject[edge]!]} ${desk.label(scene.predicate.at(edge))} ${scene.names[scene.object[edge]!]}`,
      }));
    const pane = new StepPane(candidates, nodes.map((n) => scene.names[n]!), {
      keep: (step) => desk.keepStep({ ...step, nodes }),
      say: (sentence) => desk.say(sentence),
    });
    pane.fill(reply);
    this.keepPane({ kind: "step", id: "" }, pane.element);
    pane.element.querySelector("input")?.focus({ preventScroll: true });
  }

  private details(node: number | null): DetailsListener {
    return {
      openConcept: (id) => void this.openConcept({ id }),
      openStatement: (id) => void this.openEvidence({ id }),
      expand: (id) => void this.desk.expand(node === null ? { id } : { node }),
      hide: () => { if (node !== null) this.desk.deciding.hide([node]); },
      onCanvas: () => node !== null,
      menu: () => { if (node !== null) void this.menu(node); },
      pin: () => {
        if (node === null) return;
        this.desk.deciding.pin([node]);
        void this.openConcept({ node }, true);
      },
      pinned: () => node !== null && this.scene.pinned[node] === 1,
      label: (p) => this.desk.label(p),
    };
  }

  async openConcept(what: { node: number } | { id: string }, quiet = false): Promise<void> {
    const turn = this.panel.want();
    const reply = await this.desk.ask("concept", what);
    if (!reply || !this.panel.isWanted(turn)) return;
    const { message, tables } = reply;
    const node = message["node"] as number | null;
    this.desk.opening();
    this.opened = node;
    this.desk.stage.look.lit = null;
    this.panel.open({ kind: "concept", id: String(message["id"]) }, conceptCard(tables, this.details(node)));
    this.desk.stage.select(node, null);
    this.desk.layOut();
    this.revealSelected();
    if (!quiet) this.desk.say(`${tables["concept"]!.str("name", 0)}: ${count(tables["statements"]!.rows, "statement")} ${String(message["where"] ?? "in the graph")}.`);
  }

  async openEvidence(what: { edge: number } | { id: string }): Promise<void> {
    const turn = this.panel.want();
    if ("edge" in what) this.desk.stage.select(null, what.edge);
    const reply = await this.desk.ask("evidence", what);
    if (!reply || !this.panel.isWanted(turn)) return;
    const { message, tables } = reply;
    const said = tables["statement"]!;
    const listener = this.details(null);
    this.desk.opening();
    this.opened = null;
    this.desk.stage.look.lit = null;
    this.panel.open({ kind: "evidence", id: String(message["id"]) }, evidencePane(tables, listener));
    this.desk.stage.select(null, message["edge"] as number | null);
    this.desk.layOut();
    this.revealSelected();
    this.desk.say(
      `${said.str("subject_name", 0)} ${listener.label(said.str("predicate", 0))} ${said.str("object_name", 0)}: ` +
        `belief ${said.num("belief", 0).toFixed(2)}, ${count(said.num("n_evidence", 0), "sentence")}.`,
    );
  }

  revealSelected(): void {
    const { selected, selectedEdge } = this.desk.stage.look;
    if (selected !== null) this.desk.stage.reveal([selected]);
    else if (selectedEdge !== null) this.desk.stage.reveal([this.scene.subject[selectedEdge]!, this.scene.object[selectedEdge]!]);
  }
}
