"""A Curator as its page speaks with it, without a browser."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.curation.queue import Wanted
from kg.errors import PolymathError, RecordError
from kg.graph import Graph
from kg.model import Decision
from kg.stores.sqlite import SqliteStore
from kg.verify import verify
from tests.neo4j_server.server import Neo4jServer
from tests.widgets.curated import fill_curated, statement_of
from tests.widgets.page import node
from widgets import Curator
from widgets.protocol import PROTOCOL, unpack

pytestmark = pytest.mark.usefixtures("built")


class Page:
    """The page's side of the talk."""

    def __init__(self, curator: Curator, view: str = "one") -> None:
        self.curator = curator
        self.view = view
        self.asked = 0
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = curator.__dict__.setdefault(
            "heard", []
        )
        curator.send = lambda content, buffers=None: self.sent.append((content, buffers or []))
        self.hello = self.ask("hello")

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask, and return the answer with its tables unpacked."""
        self.asked += 1
        message = {"kind": kind, "protocol": PROTOCOL, "view": self.view, "seq": self.asked}
        self.curator._desk.receive({**message, **fields})
        answer, buffers = self.sent[-1]
        assert answer["re"] == self.asked
        return {**answer, "data": unpack(answer["tables"], buffers)}

    def deal(self, sort: str = "statement") -> dict[str, Any]:
        """What comes next."""
        answer = self.ask("deal", sort=sort)
        assert answer["item"] is not None
        return answer["item"] | {"data": answer["data"], "left": answer["left"]}

    def decide(self, action: str, item: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Decide about what was dealt, having seen what it shows."""
        ends = (
            {"concept": item["id"], "other": item["other"]}
            if item["sort"] == "pair"
            else {"statement": item["id"]}
        )
        return self.ask("decide", said={"action": action, "seen": item["last"], **ends, **more})


@pytest.fixture
def page(curated: Graph) -> Page:
    """A conversation with Ada's Curator."""
    return Page(Curator(curated, by="Ada"))


def test_who_decides_must_be_named(curated: Graph) -> None:
    for name in ("", "  ", None):
        with pytest.raises(PolymathError, match=r"give your name, as in Curator\(graph, by="):
            Curator(curated, by=name)  # type: ignore[arg-type]
    with pytest.raises(PolymathError, match="such as Wanted"):
        Curator(curated, by="Ada", wanted="graphene")  # type: ignore[arg-type]
    with pytest.raises(PolymathError, match=r"height=10\) is out of bounds"):
        Curator(curated, by="Ada", height=10)


def test_each_is_dealt_once_in_the_order_of_the_queue(curated: Graph, page: Page) -> None:
    wanted = curated.curation.queue(limit=100)["statement"].tolist()
    dealt = [page.deal() for _ in wanted]
    assert [item["id"] for item in dealt] == wanted
    assert dealt[0]["rank"]["reason"].startswith("Believed 0.")
    assert dealt[0]["left"] == len(wanted) == page.hello["left"]
    assert page.ask("deal", sort="statement")["item"] is None
    # With its sentences, and the predicates that its kinds allow.
    assert dealt[0]["data"]["evidence"]["quote"] == [
        "Graphene is used for energy storage, and it is cheap."
    ]
    assert "used_for" in dealt[0]["allowed"]
    assert "outperforms" not in dealt[0]["allowed"]
    # Another view begins anew.
    assert Page(page.curator, "two").deal()["id"] == wanted[0]


def test_decisions_are_carried_out_told_and_taken_back(curated: Graph, page: Page) -> None:
    heard: list[Decision] = []
    page.curator.on_decide(heard.extend)

    def failing(_: list[Decision]) -> None:
        raise RuntimeError("of somebody else")

    page.curator.on_decide(failing)
    digest = curated.digest(log=False)
    item = page.deal()
    told = page.decide("accept", item, why="it  says so")
    assert told["said"] == "Accepted: graphene is used for energy storage. Belief 0.41 → 0.99."
    assert curated.statement(item["id"]).status == "accepted"
    assert [d.reason for d in heard] == ["it says so"]
    assert page.curator.decided["action"].tolist() == ["accept"]
    assert told["today"] == 1
    back = page.ask("undo")
    assert back["said"].startswith("Taken back: graphene is used for energy storage. It is undec")
    assert back["back"]
    assert curated.digest(log=False) == digest
    assert page.ask("redo")["said"].startswith("Decided again")
    assert curated.statement(item["id"]).status == "accepted"
    assert page.ask("undo")["today"] == 0
    assert curated.digest(log=False) == digest
    assert "Nothing was decided here" in page.ask("undo")["message"]
    assert len(heard) == 4
    # One that is not the last, from its history.
    page.decide("accept", item)
    other = page.deal()
    page.decide("reject", other)
    first = page.ask("look", sort="statement", id=item["id"])["item"]["history"][-1]
    assert first["words"] == "accepted it"
    page.ask("undo", decision=first["id"])
    assert curated.statement(item["id"]).status == "machine"
    assert curated.statement(other["id"]).status == "rejected"
    assert verify(curated.store).ok


