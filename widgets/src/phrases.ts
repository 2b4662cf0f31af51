// Phrases that are kept under a name, with places for values: "materials used for {task}". They open under the search box.

import { h, iconButton } from "./dom.ts";
import type { Ask, Reply } from "./protocol.ts";

export interface PhrasesListener {
  ask(kind: Ask, fields: Record<string, unknown>): Promise<Reply | null>;
  /** What is in the search box. */
  text(): string;
  /** Ask a phrase, with a value for each of its places. */
  submit(text: string, values: Record<string, string>): void;
  say(sentence: string): void;
  /** Go back to the search box. */
  leave(): void;
}

type Phrase = [name: string, text: string, places: string[]];

/** Names of the values that a phrase leaves open, each once. */
export function placesOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{([\p{L}\p{N}_]+)\}/gu), (found) => found[1]!))];
}

export class Phrases {
  readonly button: HTMLButtonElement;
  readonly element = h("div", { class: "pm-phrases", role: "dialog", "aria-label": "Phrases", hidden: true, "data-testid": "phrases" });
  private readonly listener: PhrasesListener;

  constructor(listener: PhrasesListener) {
    this.listener = listener;
    this.button = iconButton("star", "Phrases: keep this one, or choose one", () => void this.toggle(), "phrases-open");
    this.button.setAttribute("aria-expanded", "false");
    this.element.addEventListener("keydown", (e) => {
      if (e.key !== "Escape") return;
      this.close();
      this.listener.leave();
      e.preventDefault();
      e.stopPropagation();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    this.element.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  private open(first: HTMLElement | null, ...content: (HTMLElement | null)[]): void {
    this.element.replaceChildren(...content.filter((part): part is HTMLElement => part !== null));
    this.element.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    (first ?? this.element.querySelector<HTMLElement>("input, button"))?.focus();
  }

  private async toggle(): Promise<void> {
    if (this.isOpen) return this.close();
    const reply = await this.listener.ask("phrases", {});
    if (reply) this.list(reply);
  }

  /** The phrases that are kept, and a place to keep what is in the search box. */
  private list(reply: Reply): void {
    const phrases = reply.message["phrases"] as Phrase[];
    const text = this.listener.text();
    const name = h("input", { class: "pm-field", type: "text", "aria-label": "Name of the phrase", placeholder: "Name", maxlength: 80, "data-testid": "phrase-name" });
    name.value = text.slice(0, 80);
    const keep = text
      ? h(
        "form", { class: "pm-phrase-keep", onsubmit: (e: Event) => { e.preventDefault(); void this.keep(name.value.trim(), text); } },
        h("p", {}, "Keep ", h("b", {}, text), " as"),
        h("div", { class: "pm-actions" }, name, h("button", { type: "submit", class: "pm-button", "data-testid": "phrase-keep" }, "Keep")),
      )
      : null;
    const rows = phrases.map(([called, said, places]) => h(
      "li", { "data-testid": "phrase" },
      h(
        "button", { type: "button", class: "pm-kept-name", "data-testid": "phrase-choose", onclick: () => this.choose(said, places) },
        called, called === said ? null : h("span", { class: "pm-faint" }, ` ${said}`),
      ),
      iconButton("bin", `Forget ${called}`, () => void this.forget(called), "phrase-forget"),
    ));
    this.open(
      text ? name : null, keep,
      h("p", { class: "pm-heading" }, "Kept phrases"),
      rows.length ? h("ul", { class: "pm-kept" }, ...rows) : null,
      h("p", { class: "pm-faint" }, "Put a name in braces in place of what changes: materials used for {task}"),
    );
  }

  private async keep(name: string, text: string): Promise<void> {
    const reply = await this.listener.ask("keep", { name, text });
    if (!reply) return;
    this.listener.say(`Kept as “${name}”.`);
    this.close();
    this.listener.leave();
  }

  private async forget(name: string): Promise<void> {
    const reply = await this.listener.ask("forget", { name });
    if (!reply) return;
    this.listener.say(`The phrase “${name}” is forgotten.`);
    this.list(reply);
  }

  private choose(text: string, places: readonly string[]): void {
    if (places.length) return this.fill(text, places);
    this.close();
    this.listener.submit(text, {});
  }

  /** Ask for the values of a phrase, then ask the phrase. */
  fill(text: string, places: readonly string[]): void {
    const inputs = places.map((place) => h("input", { class: "pm-field", type: "text", "data-testid": `value-${place}`, required: true }));
    const submit = (): void => {
      this.close();
      this.listener.submit(text, Object.fromEntries(places.map((place, i) => [place, inputs[i]!.value.trim()])));
    };
    this.open(
      inputs[0]!,
      h(
        "form", { class: "pm-phrase-fill", onsubmit: (e: Event) => { e.preventDefault(); submit(); } },
        h("p", {}, h("b", {}, text)),
        ...places.map((place, i) => h("label", { class: "pm-filter-row" }, place.replaceAll("_", " "), inputs[i]!)),
        h("button", { type: "submit", class: "pm-button", "data-testid": "phrase-ask" }, "Ask"),
      ),
    );
  }
}
