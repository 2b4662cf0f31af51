// One view: toolbar, canvas or table, panel, and the talk with the kernel that joins them.

import { Arranging } from "./arranging.ts";
import { Arriving, type ArrivingDesk } from "./arriving.ts";
import type { Look } from "./colouring.ts";
import { Deciding } from "./deciding.ts";
import { h, iconButton } from "./dom.ts";
import { Wanted } from "./filters.ts";
import { keysHelp } from "./help.ts";
import { keepKeys, pressed } from "./keys.ts";
import { Phrases, placesOf } from "./phrases.ts";
import { Channel, type Ask, type Listener, type Message, type Model, type Reply, type Say, type Talk } from "./protocol.ts";
import { Reading } from "./reading.ts";
import { Refinement } from "./refining.ts";
import { Scene } from "./scene.ts";
import { Search } from "./search.ts";
import { takeSight } from "./sight.ts";
import { Stage } from "./stage.ts";
import { StatementTable } from "./table.ts";
import { Talking } from "./talking.ts";
import { count } from "./text.ts";

/** Below these widths of a cell its parts stand one above the other, or some tools are left out, in pixels. */
const NARROW = 620;
const TIGHT = 820;

type What = { id: string } | { text: string; values?: Record<string, string> };

/** A story that tells an Explorer where to stand, and hears when somebody walks off. */
export interface Director {
  /** The whole canvas has come, with what its message tells besides. */
  filled(message: Message): void;
  /** A person has changed what is seen. */
  left(): void;
}

/** Where a story stands: who is seen, and where; what stays bright; what part is looked at. */
export interface Standing {
  nodes: readonly [node: number, x: number, y: number][];
  edges: readonly number[];
  lit: { nodes: readonly number[]; edges: readonly number[] };
  /** Left, top, right and bottom; null for all of it. */
  camera: readonly [number, number, number, number] | null;
  arranged: string;
  guides: readonly [label: string, left: number, top: number, right: number, bottom: number][];
  look: Partial<Look>;
}

export class Explorer implements ArrivingDesk {
  readonly stage: Stage;
  readonly deciding: Deciding;
  readonly reading: Reading;
  readonly arranging: Arranging;
  readonly refinement: Refinement;
  predicates: Record<string, [label: string, symmetric: boolean]> = {};
  readonly root: HTMLElement;
  private readonly model: Model;
  private readonly director: Director | null;
  /** While a story puts things where it wants them, nobody walks off. */
  private directed = false;
  private readonly talking: Talking;
  private readonly scene = new Scene();
  readonly arriving: Arriving;
  private readonly search: Search;
  private readonly phrases: Phrases;
  private readonly table: StatementTable;
  private readonly counts = h("span", { class: "pm-counts", "data-testid": "counts" });
  private readonly help = keysHelp();
  private readonly toggles: Record<"graph" | "table", HTMLButtonElement>;
  private readonly sizes: ResizeObserver;
  private unkeep = (): void => {};

