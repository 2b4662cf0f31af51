// The years of first evidence as bars, and a range of them: edges outside it are not there yet, or not any more.

import { h, icon, ICONS } from "./dom.ts";
import type { Scene } from "./scene.ts";
import { count } from "./text.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Playing through all years takes so long, and no year less than so long (milliseconds). */
const WHOLE = 9000;
const BEAT = 180;

export interface BrushListener {
  /** A range was chosen; null has no bound. */
  range(from: number | null, to: number | null, playing: boolean): void;
  stopped(): void;
}

type Side = "from" | "to";

export class Brush {
  readonly element: HTMLElement;
  private readonly scene: Scene;
  private readonly listener: BrushListener;
  private readonly track: HTMLElement;
  private readonly window = h("div", { class: "pm-brush-window" });
  private readonly bars = { within: path("pm-brush-within"), without: path("pm-brush-without") };
  private readonly picture = document.createElementNS(SVG, "svg");
  private readonly handles: Record<Side, HTMLElement>;
  private readonly play: HTMLButtonElement;
  private readonly said = h("span", { class: "pm-brush-said", "data-testid": "years" });
  private counts = new Map<number, number>();
  private least = 0;
  private most = 0;
  private drag: { side: Side | "both"; year: number; from: number; to: number } | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(scene: Scene, listener: BrushListener) {
    this.scene = scene;
    this.listener = listener;
    this.picture.setAttribute("class", "pm-brush-bars");
    this.picture.setAttribute("preserveAspectRatio", "none");
    this.picture.setAttribute("aria-hidden", "true");
    this.picture.append(this.bars.without, this.bars.within);
    const handle = (side: Side, label: string): HTMLElement => h("div", {
      class: `pm-brush-handle pm-brush-${side}`, role: "slider", tabindex: 0, "aria-label": label,
      "aria-orientation": "horizontal", "data-testid": `years-${side}`,
      onkeydown: (e: KeyboardEvent) => this.key(e, side),
    });
    this.handles = { from: handle("from", "First evidence from"), to: handle("to", "First evidence until") };
    this.track = h(
      "div",
      {
        class: "pm-brush-track",
        onpointerdown: (e: PointerEvent) => this.down(e),
        onpointermove: (e: PointerEvent) => this.move(e),
        onpointerup: () => { this.drag = null; },
        onpointercancel: () => { this.drag = null; },
        ondblclick: () => this.choose(this.least, this.most),
      },
      this.picture, this.window, this.handles.from, this.handles.to,
    );
    this.play = h("button", {
      type: "button", class: "pm-icon-button", "aria-label": "Play the years", title: "Play the years", "aria-pressed": "false",
      "data-testid": "play", onclick: () => (this.timer ? this.stop() : this.start()),
    }, icon(ICONS.play));
    this.element = h(
      "div", { class: "pm-brush", role: "group", "aria-label": "Years of first evidence", hidden: true, "data-testid": "brush" },
      this.play, this.track, this.said,
    );
  }

  private get range(): { from: number; to: number } {
    const { wanted } = this.scene;
    const within = (year: number): number => Math.max(this.least, Math.min(this.most, year));
    return { from: within(wanted.from ?? this.least), to: within(wanted.to ?? this.most) };
  }

  /** Count the years anew and show the range that the scene has. */
  fill(): void {
    const { scene } = this;
    this.counts = new Map();
    for (let e = 0; e < scene.edges; e++) {
      const year = scene.held(e) ? scene.firstYear(e) : null;
      if (year !== null) this.counts.set(year, (this.counts.get(year) ?? 0) + 1);
    }
    const years = [...this.counts.keys()];
    const { from, to } = scene.wanted;
    this.element.hidden = years.length < 2 && from === null && to === null;
    if (this.element.hidden) return this.stop();
    const bounds = [...years, ...(from === null ? [] : [from]), ...(to === null ? [] : [to])];
    this.least = bounds.reduce((a, b) => Math.min(a, b));
    this.most = bounds.reduce((a, b) => Math.max(a, b));
    this.show();
  }

