// The bar of what can be done with the concepts that are picked out.

import { h } from "./dom.ts";
import { count } from "./text.ts";

export interface ChoosingListener {
  hide(): void;
  keep(): void;
  pin(): void;
  expand(): void;
  paths(): void;
  clear(): void;
}

export class ChoosingBar {
  readonly element: HTMLElement;
  private readonly said = h("span", { class: "pm-chosen-count" });
  private readonly paths: HTMLButtonElement;
  private readonly pin: HTMLButtonElement;

  constructor(listener: ChoosingListener) {
    const button = (testid: string, label: string, onclick: () => void): HTMLButtonElement =>
      h("button", { type: "button", class: "pm-link-button", "data-testid": testid, onclick }, label);
    this.paths = button("chosen-paths", "Paths between", () => listener.paths());
    this.pin = button("chosen-pin", "Pin", () => listener.pin());
    this.element = h(
      "div", { class: "pm-chosen", role: "toolbar", "aria-label": "Concepts picked out", hidden: true, "data-testid": "chosen" },
      this.said,
      this.paths,
      button("chosen-expand", "Expand", () => listener.expand()),
      this.pin,
      button("chosen-keep", "Keep only these", () => listener.keep()),
      button("chosen-hide", "Hide", () => listener.hide()),
      button("chosen-clear", "Clear", () => listener.clear()),
    );
  }

  fill(chosen: number, allPinned: boolean): void {
    this.element.hidden = chosen === 0;
    this.said.textContent = `${count(chosen, "concept")} picked out`;
    this.paths.hidden = chosen !== 2;
    this.pin.textContent = allPinned ? "Unpin" : "Pin";
  }
}
