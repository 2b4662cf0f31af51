// What can be done, by which key: buttons, help and keyboard are made of this one table.

import { h } from "../dom.ts";
import type { Sort } from "./messages.ts";

export interface Action {
  id: string;
  key: string;
  label: string;
  /** What it does, in the help. */
  help: string;
  group: "judge" | "correct" | "concepts" | "step" | "view";
  /** Where it is of use; everywhere, if left out. */
  only?: Sort;
  /** Whether it has a button in the bar. */
  button?: boolean;
  /** Whether a kernel is needed for it. */
  kernel?: boolean;
  /** Whether it is of use only in a file without one. */
  file?: boolean;
}

/** Whether it can be done here: in a file without a kernel (*alone*), or in a notebook. */
export function offered(action: Action, alone: boolean): boolean {
  return alone ? !action.kernel : !action.file;
}

export const ACTIONS: readonly Action[] = [
  { id: "accept", key: "a", label: "Accept", help: "the statement is right", group: "judge", only: "statement", button: true },
  { id: "reject", key: "r", label: "Reject", help: "the statement is wrong", group: "judge", only: "statement", button: true },
  { id: "merge", key: "m", label: "Merge", help: "two concepts are one", group: "judge", only: "pair", button: true },
  { id: "split", key: "x", label: "Not the same", help: "two concepts stay two", group: "judge", only: "pair", button: true },
  { id: "turn", key: "f", label: "Other one stands", help: "the other of two concepts stands for both", group: "judge", only: "pair", button: true },
  { id: "skip", key: "s", label: "Skip", help: "leave it to others", group: "judge", button: true },
  { id: "flip", key: "f", label: "Flip", help: "subject and object the other way round", group: "correct", only: "statement", button: true },
  { id: "predicate", key: "p", label: "Predicate", help: "sentences say another predicate", group: "correct", only: "statement", button: true },
  { id: "negated", key: "n", label: "Denied", help: "sentences deny it", group: "correct", only: "statement", button: true },
  { id: "hypothetical", key: "h", label: "Hypothesis", help: "sentences only suppose it", group: "correct", only: "statement", button: true },
  { id: "assertion", key: "o", label: "Meant …", help: "sentences mean it in another way", group: "correct", only: "statement", button: true },
  { id: "words", key: "e", label: "Words", help: "edit which words are subject and object", group: "correct", only: "statement", button: true },
  { id: "relink", key: "l", label: "Relink", help: "another concept of that name is meant", group: "concepts", only: "statement", button: true },
  { id: "merge-end", key: "m", label: "Merge", help: "subject or object is the same as another concept", group: "concepts", only: "statement", button: true, kernel: true },
  { id: "split-end", key: "x", label: "Split", help: "what was merged is not the same", group: "concepts", only: "statement", button: true, kernel: true },
  { id: "why", key: "w", label: "Why", help: "write a reason, kept with the next decision", group: "step" },
  { id: "back", key: "k", label: "Back", help: "the one before, without deciding (also ←)", group: "step" },
  { id: "next", key: "j", label: "Next", help: "the next, without deciding (also →)", group: "step" },
  { id: "undo", key: "u", label: "Undo", help: "take the last decision back (also Ctrl Z)", group: "step" },
  { id: "redo", key: "y", label: "Redo", help: "decide again what was taken back (also Shift Ctrl Z)", group: "step" },
  { id: "pick", key: "q", label: "Pick", help: "pick it for deciding about many", group: "view", only: "statement", kernel: true },
  { id: "many", key: "b", label: "Many", help: "decide about many at once, with a preview", group: "view", kernel: true },
  { id: "around", key: "v", label: "Passage", help: "show what stands around the sentences", group: "view" },
  { id: "switch", key: "t", label: "Statements or concepts", help: "statements or pairs of concepts", group: "view" },
  { id: "filter", key: "/", label: "Filter", help: "choose what to see", group: "view", kernel: true },
  { id: "progress", key: "d", label: "Done", help: "what is done, who agrees, open conflicts", group: "view" },
  { id: "refresh", key: "g", label: "Refresh", help: "look for what others decided, and rank anew", group: "view", kernel: true },
  { id: "download", key: "g", label: "Download", help: "download the decisions, to give them back", group: "view", file: true },
  { id: "help", key: "?", label: "Keys", help: "these keys", group: "view" },
];

const OTHERS: Record<string, string> = { ArrowLeft: "back", ArrowRight: "next" };
const GROUPS: [Action["group"], string][] = [
  ["judge", "Decide"], ["correct", "Say what the sentences say"], ["concepts", "Concepts"], ["step", "Go on, and take back"], ["view", "Look"],
];
const ALSO: [string, string][] = [
  ["↑ ↓", "the sentence before, after"], ["Space", "pick the sentence: corrections are about picked ones only"], ["1 – 9", "pick the first to ninth sentence"], ["Esc", "close"],
];

/** The letter of a key, where the keyboard writes other letters the one that stands there in Latin script. */
function letter({ key, code }: KeyboardEvent): string {
  if (/^[!-~]$/.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key;
}

/** The action that a key stands for. */
export function actionOf(event: KeyboardEvent, sort: Sort, alone: boolean): Action | null {
  if (event.ctrlKey || event.metaKey) {
    if (event.altKey || letter(event) !== "z") return null;
    return ACTIONS.find(({ id }) => id === (event.shiftKey ? "redo" : "undo"))!;
  }
  if (event.altKey) return null;
  const id = OTHERS[event.key];
  const key = letter(event);
  return ACTIONS.find((a) => (id ? a.id === id : a.key === key) && (!a.only || a.only === sort) && offered(a, alone)) ?? null;
}

/** A key as it is printed on a keyboard. */
export function keyName(key: string): string {
  return key.length === 1 ? key.toUpperCase() : key;
}

export function actionButton(action: Action, act: (id: string) => void): HTMLButtonElement {
  return h(
    "button",
    {
      type: "button", class: `pm-act pm-act-${action.id}`, "data-testid": `act-${action.id}`, "aria-keyshortcuts": keyName(action.key),
      title: `${action.label}: ${action.help} (${keyName(action.key)})`, onclick: () => act(action.id),
    },
    h("kbd", { "aria-hidden": "true" }, keyName(action.key)), h("span", {}, action.label),
  );
}

/** The overlay of keys. */
export function keysHelp(alone: boolean): HTMLElement {
  const rows = (group: Action["group"]): HTMLElement[] => ACTIONS
    .filter((a) => a.group === group && offered(a, alone))
    .flatMap((a) => [h("dt", {}, h("kbd", {}, keyName(a.key))), h("dd", {}, a.only === "pair" ? `${a.help} (pairs)` : a.help)]);
  return h(
    "div", { class: "pm-sheet pm-keys-help", hidden: true, tabindex: 0, role: "dialog", "aria-label": "Keys", "data-testid": "keys" },
    h("div", { class: "pm-keys-columns" },
      ...GROUPS.map(([group, title]) => h("section", {}, h("h3", { class: "pm-heading" }, title), h("dl", {}, ...rows(group)))),
      h("section", {}, h("h3", { class: "pm-heading" }, "Sentences"), h("dl", {}, ...ALSO.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])))),
  );
}
