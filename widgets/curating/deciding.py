"""What a curator has decided in one widget: carried out, told in words, taken back, done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.curation.correcting import CURATOR
from kg.curation.deciding import Wish
from kg.curation.decisions import CORRECTIONS, read_json
from kg.errors import PolymathError, RecordError
from kg.graph import Graph
from kg.model import Decision
from kg.schema import NODES
from kg.stores.base import Row
from widgets.answers import predicate_label
from widgets.curating.dealing import Thing
from widgets.curating.items import in_words

_STATEMENT, _EVIDENCE = NODES["Statement"], NODES["Evidence"]
_COLUMNS = ("id", "status", "belief", "n_evidence", "subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class Step:
    """What was decided at once, so that it is taken back at once."""

    made: tuple[Decision, ...]
    undone: tuple[Decision, ...] = ()

    @property
    def thing(self) -> Thing:
        """What the first of them is about."""
        d = self.made[0]
        if d.statement:
            return Thing("statement", d.statement)
        return Thing("pair", d.concept, d.other)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision.

    Attributes:
        made: The decisions.
        thing: What they are about (the first of them).
        said: What was done and what follows from it, in a sentence or two.
        stays: Whether there is more of it to decide: sentences that were not corrected, words moved.
        conflicts: Whom it contradicts without having seen their decision: by, at, words.
        back: Whether something was taken back.
        counts: How many decisions hold more (or fewer) than before.
    """

    made: tuple[Decision, ...]
    thing: Thing
    said: str
    stays: bool = False
    conflicts: tuple[dict[str, str], ...] = ()
    back: bool = False
    counts: int = 0


