"""Mentions given, which concept? Ours beside exact names, a naive plural, and gilda.

    python -m benchmarks.linking          # the figures of the docs, on dev articles
    python -m benchmarks.linking --fit    # the weights of extractors/linking/scoring.py

67 articles linked by hand to four ontologies (CRAFT; ``NOTE.txt`` beside the data). Every method
gets a mention's text and which ontology it belongs to, ours its article as well. A method that
names several concepts as equally good, or none, is wrong. Weights are fitted to the train
articles; nothing else of them is kept, but in the row that says so.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import process_time

from benchmarks.linking_fit import fit
from benchmarks.linking_gold import (
    DATA,
    Gold,
    contexts,
    names_of,
    read_gold,
    read_vocabularies,
)
from extractors.linking.context import NO_CONTEXT, DocumentContext
from extractors.linking.index import NameIndex
from extractors.linking.linker import ConceptLinker, Link
from extractors.linking.scoring import IN_PART, WEIGHTS
from extractors.vocabulary import Vocabulary

Answers = Sequence[str | None]


# ------------------------------------------------------------------------------- baselines


def exact(vocabularies: Mapping[str, Vocabulary], *, plural: bool) -> Callable[[Gold], str | None]:
    """A name or synonym of any scope, whatever its case; *plural* drops a last "s" as well.

    Of several concepts, the one whose name it is, else the first.
    """
    names: dict[str, dict[str, str]] = {}
    for ontology, vocabulary in vocabularies.items():
        table = names[ontology] = {}
        for name, scope, ident in names_of(vocabulary):
            if scope == "name":
                table[name.lower()] = ident
        for name, _, ident in names_of(vocabulary):
            table.setdefault(name.lower(), ident)

    def answer(gold: Gold) -> str | None:
        text = gold.text.lower()
        found = names[gold.ontology].get(text)
        if found is None and plural and text.endswith("s"):
            found = names[gold.ontology].get(text[:-1])
        return found

    return answer


def gilda(vocabularies: Mapping[str, Vocabulary]) -> Callable[[Gold], str | None] | None:
    """The grounder of gilda on the same names; None where it is not installed."""
    try:
        from gilda.grounder import Grounder  # type: ignore[import-not-found]
        from gilda.process import normalize  # type: ignore[import-not-found]
        from gilda.term import Term  # type: ignore[import-not-found]
    except ImportError:
        return None
    status = {"name": "name"}
    grounders = {}
    for ontology, vocabulary in vocabularies.items():
        names = {e.id: e.name for e in vocabulary.entries}
        terms: dict[str, list[object]] = defaultdict(list)
        for name, scope, ident in names_of(vocabulary):
            norm = normalize(name)
            terms[norm].append(
                Term(norm, name, ontology, ident, names[ident], status.get(scope, "synonym"), scope)
            )
        grounders[ontology] = Grounder(dict(terms))

    def answer(gold: Gold) -> str | None:
        matches = grounders[gold.ontology].ground(gold.text)
        return matches[0].term.id if matches else None

    return answer


# ------------------------------------------------------------------------------------ ours


def link(
    linkers: Mapping[str, ConceptLinker],
    mentions: Sequence[Gold],
    given: Mapping[str, DocumentContext],
    *,
    best_guess: bool = True,
    together: bool = True,
) -> list[Link | None]:
    """What each mention is linked to, article by article; *together* uses what others are linked to."""
    groups: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for i, m in enumerate(mentions):
        groups[m.article, m.ontology].append((i, m.text))
    found: list[Link | None] = [None] * len(mentions)
    for (article, ontology), asked in groups.items():
        linker, context = linkers[ontology], given[article]
        if together:
            links = linker.link_all(((t, "term") for _, t in asked), context, best_guess=best_guess)
            for i, text in asked:
                found[i] = links.get((text, "term"))
        else:
            for i, text in asked:
                found[i] = linker.link(text, "term", context, best_guess=best_guess)
    return found


def ids(links: Sequence[Link | None]) -> list[str | None]:
    """The ids that mentions are linked to."""
    return [x.entry.id if x else None for x in links]


FAMILIES: Mapping[str, frozenset[str]] = {
    "plurals": frozenset(("plural", "plural in the vocabulary")),
    "British and American spelling": frozenset(("spelling",)),
    "adjectives (hepatic, liver)": frozenset(("adjective",)),
    "other derived words": frozenset(("derived word",)),
    "word order and small words": frozenset(("word order", "small words")),
    "one word or two": frozenset(("one word or two",)),
    "initials": frozenset(("initials",)),
    "names with more or fewer words": frozenset(
        ("words the name adds", "words the name lacks", "number of words added")
    ),
}


# ----------------------------------------------------------------------------------- report


def accuracy(mentions: Sequence[Gold], answers: Answers) -> dict[str, float]:
    """The share of mentions answered rightly, of all and by ontology."""
    right: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for m, answer in zip(mentions, answers, strict=True):
        for group in ("all", m.ontology):
            whole[group] += 1
            right[group] += answer == m.concept
    return {g: right[g] / whole[g] for g in ("all", *sorted(set(whole) - {"all"}))}


def show(name: str, scores: Mapping[str, float]) -> None:
    """One line of the table."""
    print(f"{name:52s}" + "".join(f"{v:9.3f}" for v in scores.values()))


def remembered(train: Sequence[Gold]) -> dict[tuple[str, str], str]:
    """What each surface was most often linked to in the train articles."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for m in train:
        counts[m.ontology, m.text.lower()][m.concept] += 1
    return {k: min(c, key=lambda i: (-c[i], i)) for k, c in counts.items()}


