// The keys, and how to read the lines.

import { h } from "./dom.ts";

const KEYS: [string, string][] = [
  ["/", "search"], ["← ↑ → ↓", "walk from concept to concept"], ["Enter", "open"], ["E", "expand"],
  ["Space", "pick out, or Shift+click; Shift+drag draws a loop"], ["P", "pin"], ["Delete", "hide"], ["Ctrl Z", "undo; with Shift, redo"], ["T", "table or graph"], ["F", "see all"], ["+ −", "zoom"], ["R", "tidy up"], ["V", "saved views"], ["K", "keep as a step, where there is a story"], ["Esc", "close"],
];

export function keysHelp(): HTMLElement {
  return h(
    "div", { class: "pm-help", hidden: true, tabindex: 0, role: "dialog", "aria-label": "Keys", "data-testid": "keys" },
    h("dl", {}, ...KEYS.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
    h("p", { class: "pm-faint" }, "Double-click expands a concept. Click an arrow to read who says so. Dashed: read by a machine only; solid: accepted by a person; split in two: contradicted; red: denied."),
  );
}
