// What a person says that sentences say, and which concepts are meant: chosen, typed, or moved in the sentence.

import { focused } from "../dom.ts";
import type { Table } from "../protocol.ts";
import { SAID } from "../sentences.ts";
import { count } from "../text.ts";
import type { Choice, Chooser } from "./chooser.ts";
import type { Entry } from "./deck.ts";
import type { Concept, Hello, Said, StatementItem } from "./messages.ts";
import { SpanEditor } from "./spans.ts";

/** What corrections are made at. */
export interface CorrectingDesk {
  readonly chooser: Chooser;
  readonly main: HTMLElement;
  hello: Hello | null;
  /** The words that are being edited. */
  editor: SpanEditor | null;
  label(predicate: string): string;
  decide(action: string, more?: Partial<Said>): void;
  /** Concepts that answer to a text; null if that failed, which was told. */
  find(text: string): Promise<Table | null>;
  drawn(entry: Entry | null): void;
  focusDesk(): void;
  say(sentence: string): void;
}

export class Correcting {
  private readonly desk: CorrectingDesk;

  constructor(desk: CorrectingDesk) {
    this.desk = desk;
  }

  predicate(item: StatementItem): void {
    const { asserted } = this.desk.hello!;
    const allowed = new Set(item.allowed);
    const choices = (some: (p: string) => boolean, group: string): Choice[] => asserted
      .filter((p) => p !== item.predicate && some(p))
      .map((p) => ({ value: p, label: this.desk.label(p), more: p === this.desk.label(p) ? "" : p, group }));
    this.desk.chooser.open({
      title: `${item.subject.name} … ${item.object.name}`,
      choices: [...choices((p) => allowed.has(p), `between ${item.subject.kind} and ${item.object.kind}`), ...choices((p) => !allowed.has(p), "not usual between these kinds")],
      none: "There is no such predicate.",
      choose: ({ value }) => this.desk.decide("predicate", { predicate: value }),
    });
  }

  assertion(): void {
    this.desk.chooser.open({
      title: "How do the sentences mean it?",
      choices: this.desk.hello!.assertions.map((a) => ({ value: a, label: SAID[a] ?? a, more: a })),
      choose: ({ value }) => this.desk.decide("assertion", { assertion: value }),
    });
  }

  /** Which end is meant, then what is to be done with it. */
  private end(title: string, item: StatementItem, then: (end: "subject" | "object") => void): void {
    const choices = (["subject", "object"] as const).map((end) => ({ value: end, label: item[end].name, more: `${end}, ${item[end].kind}` }));
    this.desk.chooser.open({ title, choices, choose: ({ value }) => then(value as "subject" | "object") });
  }

  /** Concepts by name, without those that are *not* meant. */
  private find(not: readonly string[]): (text: string) => Promise<Choice[]> {
    return async (text) => {
      const hits = text ? await this.desk.find(text) : null;
      if (!hits) return [];
      return Array.from({ length: hits.rows }, (_, i) => i)
        .filter((i) => !not.includes(hits.str("id", i)))
        .map((i) => ({ value: hits.str("id", i), label: hits.str("name", i), more: [hits.str("kind", i), count(hits.num("n_works", i), "work"), hits.list("disciplines", i)[0] ?? ""].filter(Boolean).join(" · ") }));
    };
  }

  relink(item: StatementItem): void {
    this.end("Which is another concept?", item, (end) => {
      const now = item[end];
      const look = this.find([now.id]);
      const make = (text: string): Choice => ({ value: "", label: `Make another concept “${text || now.name}” …`, more: "of a kind that you choose", group: "or" });
      this.desk.chooser.open({
        title: `“${now.name}” (${now.kind}) is really`,
        text: now.name,
        choices: async (text) => [...(await look(text || now.name)), make(text)],
        choose: ({ value }, text) => (value ? this.desk.decide("relink", { end, to: value }) : this.make(end, text || now.name, now)),
      });
    });
  }

