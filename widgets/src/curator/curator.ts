// One view: what is to be decided, the keys that decide it, and the talk with the kernel that joins them.

import { focused, h, iconButton } from "../dom.ts";
import { keepKeys } from "../keys.ts";
import { Channel, type Listener, type Model, type Reply, type Table, type Talk } from "../protocol.ts";
import { Talking } from "../talking.ts";
import { count } from "../text.ts";
import { readTheme, watchTheme } from "../theme.ts";
import { ACTIONS, actionButton, actionOf, keysHelp, offered, type Action } from "./actions.ts";
import { Bulk } from "./bulk.ts";
import { statementCard } from "./card.ts";
import { Chooser } from "./chooser.ts";
import { Correcting, type CorrectingDesk } from "./correcting.ts";
import { Deciding, type DecidingDesk } from "./deciding.ts";
import type { Deck, Entry } from "./deck.ts";
import {
  EVERYTHING, line, thingOf, type Ask, type Hello, type Item, type PairItem, type Preview, type Progress, type Said,
  type Say, type Shown, type Sort, type Thing, type Wanted,
} from "./messages.ts";
import { Feeding, type FeedingDesk } from "./feeding.ts";
import { inWords, Narrowing } from "./narrowing.ts";
import { ends, pairCard } from "./pair.ts";
import { ProgressSheet } from "./progress.ts";
import type { SpanEditor } from "./spans.ts";

/** Below this width of a cell its parts stand one above the other, in pixels. */
const NARROW = 720;
/** What a file without a kernel has instead of one. */
export interface Alone {
  /** Who decides, "" if that is not known yet. */
  by: string;
  named(name: string): void;
  /** Download all decisions; how many lines there are. */
  download(): number;
}

export class Curator implements CorrectingDesk, DecidingDesk, FeedingDesk {
  private readonly root: HTMLElement;
  private readonly model: Model;
  private readonly alone: boolean;
  private readonly file: Alone | null;
  private readonly downloads = h("button", { type: "button", class: "pm-button pm-download", "data-testid": "download", onclick: () => this.act("download") }, h("kbd", { "aria-hidden": "true" }, "G"), " Download decisions");
  readonly talking: Talking<Ask, Say>;
  private readonly feeding = new Feeding(this);
  sort: Sort = "statement";
  hello: Hello | null = null;
  private around = false;
  readonly main = h("div", { class: "pm-desk", "data-testid": "desk" });
  private readonly bar = h("div", { class: "pm-bar-of-acts", role: "toolbar", "aria-label": "Decide" });
  private readonly why: HTMLInputElement = h("input", {
    type: "text", class: "pm-field pm-why", placeholder: "Why? (optional; kept with the next decision)", "aria-label": "Why: kept with the next decision", "data-testid": "why",
    oninput: () => { if (this.deck.current) this.deck.current.why = this.why.value; },
    onkeydown: (e: KeyboardEvent) => {
      if (e.key !== "Enter") return;
      this.focusDesk();
      e.preventDefault();
      e.stopPropagation();
    },
  });
  private readonly about = h("span", { class: "pm-picked", "data-testid": "picked" });
  private readonly counts = h("span", { class: "pm-counts", "data-testid": "counts" });
  private readonly tabs: Record<Sort, HTMLButtonElement>;
  private readonly filterButton: HTMLButtonElement;
  private readonly filterTold = h("span", { class: "pm-filter-told pm-faint", "data-testid": "filter-told" });
  private readonly today = h("button", { type: "button", class: "pm-link-button pm-today", title: "What is done (D)", "data-testid": "today", onclick: () => this.act("progress") });
  readonly chooser: Chooser;
  private readonly correcting = new Correcting(this);
  private readonly deciding = new Deciding(this);
  private readonly narrowing: Narrowing;
  private readonly bulk: Bulk;
  private readonly progress: ProgressSheet;
  private readonly help: HTMLElement;
  private readonly sizes: ResizeObserver;
  private readonly unwatch: () => void;
  private readonly unkeep: () => void;
  editor: SpanEditor | null = null;
  pressedAt = 0;

