"""Two discoveries of Don Swanson, found again with what was in print before them.

    python -m benchmarks.swanson

A replay, not a test: the answers have been known since 1986 and 1988, the literatures were drawn by those
who replay them (Cestnik et al. 2025, arXiv:2502.16450), and so was the choice of the three literatures
between migraine and magnesium. It shows that the method finds what is there, beside a ranking by
frequency alone; it cannot show how often it finds what is not.

- Raynaud's disease and fish oil (Swanson 1986, doi:10.1353/pbm.1986.0087): closed discovery on the phrases
  of two or three words in titles up to 1985. 16,155 titles of another question (migraine, magnesium)
  tell which phrases are common everywhere.
- Migraine and magnesium (Swanson 1988, doi:10.1353/pbm.1988.0009): open discovery from migraine on the
  MeSH headings up to 1987; ranked are elements, ions, isotopes and vitamins (UMLS types T196, T127).

Nothing is fitted: scores and filter are the defaults of ``kg.discovery``, except that what the documents
were searched by is kept as a link. That single words are left out was decided after seeing them, for
"effect" and "tissue" stand between any two literatures; how the terms rank among all runs of words is
printed too, and so are all scores. Needs ../shared/benchmarks/swanson (or POLYMATH_SHARED).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from typing import Any, get_args

import pandas as pd

from benchmarks.measure import SHARED, timed
from kg.discovery.abc import Closed, Open, Ranking, closed_discovery, open_discovery
from kg.discovery.generality import Noise
from kg.discovery.links import DocumentLinks, document_links
from kg.discovery.wording import phrase_table

DATA = SHARED / "benchmarks" / "swanson"
RAYNAUD, FISH_OIL = "Raynaud (searched)", "fish oil (searched)"
EXPECTED = ("blood viscosity", "platelet aggregation", "platelet function")
MIGRAINE, MAGNESIUM = "Migraine Disorders", "Magnesium"
BETWEEN = {
    "vasoconstriction_20241125": "Vasoconstriction",
    "platelet_20241125": "Platelet Aggregation",
    "cortical_20241125": "Cortical Spreading Depression",
}
"""The three literatures between migraine and magnesium that the replay is given."""
WANTED_TYPES = {"T196", "T127"}
ELEMENT = "element, ion, isotope or vitamin"


def _lines(name: str) -> list[list[str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("|") for line in file]


def _texts(rows: Sequence[Sequence[str]]) -> pd.DataFrame:
    """``document``, ``title``, ``year``; those that have no year are left out."""
    found = [(r[0], r[2], int(r[1])) for r in rows if r[1].isdigit()]
    return pd.DataFrame(found, columns=["document", "title", "year"]).drop_duplicates("document")


def elsewhere() -> pd.DataFrame:
    """Titles of migraine and of magnesium before 1988, of which no year is told."""
    text = (DATA / "Magnesium_Migraine_before1988.txt").read_text("latin-1")
    titles = [line.split(" ", 2)[-1] for line in text.splitlines()]
    return pd.DataFrame(
        {"document": [f"elsewhere {n}" for n in range(len(titles))], "title": titles}
    )


def raynaud(words: bool = False) -> DocumentLinks:
    """Phrases of titles on Raynaud's disease, on fish oil, and elsewhere; with single *words* too if asked."""
    literatures = {
        RAYNAUD: _texts(_lines("pmid_dp_ti_ab_raynaud_20241127.psv.gz")),
        FISH_OIL: _texts(_lines("pmid_dp_ti_ab_fish_20241127.psv.gz")),
    }
    texts = pd.concat([*literatures.values(), elsewhere()], ignore_index=True)
    phrases = phrase_table(texts["document"], texts["title"])
    searched = [t.assign(term=name)[["document", "term"]] for name, t in literatures.items()]
    several = phrases if words else phrases[phrases["term"].str.contains(" ")]
    return document_links(pd.concat([several, *searched]), texts)


def migraine(without: str = "") -> DocumentLinks:
    """MeSH headings of works on migraine and on what is between it and magnesium."""
    names = [n for n in BETWEEN if n != without]
    rows = [r for n in ("migraine_20241124", *names) for r in _lines(f"pmid_dp_ti_mh_{n}.psv.gz")]
    headings = pd.DataFrame(
        [(r[0], heading) for r in rows if r[1].isdigit() for heading in r[3].split(";")],
        columns=["document", "term"],
    )
    types = {r[1]: set(r[2].split(";")) for r in _lines("d2024.psv.gz")}
    kinds = pd.Series({name: ELEMENT if t & WANTED_TYPES else "other" for name, t in types.items()})
    return document_links(headings, _texts(rows), as_of=1987, kinds=kinds)


