// Offsets and wording.

/**
 * Turn offsets counted in Unicode code points (as Python counts) into UTF-16 code units
 * (as JavaScript counts). Offsets beyond the end give the end.
 */
export function utf16(text: string, points: readonly number[]): number[] {
  const order = points.map((point, at) => ({ point, at })).sort((a, b) => a.point - b.point);
  const out = new Array<number>(points.length).fill(text.length);
  let unit = 0;
  let point = 0;
  for (const wanted of order) {
    while (point < wanted.point && unit < text.length) {
      unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
      point += 1;
    }
    out[wanted.at] = unit;
  }
  return out;
}

export interface Span {
  start: number;
  end: number;
  mark: string;
}

export interface Segment {
  text: string;
  marks: string[];
}

/** Cut a text at the ends of all spans (UTF-16 offsets); each piece knows the marks that cover it. */
export function segments(text: string, spans: readonly Span[]): Segment[] {
  const real = spans.filter((s) => s.end > s.start);
  const cuts = [...new Set([0, text.length, ...real.flatMap((s) => [s.start, s.end])])]
    .filter((c) => c >= 0 && c <= text.length)
    .sort((a, b) => a - b);
  const out: Segment[] = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const start = cuts[i]!;
    const end = cuts[i + 1]!;
    out.push({
      text: text.slice(start, end),
      marks: real.filter((s) => s.start <= start && s.end >= end).map((s) => s.mark),
    });
  }
  return out;
}

/** "1 work", "2 works". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** "2004", "2004–2010", or nothing. */
export function years(first: number | null, last: number | null): string {
  if (first === null) return last === null ? "" : String(last);
  return last === null || last === first ? String(first) : `${first}–${last}`;
}

/** Where a work can be read, if its id says so; anything else is not made into a link. */
export function workLink(id: string): { href: string; label: string } | null {
  const doi = /^doi:(10\.\d{4,9}\/\S+)$/.exec(id)?.[1];
  if (doi) return { href: `https://doi.org/${encodeURI(doi).replace(/[?#]/g, encodeURIComponent)}`, label: doi };
  const arxiv = /^arxiv:([\w.\-/]+)$/.exec(id)?.[1];
  if (arxiv) return { href: `https://arxiv.org/abs/${arxiv}`, label: `arXiv:${arxiv}` };
  const url = /^url:(https?:\/\/\S+)$/.exec(id)?.[1];
  return url ? { href: url, label: url } : null;
}

/** At most so many characters, with a sign that there were more. */
export function shorten(text: string, most: number): string {
  const points = [...text];
  return points.length <= most ? text : points.slice(0, most - 1).join("").trimEnd() + "…";
}