  constructor(model: Model, container: HTMLElement, talk?: (listener: Listener) => Talk<Ask, Say>, file: Alone | null = null) {
    this.model = model;
    this.file = file;
    this.alone = file !== null;
    // Without this JupyterLab takes letters, Enter and the arrows as commands to its cells.
    this.root = h("div", { class: "pm-curator", "data-testid": "curator", "data-lm-suppress-shortcuts": "true" });
    this.root.classList.toggle("pm-alone", this.alone);
    container.append(this.root);
    this.talking = new Talking<Ask, Say>(talk ?? ((listener) => new Channel<Ask, Say>(model, listener, "Curator")), {
      moved: () => ({}),
      busy: (open) => this.root.setAttribute("aria-busy", String(open)),
      told: (reply) => this.told(reply),
      gap: () => {},
    });
    const back = (): void => this.focusDesk();
    this.chooser = new Chooser(`pm-${this.talking.channel.view}`, back);
    this.narrowing = new Narrowing({
      want: (wanted) => void this.want(wanted),
      facets: async () => (await this.ask("facets"))?.message as never,
      sources: async (text) => ((await this.ask("sources", { text }))?.message["works"] ?? []) as never,
      choose: (title, choices, choose) => this.chooser.open({ title, choices, choose }),
      label: (p) => this.label(p),
      closed: back,
    });
    this.bulk = new Bulk({
      preview: async (fields) => (await this.ask("preview", fields))?.message as unknown as Preview | null,
      decide: (fields) => this.deciding.decideMany(fields),
      label: (p) => this.label(p),
      closed: back,
    });
    this.progress = new ProgressSheet((thing) => void this.open(thing), back);
    this.help = keysHelp(this.alone);
    const tab = (sort: Sort): HTMLButtonElement =>
      h("button", { type: "button", class: "pm-toggle", "aria-pressed": String(sort === "statement"), title: "T switches", "data-testid": `tab-${sort}`, onclick: () => this.switchTo(sort) });
    this.tabs = { statement: tab("statement"), pair: tab("pair") };
    this.filterButton = iconButton("filter", "Filter ( / )", () => this.act("filter"), "filter");
    this.build();
    this.sizes = new ResizeObserver(() => this.root.classList.toggle("pm-narrow", this.root.clientWidth < NARROW));
    this.sizes.observe(this.root);
    readTheme(this.root);
    this.unwatch = watchTheme(() => readTheme(this.root));
    this.unkeep = keepKeys(this.root);
    this.listen();
    void this.begin();
  }

  destroy(): void {
    this.model.off("change:height", this.resized);
    this.model.off("comm_live_update", this.reconnected);
    this.unwatch();
    this.unkeep();
    this.sizes.disconnect();
    this.talking.close();
    this.root.remove();
  }

  // ------------------------------------------------------------------ building

  private build(): void {
    const { talking } = this;
    this.resized();
    this.root.append(
      h(
        "div", { class: "pm-toolbar" },
        h("div", { class: "pm-toggles", role: "group", "aria-label": "What is decided about" }, this.tabs.statement, this.tabs.pair),
        this.filterButton, this.filterTold,
        h("span", { class: "pm-space" }),
        this.file ? this.name(this.file) : null,
        this.today,
        this.file ? this.downloads : null,
        h("div", { class: "pm-tools" },
          iconButton("undo", "Undo (U)", () => this.act("undo"), "undo"),
          iconButton("redo", "Redo (Y)", () => this.act("redo"), "redo"),
          iconButton("restart", "Look for what others decided, and rank anew (G)", () => this.act("refresh"), "refresh"),
          iconButton("help", "Keys (?)", () => this.act("help"), "help")),
        talking.progress,
      ),
      this.narrowing.element,
      h("div", { class: "pm-middle" }, this.main, talking.error, this.chooser.element, this.bulk.element, this.progress.element, this.help),
      h("div", { class: "pm-dock" }, this.bar, h("div", { class: "pm-why-row" }, this.why, this.about)),
      h("div", { class: "pm-status" }, talking.status, h("span", { class: "pm-space" }), this.counts),
    );
    this.fillBar();
    this.tellLeft();
    this.empty("Looking for what to decide …");
  }