def test_corrections_tell_what_they_lead_to(curated: Graph, page: Page) -> None:
    items = {item["id"]: item for item in (page.deal() for _ in range(30))}

    def of(*triple: str) -> dict[str, Any]:
        return items[statement_of(curated, *triple)]

    flipped = page.decide("flip", of("graphene", "used_for", "energy storage"))
    assert "Now: energy storage is used for graphene, belief 0." in flipped["said"]
    assert not flipped["stays"]
    heat = of("graphene", "increases", "thermal conductivity")
    ids = heat["data"]["evidence"]["id"]
    assert len(ids) == 2
    one = page.decide("predicate", heat, predicate="decreases", evidence=ids[:1])
    assert "said that it reads “decreases”" in one["said"]
    assert one["stays"], "the other sentence is still to be decided about"
    now = page.ask("look", sort="statement", id=heat["id"])
    assert now["data"]["evidence"]["id"] == ids[1:]
    assert now["item"]["last"] == one["made"][0]
    # Words are counted in characters, although emoji stand before them.
    row = now["data"]["evidence"]
    at = row["subject_start"][0], row["subject_end"][0]
    assert row["passage_text"][0][slice(*at)].lower() == "graphene"
    spans = {"subject": [at[0], at[1] - 1]}
    moved = page.decide("span", heat, evidence=ids[1:], spans=spans)
    assert moved["stays"]
    found = curated.evidence(heat["id"]).iloc[0]
    assert found["passage_text"][found["subject_start"] : found["subject_end"]].lower() == "graphen"
    linked = page.decide(
        "relink",
        of("biosensors", "uses", "graphene"),
        end="object",
        name="graphene",
        concept_kind="object",
    )
    assert "linked it to graphene (object)" in linked["said"]
    assert verify(curated.store).ok


def test_who_decides_otherwise_unseen_is_told_of_the_conflict(curated: Graph, page: Page) -> None:
    item = page.deal()
    with kg.connect(curated.url) as other:
        other.curation.reject(item["id"], by="Bob", why="too vague")
        told = page.decide("accept", item)
        assert [(c["by"], c["words"], c["why"]) for c in told["conflicts"]] == [
            ("Bob", "rejected it", "too vague")
        ]
        # He decides about what she has not been given yet: it does not come any more.
        coming = curated.curation.queue(limit=2)["statement"].iloc[-1]
        other.curation.accept(coming, by="Bob")
        answer = page.ask("deal", sort="statement")
        assert answer["item"]["id"] != coming
        assert answer["news"] == "Bob has decided 2 times meanwhile."
    shown = page.ask("look", sort="statement", id=item["id"])["item"]
    assert [c["against_by"] for c in shown["conflicts"]] == ["Bob"]
    assert page.ask("progress")["conflicts"][0]["thing"]["id"] == item["id"]
    # Who decides having seen both settles it.
    page.decide("reject", shown)
    assert page.ask("look", sort="statement", id=item["id"])["item"]["conflicts"] == []
    assert not page.ask("progress")["conflicts"]


def test_two_curators_on_one_server_that_goes_and_comes_back(neo4j_server: Neo4jServer) -> None:
    neo4j_server.wipe()
    graphs = [kg.connect(neo4j_server.url, auth=neo4j_server.auth) for _ in range(2)]
    fill_curated(graphs[0])
    ada, bob = (
        Page(Curator(graph, by=name)) for graph, name in zip(graphs, ("Ada", "Bob"), strict=True)
    )
    same = ada.deal()
    assert bob.deal()["id"] == same["id"]
    ada.decide("accept", same)
    told = bob.decide("reject", same)
    assert [c["by"] for c in told["conflicts"]] == ["Ada"]
    # What she is given next knows of it, and does not hold what he decided.
    bobs = bob.deal()
    bob.decide("flip", bobs)
    after = ada.ask("deal", sort="statement")
    assert after["news"] == "Bob has decided 2 times meanwhile."
    assert after["item"]["id"] not in (same["id"], bobs["id"])
    assert ada.ask("look", sort="statement", id=same["id"])["item"]["conflicts"]
    pair = ada.deal("pair")
    assert ada.decide("merge", pair)["said"].startswith("Merged")
    assert ada.ask("undo")["back"]
    # The server is gone, and comes back: nothing is lost, and it goes on.
    item = after["item"]
    neo4j_server.kill()
    gone = ada.decide("accept", item)
    assert gone["kind"] == "error"
    assert gone["message"].endswith(".")
    neo4j_server.start()
    for _ in range(20):
        back = ada.decide("accept", item)
        if back["kind"] != "error":
            break
        time.sleep(0.5)
    assert back["said"].startswith("Accepted")
    assert len(graphs[1].curation.history(item["id"])) == 1
    assert verify(graphs[1].store).ok
    for graph in graphs:
        graph.close()


