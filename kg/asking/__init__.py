"""Asking a graph in words: names, kinds and the phrases of a small grammar, turned into Cypher.

``words.tsv`` and ``grammar.tsv`` hold what is understood, in English and Chinese; adding a
line to them is all that a new phrase takes.
"""

from __future__ import annotations

from kg.asking.answer import Answer, Asker
from kg.asking.phrases import Phrases
from kg.asking.reading import Suggestion

__all__ = ["Answer", "Asker", "Phrases", "Suggestion"]
