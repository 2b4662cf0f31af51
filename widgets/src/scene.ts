// What is on the canvas, in columns: a node or an edge is its number. Knows nothing of pixels or of painting.

import { appended, grown, Measures, Words } from "./columns.ts";
import { Wanted } from "./filters.ts";
import { Grid } from "./grid.ts";
import type { Table } from "./protocol.ts";
import { shorten } from "./text.ts";

export interface Point {
  x: number;
  y: number;
}

export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A labelled rectangle behind the nodes: a layer, a span of years, a group. */
export interface Guide extends Bounds {
  label: string;
}

const NO_YEAR = -(2 ** 15);

export class Scene {
  /** How many nodes and edges there are; columns are longer. */
  nodes = 0;
  edges = 0;
  // Nodes.
  names: string[] = [];
  readonly kind = new Words();
  x = new Float32Array(0);
  y = new Float32Array(0);
  radius = new Float32Array(0);
  /** The radius that the kernel gave. */
  given = new Float32Array(0);
  /** Colours that tell something else than kinds: a code for each node, and the colours by code. */
  colours: { codes: Uint8Array; colours: string[] } | null = null;
  works = new Uint32Array(0);
  degree = new Uint32Array(0);
  /** How many concepts a node stands for that is a community; 0 for a concept. */
  members = new Uint32Array(0);
  /** Radius of the largest node. */
  largest = 0;
  /** 1 where a person hid the node. */
  hidden = new Uint8Array(0);
  /** 1 where a person has pinned it: nothing but a person's hand moves it. */
  pinned = new Uint8Array(0);
  /** 1 where it is to be seen: not hidden, of a kind that is switched on, and not left without a statement by a filter. */
  shown = new Uint8Array(0);
  // Edges.
  subject = new Uint32Array(0);
  object = new Uint32Array(0);
  readonly predicate = new Words();
  readonly polarity = new Words();
  accepted = new Uint8Array(0);
  belief = new Float32Array(0);
  evidence = new Uint32Array(0);
  edgeWorks = new Uint32Array(0);
  /** How far the middle of the curve is from the straight line, as a share of its length. */
  bend = new Float32Array(0);
  edgeShown = new Uint8Array(0);
  /** 1 where an undone step had brought the edge. */
  gone = new Uint8Array(0);
  private first = new Int16Array(0);
  private last = new Int16Array(0);
  // Edges by node: those of node n are incident[starts[n]] to incident[starts[n + 1] - 1].
  private starts = new Uint32Array(1);
  private incident = new Uint32Array(0);

  /** What the kernel has told of nodes besides, by name. */
  readonly columns = new Map<string, Words | Measures>();
  /** What joins disciplines: 1 for an edge that does, and nodes that stand between; null where it is not shown. */
  bridges: { edges: Uint8Array; nodes: ReadonlySet<number> } | null = null;
  guides: Guide[] = [];
  /** What of all this is to be seen. */
  wanted = new Wanted();
  /** Goes up with everything that changes the picture. */
  version = 0;
  /** Goes up whenever everything is cleared away. */
  begun = 0;
  /** Goes up whenever the kernel says where things are. */
  places = 0;
  private index: Grid | null = null;
  private byImportance: Uint32Array | null = null;
  private rank = new Uint32Array(0);

  clear(): void {
    this.begun++;
    this.nodes = this.edges = 0;
    this.names = [];
    for (const words of [this.kind, this.predicate, this.polarity]) words.clear();
    for (const flags of [this.hidden, this.pinned, this.gone]) flags.fill(0);
    this.wanted = new Wanted();
    this.colours = this.bridges = null;
    this.columns.clear();
    this.largest = 0;
    this.guides = [];
    this.changed();
  }

