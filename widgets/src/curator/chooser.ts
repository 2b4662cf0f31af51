// Choosing one of many by typing a part of its name.

import { h, iconButton } from "../dom.ts";

export interface Choice {
  value: string;
  label: string;
  /** What is said of it besides. */
  more?: string;
  /** Under what heading it stands. */
  group?: string;
}

export interface Choosing {
  title: string;
  /** All there is to choose from, or how to look for it. */
  choices: readonly Choice[] | ((text: string) => Promise<readonly Choice[]>);
  text?: string;
  /** What to say where nothing is found. */
  none?: string;
  choose(choice: Choice, text: string): void;
}

/** So many milliseconds after the last letter it is looked for. */
const PAUSE = 120;
const MOST = 60;

export class Chooser {
  readonly element = h("div", { class: "pm-sheet pm-chooser", role: "dialog", hidden: true, "data-testid": "chooser" });
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly title = h("h3", { class: "pm-sheet-title" });
  private readonly closed: () => void;
  private asked: Choosing | null = null;
  private shown: readonly Choice[] = [];
  private active = 0;
  private turn = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, closed: () => void) {
    this.closed = closed;
    this.list = h("ul", { class: "pm-options", role: "listbox", id: `${id}-options`, "aria-label": "Choices", "data-testid": "options" });
    this.input = h("input", {
      type: "text", class: "pm-field", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-label": "Type to find",
      "aria-expanded": "true", "aria-controls": `${id}-options`, "aria-autocomplete": "list", "data-testid": "choose",
      oninput: () => this.typed(), onkeydown: (e: KeyboardEvent) => this.key(e),
    });
    this.element.append(
      h("div", { class: "pm-sheet-head" }, this.title, iconButton("close", "Close (Esc)", () => this.close())),
      this.input, this.list,
    );
  }

  get isOpen(): boolean {
    return this.asked !== null;
  }

  open(asked: Choosing): void {
    this.asked = asked;
    this.title.textContent = asked.title;
    this.element.setAttribute("aria-label", asked.title);
    this.input.value = asked.text ?? "";
    this.input.placeholder = "Type a part of the name";
    this.element.hidden = false;
    this.input.focus();
    this.input.select();
    this.shown = [];
    this.draw();
    void this.look();
  }

  close(): void {
    if (!this.isOpen) return;
    clearTimeout(this.waiting);
    this.turn++;
    this.asked = null;
    this.element.hidden = true;
    this.closed();
  }

  private typed(): void {
    clearTimeout(this.waiting);
    if (typeof this.asked?.choices === "function") this.waiting = setTimeout(() => void this.look(), PAUSE);
    else void this.look();
  }

  private async look(): Promise<void> {
    const turn = ++this.turn;
    const asked = this.asked;
    if (!asked) return;
    const text = this.input.value.trim();
    const wanted = text.toLowerCase();
    const found = typeof asked.choices === "function"
      ? await asked.choices(text)
      : asked.choices.filter(({ label, value, more }) => [label, value, more ?? ""].some((t) => t.toLowerCase().includes(wanted)));
    if (turn !== this.turn) return;
    this.shown = found.slice(0, MOST);
    this.active = 0;
    this.draw();
  }

  private draw(): void {
    const rows: HTMLElement[] = [];
    let group: string | undefined;
    this.shown.forEach((choice, i) => {
      if (choice.group !== group) {
        group = choice.group;
        if (group) rows.push(h("li", { class: "pm-option-group", role: "presentation" }, group));
      }
      rows.push(h(
        "li",
        {
          class: "pm-option", role: "option", id: `${this.list.id}-${i}`, "aria-selected": String(i === this.active), "data-testid": "option",
          onpointerdown: (e: PointerEvent) => e.preventDefault(), onclick: () => this.choose(i),
        },
        h("span", { class: "pm-option-name" }, choice.label),
        choice.more ? h("span", { class: "pm-option-more" }, choice.more) : null,
      ));
    });
    if (!rows.length) rows.push(h("li", { class: "pm-empty", role: "presentation" }, this.input.value.trim() ? this.asked?.none ?? "Nothing is called so." : "Type a name."));
    this.list.replaceChildren(...rows);
    this.point();
  }

  private point(): void {
    const options = this.list.querySelectorAll<HTMLElement>(".pm-option");
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.active)));
    const here = options[this.active];
    if (here) {
      this.input.setAttribute("aria-activedescendant", here.id);
      here.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  private choose(i: number): void {
    const { asked, shown } = this;
    const choice = shown[i];
    if (!asked || !choice) return;
    const text = this.input.value.trim();
    this.close();
    asked.choose(choice, text);
  }

  private key(event: KeyboardEvent): void {
    const n = this.shown.length;
    if (event.key === "ArrowDown" && n) this.active = (this.active + 1) % n;
    else if (event.key === "ArrowUp" && n) this.active = (this.active + n - 1) % n;
    else if (event.key === "Enter") {
      this.choose(this.active);
      event.preventDefault();
      event.stopPropagation();
      return;
    } else return;
    this.point();
    event.preventDefault();
    event.stopPropagation();
  }
}
