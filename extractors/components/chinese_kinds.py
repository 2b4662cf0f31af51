"""What kind of thing a Chinese name stands for, by its ending: ``lexicons/kinds_zh.tsv``.

>>> chinese_kind("随机森林算法"), chinese_kind("骨关节炎"), chinese_kind("乙酸乙酯")
('method', 'disease', 'chemical')
>>> chinese_kind("BERT模型"), chinese_kind("红薯")
('method', 'term')
"""

from __future__ import annotations

from functools import cache, lru_cache

from extractors.components.lexicon import read_lexicon
from kg.ontology import KINDS


@cache
def heads() -> dict[str, str]:
    """Ending -> kind, a key of :data:`kg.ontology.KINDS`.

    Raises:
        ValueError: If the table names a kind that is not declared.
    """
    table = {form: kind for form, kind in read_lexicon("kinds_zh", 2)}  # noqa: C416 - typed
    for form, kind in table.items():
        if kind not in KINDS:
            raise ValueError(f"kinds_zh.tsv gives {form} the kind {kind}, which is not declared")
    return table


@cache
def _longest() -> int:
    return max(map(len, heads()))


@lru_cache(maxsize=65536)
def head_of(name: str) -> str:
    """The longest ending of *name* that the table knows, or ""."""
    table = heads()
    for at in range(max(0, len(name) - _longest()), len(name)):
        if name[at:] in table:
            return name[at:]
    return ""


def chinese_kind(name: str) -> str:
    """A key of :data:`kg.ontology.KINDS`; "term" where nothing tells."""
    head = head_of(name)
    return heads()[head] if head else "term"
