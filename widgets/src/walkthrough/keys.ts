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
  escape(): boolean;
}

/** Those that a remote control sends: they turn the story even while somebody looks around. */
const TURNING = ["PageDown", "PageUp"];
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
  const actions: Record<string, () => void> = {
    ArrowRight: () => to.next(), ArrowDown: () => to.next(), PageDown: () => to.next(), " ": () => (event.shiftKey ? to.back() : to.next()),
    ArrowLeft: () => to.back(), ArrowUp: () => to.back(), PageUp: () => to.back(),
    Home: () => to.first(), End: () => to.last(),
    p: () => to.presenter(), a: () => to.answer(), e: () => to.explore(), f: () => to.full(), s: () => to.list(), "?": () => to.help(),
  };
  const action = actions[event.key];
  if (!action) return false;
  action();
  return true;
}