  constructor(model: Model, container: HTMLElement, talk: (listener: Listener) => Talk = (listener) => new Channel(model, listener), director: Director | null = null) {
    this.model = model;
    this.director = director;
    // Without this JupyterLab takes D, E, Enter and the arrows as commands to its cells.
    this.root = h("div", { class: "pm-explorer", "data-testid": "explorer", "data-lm-suppress-shortcuts": "true" });
    container.append(this.root);
    this.talking = new Talking(talk, {
      moved: () => this.stage.takeMoved(),
      busy: (open) => this.root.setAttribute("aria-busy", String(open)),
      told: (reply) => this.told(reply),
      gap: () => void this.arriving.hello(),
    });
    this.stage = new Stage(this.root, this.scene, (name) => ({ label: this.label(name), symmetric: this.predicates[name]?.[1] ?? false }), {
      openNode: (node) => void (this.scene.members[node] ? this.aboutCommunity(node) : this.reading.openConcept({ node })),
      openEdge: (edge) => this.openEdge(edge),
      expand: (node) => void (this.scene.members[node] ? this.arriving.enter({ node }) : this.expand({ node })),
      hide: (node) => this.deciding.hide([node]),
      pin: (node) => this.deciding.pin([node]),
      choose: (node) => this.deciding.toggleChosen(node),
      lassoed: (nodes, more) => this.deciding.choose(more ? [...this.stage.look.chosen, ...nodes] : nodes),
      moving: (node) => this.deciding.history.mark(`moving ${this.scene.names[node]}`),
      placed: () => this.talking.tellPlaces("places"),
      selected: () => this.deciding.tellSelection(),
      walkedTo: (node) => this.say(
        `${this.scene.names[node]}, ${this.scene.kind.at(node)}, ${count(this.scene.shownEdgesOf(node).length, "statement")} here.`,
      ),
      touched: () => this.refinement.stop(),
      strayed: () => this.left(),
      background: () => this.reading.panel.close(),
    });
    this.refinement = new Refinement(this.scene, (x, y) => this.stage.place(x, y, true));
    this.phrases = new Phrases({
      ask: (kind, fields) => this.ask(kind, fields),
      text: () => this.search.input.value.trim(),
      submit: (text, values) => {
        this.search.input.value = text;
        void this.show({ text, values }, text);
      },
      say: (sentence) => this.say(sentence),
      leave: () => this.search.input.focus(),
    });
    this.search = new Search(
      {
        suggest: (text) => this.talking.channel.ask("search", { text }),
        complete: (text) => this.talking.channel.ask("complete", { text }).then(({ message }) => message["texts"] as string[], () => []),
        choose: (id, name) => void this.show({ id }, name),
        submit: (text) => this.lookFor(text),
        failed: (sentence) => this.talking.fail(sentence),
        leave: () => this.stage.element.focus(),
        beside: this.phrases.button,
        below: this.phrases.element,
      },
      this.talking.channel.view,
    );
    this.table = new StatementTable(this.scene, (p) => this.label(p), (edge) => this.openEdge(edge), (sentence) => this.say(sentence));
    this.deciding = new Deciding(this.scene, this);
    this.reading = new Reading(this.root, this.scene, this);
    this.arranging = new Arranging(this.scene, this);
    this.arriving = new Arriving(this.scene, this);
    const toggle = (name: "graph" | "table", label: string): HTMLButtonElement =>
      h("button", { type: "button", class: "pm-toggle", "aria-pressed": String(name === "graph"), "data-testid": `show-${name}`, onclick: () => this.switchTo(name) }, label);
    this.toggles = { graph: toggle("graph", "Graph"), table: toggle("table", "Table") };
    this.build();
    this.sizes = new ResizeObserver(() => this.layOut());
    this.sizes.observe(this.root);
    this.listen();
    void this.arriving.hello();
  }

  destroy(): void {
    this.unkeep();
    this.model.off("change:height", this.resized);
    this.model.off("change:query", this.requeried);
    this.model.off("comm_live_update", this.reconnected);
    this.refinement.stop();
    this.deciding.brush.stop();
    this.sizes.disconnect();
    this.talking.close();
    this.stage.destroy();
    this.root.remove();
  }

  // ------------------------------------------------------------------ building

