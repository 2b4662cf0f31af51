// One view: toolbar, canvas or table, panel, and the talk with the kernel that joins them.

import { Deciding, type DecidingDesk, type Told } from "./deciding.ts";
import { h, iconButton } from "./dom.ts";
import { keysHelp } from "./help.ts";
import { Channel, type Ask, type Listener, type Message, type Model, type Reply, type Say, type Talk } from "./protocol.ts";
import { Reading, type ReadingDesk } from "./reading.ts";
import { Refinement } from "./refining.ts";
import { Scene } from "./scene.ts";
import type { Silence } from "./silence.ts";
import { Search } from "./search.ts";
import { Stage } from "./stage.ts";
import { StatementTable } from "./table.ts";
import { count, shorten } from "./text.ts";

const LAYOUTS: Record<string, string> = {
  free: "by links", steps: "by steps", years: "by year", groups: "by discipline",
};

/** So many concepts are expanded in one go. */
const AT_ONCE = 20;

export class Explorer implements DecidingDesk, ReadingDesk {
  private readonly root: HTMLElement;
  private readonly model: Model;
  private readonly channel: Talk;
  private readonly scene = new Scene();
  readonly stage: Stage;
  readonly deciding: Deciding;
  private readonly reading: Reading;
  private readonly search: Search;
  private readonly table: StatementTable;
  private readonly status = h("span", { class: "pm-status-text", role: "status", "aria-live": "polite", "data-testid": "status" });
  private readonly counts = h("span", { class: "pm-counts", "data-testid": "counts" });
  private readonly error = h("div", { class: "pm-error", role: "alert", hidden: true, "data-testid": "error" });
  private readonly note = h("div", { class: "pm-note", hidden: true, "data-testid": "note" });
  private readonly help = keysHelp();
  private readonly way = h("nav", { class: "pm-way", hidden: true, "aria-label": "Communities", "data-testid": "way" });
  private readonly toggles: Record<"graph" | "table", HTMLButtonElement>;
  private readonly progress = h("div", { class: "pm-progress", hidden: true, "data-testid": "busy" });
  private readonly sizes: ResizeObserver;
  private predicates: Record<string, [label: string, symmetric: boolean]> = {};
  private readonly refinement: Refinement;
  private readonly layouts = h(
    "select", { class: "pm-select", "aria-label": "Layout", title: "How the canvas is laid out", "data-testid": "layouts", onchange: () => void this.arrange(this.layouts.value) },
    ...Object.entries(LAYOUTS).map(([value, label]) => h("option", { value }, label)),
  );
  private revision = 0;
  /** Why the kernel does not answer, while that is told. */
  private silence = "";
  /** How the canvas is laid out, while another layout may be chosen. */
  private before = "free";
  private readonly untold = new Map<Say, Record<string, unknown>>();
  private telling: ReturnType<typeof setTimeout> | undefined;

