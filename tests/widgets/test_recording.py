"""What a page without a kernel answers from is what the kernel would say, without what may not be handed on."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from kg.graph import Graph
from kg.licences import CLOSED
from tests.widgets.conftest import Talk
from widgets import Explorer
from widgets.protocol import unpack
from widgets.recording import recording
from widgets.shown import about


def recorded(explorer: Explorer, graph: Graph) -> tuple[dict[str, Any], dict[str, Any]]:
    """The message and the tables of a recording."""
    scene = explorer._conversation.latest()
    made = json.loads(json.dumps(recording(graph, scene, about(graph, scene.query, scene.version))))
    buffers = [base64.b64decode(b) for b in made["buffers"]]
    return made["message"], unpack(made["message"]["tables"], buffers)


def test_it_says_what_the_kernel_says(talk: Talk, library: Graph) -> None:
    told = talk.ask("hello")
    message, tables = recorded(talk.explorer, library)
    for name in ("nodes", "edges"):
        assert tables[name] == told["data"][name]
    for key in ("query", "focus", "kinds", "predicates", "arranged", "guides", "version"):
        assert message[key] == told[key], key
    concepts, statements = tables["concepts"], tables["statements"]
    assert concepts["name"] == tables["nodes"]["name"]
    for edge, id_ in enumerate(statements["statement"]):
        said = talk.ask("evidence", edge=edge)["data"]
        assert {k: statements[k][edge] for k in said["statement"]} == {
            k: v[0] for k, v in said["statement"].items()
        }
        rows = [n for n, e in enumerate(tables["evidence"]["edge"]) if e == edge]
        quotes = [
            q if access == "open" else CLOSED
            for q, access in zip(said["evidence"]["quote"], said["evidence"]["access"], strict=True)
        ]
        assert [tables["evidence"]["quote"][n] for n in rows] == quotes, id_
        # Offsets are into the sentence, which is all that is there of its passage.
        for n in rows:
            quote, first, last = (
                tables["evidence"][k][n] for k in ("passage_text", "subject_start", "subject_end")
            )
            if quote == CLOSED:
                assert first is last is None
            else:
                subject = statements["subject_name"][edge]
                assert quote[first:last].lower() == subject.lower()


def test_it_can_be_coloured_as_the_notebook_was(talk: Talk, library: Graph) -> None:
    talk.ask("hello")
    talk.explorer.size_by({"graphene": 3.0}, name="votes")
    for name in ("discipline", "votes"):
        talk.ask("column", name=name, first=0)
    bridges = talk.ask("bridges")
    message, tables = recorded(talk.explorer, library)
    assert message["given"] == [["votes", True]] and message["between"] == bridges["between"]
    assert tables["bridges"] == bridges["data"]["bridges"]
    for name in ("kind", "discipline", "community", "votes"):
        told = talk.ask("column", name=name, first=0)
        assert tables[f"column {name}"] == told["data"]["column"], name


def test_it_holds_what_is_seen_and_nothing_of_this_computer(
    talk: Talk, library: Graph, tmp_path: Path
) -> None:
    names = talk.ask("hello")["data"]["nodes"]["name"]
    hidden = names.index("biosensors")
    talk.say("visible", hidden=[hidden, names.index("moisture")], pinned=[0], gone=[])
    message, tables = recorded(talk.explorer, library)
    assert len(tables["nodes"]["name"]) == len(names) - 2
    assert "biosensors" not in json.dumps(tables)
    assert message["sight"]["hidden"] == [] == message["sight"]["pinned"]
    assert tables["nodes"]["name"][message["focus"]] == "graphene"
    text = json.dumps([message, tables])
    assert str(tmp_path) not in text and "/library/" not in text
    assert "does not cause cytotoxicity" not in text
