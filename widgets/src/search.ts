// The search box: suggestions while typing, Enter puts a concept on the canvas. A WAI-ARIA combobox.

import { h, icon, ICONS } from "./dom.ts";
import type { Reply } from "./protocol.ts";
import { count } from "./text.ts";
import { kindColour } from "./theme.ts";

export interface SearchListener {
  suggest(text: string): Promise<Reply>;
  /** Texts that begin as this one does. */
  complete(text: string): Promise<string[]>;
  /** A suggestion was chosen. */
  choose(id: string, name: string): void;
  /** Enter without one: whatever answers best. */
  submit(text: string): void;
  /** The kernel could not answer, and says why. */
  failed(sentence: string): void;
  /** What stands beside the box, and what opens below it. */
  readonly beside: HTMLElement;
  readonly below: HTMLElement;
  /** Escape in an empty box. */
  leave(): void;
}

interface Option {
  /** Of a concept; "" where the name is to be looked for, null where it is only a text to go on from. */
  id: string | null;
  name: string;
  element: HTMLElement;
}

/** So many names, where there are phrases besides. */
const NAMES = 6;

export class Search {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly listener: SearchListener;
  private options: Option[] = [];
  private active = -1;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: SearchListener, unique: string) {
    this.listener = listener;
    const listId = `pm-hits-${unique}`;
    this.list = h("ul", { class: "pm-hits", id: listId, role: "listbox", "aria-label": "Concepts found", hidden: true, "data-testid": "hits" });
    this.input = h("input", {
      class: "pm-input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      placeholder: "Search, or ask in words ( / )", "aria-label": "Search concepts, or ask in words", "aria-expanded": "false",
      "aria-controls": listId, "aria-autocomplete": "list", "data-testid": "search",
      oninput: () => this.typed(),
      onkeydown: (e: KeyboardEvent) => this.key(e),
      // A click in the list takes the focus first; whoever has come back by then types on.
      onblur: () => setTimeout(() => { if (!this.input.matches(":focus")) this.close(); }, 120),
      onfocus: () => { if (this.input.value.trim()) this.typed(); },
    });
    this.element = h("div", { class: "pm-search" }, icon(ICONS.search), this.input, listener.beside, this.list, listener.below);
  }

  /** Offer names in place of something that was not found. */
  offer(message: string, names: readonly string[]): void {
    this.show(
      h("li", { class: "pm-hits-note", role: "presentation" }, message),
      names.map((name) => this.option("", name, h("span", { class: "pm-hit-name" }, name))),
    );
  }

  close(): void {
    clearTimeout(this.timer);
    this.asked++;
    this.list.hidden = true;
    this.options = [];
    this.activate(-1);
    this.input.setAttribute("aria-expanded", "false");
  }

  private typed(): void {
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (!text) return this.close();
    const token = ++this.asked;
    this.timer = setTimeout(() => {
      Promise.all([this.listener.suggest(text), this.listener.complete(this.input.value)]).then(
        ([{ tables }, texts]) => {
          // An answer to what has been typed over since is of no use.
          if (token !== this.asked) return;
          const hits = tables["hits"]!;
          const options: Option[] = [];
          for (let i = 0; i < Math.min(hits.rows, texts.length ? NAMES : hits.rows); i++) {
            const kind = hits.str("kind", i);
            const dot = h("span", { class: "pm-dot" });
            dot.style.background = kindColour(kind);
            const disciplines = hits.list("disciplines", i).slice(0, 2).join(", ");
            const name = hits.str("name", i);
            options.push(
              this.option(
                hits.str("id", i), name, dot, h("span", { class: "pm-hit-name" }, name),
                h("span", { class: "pm-hit-more" }, [kind, count(hits.num("n_works", i), "work"), disciplines].filter(Boolean).join(" · ")),
              ),
            );
          }
          const named = new Set([text.toLowerCase(), ...options.map(({ name }) => name.toLowerCase())]);
          for (const phrase of texts.filter((t) => !named.has(t.trim().toLowerCase()))) {
            options.push(this.option(null, phrase, icon(ICONS.search), h("span", { class: "pm-hit-name" }, phrase)));
          }
          const none = options.length ? null : h("li", { class: "pm-hits-note", role: "presentation" }, "Nothing yet; Enter looks for what comes near.");
          this.show(none, options);
        },
        (error: Error) => {
          this.close();
          this.listener.failed(error.message);
        },
      );
    }, 130);
  }

  private option(id: string | null, name: string, ...children: Node[]): Option {
    const element = h(
      "li",
      {
        class: id === null ? "pm-hit pm-hit-phrase" : "pm-hit", role: "option", "aria-selected": "false", "data-testid": "hit",
        // The box must keep the focus, or its list closes before the click arrives.
        onmousedown: (e: MouseEvent) => e.preventDefault(),
        onclick: () => this.take({ id, name, element }),
      },
      ...children,
    );
    return { id, name, element };
  }

  private show(note: HTMLElement | null, options: Option[]): void {
    options.forEach((o, i) => { o.element.id = `${this.list.id}-${i}`; });
    this.list.replaceChildren(...(note ? [note] : []), ...options.map((o) => o.element));
    this.list.hidden = false;
    this.options = options;
    this.activate(-1);
    this.input.setAttribute("aria-expanded", "true");
  }

  private activate(index: number): void {
    this.options[this.active]?.element.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.options[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.element.setAttribute("aria-selected", "true");
    option.element.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.element.id);
  }

  private take(option: Option): void {
    this.input.value = option.name;
    // A text that may go on: what could follow is offered, and Enter asks it.
    if (option.id === null) return this.typed();
    this.close();
    if (option.id) this.listener.choose(option.id, option.name);
    else this.listener.submit(option.name);
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return; // An input method (Chinese, Japanese …) is at work: its Enter is not ours.
    const { length } = this.options;
    if (event.key === "ArrowDown" && length) this.activate((this.active + 1) % length);
    else if (event.key === "ArrowUp" && length) this.activate((this.active - 1 + length) % length);
    else if (event.key === "Enter") {
      const option = this.options[this.active];
      const text = this.input.value.trim();
      if (option) this.take(option);
      else if (text) {
        this.close();
        this.listener.submit(text);
      }
    } else if (event.key === "Escape") {
      if (!this.list.hidden) this.close();
      else if (this.input.value) this.input.value = "";
      else this.listener.leave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
