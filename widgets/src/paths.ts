// Chains of statements between two concepts: a list, one of them at a time lit on the canvas.

import { h } from "./dom.ts";
import type { Scene } from "./scene.ts";

/** A chain: nodes in order, and the edge taken between each two. */
export interface Path {
  nodes: number[];
  edges: number[];
  belief: number;
}

export interface PathListener {
  light(path: Path): void;
  /** Ask again for others. */
  again(by: string, limit: number): void;
  arrange(): void;
  label(predicate: string): string;
}

/** The pane of the chains that were found. */
export function pathsPane(scene: Scene, ends: readonly [number, number], paths: readonly Path[], by: string, limit: number, listener: PathListener): HTMLElement {
  const buttons: HTMLButtonElement[] = [];
  const choose = (at: number, focus = false): void => {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === at));
      button.tabIndex = i === at ? 0 : -1;
    });
    if (focus) buttons[at]!.focus();
    listener.light(paths[at]!);
  };
  paths.forEach((path, at) => {
    const steps = path.edges.flatMap((edge, i): (HTMLElement | string)[] => {
      const forward = scene.subject[edge] === path.nodes[i];
      const label = listener.label(scene.predicate.at(edge));
      return [
        h("span", { class: "pm-predicate" }, forward ? ` — ${label} → ` : ` ← ${label} — `),
        h("span", { class: "pm-other" }, scene.names[path.nodes[i + 1]!]!),
      ];
    });
    buttons.push(h(
      "button",
      {
        type: "button", class: "pm-path", "data-testid": "path",
        onclick: () => choose(at),
        onkeydown: (e: KeyboardEvent) => {
          const to = e.key === "ArrowDown" ? at + 1 : e.key === "ArrowUp" ? at - 1 : -1;
          if (to < 0 || to >= paths.length) return;
          choose(to, true);
          e.preventDefault();
          e.stopPropagation();
        },
      },
      h("span", { class: "pm-other" }, scene.names[path.nodes[0]!]!), ...steps,
      h("span", { class: "pm-statement-more" }, `${path.edges.length} ${path.edges.length === 1 ? "step" : "steps"} · belief of the whole ${path.belief.toFixed(2)}`),
    ));
  });
  const orders = h("select", {
    class: "pm-select", "aria-label": "Best by", "data-testid": "paths-by", onchange: () => listener.again(orders.value, limit),
  }, h("option", { value: "length", selected: by === "length" }, "shortest first"), h("option", { value: "belief", selected: by === "belief" }, "most believed first"));
  const [a, b] = ends;
  if (paths.length) choose(0);
  return h(
    "div", { class: "pm-paths", "data-testid": "paths" },
    h("h2", { class: "pm-title" }, `${scene.names[a]} … ${scene.names[b]}`),
    h(
      "p", { class: "pm-actions" },
      orders,
      paths.length ? h("button", { type: "button", class: "pm-button", "data-testid": "paths-steps", onclick: () => listener.arrange() }, "Lay out by steps") : null,
      paths.length >= limit ? h("button", { type: "button", class: "pm-button", "data-testid": "paths-more", onclick: () => listener.again(by, 2 * limit) }, "More") : null,
    ),
    paths.length
      ? h("div", { role: "group", "aria-label": "Paths, one of them lit on the canvas" }, ...buttons)
      : h("p", { class: "pm-empty" }, "No chain of up to four statements links them. Ask from a concept nearer to one of them."),
  );
}
