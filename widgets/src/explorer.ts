// One view: toolbar, canvas or table, panel, and the talk with the kernel that joins them.

import { Brush } from "./brush.ts";
import { ChoosingBar } from "./choosing.ts";
import { conceptCard, evidencePane, type DetailsListener } from "./details.ts";
import { h, iconButton } from "./dom.ts";
import { FilterPanel, hiddenInWords, Wanted } from "./filters.ts";
import { keysHelp } from "./help.ts";
import { History } from "./history.ts";
import { Legend } from "./legend.ts";
import { Panel } from "./panel.ts";
import { Channel, type Ask, type Message, type Model, type Reply, type Say } from "./protocol.ts";
import { Refinement } from "./refining.ts";
import { Scene } from "./scene.ts";
import { Search } from "./search.ts";
import { putSight, takeSight, type Sight } from "./sight.ts";
import { Stage } from "./stage.ts";
import { StatementTable } from "./table.ts";
import { count, shorten } from "./text.ts";

const SILENT = "The kernel does not answer; restart it and run the cell again.";
const LAYOUTS: Record<string, string> = {
  free: "by links", steps: "by steps", years: "by year", groups: "by discipline",
};

/** So many concepts are expanded in one go. */
const AT_ONCE = 20;

export class Explorer {
  private readonly root: HTMLElement;
  private readonly model: Model;
  private readonly channel: Channel;
  private readonly scene = new Scene();
  private readonly stage: Stage;
  private readonly search: Search;
  private readonly table: StatementTable;
  private readonly legend = new Legend(this.scene, (kind, shown) => {
    this.step(`${shown ? "showing" : "hiding"} kind ${kind}`, () => {
      if (shown) this.scene.wanted.off.delete(kind);
      else this.scene.wanted.off.add(kind);
      this.scene.filter();
    });
    this.say(`Concepts of kind ${kind} are ${shown ? "shown" : "hidden"}.`);
  });
  private readonly filters = new FilterPanel(this.scene, {
    change: (name, set) => this.want(name, set),
    clear: () => this.showAll(),
  });
  private readonly brush = new Brush(this.scene, {
    range: (from, to, playing) => this.want("years", (w) => Object.assign(w, { from, to }), playing),
    stopped: () => this.say(hiddenInWords(this.scene) || "All years are shown."),
  });
  private readonly choosing = new ChoosingBar({
    hide: () => this.hide([...this.stage.look.chosen]),
    keep: () => this.keep(),
    pin: () => this.pin([...this.stage.look.chosen]),
    expand: () => void this.expandChosen(),
    paths: () => undefined,
    clear: () => this.choose([]),
  });
  private readonly history = new History<Sight>(
    () => {
      this.stage.settle();
      return takeSight(this.scene, this.layouts.value);
    },
    (sight) => this.restore(sight),
    () => this.tellHistory(),
  );
  private readonly back = iconButton("undo", "Undo (Ctrl Z)", () => this.undo(), "undo");
  private readonly forth = iconButton("redo", "Redo (Shift Ctrl Z)", () => this.redo(), "redo");
  private readonly filterButton = iconButton("filter", "Filters", () => this.filters.toggle(), "filter");
  private readonly status = h("span", { class: "pm-status-text", role: "status", "aria-live": "polite", "data-testid": "status" });
  private readonly counts = h("span", { class: "pm-counts", "data-testid": "counts" });
  private readonly error = h("div", { class: "pm-error", role: "alert", hidden: true, "data-testid": "error" });
  private readonly note = h("div", { class: "pm-note", hidden: true, "data-testid": "note" });
  private readonly help = keysHelp();
  private readonly way = h("nav", { class: "pm-way", hidden: true, "aria-label": "Communities", "data-testid": "way" });
  private readonly panel: Panel;
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
  /** How the canvas is laid out, while another layout may be chosen. */
  private before = "free";
  private readonly untold = new Map<Say, Record<string, unknown>>();
  private telling: ReturnType<typeof setTimeout> | undefined;
  /** Number of the concept whose card is open, if it is on the canvas. */
  private opened: number | null = null;
  private query: string;