  private build(): void {
    const { stage, deciding, arriving, talking } = this;
    this.root.style.height = `${Number(this.model.get("height")) || 520}px`;
    const zooms = [
      iconButton("minus", "Zoom out (−)", () => stage.zoom(1 / 1.25), "zoom-out"),
      iconButton("plus", "Zoom in (+)", () => stage.zoom(1.25), "zoom-in"),
    ];
    // Where there is little room, wheel, fingers and keys zoom.
    for (const button of zooms) button.dataset["room"] = "much";
    const tools = h(
      "div", { class: "pm-toolbar", role: "toolbar", "aria-label": "Explorer" },
      this.search.element,
      h("div", { class: "pm-toggles", role: "group", "aria-label": "View" }, this.toggles.graph, this.toggles.table),
      this.arranging.element,
      h("span", { class: "pm-space" }),
      deciding.buttons,
      h(
        "div", { class: "pm-tools" },
        this.model.get("walkthrough") ? iconButton("step", "Keep as a step of the story (K)", () => void this.reading.openStep(), "step-open") : null,
        iconButton("save", "Saved views (V)", () => void this.reading.openViews(), "views-open"),
        ...zooms,
        iconButton("fit", "See all (F)", () => stage.fit(), "fit"),
        iconButton("restart", "Start over: back to what the cell asked for", () => void arriving.startOver(), "reset"),
        iconButton("help", "Keys", () => this.toggleHelp(), "help"),
      ),
      talking.progress,
    );
    this.root.append(
      tools,
      deciding.filters.element,
      h("div", { class: "pm-main" }, stage.element, this.table.element, deciding.legend.element, h("div", { class: "pm-corner" }, arriving.way, deciding.choosing.element), arriving.note, this.reading.panel.element, this.help, talking.error),
      deciding.brush.element,
      h("div", { class: "pm-status" }, talking.status, h("span", { class: "pm-space" }), this.counts),
    );
  }

  private listen(): void {
    this.root.addEventListener("keydown", () => this.root.classList.add("pm-keys"), { capture: true });
    this.root.addEventListener("pointerdown", (e) => {
      this.root.classList.remove("pm-keys");
      if (!this.search.element.contains(e.target as Node)) this.phrases.close();
    }, { capture: true });
    this.root.addEventListener("keydown", (e) => {
      if (pressed(e, this.keys)) {
        e.preventDefault();
        e.stopPropagation();
      }
      // JupyterLab takes the arrows from sliders and selects if it hears of them.
      if (this.root.hasAttribute("data-lm-suppress-shortcuts")) e.stopPropagation();
    });
    this.unkeep = keepKeys(this.root);
    this.model.on("change:height", this.resized);
    this.model.on("change:query", this.requeried);
    this.model.on("comm_live_update", this.reconnected);
  }

  private readonly keys = {
    undo: () => this.deciding.undo(),
    redo: () => this.deciding.redo(),
    escape: () => this.escape(),
    search: () => this.search.input.select(),
    turn: () => this.switchTo(this.table.element.hidden ? "table" : "graph"),
    fit: () => this.stage.fit(),
    zoom: (factor: number) => this.stage.zoom(factor),
    tidy: () => this.refinement.start(),
    views: () => void this.reading.openViews(),
    step: () => { if (this.model.get("walkthrough")) void this.reading.openStep(); },
    help: () => this.toggleHelp(),
  };

  private readonly resized = (): void => {
    this.root.style.height = `${Number(this.model.get("height")) || 520}px`;
  };

  /** Python asks for something else, in all views. What a view is asked for is its own, and not told to the others. */
  private readonly requeried = (): void => {
    const query = String(this.model.get("query") ?? "").trim();
    if (query) void this.show({ text: query }, query);
  };

  /** The connection to the kernel changed: ask whether anyone is there. */
  private readonly reconnected = (): void => void this.arriving.hello();

  // ------------------------------------------------------------------ the talk with the kernel and the person

  say(sentence: string): void {
    this.talking.say(sentence);
  }

  said(): string {
    return this.talking.said();
  }

  label(predicate: string): string {
    return this.predicates[predicate]?.[0] ?? predicate.replaceAll("_", " ");
  }

  ask(kind: Ask, fields: Record<string, unknown> = {}): Promise<Reply | null> {
    return this.talking.ask(kind, fields);
  }

  tell(kind: Say, fields: Record<string, unknown>): void {
    this.talking.tell(kind, fields);
  }

  /** Python has changed the canvas. */
  private told(reply: Reply): void {
    const { kind } = reply.message;
    if (kind === "graph/full") this.arriving.full(reply);
    else if (kind === "graph/delta") this.arriving.delta(reply);
    else if (kind === "graph/places") this.arranging.placed(reply);
    else if (kind === "look") this.deciding.looks.hear(reply.message);
  }

