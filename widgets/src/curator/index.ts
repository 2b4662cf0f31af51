// What anywidget loads: one Curator a view, and how to take it down again.

import type { Model } from "../protocol.ts";
import { Curator } from "./curator.ts";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  try {
    const curator = new Curator(model, el);
    return () => curator.destroy();
  } catch (error) {
    // Never a blank box.
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.textContent = `The Curator cannot be shown here: ${(error as Error).message}`;
    el.append(sentence);
    return () => sentence.remove();
  }
}

export default { render };
