// One view: toolbar, canvas or table, panel, and the talk with the kernel that joins them.

import { conceptCard, evidencePane, type DetailsListener } from "./details.ts";
import { h, iconButton } from "./dom.ts";
import { keysHelp } from "./help.ts";
import { Legend } from "./legend.ts";
import { Panel } from "./panel.ts";
import { Channel, type Ask, type Model, type Reply } from "./protocol.ts";
import { Scene, type Node as SceneNode } from "./scene.ts";
import { Search } from "./search.ts";
import { Stage } from "./stage.ts";
import { StatementTable } from "./table.ts";
import { count } from "./text.ts";

const SILENT = "The kernel does not answer; restart it and run the cell again.";
export class Explorer {
  private readonly root: HTMLElement;
  private readonly model: Model;
  private readonly channel: Channel;
  private readonly scene = new Scene();
  private readonly stage: Stage;
  private readonly search: Search;
  private readonly table: StatementTable;
  private readonly legend = new Legend(this.scene, (kind, shown) => {
    this.refresh();
    this.say(`Concepts of kind ${kind} are ${shown ? "shown" : "hidden"}.`);
  });
  private readonly status = h("span", { class: "pm-status-text", role: "status", "aria-live": "polite", "data-testid": "status" });
  private readonly counts = h("span", { class: "pm-counts", "data-testid": "counts" });
  private readonly error = h("div", { class: "pm-error", role: "alert", hidden: true, "data-testid": "error" });
  private readonly note = h("div", { class: "pm-note", hidden: true, "data-testid": "note" });
  private readonly help = keysHelp();
  private readonly panel: Panel;
  private readonly toggles: Record<"graph" | "table", HTMLButtonElement>;
  private readonly progress = h("div", { class: "pm-progress", hidden: true, "data-testid": "busy" });
  private readonly sizes: ResizeObserver;
  private predicates: Record<string, [label: string, symmetric: boolean]> = {};
  private revision = 0;
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
      openNode: (node) => void this.openConcept(node.id),
      openEdge: (edge) => void this.openEvidence(edge.statement),
      expand: (node) => void this.expand(node.id),
      hide: (node) => this.hide(node.id),
      walkedTo: (node) => this.say(`${node.name}, ${node.kind}, ${count(node.edges.filter((e) => this.scene.showsEdge(e)).length, "statement")} here.`),
      background: () => this.panel.close(),
    });
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
    this.table = new StatementTable(this.scene, (p) => predicate(p).label, (edge) => void this.openEvidence(edge.statement));
    this.panel = new Panel(
      this.root,
      ({ kind, id }) => void (kind === "concept" ? this.openConcept(id, true) : this.openEvidence(id)),
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
      h("span", { class: "pm-space" }),
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
      h("div", { class: "pm-main" }, this.stage.element, this.table.element, this.legend.element, this.note, this.panel.element, this.help, this.error),
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
      const reply = await this.channel.ask(kind, { ...fields, moved: this.stage.takeMoved() }, patience);
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
    this.scene.clear();
    this.scene.add(tables["nodes"]!, tables["edges"]!);
    const { look } = this.stage;
    Object.assign(look, { hover: null, hoverEdge: null, selected: null, selectedEdge: null, cursor: null });
    const note = String(message["note"] ?? "");
    const empty = this.scene.nodes.length === 0;
    this.note.textContent = empty ? note : "";
    this.note.hidden = !empty;
    const focus = message["focus"] as number | null;
    const about = focus === null ? "" : ` around ${this.scene.nodes[focus]?.name ?? "it"}`;
    this.say(note || `${count(this.scene.nodes.length, "concept")} and ${count(this.scene.edges.length, "statement")}${about}.`);
    this.refresh();
    this.stage.fit(false);
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
    if (!focus) return;
    this.query = focus.name;
    this.model.set("query", focus.name);
    this.model.save_changes();
    await this.openConcept(focus.id, true);
  }

  private async expand(id: string): Promise<void> {
    const node = this.scene.get(id);
    this.say(`Expanding ${node?.name ?? "the concept"} …`);
    const reply = await this.ask(node ? "expand" : "show", { id });
    if (!reply) return this.say("");
    const focus = this.delta(reply);
    const open = this.panel.shown;
    if (focus && open?.kind === "concept" && open.id === id) await this.openConcept(id, true);
  }

  /** Take in what is new. Returns the concept it is about, or null if the whole had to be asked for. */
  private delta(reply: Reply): SceneNode | null {
    const { message, tables } = reply;
    if (message["base"] !== this.revision || message["first_node"] !== this.scene.nodes.length) {
      void this.hello();
      return null;
    }
    this.revision = Number(message["revision"]);
    const edges = tables["edges"]!.rows;
    const fresh = this.scene.add(tables["nodes"]!, tables["edges"]!);
    const around = (message["around"] as number[]).map((n) => this.scene.nodes[n]!);
    const back = around.filter((n) => n.hidden);
    for (const node of back) node.hidden = false;
    const focus = this.scene.nodes[Number(message["focus"])]!;
    this.scene.off.delete(focus.kind);
    this.note.hidden = true;
    const added = fresh.length + edges + back.length
      ? `Added ${count(fresh.length + back.length, "concept")} and ${count(edges, "statement")} around ${focus.name}.`
      : `All that the graph says of ${focus.name} is on the canvas.`;
    const changed = message["changed"] ? " The graph has changed since this view was opened; start over to see it as it is now." : "";
    this.say([message["note"], added + changed].filter(Boolean).join(" "));
    this.stage.select(focus, null);
    this.stage.reveal(around);
    this.stage.enter(fresh.filter((n) => n !== focus), focus);
    this.refresh();
    return focus;
  }

  private hide(id: string): void {
    const node = this.scene.get(id);
    if (!node) return;
    node.hidden = true;
    const { look } = this.stage;
    if (look.selected === node) this.panel.close();
    if (look.hover === node) look.hover = null;
    this.say(`${node.name} is hidden; expanding one of its neighbours brings it back.`);
    this.refresh();
  }

  /** All that follows from what is on the canvas. */
  private refresh(): void {
    const nodes = this.scene.nodes.filter((n) => this.scene.shows(n)).length;
    const edges = this.scene.edges.filter((e) => this.scene.showsEdge(e)).length;
    this.counts.textContent = `${count(nodes, "concept")} · ${count(edges, "statement")}`;
    this.legend.fill();
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

  private readonly details: DetailsListener = {
    openConcept: (id) => void this.openConcept(id),
    openStatement: (id) => void this.openEvidence(id),
    expand: (id) => void this.expand(id),
    hide: (id) => this.hide(id),
    onCanvas: (id) => this.scene.get(id) !== undefined,
    label: (p) => this.predicates[p]?.[0] ?? p.replaceAll("_", " "),
  };

  private async openConcept(id: string, quiet = false): Promise<void> {
    const turn = this.panel.want();
    const reply = await this.ask("concept", { id });
    if (!reply || !this.panel.isWanted(turn)) return;
    const { tables } = reply;
    this.help.hidden = true;
    this.panel.open({ kind: "concept", id }, conceptCard(tables, this.details));
    this.stage.select(this.scene.get(id) ?? null, null);
    this.layOut();
    this.revealSelected();
    if (!quiet) this.say(`${tables["concept"]!.str("name", 0)}: ${count(tables["statements"]!.rows, "statement")} in the graph.`);
  }

  private async openEvidence(id: string): Promise<void> {
    const turn = this.panel.want();
    const edge = this.scene.statement(id) ?? null;
    this.stage.select(null, edge);
    const reply = await this.ask("evidence", { id });
    if (!reply || !this.panel.isWanted(turn)) return;
    const said = reply.tables["statement"]!;
    this.help.hidden = true;
    this.panel.open({ kind: "evidence", id }, evidencePane(reply.tables, this.details));
    this.layOut();
    this.revealSelected();
    this.say(
      `${said.str("subject_name", 0)} ${this.details.label(said.str("predicate", 0))} ${said.str("object_name", 0)}: ` +
        `belief ${said.num("belief", 0).toFixed(2)}, ${count(said.num("n_evidence", 0), "sentence")}.`,
    );
  }

  private panelClosed(): void {
    this.stage.select(null, null);
    this.layOut();
  }

  private revealSelected(): void {
    const { selected, selectedEdge } = this.stage.look;
    if (selected) this.stage.reveal([selected]);
    else if (selectedEdge) this.stage.reveal([selectedEdge.subject, selectedEdge.object]);
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

  private toggleHelp(): void {
    this.help.hidden = !this.help.hidden;
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = (event.target as HTMLElement).tagName === "INPUT";
    const actions: Record<string, () => void> = {
      Escape: () => (this.help.hidden ? this.panel.close() : this.toggleHelp()),
      "/": () => this.search.input.select(),
      t: () => this.switchTo(this.table.element.hidden ? "table" : "graph"),
      f: () => this.stage.fit(),
      "+": () => this.stage.zoom(1.25),
      "=": () => this.stage.zoom(1.25),
      "-": () => this.stage.zoom(1 / 1.25),
      "?": () => this.toggleHelp(),
    };
    const action = actions[event.key];
    if (!action || (typing && event.key !== "Escape")) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  }
}
