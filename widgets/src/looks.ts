// The controls of what colour and size tell, and of what stands out.

import { COLOURS, SIZES, type Colouring, type Look } from "./colouring.ts";
import { h } from "./dom.ts";

export class Looks {
  readonly element: HTMLElement;
  private readonly colouring: Colouring;
  private readonly colour: HTMLSelectElement;
  private readonly size: HTMLSelectElement;
  private readonly bridges: HTMLInputElement;

  /** *change* takes what is chosen and how that reads. */
  constructor(colouring: Colouring, change: (part: Partial<Look>, said: string) => void) {
    this.colouring = colouring;
    const said = (select: HTMLSelectElement): string => select.selectedOptions[0]?.textContent ?? select.value;
    this.colour = h("select", {
      class: "pm-select", "data-testid": "colour-by",
      onchange: () => change({ colour: this.colour.value }, `colouring by ${said(this.colour)}`),
    });
    this.size = h("select", {
      class: "pm-select", "data-testid": "size-by",
      onchange: () => change({ size: this.size.value }, `sizing by ${said(this.size)}`),
    });
    this.bridges = h("input", {
      type: "checkbox", "data-testid": "bridges",
      onchange: () => change({ bridges: this.bridges.checked }, `${this.bridges.checked ? "showing" : "no longer showing"} what joins disciplines`),
    });
    this.element = h(
      "div", { class: "pm-colouring" },
      h("label", { class: "pm-filter-row" }, "Colour by", this.colour),
      h("label", { class: "pm-filter-row" }, "Size by", this.size),
      h("label", { class: "pm-filter-row" }, this.bridges, "Discipline bridges"),
    );
  }

  /** Show what is chosen, among all that can be. */
  fill(): void {
    const { look, given } = this.colouring;
    const measures = [...given].filter(([, numeric]) => numeric).map(([name]) => name);
    options(this.colour, COLOURS, [...given.keys()], look.colour);
    options(this.size, SIZES, measures, look.size);
    this.bridges.checked = look.bridges;
  }
}

function options(select: HTMLSelectElement, named: Record<string, string>, more: readonly string[], value: string): void {
  const all = [...Object.entries(named), ...more.map((name): [string, string] => [name, name])];
  const there = [...select.options].map((option) => option.value);
  if (there.join("\n") !== all.map(([key]) => key).join("\n")) select.replaceChildren(...all.map(([key, name]) => h("option", { value: key }, name)));
  select.value = value;
}
