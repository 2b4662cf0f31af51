// What anywidget loads: one story a view, and how to take it down again.

import type { Model } from "../protocol.ts";
import { Walkthrough } from "./player.ts";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  try {
    const walkthrough = new Walkthrough(model, el);
    return () => walkthrough.destroy();
  } catch (error) {
    // Never a blank box.
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.textContent = `The story cannot be shown here: ${(error as Error).message}`;
    el.append(sentence);
    return () => sentence.remove();
  }
}

export default { render };