  constructor(model: Model, container: HTMLElement) {
    this.model = model;
    this.query = String(model.get("query") ?? "");
    // Without this JupyterLab takes D, E, Enter and the arrows as commands to its cells.
    this.root = h("div", { class: "pm-explorer", "data-testid": "explorer", "data-lm-suppress-shortcuts": "true" });
    container.append(this.root);
    this.channel = new Channel(model, {
      busy: (open) => this.busy(open),
      silent: () => this.fail(SILENT),
      awake: () => { if (this.error.textContent?.startsWith(SILENT)) this.error.hidden = true; },
      gap: () => void this.hello(),
    });
    const predicate = (name: string): { label: string; symmetric: boolean } => {
      const known = this.predicates[name];
      return { label: known?.[0] ?? name.replaceAll("_", " "), symmetric: known?.[1] ?? false };
    };
    this.stage = new Stage(this.root, this.scene, predicate, {
      openNode: (node) => void (this.scene.members[node] ? this.aboutCommunity(node) : this.openConcept({ node })),
      openEdge: (edge) => void this.openEdge(edge),
      expand: (node) => void (this.scene.members[node] ? this.enter({ node }) : this.expand({ node })),
      hide: (node) => this.hide([node]),
      pin: (node) => this.pin([node]),
      choose: (node) => this.toggleChosen(node),
      lassoed: (nodes, more) => this.choose(more ? [...this.stage.look.chosen, ...nodes] : nodes),
      moving: (node) => this.history.mark(`moving ${this.scene.names[node]}`),
      selected: () => this.tellSelection(),
      walkedTo: (node) => this.say(
        `${this.scene.names[node]}, ${this.scene.kind.at(node)}, ${count(this.scene.shownEdgesOf(node).length, "statement")} here.`,
      ),
      touched: () => this.refinement.stop(),
      background: () => this.panel.close(),
    });
    this.refinement = new Refinement(this.scene, (x, y) => this.stage.place(x, y, true));
    this.search = new Search(
      {
        suggest: (text) => this.channel.ask("search", { text }),
        choose: (id, name) => void this.show({ id }, name),
        submit: (text) => void this.show({ text }, text),
        failed: (sentence) => this.fail(sentence),
        leave: () => this.stage.element.focus(),
      },
      this.channel.view,
    );
    this.table = new StatementTable(this.scene, (p) => predicate(p).label, (edge) => void this.openEdge(edge));
    this.panel = new Panel(
      this.root,
      ({ kind, id }) => void (kind === "concept" ? this.openConcept({ id }, true) : this.openEvidence({ id })),
      () => this.panelClosed(),
    );
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
    this.model.off("comm_live_update", this.lost);
    this.refinement.stop();
    this.brush.stop();
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
      h(
        "div", { class: "pm-tools" },
        this.back,
        this.forth,
        this.filterButton,
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
      h("div", { class: "pm-main" }, this.stage.element, this.table.element, this.legend.element, h("div", { class: "pm-corner" }, this.way, this.choosing.element, this.filters.element), this.note, this.panel.element, this.help, this.error),
      this.brush.element,
      h("div", { class: "pm-status" }, this.status, h("span", { class: "pm-space" }), this.counts),
    );
  }

  private listen(): void {
    this.root.addEventListener("keydown", () => this.root.classList.add("pm-keys"), { capture: true });
    this.root.addEventListener("pointerdown", () => this.root.classList.remove("pm-keys"), { capture: true });
    this.root.addEventListener("keydown", (e) => this.key(e));
    window.addEventListener("keydown", this.passModified, { capture: true });
    this.model.on("change:height", this.resized);
    this.model.on("change:query", this.requeried);
    this.model.on("comm_live_update", this.lost);
  }

  private readonly resized = (): void => {
    this.root.style.height = `${Number(this.model.get("height")) || 520}px`;
  };

  private readonly requeried = (): void => {
    const query = String(this.model.get("query") ?? "").trim();
    if (!query || query === this.query) return;
    this.query = query;
    void this.show({ text: query }, query);
  };

  /** The connection to the kernel changed: ask whether anyone is there, and do not wait long. */
  private readonly lost = (): void => void this.hello(3000);