def test_what_cannot_be_done_is_told_in_a_sentence(curated: Graph, page: Page) -> None:
    item = page.deal()
    seq = {"view": "one", "seq": 900}
    page.curator._desk.receive({"kind": "deal", "protocol": 1, **seq})
    assert "version 1 of the Curator's protocol" in page.sent[-1][0]["message"]
    assert "asks for 'dance'" in page.ask("dance")["message"]
    page.curator._desk.receive("nonsense")
    assert "decides nothing" in page.ask("decide", said="x")["message"]
    assert "nothing called 'drop'" in page.decide("drop", item)["message"]
    assert "nothing of sort" in page.ask("deal", sort="x")["message"]
    assert "no statement 'st:gone'" in page.decide("accept", item | {"id": "st:gone"})["message"]
    page.curator._desk.receive({"kind": "deal", "protocol": PROTOCOL, "view": "none", "seq": 1})
    assert "has forgotten this view" in page.sent[-1][0]["message"]
    # A source goes while its statement is looked at: nothing is written, and what follows is dealt.
    source = curated.evidence(item["id"])["source"].iloc[0]
    curated.delete_source(source)
    assert "may have gone with its source" in page.decide("accept", item)["message"]
    assert len(curated.curation.log()) == 0
    assert page.deal()["id"] != item["id"]
    # So does somebody who writes for long: it can be decided when he is done.
    locked = Page(Curator(Graph(SqliteStore(curated.url, busy_seconds=0.1)), by="Cy"))
    here = locked.deal()
    with curated.store.writing():
        assert "try again" in locked.decide("accept", here)["message"]
    assert locked.decide("accept", here)["made"]
    locked.curator._graph.close()


def test_the_filter_goes_both_ways(curated: Graph, page: Page) -> None:
    assert page.curator.wanted == Wanted()
    first = page.ask("facets")["facets"]
    n = len(curated.curation.queue(Wanted(predicates=("used_for",)), limit=99))
    assert dict(first["predicates"])["used_for"] == n > 0
    chosen = {"predicates": ["used_for"], "kinds": ["device"], "decided": "nobody"}
    told = page.ask("filter", wanted=chosen)
    assert page.curator.wanted == Wanted(predicates=("used_for",), kinds=("device",))
    assert told["left"] == dict(page.ask("facets")["facets"]["predicates"])["used_for"] > 0
    assert page.deal()["predicate"] == "used_for"
    # A page that is loaded again has it, and so has another view; Python tells both.
    two = Page(page.curator, "two")
    assert two.hello["wanted"]["predicates"] == ["used_for"]
    page.curator.wanted = Wanted(min_belief=0.5)
    heard = [m for m, _ in page.sent if m["kind"] == "curator/filter" and m["re"] is None]
    assert {m["view"] for m in heard} == {"one", "two"}
    assert page.deal()["belief"] >= 0.5
    work = page.ask("sources", text="Heat in two dimensions")["works"][0]
    page.ask("filter", wanted={"sources": work[2]})
    assert page.deal()["data"]["evidence"]["title"][0] == "Heat in two dimensions"
    assert "to 2.0 shows nothing" in page.ask("filter", wanted={"max_belief": 2.0})["message"]
    with pytest.raises(PolymathError, match="not dict"):
        page.curator.wanted = {"kinds": ["material"]}  # type: ignore[assignment]
    assert page.curator.wanted.sources == tuple(work[2])
    for wrong in ({"decided": "never"}, {"min_belief": "high"}):
        assert "reload the page" in page.ask("filter", wanted=wrong)["message"]


