"""Which statements and concepts are wanted: one record for expansion, paths and saved views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.errors import RecordError
from kg.model import Names
from kg.network import Bools, Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is left out of a view or a walk. What is empty filters nothing.

    Args:
        predicates: Statements of these predicates …
        families: … or of these families of predicates.
        kinds: Concepts of these kinds.
        disciplines: Concepts that works of these disciplines speak of.
        since: Statements with evidence of that year or a later one.
        until: Statements with evidence of that year or an earlier one. With either bound,
            a statement without a year is left out.
        min_belief: Statements believed at least so much.
        accepted: Only statements that a person has accepted.

    Raises:
        RecordError: If a bound makes no sense.

    >>> Filter(since=2020, until=2015)
    Traceback (most recent call last):
    ...
    kg.errors.RecordError: A filter from 2020 to 2015 leaves nothing; give the earlier year first.
    """

    predicates: Names = ()
    families: Names = ()
    kinds: Names = ()
    disciplines: Names = ()
    since: int | None = None
    until: int | None = None
    min_belief: float = 0.0
    accepted: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.min_belief <= 1:
            raise RecordError(f"Belief is between 0 and 1; a filter asks for {self.min_belief!r}.")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise RecordError(
                f"A filter from {self.since} to {self.until} leaves nothing; give the earlier year first."
            )

    def statements(self, network: Network) -> Bools:
        """Which statements of *network* are wanted, shape (statements,)."""
        wanted = network.belief >= self.min_belief
        if self.predicates or self.families:
            wanted &= network.predicate.among(self.predicates) | network.family.among(self.families)
        if self.since is not None:
            wanted &= network.last_year >= self.since
        if self.until is not None:
            wanted &= network.first_year <= self.until
        return wanted & network.accepted if self.accepted else wanted

    def concepts(self, network: Network) -> Bools:
        """Which concepts of *network* are wanted, shape (concepts,)."""
        wanted = np.ones(len(network.ids), dtype=bool)
        if self.kinds:
            wanted &= network.kind.among(self.kinds)
        if self.disciplines:
            asked = set(self.disciplines)
            said = [d for d in network.disciplines.values if asked.intersection(d)]
            wanted &= network.disciplines.among(set(said))
        return wanted
