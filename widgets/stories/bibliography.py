"""The works behind a story: as CSL-JSON for other programs, and as a list to read.

CSL-JSON is what Zotero, pandoc and citeproc read; whoever needs the style of a journal hands it to
one of them. The list here is written by a few lines of our own, after ISO 690 (authors, title,
venue, year, identifier), rather than by citeproc: the styles that it needs are under CC-BY-SA,
which we could not hand on under our licence, and one plain list needs none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd

from kg.graph import Graph
from kg.ids import doi_link, normal_doi
from kg.schema import NODES

_FAMILY_FIRST = re.compile(r"(?P<family>.+?),?\s+(?P<given>(?:\w\.?[- ]?){1,4})$")
_LONG = 40
"""No name in a text is longer, in characters."""
_MOST = 6
"""Of more authors than so only the first three are named."""


def csl(graph: Graph, works: Iterable[str]) -> tuple[dict[str, Any], ...]:
    """Works and data sets as CSL-JSON items, in the order asked; what the graph does not have is left out.

    Args:
        graph: Where they are.
        works: Ids.
    """
    ids = list(dict.fromkeys(w for w in works if w))
    with graph.store.reading() as reader:
        known = {
            row["id"]: (label, row)
            for label in ("Dataset", "Work")
            for row in NODES[label].dicts(reader.select(NODES[label], "id", ids))
        }
    return tuple(_item(*known[w]) for w in ids if w in known)


def _item(label: str, row: Mapping[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {"id": row["id"], "type": "dataset" if label == "Dataset" else "article"}
    if row.get("venue"):
        item |= {"type": "article-journal", "container-title": row["venue"]}
    if title := row["title"] or row.get("name"):
        item["title"] = title
    if authors := row.get("authors"):
        item["author"] = [_name(a) for a in authors]
    if row["year"] is not None:
        item["issued"] = {"date-parts": [[int(row["year"])]]}
    if doi := normal_doi(row["id"]):
        item["DOI"] = doi
    if link := _link(row["id"]):
        item["URL"] = link
    for key, value in (("language", row.get("language")), ("license", row["licence"])):
        if value:
            item[key] = value
    return item


def _name(author: str) -> dict[str, str]:
    """A name as CSL wants it: family and given where that can be told, else as it is."""
    if "," in author:
        family, given = (part.strip() for part in author.split(",", 1))
        return {"family": family, "given": given} if given else {"literal": family}
    initials = _FAMILY_FIRST.fullmatch(author)
    # "Swanson D. R.": what stands last are initials.
    if initials and all(len(p) <= 2 for p in re.split(r"[. -]+", initials["given"]) if p):
        return {"family": initials["family"], "given": initials["given"].strip()}
    return {"literal": author}


def _link(work: str) -> str:
    if found := doi_link(work):
        return found
    if work.startswith("arxiv:"):
        return f"https://arxiv.org/abs/{quote(work.removeprefix('arxiv:'), safe='/.')}"
    link = work.removeprefix("url:")
    return link if link != work and re.fullmatch(r"https?://[^\s<>\"]+", link) else ""


def reference(item: Mapping[str, Any]) -> str:
    """One line of the list.

    >>> reference({"id": "doi:10.1/x", "type": "article-journal", "title": "On graphene?",
    ...     "author": [{"family": "Adams", "given": "R."}, {"literal": "A group"}],
    ...     "container-title": "Nature", "issued": {"date-parts": [[2004]]}, "DOI": "10.1/x"})
    'Adams R., A group. On graphene? Nature, 2004. doi:10.1/x'
    """
    names = [_written(a) for a in _listed(item.get("author"))]
    if len(names) > _MOST:
        names = [*names[:3], "et al."]
    where = ", ".join(filter(None, [_text(item, "container-title"), year(item)]))
    parts = [", ".join(names), _text(item, "title") or str(item["id"]), where]
    ended = [p if p[-1] in ".?!。？！" else f"{p}." for p in parts if p]
    return " ".join([*ended, identifier(item)]).strip()


def identifier(item: Mapping[str, Any]) -> str:
    """What a reference ends with: a DOI, else an address, else nothing."""
    return f"doi:{_text(item, 'DOI')}" if item.get("DOI") else _text(item, "URL")


def short_reference(item: Mapping[str, Any]) -> str:
    """As it stands in a text: "Swanson 1988"."""
    authors = _listed(item.get("author"))
    first = (_text(authors[0], "family") or _text(authors[0], "literal")) if authors else ""
    more = " et al." if len(authors) > 2 else ""
    if len(authors) == 2:
        first += f" & {_text(authors[1], 'family') or _text(authors[1], 'literal')}"
    name = f"{first or _text(item, 'title') or item['id']}{more}"
    return (
        f"{name if len(name) <= _LONG else name[: _LONG - 1].rstrip() + '…'} {year(item)}".strip()
    )


def link(item: Mapping[str, Any]) -> str:
    """Where a work can be read, by its own id alone: what a file says of links is not believed."""
    return _link(str(item["id"]))


def year(item: Mapping[str, Any]) -> str:
    """When it was issued, "" if that is not told."""
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, Mapping) else None
    first = parts[0] if isinstance(parts, Sequence) and parts else None
    return str(first[0])[:8] if isinstance(first, Sequence) and first else ""


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list | tuple) else []


def _written(name: Mapping[str, Any]) -> str:
    return _text(name, "literal") or f"{_text(name, 'family')} {_text(name, 'given')}".strip()


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def table(items: Sequence[Mapping[str, Any]], steps: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """The list as a DataFrame: id, reference, year, licence, link, steps (numbers of those that cite it)."""
    return pd.DataFrame(
        [
            {
                "id": item["id"],
                "reference": reference(item),
                "year": year(item),
                "licence": _text(item, "license"),
                "link": link(item),
                "steps": list(steps.get(str(item["id"]), ())),
            }
            for item in items
        ],
        columns=["id", "reference", "year", "licence", "link", "steps"],
    )