  delta(reply: Reply): number | null {
    return this.arriving.delta(reply);
  }

  expand(what: { node: number } | { id: string } | readonly number[]): Promise<void> {
    return this.arriving.expand(what);
  }

  // ------------------------------------------------------------------ looking for something

  /** Ask something that was typed; a phrase with places asks for their values first. */
  lookFor(text: string): void {
    this.search.input.value = text;
    const places = placesOf(text);
    if (places.length) this.phrases.fill(text, places);
    else void this.show({ text }, text);
  }

  private async show(what: What, name: string): Promise<void> {
    this.say(`Looking for ${name} …`);
    const reply = await this.ask("id" in what ? "show" : "ask", what);
    if (!reply) return this.say("");
    if (reply.message.kind === "answer") return this.reading.answer(name, reply);
    if (reply.message.kind === "notice") {
      const message = reply.message.message ?? "";
      const names = reply.message["suggestions"] as string[];
      this.say(message);
      this.search.offer(names.length ? `Nothing is called “${name}”, and it is no question that can be read. Did you mean:` : message, names);
      this.search.input.focus();
      return;
    }
    const focus = this.delta(reply);
    if (focus === null) return;
    await this.reading.openConcept({ node: focus }, true);
  }

  private aboutCommunity(node: number): void {
    const { scene } = this;
    this.stage.select(node, null);
    this.say(`${scene.names[node]}: a community of ${count(scene.members[node]!, "concept")}; double-click or E opens it.`);
  }

  openEdge(edge: number): void {
    const { scene } = this;
    const [a, b] = [scene.subject[edge]!, scene.object[edge]!];
    if (!scene.members[a]) return void this.reading.openEvidence({ edge });
    this.stage.select(null, edge);
    this.say(`${count(scene.evidence[edge]!, "statement")} join ${scene.names[a]} and ${scene.names[b]}.`);
  }

  // ------------------------------------------------------------------ for what is decided and read

  get arranged(): string {
    return this.arranging.arranged;
  }

  set arranged(name: string) {
    this.arranging.arranged = name;
  }

  rest(): void {
    this.refinement.stop();
  }

  lost(): void {
    this.reading.panel.close();
  }

  filled(message: Message): void {
    this.director?.filled(message);
  }

  decided(): void {
    if (this.deciding.history.canUndo) this.left();
  }

  private left(): void {
    if (!this.directed) this.director?.left();
  }