  /** Who decides, in a file. */
  private name(file: Alone): HTMLElement {
    const input: HTMLInputElement = h("input", {
      type: "text", class: "pm-field pm-name", value: file.by, placeholder: "Your name", "aria-label": "Your name: every decision says who took it", "data-testid": "name",
      oninput: () => file.named(input.value),
      onkeydown: (e: KeyboardEvent) => {
        if (e.key !== "Enter") return;
        this.focusDesk();
        e.preventDefault();
        e.stopPropagation();
      },
    });
    return input;
  }

  /** Whether there are decisions that were not downloaded. */
  tellDecisions(fresh: boolean): void {
    this.downloads.classList.toggle("pm-go", fresh);
  }

  private fillBar(): void {
    const shown = ACTIONS.filter((a) => a.button && (!a.only || a.only === this.sort) && offered(a, this.alone));
    const groups = new Map<string, Action[]>();
    for (const action of shown) groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
    this.bar.replaceChildren(...[...groups].map(([group, actions]) => h("div", { class: `pm-acts pm-acts-${group}`, role: "group" }, ...actions.map((a) => actionButton(a, (id) => this.act(id))))));
  }

  private listen(): void {
    this.root.addEventListener("keydown", () => this.root.classList.add("pm-keys"), { capture: true });
    this.root.addEventListener("pointerdown", () => this.root.classList.remove("pm-keys"), { capture: true });
    this.root.addEventListener("keydown", (e) => {
      if (this.pressed(e)) {
        e.preventDefault();
        e.stopPropagation();
      }
      if (this.root.hasAttribute("data-lm-suppress-shortcuts")) e.stopPropagation();
    });
    this.main.tabIndex = 0;
    this.main.setAttribute("role", "region");
    this.main.setAttribute("aria-label", "What is decided about");
    this.talking.error.addEventListener("click", () => this.focusDesk());
    this.model.on("change:height", this.resized);
    this.model.on("comm_live_update", this.reconnected);
  }

  private readonly resized = (): void => {
    this.root.style.height = `${Number(this.model.get("height")) || 640}px`;
  };

  /** The connection to the kernel changed: ask whether anyone is there. */
  private readonly reconnected = (): void => void this.begin();

  // ------------------------------------------------------------------ the talk

  say(sentence: string): void {
    this.talking.say(sentence);
  }

  private ask(kind: Ask, fields: Record<string, unknown> = {}): Promise<Reply | null> {
    return this.talking.ask(kind, fields);
  }

  label(predicate: string): string {
    return this.hello?.predicates[predicate]?.[0] ?? predicate.replaceAll("_", " ");
  }

  private async begin(): Promise<void> {
    let reply: Reply;
    try {
      reply = await this.talking.channel.ask("hello");
    } catch (error) {
      // What is shown stays, and so does what is said of it.
      if (this.talking.error.hidden) this.talking.fail((error as Error).message);
      if (!this.deck.current) this.empty("There is nothing to show yet.");
      return;
    }
    this.hello = reply.message as unknown as Hello;
    this.wanted(this.hello.wanted);
    this.tellToday(this.hello.today);
    this.decks.statement.left = this.hello.left;
    this.tellLeft();
    if (this.deck.current) this.feeding.fetch();
    else this.anew();
  }

  /** Python has changed something. */
  private told({ message }: Reply): void {
    if (message.kind === "curator/filter") {
      this.wanted(message["wanted"] as Wanted);
      this.anew();
    } else if (message.kind === "curator/open") void this.open(message["thing"] as Thing);
    else if (message.kind === "curator/stale") void this.lookAgain();
  }

  // ------------------------------------------------------------------ the queue

  get decks(): Record<Sort, Deck> {
    return this.feeding.decks;
  }

  get deck(): Deck {
    return this.feeding.deck;
  }

  get turn(): number {
    return this.feeding.turn;
  }

  anew(): void {
    this.feeding.anew();
  }

