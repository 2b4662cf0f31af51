// The keys: which do what, wherever the keyboard is in a view.

export interface KeyListener {
  undo(): void;
  redo(): void;
  /** Close or let go of what is nearest to hand. */
  escape(): void;
  search(): void;
  turn(): void;
  fit(): void;
  zoom(factor: number): void;
  tidy(): void;
  views(): void;
  /** Keep a step of a story. */
  step(): void;
  help(): void;
}

/** Do what a key stands for. Returns whether it stands for anything. */
export function pressed(event: KeyboardEvent, to: KeyListener): boolean {
  const target = event.target as HTMLElement;
  const typing = writes(target);
  if (undoes(event)) {
    if (typing) return false;
    if (event.shiftKey) to.redo();
    else to.undo();
    return true;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const actions: Record<string, () => void> = {
    Escape: () => to.escape(),
    "/": () => to.search(),
    t: () => to.turn(),
    f: () => to.fit(),
    "+": () => to.zoom(1.25),
    "=": () => to.zoom(1.25),
    "-": () => to.zoom(1 / 1.25),
    r: () => to.tidy(),
    v: () => to.views(),
    k: () => to.step(),
    "?": () => to.help(),
  };
  const action = actions[event.key];
  if (!action || (typing && event.key !== "Escape")) return false;
  action();
  return true;
}

/** Whether letters go into an element. */
export function writes(target: HTMLElement): boolean {
  return target.tagName === "TEXTAREA" || target.tagName === "SELECT" || (target.tagName === "INPUT" && (target as HTMLInputElement).type === "text");
}

/** Whether a key with a modifier is the notebook's and not ours. */
export function theirs(event: KeyboardEvent): boolean {
  return !undoes(event) && (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter"));
}

function undoes(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z";
}

/** Keep JupyterLab from taking the keys of a view as commands to its cells; those with a modifier stay its own. Returns how to stop. */
export function keepKeys(root: HTMLElement): () => void {
  const pass = (event: KeyboardEvent): void => { root.toggleAttribute("data-lm-suppress-shortcuts", !theirs(event)); };
  window.addEventListener("keydown", pass, { capture: true });
  return () => window.removeEventListener("keydown", pass, { capture: true });
}
