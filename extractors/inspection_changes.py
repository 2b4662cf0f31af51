"""What differs between two readings of one text, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from extractors.annotations import label

COLUMNS = ("change", "what", "text", "method", "before", "after", "passage", "start", "end")
_FIRST = {"mention": 0, "statement": 1}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing that was read: what tells it from others, where it is, and what may change of it."""

    key: tuple[Any, ...]
    text: str
    method: str
    place: tuple[int, int, int]
    told: Mapping[str, str]


def differences(
    before: Mapping[str, Sequence[Row]], after: Mapping[str, Sequence[Row]]
) -> pd.DataFrame:
    """See :meth:`extractors.inspection.Inspection.compare`.

    Args:
        before: Rows of an inspection's tables by the tables' names.
        after: Those of another one, of the same text.
    """
    one, two = ({f.key: f for f in _findings(tables)} for tables in (before, after))
    rows = []
    for key in {**one, **two}:
        old, new = one.get(key), two.get(key)
        told = [f.told if f else {} for f in (old, new)]
        if told[0] == told[1]:
            continue
        differ = [n for n in {**told[0], **told[1]} if told[0].get(n) != told[1].get(n)]
        some = new or old
        assert some is not None
        rows.append(
            (
                "new" if old is None else "gone" if new is None else "changed",
                key[0], some.text, some.method,
                *("; ".join(f"{n} {t[n]}" for n in differ if t.get(n)) for t in told),
                *some.place,
            )
        )  # fmt: skip
    rows.sort(key=lambda r: (_FIRST.get(r[1], 2), r[1], r[6:]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _findings(tables: Mapping[str, Sequence[Row]]) -> Iterator[_Finding]:
    for m in tables["mentions"]:
        told = {n: str(m[n]) for n in ("kind", "name", "concept")}
        yield _at(m, "mention", (m["method"],), {**told, "score": f"{m['score']:.2f}"})
    for s in tables["statements"]:
        says = f"{s['subject']} {label(s['predicate'])} {s['object']}"
        told = {
            "says": says, "of": f"{s['subject_id']} → {s['object_id']}",
            "assertion": s["assertion"], "attribution": s["attribution"],
            "score": f"{s['score']:.2f}",
        }  # fmt: skip
        # A symmetric statement's ends may change places when an end gets another concept.
        ends = sorted((s[f"{e}_start"], s[f"{e}_end"]) for e in ("subject", "object"))
        key = (s["method"], s["predicate"], s["qualifiers"], *ends)
        yield _at({**s, "text": says}, "statement", key, told)
    for q in tables["quantities"]:
        unit = str(q["canonical"] or q["unit"])
        yield _at(q, "quantity", (), {"value": f"{q['value']:g}", "unit": unit})
    for a in tables["abbreviations"]:
        short, told = str(a["short"]), {"stands for": str(a["long"])}
        yield _Finding(("abbreviation", short), short, "", (0, 0, 0), told)
    for r in tables["refused"]:
        yield _at(r, f"refused {r['what']}", (r["text"], r["method"]), {"reason": r["reason"]})


def _at(row: Row, what: str, key: tuple[Any, ...], told: Mapping[str, str]) -> _Finding:
    place = (row["passage"], row["start"], row["end"])
    return _Finding((what, *place, *key), str(row["text"]), str(row.get("method", "")), place, told)