  /** Stand where a story stands; *glide* lets concepts and view move there. */
  stand(to: Standing, glide: boolean): void {
    const { scene, stage, deciding } = this;
    this.directed = true;
    this.reading.panel.close();
    if (deciding.filters.isOpen) deciding.filters.toggle();
    const sight = takeSight(scene, to.arranged, { colour: "kind", size: "works", bridges: false, ...to.look });
    sight.hidden.fill(1);
    sight.gone.fill(1);
    sight.pinned.fill(0);
    sight.wanted = new Wanted();
    sight.guides = to.guides.map(([label, left, top, right, bottom]) => ({ label, left, top, right, bottom }));
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const [node, x, y] of to.nodes) {
      // What was not seen does not come flying.
      if (!glide || !scene.shown[node]) [scene.x[node], scene.y[node]] = [x, y];
      [sight.x[node], sight.y[node]] = [x, y];
      sight.hidden[node] = 0;
      const r = scene.radius[node]!;
      Object.assign(box, { left: Math.min(box.left, x - r), top: Math.min(box.top, y - r), right: Math.max(box.right, x + r), bottom: Math.max(box.bottom, y + r) });
    }
    for (const edge of to.edges) sight.gone[edge] = 0;
    scene.changed();
    deciding.restore(sight);
    stage.look.cursor = null;
    deciding.choose([], true);
    deciding.history.clear();
    stage.told = this.bright(to.lit);
    stage.look.lit = stage.told;
    stage.select(null, null);
    if (to.camera) stage.lookAt({ left: to.camera[0], top: to.camera[1], right: to.camera[2], bottom: to.camera[3] }, true, glide);
    else if (to.nodes.length) stage.lookAt(box, false, glide);
    this.directed = false;
  }

  /** What is lit, with both ends of each statement; null for nothing. */
  private bright({ nodes, edges }: Standing["lit"]): { nodes: ReadonlySet<number>; edges: readonly number[] } | null {
    const { subject, object } = this.scene;
    const all = new Set([...nodes, ...edges.flatMap((e) => [subject[e]!, object[e]!])]);
    return all.size ? { nodes: all, edges } : null;
  }

  paths(ends: readonly [number, number]): void {
    void this.reading.paths(ends);
  }

  opening(): void {
    this.help.hidden = true;
  }

  /** Save what is seen as it is now. */
  save(name: string): Promise<Reply | null> {
    this.talking.tellNow();
    return this.ask("save", { name });
  }

  keepStep(step: Record<string, unknown>): Promise<Reply | null> {
    this.talking.tellNow();
    const { left, top, right, bottom } = this.stage.seen();
    return this.ask("step", { ...step, camera: this.stage.still ? null : [left, top, right, bottom] });
  }

  /** Open a view in place of what is shown. Gives what has become of it since. */
  async load(name: string): Promise<string | null> {
    const reply = await this.ask("load", { name });
    if (!reply) return null;
    this.arriving.full(reply);
    return String(reply.message["note"] ?? "");
  }

  // ------------------------------------------------------------------ what is seen of it

  /** All that follows from what is on the canvas. */
  refresh(): void {
    this.deciding.fill();
    const { nodes, edges, members } = this.scene.count();
    this.counts.textContent = members
      ? `${count(nodes, "community", "communities")} of ${count(members, "concept")} · ${count(edges, "link")}`
      : `${count(nodes, "concept")} · ${count(edges, "statement")}`;
    if (!this.table.element.hidden) this.table.fill();
    this.layOut();
  }

  private switchTo(name: "graph" | "table"): void {
    const table = name === "table";
    this.toggles.graph.setAttribute("aria-pressed", String(!table));
    this.toggles.table.setAttribute("aria-pressed", String(table));
    this.table.element.hidden = !table;
    this.deciding.legend.element.hidden = table;
    this.root.classList.toggle("pm-tabular", table);
    if (table) {
      this.table.fill();
      this.table.focus();
    } else {
      this.stage.element.focus({ preventScroll: true });
    }
    this.layOut();
    this.say(table ? `A table of ${this.counts.textContent?.split(" · ")[1] ?? "the statements"}.` : "The graph.");
  }

  /** The canvas lies under the panel and the legend, and keeps clear of them. */
  layOut(): void {
    const narrow = this.root.clientWidth < NARROW;
    this.root.classList.toggle("pm-narrow", narrow);
    this.root.classList.toggle("pm-tight", this.root.clientWidth < TIGHT);
    const right = !this.reading.panel.isOpen || narrow ? 0 : this.reading.panel.element.offsetWidth;
    this.root.style.setProperty("--pm-covered", `${right}px`);
    this.stage.cover({ right, bottom: this.deciding.legend.element.hidden ? 0 : this.deciding.legend.element.offsetHeight });
  }

  /** Whether anything is open or picked out that can be let go of. */
  get holds(): boolean {
    return !this.help.hidden || this.reading.panel.isOpen || this.deciding.filters.isOpen || this.stage.look.chosen.size > 0;
  }

  /** Close or let go of what is nearest to hand. */
  escape(): void {
    if (!this.help.hidden) this.toggleHelp();
    else if (this.reading.panel.isOpen) this.reading.panel.close();
    else if (this.deciding.filters.isOpen) this.deciding.filters.toggle();
    else if (this.stage.look.chosen.size) this.deciding.choose([]);
    else this.reading.panel.close();
  }

  private toggleHelp(): void {
    this.help.hidden = !this.help.hidden;
  }
}