  constructor(model: Model, container: HTMLElement, talk: (listener: Listener) => Talk = (listener) => new Channel(model, listener)) {
    this.model = model;
    // Without this JupyterLab takes D, E, Enter and the arrows as commands to its cells.
    this.root = h("div", { class: "pm-explorer", "data-testid": "explorer", "data-lm-suppress-shortcuts": "true" });
    container.append(this.root);
    this.channel = talk({
      busy: (open) => this.busy(open),
      silent: (why) => this.silent(why),
      awake: () => this.awake(),
      gap: () => void this.hello(),
      told: (reply) => this.told(reply),
    });
    const predicate = (name: string): { label: string; symmetric: boolean } => {
      const known = this.predicates[name];
      return { label: known?.[0] ?? name.replaceAll("_", " "), symmetric: known?.[1] ?? false };
    };
    this.stage = new Stage(this.root, this.scene, predicate, {
      openNode: (node) => void (this.scene.members[node] ? this.aboutCommunity(node) : this.reading.openConcept({ node })),
      openEdge: (edge) => void this.openEdge(edge),
      expand: (node) => void (this.scene.members[node] ? this.enter({ node }) : this.expand({ node })),
      hide: (node) => this.deciding.hide([node]),
      pin: (node) => this.deciding.pin([node]),
      choose: (node) => this.deciding.toggleChosen(node),
      lassoed: (nodes, more) => this.deciding.choose(more ? [...this.stage.look.chosen, ...nodes] : nodes),
      moving: (node) => this.deciding.history.mark(`moving ${this.scene.names[node]}`),
      selected: () => this.deciding.tellSelection(),
      walkedTo: (node) => this.say(
        `${this.scene.names[node]}, ${this.scene.kind.at(node)}, ${count(this.scene.shownEdgesOf(node).length, "statement")} here.`,
      ),
      touched: () => this.refinement.stop(),
      background: () => this.reading.panel.close(),
    });
    this.refinement = new Refinement(this.scene, (x, y) => this.stage.place(x, y, true));
    this.search = new Search(
      {
        suggest: (text) => this.channel.ask("search", { text }),
        complete: (text) => this.channel.ask("complete", { text }).then(({ message }) => message["texts"] as string[], () => []),
        choose: (id, name) => void this.show({ id }, name),
        submit: (text) => void this.show({ text }, text),
        failed: (sentence) => this.fail(sentence),
        leave: () => this.stage.element.focus(),
      },
      this.channel.view,
    );
    this.table = new StatementTable(this.scene, (p) => predicate(p).label, (edge) => void this.openEdge(edge));
    this.deciding = new Deciding(this.scene, this);
    this.reading = new Reading(this.root, this.scene, this);
    const toggle = (name: "graph" | "table", label: string): HTMLButtonElement =>
      h("button", { type: "button", class: "pm-toggle", "aria-pressed": String(name === "graph"), "data-testid": `show-${name}`, onclick: () => this.switchTo(name) }, label);
    this.toggles = { graph: toggle("graph", "Graph"), table: toggle("table", "Table") };
    this.build();
    this.sizes = new ResizeObserver(() => this.layOut());
    this.sizes.observe(this.root);
    this.listen();
    void this.hello();
  }

  destroy(): void {
    window.removeEventListener("keydown", this.passModified, { capture: true });
    this.model.off("change:height", this.resized);
    this.model.off("change:query", this.requeried);
    this.model.off("comm_live_update", this.reconnected);
    this.refinement.stop();
    this.deciding.brush.stop();
    clearTimeout(this.telling);
    this.sizes.disconnect();
    this.channel.close();
    this.stage.destroy();
    this.root.remove();
  }

  // ------------------------------------------------------------------ building

  private build(): void {
    this.root.style.height = `${Number(this.model.get("height")) || 520}px`;
    const tools = h(
      "div", { class: "pm-toolbar", role: "toolbar", "aria-label": "Explorer" },
      this.search.element,
      h("div", { class: "pm-toggles", role: "group", "aria-label": "View" }, this.toggles.graph, this.toggles.table),
      this.layouts,
      h("span", { class: "pm-space" }),
      this.deciding.buttons,
      h(
        "div", { class: "pm-tools" },
        iconButton("minus", "Zoom out (−)", () => this.stage.zoom(1 / 1.25), "zoom-out"),
        iconButton("plus", "Zoom in (+)", () => this.stage.zoom(1.25), "zoom-in"),
        iconButton("fit", "See all (F)", () => this.stage.fit(), "fit"),
        iconButton("restart", "Start over: back to what the cell asked for", () => void this.startOver(), "reset"),
        iconButton("help", "Keys", () => this.toggleHelp(), "help"),
      ),
      this.progress,
    );
    this.root.append(
      tools,
      h("div", { class: "pm-main" }, this.stage.element, this.table.element, this.deciding.legend.element, h("div", { class: "pm-corner" }, this.way, this.deciding.choosing.element, this.deciding.filters.element), this.note, this.reading.panel.element, this.help, this.error),
      this.deciding.brush.element,
      h("div", { class: "pm-status" }, this.status, h("span", { class: "pm-space" }), this.counts),
    );
  }

  private listen(): void {
    this.root.addEventListener("keydown", () => this.root.classList.add("pm-keys"), { capture: true });
    this.root.addEventListener("pointerdown", () => this.root.classList.remove("pm-keys"), { capture: true });
    this.root.addEventListener("keydown", (e) => {
      this.key(e);
      // JupyterLab takes the arrows from sliders and selects if it hears of them.
      if (this.root.hasAttribute("data-lm-suppress-shortcuts")) e.stopPropagation();
    });
    window.addEventListener("keydown", this.passModified, { capture: true });
    this.model.on("change:height", this.resized);
    this.model.on("change:query", this.requeried);
    this.model.on("comm_live_update", this.reconnected);
  }