  /** Show the current one, and look whether it still is as it was. */
  show(quiet = true): void {
    const entry = this.deck.current;
    this.feeding.fetch();
    this.drawn(entry);
    this.talking.channel.say("current", entry ? { ...thingOf(entry.item) } : {});
    if (!quiet && entry) this.say(line(entry.item, (p) => this.label(p)));
    if (entry) void this.feeding.look(entry);
  }

  drawn(entry: Entry | null): void {
    const within = this.main.contains(focused(this.root));
    this.editor = null;
    if (!entry) {
      this.why.value = "";
      this.pickedTold();
      if (!this.deck.exhausted) return this.empty("The next is on its way …");
      const told = inWords(this.narrowing.wanted, (p) => this.label(p));
      return this.empty(this.sort === "pair"
        ? "No more pairs of concepts look like one."
        : `Nothing more to decide${told ? ` of what the filter shows (${told})` : ""}.`, true);
    }
    const listener = { label: (p: string) => this.label(p), picked: () => this.pickedTold(), undo: (d: string) => void this.deciding.undo(d), around: this.around };
    this.main.replaceChildren(entry.item.sort === "statement" ? statementCard(entry, listener) : pairCard(entry, listener));
    this.main.scrollTop = 0;
    this.why.value = entry.why;
    this.pickedTold();
    // What had the focus is gone: the next key is still ours.
    if (within) this.focusDesk();
    if (this.pressedAt) this.measure();
  }

