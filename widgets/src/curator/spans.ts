// Where in a sentence subject and object stand, moved by keys or by selecting text.

import { h } from "../dom.ts";
import { segments, utf16 } from "../text.ts";

export type End = "subject" | "object";
export type Place = [start: number, end: number];
type Edge = [end: End, side: 0 | 1];

const EDGES: Edge[] = [["subject", 0], ["subject", 1], ["object", 0], ["object", 1]];
const NAMES: Record<string, string> = { subject0: "beginning of the subject", subject1: "end of the subject", object0: "beginning of the object", object1: "end of the object" };

/** Where words begin and end in a text (UTF-16 offsets), in any script. */
export function wordEdges(text: string, language: string): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  if (typeof Intl.Segmenter === "function") {
    for (const { segment, index, isWordLike } of new Intl.Segmenter(language || undefined, { granularity: "word" }).segment(text)) {
      if (!isWordLike) continue;
      starts.push(index);
      ends.push(index + segment.length);
    }
  } else {
    for (const match of text.matchAll(/[\p{L}\p{N}]+/gu)) {
      starts.push(match.index);
      ends.push(match.index + match[0].length);
    }
  }
  return { starts, ends };
}

/** The next place of an edge: of words, or the next character. */
export function moved(text: string, from: number, way: 1 | -1, edges: readonly number[], byCharacter: boolean): number {
  if (!byCharacter) {
    const further = edges.filter((e) => (way > 0 ? e > from : e < from));
    return further.length ? (way > 0 ? Math.min(...further) : Math.max(...further)) : from;
  }
  const low = text.charCodeAt(way > 0 ? from : from - 1);
  const wide = way > 0 ? low >= 0xd800 && low <= 0xdbff : low >= 0xdc00 && low <= 0xdfff;
  return Math.max(0, Math.min(text.length, from + way * (wide ? 2 : 1)));
}

/** Offsets in UTF-16 code units as Python counts them. */
export function points(text: string, place: Place): Place {
  return [[...text.slice(0, place[0])].length, [...text.slice(0, place[1])].length];
}

export interface SpanListener {
  /** Places in the sentence, as Python counts; only those that changed. */
  save(places: Partial<Record<End, Place>>): void;
  cancel(): void;
  say(sentence: string): void;
}

/** One sentence whose subject and object can be moved. */
export class SpanEditor {
  readonly element: HTMLElement;
  private readonly line: HTMLElement;
  private readonly told = h("p", { class: "pm-faint pm-span-told" });
  private readonly text: string;
  private readonly places: Record<End, Place>;
  private readonly before: Record<End, Place>;
  private readonly listener: SpanListener;
  private readonly edges: { starts: number[]; ends: number[] };
  private edge = 0;

  /** *places* count code points from the beginning of the text. */
  constructor(text: string, places: Record<End, Place>, language: string, listener: SpanListener) {
    const [s0, s1, o0, o1] = utf16(text, [...places.subject, ...places.object]) as [number, number, number, number];
    this.text = text;
    this.places = { subject: [s0, s1], object: [o0, o1] };
    this.before = { subject: [s0, s1], object: [o0, o1] };
    this.edges = wordEdges(text, language);
    this.listener = listener;
    this.line = h("p", {
      class: "pm-span-line", tabindex: 0, role: "application", lang: language || null, "data-testid": "span-line",
      "aria-label": "The words of subject and object. Arrows left and right move the edge by a word, with Shift by a character; up and down choose the edge; Enter saves, Escape cancels.",
      onkeydown: (e: KeyboardEvent) => this.key(e), onpointerup: () => this.selected(),
    });
    const button = (name: string, test: string, act: () => void): HTMLElement => h("button", { type: "button", class: "pm-button", "data-testid": test, onclick: act }, name);
    this.element = h(
      "div", { class: "pm-span-editor", "data-testid": "span-editor" },
      this.line, this.told,
      h("p", { class: "pm-actions" },
        button("Save (Enter)", "span-save", () => this.save()), button("Cancel (Esc)", "span-cancel", () => listener.cancel()),
        h("span", { class: "pm-faint" }, "←→ by word, Shift ←→ by character, ↑↓ the other edge; or select text with the mouse")),
    );
    this.draw();
  }

  focus(): void {
    this.line.focus();
  }

  private draw(): void {
    const [end, side] = EDGES[this.edge]!;
    const caret = this.places[end][side];
    const { subject, object } = this.places;
    const parts = segments(this.text, [
      { start: subject[0], end: subject[1], mark: "subject" }, { start: object[0], end: object[1], mark: "object" },
      { start: 0, end: caret, mark: "before" },
    ]);
    const out: (HTMLElement | string)[] = [];
    let at = 0;
    const put = (): void => { if (at === caret) out.push(h("span", { class: `pm-caret pm-caret-${end}`, "aria-hidden": "true" })); };
    put();
    for (const { text, marks } of parts) {
      const of = marks.includes("subject") ? "subject" : marks.includes("object") ? "object" : null;
      out.push(of ? h("span", { class: `pm-span pm-span-${of}`, "data-testid": `edit-${of}` }, text) : text);
      at += text.length;
      if (at) put();
    }
    this.line.replaceChildren(...out);
    this.told.textContent = `Moving the ${NAMES[`${end}${side}`]}: subject “${this.text.slice(...subject)}”, object “${this.text.slice(...object)}”.`;
  }

  private key(event: KeyboardEvent): void {
    const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (way) this.move(way, event.shiftKey);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.edge = (this.edge + (event.key === "ArrowDown" ? 1 : EDGES.length - 1)) % EDGES.length;
      this.draw();
      this.listener.say(this.told.textContent ?? "");
    } else if (event.key === "Enter") this.save();
    else if (event.key === "Escape") this.listener.cancel();
    else if (event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move(way: 1 | -1, byCharacter: boolean): void {
    const [end, side] = EDGES[this.edge]!;
    const place = this.places[end];
    const to = moved(this.text, place[side], way, side === 0 ? this.edges.starts : this.edges.ends, byCharacter);
    if (side === 0 ? to >= place[1] : to <= place[0]) return this.listener.say("The words would be gone.");
    place[side] = to;
    this.draw();
    this.listener.say(this.told.textContent ?? "");
  }

  /** Text was selected with the mouse: it is the end that is being moved. */
  private selected(): void {
    // Chromium knows of a selection in a shadow root only there.
    const root = this.line.getRootNode() as { getSelection?: () => Selection | null };
    const selection = root.getSelection ? root.getSelection() : document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!this.line.contains(range.startContainer) || !this.line.contains(range.endContainer)) return;
    const offset = (node: Node, at: number): number => {
      const before = document.createRange();
      before.setStart(this.line, 0);
      before.setEnd(node, at);
      return before.toString().length;
    };
    let [from, to] = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
    while (from < to && /\s/.test(this.text[from]!)) from++;
    while (to > from && /\s/.test(this.text[to - 1]!)) to--;
    if (to <= from) return;
    this.places[EDGES[this.edge]![0]] = [from, to];
    selection.removeAllRanges();
    this.draw();
    this.listener.say(this.told.textContent ?? "");
  }

  private save(): void {
    const changed: Partial<Record<End, Place>> = {};
    for (const end of ["subject", "object"] as const) {
      const [now, old] = [this.places[end], this.before[end]];
      if (now[0] !== old[0] || now[1] !== old[1]) changed[end] = points(this.text, now);
    }
    if (!Object.keys(changed).length) this.listener.cancel();
    else this.listener.save(changed);
  }
}
