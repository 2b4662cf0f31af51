// What the colours on the canvas mean. Where they mean texts, a click hides or shows what has one.

import type { Shade } from "./colouring.ts";
import { h } from "./dom.ts";
import type { Scene } from "./scene.ts";
import { shorten } from "./text.ts";

export class Legend {
  readonly element = h("div", { class: "pm-legend", role: "group", "aria-label": "What the colours mean", "data-testid": "legend" });
  /** What each kind means, in words. */
  meanings: Record<string, string> = {};
  private readonly scene: Scene;
  private readonly toggle: (shade: Shade, shown: boolean) => void;

  constructor(scene: Scene, toggle: (shade: Shade, shown: boolean) => void) {
    this.scene = scene;
    this.toggle = toggle;
  }

  /** Write all chips anew. */
  fill(shades: readonly Shade[]): void {
    const { bridges } = this.scene;
    const more: HTMLElement[] = [];
    if (bridges) {
      const edges = bridges.edges.reduce((a, b) => a + b, 0);
      more.push(chip("span", {}, h("span", { class: "pm-band" }), "joins disciplines", edges));
      if (bridges.nodes.size) more.push(chip("span", {}, h("span", { class: "pm-dot pm-connector" }), "stands between", bridges.nodes.size));
    }
    // What may have to be scrolled can be reached with the keyboard.
    this.element.tabIndex = shades.some(({ column }) => column) ? -1 : 0;
    this.element.replaceChildren(...shades.map((shade) => this.chip(shade)), ...more);
  }

  private chip(shade: Shade): HTMLElement {
    const { colour, label, count, column, values } = shade;
    const dot = h("span", { class: "pm-dot" });
    dot.style.background = colour;
    if (!column) return chip("span", { "data-testid": "shade" }, dot, label, count);
    const off = this.scene.wanted.off.get(column);
    const shown = !values.every((value) => off?.has(value));
    const key = `${column} ${values[0]}`;
    return chip(
      "button",
      {
        type: "button", "aria-pressed": String(shown), "data-testid": column === "kind" ? "kind" : "shade", "data-key": key,
        title: `${column === "kind" ? this.meanings[label] ?? label : label} (click to ${shown ? "hide" : "show"})`,
        onclick: () => {
          this.toggle(shade, !shown);
          // The chips have been written anew, so the one that was pressed takes the focus back.
          this.element.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
        },
      },
      dot, shorten(label, 36), count,
    );
  }
}

function chip(tag: "button" | "span", attributes: Parameters<typeof h>[1], mark: HTMLElement, label: string, count: number): HTMLElement {
  return h(tag, { class: "pm-chip", ...attributes }, mark, label, h("span", { class: "pm-faint" }, count.toLocaleString("en")));
}