  /** Add the rows of a message. Returns the numbers of the nodes that are new. */
  add(nodes: Table, edges: Table): number[] {
    const n = this.nodes;
    this.nodes += nodes.rows;
    for (const name of nodes.texts("name")) this.names.push(name);
    this.kind.append(n, nodes.rows, nodes, "kind");
    this.x = appended(this.x, n, nodes, "x");
    this.y = appended(this.y, n, nodes, "y");
    this.radius = appended(this.radius, n, nodes, "radius");
    this.given = appended(this.given, n, nodes, "radius");
    this.works = appended(this.works, n, nodes, "n_works");
    this.members = appended(this.members, n, nodes, "members");
    for (let i = n; i < this.nodes; i++) this.largest = Math.max(this.largest, this.radius[i]!);
    this.hidden = grown(this.hidden, this.nodes);
    this.pinned = grown(this.pinned, this.nodes);

    const e = this.edges;
    this.edges += edges.rows;
    this.subject = appended(this.subject, e, edges, "subject");
    this.object = appended(this.object, e, edges, "object");
    for (let i = e; i < this.edges; i++) {
      if (Math.max(this.subject[i]!, this.object[i]!) >= this.nodes) {
        throw new Error("The kernel names a concept that this page does not have; start over.");
      }
    }
    this.predicate.append(e, edges.rows, edges, "predicate");
    this.polarity.append(e, edges.rows, edges, "polarity");
    this.accepted = appended(this.accepted, e, edges, "accepted");
    this.belief = appended(this.belief, e, edges, "belief");
    this.evidence = appended(this.evidence, e, edges, "n_evidence");
    this.edgeWorks = appended(this.edgeWorks, e, edges, "n_works");
    this.first = appended(this.first, e, edges, "first_year");
    this.last = appended(this.last, e, edges, "last_year");
    this.bend = grown(this.bend, this.edges);
    this.gone = grown(this.gone, this.edges);
    this.link();
    this.bendParallels();
    this.places++;
    this.filter();
    return Array.from({ length: nodes.rows }, (_, i) => n + i);
  }

  /** Call after a position has been written. */
  changed(): void {
    this.version++;
    this.index = null;
  }

  /** Put all nodes elsewhere. */
  place(x: ArrayLike<number>, y: ArrayLike<number>): void {
    if (x.length !== this.nodes) throw new Error("The kernel has placed other concepts than this page has; start over.");
    this.x.set(x);
    this.y.set(y);
    this.places++;
    this.changed();
  }

  /** Call after what is hidden or wanted has changed. */
  filter(): void {
    this.shown = grown(this.shown, this.nodes);
    this.edgeShown = grown(this.edgeShown, this.edges);
    const { wanted } = this;
    for (let i = 0; i < this.nodes; i++) this.shown[i] = this.hidden[i] ? 0 : 1;
    for (const [column, off] of wanted.off) {
      const words = this.texts(column);
      const flags = words?.words.map((word) => off.has(word)) ?? [];
      for (let i = 0; words && i < Math.min(this.nodes, words.rows); i++) if (flags[words.codes[i]!]) this.shown[i] = 0;
    }
    const passes = wanted.test(this);
    const said = wanted.statements ? new Uint8Array(this.nodes) : null;
    for (let i = 0; i < this.edges; i++) {
      const [a, b] = [this.subject[i]!, this.object[i]!];
      const shown = !this.gone[i] && this.shown[a] && this.shown[b] && passes(i) ? 1 : 0;
      this.edgeShown[i] = shown;
      if (shown && said) said[a] = said[b] = 1;
    }
    if (said) {
      // A concept of which nothing is left to say leaves with its last statement, and comes with its first.
      for (let i = 0; i < this.nodes; i++) if (!said[i] && !this.pinned[i] && this.degree[i]) this.shown[i] = 0;
    }
    this.byImportance = null;
    this.changed();
  }

  hide(nodes: Iterable<number>): void {
    for (const node of nodes) this.hidden[node] = 1;
    this.filter();
  }

