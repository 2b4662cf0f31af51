// The page of a file that is handed on: no kernel and no network; decisions are kept for a download.

import type { Model } from "../protocol.ts";
import { Curator } from "./curator.ts";
import { Handed, type Kept, type Line, type Written } from "./handed.ts";

/** What a page that is closed leaves in the browser. */
function inBrowser(id: string): Kept {
  const name = `polymath-review-${id}`;
  return {
    read: () => {
      try {
        return JSON.parse(localStorage.getItem(name) ?? "[]") as Line[];
      } catch {
        return [];
      }
    },
    write: (lines) => {
      try {
        localStorage.setItem(name, JSON.stringify(lines));
      } catch {
        // It is only gone when the page is: the download has it.
      }
    },
  };
}

/** Show what is written in the document. */
export function play(): void {
  const place = document.getElementById("curator")!;
  const written = JSON.parse(document.getElementById("data")!.textContent!) as Written;
  let given = 0;
  const handed = new Handed(written, inBrowser(written.id), () => curator.tellDecisions(handed.lines.length > given));
  const nothing = (): void => {};
  const model: Model = { get: () => written.height, set: nothing, save_changes: nothing, send: nothing, on: nothing, off: nothing };
  const curator: Curator = new Curator(model, place, () => handed, {
    by: handed.by,
    named: (name) => { handed.by = name; },
    download: () => {
      given = handed.lines.length;
      const day = new Date().toISOString().slice(0, 10);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([handed.text()], { type: "application/jsonl" }));
      link.download = `decisions-${handed.by.trim().replace(/[^\p{L}\p{N}]+/gu, "-") || "review"}-${day}.jsonl`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      return given;
    },
  });
  curator.tellDecisions(handed.lines.length > 0);
  addEventListener("beforeunload", (event) => { if (handed.lines.length > given) event.preventDefault(); });
}
