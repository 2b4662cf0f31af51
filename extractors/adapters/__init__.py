"""Models of your own beside ours: an installed spaCy pipeline, a GLiNER directory, an LLM endpoint.

Each is a spaCy factory that is named in ``PipelineConfig(options=…)``, and joins as one more
*method*. Nothing is downloaded; what is missing is said in one sentence before a file is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "polymath_spacy_pipeline": "extractors.adapters.spacy_pipeline",
        "polymath_gliner": "extractors.adapters.gliner",
        "polymath_llm": "extractors.adapters.llm",
    }
)
"""Modules by factory. Each has ``describe(settings)``: what of its settings decides what is read."""


def load_adapter(factory: str) -> None:
    """Register *factory* with spaCy, if it is one of ours: another process knows it not yet."""
    if factory in MODULES:
        importlib.import_module(MODULES[factory])


def described(options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """*options*, as they enter a pipeline's fingerprint and an ingest's Run.

    An adapter's settings are given as its version and the digest of its model, without what
    only says how it is reached: paths, time limits, the name of the variable with the key.

    Raises:
        PolymathError: If an adapter's model or extra is not there, or its settings are wrong.
    """
    return {name: _described(name, settings) for name, settings in options.items()}


def _described(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    if name not in MODULES:
        return dict(settings)
    found: dict[str, Any] = importlib.import_module(MODULES[name]).describe(settings)
    return found | {"code": _code_digest()}


@cache
def _code_digest() -> str:
    h = sha256()
    here = Path(__file__).resolve().parent
    for path in sorted([*here.glob("*.py"), *here.glob("*.tsv")]):
        h.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return h.hexdigest()[:16]
