"""The talk with the pages of a Curator: what each of its messages asks of the graph."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from kg.curation import review
from kg.curation.deciding import ASSERTIONS, Wish
from kg.curation.decisions import active
from kg.curation.log import people, whole
from kg.curation.queue import Wanted, verdicts
from kg.errors import PolymathError, RecordError
from kg.graph import Graph
from kg.model import Decision
from kg.ontology import ASSERTED, KINDS, PREDICATES
from kg.schema import NODES
from widgets import answers
from widgets.answering import Answering, Content, Send, listed, number, word
from widgets.curating.dealing import Dealer, Hand, Thing
from widgets.curating.deciding import Deciding, Outcome
from widgets.curating.desk_messages import Ask, Tell, as_json, from_json, sort_in, thing_in
from widgets.curating.items import item, ranked
from widgets.curating.many import BULK, MOST, previewed
from widgets.curating.progress import progress, today
from widgets.protocol import Reply

_VIEWS = 8
SOURCES = 12
"""At most so many works are offered as sources to choose from."""


class Desk(Answering):
    """The kernel's side of the pages of one Curator.

    Args:
        graph: The graph that is decided about.
        by: Who decides.
        wanted: What is asked for.
        send: Sends a message with its buffers to all pages.
        decided: Called with decisions after they were taken.
    """

    def __init__(
        self,
        graph: Graph,
        by: str,
        wanted: Wanted,
        send: Send,
        decided: Callable[[list[Decision]], None],
    ) -> None:
        super().__init__("Curator", send, lambda told: Reply(Tell.ERROR, {"message": told}))
        self.graph = graph
        self.by = by
        self.wanted = wanted
        self.deciding = Deciding(graph, by)
        self.dealer = Dealer(graph, by)
        self.views: OrderedDict[str, Hand] = OrderedDict()
        self._decided = decided
        self._fresh: list[Decision] = []
        self._known = ""
        self._met = False
        self._heard: set[str] = set()
        self._today = 0
        self._previewed: dict[str, str] = {}
        self._handlers = {
            Ask.HELLO: self._hello,
            Ask.DEAL: self._deal,
            Ask.LOOK: self._look,
            Ask.DECIDE: self._decide,
            Ask.UNDO: self._undo,
            Ask.REDO: lambda _view, _content: self._carried(self.deciding.redo),
            Ask.FILTER: self._filter,
            Ask.FACETS: self._facets,
            Ask.SOURCES: self._sources,
            Ask.FIND: self._find,
            Ask.PREVIEW: self._preview,
            Ask.BULK: self._bulk,
            Ask.PROGRESS: lambda _view, _content: self._progress(),
            Ask.REFRESH: self._refresh,
            Ask.LEFT: self._left,
            Ask.CURRENT: self._current,
        }

    def knows(self, view: str) -> bool:
        """Whether a view was given anything."""
        return view in self.views

    def after(self) -> None:
        """Tell who listens what was decided."""
        with self.turn:
            fresh, self._fresh = self._fresh, []
        if fresh:
            self._decided(fresh)

    def latest(self) -> Hand | None:
        """What the view has that spoke last."""
        return next(reversed(self.views.values()), None)

    # ------------------------------------------------------------------ what Python says

    def want(self, wanted: Wanted) -> None:
        """Show something else in all views."""
        self.wanted = wanted
        for hand in self.views.values():
            hand.dealt.clear()
        for view in self.views:
            self.say(view, self._wanted())

    def tell(self, reply: Reply) -> None:
        """Tell all views."""
        for view in self.views:
            self.say(view, reply)

    # ------------------------------------------------------------------ messages

    def _hello(self, view: str, _content: Content) -> Reply:
        if view not in self.views:
            self.views[view] = Hand()
            while len(self.views) > _VIEWS:
                self.forget(self.views.popitem(last=False)[0])
        self._news()
        return Reply(
            Tell.HELLO,
            {
                "by": self.by,
                "wanted": as_json(self.wanted),
                "predicates": {n: [p.label, p.symmetric] for n, p in PREDICATES.items()},
                "asserted": list(ASSERTED),
                "kinds": dict(KINDS),
                "assertions": list(ASSERTIONS),
                "left": self.dealer.left("statement", self.wanted),
                "today": self._today,
            },
        )

    def _hand(self, view: str) -> Hand:
        if view not in self.views:
            raise PolymathError("The kernel has forgotten this view; run the cell again.")
        self.views.move_to_end(view)
        return self.views[view]

    def _deal(self, view: str, content: Content) -> Reply:
        hand, sort = self._hand(view), sort_in(content)
        while True:
            dealt, left = self.dealer.next(hand, sort, self.wanted)
            fields: dict[str, Any] = {"sort": sort, "left": left, "news": self._news()}
            if dealt is None:
                return Reply(Tell.ITEM, {**fields, "item": None})
            try:
                said, tables = item(self.graph, dealt.thing)
            except RecordError:  # it went while the ranking was kept
                continue
            except PolymathError:
                hand.dealt.discard(dealt.thing)
                raise
            rank = ranked(dealt.rank)
            return Reply(Tell.ITEM, {**fields, "item": {**said, "rank": rank}}, tables)

    def _look(self, view: str, content: Content) -> Reply:
        self._hand(view)
        thing = thing_in(content)
        said, tables = item(self.graph, thing)
        return Reply(Tell.ITEM, {"sort": thing.sort, "item": said, "news": self._news()}, tables)

    def _left(self, view: str, content: Content) -> Reply:
        self._hand(view)
        sort = sort_in(content)
        return Reply(Tell.LEFT, {"sort": sort, "left": self.dealer.left(sort, self.wanted)})

    def _current(self, view: str, content: Content) -> None:
        self._hand(view).current = thing_in(content) if content.get("id") else None

    # ------------------------------------------------------------------ deciding

    def _decide(self, view: str, content: Content) -> Reply:
        self._hand(view)
        said = content.get("said")
        if not isinstance(said, Mapping):
            raise PolymathError("The page decides nothing; reload the page.")
        if said.get("action") == "skip" and not said.get("statement"):
            return self._passed(said)
        with self.graph.store.reading() as reader:
            wished = review.wish(reader, said)
        return self._carried(lambda: self.deciding.decide([wished]))

    def _passed(self, said: Mapping[str, Any]) -> Reply:
        """Pairs are passed over in this widget only: the log has no decision for it."""
        thing = Thing("pair", word(said, "concept"), word(said, "other"))
        self.dealer.passed.add(thing)
        return Reply(
            Tell.DECIDED,
            {"made": [], "thing": asdict(thing), "said": "Passed over for now.", "stays": False,
             "conflicts": [], "back": False, "counts": 1, "today": self._today},
        )  # fmt: skip

    def _undo(self, view: str, content: Content) -> Reply:
        self._hand(view)
        return self._carried(lambda: self.deciding.undo(word(content, "decision")))

    def _carried(self, act: Callable[[], Outcome]) -> Reply:
        """Do what changes the log, and tell what became of it."""
        alone = self.graph.version() == self._known
        outcome = act()
        if alone:  # nobody else has written since it was looked for
            self._known = self.graph.version()
        self._fresh += outcome.made
        self._heard |= {d.id for d in outcome.made}
        self._today += outcome.counts
        for d in outcome.made:
            if d.statement:
                self.dealer.done(Thing("statement", d.statement), back=outcome.counts < 0)
        return Reply(
            Tell.DECIDED,
            {
                "made": [d.id for d in outcome.made],
                "thing": asdict(outcome.thing),
                "said": outcome.said,
                "stays": outcome.stays,
                "conflicts": list(outcome.conflicts),
                "back": outcome.back,
                "counts": outcome.counts,
                "today": self._today,
            },
        )

    # ------------------------------------------------------------------ many at once

    def _statements(self, content: Content) -> list[str]:
        """Those that are named, or the first so many that are wanted."""
        named = list(dict.fromkeys(listed(content, "statements")))
        if len(named) > MOST:
            raise PolymathError(
                f"{len(named):,} statements are picked, and at most {MOST} are decided at once."
            )
        if named:
            return named
        first = min(max(number(content, "first") or 0, 0), MOST)
        wanted = replace(self.wanted, skipped_by=self.by)
        found = list(self.graph.curation.queue(wanted, limit=first)["statement"])
        with self.graph.store.reading() as reader:  # some may have gone since they were ranked
            there = reader.existing(NODES["Statement"], found)
        return [s for s in found if s in there]

    def _wishes(self, content: Content) -> list[Wish]:
        action = word(content, "action")
        if action not in BULK:
            raise PolymathError(
                f"{action!r} is not decided about many at once; choose one of {', '.join(BULK)}."
            )
        said = {**content, "evidence": [], "seen": ""}
        with self.graph.store.reading() as reader:
            return [
                review.wish(reader, {**said, "statement": s}) for s in self._statements(content)
            ]

    def _preview(self, view: str, content: Content) -> Reply:
        self._hand(view)
        wishes = self._wishes(content)
        if not wishes:
            raise PolymathError("No statement is picked, and none matches the filter.")
        with self.graph.store.reading() as reader:
            self._previewed = verdicts(reader, [w.statement for w in wishes]).last
        return Reply(Tell.PREVIEW, previewed(self.graph, wishes, self.by))

    def _bulk(self, view: str, content: Content) -> Reply:
        self._hand(view)
        if not content.get("statements"):
            raise PolymathError("Look at the preview first: it says which statements are meant.")
        seen = self._previewed
        wishes = [replace(w, seen=seen.get(w.statement, "")) for w in self._wishes(content)]
        return self._carried(lambda: self.deciding.decide(wishes))

    # ------------------------------------------------------------------ choosing what to see

    def _filter(self, view: str, content: Content) -> Reply:
        self._hand(view)
        self.wanted = from_json(content.get("wanted"))
        for other, hand in self.views.items():
            hand.dealt.clear()
            if other != view:
                self.say(other, self._wanted())
        return self._wanted()

    def _wanted(self) -> Reply:
        left = self.dealer.left("statement", self.wanted)
        return Reply(Tell.FILTER, {"wanted": as_json(self.wanted), "left": left})

    def _facets(self, view: str, _content: Content) -> Reply:
        self._hand(view)
        found = self.graph.curation.facets(replace(self.wanted, skipped_by=self.by))
        facets = {
            str(facet): rows[["value", "statements"]].values.tolist()
            for facet, rows in found.groupby("facet", sort=False)
        }
        return Reply(Tell.FACETS, {"facets": facets, "named": self._source_names()})

    def _source_names(self) -> dict[str, str]:
        """What the sources that are wanted are called."""
        with self.graph.store.reading() as reader:
            rows = reader.select(NODES["Source"], "id", self.wanted.sources, ("id", "path"))
        return {id_: path.replace("\\", "/").rpartition("/")[2] for id_, path in rows}

    def _sources(self, _view: str, content: Content) -> Reply:
        found = self.graph.search(word(content, "text").strip()[:200], what="Work", limit=SOURCES)
        with self.graph.store.reading() as reader:
            rows = reader.select(NODES["Passage"], "work", found["id"].tolist(), ("work", "source"))
        of: dict[str, list[str]] = {}
        for work, source in sorted(set(rows)):
            of.setdefault(work, []).append(source)
        works = [
            [w["title"], None if w["year"] != w["year"] else w["year"], of[w["id"]]]
            for w in found.to_dict("records")
            if w["id"] in of
        ]
        return Reply(Tell.SOURCES, {"works": works})

    def _find(self, _view: str, content: Content) -> Reply:
        text = word(content, "text").strip()[:400]
        found = answers.hits(self.graph, text) if text else answers.hits(self.graph, "", 0)
        return Reply(Tell.FOUND, {"text": text}, answers.hits_table(found))

    # ------------------------------------------------------------------ others, and how far it is

    def _progress(self) -> Reply:
        return Reply(Tell.PROGRESS, asdict(progress(self.graph, self.by)))

    def _refresh(self, view: str, _content: Content) -> Reply:
        hand = self._hand(view)
        self.dealer.rank_anew()
        hand.dealt.clear()
        news = self._news()
        return Reply(Tell.FILTER, {**self._wanted().fields, "news": news})

    def _news(self) -> str:
        """What others have decided since somebody here looked last, in a sentence; "" if nothing."""
        version = self.graph.version()
        if version == self._known:
            return ""
        self._known = version
        history = whole(self.graph.store)
        fresh = [d for d in history if self._met and d.id not in self._heard]
        self._met, self._heard = True, {d.id for d in history}
        with self.graph.store.reading() as reader:
            names = people(reader, history)
        self._today = today(d for d in active(history) if names[d.agent] == self.by)
        count: dict[str, int] = {}
        for d in fresh:
            if names[d.agent] != self.by:
                count[names[d.agent]] = count.get(names[d.agent], 0) + 1
        told = [
            f"{name} has decided {'once' if n == 1 else f'{n:,} times'}"
            for name, n in sorted(count.items())
        ]
        return f"{' and '.join(told)} meanwhile." if told else ""