def test_many_at_once_after_a_preview(curated: Graph, page: Page) -> None:
    digest = curated.digest(log=False)
    ids = [page.deal()["id"] for _ in range(3)]
    seen = page.ask("preview", action="reject", statements=ids)
    assert seen["statements"] == ids
    assert (seen["touched"], seen["after"]) == (3, 0.0)
    assert curated.digest(log=False) == digest
    assert "Look at the preview" in page.ask("bulk", action="reject", first=3)["message"]
    told = page.ask("bulk", action="reject", statements=ids, why="all of a kind")
    assert "3 decisions taken, each to reject" in told["said"]
    assert {curated.statement(s).status for s in ids} == {"rejected"}
    assert page.ask("undo")["said"] == "Taken back: 3 decisions."
    assert curated.digest(log=False) == digest
    # As many as are wanted of what the filter shows; what follows from it is told, too.
    page.ask("filter", wanted={"predicates": ["used_for"]})
    seen = page.ask("preview", action="flip", first=2)
    assert len(seen["statements"]) == 2
    assert seen["touched"] == 4
    assert any("energy storage is used for" in row[0] and not row[5] for row in seen["rows"])
    assert "not decided about many" in page.ask("preview", action="merge", first=2)["message"]
    assert "none matches" in page.ask("preview", action="accept", first=0)["message"]


def test_pairs_are_merged_told_apart_and_passed_over(curated: Graph, page: Page) -> None:
    digest = curated.digest(log=False)
    left = page.ask("left", sort="pair")["left"]
    pair = page.deal("pair")
    assert (pair["one"]["name"], pair["into"]["name"]) == ("biosensor", "biosensors")
    assert pair["rank"]["for"][0][0] == "'biosensor' and 'biosensors' differ in number"
    assert pair["data"]["one"]["quote"]
    # The other one stands for both.
    turned = {"concept": pair["other"], "other": pair["id"]}
    told = page.ask("decide", said={"action": "merge", **turned})
    assert told["said"] == "Merged: biosensors is biosensor from now on."
    assert curated.search("biosensors").iloc[0]["name"] == "biosensor"
    assert page.ask("left", sort="pair")["left"] == left - 1
    uses = page.ask(
        "look", sort="statement", id=statement_of(curated, "biosensor", "uses", "graphene")
    )
    assert [c["name"] for c in uses["item"]["subject"]["standing_for"]] == ["biosensors"]
    page.ask("undo")
    assert curated.digest(log=False) == digest
    assert "Told apart" in page.decide("split", pair)["said"]
    assert page.ask("left", sort="pair")["left"] == left - 1
    page.ask("undo")
    passed = page.decide("skip", pair)
    assert passed["made"] == []
    assert page.ask("left", sort="pair")["left"] == left - 1
    assert page.ask("look", sort="pair", id=pair["id"], other=pair["other"])["item"]["history"]


def test_progress_and_what_is_current(curated: Graph, page: Page) -> None:
    with kg.connect(curated.url) as other:
        for row in curated.curation.queue(limit=4).itertuples():
            other.curation.accept(str(row.statement), by="Bob")
    page.ask("filter", wanted={"decided": "any"})
    items = [page.deal() for _ in range(4)]
    for item in items[:3]:
        page.decide("accept", item)
    page.decide("reject", items[3])
    page.ask("undo")
    told = page.ask("progress")
    assert (told["today"], told["mine"], told["all"]) == (3, 3, 7)
    assert told["by_action"] == {"accept": 3}
    assert sum(told["days"]) == 3 == told["days"][-1]
    assert told["others"] == {"Bob": 4}
    assert told["agreement"][0][:3] == ("Bob", 3, 1.0)
    assert told["judged"] == 4
    believed = [i["belief"] for i in items[:3]]
    assert told["believed"][1] <= told["believed"][0] <= len(believed)
    thing = {"sort": "statement", "id": items[0]["id"], "other": ""}
    page.curator._desk.receive(
        {"kind": "current", "protocol": PROTOCOL, "view": "one", "seq": 901, **thing}
    )
    current = page.curator.current
    assert current is not None
    assert current.id == items[0]["id"]
    page.curator.go_to(items[2]["id"])
    assert page.sent[-1][0]["thing"]["id"] == items[2]["id"]
    with pytest.raises(RecordError):
        page.curator.go_to("st:gone")
    page.curator.refresh()
    assert page.sent[-1][0]["kind"] == "curator/stale"


