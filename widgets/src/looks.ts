// How the canvas looks: what colour and size tell, and what joins disciplines. What the page does not know, it asks for.

import { COLOURS, Colouring, SIZES, type Look, type Shade } from "./colouring.ts";
import { h } from "./dom.ts";
import type { Ask, Message, Reply } from "./protocol.ts";
import type { Scene } from "./scene.ts";
import { count } from "./text.ts";

export interface LooksDesk {
  ask(kind: Ask, fields: Record<string, unknown>): Promise<Reply | null>;
  say(sentence: string): void;
  /** Show all that follows. */
  refresh(): void;
  /** Change something, so that it can be undone. */
  step(what: string, change: () => void): void;
}

export class Looks {
  /** The controls. */
  readonly element: HTMLElement;
  private readonly colouring = new Colouring();
  private readonly scene: Scene;
  private readonly desk: LooksDesk;
  private readonly colour: HTMLSelectElement;
  private readonly size: HTMLSelectElement;
  private readonly bridges: HTMLInputElement;
  /** What has been asked for and not answered yet. */
  private readonly asked = new Set<string>();
  /** For how many edges it is known which join disciplines. */
  private bridged = 0;

  constructor(scene: Scene, desk: LooksDesk) {
    this.scene = scene;
    this.desk = desk;
    const said = (select: HTMLSelectElement): string => select.selectedOptions[0]?.textContent ?? select.value;
    this.colour = h("select", {
      class: "pm-select", "data-testid": "colour-by",
      onchange: () => this.choose({ colour: this.colour.value }, `colouring by ${said(this.colour)}`),
    });
    this.size = h("select", {
      class: "pm-select", "data-testid": "size-by",
      onchange: () => this.choose({ size: this.size.value }, `sizing by ${said(this.size)}`),
    });
    this.bridges = h("input", {
      type: "checkbox", "data-testid": "bridges",
      onchange: () => this.choose({ bridges: this.bridges.checked }, `${this.bridges.checked ? "showing" : "no longer showing"} what joins disciplines`),
    });
    this.element = h(
      "div", { class: "pm-colouring" },
      h("label", { class: "pm-filter-row" }, "Colour by", this.colour),
      h("label", { class: "pm-filter-row" }, "Size by", this.size),
      h("label", { class: "pm-filter-row" }, this.bridges, "Discipline bridges"),
    );
  }

  get look(): Look {
    return this.colouring.look;
  }

  set look(look: Look) {
    this.colouring.look = { ...look };
  }

  private choose(part: Partial<Look>, said: string): void {
    this.desk.step(said, () => Object.assign(this.look, part));
    this.desk.say(`${said[0]!.toUpperCase()}${said.slice(1)}.`);
  }

  /** Show what is chosen, on the canvas and in the controls. Returns what the colours mean. */
  fill(): Shade[] {
    const { scene, look, colouring: { given } } = this;
    if (!look.bridges && scene.bridges) {
      scene.bridges = null;
      scene.changed();
    }
    const measures = [...given].filter(([, numeric]) => numeric).map(([name]) => name);
    options(this.colour, COLOURS, [...given.keys()], look.colour);
    options(this.size, SIZES, measures, look.size);
    this.bridges.checked = look.bridges;
    return this.colouring.apply(scene);
  }

  /** Ask for what is told and not known yet. */
  complete(): void {
    const { scene } = this;
    for (const [name, first] of this.colouring.missing(scene)) void this.askColumn(name, first);
    if (this.look.bridges && (!scene.bridges || this.bridged !== scene.edges)) void this.askBridges();
  }

  private async askColumn(name: string, first: number): Promise<void> {
    const reply = await this.once(name, "column", { name, first });
    if (reply === "late") return;
    const { look, scene } = this;
    if (!reply) {
      // It cannot be told: what is always known is told in its place.
      if (look.colour === name) look.colour = "kind";
      if (look.size === name) look.size = "works";
      scene.wanted.off.delete(name);
    } else {
      scene.tell(name, first, reply.message["numeric"] === true, reply.tables["column"]!);
    }
    this.desk.refresh();
  }

  private async askBridges(): Promise<void> {
    const { scene } = this;
    const { edges, bridges: before } = scene;
    const reply = await this.once("bridges", "bridges", {});
    if (reply === "late") return;
    if (!reply) this.look.bridges = false;
    else if (this.look.bridges) {
      this.bridged = edges;
      const flags = new Uint8Array(scene.edges);
      for (const edge of reply.tables["bridges"]!.numbers("edge")) flags[edge] = 1;
      scene.bridges = { edges: flags, nodes: new Set(reply.tables["connectors"]!.numbers("node")) };
      scene.changed();
      if (!before) this.sayBridges(reply.message["between"] as [string, string, number][]);
    }
    this.desk.refresh();
  }

  /** Ask, unless that is asked already; "late" if so, or if the canvas is another by the time of the answer. */
  private async once(what: string, kind: Ask, fields: Record<string, unknown>): Promise<Reply | null | "late"> {
    if (this.asked.has(what)) return "late";
    const { begun } = this.scene;
    this.asked.add(what);
    const reply = await this.desk.ask(kind, fields);
    if (begun !== this.scene.begun) return "late";
    this.asked.delete(what);
    return reply;
  }

  private sayBridges(between: readonly [string, string, number][]): void {
    const { edges, nodes } = this.scene.bridges!;
    const joining = edges.reduce((a, b) => a + b, 0);
    const pairs = between.map(([a, b, n]) => `${a} and ${b} (${n.toLocaleString("en")})`).join(", ");
    const stand = nodes.size ? ` ${count(nodes.size, "concept")} ${nodes.size === 1 ? "stands" : "stand"} between them.` : "";
    const what = this.scene.members[0] ? "link" : "statement";
    this.desk.say(joining
      ? `${count(joining, what)} ${joining === 1 ? "joins" : "join"} disciplines: ${pairs}.${stand}`
      : `No ${what} here joins two disciplines.`);
  }

  /** Python has chosen what colour and size tell. */
  hear(message: Message): void {
    this.desk.step("what Python chose", () => {
      this.take(message["look"] as Partial<Look>, message["given"] as [string, boolean][]);
      const renewed = String(message["renewed"] ?? "");
      if (renewed) this.colouring.renew(this.scene, renewed);
    });
    this.desk.say(`Coloured by ${this.look.colour}, sized by ${this.look.size}.`);
  }

  /** Take over what colour and size tell, and what they can tell. */
  take(look: Partial<Look>, given: readonly [string, boolean][]): void {
    this.colouring.given = new Map(given);
    this.look = { ...this.look, ...look };
    // Whatever was asked before may never be answered.
    this.asked.clear();
  }
}

function options(select: HTMLSelectElement, named: Record<string, string>, more: readonly string[], value: string): void {
  const all = [...Object.entries(named), ...more.map((name): [string, string] => [name, name])];
  const there = [...select.options].map((option) => option.value);
  if (there.join("\n") !== all.map(([key]) => key).join("\n")) select.replaceChildren(...all.map(([key, name]) => h("option", { value: key }, name)));
  select.value = value;
}
