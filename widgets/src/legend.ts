// What the colours on the canvas mean. Where they mean kinds of concept, a click hides or shows a kind.

import { h } from "./dom.ts";
import type { Shade } from "./colouring.ts";
import type { Scene } from "./scene.ts";
import { kindColour } from "./theme.ts";

export class Legend {
  readonly element = h("div", { class: "pm-legend", role: "group", "aria-label": "What the colours mean", "data-testid": "legend" });
  /** What each kind means, in words. */
  meanings: Record<string, string> = {};
  private readonly scene: Scene;
  private readonly toggle: (kind: string, shown: boolean) => void;

  constructor(scene: Scene, toggle: (kind: string, shown: boolean) => void) {
    this.scene = scene;
    this.toggle = toggle;
  }

  /** Write all chips anew: what the colours mean, which is kinds unless *shades* says otherwise. */
  fill(shades: Shade[] | null = null): void {
    if (shades) {
      return this.element.replaceChildren(...shades.map(({ colour, label, count }) => {
        const dot = h("span", { class: "pm-dot" });
        dot.style.background = colour;
        return h("span", { class: "pm-chip", "data-testid": "shade" }, dot, label, h("span", { class: "pm-faint" }, String(count)));
      }));
    }
    this.element.replaceChildren(...this.scene.kinds().map(([kind, n]) => this.chip(kind, n)));
  }

  private chip(kind: string, n: number): HTMLElement {
    const shown = !this.scene.wanted.off.has(kind);
    const dot = h("span", { class: "pm-dot" });
    dot.style.background = kindColour(kind);
    return h(
      "button",
      {
        type: "button", class: "pm-chip", "aria-pressed": String(shown), "data-testid": "kind", "data-kind": kind,
        title: `${this.meanings[kind] ?? kind} (click to ${shown ? "hide" : "show"})`,
        onclick: () => {
          this.toggle(kind, !shown);
          // The chips have been written anew, so the one that was pressed takes the focus back.
          this.element.querySelector<HTMLElement>(`[data-kind="${CSS.escape(kind)}"]`)?.focus();
        },
      },
      dot, kind, h("span", { class: "pm-faint" }, String(n)),
    );
  }
}
