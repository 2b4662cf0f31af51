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
import csv
import gzip
import json
import math
import random
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from benchmarks.measure import SHARED
from extractors.components.abbreviations import legends, pairs
from extractors.linking.context import NO_CONTEXT, DocumentContext
from extractors.linking.index import NameIndex
from extractors.linking.linker import ConceptLinker, Link
from extractors.linking.scoring import IN_PART, NONE, WEIGHTS
from extractors.vocabulary import Vocabulary, load_vocabulary

DATA = SHARED / "benchmarks" / "linking"
SEED = 20260601
Answers = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Gold:
    """One mention: where, what it reads (a gap between its words being a space), which concept."""

    article: str
    ontology: str
    spans: str
    text: str
    concept: str


def read_gold(split: str) -> list[Gold]:
    """The mentions of the train or dev articles."""
    with gzip.open(DATA / "mentions.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        return [
            Gold(
                row["article"], row["ontology"], row["spans"],
                row["text"].replace(" ... ", " "), row["concept"],
            )
            for row in csv.DictReader(file, delimiter="\t")
            if row["split"] == split
        ]  # fmt: skip


def read_vocabularies() -> dict[str, Vocabulary]:
    """The four ontologies."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(DATA.glob("*.obo.zip")):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            name = path.name.removesuffix(".obo.zip")
            found[name] = load_vocabulary(Path(folder) / f"{name}.obo", kind="anatomy")
    return found


def names_of(vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    """(name, scope, id) of all names of a vocabulary."""
    for entry in vocabulary.entries:
        yield entry.name, "name", entry.id
        for alias in entry.aliases:
            yield alias, "exact", entry.id
        for scope, name in entry.loose:
            yield name, scope, entry.id


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


def contexts(
    mentions: Sequence[Gold], *, abbreviations: bool = True, words: bool = True
) -> dict[str, DocumentContext]:
    """The context of each article, as the pipeline makes it."""
    found = {}
    for article in dict.fromkeys(m.article for m in mentions):
        text = (DATA / "articles" / f"{article}.txt").read_text(encoding="utf-8")
        short = dict(reversed([*pairs(text), *legends(text)])) if abbreviations else {}
        found[article] = DocumentContext.of([text] if words else [], short)
    return found


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


# -------------------------------------------------------------------------------------- fit


def fit(
    indexes: Mapping[str, NameIndex], *, rounds: int = 2, steps: int = 500, l2: float = 0.5
) -> None:
    """Print weights that make the train articles' concepts most probable.

    A softmax over the candidates of each mention and none of them, by Adam. Reasons against a
    name may not speak for it: their weights stay below 0. Mentions of one ontology, asked of
    another, teach when there is no such concept.
    """
    mentions = read_gold("train")
    weights, none = dict(WEIGHTS), NONE
    for_it = {w for w in weights if w.startswith("context")}
    learnt = [w for w in weights if w not in _BY_HAND]
    column = {w: i for i, w in enumerate(learnt)}
    given = contexts(mentions)
    for _ in range(rounds):
        linkers = {o: ConceptLinker(i, weights=weights, none=none) for o, i in indexes.items()}
        x, group, gold, times = _examples(linkers, mentions, given, column)
        upper = np.array([np.inf if w in for_it else -0.05 for w in learnt] + [np.inf])
        lower = np.array([0.0 if w in for_it else -np.inf for w in learnt] + [-np.inf])
        w = np.array([weights[k] for k in learnt] + [none])
        first = np.concatenate([[0], np.nonzero(np.diff(group))[0] + 1])
        m, v = np.zeros_like(w), np.zeros_like(w)
        for step in range(1, steps + 1):
            s = x @ w
            e = np.exp(s - np.maximum.reduceat(s, first)[group])
            p = e / np.add.reduceat(e, first)[group]
            right = e * gold
            q = right / np.maximum(np.add.reduceat(right, first), 1e-12)[group]
            gradient = x.T @ ((p - q) * times[group]) + 2 * l2 * w
            m = 0.9 * m + 0.1 * gradient
            v = 0.99 * v + 0.01 * gradient**2
            rate = 0.1 * (1 - step / (steps * 1.05))
            w -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-9)
            w = np.clip(w, lower, upper)
        weights |= {k: round(float(a), 2) for k, a in zip(learnt, w, strict=False)}
        none = round(float(w[-1]), 2)
    for name, weight in weights.items():
        print(f'    "{name}": {weight},')
    print(f"NONE = {none}")


_BY_HAND = (
    "context: discipline",
    "kind is near",
    "kind differs",
    "later vocabulary",
    "similar meaning",
)


def _examples(
    linkers: Mapping[str, ConceptLinker],
    mentions: Sequence[Gold],
    given: Mapping[str, DocumentContext],
    column: Mapping[str, int],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Amounts of reasons (candidates x reasons), group of each, whether it is right, times of groups."""
    chance = random.Random(SEED)
    owned: dict[tuple[str, str], set[str]] = defaultdict(set)
    for m in mentions:
        owned[m.article, m.text.lower()].add(m.ontology)
    asked: Counter[tuple[str, str, str, str]] = Counter()
    for m in mentions:
        asked[m.article, m.ontology, m.text, m.concept] += 10
        others = sorted(set(linkers) - owned[m.article, m.text.lower()])
        if others:
            asked[m.article, chance.choice(others), m.text, ""] += 3
    together: dict[tuple[str, str], DocumentContext] = {}
    for article, ontology in dict.fromkeys((m.article, m.ontology) for m in mentions):
        texts = {m.text for m in mentions if m.article == article and m.ontology == ontology}
        together[article, ontology] = linkers[ontology].with_sure(
            [(t, "term") for t in sorted(texts)], given[article]
        )[0]
    rows: list[np.ndarray] = []
    groups: list[int] = []
    right: list[bool] = []
    times: list[float] = []
    for (article, ontology, text, concept), n in asked.items():
        context = together.get((article, ontology), given[article])
        hits = list(linkers[ontology].weighed(text, "term", context))
        if not hits or (concept and all(h.name.entry.id != concept for h, _ in hits)):
            continue
        for hit, amounts in hits:
            r = np.zeros(len(column) + 1, np.float32)
            for what, amount in (*hit.amounts.items(), *amounts.items()):
                if what in column:
                    r[column[what]] = amount
            rows.append(r)
            groups.append(len(times))
            right.append(hit.name.entry.id == concept)
        r = np.zeros(len(column) + 1, np.float32)
        r[-1] = 1
        rows.append(r)
        groups.append(len(times))
        right.append(not concept)
        times.append((n / 10) ** 0.75)  # a word said a hundred times is not a hundred examples
    return np.stack(rows), np.array(groups), np.array(right), np.array(times)


if __name__ == "__main__":
    main()
