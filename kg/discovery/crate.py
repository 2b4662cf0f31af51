"""What was found, packed so that another can check it: an RO-Crate with tables, evidence, works and the call.

RO-Crate (Soiland-Reyes et al. 2022, doi:10.3233/DS-210053; https://w3id.org/ro/crate) is a folder of files
with one that describes them all in JSON-LD. Sentences that may not be handed on are left out
(:func:`kg.licences.withheld`); whoever has the graph finds them by the ids that stand beside.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kg import __version__
from kg._optional import require
from kg.address import public_address
from kg.discovery.results import statements_in, tables_of
from kg.errors import RecordError
from kg.graph import Graph
from kg.licences import licence_class, withheld

SOFTWARE = "https://pypi.org/project/polymath-kg/"


def crate(
    found: Any,
    graph: Graph,
    folder: str | Path,
    *,
    title: str,
    call: str,
    by: str = "",
) -> Path:
    """Write a result with all that it rests on into a new folder.

    Args:
        found: A result of :mod:`kg.discovery` (a dataclass with DataFrames), or a DataFrame. The
            evidence of the statements whose ids stand in it is packed too.
        graph: What it was found in.
        folder: A folder that is not there yet, or an empty one.
        title: What was looked for.
        call: How it was called, as one would type it again.
        by: Name of who did.

    Returns:
        The folder.

    Raises:
        RecordError: If there is something in the folder, or the result holds no table.
        MissingExtra: If rocrate is not installed.
    """
    rocrate = require("rocrate.rocrate", "crate", "pack a result as an RO-Crate")
    entities = require("rocrate.model", "crate", "pack a result as an RO-Crate")
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RecordError(f"{folder} is not empty; give the crate a folder of its own.")
    tables = tables_of(found)
    if not tables:
        raise RecordError(f"A {type(found).__name__} holds no table, so there is nothing to pack.")
    evidence = withheld(graph.evidence(statements_in(tables.values())))
    works = _works(evidence)
    query = {
        "call": call,
        "graph": public_address(graph.url),
        "graph_version": graph.version(),
        "software": f"polymath-kg {__version__}",
        "said": str(getattr(found, "said", "")),
    }
    made = rocrate.ROCrate(gen_preview=True)
    made.name = title
    made.description = f"{title}. Found by: {call}. {query['said']}".strip()
    made.license = (
        "Each sentence in evidence.csv is under the licence of its work, as works.csv tells it."
    )
    software = made.add(
        entities.SoftwareApplication(
            made,
            SOFTWARE,
            properties={"name": "Polymath", "softwareVersion": __version__, "url": SOFTWARE},
        )
    )
    with tempfile.TemporaryDirectory() as temporary:
        files = []
        for name, frame, what in (
            *((f"tables/{n}.csv", f, f"{title}: {n}") for n, f in tables.items()),
            ("evidence.csv", evidence, "The sentences behind the statements that the tables name"),
            ("works.csv", works, "The works that say them, with their licences"),
        ):
            path = Path(temporary) / name
            path.parent.mkdir(exist_ok=True)
            frame.map(_cell).to_csv(path, index=False)
            about = {"name": what, "encodingFormat": "text/csv"}
            files.append(made.add_file(path, name, properties=about))
        path = Path(temporary) / "query.json"
        path.write_text(json.dumps(query, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        about = {"name": "What was asked, of which graph", "encodingFormat": "application/json"}
        asked = made.add_file(path, "query.json", properties=about)
        action = made.add_action(
            software,
            identifier="#found",
            object=[asked],
            result=files,
            properties={"name": title, "description": call},
        )
        if by:
            who = entities.Person(made, f"#{by.replace(' ', '-')}", properties={"name": by})
            action["agent"] = made.add(who)
            made.root_dataset["author"] = who
        cited = [made.add(_cited(entities, made, w)) for w in works.to_dict("records")]
        made.root_dataset["citation"] = cited
        # Written elsewhere first, so that the folder holds all of it or is not there.
        building = Path(temporary) / "crate"
        made.write(building)
        if folder.exists():
            folder.rmdir()
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(building, folder)
    return folder


def _works(evidence: pd.DataFrame) -> pd.DataFrame:
    columns = ["work", "title", "year", "authors", "venue", "licence", "source_licence"]
    works = evidence[columns].drop_duplicates("work").sort_values("work").reset_index(drop=True)
    stated = works["licence"].where(works["licence"] != "", works["source_licence"])
    return works.assign(licence=stated, licence_class=[licence_class(x) for x in stated]).drop(
        columns="source_licence"
    )


def _cell(value: object) -> object:
    """Lists and mappings as JSON, which every reader of the table can take apart again."""
    if isinstance(value, (tuple, list)):
        return json.dumps(list(value), ensure_ascii=False)
    if isinstance(value, Mapping):
        return json.dumps({str(k): v for k, v in value.items()}, ensure_ascii=False)
    return value


def _cited(entities: Any, made: Any, work: Mapping[Any, Any]) -> Any:
    id_ = str(work["work"])
    doi = id_.removeprefix("doi:")
    where = f"https://doi.org/{doi}" if doi != id_ else f"#{id_}"
    properties: dict[str, object] = {"@type": "ScholarlyArticle", "name": work["title"] or id_}
    if not pd.isna(work["year"]):
        properties["datePublished"] = str(int(work["year"]))
    if work["licence"]:
        properties["license"] = work["licence"]
    return entities.ContextEntity(made, where, properties=properties)
