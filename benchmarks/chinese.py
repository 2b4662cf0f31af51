"""Reading Chinese: mentions, statements, sentences and words on sentences of our own, and speed.

    python -m benchmarks.chinese [--split dev|test|all] [--errors]

No annotated Chinese corpus is at hand, so the author of the rules wrote the sentences in
``benchmarks/data/zh_gold.jsonl`` and is their judge: the figures say whether the rules do what
they are meant to, not how well they read strangers' papers. ``dev`` is what the rules were mended
on: 62 sentences written before them, and 62 that were a first test and were then looked at.
``test`` was written after the last change to the rules, and nothing was changed for it.

A line of the file is a sentence with its names marked ``{name|kind}`` and its statements as
``subject predicate object [assertion] [attribution] [=value unit]`` (names by number), or a
paragraph as the list of its sentences.
"""

from __future__ import annotations

import argparse
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import patch

from extractors.components import chinese_words
from extractors.components.assertion import ASSERTIONS
from extractors.components.sentences import boundaries
from extractors.pipeline import COMPONENTS, build_pipeline
from extractors.vocabulary import shipped_vocabularies
from kg.ontology import PREDICATES

GOLD = Path(__file__).resolve().parent / "data" / "zh_gold.jsonl"
_MARKED = re.compile(r"\{([^{}|]+)\|(\w+)\}")
Triple = tuple[tuple[int, int], str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the gold file: its names and what it says of them."""

    discipline: str
    text: str
    names: dict[tuple[int, int], str]
    statements: dict[Triple, tuple[str, str, str]]


def read_gold(split: str) -> tuple[list[Sentence], list[list[str]]]:
    """The sentences and the paragraphs of one split ("dev", "test" or "all")."""
    sentences, paragraphs = [], []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if split not in ("all", row["split"]):
            continue
        if "sentences" in row:
            paragraphs.append(row["sentences"])
        else:
            sentences.append(_sentence(row))
    return sentences, paragraphs


def _sentence(row: dict[str, Any]) -> Sentence:
    text, at, spans, kinds = "", 0, [], []
    for m in _MARKED.finditer(row["text"]):
        text += row["text"][at : m.start()]
        spans.append((len(text), len(text) + len(m[1])))
        kinds.append(m[2])
        text += m[1]
        at = m.end()
    text += row["text"][at:]
    statements = {}
    for said in row["statements"]:
        said, _, value = said.partition("=")
        subject, predicate, object_, *rest = said.split()
        assertion = next((r for r in rest if r in ASSERTIONS), "affirmed")
        attribution = "cited" if "cited" in rest else "own"
        key = _triple(spans[int(subject)], predicate, spans[int(object_)])
        statements[key] = (assertion, attribution, value.strip())
    return Sentence(row["discipline"], text, dict(zip(spans, kinds, strict=True)), statements)


def _triple(subject: tuple[int, int], predicate: str, object_: tuple[int, int]) -> Triple:
    if PREDICATES[predicate].symmetric and object_ < subject:
        subject, object_ = object_, subject
    return subject, predicate, object_


@dataclass(slots=True)
class Score:
    """Counts of right, found and expected."""

    right: int = 0
    found: int = 0
    expected: int = 0

    def add(self, right: int, found: int, expected: int) -> None:
        """Count one sentence."""
        self.right += right
        self.found += found
        self.expected += expected

    def as_json(self) -> dict[str, float]:
        """Precision, recall and F1 in per cent, with the counts."""
        p = self.right / self.found if self.found else 0.0
        r = self.right / self.expected if self.expected else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        return {
            "p": round(100 * p, 1), "r": round(100 * r, 1), "f": round(100 * f, 1),
            "right": self.right, "found": self.found, "expected": self.expected,
        }  # fmt: skip


def outermost(mentions: Iterable[Any]) -> dict[tuple[int, int], str]:
    """Spans and kinds of the mentions that lie in no longer one."""
    kept: dict[tuple[int, int], str] = {}
    for m in sorted(mentions, key=lambda m: (m.start_char - m.end_char, -m.score)):
        if not any(s < m.end_char and m.start_char < e for s, e in kept):
            kept[(m.start_char, m.end_char)] = m.kind
    return kept


def read(sentences: list[Sentence], nlp: Callable[[str], Any], errors: bool) -> dict[str, Any]:
    """Scores of mentions and statements of *nlp* on *sentences*."""
    spans, typed, strict, loose = Score(), Score(), Score(), Score()
    judged: Counter[str] = Counter()
    for s in sentences:
        doc = nlp(s.text)
        found = outermost(doc._.mentions)
        spans.add(len(found.keys() & s.names.keys()), len(found), len(s.names))
        typed.add(len(found.items() & s.names.items()), len(found), len(s.names))
        said = {
            _triple((x.subject.start_char, x.subject.end_char), x.predicate,
                    (x.object.start_char, x.object.end_char)): x
            for x in doc._.statements
        }  # fmt: skip
        same = said.keys() & s.statements.keys()
        strict.add(len(same), len(said), len(s.statements))
        matched = dict(_overlapping(said, s.statements))
        loose.add(len(matched), len(said), len(s.statements))
        for key, other in matched.items():
            assertion, attribution, value = s.statements[other]
            x = said[key]
            judged["matched"] += 1
            judged["assertion"] += x.assertion == assertion
            judged["attribution"] += x.attribution == attribution
            judged["values"] += bool(value)
            got = " ".join(x.qualifiers.get(n, "") for n in ("value", "unit")).strip()
            judged["value"] += bool(value) and got == value
            if errors and (x.assertion, x.attribution) != (assertion, attribution):
                print(f"  {s.text}\n    {x.assertion} {x.attribution}, not {s.statements[other]}")
            if errors and value and got != value:
                print(f"  {s.text}\n    value {got!r}, not {value!r}")
        if errors:
            _show(s, found, said.keys() - matched.keys(), matched.values())
    return {
        "mentions": spans.as_json(),
        "mentions_and_kinds": typed.as_json(),
        "statements": strict.as_json(),
        "statements_overlapping": loose.as_json(),
        "judged": dict(judged),
    }


def _overlapping(
    said: Iterable[Triple], expected: Iterable[Triple]
) -> Iterator[tuple[Triple, Triple]]:
    """Pairs of one predicate whose names overlap, each used once."""
    left = set(expected)
    for key in sorted(said):
        for other in sorted(left):
            if (
                key[1] == other[1]
                and _touch(key[0], other[0])
                and _touch(key[2], other[2])
            ):  # fmt: skip
                left.discard(other)
                yield key, other
                break


def _touch(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _show(
    s: Sentence, found: dict[tuple[int, int], str], extra: Iterable[Triple], hit: Iterable[Triple]
) -> None:
    def words(span: tuple[int, int]) -> str:
        return s.text[slice(*span)]

    missed = [f"{words(k)}:{v}" for k, v in s.names.items() if found.get(k) != v]
    wrong = [f"{words(k)}:{v}" for k, v in found.items() if s.names.get(k) != v]
    lost = [f"{words(a)} {p} {words(b)}" for a, p, b in s.statements.keys() - set(hit)]
    more = [f"{words(a)} {p} {words(b)}" for a, p, b in extra]
    if missed or wrong or lost or more:
        print(f"{s.text}\n    - {missed} + {wrong}\n    - {lost} + {more}")


def split_sentences(paragraphs: list[list[str]], errors: bool) -> dict[str, float]:
    """Score of the sentence starts after the first."""
    score = Score()
    for sentences in paragraphs:
        at, gold = 0, set()
        for sentence in sentences[:-1]:
            at += len(sentence)
            gold.add(at)
        found = set(boundaries("".join(sentences), "zh"))
        score.add(len(found & gold), len(found), len(gold))
        if errors and found != gold:
            print("|".join(sentences), sorted(gold), sorted(found))
    return score.as_json()


def kept_whole(nlp: Callable[[str], Any]) -> dict[str, float]:
    """Share of the vocabulary's Chinese names, in a plain sentence, whose ends are ends of words."""
    names = sorted({n for v in shipped_vocabularies() for e in v.entries for n in e.aliases_zh})
    whole = found = 0
    for name in names:
        text = f"我们研究了{name}的变化。"
        doc = nlp(text)
        start, end = 5, 5 + len(name)
        edges = {t.idx for t in doc}
        whole += start in edges and end in edges and not any(start < e < end for e in edges)
        found += any((m.start_char, m.end_char) == (start, end) for m in doc._.mentions)
    return {
        "names": len(names),
        "one_word": round(100 * whole / len(names), 1),
        "found": round(100 * found / len(names), 1),
    }


def speed(nlp: Any, sentences: list[Sentence], runs: int) -> dict[str, float]:
    """Characters a second of one core's time, median of *runs*, over one long work made of the sentences."""
    text = "".join(s.text for s in sentences)
    passages = [text] * max(1, 120_000 // len(text))
    characters = sum(map(len, passages))

    def once() -> int:
        docs = [nlp.make_doc(p) for p in passages]
        for doc in docs:
            doc._.work = "w"
        return sum(len(doc._.statements) for doc in nlp.pipe(docs))

    def spent() -> float:
        start = process_time()
        once()
        return process_time() - start

    once()
    seconds = median(spent() for _ in range(runs))
    return {"characters": characters, "characters_per_second": round(characters / seconds)}


def variants() -> dict[str, Any]:
    """The pipelines that are compared: as shipped, and as it is without jieba."""
    with warnings.catch_warnings(), patch.object(chinese_words, "installed", return_value=False):
        warnings.simplefilter("ignore")
        characters = build_pipeline("zh")
    return {"characters": characters, "shipped": build_pipeline("zh")}


def main() -> None:
    """Print the scores; the last line is JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--split", choices=("dev", "test", "all"), default="test")
    parser.add_argument("--errors", action="store_true", help="print what was missed")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    sentences, paragraphs = read_gold(given.split)
    report: dict[str, Any] = {
        "split": given.split, "sentences": len(sentences),
        "components": COMPONENTS["zh"], "sentence_starts": split_sentences(paragraphs, given.errors),
    }  # fmt: skip
    for name, nlp in variants().items():
        if given.errors:
            print(f"== {name}")
        report[name] = read(sentences, nlp, given.errors)
        report[name]["vocabulary_names"] = kept_whole(nlp)
        report[name]["speed"] = speed(nlp, sentences, given.runs)
        for what, value in report[name].items():
            print(f"{name:12} {what:24} {value}")
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
