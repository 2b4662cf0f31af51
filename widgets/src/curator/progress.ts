// How far it is, told quietly: numbers, days, agreement, open conflicts.

import { h, iconButton } from "../dom.ts";
import { count } from "../text.ts";
import { when } from "./card.ts";
import type { Progress, Thing } from "./messages.ts";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [168, 34];
/** On fewer statements kappa says nothing. */
const ENOUGH = 10;

/** Decisions of each day as bars, the last day at the right. */
function bars(days: readonly number[]): Element {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("class", "pm-days");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Decisions on each of the last ${days.length} days: ${days.join(", ")}`);
  const most = Math.max(1, ...days);
  const step = WIDTH / days.length;
  days.forEach((n, i) => {
    const bar = document.createElementNS(SVG, "rect");
    const tall = n ? Math.max(2, (n / most) * (HEIGHT - 2)) : 1;
    for (const [name, value] of Object.entries({ x: i * step + 1, y: HEIGHT - tall, width: step - 2, height: tall, rx: 1.5 })) bar.setAttribute(name, String(value));
    if (!n) bar.setAttribute("class", "pm-none");
    svg.append(bar);
  });
  return svg;
}

const VERBS: Record<string, string> = {
  accept: "accepted", reject: "rejected", skip: "skipped", flip: "flipped", predicate: "predicate changed", relink: "relinked",
  assertion: "marked", span: "words moved", merge: "merged", split: "told apart",
};

export class ProgressSheet {
  readonly element = h("div", { class: "pm-sheet pm-progress-sheet", role: "dialog", "aria-label": "What is done", tabindex: -1, hidden: true, "data-testid": "progress-sheet" });
  private readonly open: (thing: Thing) => void;
  private readonly closed: () => void;

  constructor(open: (thing: Thing) => void, closed: () => void) {
    this.open = open;
    this.closed = closed;
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.closed();
  }

  show(by: string, told: Progress): void {
    const share = told.statements ? (100 * told.judged) / told.statements : 0;
    const [judged, accepted] = told.believed;
    const fill = h("span", { class: "pm-bar-fill" });
    fill.style.width = `${share}%`;
    const others = Object.entries(told.others);
    this.element.replaceChildren(h(
      "div", {},
      h("div", { class: "pm-sheet-head" }, h("h3", { class: "pm-sheet-title" }, `What ${by} has done`), iconButton("close", "Close (Esc)", () => this.close())),
      h("p", { "data-testid": "done" }, h("strong", {}, String(told.today)), ` today, `, h("strong", {}, told.mine.toLocaleString("en")), ` in all`,
        told.mine ? h("span", { class: "pm-faint" }, `: ${Object.entries(told.by_action).map(([a, n]) => `${n} ${VERBS[a] ?? a}`).join(", ")}`) : ""),
      bars(told.days) as HTMLElement,
      h("p", {}, h("span", { class: "pm-bar pm-bar-wide" }, fill), ` ${told.judged.toLocaleString("en")} of ${told.statements.toLocaleString("en")} statements accepted or rejected by anybody`),
      others.length ? h("p", { class: "pm-faint" }, others.map(([name, n]) => `${name} ${n}`).join(", ")) : null,
      told.agreement.length ? h("h3", { class: "pm-heading" }, "Agreement (Cohen’s κ, 95 % interval)") : null,
      ...told.agreement.map(([name, n, kappa, low, high]) => h("p", { "data-testid": "agreement" }, n < ENOUGH
        ? `${name}: ${count(n, "statement")} that both judged, too few to tell`
        : `${name}: ${kappa.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}) on ${n.toLocaleString("en")} statements that both judged`)),
      judged ? h("h3", { class: "pm-heading" }, "What the graph believed") : null,
      judged ? h("p", { "data-testid": "believed" }, `Of ${count(judged, "statement")} it believed at least 0.5 and you judged, you accepted ${accepted}. `, h("span", { class: "pm-faint" }, "The queue shows the doubtful first, so this says nothing of the rest.")) : null,
      told.conflicts.length ? h("h3", { class: "pm-heading" }, count(told.conflicts.length, "open conflict")) : null,
      told.conflicts.length ? h("ul", { "data-testid": "conflicts" }, ...told.conflicts.map((c) => h("li", {}, h(
        "button", { type: "button", class: "pm-link-button", onclick: () => { this.close(); this.open(c.thing); } },
        `${c.by} (${c.action}) against ${c.against_by} (${c.against_action}), ${when(c.at)}`)))) : null,
    ));
    this.element.hidden = false;
    this.element.focus();
  }
}
