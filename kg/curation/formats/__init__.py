"""Decisions in the formats of other annotation tools: out as examples, back as answers.

spaCy's own is in ``extractors/decisions_docbin.py``, because this package does without spaCy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kg.curation.examples import Answer, Example
from kg.curation.formats import argilla, label_studio, prodigy, web_annotation


@dataclass(frozen=True, slots=True)
class Format:
    """How examples are written, and answers read, in the form of one tool."""

    write: Callable[[Iterable[Example], Path], int]
    read: Callable[[Path], Iterator[Answer]]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "prodigy": Format(prodigy.write, prodigy.read),
        "label-studio": Format(label_studio.write, label_studio.read),
        "argilla": Format(argilla.write, argilla.read),
        "web-annotation": Format(web_annotation.write, web_annotation.read),
    }
)
"""The formats by name."""
