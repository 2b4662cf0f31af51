"""The readable page of an inspection: the text with its names marked, and what is said under it.

One piece of HTML without scripts and without anything from elsewhere; every word of the text is
escaped. Colours are laid over the page's own, so that it reads on light and on dark ground, and
no colour says what words do not say as well.

>>> names = ("mentions", "statements", "quantities", "refused")
>>> tables = {"passages": [{"passage": 0, "text": "<b>"}], **{name: [] for name in names}}
>>> "&lt;b&gt;" in page("t", "", tables, ())
True
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

from extractors.annotations import label

SHOWN = 20_000
"""Characters of text on a page; the tables have all."""
LISTED = 200
"""Refusals on a page."""
SURE = 0.7
"""Names that no method is as sure of are underlined with dashes."""
TINT = "2e"
"""Opacity of a mark, in hexadecimal: the ink of the page stays readable on it."""
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "material": "#4c78a8", "chemical": "#5fa8d3", "organism": "#5b9a4b", "gene": "#2f8f7f",
        "disease": "#d1605e", "anatomy": "#df8f92", "method": "#7b62b3", "instrument": "#9f86cf",
        "device": "#b07aa1", "software": "#5e6bc0", "data": "#3a93a8", "task": "#dca032",
        "metric": "#c2ad3b", "property": "#e3873d", "phenomenon": "#d3a56b", "process": "#8fb04e",
        "place": "#9c755f", "object": "#85715f", "theory": "#c46ba5", "field": "#6f8296",
        "group": "#b5838d", "term": "#a3acb6",
    }
)  # fmt: skip
"""The kinds of concept, in the colours that the graph's views give them."""
_STYLE = """
.polymath-read{font:14px/1.9 system-ui,sans-serif;max-width:62em}
.polymath-read p{margin:.5em 0}
.polymath-read mark{color:inherit;padding:.1em .25em;border-radius:.25em;border-bottom:2px solid}
.polymath-read mark small{font-size:.72em;margin-left:.35em;letter-spacing:.02em}
.polymath-read mark.doubt{border-bottom-style:dashed}
.polymath-read .quantity{border-bottom:2px dotted}
.polymath-read ul{margin:.1em 0 .7em 1.2em;padding:0;list-style:"→ ";line-height:1.6}
.polymath-read li{padding-left:.3em}
.polymath-read .how{font-size:.86em}
.polymath-read .not{font-weight:700}
.polymath-read details{margin:.6em 0}
.polymath-read summary{cursor:pointer}
.polymath-read table{border-collapse:collapse;font-size:.9em;line-height:1.5}
.polymath-read td,.polymath-read th{text-align:start;vertical-align:top;padding:.15em .8em .15em 0}
"""
Row = Mapping[str, Any]


def page(
    title: str, counts: str, tables: Mapping[str, Sequence[Row]], warnings: Sequence[str]
) -> str:
    """The page.

    Args:
        title: Of what was read.
        counts: How much was found.
        tables: The rows of the tables of :class:`extractors.inspection.Inspection`, by name.
        warnings: One sentence each.
    """
    passages, mentions, statements = (tables[n] for n in ("passages", "mentions", "statements"))
    quantities = tables["quantities"]
    by_passage = [_by_passage(rows) for rows in (mentions, statements, quantities)]
    parts = [
        f'<div class="polymath-read"><style>{_STYLE}{_kinds(mentions)}</style>',
        f"<p dir='auto'><strong>{escape(title)}</strong> — {escape(counts)}</p>",
        _methods(mentions, statements),
    ]
    shown = 0
    for p in passages:
        if shown >= SHOWN:
            rest = len(passages) - passages.index(p)
            parts.append(f"<p>… and {rest:,} more passages; the tables have all.</p>")
            break
        text = str(p["text"])
        here = [rows.get(p["passage"], []) for rows in by_passage]
        parts.append(_passage(text, min(len(text), SHOWN - shown), *here))
        shown += len(text)
    parts.append(_refused(tables["refused"]))
    if warnings:
        parts.append("".join(f"<p>Note: {escape(w)}</p>" for w in warnings[:20]))
    return "".join([*parts, "</div>"])


def _by_passage(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["passage"]].append(row)
    return found


def _kinds(mentions: Sequence[Row]) -> str:
    kinds = sorted({m["kind"] for m in mentions} & set(COLOURS))
    return "".join(
        f".polymath-read .{k}{{background:{COLOURS[k]}{TINT};border-color:{COLOURS[k]}}}"
        for k in kinds
    )


def _methods(mentions: Sequence[Row], statements: Sequence[Row]) -> str:
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for at, rows in enumerate((mentions, statements)):
        for row in rows:
            counted[row["method"]][at] += 1
    told = []
    for method, (names, said) in sorted(counted.items()):
        parts = [many(names, "name")] * bool(names) + [many(said, "statement")] * bool(said)
        told.append(f"{escape(method)} ({', '.join(parts)})")
    if not told:
        return ""
    dashed = (
        f" Dashed: less than {SURE:.2f} sure." if any(m["score"] < SURE for m in mentions) else ""
    )
    return f'<p class="how">Read by {"; ".join(told)}.{dashed}</p>'