def bridges(links: DocumentLinks, by: Closed) -> Ranking:
    """All that is between Raynaud's disease and fish oil."""
    return closed_discovery(links, RAYNAUD, FISH_OIL, by=by, limit=len(links.ids))


def elements(links: DocumentLinks, by: Open) -> Ranking:
    """Elements and vitamins that nobody has linked with migraine yet."""
    noise = Noise(keep=frozenset(b.lower() for b in BETWEEN.values()))
    return open_discovery(
        links, MIGRAINE, noise=noise, kinds=[ELEMENT], by=by, limit=len(links.ids)
    )


def _show_bridges(links: DocumentLinks) -> dict[str, Any]:
    ranks: dict[str, dict[str, int]] = {}
    print("\nBetween Raynaud's disease and fish oil: phrases in titles up to 1985 (a replay)")
    for by in get_args(Closed):
        ranking = bridges(links, by)
        found = ranking.found.set_index("name")
        ranks[by] = {e: int(found["rank"].get(e, 0)) for e in EXPECTED}
    ranking = bridges(links, "surprise")
    found = ranking.found.set_index("name")
    ranks["frequency (baseline)"] = {e: int(found["baseline_rank"].get(e, 0)) for e in EXPECTED}
    print(
        f"{ranking.total} phrases are in titles of both; titles with both ends: {ranking.direct:g}"
    )
    print(f"filter: {ranking.filter}")
    print(f"first ten: {', '.join(ranking.found['name'][:10])}")
    print("| rank by | " + " | ".join(EXPECTED) + " |\n|---|" + "---:|" * len(EXPECTED))
    for by, of in ranks.items():
        print(f"| {by.replace('_', ' ')} | " + " | ".join(str(of[e]) for e in EXPECTED) + " |")
    titles = {}
    for term in EXPECTED:
        said = ranking.evidence[ranking.evidence["candidate"] == term]
        print(f"  {term}: {found['reason'].get(term, 'not found')}")
        for side, name in (("A–B", "Raynaud"), ("B–C", "fish oil")):
            of_side = said[said["side"] == side]
            titles[f"{term}, {name}"] = len(of_side)
            for title, year in of_side[["title", "year"]].head(2).itertuples(index=False):
                print(f"    {name}, {year:g}: {title}")
    everything = bridges(raynaud(words=True), "surprise")
    of = everything.found.set_index("name")["rank"]
    among_words = {e: int(of.get(e, 0)) for e in EXPECTED}
    print(f"among all {everything.total} runs of one to three words, by surprise: {among_words}")
    return {
        "among_words": {"of": everything.total} | among_words,
        "phrases": ranking.total,
        "direct": ranking.direct,
        "ranks": ranks,
        "titles": titles,
    }


def _show_elements(links: DocumentLinks) -> dict[str, Any]:
    print(
        "\nElements and vitamins that may be linked with migraine: MeSH headings up to 1987 (a replay)"
    )
    ranks = {}
    for by in get_args(Open):
        ranking = elements(links, by)
        found = ranking.found.set_index("name")
        ranks[by] = int(found["rank"].get(MAGNESIUM, 0))
    ranking = elements(links, "adamic_adar")
    found = ranking.found.set_index("name")
    ranks["frequency (baseline)"] = int(found["baseline_rank"].get(MAGNESIUM, 0))
    print(f"{ranking.total} candidates; filter: {ranking.filter}")
    shown = ranking.found[
        ["name", "adamic_adar", "linking_terms", "expected", "works", "baseline_rank"]
    ]
    print(shown.head(8).round(2).to_string(index=False))
    print(f"  {MAGNESIUM}: {found['reason'].get(MAGNESIUM, 'not found')}")
    print(f"rank of {MAGNESIUM.lower()} by each score: {ranks}")
    without = {}
    for name, label in BETWEEN.items():
        of = elements(migraine(without=name), "adamic_adar").found.set_index("name")
        without[label] = int(of["rank"].get(MAGNESIUM, 0))
    print(f"its rank where one of the three literatures between is not given: {without}")
    known = open_discovery(links, MIGRAINE, kinds=[ELEMENT], known=True, limit=len(links.ids))
    with_known = int(known.found.set_index("name")["rank"].get(MAGNESIUM, 0))
    print(f"its rank with those kept that works on migraine name already: {with_known}")
    return {
        "candidates": ranking.total,
        "ranks": ranks,
        "without": without,
        "with_known": with_known,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Replay both, and print a line of JSON."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    first, seconds = timed(lambda: _show_bridges(raynaud()))
    second, more = timed(lambda: _show_elements(migraine()))
    print(
        json.dumps(
            {
                "replay": True,
                "raynaud_fish_oil": first,
                "migraine_magnesium": second,
                "seconds": round(seconds + more, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