  /** Let these be seen again, with what is said between them. */
  unhide(nodes: readonly number[]): void {
    for (const node of nodes) this.hidden[node] = 0;
    const back = new Set(nodes);
    for (const node of nodes) for (const edge of this.edgesOf(node)) if (back.has(this.other(edge, node))) this.gone[edge] = 0;
    this.filter();
  }

  /** Whether an edge would be seen if nothing were filtered. */
  held(edge: number): boolean {
    return !this.gone[edge] && !this.hidden[this.subject[edge]!] && !this.hidden[this.object[edge]!];
  }

  /** Where things are, for finding what is near a point. Made when asked for and kept while nothing moves. */
  grid(): Grid {
    return (this.index ??= new Grid(this));
  }

  /** Shown nodes, those first that a reader should be told the name of. */
  important(): Uint32Array {
    if (this.byImportance) return this.byImportance;
    const weight = Float32Array.from({ length: this.nodes }, (_, i) => this.radius[i]! * 10 + Math.min(this.degree[i]!, 60));
    const order = Uint32Array.from({ length: this.nodes }, (_, i) => i).filter((i) => this.shown[i]);
    this.byImportance = order.sort((a, b) => weight[b]! - weight[a]! || a - b);
    this.rank = new Uint32Array(this.nodes);
    order.forEach((n, rank) => { this.rank[n] = rank; });
    return order;
  }

  /** These nodes, those first that a reader should be told the name of. */
  ranked(nodes: readonly number[]): Uint32Array {
    const order = this.important();
    return Uint32Array.from(nodes, (n) => this.rank[n]!).sort().map((rank) => order[rank]!);
  }

  /** A column of texts, if it is known. */
  texts(name: string): Words | null {
    const column = name === "kind" ? this.kind : this.columns.get(name);
    return column instanceof Words ? column : null;
  }

  /** Take in a column of nodes, or more of it. */
  tell(name: string, first: number, numeric: boolean, table: Table): void {
    const column = this.columns.get(name) ?? (numeric ? new Measures() : new Words(""));
    if (column instanceof Measures) column.append(first, table);
    else column.append(first, table.rows, table, "value");
    this.columns.set(name, column);
    this.filter();
  }

  /** Texts of a column and how many nodes have each, the most frequent first. */
  tally(words: Words): [word: string, count: number][] {
    const counts = words.words.map(() => 0);
    for (let i = 0; i < Math.min(this.nodes, words.rows); i++) if (!this.hidden[i]) counts[words.codes[i]!]!++;
    return words.words
      .map((word, code): [string, number] => [word, counts[code]!])
      .filter(([, n]) => n > 0)
      .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  }

  /** How many nodes and edges are shown, and how many concepts those nodes hold that are communities. */
  count(): { nodes: number; edges: number; members: number } {
    const sum = (flags: Uint8Array, n: number): number => flags.subarray(0, n).reduce((a, b) => a + b, 0);
    let members = 0;
    for (let i = 0; i < this.nodes; i++) if (this.shown[i]) members += this.members[i]!;
    return { nodes: sum(this.shown, this.nodes), edges: sum(this.edgeShown, this.edges), members };
  }

  /** Edges that touch a node, hidden ones too. */
  edgesOf(node: number): Uint32Array {
    return this.incident.subarray(this.starts[node]!, this.starts[node + 1]!);
  }

  shownEdgesOf(node: number): number[] {
    return Array.from(this.edgesOf(node)).filter((edge) => this.edgeShown[edge]);
  }

  neighbours(node: number): number[] {
    const out = new Set<number>();
    for (const edge of this.edgesOf(node)) out.add(this.other(edge, node));
    out.delete(node);
    return [...out];
  }

  /** The end of an edge that is not this node. */
  other(edge: number, node: number): number {
    return this.subject[edge] === node ? this.object[edge]! : this.subject[edge]!;
  }

  /** What is written beside a node. */
  label(node: number, most: number): string {
    const name = shorten(this.names[node]!, most);
    return this.members[node] ? `${name} · ${this.members[node]!.toLocaleString("en")}` : name;
  }