def test_what_is_saved_with_a_notebook_holds_no_sentence(curated: Graph, page: Page) -> None:
    item = page.deal()
    page.decide("accept", item)
    state = dict(page.curator.get_state())
    for bundle in ("_esm", "_css"):
        assert len(state.pop(bundle)) < 250_000
    assert len(json.dumps(state, default=str)) < 1_000
    bundle_ = page.curator._repr_mimebundle_()
    assert bundle_ is not None
    still = bundle_[0]["text/html"]
    assert "Curator for Ada" in still
    assert "1 decisions in all" in still
    assert "<script>" not in still
    assert "&lt;script&gt;" in still  # a concept of the library is called so
    assert item["data"]["evidence"]["quote"][0] not in still


def test_a_file_is_handed_out_decided_in_and_taken_back(
    curated: Graph, page: Page, tmp_path: Path
) -> None:
    path = page.curator.export(tmp_path / "review.html", 40, by="Bob")
    text = path.read_text("utf-8")
    assert "default-src 'none'" in text
    assert "does not cause cytotoxicity" not in text, "a sentence of a closed source"
    assert str(tmp_path) not in text
    written = json.loads(text.split('id="data">')[1].split("</script>")[0])
    causes = statement_of(curated, "graphene", "causes", "cytotoxicity")
    (half,) = [one["item"] for one in written["items"] if one["item"]["id"] == causes]
    assert half["hidden"] == 1
    tables = written["items"][0]
    buffers = [base64.b64decode(b) for b in tables["buffers"]]
    assert set(unpack(tables["tables"], buffers)["evidence"]["access"]) == {"open"}
    # The page's own code, without a browser: two decisions, one of them taken back and taken again.
    script = """
        let kept = [];
        const keep = { read: () => kept, write: (lines) => { kept = [...lines]; } };
        const handed = new handed_.Handed(input.written, keep);
        return (async () => {
            const deal = async (sort) => (await handed.ask("deal", { sort })).message.item;
            const one = await deal("statement");
            const left = (await handed.ask("left", { sort: "statement" })).message.left;
            const decide = (said) => handed.ask("decide", { said });
            await decide({ action: "accept", statement: one.id, seen: one.last, why: "yes" });
            await handed.ask("undo");
            await handed.ask("redo");
            const pair = await deal("pair");
            await decide({ action: "merge", concept: pair.id, other: pair.other, seen: pair.last });
            const found = (await handed.ask("find", { text: "graph" })).tables.hits.texts("name");
            const again = new handed_.Handed(input.written, keep);
            const next = (await again.ask("deal", { sort: "statement" })).message.item.id;
            return { text: handed.text(), id: one.id, left, found, next };
        })();
    """.replace("handed_", "handed_module")
    done = node(script, {"written": written}, handed_module="curator/handed")
    assert done["left"] == len([i for i in written["items"] if i["item"]["sort"] == "statement"])
    assert "graphene" in done["found"]
    assert done["next"] != done["id"], "what was decided before the page was closed"
    back = tmp_path / "decisions.jsonl"
    back.write_text(done["text"], "utf-8")
    taken = curated.curation.take_in(back, "review")
    assert not taken.refused
    assert [(d.action, d.reason) for d in taken.made] == [("accept", "yes"), ("merge", "")]
    assert curated.statement(done["id"]).status == "accepted"
    assert curated.curation.history(done["id"])["by"].tolist() == ["Bob"]
    page.curator.wanted = Wanted(kinds=("theory",))
    with pytest.raises(PolymathError, match="nothing can be handed on"):
        page.curator.export(tmp_path / "empty.html")
    page.curator.wanted = Wanted()
    with pytest.raises(PolymathError, match="cannot be written to"):
        page.curator.export(tmp_path / "no" / "where.html")


def test_edges_of_words_in_any_script() -> None:
    text = "𝔊raphene oxide 改善 energy-storage."
    found = node(
        """
        const { text } = input;
        const { starts, ends } = spans.wordEdges(text, "en");
        const place = [text.indexOf("oxide"), text.indexOf("oxide") + 5];
        return {
            words: starts.map((s, i) => text.slice(s, ends[i])),
            before: text.slice(spans.moved(text, place[0], -1, starts, false), place[1]),
            after: text.slice(place[0], spans.moved(text, place[1], 1, ends, false)),
            surrogate: spans.moved(text, 0, 1, starts, true),
            points: spans.points(text, place),
        };
        """,
        {"text": text},
        "curator/spans",
    )
    assert found["words"][-1] == "storage"
    assert found["before"] == "𝔊raphene oxide"
    assert found["after"] in ("oxide 改善", "oxide 改")
    assert found["surrogate"] == 2
    assert found["points"] == [text.index("oxide"), text.index("oxide") + 5]
