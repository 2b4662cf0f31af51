// What the file of a story runs: the player over the page of all steps, which is what is printed.

import { modelOf, Recorded, written } from "../alone.ts";
import { h } from "../dom.ts";
import { Walkthrough } from "./player.ts";
import type { Story } from "./story.ts";

const data = written();
const { words, steps } = data.message["story"] as Story;
const print = h("button", { type: "button", class: "pm-button", "data-testid": "story-print", onclick: () => window.print() }, words["print"]!);
const choice = h("input", { type: "checkbox", "data-testid": "print-answers", onchange: () => document.body.classList.toggle("answers", choice.checked) });
const tools = h("p", { class: "pm-print" }, print, steps.some(({ answer }) => answer) ? h("label", {}, choice, " ", words["with answers"]!) : null);
document.body.classList.add("playing");
new Walkthrough(modelOf(data, { step: 1 }), document.getElementById("walkthrough")!, () => new Recorded(data), [tools]);
document.querySelector(".pm-walkthrough .pm-explorer")?.classList.add("pm-alone");
const story = document.querySelector<HTMLElement>(".pm-walkthrough")!;
story.focus({ preventScroll: true });
// The page is the story's: a key that nothing else has is for it, such as after printing.
document.addEventListener("keydown", (event) => {
  if (event.target !== document.body) return;
  story.focus({ preventScroll: true });
  if (!story.dispatchEvent(new KeyboardEvent("keydown", { ...keyOf(event), bubbles: true, cancelable: true }))) event.preventDefault();
});

function keyOf({ key, code, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): KeyboardEventInit {
  return { key, code, shiftKey, ctrlKey, metaKey, altKey };
}