  /** Make a concept of a name, of a kind that is chosen; of the same name it is of another kind. */
  private make(end: "subject" | "object", name: string, now: Concept): void {
    const kinds = Object.entries(this.desk.hello!.kinds).filter(([kind]) => kind !== now.kind || name !== now.name);
    this.desk.chooser.open({
      title: `What is “${name}”?`,
      choices: kinds.map(([kind, meaning]) => ({ value: kind, label: kind, more: meaning })),
      choose: ({ value }) => this.desk.decide("relink", { end, name, concept_kind: value }),
    });
  }

  mergeEnd(item: StatementItem): void {
    this.end("Which is the same as another concept?", item, (end) => {
      const now = item[end];
      this.desk.chooser.open({
        title: `“${now.name}” is the same as (which stands for both)`,
        text: now.name,
        choices: this.find([now.id]),
        choose: ({ value }) => this.desk.decide("merge", { statement: undefined, concept: now.id, other: value, seen: "", evidence: undefined }),
      });
    });
  }

  splitEnd(item: StatementItem): void {
    const choices = (["subject", "object"] as const).flatMap((end) => item[end].standing_for.map((c) => ({ value: `${item[end].id}\n${c.id}`, label: `${item[end].name} and ${c.name}`, more: c.kind })));
    if (!choices.length) return this.desk.say("Neither of the two stands for another concept, so there is nothing to split; L relinks a homonym.");
    this.desk.chooser.open({
      title: "Which two are not the same?",
      choices,
      choose: ({ value }) => {
        const [other, concept] = value.split("\n") as [string, string];
        this.desk.decide("split", { statement: undefined, concept, other, seen: "", evidence: undefined });
      },
    });
  }

  /** Edit the words of the sentence that has the focus, or was picked, or stands first. */
  words(entry: Entry): void {
    const evidence = entry.tables["evidence"]!;
    if (!evidence.rows) return this.desk.say("There is no sentence to edit.");
    const box = focused(this.desk.main)?.closest?.<HTMLInputElement>(".pm-pick") ?? this.desk.main.querySelector<HTMLInputElement>(".pm-pick:checked") ?? this.desk.main.querySelector<HTMLInputElement>(".pm-pick");
    const id = box?.dataset["ids"]?.split(" ")[0] ?? evidence.str("id", 0);
    const row = Array.from({ length: evidence.rows }, (_, i) => i).find((i) => evidence.str("id", i) === id) ?? 0;
    const passage = [...evidence.str("passage_text", row)];
    const [start, end] = [evidence.num("start", row), evidence.num("end", row)];
    const place = (side: string): [number, number] => [0, 1].map((i) => {
      const at = evidence.year(`${side}_${i ? "end" : "start"}`, row);
      return at === null ? (i ? 1 : 0) : Math.min(Math.max(at - start, 0), end - start);
    }) as [number, number];
    const close = (): void => {
      this.desk.editor = null;
      quote.classList.remove("pm-editing");
      this.desk.drawn(entry);
      this.desk.focusDesk();
    };
    const quote = box?.closest<HTMLElement>(".pm-quote") ?? this.desk.main.querySelector<HTMLElement>(".pm-quote")!;
    this.desk.editor = new SpanEditor(passage.slice(start, end).join(""), { subject: place("subject"), object: place("object") }, evidence.str("language", row), {
      save: (places) => {
        const spans = Object.fromEntries(Object.entries(places).map(([side, [a, b]]) => [side, [a + start, b + start]]));
        this.desk.editor = null;
        this.desk.decide("span", { evidence: [id], spans });
      },
      cancel: close,
      say: (sentence) => this.desk.say(sentence),
    });
    quote.classList.add("pm-editing");
    quote.append(this.desk.editor.element);
    this.desk.editor.focus();
    this.desk.editor.element.scrollIntoView({ block: "nearest" });
  }
}
