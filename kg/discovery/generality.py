"""Which terms say too little to link anything, by rules that are told beside every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kg.discovery.links import Links
from kg.errors import RecordError
from kg.model import Names
from kg.network import Bools

COLUMNS = ("id", "name", "rule", "value", "limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """When a term is no link between A and C.

    Args:
        most_share: Too general: stands in more than this share of all documents …
        most_linked: … or is linked with more than this share of all terms …
        small: … and in more than so many documents (terms), for in a small graph a share says little.
        least_works: Too rare: stands in fewer documents.
        kinds: Only terms of these kinds link, if any are given.
        stop: Names that never link, in small letters.
        keep: Names that are never too general, in small letters, such as what the documents were
            searched by: that it stands in all of these says nothing of how general it is.

    Raises:
        RecordError: If a share is not between 0 and 1.
    """

    most_share: float = 0.05
    most_linked: float = 0.1
    small: int = 10
    least_works: int = 1
    kinds: Names = ()
    stop: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for share in (self.most_share, self.most_linked):
            if not 0 < share <= 1:
                raise RecordError(f"A share is above 0 and at most 1; a filter asks for {share!r}.")

    def __str__(self) -> str:
        """The rules in words."""
        told = [
            f"terms in more than {self.most_share:.1%} of the documents and in more than {self.small}",
            f"terms linked with more than {self.most_linked:.1%} of all terms and with more than {self.small}",
        ]
        if self.least_works > 1:
            told.append(f"terms in fewer than {self.least_works} documents")
        if self.kinds:
            told.append(f"terms of another kind than {', '.join(self.kinds)}")
        if self.stop:
            told.append(f"{len(self.stop)} names on a stop list")
        if self.keep:
            told.append(f"but never for being too general: {', '.join(sorted(self.keep))}")
        return "left out as links: " + "; ".join(told)

    def judge(self, links: Links) -> tuple[Bools, pd.DataFrame]:
        """Which terms may link, by all that is known without walking; and those that may not, and why.

        Returns:
            Shape (terms,), and one row a term and rule: ``id``, ``name``, ``rule``, ``value``, ``limit``.
        """
        share = links.works / max(links.documents, 1)
        names = [str(n).lower() for n in links.names]
        kept = np.array([n in self.keep for n in names], bool)
        general = (share > self.most_share) & (links.works > self.small) & ~kept
        rare = links.works < self.least_works
        other = np.zeros(len(links.ids), bool)
        if self.kinds:
            other = ~links.kinds.among(self.kinds)
        stopped = np.array([n in self.stop for n in names], bool)
        told = [
            _told(links, general, "in too many documents", share, self.most_share),
            _told(links, rare, "in too few documents", links.works, self.least_works),
            _told(links, other, "of another kind", links.works, 0),
            _told(links, stopped, "on the stop list", links.works, 0),
        ]
        return ~(general | rare | other | stopped), _together(told)

    def judge_degree(
        self, links: Links, terms: Iterable[int], degree: Iterable[int]
    ) -> tuple[Bools, pd.DataFrame]:
        """Which of some terms may link, given with how many each is linked; and those that may not."""
        numbers = np.fromiter(terms, np.int64)
        linked = np.fromiter(degree, np.int64)
        share = linked / max(len(links.ids), 1)
        kept = np.array([str(links.names[t]).lower() in self.keep for t in numbers], bool)
        hub = (share > self.most_linked) & (linked > self.small) & ~kept
        rows = [
            (
                links.ids[t],
                links.names[t],
                "linked with too many",
                round(float(s), 4),
                self.most_linked,
            )
            for t, s in zip(numbers[hub], share[hub], strict=True)
        ]
        return ~hub, pd.DataFrame(rows, columns=list(COLUMNS))


def _told(links: Links, which: Bools, rule: str, value: object, limit: float) -> pd.DataFrame:
    rows = np.flatnonzero(which)
    values = np.asarray(value, float)[rows].round(4)
    columns = (links.ids[rows], links.names[rows], [rule] * len(rows), values, [limit] * len(rows))
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    some = [f for f in frames if len(f)]
    if not some:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(some, ignore_index=True)