class Deciding:
    """Decisions of one person in one widget.

    Args:
        graph: The graph that is decided about.
        by: The name of the person.
    """

    def __init__(self, graph: Graph, by: str) -> None:
        self.graph = graph
        self.by = by
        self.past: list[Step] = []
        self.future: list[Step] = []

    def decide(self, wishes: Sequence[Wish]) -> Outcome:
        """Carry out wishes, all or none.

        Raises:
            PolymathError: If they cannot be carried out; nothing is changed then.
        """
        if not wishes:
            raise RecordError("There is nothing to decide about.")
        ids = [w.statement for w in wishes if w.statement]
        before = self._state(ids)
        made = tuple(self.graph.curation.carry_out(wishes, by=self.by))
        step = Step(made)
        self.past.append(step)
        self.future.clear()
        if len(made) > 1:
            said, against = self._told_many(made), self._against(made)
            return Outcome(made, step.thing, said, conflicts=against, counts=len(made))
        return Outcome(
            made,
            step.thing,
            self._told(made[0], before),
            stays=self._stays(made[0]),
            conflicts=self._against(made),
            counts=1,
        )

    def undo(self, decision: str = "") -> Outcome:
        """Take back what was decided last here, or one decision by its id.

        Raises:
            PolymathError: If there is nothing to take back, or it is taken back already.
        """
        if decision:
            made = tuple(self.graph.curation.carry_out([_undo(decision)], by=self.by))
            self.past = [s for s in self.past if decision not in {d.id for d in s.made}]
            self.past.append(Step(made))
            self.future.clear()
            return self._outcome_of_undo(Step(made), made, "Taken back")
        if not self.past:
            raise PolymathError(
                "Nothing was decided here that could be taken back; older decisions are taken back "
                "in the history of what they are about."
            )
        step = self.past[-1]
        undone = self._taken_back(step.made, self.past)
        self.past.pop()
        self.future.append(Step(step.made, undone))
        return self._outcome_of_undo(step, undone, "Taken back")

    def redo(self) -> Outcome:
        """Decide again what was taken back last.

        Raises:
            PolymathError: If there is nothing.
        """
        if not self.future:
            raise PolymathError("Nothing was taken back that could be decided again.")
        step = self.future[-1]
        again = self._taken_back(step.undone, self.future)
        self.future.pop()
        self.past.append(Step(step.made))
        return self._outcome_of_undo(step, again, "Decided again", 1)

    def _taken_back(self, made: Sequence[Decision], steps: list[Step]) -> tuple[Decision, ...]:
        wishes = [_undo(d.id) for d in reversed(made)]
        try:
            return tuple(self.graph.curation.carry_out(wishes, by=self.by))
        except RecordError:
            steps.pop()  # somebody took it back meanwhile: the next is the one before
            raise

    # ------------------------------------------------------------------ in words

    def _outcome_of_undo(
        self, step: Step, made: tuple[Decision, ...], word: str, sign: int = -1
    ) -> Outcome:
        n = len(step.made)
        thing = step.thing
        if n > 1:
            return Outcome(made, thing, f"{word}: {n:,} decisions.", back=True, counts=sign * n)
        now = self._state([thing.id]).get(thing.id) if thing.sort == "statement" else None
        about = self._pair(thing) if thing.sort == "pair" else self._line(now)
        told = f" It is {_status(now)}, belief {now[2]:.2f}." if now else ""
        return Outcome(made, thing, f"{word}: {about}.{told}", back=True, counts=sign)

    def _told_many(self, made: Sequence[Decision]) -> str:
        verb = _VERB.get(made[0].action, made[0].action)
        return f"{len(made):,} decisions taken, each to {verb}; U takes all of them back."

    def _told(self, d: Decision, before: dict[str, Row]) -> str:
        if not d.statement:
            return self._told_of_pair(d)
        now = self._state([d.statement]).get(d.statement)
        old = before.get(d.statement)
        line = self._line(now or old)
        word = {"accept": "Accepted", "reject": "Rejected", "skip": "Skipped"}.get(d.action)
        if d.action == "skip":
            return f"Skipped: {line}."
        if word is not None and now and old:
            return f"{word}: {line}. Belief {old[2]:.2f} → {now[2]:.2f}."
        who = in_words({"action": d.action, "after": read_json(d.after)})
        led = [f"{self._line(row)}, belief {row[2]:.2f}" for row in self._led_to(d)]
        told = f"You {who}: {line}."
        if led:
            told += f" Now: {'; '.join(led)}."
        if now and old and not led and old[2] != now[2]:
            told += f" Belief {old[2]:.2f} → {now[2]:.2f}."
        elif now and not now[3]:
            told += " No sentence says the old statement any more."
        return told

    def _told_of_pair(self, d: Decision) -> str:
        if d.action == "split":
            return f"Told apart: {self._pair(Thing('pair', d.concept, d.other))}."
        names = self._names([d.concept, d.other])
        standing = str(read_json(d.after).get("stands_for", d.other))
        into = self._names([standing]).get(standing, standing)
        return f"Merged: {names.get(d.concept, d.concept)} is {into} from now on."

    def _against(self, made: Sequence[Decision]) -> tuple[dict[str, str], ...]:
        told = []
        for d in made:
            ids = set(read_json(d.detail).get("conflicts", ()))
            if not ids:
                continue
            history = self.graph.curation.history(d.statement or d.concept)
            for row in history[history["id"].isin(ids)].to_dict("records"):
                words = in_words({str(k): v for k, v in row.items()})
                told.append(
                    {"by": row["by"], "at": row["at"], "words": words, "why": row["reason"]}
                )
        return tuple(told)

    # ------------------------------------------------------------------ the graph

    def _state(self, statements: Sequence[str]) -> dict[str, Row]:
        with self.graph.store.reading() as reader:
            rows = reader.select(_STATEMENT, "id", set(statements), _COLUMNS)
        return {row[0]: row for row in rows}

    def _names(self, ids: Sequence[str]) -> dict[str, str]:
        found = self.graph.concepts(ids)
        return dict(zip(found["id"].tolist(), found["name"].tolist(), strict=True))

    def _line(self, row: Row | None) -> str:
        if row is None:
            return "a statement that is gone"
        subject, predicate, object_ = row[4:7]
        names = self._names([subject, object_])
        return (
            f"{names.get(subject, subject)} {predicate_label(predicate)} "
            f"{names.get(object_, object_)}"
        )

    def _pair(self, thing: Thing) -> str:
        names = self._names([thing.id, thing.other])
        return f"{names.get(thing.id, thing.id)} and {names.get(thing.other, thing.other)}"

    def _led_to(self, d: Decision) -> list[Row]:
        """The other statements that a correction made of this one's sentences."""
        if d.action not in CORRECTIONS:
            return []
        with self.graph.store.reading() as reader:
            mine = {e["id"] for e in read_json(d.detail).get("evidence", ())}
            replaced = {r for (r,) in reader.select(_EVIDENCE, "id", mine, ("replaced_by",)) if r}
            said = {s for (s,) in reader.select(_EVIDENCE, "id", replaced, ("statement",))}
            rows = reader.select(_STATEMENT, "id", said - {d.statement}, _COLUMNS)
        return sorted(rows)

    def _stays(self, d: Decision) -> bool:
        if d.action not in CORRECTIONS:
            return False
        if d.action == "span":
            return True
        with self.graph.store.reading() as reader:
            rows = reader.select(_EVIDENCE, "statement", [d.statement], ("replaced_by", "method"))
        return any(not replaced and method != CURATOR for replaced, method in rows)


_VERB = {"flip": "turn round", "predicate": "change the predicate", "assertion": "mark"}


def _undo(decision: str) -> Wish:
    return Wish(action="undo", undoes=decision)


def _status(row: Row) -> str:
    return "undecided" if row[1] == "machine" else str(row[1])