def many(n: int, what: str) -> str:
    """How many of what: "1 name", "2,000 names"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _passage(
    text: str, stop: int, mentions: Sequence[Row], statements: Sequence[Row],
    quantities: Sequence[Row],
) -> str:  # fmt: skip
    marks = [m for m in _marks(mentions, quantities) if m[1] <= stop]
    under: dict[int, list[Row]] = defaultdict(list)
    for s in statements:
        end = next((e for a, e, _ in marks if a < s["end"] < e), s["end"])
        if end <= stop:
            under[end].append(s)
    parts = ["<p dir='auto'>"]
    at = 0
    for cut in sorted({*under, stop}):
        for start, end, html in marks:
            if at <= start and end <= cut:
                parts += [escape(text[at:start]), html]
                at = end
        parts.append(escape(text[at:cut]))
        at = cut
        if cut in under:
            parts += ["</p>", _statements(under[cut]), "<p dir='auto'>"]
    parts.append(" …</p>" if stop < len(text) else "</p>")
    return "".join(parts).replace("<p dir='auto'></p>", "")


def _marks(mentions: Sequence[Row], quantities: Sequence[Row]) -> list[tuple[int, int, str]]:
    """Start, end and HTML of what is marked, in order: of names that overlap the longest."""
    places: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for m in mentions:
        places[(m["start"], m["end"])].append(m)
    free: list[tuple[int, int, str]] = []
    taken: set[int] = set()
    ordered = sorted(places.items(), key=lambda x: (x[0][0] - x[0][1], x[0][0]))
    for (start, end), found in ordered:
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            free.append((start, end, _name(found)))
    for q in quantities:
        if taken.isdisjoint(range(q["start"], q["end"])):
            taken.update(range(q["start"], q["end"]))
            unit = q["canonical"] or q["unit"] or "no unit"
            told = escape(f"quantity: {q['value']:g}, {unit}")
            html = f'<span class="quantity" title="{told}">{escape(str(q["text"]))}</span>'
            free.append((q["start"], q["end"], html))
    return sorted(free)


def _name(found: Sequence[Row]) -> str:
    best = max(found, key=lambda m: (bool(m["vocabulary"]), m["score"]))
    methods = {m["method"]: m["score"] for m in sorted(found, key=lambda m: m["score"])}
    where = f"{best['vocabulary']}: " if best["vocabulary"] else ""
    told = f"{best['name']} ({best['kind']}), {where}{best['concept']}; " + ", ".join(
        f"{method} {score:.2f}" for method, score in reversed(methods.items())
    )
    kind = best["kind"] if best["kind"] in COLOURS else "term"
    doubt = "" if max(methods.values()) >= SURE else " doubt"
    return (
        f'<mark class="{kind}{doubt}" title="{escape(told)}">{escape(str(best["text"]))}'
        f"<small>{escape(best['kind'])}</small></mark>"
    )


def _statements(rows: Sequence[Row]) -> str:
    """The statements of a sentence; a statement that several methods found stands once."""
    same: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for s in rows:
        key = (
            s["subject"],
            s["predicate"],
            s["object"],
            s["qualifiers"],
            s["assertion"],
            s["attribution"],
        )
        same[key].append(s)
    return f"<ul>{''.join(_lines(same))}</ul>"


def _lines(same: Mapping[tuple[str, ...], Sequence[Row]]) -> Iterator[str]:
    for (subject, predicate, object_, qualifiers, assertion, attribution), rows in same.items():
        said = f"<b>{escape(subject)}</b> {escape(label(predicate))} <b>{escape(object_)}</b>"
        if qualifiers:
            said += f" [{escape(qualifiers)}]"
        for told, usual in ((assertion, "affirmed"), (attribution, "own")):
            if told != usual:
                said += f' <span class="not">({escape(told)})</span>'
        methods = {r["method"]: r["score"] for r in rows}
        how = ", ".join(f"{method} {score:.2f}" for method, score in methods.items())
        words = next((r["words"] for r in rows if r["words"]), "")
        by = f" by “{escape(words)}”" if words else ""
        yield f'<li>{said} <span class="how">— {escape(how)}{by}</span></li>'


def _refused(rows: Sequence[Row]) -> str:
    if not rows:
        return "<p>Nothing was left out for a reason that can be told.</p>"
    cells = "".join(
        f"<tr><td>{escape(r['what'])}</td><td dir='auto'>{escape(str(r['text']))}</td>"
        f"<td>{escape(r['reason'])}</td><td>{escape(r['method'])} {r['score']:.2f}</td></tr>"
        for r in rows[:LISTED]
    )
    more = f"<p>… and {len(rows) - LISTED:,} more in the table.</p>" if len(rows) > LISTED else ""
    return (
        f"<details><summary>{len(rows):,} left out, and why</summary><table><tr><th>what</th>"
        f"<th>words</th><th>reason</th><th>by</th></tr>{cells}</table>{more}</details>"
    )
