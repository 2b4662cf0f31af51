// What is on the canvas. Knows nothing of pixels on the screen or of how it is painted.

import type { Table } from "./protocol.ts";

export interface Node {
  readonly n: number;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly works: number;
  readonly radius: number;
  x: number;
  y: number;
  hidden: boolean;
  edges: Edge[];
}

export interface Edge {
  readonly n: number;
  readonly statement: string;
  readonly subject: Node;
  readonly object: Node;
  readonly predicate: string;
  readonly polarity: string;
  readonly belief: number;
  readonly evidence: number;
  readonly works: number;
  readonly first: number | null;
  readonly last: number | null;
  /** How far the middle of the curve is from the straight line, as a share of its length. */
  bend: number;
}

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

export class Scene {
  nodes: Node[] = [];
  edges: Edge[] = [];
  readonly off = new Set<string>();
  private readonly byId = new Map<string, Node>();

  clear(): void {
    this.nodes = [];
    this.edges = [];
    this.byId.clear();
  }

  /** Add the rows of a message. Returns the nodes that are new. */
  add(nodes: Table, edges: Table): Node[] {
    const from = this.nodes.length;
    for (let i = 0; i < nodes.rows; i++) {
      const node: Node = {
        n: this.nodes.length,
        id: nodes.str("id", i),
        name: nodes.str("name", i),
        kind: nodes.str("kind", i),
        works: nodes.num("n_works", i),
        radius: nodes.num("radius", i),
        x: nodes.num("x", i),
        y: nodes.num("y", i),
        hidden: false,
        edges: [],
      };
      this.nodes.push(node);
      this.byId.set(node.id, node);
    }
    for (let i = 0; i < edges.rows; i++) {
      const subject = this.nodes[edges.num("subject", i)];
      const object = this.nodes[edges.num("object", i)];
      if (!subject || !object) throw new Error("The kernel names a concept that this page does not have; start over.");
      const edge: Edge = {
        n: this.edges.length,
        statement: edges.str("statement", i),
        subject,
        object,
        predicate: edges.str("predicate", i),
        polarity: edges.str("polarity", i),
        belief: edges.num("belief", i),
        evidence: edges.num("n_evidence", i),
        works: edges.num("n_works", i),
        first: edges.year("first_year", i),
        last: edges.year("last_year", i),
        bend: 0,
      };
      this.edges.push(edge);
      subject.edges.push(edge);
      if (object !== subject) object.edges.push(edge);
    }
    this.bendParallels();
    return this.nodes.slice(from);
  }

  get(id: string): Node | undefined {
    return this.byId.get(id);
  }

  statement(id: string): Edge | undefined {
    return this.edges.find((e) => e.statement === id);
  }

  shows(node: Node): boolean {
    return !node.hidden && !this.off.has(node.kind);
  }

  showsEdge(edge: Edge): boolean {
    return this.shows(edge.subject) && this.shows(edge.object);
  }

  /** Kinds on the canvas and how many nodes of each, the most frequent first. */
  kinds(): [kind: string, count: number][] {
    const counts = new Map<string, number>();
    for (const node of this.nodes) if (!node.hidden) counts.set(node.kind, (counts.get(node.kind) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  }

  neighbours(node: Node): Node[] {
    const out = new Set<Node>();
    for (const edge of node.edges) out.add(edge.subject === node ? edge.object : edge.subject);
    out.delete(node);
    return [...out];
  }

  bounds(nodes: readonly Node[] = this.nodes.filter((n) => this.shows(n))): Bounds | null {
    if (!nodes.length) return null;
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const { x, y, radius } of nodes) {
      box.left = Math.min(box.left, x - radius);
      box.right = Math.max(box.right, x + radius);
      box.top = Math.min(box.top, y - radius);
      box.bottom = Math.max(box.bottom, y + radius);
    }
    return box;
  }

  /** The nearest shown node in a direction, preferring those straight ahead. */
  toward(from: Node, dx: number, dy: number): Node | null {
    let best: Node | null = null;
    let least = Infinity;
    for (const node of this.nodes) {
      if (node === from || !this.shows(node)) continue;
      const ahead = (node.x - from.x) * dx + (node.y - from.y) * dy;
      const aside = Math.abs((node.x - from.x) * dy - (node.y - from.y) * dx);
      if (ahead <= 0 || aside > ahead * 2.5) continue;
      const cost = ahead + 2 * aside;
      if (cost < least) [best, least] = [node, cost];
    }
    return best;
  }

  /** Statements between the same two concepts are fanned out. */
  private bendParallels(): void {
    const pairs = new Map<string, Edge[]>();
    for (const edge of this.edges) {
      const [a, b] = edge.subject.n < edge.object.n ? [edge.subject.n, edge.object.n] : [edge.object.n, edge.subject.n];
      const key = `${a} ${b}`;
      const group = pairs.get(key);
      if (group) group.push(edge);
      else pairs.set(key, [edge]);
    }
    for (const group of pairs.values()) {
      group.forEach((edge, i) => {
        const side = edge.subject.n < edge.object.n ? 1 : -1;
        edge.bend = side * (i - (group.length - 1) / 2) * 0.16;
      });
    }
  }
}

/** The middle control point of an edge's quadratic curve. */
export function control(edge: Edge): Point {
  const { subject: a, object: b } = edge;
  return {
    x: (a.x + b.x) / 2 - (b.y - a.y) * edge.bend * 2,
    y: (a.y + b.y) / 2 + (b.x - a.x) * edge.bend * 2,
  };
}

/** A point of the curve, from 0 at the subject to 1 at the object. */
export function along(edge: Edge, t: number): Point {
  const c = control(edge);
  const u = 1 - t;
  return {
    x: u * u * edge.subject.x + 2 * u * t * c.x + t * t * edge.object.x,
    y: u * u * edge.subject.y + 2 * u * t * c.y + t * t * edge.object.y,
  };
}
