// What the kernel, or a file, tells of a story (widgets/stories/performing.py).

import type { Standing } from "../explorer.ts";

export interface Step extends Standing {
  title: string;
  query: string;
  /** HTML that Python made; it is made anew before it is shown (markup.ts). */
  text: string;
  question: string;
  answer: string;
  notes: string;
  sentences: string;
  /** Numbers of the statements that sentences say, by id. */
  statements: Record<string, number>;
  /** What is not as it was when the step was made. */
  differences: string[];
}

export interface Story {
  title: string;
  language: string;
  about: string;
  authors: string[];
  licence: string;
  words: Record<string, string>;
  bibliography: string;
  steps: Step[];
}