def main() -> None:
    """Print the table and, as the last line, its figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--fit", action="store_true", help="fit the weights to the train articles")
    parser.add_argument("--split", default="dev", choices=("dev", "train"))
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print the N worst")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not there; set POLYMATH_SHARED to the folder of shared corpora")
    vocabularies = read_vocabularies()
    indexes = {o: NameIndex([v]) for o, v in vocabularies.items()}
    if options.fit:
        fit(indexes)
        return
    mentions, train = read_gold(options.split), read_gold("train")
    given = contexts(mentions)
    linkers = {o: ConceptLinker(i) for o, i in indexes.items()}
    report: dict[str, object] = {"mentions": len(mentions)}

    print(f"{len(mentions)} mentions in {len(given)} {options.split} articles")
    print(" " * 52 + "".join(f"{o:>9s}" for o in ("all", *sorted(vocabularies))))
    table: dict[str, dict[str, float]] = {}

    def row(name: str, answers: Answers) -> None:
        table[name] = accuracy(mentions, answers)
        show(name, table[name])

    row("exact name or synonym", list(map(exact(vocabularies, plural=False), mentions)))
    row("naive plural", list(map(exact(vocabularies, plural=True), mentions)))
    grounder = gilda(vocabularies)
    if grounder is None:
        print("gilda is not installed; pip install gilda adds its row")
    else:
        row("gilda", list(map(grounder, mentions)))
    ours = link(linkers, mentions, given)
    row("ours", ids(ours))
    for family, without in FAMILIES.items():
        ablated = {o: ConceptLinker(i, without=without) for o, i in indexes.items()}
        row(f"  without {family}", ids(link(ablated, mentions, given)))
    even = {reason: math.copysign(1.0, weight) for reason, weight in WEIGHTS.items()}
    unfitted = {o: ConceptLinker(i, weights=even, none=-4.0) for o, i in indexes.items()}
    row("  every reason weighing 1 (nothing fitted)", ids(link(unfitted, mentions, given)))
    row(
        "  without abbreviations of the document",
        ids(link(linkers, mentions, contexts(mentions, abbreviations=False))),
    )
    row(
        "  without the words of the document",
        ids(link(linkers, mentions, contexts(mentions, words=False))),
    )
    row(
        "  without the document's other mentions",
        ids(link(linkers, mentions, given, together=False)),
    )
    row(
        "  without any document",
        ids(link(linkers, mentions, dict.fromkeys(given, NO_CONTEXT), together=False)),
    )
    if options.split == "dev":
        known = remembered(train)
        row(
            "ours, and what train articles link (not shipped)",
            [
                known.get((m.ontology, m.text.lower()), a)
                for m, a in zip(mentions, ids(ours), strict=True)
            ],
        )
    report["accuracy"] = table
    report |= refusals("may refuse", linkers, mentions, given)
    in_full = {o: ConceptLinker(i, without=IN_PART) for o, i in indexes.items()}
    report |= refusals("as the pipeline links", in_full, mentions, given)
    report |= speed(indexes, mentions, given)
    if options.errors:
        worst(mentions, ours, indexes, options.errors)
    print(json.dumps(report))


def refusals(
    name: str,
    linkers: Mapping[str, ConceptLinker],
    mentions: Sequence[Gold],
    given: Mapping[str, DocumentContext],
) -> dict[str, float]:
    """How it does where it may refuse, and what it makes of the other ontologies' mentions."""
    links = link(linkers, mentions, given, best_guess=False)
    linked = [(m, x) for m, x in zip(mentions, links, strict=True) if x]
    right = sum(m.concept == x.entry.id for m, x in linked)
    owned = defaultdict(set)
    for m in mentions:
        owned[m.article, m.text.lower()].add(m.ontology)
    foreign = [
        Gold(m.article, o, m.spans, m.text, "")
        for m in mentions
        for o in linkers
        if o not in owned[m.article, m.text.lower()]
    ]
    wrong = sum(x is not None for x in link(linkers, foreign, given, best_guess=False))
    figures = {
        f"{name}: share linked": len(linked) / len(mentions),
        f"{name}: precision": right / max(1, len(linked)),
        f"{name}: foreign mentions linked": wrong / max(1, len(foreign)),
    }
    for what, value in figures.items():
        print(f"{what:52s}{value:9.3f}")
    return figures