  /** Show the range that the scene has. */
  show(): void {
    const { least, most, counts } = this;
    const span = most - least + 1;
    const { from, to } = this.range;
    const top = [...counts.values()].reduce((a, b) => Math.max(a, b), 1);
    this.picture.setAttribute("viewBox", `0 0 ${span} 1`);
    const drawn = { within: "", without: "" };
    for (const [year, n] of counts) {
      // Few statements are seen beside many.
      const high = 0.12 + 0.88 * Math.sqrt(n / top);
      drawn[year >= from && year <= to ? "within" : "without"] += `M${year - least + 0.08} 1v${-high.toFixed(3)}h.84v${high.toFixed(3)}z`;
    }
    this.bars.within.setAttribute("d", drawn.within);
    this.bars.without.setAttribute("d", drawn.without);
    const share = (year: number): number => (100 * (year - least)) / span;
    this.window.style.left = `${share(from)}%`;
    this.window.style.width = `${share(to + 1) - share(from)}%`;
    this.handles.from.style.left = `${share(from)}%`;
    this.handles.to.style.left = `${share(to + 1)}%`;
    for (const [side, year] of [["from", from], ["to", to]] as const) {
      const handle = this.handles[side];
      handle.setAttribute("aria-valuemin", String(side === "from" ? least : from));
      handle.setAttribute("aria-valuemax", String(side === "to" ? most : to));
      handle.setAttribute("aria-valuenow", String(year));
      handle.setAttribute("aria-valuetext", `${year}, ${count(counts.get(year) ?? 0, "statement")} that year`);
    }
    this.said.textContent = from === to ? String(from) : `${from}–${to}`;
  }

  /** Let the years pass. */
  start(): void {
    const { from, to } = this.range;
    let year = to === this.most ? from - 1 : to;
    const first = from;
    this.play.setAttribute("aria-pressed", "true");
    this.play.setAttribute("aria-label", "Stop playing");
    this.play.replaceChildren(icon(ICONS.pause));
    const beat = Math.max(BEAT, Math.min(700, WHOLE / (this.most - first + 1)));
    this.timer = setInterval(() => {
      year++;
      this.listener.range(first === this.least ? null : first, year >= this.most ? null : year, true);
      this.show();
      if (year >= this.most) this.stop();
    }, beat);
  }

  stop(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.play.setAttribute("aria-pressed", "false");
    this.play.setAttribute("aria-label", "Play the years");
    this.play.replaceChildren(icon(ICONS.play));
    this.listener.stopped();
  }

  private choose(from: number, to: number): void {
    const [a, b] = [Math.max(this.least, from), Math.min(this.most, to)];
    const now = this.range;
    if (a > b || (a === now.from && b === now.to)) return;
    // The whole is no filter: what has no year is seen again.
    this.listener.range(a === this.least ? null : a, b === this.most ? null : b, false);
    this.show();
  }

  private key(event: KeyboardEvent, side: Side): void {
    const { from, to } = this.range;
    const here = side === "from" ? from : to;
    const goals: Record<string, number> = {
      ArrowLeft: here - 1, ArrowDown: here - 1, ArrowRight: here + 1, ArrowUp: here + 1, PageDown: here - 10, PageUp: here + 10,
      Home: side === "from" ? this.least : from, End: side === "to" ? this.most : to,
    };
    const goal = goals[event.key];
    if (goal === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    this.stop();
    if (side === "from") this.choose(Math.min(goal, to), to);
    else this.choose(from, Math.max(goal, from));
    event.preventDefault();
    event.stopPropagation();
  }

  private yearAt(event: PointerEvent): number {
    const box = this.track.getBoundingClientRect();
    const share = Math.max(0, Math.min(0.9999, (event.clientX - box.left) / box.width));
    return this.least + Math.floor(share * (this.most - this.least + 1));
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.stop();
    const { from, to } = this.range;
    const year = this.yearAt(event);
    const whole = from === this.least && to === this.most;
    const side = event.target === this.handles.from ? "from"
      : event.target === this.handles.to ? "to"
      : !whole && year >= from && year <= to ? "both" : null;
    this.track.setPointerCapture(event.pointerId);
    if (side === "from" || side === "to") this.handles[side].focus();
    // Elsewhere a new range begins with the year that is pressed.
    if (!side) this.choose(year, year);
    this.drag = side ? { side, year, from, to } : { side: "to", year, from: year, to: year };
    event.preventDefault();
  }

  private move(event: PointerEvent): void {
    const { drag } = this;
    if (!drag) return;
    const year = this.yearAt(event);
    if (drag.side === "both") {
      const by = Math.max(this.least - drag.from, Math.min(this.most - drag.to, year - drag.year));
      return this.choose(drag.from + by, drag.to + by);
    }
    const fixed = drag.side === "from" ? drag.to : drag.from;
    this.choose(Math.min(year, fixed), Math.max(year, fixed));
  }
}

function path(name: string): SVGPathElement {
  const out = document.createElementNS(SVG, "path");
  out.setAttribute("class", name);
  return out;
}
