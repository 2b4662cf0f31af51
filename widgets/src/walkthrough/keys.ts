// The keys of a story.

import { writes } from "../keys.ts";

export interface KeyListener {
  next(): void;
  back(): void;
  first(): void;
  last(): void;
  presenter(): void;
  answer(): void;
  explore(): void;
  full(): void;
  list(): void;
  help(): void;
  /** Scroll the text up or down. Returns whether there is more of it there. */
  scroll(way: 1 | -1): boolean;
  escape(): boolean;
}

/** Those that a remote control sends: they turn the story even while somebody looks around. */
const TURNING = ["PageDown", "PageUp"];
/** What the Explorer would do with its tools. */
const OTHERS = ["t", "r", "v", "k", "/"];
/** Those that have a meaning for both; the story asks the Explorer first. */
const SHARED = [...TURNING, "Escape"];

/**
 * Do what a key stands for. Returns whether it stands for anything.
 *
 * @param wandering Whether keys within the canvas are the Explorer's.
 */
export function pressed(event: KeyboardEvent, to: KeyListener, wandering: boolean): boolean {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || writes(target)) return false;
  const inside = target.closest(".pm-explorer .pm-explorer") !== null;
  if (inside && wandering && !SHARED.includes(event.key)) return false;
  // A button does what it says.
  const button = target.closest("button, a, summary, input") !== null;
  if (button && (event.key === " " || event.key === "Enter")) return false;
  // Within the panel of the Explorer arrows scroll.
  if (inside && target.closest(".pm-panel") && !SHARED.includes(event.key)) return false;
  if (event.key === "Escape") return to.escape();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return to.scroll(event.key === "ArrowDown" ? 1 : -1);
  const actions: Record<string, () => void> = {
    ArrowRight: () => to.next(), PageDown: () => to.next(), " ": () => (event.shiftKey ? to.back() : to.next()),
    ArrowLeft: () => to.back(), PageUp: () => to.back(),
    Home: () => to.first(), End: () => to.last(),
    p: () => to.presenter(), a: () => to.answer(), e: () => to.explore(), f: () => to.full(), s: () => to.list(), "?": () => to.help(),
  };
  const action = actions[event.key];
  // On the way of the story a letter is not the Explorer's: it would change what is seen without its tools in sight.
  if (!action) return inside && !wandering && OTHERS.includes(event.key);
  action();
  return true;
}