  /** How long it took from the key to the picture, kept for tests and for the curious. */
  private measure(): void {
    const from = this.pressedAt;
    this.pressedAt = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => { this.root.dataset["took"] = (performance.now() - from).toFixed(1); }));
  }

  empty(sentence: string, done = false): void {
    this.main.replaceChildren(h(
      "div", { class: "pm-nothing", "data-testid": "nothing" },
      h("p", {}, sentence),
      done ? h("p", { class: "pm-actions" },
        h("button", { type: "button", class: "pm-button", onclick: () => this.act(this.alone ? "download" : "refresh") }, this.alone ? "Download decisions (G)" : "Look again (G)"),
        this.filtered ? h("button", { type: "button", class: "pm-button", onclick: () => void this.want({ ...EVERYTHING }) }, "Show everything") : null,
        h("button", { type: "button", class: "pm-button", onclick: () => this.act("switch") }, this.sort === "statement" ? "Pairs of concepts (T)" : "Statements (T)")) : null,
    ));
  }

  private async lookAgain(): Promise<void> {
    const entry = this.deck.current;
    if (entry) await this.feeding.look(entry);
  }

  /** Go to a thing, whatever the filter says. */
  async open(thing: Thing): Promise<void> {
    const reply = await this.ask("look", { ...thing });
    if (!reply) return;
    const shown: Shown = { item: reply.message["item"] as Item, tables: reply.tables };
    if (thing.sort !== this.sort) this.switchTo(thing.sort, true);
    this.deck.insert(shown);
    this.show();
  }

  /** What others decided meanwhile is told beside what was said last. */
  news(sentence: string): void {
    this.say([this.talking.said(), sentence].filter(Boolean).join(" "));
  }

  decide(action: string, more: Partial<Said> = {}): void {
    this.deciding.decide(action, more);
  }

  /** Concepts that answer to a text. */
  async find(text: string): Promise<Table | null> {
    try {
      return (await this.talking.channel.ask("find", { text })).tables["hits"]!;
    } catch (error) {
      this.talking.fail((error as Error).message);
      return null;
    }
  }

  // ------------------------------------------------------------------ what is seen

  private get filtered(): boolean {
    return inWords(this.narrowing.wanted, (p) => p) !== "";
  }

  /** Show what was asked for, here or in Python. */
  private wanted(wanted: Wanted): void {
    this.narrowing.wanted = wanted;
    const told = inWords(wanted, (p) => this.label(p));
    this.filterTold.textContent = told;
    this.filterTold.title = told;
    this.filterButton.classList.toggle("pm-on", told !== "");
    void this.narrowing.fill();
  }

  private async want(wanted: Wanted): Promise<void> {
    const reply = await this.ask("filter", { wanted });
    if (!reply) return;
    this.decks.statement.left = reply.message["left"] as number;
    this.decks.pair.left = null;
    this.wanted(reply.message["wanted"] as Wanted);
    this.anew();
    this.say(`${count(this.decks.statement.left, "statement")} to decide${this.filtered ? ` of ${this.filterTold.textContent}` : ""}.`);
  }

  private async refresh(): Promise<void> {
    const reply = await this.ask("refresh");
    if (!reply) return;
    this.decks.statement.left = reply.message["left"] as number;
    this.decks.pair.left = null;
    this.anew();
    this.say(String(reply.message["news"] || "Nobody else has decided anything meanwhile. The queue is ranked anew."));
  }

  switchTo(sort: Sort, quiet = false): void {
    this.sort = sort;
    for (const [name, tab] of Object.entries(this.tabs)) tab.setAttribute("aria-pressed", String(name === sort));
    this.fillBar();
    if (!quiet) this.show(false);
    else this.feeding.fetch();
  }

  private pickedTold(): void {
    const entry = this.deck.current;
    const boxes = this.main.querySelectorAll<HTMLInputElement>(".pm-pick");
    for (const box of boxes) box.checked = (box.dataset["ids"] ?? "").split(" ").some((id) => entry?.picked.has(id));
    const n = [...boxes].filter((box) => box.checked).length;
    const basket = this.bulk.picked.size;
    this.about.textContent = [
      n ? `Corrections are about ${n} of ${boxes.length} sentences` : "",
      basket ? `${basket} picked for B${entry && this.bulk.picked.has(entry.item.id) ? ", this one too" : ""}` : "",
    ].filter(Boolean).join(" · ");
  }

  tellToday(n: number): void {
    this.today.replaceChildren(h("strong", {}, String(n)), " today");
    this.today.setAttribute("aria-label", `${n} decisions today; D shows what is done`);
  }

  tellLeft(): void {
    const text = (sort: Sort, name: string): string => {
      const { left } = this.decks[sort];
      return left === null || left < 0 ? name : `${name} ${left.toLocaleString("en")}`;
    };
    this.tabs.statement.textContent = text("statement", "Statements");
    this.tabs.pair.textContent = text("pair", "Concepts");
    const { left } = this.deck;
    this.counts.textContent = left === null || left < 0 ? "" : `${left.toLocaleString("en")} left`;
  }

  focusDesk(): void {
    this.main.focus({ preventScroll: true });
  }

  // ------------------------------------------------------------------ keys

  private get sheet(): { close(): void } | null {
    if (this.chooser.isOpen) return this.chooser;
    if (this.bulk.isOpen) return this.bulk;
    if (this.progress.isOpen) return this.progress;
    if (!this.help.hidden) return { close: () => this.act("help") };
    return null;
  }

  /** Do what a key stands for. Returns whether it stands for anything. */
  private pressed(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement;
    if (event.key === "Escape") {
      if (this.sheet) this.sheet.close();
      else if (this.narrowing.isOpen) this.narrowing.close();
      else if (!this.talking.error.hidden) this.talking.error.hidden = true;
      else this.focusDesk();
      return true;
    }
    const typing = target.matches("input:not([type=checkbox]), select, textarea");
    if (typing || this.editor?.element.contains(target)) return false;
    if (this.sheet) {
      const action = actionOf(event, this.sort, this.alone);
      if (action?.id === "help" || (action?.id === "progress" && this.progress.isOpen)) {
        this.sheet.close();
        return true;
      }
      return false;
    }
    if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) return this.pick(Number(event.key) - 1);
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.main.contains(target)) return this.step(event.key === "ArrowDown" ? 1 : -1);
    const action = actionOf(event, this.sort, this.alone);
    if (!action) return false;
    // A key that is held down must not decide about one after the other.
    if (!event.repeat || action.group === "step") this.act(action.id);
    return true;
  }

  private pick(n: number): boolean {
    const box = this.main.querySelectorAll<HTMLInputElement>(".pm-pick")[n];
    if (!box || box.hidden) return false;
    box.click();
    box.focus();
    return true;
  }

  /** Go to the sentence before or after; where there is only one, scroll. */
  private step(way: 1 | -1): boolean {
    const boxes = [...this.main.querySelectorAll<HTMLInputElement>(".pm-pick:not([hidden])")];
    if (!boxes.length) return false;
    const here = boxes.indexOf(focused(this.root) as HTMLInputElement);
    const to = boxes[here < 0 ? (way > 0 ? 0 : boxes.length - 1) : Math.min(Math.max(here + way, 0), boxes.length - 1)]!;
    to.focus();
    to.closest(".pm-quote")?.scrollIntoView({ block: "nearest" });
    return true;
  }

  private act(id: string): void {
    const entry = this.deck.current;
    const item = entry?.item.sort === "statement" ? entry.item : null;
    const acts: Record<string, () => void> = {
      accept: () => this.decide("accept"),
      reject: () => this.decide("reject"),
      skip: () => this.decide("skip"),
      flip: () => this.decide("flip"),
      negated: () => this.decide("assertion", { assertion: "negated" }),
      hypothetical: () => this.decide("assertion", { assertion: "hypothetical" }),
      predicate: () => { if (item) this.correcting.predicate(item); },
      assertion: () => { if (item) this.correcting.assertion(); },
      words: () => { if (entry && item) this.correcting.words(entry); },
      relink: () => { if (item) this.correcting.relink(item); },
      merge: () => this.decide("merge"),
      split: () => this.decide("split"),
      "merge-end": () => { if (item) this.correcting.mergeEnd(item); },
      "split-end": () => { if (item) this.correcting.splitEnd(item); },
      turn: () => this.turnPair(),
      why: () => this.why.focus(),
      next: () => { if (this.deck.next()) this.show(false); else this.say("This is the last there is."); },
      back: () => { if (this.deck.back()) this.show(false); else this.say("There is none before this."); },
      undo: () => void this.deciding.undo(),
      redo: () => void this.deciding.redo(),
      pick: () => this.pickStatement(),
      many: () => this.bulk.open(this.deck.left, this.filterTold.textContent ?? "", this.hello?.asserted ?? [], this.hello?.assertions ?? []),
      around: () => {
        this.around = !this.around;
        if (entry) this.drawn(entry);
        this.say(this.around ? "What stands around the sentences is shown." : "Only the sentences are shown.");
      },
      switch: () => this.switchTo(this.sort === "statement" ? "pair" : "statement"),
      filter: () => this.narrowing.toggle(),
      progress: () => void this.showProgress(),
      refresh: () => void this.refresh(),
      download: () => {
        const n = this.file?.download() ?? 0;
        this.tellDecisions(false);
        this.say(`${count(n, "line")} downloaded; give the file to whoever sent you this page.`);
      },
      help: () => {
        this.help.hidden = !this.help.hidden;
        if (this.help.hidden) this.focusDesk();
        else this.help.focus();
      },
    };
    acts[id]?.();
  }

  private turnPair(): void {
    const entry = this.deck.current;
    if (!entry) return;
    entry.turned = !entry.turned;
    this.drawn(entry);
    const { into } = ends(entry as Entry & { item: PairItem });
    this.say(`${into.name} would stand for both.`);
  }

  private pickStatement(): void {
    const entry = this.deck.current;
    if (!entry) return;
    const { picked } = this.bulk;
    if (!picked.delete(entry.item.id)) picked.add(entry.item.id);
    const told = picked.has(entry.item.id) ? "picked" : "no longer picked";
    this.say(`${line(entry.item, (p) => this.label(p))} is ${told}; ${picked.size} in all. B decides about them.`);
    if (picked.has(entry.item.id) && this.deck.next()) this.show();
    else this.pickedTold();
  }

  private async showProgress(): Promise<void> {
    const reply = await this.ask("progress");
    if (reply) this.progress.show(this.hello?.by ?? "", reply.message as unknown as Progress);
  }
}