  private readonly resized = (): void => {
    this.root.style.height = `${Number(this.model.get("height")) || 520}px`;
  };

  /** Python asks for something else, in all views. What a view is asked for is its own, and not told to the others. */
  private readonly requeried = (): void => {
    const query = String(this.model.get("query") ?? "").trim();
    if (query) void this.show({ text: query }, query);
  };

  /** The connection to the kernel changed: ask whether anyone is there. */
  private readonly reconnected = (): void => void this.hello();

  /** Commands with a modifier (save, run the cell …) stay JupyterLab's, even in here. */
  private readonly passModified = (event: KeyboardEvent): void => {
    const ours = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z";
    const theirs = !ours && (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter"));
    this.root.toggleAttribute("data-lm-suppress-shortcuts", !theirs);
  };

  // ------------------------------------------------------------------ saying things

  private busy(open: number): void {
    this.progress.hidden = open === 0;
    this.root.setAttribute("aria-busy", String(open > 0));
  }

  say(sentence: string): void {
    this.status.textContent = sentence;
  }

  private fail(sentence: string): void {
    this.error.replaceChildren(
      h("span", {}, sentence),
      iconButton("close", "Close this message", () => { this.error.hidden = true; }),
    );
    this.error.hidden = false;
  }

  /** The kernel has not answered yet. */
  private silent({ sentence, answer }: Silence): void {
    if (answer === "later") this.say(sentence);
    else this.fail(sentence);
    this.silence = sentence;
  }

  private awake(): void {
    if (!this.silence) return;
    if (this.error.textContent === this.silence) this.error.hidden = true;
    if (this.said() === this.silence) this.say("");
    this.silence = "";
  }

  /** Ask, and say what went wrong if something did. */
  async ask(kind: Ask, fields: Record<string, unknown> = {}): Promise<Reply | null> {
    try {
      const reply = await this.channel.ask(kind, fields, this.stage.takeMoved());
      this.error.hidden = true;
      return reply;
    } catch (error) {
      this.fail((error as Error).message);
      return null;
    }
  }

  // ------------------------------------------------------------------ what is on the canvas

  private async hello(): Promise<void> {
    this.full(await this.ask("hello"));
  }

  private async startOver(): Promise<void> {
    this.reading.panel.close();
    this.full(await this.ask("reset"));
  }

  private full(reply: Reply | null): void {
    if (!reply) return;
    const { message, tables } = reply;
    this.predicates = message["predicates"] as typeof this.predicates;
    this.deciding.legend.meanings = message["kinds"] as Record<string, string>;
    this.revision = Number(message["revision"]);
    this.refinement.stop();
    this.deciding.brush.stop();
    this.scene.clear();
    this.scene.add(tables["nodes"]!, tables["edges"]!);
    this.deciding.history.clear();
    this.guide(message);
    this.tellWay((message["way"] ?? []) as [string, string][]);
    const { look } = this.stage;
    Object.assign(look, { hover: null, hoverEdge: null, selected: null, selectedEdge: null, cursor: null, chosen: new Set(), lit: null });
    this.deciding.takeOver(message["sight"] as Told | undefined);
    const note = String(message["note"] ?? "");
    const empty = this.scene.nodes === 0;
    this.note.textContent = empty ? note : "";
    this.note.hidden = !empty;
    const focus = message["focus"] as number | null;
    const about = focus === null ? "" : ` around ${this.scene.names[focus] ?? "it"}`;
    const communities = this.scene.members.subarray(0, this.scene.nodes).reduce((a, b) => a + b, 0);
    if (communities) this.say(note || `${count(this.scene.nodes, "community", "communities")} of ${count(communities, "concept")}; double-click opens one.`);
    else this.say(note || `${count(this.scene.nodes, "concept")} and ${count(this.scene.edges, "statement")}${about}.`);
    this.refresh();
    this.stage.fit(false);
    if (!message["settled"]) this.refinement.start();
  }

  private async show(what: { id: string } | { text: string }, name: string): Promise<void> {
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

  /** Python has changed the canvas, or could make no sense of what it was told. */
  private told(reply: Reply | Error): void {
    if (reply instanceof Error) return this.fail(reply.message);
    const { kind } = reply.message;
    if (kind === "graph/full") this.full(reply);
    else if (kind === "graph/delta") this.delta(reply);
    else if (kind === "graph/places") this.placed(reply, this.before);
  }

  label(predicate: string): string {
    return this.predicates[predicate]?.[0] ?? predicate.replaceAll("_", " ");
  }

  async expand(what: { node: number } | { id: string } | readonly number[]): Promise<void> {
    if (!("node" in what) && !("id" in what)) return this.expandAll(what);
    const name = "node" in what ? this.scene.names[what.node]! : "the concept";
    this.say(`Expanding ${name} …`);
    const reply = await this.ask("node" in what ? "expand" : "show", what);
    if (!reply) return this.say("");
    const focus = this.delta(reply);
    if (focus !== null && this.reading.panel.isOpen && this.reading.opened === focus) await this.reading.openConcept({ node: focus }, true);
  }

  /** Take in what is new. Returns the number of the concept it is about, or null if the whole had to be asked for. */
  delta(reply: Reply, mark = true): number | null {
    const { message, tables } = reply;
    const { scene } = this;
    if (message.kind === "graph/full") {
      this.full(reply);
      return message["focus"] as number | null;
    }
    if (message["base"] !== this.revision || message["first_node"] !== scene.nodes || message["first_edge"] !== scene.edges) {
      void this.hello();
      return null;
    }
    this.revision = Number(message["revision"]);
    this.refinement.stop();
    this.deciding.brush.stop();
    const focus = message["focus"] as number | null;
    if (mark) this.deciding.history.mark(focus === null ? "adding to the canvas" : `expanding ${scene.names[focus] ?? "the canvas"}`);
    const edges = tables["edges"]!.rows;
    const fresh = scene.add(tables["nodes"]!, tables["edges"]!);
    const around = message["around"] as number[];
    const back = around.filter((n) => scene.hidden[n]);
    if (focus !== null) scene.wanted.off.delete(scene.kind.at(focus));
    scene.unhide(around);
    this.note.hidden = true;
    const about = focus === null ? "" : ` around ${scene.names[focus]!}`;
    const added = fresh.length + edges + back.length
      ? `Added ${count(fresh.length + back.length, "concept")} and ${count(edges, "statement")}${about}.`
      : "All of that is on the canvas.";
    const changed = message["changed"] ? " The graph has changed since this view was opened; start over to see it as it is now." : "";
    this.say([message["note"], added + changed].filter(Boolean).join(" "));
    this.stage.select(focus, null);
    this.stage.reveal(around);
    if (focus !== null) {
      const from = { x: scene.x[focus]!, y: scene.y[focus]! };
      this.stage.enter(fresh.filter((n) => n !== focus), () => from);
    }
    this.refresh();
    return focus;
  }

  /** Open a community: its parts, or what it holds. */
  private async enter(what: { node: number } | { id: string }): Promise<void> {
    this.reading.panel.close();
    this.say("Opening …");
    this.full(await this.ask("open", what));
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

  /** Lay the canvas out in another way; everything glides there. */
  async arrange(name: string, ends: readonly [number, number] | null = null): Promise<void> {
    const { selected } = this.stage.look;
    const { before } = this;
    this.say("Laying out …");
    const reply = await this.ask("arrange", { layout: name, start: ends ? ends[0] : selected, end: ends ? ends[1] : null });
    if (!reply) {
      this.layouts.value = before;
      return this.say("");
    }
    this.placed(reply, before);
  }

  /** Take in where everything is now; *before* is how it was laid out. */
  private placed({ message, tables }: Reply, before: string): void {
    const { scene } = this;
    const name = String(message["arranged"]);
    if (message["base"] !== this.revision || tables["places"]!.rows !== scene.nodes) return void this.hello();
    this.revision = Number(message["revision"]);
    this.refinement.stop();
    this.layouts.value = before;
    this.deciding.history.mark(`the layout ${LAYOUTS[name] ?? name}`);
    this.guide(message);
    const [x, y] = [Float32Array.from(tables["places"]!.numbers("x")), Float32Array.from(tables["places"]!.numbers("y"))];
    const pinned = Array.from({ length: scene.nodes }, (_, n) => n).filter((n) => scene.pinned[n]);
    for (const node of pinned) [x[node], y[node]] = [scene.x[node]!, scene.y[node]!];
    this.stage.place(x, y, true);
    this.stage.placed = pinned.length > 0;
    this.say(`Laid out ${LAYOUTS[name] ?? name}${pinned.length ? `; ${count(pinned.length, "pinned concept")} stayed` : ""}.`);
  }

  /** Take over how the canvas is laid out, and what helps to read it. */
  private guide(message: Message): void {
    this.layouts.value = this.before = String(message["arranged"]);
    this.scene.guides = (message["guides"] as [string, number, number, number, number][]).map(
      ([label, left, top, right, bottom]) => ({ label, left, top, right, bottom }),
    );
  }

  // ------------------------------------------------------------------ steps that can be taken back

  // ------------------------------------------------------------------ picking out

  private async expandAll(chosen: readonly number[]): Promise<void> {
    const nodes = chosen.filter((n) => !this.scene.members[n]);
    if (nodes.length > AT_ONCE) return this.say(`${count(nodes.length, "concept")} are too many to expand at once; pick out ${AT_ONCE} or fewer.`);
    this.say(`Expanding ${count(nodes.length, "concept")} …`);
    const before = this.scene.count();
    let first = true;
    for (const node of nodes) {
      const reply = await this.ask("expand", { node });
      if (!reply || this.delta(reply, first) === null) return;
      first = false;
    }
    this.deciding.choose(nodes, true);
    this.stage.select(null, null);
    const after = this.scene.count();
    this.say(`Added ${count(after.nodes - before.nodes, "concept")} and ${count(after.edges - before.edges, "statement")} around ${count(nodes.length, "concept")}.`);
  }

  /** Tell the kernel the latest of each kind, not more often than it matters. */
  tell(kind: Say, fields: Record<string, unknown>): void {
    this.untold.set(kind, fields);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      for (const [name, latest] of this.untold) this.channel.say(name, latest);
      this.untold.clear();
    }, 250);
  }

  /** All that follows from what is on the canvas. */
  refresh(): void {
    this.deciding.fill();
    const { nodes, edges } = this.scene.count();
    this.counts.textContent = `${count(nodes, "concept")} · ${count(edges, "statement")}`;
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

  // ------------------------------------------------------------------ panel

  /** The canvas lies under the panel and the legend, and keeps clear of them. */
  layOut(): void {
    const narrow = this.root.clientWidth < 620;
    this.root.classList.toggle("pm-narrow", narrow);
    const right = !this.reading.panel.isOpen || narrow ? 0 : this.reading.panel.element.offsetWidth;
    this.root.style.setProperty("--pm-covered", `${right}px`);
    this.stage.camera.cover({ right, bottom: this.deciding.legend.element.hidden ? 0 : this.deciding.legend.element.offsetHeight });
    this.stage.paint();
  }

  // ------------------------------------------------------------------ for what is decided and read

  get arranged(): string {
    return this.layouts.value;
  }

  set arranged(name: string) {
    this.layouts.value = this.before = name;
  }

  rest(): void {
    this.refinement.stop();
  }

  lost(): void {
    this.reading.panel.close();
  }

  paths(ends: readonly [number, number]): void {
    void this.reading.paths(ends);
  }

  said(): string {
    return this.status.textContent ?? "";
  }

  lookFor(text: string): void {
    this.search.input.value = text;
    void this.show({ text }, text);
  }

  opening(): void {
    this.help.hidden = true;
  }

  // ------------------------------------------------------------------ keys

  /** Close or let go of what is nearest to hand. */
  private escape(): void {
    if (!this.help.hidden) this.toggleHelp();
    else if (this.reading.panel.isOpen) this.reading.panel.close();
    else if (this.deciding.filters.isOpen) this.deciding.filters.toggle();
    else if (this.stage.look.chosen.size) this.deciding.choose([]);
    else this.reading.panel.close();
  }

  private toggleHelp(): void {
    this.help.hidden = !this.help.hidden;
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const typing = target.tagName === "INPUT" && (target as HTMLInputElement).type === "text";
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !typing) {
      if (event.shiftKey) this.deciding.redo();
      else this.deciding.undo();
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const actions: Record<string, () => void> = {
      Escape: () => this.escape(),
      "/": () => this.search.input.select(),
      t: () => this.switchTo(this.table.element.hidden ? "table" : "graph"),
      f: () => this.stage.fit(),
      "+": () => this.stage.zoom(1.25),
      "=": () => this.stage.zoom(1.25),
      "-": () => this.stage.zoom(1 / 1.25),
      r: () => this.refinement.start(),
      "?": () => this.toggleHelp(),
    };
    const action = actions[event.key];
    if (!action || (typing && event.key !== "Escape")) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  }
}
