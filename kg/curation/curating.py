"""``graph.curation``: what a person decides about a graph, and what follows from it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from kg.curation import exchange, log, review
from kg.curation.agreement import agreement
from kg.curation.candidates import Vectors, candidates
from kg.curation.deciding import Wish, add, relink_wish, span_wish
from kg.curation.decisions import Action, thing
from kg.curation.examples import Answer, Example, Taken, examples, take
from kg.curation.finding_again import FoundAgain, find_again
from kg.curation.formats import FORMATS, Format
from kg.curation.previewing import preview
from kg.curation.queue import EVERYTHING, Queue, Wanted
from kg.errors import RecordError
from kg.model import Concept, Decision
from kg.stores.base import Store

Span = tuple[int, int]
RANKED_FOR = 30.0
"""Seconds for which a ranking is kept while the graph moves on."""


class Curation:
    """Decisions on one graph: taken, taken back, looked at, carried on.

    Each remembers what its user has been shown, so that a decision against one that was not shown
    is known as a conflict. Made by :attr:`kg.Graph.curation`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[str, str] = {}
        self._queue: tuple[float, bool, Queue] | None = None

    # ------------------------------------------------------------------ statements

    def accept(
        self, statement: str, *, by: str, why: str = "", seen: str | None = None
    ) -> Decision:
        """Say that a statement is right. Belief in it is then at least 0.99.

        Args:
            statement: Its id.
            by: Name of the person who decides.
            why: The reason, in words.
            seen: The last decision about it that this person knows ("" for none); what this
                object has shown or taken, if left out.

        Raises:
            RecordError: If the graph has no such statement.
        """
        return self._one(Wish(action="accept", statement=statement, reason=why), by, seen)

    def reject(
        self, statement: str, *, by: str, why: str = "", seen: str | None = None
    ) -> Decision:
        """Say that a statement is wrong. It keeps its evidence, has belief 0, and is not walked."""
        return self._one(Wish(action="reject", statement=statement, reason=why), by, seen)

    def skip(self, statement: str, *, by: str, why: str = "", seen: str | None = None) -> Decision:
        """Leave a statement undecided; the queue shows it to this person no more."""
        return self._one(Wish(action="skip", statement=statement, reason=why), by, seen)

    def flip(
        self,
        statement: str,
        *,
        by: str,
        evidence: Sequence[str] = (),
        why: str = "",
        seen: str | None = None,
    ) -> Decision:
        """Say that sentences say the statement the other way round.

        Args:
            statement: Its id.
            by: Name of the person who decides.
            evidence: Ids of the evidence that is meant; all, if empty.
            why: The reason.
            seen: See :meth:`accept`.
        """
        wish = Wish(action="flip", statement=statement, evidence=evidence, reason=why)
        return self._one(wish, by, seen)

    def change_predicate(
        self,
        statement: str,
        predicate: str,
        *,
        by: str,
        evidence: Sequence[str] = (),
        why: str = "",
        seen: str | None = None,
    ) -> Decision:
        """Say that sentences say another predicate of the same two things.

        Raises:
            RecordError: If the predicate is the same.
        """
        wish = Wish(
            action="predicate",
            statement=statement,
            after={"predicate": predicate},
            evidence=evidence,
            reason=why,
        )
        return self._one(wish, by, seen)

    def mark(
        self,
        statement: str,
        assertion: str,
        *,
        by: str,
        evidence: Sequence[str] = (),
        why: str = "",
        seen: str | None = None,
    ) -> Decision:
        """Say how sentences mean the statement, such as ``negated`` or ``hypothetical``.

        Raises:
            RecordError: If there is no such assertion.
        """
        wish = Wish(
            action="assertion",
            statement=statement,
            after={"assertion": assertion},
            evidence=evidence,
            reason=why,
        )
        return self._one(wish, by, seen)

    def relink(
        self,
        statement: str,
        *,
        by: str,
        subject: str | Concept | None = None,
        object: str | Concept | None = None,
        evidence: Sequence[str] = (),
        why: str = "",
        seen: str | None = None,
    ) -> Decision:
        """Say that sentences speak of another concept of that name: tells homonyms apart.

        Args:
            statement: Its id.
            by: Name of the person who decides.
            subject: The concept that is meant, by id; or one to make, whose id is
                :func:`kg.ids.concept_id` of its kind and name.
            object: Likewise.
            evidence: Ids of the evidence that is meant; all, if empty.
            why: The reason.
            seen: See :meth:`accept`.

        Raises:
            RecordError: If there is no such concept, or nothing would change.
        """
        given = {"subject": subject, "object": object}
        with self._store.reading() as reader:
            ends = {end: c for end, c in given.items() if c is not None}
            wish = relink_wish(reader, statement, evidence, ends)
        return self._one(replace(wish, reason=why), by, seen)

    def fix_span(
        self,
        evidence: str,
        *,
        by: str,
        subject: Span | None = None,
        object: Span | None = None,
        quote: Span | None = None,
        why: str = "",
        seen: str | None = None,
    ) -> Decision:
        """Say where in its passage the words of a piece of evidence stand.

        Args:
            evidence: Its id.
            by: Name of the person who decides.
            subject: First character and the one after the last, in the passage.
            object: Likewise.
            quote: Likewise, of the whole sentence.
            why: The reason.
            seen: See :meth:`accept`.

        Raises:
            RecordError: If there is no such evidence, or a span does not lie in the passage.
        """
        given = {"subject": subject, "object": object, "quote": quote}
        with self._store.reading() as reader:
            wish = span_wish(reader, evidence, {k: s for k, s in given.items() if s is not None})
        return self._one(replace(wish, reason=why), by, seen)

    def decide(
        self, action: Action, statements: Sequence[str], *, by: str, why: str = "", **after: Any
    ) -> list[Decision]:
        """Decide alike about many statements, all of them or none (see :meth:`preview`).

        Args:
            action: ``accept``, ``reject``, ``skip``, ``flip``, ``predicate`` or ``assertion``.
            statements: Their ids.
            by: Name of the person who decides.
            why: The reason.
            after: ``predicate=…`` or ``assertion=…``, for these two.

        Raises:
            RecordError: If one of them cannot be decided so, with nothing written.
        """
        return self.carry_out(self._wishes(action, statements, why, after), by=by)

    def preview(
        self, action: Action, statements: Sequence[str], *, by: str = "preview", **after: Any
    ) -> pd.DataFrame:
        """What :meth:`decide` would change, worked out by deciding and keeping nothing.

        Returns:
            One row a statement that would be touched: ``id``, ``status``, ``belief`` and
            ``n_evidence`` as they are (missing if it is not there yet), and with ``_after`` as
            they would be; how many ``decisions`` there are about it; its ``subject``, ``object`` and
            ``predicate``. ``attrs["concepts"]`` and
            ``attrs["works"]``: how many different ones are at their ends, and say them.
        """
        return preview(self._store, self._wishes(action, statements, "", after), by)

    def _wishes(
        self, action: Action, statements: Sequence[str], why: str, after: dict[str, Any]
    ) -> list[Wish]:
        return [
            Wish(
                action=action,
                statement=s,
                reason=why,
                after=dict(after),
                seen=self._seen.get(s, ""),
            )
            for s in dict.fromkeys(statements)
        ]

    def carry_out(self, wishes: Iterable[Wish], *, by: str) -> list[Decision]:
        """Take decisions that are told as wishes, all of them or none.

        Raises:
            RecordError: If one of them cannot be taken, with nothing written.
        """
        with self._store.writing() as writer:
            made = add(writer, wishes, by)
        return self._remember(made)

    # ------------------------------------------------------------------ concepts

    def merge(
        self, concept: str, into: str, *, by: str, why: str = "", seen: str | None = None
    ) -> Decision:
        """Say that two concepts are one; *into* stands for both from then on.

        Search, neighbours, expansion, paths, communities, statistics and RELATED know one of
        them only. What was read with either stays as it was, so that the merge can be undone.

        Raises:
            RecordError: If one of them is not there, or they are one already.
        """
        wish = Wish(action="merge", concept=concept, other=into, reason=why)
        return self._one(wish, by, seen)

    def split(
        self, concept: str, other: str, *, by: str, why: str = "", seen: str | None = None
    ) -> Decision:
        """Say that two concepts are not one: ends their merge, and keeps them from being proposed."""
        wish = Wish(action="split", concept=concept, other=other, reason=why)
        return self._one(wish, by, seen)

    # ------------------------------------------------------------------ undo, look

    def undo(self, decision: str | Decision, *, by: str, why: str = "") -> Decision:
        """Take a decision back, an undo too. What it changed is as if it had never been taken.

        Raises:
            RecordError: If there is no such decision, or it is taken back already.
        """
        id_ = decision if isinstance(decision, str) else decision.id
        return self._one(Wish(action="undo", undoes=id_, reason=why), by, "")

    def history(self, id: str) -> pd.DataFrame:
        """All decisions about a statement or a concept, oldest first; see :meth:`log`."""
        with self._store.reading() as reader:
            found = log.about(reader, id)
            self._remember(found)
            return log.as_table(reader, found)

    def log(self) -> pd.DataFrame:
        """The audit trail: every decision, oldest first.

        Returns:
            ``at``, ``by``, ``action``, ``statement``, ``concept``, ``other``, ``reason``,
            ``before`` and ``after`` (mappings), ``undone``, ``undoes``, ``conflicts``, ``id``.
        """
        history = log.whole(self._store)
        with self._store.reading() as reader:
            return log.as_table(reader, history)

    def conflicts(self) -> pd.DataFrame:
        """Where the later of two decisions had not seen the earlier; see :func:`kg.curation.log.conflicts`."""
        return log.conflicts(self._store)

    def progress(self) -> dict[str, int]:
        """Statements by status, decisions by action, conflicts."""
        return log.progress(self._store)

    def agreement(self) -> pd.DataFrame:
        """How far each two people agree beyond chance; see :func:`kg.curation.agreement.agreement`."""
        return agreement(self._store)

    # ------------------------------------------------------------------ what next

    def queue(
        self,
        wanted: Wanted = EVERYTHING,
        *,
        limit: int = 50,
        offset: int = 0,
        taught: bool = True,
        fresh: bool = False,
    ) -> pd.DataFrame:
        """Statements to decide about, the most worthwhile first; see :mod:`kg.curation.queue`.

        Args:
            wanted: Which statements.
            limit: At most so many.
            offset: So many before them are passed over.
            taught: Whether to listen to what decisions have taught (:mod:`kg.curation.learning`).
            fresh: Whether to rank anew now. The ranking is otherwise kept for
                :data:`RANKED_FOR` seconds; what was decided meanwhile is left out all the same.

        Returns:
            The columns of :data:`kg.curation.queue.COLUMNS`; ``attrs["total"]`` says how many
            there are.
        """
        page = self._ranked(taught, fresh).page(wanted, limit=limit, offset=offset)
        self._seen |= {
            s: last
            for s, last in zip(page["statement"], page["last_decision"], strict=True)
            if last
        }
        return page

    def facets(self, wanted: Wanted = EVERYTHING) -> pd.DataFrame:
        """How many statements each choice of a filter would leave; see :meth:`kg.curation.queue.Queue.facets`."""
        return self._ranked(True, False).facets(wanted)

    def candidates(
        self,
        *,
        kinds: Sequence[str] = (),
        least: float = 0.3,
        limit: int = 50,
        offset: int = 0,
        vectors: Vectors | None = None,
    ) -> pd.DataFrame:
        """Pairs of concepts that may be one; see :func:`kg.curation.candidates.candidates`."""
        return candidates(
            self._store, kinds=kinds, least=least, limit=limit, offset=offset, vectors=vectors
        )

    def _ranked(self, taught: bool, fresh: bool) -> Queue:
        now = time.monotonic()
        held = self._queue
        if held is not None and not fresh and held[1] == taught:
            same = held[2].version == self._store.version()
            if same or now - held[0] < RANKED_FOR:
                return held[2]
        queue = Queue(self._store, taught=taught)
        self._queue = (time.monotonic(), taught, queue)
        return queue

    # ------------------------------------------------------------------ files

    def export(self, path: str | Path) -> int:
        """Write all decisions to a file, one line of JSON each. Returns how many.

        It is what to keep: sources and this file make the graph again. It holds hashes of
        sentences, not their text.
        """
        return exchange.write(self._store, Path(path))

    def apply(self, path: str | Path) -> exchange.Applied:
        """Take over the decisions in a file that this graph does not have, all of them or none.

        Returns:
            How many were read and new, and a sentence for each that waits because what it is
            about is not in the graph.

        Raises:
            RecordError: If a line is no decision, or was changed since it was written.
        """
        return exchange.read(self._store, Path(path))

    def examples(
        self, statements: Sequence[str] | None = None, *, closed: bool = False
    ) -> list[Example]:
        """Sentences with what was decided about them; see :func:`kg.curation.examples.examples`."""
        return examples(self._store, statements, closed=closed)

    def hand_out(
        self,
        path: str | Path,
        format: str,
        statements: Sequence[str] | None = None,
        *,
        closed: bool = False,
    ) -> int:
        """Write sentences for another annotation tool. Returns how many.

        Args:
            path: The file to write.
            format: One of :data:`kg.curation.formats.FORMATS`.
            statements: Whose sentences; those of all that was decided, if left out.
            closed: Whether to write texts that may not be handed on, too.

        Raises:
            RecordError: If there is no such format.
        """
        return _format(format).write(self.examples(statements, closed=closed), Path(path))

    def take_in(self, path: str | Path, format: str, *, by: str = "") -> Taken:
        """Make decisions of what another annotation tool gave back for :meth:`hand_out`.

        Args:
            path: The file to read.
            format: One of :data:`kg.curation.formats.FORMATS`; or ``review``, for what the page
                that ``Curator.export`` writes gave back (:mod:`kg.curation.review`).
            by: Who answered, where the file does not say.

        Raises:
            RecordError: If the file is none of that format, or not from here.
        """
        if format == review.NAME:
            taken = review.take(self._store, Path(path), by=by)
            self._remember(taken.made)
            return taken
        return self.take(_format(format).read(Path(path)), by=by)

    def take(self, answers: Iterable[Answer], *, by: str = "") -> Taken:
        """Make decisions of answers; see :func:`kg.curation.examples.take`."""
        taken = take(self._store, answers, by=by)
        self._remember(taken.made)
        return taken

    def find_again(self) -> FoundAgain:
        """Let decisions that wait hold for what they are about, if it has another id now."""
        return find_again(self._store)

    def _one(self, wish: Wish, by: str, seen: str | None) -> Decision:
        about = wish.statement or wish.concept
        known = self._seen.get(about, "") if seen is None else seen
        return self.carry_out([replace(wish, seen=known)], by=by)[0]

    def _remember(self, made: list[Decision]) -> list[Decision]:
        for d in made:
            self._seen[thing(d)] = d.id
            if d.other and not d.statement:
                self._seen[d.other] = d.id
        return made


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise RecordError(f"There is no format {name!r}; choose one of {', '.join(FORMATS)}.")
    return FORMATS[name]
