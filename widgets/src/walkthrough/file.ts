// What the file of a story runs: the player over the page of all steps, which is what is printed.

import { modelOf, Recorded, written } from "../alone.ts";
import { h, iconButton } from "../dom.ts";
import { Walkthrough } from "./player.ts";
import type { Story } from "./story.ts";

const data = written();
const { words, steps } = data.message["story"] as Story;
const print = iconButton("print", words["print"]!, () => window.print(), "story-print");
const choice = h("input", { type: "checkbox", "data-testid": "print-answers", onchange: () => document.body.classList.toggle("answers", choice.checked) });
const tools = [h("label", { class: "pm-print-answers" }, choice, words["with answers"]!), print];
if (!steps.some(({ answer }) => answer)) tools.shift();
document.body.classList.add("playing");
new Walkthrough(modelOf(data, { step: 1 }), document.getElementById("walkthrough")!, () => new Recorded(data), tools);
document.querySelector(".pm-walkthrough .pm-explorer")?.classList.add("pm-alone");
document.querySelector<HTMLElement>(".pm-narrative")?.focus({ preventScroll: true });
