// What anywidget loads: one Explorer a view, and how to take it down again.

import { Explorer } from "./explorer.ts";
import type { Model } from "./protocol.ts";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  try {
    const explorer = new Explorer(model, el);
    return () => explorer.destroy();
  } catch (error) {
    // Never a blank box.
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.textContent = `The Explorer cannot be shown here: ${(error as Error).message}`;
    el.append(sentence);
    return () => sentence.remove();
  }
}

export default { render };