def speed(
    indexes: Mapping[str, NameIndex], mentions: Sequence[Gold], given: Mapping[str, DocumentContext]
) -> dict[str, float]:
    """Mentions a second of one core's time: as the pipeline does it, then remembering nothing."""

    def seconds(run: Callable[[], object]) -> float:
        start = process_time()  # one thread; what else the machine does is no part of it
        run()
        return process_time() - start

    kept = {o: ConceptLinker(i) for o, i in indexes.items()}
    first = seconds(lambda: link(kept, mentions, given))
    again = median(seconds(lambda: link(kept, mentions, given)) for _ in range(5))

    def forgetting() -> None:
        for m in mentions:
            fresh[m.ontology].link(m.text, "term", given[m.article], best_guess=True)
            fresh[m.ontology].forget()

    fresh = {o: ConceptLinker(i) for o, i in indexes.items()}
    alone = seconds(forgetting)
    context = seconds(lambda: contexts(mentions))
    figures = {
        "mentions/s, surfaces met before": len(mentions) / again,
        "mentions/s, first time": len(mentions) / first,
        "mentions/s, nothing remembered": len(mentions) / alone,
        "seconds to read the contexts of all articles": context,
    }
    for name, value in figures.items():
        print(f"{name:52s}{value:9,.2f}" if value < 10 else f"{name:52s}{value:9,.0f}")
    return figures


def worst(
    mentions: Sequence[Gold], links: Sequence[Link | None], indexes: Mapping[str, NameIndex], n: int
) -> None:
    """The surfaces most often linked wrongly, and why."""
    names = {
        o: {e.id: e.name for v in i.vocabularies for e in v.entries} for o, i in indexes.items()
    }
    counts: Counter[tuple[str, ...]] = Counter()
    for m, x in zip(mentions, links, strict=True):
        if x is None or x.entry.id != m.concept:
            said = (x.entry.name, f"{x.score:.2f}", x.why()) if x else ("nothing", "", "")
            counts[(m.ontology, m.text.lower(), names[m.ontology][m.concept], *said)] += 1
    for key, times in counts.most_common(n):
        print(times, *key, sep="\t")


if __name__ == "__main__":
    main()
