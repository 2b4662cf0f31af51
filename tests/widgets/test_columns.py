"""Columns that colour and size tell: discipline, community, what Python gives; and what joins disciplines."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kg
from kg.errors import PolymathError
from kg.graph import Graph
from tests.kg.networks import planted, write_rows
from tests.widgets.conftest import Talk
from widgets import Explorer, overview
from widgets.look import Look
from widgets.palette import _PALETTE

MACHADO = {  # doi:10.1109/TVCG.2009.113, severity 1
    "none": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}  # fmt: skip

LMS = [
    [0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.6806995, 0.10739696], [0.08830246, 0.28171884, 0.6299787],
]  # fmt: skip
LAB = [
    [0.21045426, 0.79361779, -0.00407205], [1.9779985, -2.42859221, 0.45059371], [0.02590404, 0.78277177, -0.80867577],
]  # fmt: skip


def test_each_concept_has_the_discipline_of_most_works(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    told = talk.ask("column", name="discipline", first=0)
    canvas = talk.explorer._conversation.latest().canvas
    assert (told["kind"], told["name"], told["numeric"]) == ("column", "discipline", False)
    assert told["data"]["column"]["value"] == canvas.nodes["discipline"].tolist()
    known = set(library.table("Concept")["disciplines"].explode().dropna())
    for value in set(told["data"]["column"]["value"]) - {"", "several disciplines"}:
        assert set(value.split(" · ")) <= known
    # What comes later is told by itself, and fits to what was told.
    before = len(canvas.nodes)
    talk.ask("expand", id="local:chemical/moisture")
    more = talk.ask("column", name="discipline", first=before)["data"]["column"]["value"]
    assert len(more) == len(canvas.nodes) - before > 0
    assert (
        talk.ask("column", name="discipline", first=0)["data"]["column"]["value"][before:] == more
    )


def test_each_concept_is_in_a_community(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    told = talk.ask("column", name="community", first=0)["data"]["column"]["value"]
    names = {c.name for c in library.communities().shown}
    assert set(told) <= names | {"a smaller community", ""}
    assert len(set(told)) > 1


def test_what_joins_disciplines_is_told_by_number(talk: Talk) -> None:
    full = talk.ask("hello")
    told = talk.ask("bridges")
    edges = told["data"]["bridges"]["edge"]
    assert 0 < len(edges) < len(full["data"]["edges"]["subject"])
    fields = talk.explorer._conversation.latest().canvas.nodes["homes"].tolist()
    ends = list(zip(full["data"]["edges"]["subject"], full["data"]["edges"]["object"], strict=True))
    for edge, (a, b) in enumerate(ends):
        apart = bool(fields[a]) and bool(fields[b]) and not set(fields[a]) & set(fields[b])
        assert (edge in edges) == apart
    assert all(n > 0 for _, _, n in told["between"])


def test_a_column_from_python_is_told_and_chosen(talk: Talk) -> None:
    talk.ask("hello")
    votes = pd.Series(
        {"graphene": 3, "local:chemical/moisture": -1.5, "insulin": None}, name="votes"
    )
    talk.explorer.colour_by(votes)
    look = talk.sent[-1][0]
    assert (look["kind"], look["look"]["colour"], look["given"]) == (
        "look", "votes", [["votes", True]],
    )  # fmt: skip
    told = talk.ask("column", name="votes", first=0)
    canvas = talk.explorer._conversation.latest().canvas
    value, known = told["data"]["column"]["value"], told["data"]["column"]["known"]
    names = canvas.nodes["name"].tolist()
    assert told["numeric"] and sum(known) == 2
    assert (value[names.index("graphene")], value[names.index("moisture")]) == (3.0, -1.5)
    # Other values under the same name replace them.
    talk.explorer.colour_by({"graphene": "mine", "moisture": "theirs"}, name="votes")
    assert talk.sent[-1][0]["renewed"] == "votes"
    again = talk.ask("column", name="votes", first=0)
    assert set(again["data"]["column"]["value"]) == {"mine", "theirs", ""}
    assert Talk(talk.explorer, "later").ask("hello")["given"] == [["votes", False]]


@pytest.mark.parametrize(
    ("call", "arguments", "says"),
    [
        ("colour_by", ("colour",), "There is no column 'colour'"),
        ("size_by", ("kind",), "There is no column 'kind' for size"),
        ("size_by", ({"graphene": "large"},), "a size needs numbers"),
        ("colour_by", (pd.Series({"a": 1}, name="belief"),), "cannot be called 'belief'"),
        ("colour_by", ({"a": 1, "b": "x"},), "texts only or numbers only"),
        ("colour_by", ({str(n): f"t{n}" for n in range(201)},), "201 different texts"),
    ],
)
def test_a_column_that_is_none_is_a_sentence(
    talk: Talk, call: str, arguments: tuple[Any, ...], says: str
) -> None:
    before = talk.explorer._conversation.latest().look
    with pytest.raises(PolymathError, match=says):
        getattr(talk.explorer, call)(*arguments)
    assert talk.explorer._conversation.latest().look == before


def test_a_page_that_asks_for_no_column_is_told(talk: Talk) -> None:
    talk.ask("hello")
    assert "There is no column 'shoe size'" in talk.ask("column", name="shoe size")["message"]
    assert "There is no column" in talk.ask("arrange", layout="groups", by="shoe size")["message"]


def test_what_is_switched_off_is_not_visible_in_python(talk: Talk) -> None:
    talk.ask("hello")
    told = talk.ask("column", name="discipline", first=0)["data"]["column"]["value"]
    off = told[0]
    talk.say("visible", filters={"off": [["discipline", off]]})
    assert len(talk.explorer.visible.concepts) == sum(v != off for v in told)


def test_how_it_looks_is_saved_with_the_view(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    talk.ask("arrange", layout="groups", by="discipline")
    guides = talk.ask("hello")["guides"]
    look = {"colour": "discipline", "size": "degree", "bridges": True}
    off = [["discipline", "Medicine"], ["kind", "gene"]]
    talk.say("visible", look=look, filters={"off": off})
    talk.explorer.save_view("looks")
    opened = Talk(Explorer(library), "other")
    opened.ask("hello")
    full = opened.ask("load", name="looks")
    assert full["sight"]["look"] == look
    assert sorted(map(list, full["sight"]["filters"]["off"])) == off
    assert (full["arranged"], full["guides"]) == ("groups:discipline", guides)
    assert len(guides) > 1


def test_a_view_that_told_what_is_not_given_says_so(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    talk.explorer.size_by({"graphene": 3}, name="votes")
    talk.explorer.save_view("votes")
    other = Explorer(library)
    assert other.load_view("votes") == "Its size told 'votes', which was not given here."
    assert other._conversation.latest().look == Look()
    assert talk.explorer.load_view("votes") == ""


def test_python_knows_where_a_page_has_put_things(talk: Talk) -> None:
    full = talk.ask("hello")
    n = len(full["data"]["nodes"]["name"])
    asked = len(talk.sent)
    talk.buffers = [memoryview(np.arange(n, dtype="<f4").tobytes())] * 2
    talk.explorer._conversation.receive(
        {"kind": "places", "protocol": full["protocol"], "view": talk.view, "seq": 9}, talk.buffers
    )
    assert len(talk.sent) == asked
    view = talk.explorer.save_view("moved").read_text("utf-8")
    assert '"x": 3.0, "y": 3.0' in view


def test_views_are_renamed_and_deleted(talk: Talk) -> None:
    talk.ask("hello")
    talk.ask("save", name="one")
    talk.ask("save", name="two")
    renamed = talk.ask("rename", name="one", to="first")
    assert (renamed["names"], renamed["saved"]) == (["first", "two"], "first")
    assert "already" in talk.ask("rename", name="first", to="two")["message"]
    assert "no view 'one'" in talk.ask("rename", name="one", to="three")["message"]
    assert "leave out .json" in talk.ask("delete", name="two.json")["message"]
    assert talk.ask("delete", name="two")["names"] == ["first"]


def test_phrases_are_kept_beside_the_graph_and_asked_with_values(talk: Talk) -> None:
    talk.ask("hello")
    kept = talk.ask("keep", name="uses", text="materials used for {task}")
    assert kept["phrases"] == [["uses", "materials used for {task}", ["task"]]]
    answer = talk.ask("ask", text="materials used for {task}", values={"task": "energy storage"})
    assert answer["read"] == "any material is used for energy storage"
    assert "name of 1 to" in talk.ask("keep", name="", text="all materials")["message"]
    assert talk.ask("forget", name="uses")["phrases"] == []


def test_communities_can_be_coloured_by_discipline(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(overview, "LARGE", 100)
    with kg.connect(tmp_path / "planted.kg") as graph:
        write_rows(graph.store, *planted(200, 900, 4, seed=4))
        talk = Talk(Explorer(graph))
        full = talk.ask("hello")
        told = talk.ask("column", name="community", first=0)["data"]["column"]["value"]
        assert told == full["data"]["nodes"]["name"]
        assert len(talk.ask("column", name="discipline")["data"]["column"]["value"]) == len(told)
        assert talk.ask("bridges")["kind"] == "bridges"


def test_what_makes_no_sense_changes_no_look() -> None:
    assert Look().heard([]) == Look().heard({"colour": "x" * 300, "bridges": 1}) == Look()


def linear(colour: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Linear sRGB."""
    c = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def oklab(rgb: Any) -> Any:
    """Perceived lightness and hue (https://bottosson.github.io/posts/oklab)."""
    lms = np.array(LMS) @ np.clip(rgb, 0, 1)
    return np.array(LAB) @ np.cbrt(lms)


@pytest.mark.parametrize("sight", list(MACHADO))
def test_colours_are_told_apart_by_those_who_see_fewer(sight: str) -> None:
    seen = {c: oklab(np.array(MACHADO[sight]) @ linear(c)) for c in _PALETTE["classes"]}
    for a, b in combinations(seen, 2):
        assert np.linalg.norm(seen[a] - seen[b]) > 0.07, (a, b)
    ramp = [oklab(np.array(MACHADO[sight]) @ linear(c))[0] for c in _PALETTE["ramp"]]
    assert (np.diff(ramp) < -0.03).all(), ramp


@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
def test_colours_are_seen_on_light_and_on_dark_ground(ground: str) -> None:
    def luminance(colour: str) -> float:
        return float(linear(colour) @ [0.2126, 0.7152, 0.0722])

    for colour in [*_PALETTE["classes"], *_PALETTE["ramp"]]:
        low, high = sorted([luminance(colour), luminance(ground)])
        assert (high + 0.05) / (low + 0.05) > 2, colour
