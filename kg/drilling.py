"""From a graph larger than a screen down to what fits: its communities, their parts, their members.

The whole is parted into communities by belief, and each of these again when it is opened:
community ``3/0`` is the largest part of community ``3``. The parting of the whole is kept in
a file beside an embedded graph, stamped with the graph's version, so that a second opening
reads nothing else; for a server, it is kept as long as the process runs.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from kg.communities import (
    SHOWN,
    Communities,
    Community,
    Link,
    Parting,
    arcs_among,
    centrality,
    described,
)
from kg.errors import RecordError
from kg.louvain import Arcs, coarser, louvain
from kg.network import Floats, Ints, Network, network
from kg.stores.base import Store

SEED = 0
RESOLUTIONS = (0.5, 0.25, 0.12, 0.06, 0.03)
COVERED = 0.8
"""Coarser communities are taken until those that are shown hold this share of the concepts."""
FORMAT = 1
"""Of the file beside the graph."""

Order = Literal["centrality", "degree", "works"]
ORDERS: tuple[Order, ...] = ("centrality", "degree", "works")


@dataclass(slots=True)
class _Held:
    """What has been worked out for one version of a graph, by the community that was parted."""

    version: str
    partings: dict[str, Parting]
    told: dict[str, Communities]


_HELD: WeakKeyDictionary[Store, _Held] = WeakKeyDictionary()
_WORKING = threading.RLock()


def communities(store: Store, inside: str = "") -> Communities:
    """The communities of a graph, or the parts of one of them.

    Args:
        store: Home of the graph.
        inside: Id of a community, to see its parts; one that does not fall into parts has
            one, itself.

    Raises:
        RecordError: If the graph has no such community.
    """
    with _WORKING:
        held = _held(store)
        if inside not in held.told:
            walked, parting = _parted(store, inside)
            held = _held(store)
            held.told[inside] = described(walked, parting, inside)
            if not inside and store.beside is not None:
                _keep(store.beside, held)
        return held.told[inside]


def members(
    store: Store, community: str, *, by: Order = "centrality", limit: int = 100, offset: int = 0
) -> pd.DataFrame:
    """Concepts of a community, ranked.

    Args:
        store: Home of the graph.
        community: Its id.
        by: ``centrality`` (:func:`kg.communities.centrality`); ``degree``: statements that
            touch the concept; ``works`` that speak of it.
        limit: At most so many.
        offset: So many before them are passed over.

    Returns:
        ``id``, ``name``, ``kind``, ``disciplines``, ``works``, ``degree``, ``centrality``;
        ``attrs["total"]`` says how many there are.

    Raises:
        RecordError: If the graph has no such community, or there is no such order.
    """
    if by not in ORDERS:
        raise RecordError(f"Members are ranked by one of {ORDERS}, not by {by!r}.")
    walked, concepts = _inside(store, community)
    values: dict[Order, Ints | Floats] = {
        "centrality": centrality(walked, Parting(concepts, np.zeros(len(concepts), np.int64))),
        "degree": walked.degree()[concepts],
        "works": walked.concept_works[concepts],
    }
    order = np.lexsort((concepts, -values["centrality"], -values[by]))
    page = order[max(offset, 0) : max(offset, 0) + max(limit, 0)]
    chosen = concepts[page]
    frame = pd.DataFrame(
        {
            "id": walked.ids[chosen],
            "name": walked.names[chosen],
            "kind": walked.kind.at(chosen),
            "disciplines": walked.disciplines.at(chosen),
            "works": values["works"][page],
            "degree": values["degree"][page],
            "centrality": values["centrality"][page].round(4),
        }
    )
    frame.attrs["total"] = len(concepts)
    return frame


def strongest(store: Store, community: str, *, limit: int = 60) -> pd.DataFrame:
    """Statements that join two concepts of a community, the most believed first.

    Returns:
        The columns of RELATED and ``accepted``; ``attrs["total"]`` says how many there are.

    Raises:
        RecordError: If the graph has no such community.
    """
    walked, concepts = _inside(store, community)
    here = np.zeros(len(walked.ids), dtype=bool)
    here[concepts] = True
    rows = np.flatnonzero(here[walked.subject] & here[walked.object])
    order = np.lexsort((rows, -walked.n_evidence[rows], -walked.belief[rows]))
    frame = walked.related(rows[order[: max(limit, 0)]])
    frame.attrs["total"] = len(rows)
    return frame


def communities_of(store: Store, concepts: list[str]) -> dict[str, str]:
    """For each concept the id of the community of the whole graph that it is in, if in any."""
    with _WORKING:
        walked, parting = _parted(store, "")
    return {str(walked.ids[n]): str(parting.labels[n]) for n in walked.numbers(concepts)}


def _parted(store: Store, inside: str) -> tuple[Network, Parting]:
    """The network, and the parting of one of its communities or of all of it."""
    walked, held = network(store), _held(store)
    if inside not in held.partings:
        concepts = _inside(store, inside)[1] if inside else np.arange(len(walked.ids))
        held.partings[inside] = Parting(concepts, _labels(arcs_among(walked, concepts)))
    return walked, held.partings[inside]


def _labels(arcs: Arcs) -> Ints:
    """Communities as coarse as it takes for those that fit on a screen to hold most concepts."""
    finest = louvain(arcs, seed=SEED)
    coarse = (coarser(arcs, finest, seed=SEED, resolution=r) for r in RESOLUTIONS)
    for labels in itertools.chain([finest], coarse):
        if not arcs.n or (labels < SHOWN).mean() >= COVERED:
            return labels
    # Thousands of pieces that nothing joins: coarser communities would only hide the others.
    return finest


def _inside(store: Store, community: str) -> tuple[Network, Ints]:
    """The network, and the concepts of one of its communities."""
    whole, _, number = community.rpartition("/")
    if re.fullmatch(r"(\d{1,9}/){0,20}\d{1,9}", community, re.ASCII):
        with _WORKING:
            walked, parting = _parted(store, whole)
        if len(concepts := parting.of(int(number))):
            return walked, concepts
    raise RecordError(
        f"The graph has no community {community[:80]!r} now; ask for its communities again."
    )


# ------------------------------------------------------------------ what is kept


def _held(store: Store) -> _Held:
    version = store.version()
    held = _HELD.get(store)
    if held is None or held.version != version:
        kept = None if store.beside is None else _kept(store.beside, version)
        held = _HELD[store] = kept or _Held(version, {}, {})
    return held


def _file(beside: Path, version: str) -> Path:
    return beside.with_name(f"{beside.name}-communities-{version.replace(':', '-')}")


def _keep(beside: Path, held: _Held) -> None:
    """Write the parting of the whole beside the graph, if that can be written to."""
    target = _file(beside, held.version)
    whole = {
        "format": FORMAT,
        "version": held.version,
        "labels": held.partings[""].labels.tolist(),
        "communities": asdict(held.told[""]),
    }
    building = target.with_name(f"{target.name}.{os.getpid()}")
    with suppress(OSError):
        for old in beside.parent.glob(f"{beside.name}-communities-*"):
            old.unlink(missing_ok=True)
        building.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
        building.replace(target)


def _kept(beside: Path, version: str) -> _Held | None:
    """What was kept for this version; None if nothing was, or if it cannot be read."""
    try:
        whole = json.loads(_file(beside, version).read_text(encoding="utf-8"))
        if (whole["format"], whole["version"]) != (FORMAT, version):
            return None
        labels = np.array(whole["labels"], np.int64)
        told = whole["communities"]
        shown = tuple(Community(**{**c, "top": tuple(c["top"])}) for c in told["shown"])
        links = tuple(Link(**one) for one in told["links"])
        found = Communities(**{**told, "shown": shown, "links": links})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if labels.shape != (found.concepts,) or found.inside:
        return None
    return _Held(version, {"": Parting(np.arange(len(labels)), labels)}, {"": found})
