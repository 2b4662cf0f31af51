// How the canvas is laid out: the choice of it, and where everything is then.

import type { Arriving } from "./arriving.ts";
import type { Deciding } from "./deciding.ts";
import { h } from "./dom.ts";
import type { Ask, Message, Reply } from "./protocol.ts";
import type { Refinement } from "./refining.ts";
import type { Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { count } from "./text.ts";

const LAYOUTS: Record<string, string> = {
  free: "by links", steps: "by steps", years: "by year",
  "groups:discipline": "by discipline", "groups:community": "by community", "groups:kind": "by kind",
};

export interface ArrangingDesk {
  readonly stage: Stage;
  readonly deciding: Deciding;
  readonly refinement: Refinement;
  ask(kind: Ask, fields: Record<string, unknown>): Promise<Reply | null>;
  say(sentence: string): void;
  readonly arriving: Arriving;
}

export class Arranging {
  readonly element = h(
    "select", { class: "pm-select", "aria-label": "Layout", title: "How the canvas is laid out", "data-testid": "layouts", onchange: () => void this.arrange(this.element.value) },
    ...Object.entries(LAYOUTS).map(([value, label]) => h("option", { value }, label)),
  );
  private readonly scene: Scene;
  private readonly desk: ArrangingDesk;
  /** How the canvas is laid out, while another layout may be chosen. */
  private before = "free";

  constructor(scene: Scene, desk: ArrangingDesk) {
    this.scene = scene;
    this.desk = desk;
  }

  get arranged(): string {
    return this.before;
  }

  set arranged(name: string) {
    this.before = name;
    // A layout by a column that only Python can choose is told, too.
    if (!(name in LAYOUTS) && ![...this.element.options].some(({ value }) => value === name)) this.element.append(h("option", { value: name }, words(name)));
    this.element.value = name;
  }

  /** Lay the canvas out in another way; everything glides there. Steps lead from one end to the other, if two are picked out. */
  async arrange(name: string, ends?: readonly [number, number]): Promise<void> {
    const { chosen, selected } = this.desk.stage.look;
    const [start, end] = ends ?? (chosen.size === 2 ? [...chosen] : [selected, null]);
    const [layout, by] = name.split(":");
    this.desk.say("Laying out …");
    const reply = await this.desk.ask("arrange", { layout, by, start, end });
    if (reply) return this.placed(reply, layout === "steps" && end != null ? ` from ${this.scene.names[start!]} to ${this.scene.names[end]}` : "");
    this.arranged = this.before;
    this.desk.say("");
  }

  /** Take in where everything is now; *more* is said of it besides. */
  placed({ message, tables }: Reply, more = ""): void {
    const { scene, desk } = this;
    const name = String(message["arranged"]);
    if (tables["places"]!.rows !== scene.nodes || !desk.arriving.follows(message)) return void desk.arriving.hello();
    desk.refinement.stop();
    desk.deciding.history.mark(`the layout ${words(name)}`);
    this.guide(message);
    const [x, y] = [Float32Array.from(tables["places"]!.numbers("x")), Float32Array.from(tables["places"]!.numbers("y"))];
    const pinned = Array.from({ length: scene.nodes }, (_, n) => n).filter((n) => scene.pinned[n]);
    for (const node of pinned) [x[node], y[node]] = [scene.x[node]!, scene.y[node]!];
    desk.stage.place(x, y, true);
    desk.stage.placed = pinned.length > 0;
    desk.say(`Laid out ${words(name)}${more}${pinned.length ? `; ${count(pinned.length, "pinned concept")} stayed` : ""}.`);
  }

  /** Take over how the canvas is laid out, and what helps to read it. */
  guide(message: Message): void {
    this.arranged = String(message["arranged"]);
    this.scene.guides = (message["guides"] as [string, number, number, number, number][]).map(
      ([label, left, top, right, bottom]) => ({ label, left, top, right, bottom }),
    );
  }
}

function words(name: string): string {
  return LAYOUTS[name] ?? `by ${name.split(":")[1] ?? name}`;
}