  firstYear(edge: number): number | null {
    return this.first[edge] === NO_YEAR ? null : this.first[edge]!;
  }

  lastYear(edge: number): number | null {
    return this.last[edge] === NO_YEAR ? null : this.last[edge]!;
  }

  bounds(nodes: ArrayLike<number> = this.important()): Bounds | null {
    if (!nodes.length) return null;
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (let i = 0; i < nodes.length; i++) {
      const n = nodes[i]!;
      const [x, y, r] = [this.x[n]!, this.y[n]!, this.radius[n]!];
      box.left = Math.min(box.left, x - r);
      box.right = Math.max(box.right, x + r);
      box.top = Math.min(box.top, y - r);
      box.bottom = Math.max(box.bottom, y + r);
    }
    return box;
  }

  /** The nearest shown node in a direction, preferring those straight ahead. */
  toward(from: number, dx: number, dy: number): number | null {
    let best: number | null = null;
    let least = Infinity;
    for (let n = 0; n < this.nodes; n++) {
      if (n === from || !this.shown[n]) continue;
      const ahead = (this.x[n]! - this.x[from]!) * dx + (this.y[n]! - this.y[from]!) * dy;
      const aside = Math.abs((this.x[n]! - this.x[from]!) * dy - (this.y[n]! - this.y[from]!) * dx);
      if (ahead <= 0 || aside > ahead * 2.5) continue;
      const cost = ahead + 2 * aside;
      if (cost < least) [best, least] = [n, cost];
    }
    return best;
  }

  /** The middle control point of an edge's quadratic curve. */
  control(edge: number): Point {
    const [a, b, bend] = [this.subject[edge]!, this.object[edge]!, this.bend[edge]! * 2];
    return {
      x: (this.x[a]! + this.x[b]!) / 2 - (this.y[b]! - this.y[a]!) * bend,
      y: (this.y[a]! + this.y[b]!) / 2 + (this.x[b]! - this.x[a]!) * bend,
    };
  }

  /** A point of the curve, from 0 at the subject to 1 at the object. */
  along(edge: number, t: number): Point {
    const c = this.control(edge);
    const [a, b] = [this.subject[edge]!, this.object[edge]!];
    const u = 1 - t;
    return {
      x: u * u * this.x[a]! + 2 * u * t * c.x + t * t * this.x[b]!,
      y: u * u * this.y[a]! + 2 * u * t * c.y + t * t * this.y[b]!,
    };
  }

  private link(): void {
    const degree = (this.degree = new Uint32Array(this.nodes));
    for (let e = 0; e < this.edges; e++) {
      degree[this.subject[e]!]!++;
      if (this.object[e] !== this.subject[e]) degree[this.object[e]!]!++;
    }
    this.starts = new Uint32Array(this.nodes + 1);
    for (let n = 0; n < this.nodes; n++) this.starts[n + 1] = this.starts[n]! + degree[n]!;
    const next = this.starts.slice();
    this.incident = new Uint32Array(this.starts[this.nodes]!);
    for (let e = 0; e < this.edges; e++) {
      const [a, b] = [this.subject[e]!, this.object[e]!];
      this.incident[next[a]!++] = e;
      if (b !== a) this.incident[next[b]!++] = e;
    }
  }

  /** Statements between the same two concepts are fanned out. */
  private bendParallels(): void {
    const pairs = new Map<number, number[]>();
    for (let e = 0; e < this.edges; e++) {
      const [a, b] = [this.subject[e]!, this.object[e]!];
      const key = Math.min(a, b) * this.nodes + Math.max(a, b);
      const group = pairs.get(key);
      if (group) group.push(e);
      else pairs.set(key, [e]);
    }
    for (const group of pairs.values()) {
      group.forEach((e, i) => {
        const side = this.subject[e]! < this.object[e]! ? 1 : -1;
        this.bend[e] = side * (i - (group.length - 1) / 2) * 0.16;
      });
    }
  }
}
