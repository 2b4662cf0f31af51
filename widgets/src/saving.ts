// Views that are kept beside the graph: a pane in which one is saved, opened, renamed or deleted.

import { h, iconButton } from "./dom.ts";
import type { Ask, Reply } from "./protocol.ts";
import { count } from "./text.ts";

export interface SavingListener {
  ask(kind: Ask, fields: Record<string, unknown>): Promise<Reply | null>;
  /** Save what is seen. */
  save(name: string): Promise<Reply | null>;
  /** Open a view. Gives what has become of it since, null if it could not be opened. */
  load(name: string): Promise<string | null>;
  say(sentence: string): void;
}

export class Views {
  readonly element: HTMLElement;
  private readonly listener: SavingListener;
  private readonly name: HTMLInputElement;
  private readonly list = h("ul", { class: "pm-kept", "data-testid": "views" });
  private readonly told = h("p", { class: "pm-answer-note", "aria-live": "polite", "data-testid": "view-said" });
  private names: string[] = [];

  constructor(listener: SavingListener) {
    this.listener = listener;
    this.name = h("input", { class: "pm-field", type: "text", "aria-label": "Name of the view", placeholder: "Name", maxlength: 100, "data-testid": "view-name" });
    this.element = h(
      "div", { class: "pm-views", "data-testid": "views-pane" },
      h("h2", { class: "pm-title" }, "Saved views"),
      h("p", { class: "pm-meta" }, "What is shown, where, in which colours, and what is hidden, pinned and filtered; kept beside the graph."),
      h(
        "form", { class: "pm-actions", onsubmit: (e: Event) => { e.preventDefault(); void this.save(); } },
        this.name, h("button", { type: "submit", class: "pm-button", "data-testid": "view-save" }, "Save this view"),
      ),
      this.told,
      this.list,
    );
  }

  /** Show the views that there are. *current* is the one that is open. */
  fill(reply: Reply, current = ""): void {
    this.names = reply.message["names"] as string[];
    if (current) this.name.value = current;
    this.list.replaceChildren(...(this.names.length
      ? this.names.map((name) => this.row(name))
      : [h("li", { class: "pm-empty" }, "None yet.")]));
  }

  private row(name: string): HTMLElement {
    const item = h("li", { "data-testid": "view" });
    const plain = (): void => item.replaceChildren(
      h("button", { type: "button", class: "pm-kept-name", "data-testid": "view-open", onclick: () => void this.load(name) }, name),
      iconButton("pencil", `Rename ${name}`, rename, "view-rename"),
      iconButton("bin", `Delete ${name}`, sure, "view-delete"),
    );
    // What cannot be taken back is asked for twice.
    const sure = (): void => {
      const yes = h("button", { type: "button", class: "pm-button", "data-testid": "view-delete-sure", onclick: () => void this.change("delete", { name }, `Deleted “${name}”.`) }, "Delete");
      item.replaceChildren(h("span", { class: "pm-kept-name" }, `Delete “${name}”?`), yes, h("button", { type: "button", class: "pm-button", onclick: plain }, "Keep"));
      yes.focus();
    };
    const rename = (): void => {
      const to = h("input", { class: "pm-field", type: "text", "aria-label": `New name of ${name}`, value: name, maxlength: 100, "data-testid": "view-to" });
      to.value = name;
      item.replaceChildren(h(
        "form", { class: "pm-actions", onsubmit: (e: Event) => { e.preventDefault(); void this.change("rename", { name, to: to.value.trim() }, `“${name}” is “${to.value.trim()}” now.`); } },
        to, h("button", { type: "submit", class: "pm-button" }, "Rename"),
      ));
      to.select();
    };
    plain();
    return item;
  }

  private async save(): Promise<void> {
    const name = this.name.value.trim();
    if (!name) return this.name.focus();
    const replaced = this.names.includes(name);
    const reply = await this.listener.save(name);
    if (!reply) return;
    this.fill(reply, name);
    this.tell(`${replaced ? "Saved again" : "Saved"} as “${name}”.`);
  }

  private async load(name: string): Promise<void> {
    const since = await this.listener.load(name);
    if (since === null) return;
    this.name.value = name;
    this.tell(`Opened “${name}”. ${since || "Nothing of it has changed in the graph since."}`);
  }

  private async change(kind: "rename" | "delete", fields: Record<string, unknown>, said: string): Promise<void> {
    const reply = await this.listener.ask(kind, fields);
    if (!reply) return;
    this.fill(reply);
    this.tell(`${said} ${count(this.names.length, "view")} left.`);
    (this.list.querySelector<HTMLElement>("button") ?? this.name).focus();
  }

  private tell(sentence: string): void {
    this.told.textContent = sentence;
    this.listener.say(sentence);
  }
}