  /** Commands with a modifier (save, run the cell …) stay JupyterLab's, even in here. */
  private readonly passModified = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") return;
    const theirs = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
    this.root.toggleAttribute("data-lm-suppress-shortcuts", !theirs);
  };

  // ------------------------------------------------------------------ saying things

  private busy(open: number): void {
    this.progress.hidden = open === 0;
    this.root.setAttribute("aria-busy", String(open > 0));
  }

  private say(sentence: string): void {
    this.status.textContent = sentence;
  }

  private fail(sentence: string): void {
    this.error.replaceChildren(
      h("span", {}, sentence),
      iconButton("close", "Close this message", () => { this.error.hidden = true; }),
    );
    this.error.hidden = false;
  }

  /** Ask, and say what went wrong if something did. */
  private async ask(kind: Ask, fields: Record<string, unknown> = {}, patience?: number): Promise<Reply | null> {
    try {
      const reply = await this.channel.ask(kind, fields, { ...(patience ? { patience } : {}), ...this.stage.takeMoved() });
      this.error.hidden = true;
      return reply;
    } catch (error) {
      this.fail((error as Error).message);
      return null;
    }
  }

  // ------------------------------------------------------------------ what is on the canvas

  private async hello(patience?: number): Promise<void> {
    this.full(await this.ask("hello", {}, patience));
  }

  private async startOver(): Promise<void> {
    this.panel.close();
    this.full(await this.ask("reset"));
  }

  private full(reply: Reply | null): void {
    if (!reply) return;
    const { message, tables } = reply;
    this.predicates = message["predicates"] as typeof this.predicates;
    this.legend.meanings = message["kinds"] as Record<string, string>;
    this.revision = Number(message["revision"]);
    this.refinement.stop();
    this.brush.stop();
    this.scene.clear();
    this.scene.add(tables["nodes"]!, tables["edges"]!);
    this.history.clear();
    this.guide(message);
    this.tellWay((message["way"] ?? []) as [string, string][]);
    const { look } = this.stage;
    Object.assign(look, { hover: null, hoverEdge: null, selected: null, selectedEdge: null, cursor: null, chosen: new Set(), lit: null });
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
    const reply = await this.ask("show", what);
    if (!reply) return;
    if (reply.message.kind === "notice") {
      const message = reply.message.message ?? "";
      const names = reply.message["suggestions"] as string[];
      this.say(message);
      this.search.offer(names.length ? `No concept is called “${name}”. Did you mean:` : message, names);
      this.search.input.focus();
      return;
    }
    const focus = this.delta(reply);
    if (focus === null) return;
    this.query = this.scene.names[focus]!;
    this.model.set("query", this.query);
    this.model.save_changes();
    await this.openConcept({ node: focus }, true);
  }

  private async expand(what: { node: number } | { id: string }): Promise<void> {
    const name = "node" in what ? this.scene.names[what.node]! : "the concept";
    this.say(`Expanding ${name} …`);
    const reply = await this.ask("node" in what ? "expand" : "show", what);
    if (!reply) return this.say("");
    const focus = this.delta(reply);
    if (focus !== null && this.panel.isOpen && this.opened === focus) await this.openConcept({ node: focus }, true);
  }

  /** Take in what is new. Returns the number of the concept it is about, or null if the whole had to be asked for. */
  private delta(reply: Reply, mark = true): number | null {
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
    this.brush.stop();
    const focus = Number(message["focus"]);
    if (mark) this.history.mark(`expanding ${scene.names[focus] ?? "the canvas"}`);
    const edges = tables["edges"]!.rows;
    const fresh = scene.add(tables["nodes"]!, tables["edges"]!);
    const around = message["around"] as number[];
    const back = around.filter((n) => scene.hidden[n]);
    scene.wanted.off.delete(scene.kind.at(focus));
    scene.unhide(around);
    this.note.hidden = true;
    const name = scene.names[focus]!;
    const added = fresh.length + edges + back.length
      ? `Added ${count(fresh.length + back.length, "concept")} and ${count(edges, "statement")} around ${name}.`
      : `All that the graph says of ${name} is on the canvas.`;
    const changed = message["changed"] ? " The graph has changed since this view was opened; start over to see it as it is now." : "";
    this.say([message["note"], added + changed].filter(Boolean).join(" "));
    this.stage.select(focus, null);
    this.stage.reveal(around);
    const from = { x: scene.x[focus]!, y: scene.y[focus]! };
    this.stage.enter(fresh.filter((n) => n !== focus), () => from);
    this.refresh();
    return focus;
  }

  /** Open a community: its parts, or what it holds. */
  private async enter(what: { node: number } | { id: string }): Promise<void> {
    this.panel.close();
    this.say("Opening …");
    this.full(await this.ask("open", what));
  }

  private aboutCommunity(node: number): void {
    const { scene } = this;
    this.stage.select(node, null);
    this.say(`${scene.names[node]}: a community of ${count(scene.members[node]!, "concept")}; double-click or E opens it.`);
  }

  private openEdge(edge: number): void {
    const { scene } = this;
    const [a, b] = [scene.subject[edge]!, scene.object[edge]!];
    if (!scene.members[a]) return void this.openEvidence({ edge });
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
  private async arrange(name: string): Promise<void> {
    const { selected } = this.stage.look;
    const { before } = this;
    this.say("Laying out …");
    const reply = await this.ask("arrange", { layout: name, start: selected });
    if (!reply) {
      this.layouts.value = before;
      return this.say("");
    }
    const { message, tables } = reply;
    const { scene } = this;
    if (message["base"] !== this.revision || tables["places"]!.rows !== scene.nodes) return void this.hello();
    this.revision = Number(message["revision"]);
    this.refinement.stop();
    this.layouts.value = before;
    this.history.mark(`the layout ${LAYOUTS[name] ?? name}`);
    this.guide(message);
    const [x, y] = [Float32Array.from(tables["places"]!.numbers("x")), Float32Array.from(tables["places"]!.numbers("y"))];
    const pinned = Array.from({ length: scene.nodes }, (_, n) => n).filter((n) => scene.pinned[n]);
    for (const node of pinned) [x[node], y[node]] = [scene.x[node]!, scene.y[node]!];
    this.stage.place(x, y, true);
    this.stage.placed = pinned.length > 0;
    this.before = name;
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

  /** Change what is seen, so that it can be undone; steps of one *join* that follow closely are one. */
  private step(what: string, change: () => void, join = ""): void {
    this.history.mark(what, join);
    this.refinement.stop();
    change();
    this.refresh();
  }

  private undo(): void {
    this.brush.stop();
    const what = this.history.undo();
    this.say(what === null ? "There is nothing to undo." : `Undone: ${what}.`);
  }

  private redo(): void {
    this.brush.stop();
    const what = this.history.redo();
    this.say(what === null ? "There is nothing to redo." : `Done again: ${what}.`);
  }

  private restore(sight: Sight): void {
    const { scene, stage } = this;
    this.refinement.stop();
    const { x, y } = putSight(scene, sight);
    this.layouts.value = this.before = sight.arranged;
    const { look } = stage;
    if (look.selected !== null && !scene.shown[look.selected]) this.panel.close();
    Object.assign(look, { hover: null, hoverEdge: null, lit: null });
    if (x.some((at, n) => at !== scene.x[n]) || y.some((at, n) => at !== scene.y[n])) stage.place(x, y);
    this.refresh();
  }

  private tellHistory(): void {
    this.back.disabled = !this.history.canUndo;
    this.forth.disabled = !this.history.canRedo;
  }

  /** Change what is wanted of what is on the canvas. */
  private want(name: string, set: (wanted: Wanted) => void, quiet = false): void {
    this.step("a filter", () => {
      set(this.scene.wanted);
      this.scene.filter();
    }, name);
    if (!quiet) this.say(hiddenInWords(this.scene) || "Nothing is filtered.");
  }

  private showAll(): void {
    this.brush.stop();
    this.step("showing all", () => {
      this.scene.wanted = new Wanted();
      this.scene.filter();
    });
    this.say("Nothing is filtered.");
    this.stage.element.focus({ preventScroll: true });
  }

  private hide(nodes: readonly number[]): void {
    if (!nodes.length) return;
    const name = nodes.length === 1 ? this.scene.names[nodes[0]!]! : count(nodes.length, "concept");
    this.step(`hiding ${name}`, () => this.scene.hide(nodes));
    const { look } = this.stage;
    if (look.selected !== null && nodes.includes(look.selected)) this.panel.close();
    if (look.hover !== null && nodes.includes(look.hover)) look.hover = null;
    this.say(`${name} ${nodes.length === 1 ? "is" : "are"} hidden; Ctrl Z brings ${nodes.length === 1 ? "it" : "them"} back.`);
  }

  /** Hide all that is not picked out. */
  private keep(): void {
    const { scene } = this;
    const { chosen } = this.stage.look;
    const others = Array.from({ length: scene.nodes }, (_, n) => n).filter((n) => !chosen.has(n) && !scene.hidden[n]);
    this.step(`keeping only ${count(chosen.size, "concept")}`, () => scene.hide(others));
    this.say(`Only ${count(chosen.size, "concept")} kept; Ctrl Z brings the others back.`);
    this.stage.fit();
  }

  /** Pin nodes, or unpin them if all are pinned. */
  private pin(nodes: readonly number[]): void {
    if (!nodes.length) return;
    const { scene } = this;
    const pin = nodes.some((n) => !scene.pinned[n]);
    const name = nodes.length === 1 ? scene.names[nodes[0]!]! : count(nodes.length, "concept");
    this.step(`${pin ? "pinning" : "unpinning"} ${name}`, () => {
      for (const node of nodes) scene.pinned[node] = pin ? 1 : 0;
      scene.filter();
    });
    this.choose([...this.stage.look.chosen], true);
    this.say(pin ? `${name} pinned: layouts and tidying leave ${nodes.length === 1 ? "it" : "them"} in place.` : `${name} unpinned.`);
  }

  // ------------------------------------------------------------------ picking out

  private toggleChosen(node: number): void {
    const chosen = new Set(this.stage.look.chosen);
    if (!chosen.delete(node)) chosen.add(node);
    this.choose([...chosen], true);
    this.say(`${this.scene.names[node]} is ${chosen.has(node) ? "picked out" : "no longer picked out"}; ${count(chosen.size, "concept")} in all.`);
  }

  private choose(nodes: readonly number[], quiet = false): void {
    const { scene, stage } = this;
    const chosen = new Set(nodes);
    stage.look.chosen = chosen;
    this.choosing.fill(chosen.size, chosen.size > 0 && nodes.every((n) => scene.pinned[n]));
    this.tellSelection();
    if (!quiet) this.say(chosen.size ? `${count(chosen.size, "concept")} picked out.` : "No concept is picked out.");
    stage.paint();
  }

  private async expandChosen(): Promise<void> {
    const nodes = [...this.stage.look.chosen].filter((n) => !this.scene.members[n]);
    if (nodes.length > AT_ONCE) return this.say(`${count(nodes.length, "concept")} are too many to expand at once; pick out ${AT_ONCE} or fewer.`);
    this.say(`Expanding ${count(nodes.length, "concept")} …`);
    const before = this.scene.count();
    let first = true;
    for (const node of nodes) {
      const reply = await this.ask("expand", { node });
      if (!reply || this.delta(reply, first) === null) return;
      first = false;
    }
    this.choose(nodes, true);
    this.stage.select(null, null);
    const after = this.scene.count();
    this.say(`Added ${count(after.nodes - before.nodes, "concept")} and ${count(after.edges - before.edges, "statement")} around ${count(nodes.length, "concept")}.`);
  }

  /** Tell the kernel what is picked out, and soon what is to be seen. */
  private tellSelection(): void {
    const { chosen, selected, selectedEdge } = this.stage.look;
    const nodes = chosen.size ? [...chosen] : selected === null ? [] : [selected];
    this.tell("selection", { nodes, edges: selectedEdge === null ? [] : [selectedEdge] });
  }

  private tellVisible(): void {
    const { scene } = this;
    const flagged = (flags: Uint8Array): number[] => Array.from({ length: scene.nodes }, (_, n) => n).filter((n) => flags[n]);
    this.tell("visible", { hidden: flagged(scene.hidden), pinned: flagged(scene.pinned), filters: scene.wanted.told() });
  }

  /** Tell the kernel the latest of each kind, not more often than it matters. */
  private tell(kind: Say, fields: Record<string, unknown>): void {
    this.untold.set(kind, fields);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      for (const [name, latest] of this.untold) this.channel.say(name, latest);
      this.untold.clear();
    }, 250);
  }

  /** All that follows from what is on the canvas. */
  private refresh(): void {
    const { nodes, edges } = this.scene.count();
    this.counts.textContent = `${count(nodes, "concept")} · ${count(edges, "statement")}`;
    this.legend.fill();
    this.filters.fill();
    this.brush.fill();
    const { look } = this.stage;
    if ([...look.chosen].some((n) => !this.scene.shown[n])) this.choose([...look.chosen].filter((n) => this.scene.shown[n]), true);
    this.filterButton.classList.toggle("pm-on", this.scene.wanted.any);
    this.tellVisible();
    if (!this.table.element.hidden) this.table.fill();
    this.layOut();
  }

  private switchTo(name: "graph" | "table"): void {
    const table = name === "table";
    this.toggles.graph.setAttribute("aria-pressed", String(!table));
    this.toggles.table.setAttribute("aria-pressed", String(table));
    this.table.element.hidden = !table;
    this.legend.element.hidden = table;
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

  private details(node: number | null): DetailsListener {
    return {
      openConcept: (id) => void this.openConcept({ id }),
      openStatement: (id) => void this.openEvidence({ id }),
      expand: (id) => void this.expand(node === null ? { id } : { node }),
      hide: () => { if (node !== null) this.hide([node]); },
      onCanvas: () => node !== null,
      label: (p) => this.predicates[p]?.[0] ?? p.replaceAll("_", " "),
    };
  }

  private async openConcept(what: { node: number } | { id: string }, quiet = false): Promise<void> {
    const turn = this.panel.want();
    const reply = await this.ask("concept", what);
    if (!reply || !this.panel.isWanted(turn)) return;
    const { message, tables } = reply;
    const node = message["node"] as number | null;
    this.help.hidden = true;
    this.opened = node;
    this.panel.open({ kind: "concept", id: String(message["id"]) }, conceptCard(tables, this.details(node)));
    this.stage.select(node, null);
    this.layOut();
    this.revealSelected();
    if (!quiet) this.say(`${tables["concept"]!.str("name", 0)}: ${count(tables["statements"]!.rows, "statement")} in the graph.`);
  }

  private async openEvidence(what: { edge: number } | { id: string }): Promise<void> {
    const turn = this.panel.want();
    if ("edge" in what) this.stage.select(null, what.edge);
    const reply = await this.ask("evidence", what);
    if (!reply || !this.panel.isWanted(turn)) return;
    const { message, tables } = reply;
    const said = tables["statement"]!;
    const listener = this.details(null);
    this.help.hidden = true;
    this.opened = null;
    this.panel.open({ kind: "evidence", id: String(message["id"]) }, evidencePane(tables, listener));
    this.stage.select(null, message["edge"] as number | null);
    this.layOut();
    this.revealSelected();
    this.say(
      `${said.str("subject_name", 0)} ${listener.label(said.str("predicate", 0))} ${said.str("object_name", 0)}: ` +
        `belief ${said.num("belief", 0).toFixed(2)}, ${count(said.num("n_evidence", 0), "sentence")}.`,
    );
  }

  private panelClosed(): void {
    this.stage.select(null, null);
    this.layOut();
  }

  private revealSelected(): void {
    const { selected, selectedEdge } = this.stage.look;
    if (selected !== null) this.stage.reveal([selected]);
    else if (selectedEdge !== null) this.stage.reveal([this.scene.subject[selectedEdge]!, this.scene.object[selectedEdge]!]);
  }

  /** The canvas lies under the panel and the legend, and keeps clear of them. */
  private layOut(): void {
    const narrow = this.root.clientWidth < 620;
    this.root.classList.toggle("pm-narrow", narrow);
    const right = !this.panel.isOpen || narrow ? 0 : this.panel.element.offsetWidth;
    this.root.style.setProperty("--pm-covered", `${right}px`);
    this.stage.camera.cover({ right, bottom: this.legend.element.hidden ? 0 : this.legend.element.offsetHeight });
    this.stage.paint();
  }

  // ------------------------------------------------------------------ keys

  /** Close or let go of what is nearest to hand. */
  private escape(): void {
    if (!this.help.hidden) this.toggleHelp();
    else if (this.panel.isOpen) this.panel.close();
    else if (this.filters.isOpen) this.filters.toggle();
    else if (this.stage.look.chosen.size) this.choose([]);
    else this.panel.close();
  }

  private toggleHelp(): void {
    this.help.hidden = !this.help.hidden;
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const typing = target.tagName === "INPUT" && (target as HTMLInputElement).type === "text";
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !typing) {
      if (event.shiftKey) this.redo();
      else this.undo();
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
