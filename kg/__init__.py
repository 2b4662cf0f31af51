"""The graph of Polymath: records, homes, search, belief. It knows neither extractors nor widgets.

>>> import tempfile, pathlib
>>> graph = connect(pathlib.Path(tempfile.mkdtemp()) / "science.kg")
>>> graph.counts()["Statement"]
0
"""

from __future__ import annotations

from pathlib import Path

from kg.batch import SourceBatch
from kg.errors import PolymathError
from kg.graph import Graph

__version__ = "0.1.0"
__all__ = ["Graph", "PolymathError", "SourceBatch", "__version__", "connect"]

_SERVER = ("neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")


def connect(
    home: str | Path, *, auth: tuple[str, str] | None = None, database: str | None = None
) -> Graph:
    """Open a graph, or make an empty one.

    Args:
        home: A file such as ``science.kg`` (embedded, no server), or the address of a
            Neo4j 5 server such as ``neo4j://host:7687``.
        auth: User and password of the server. Without it, they are taken from the
            environment: ``NEO4J_USERNAME`` and ``NEO4J_PASSWORD``.
        database: Name of the server's database; its default if left out.

    Raises:
        GraphUnavailable: If the folder is missing, no server answers, or the password is wrong.
        GraphDamaged: If the file is not a graph, or one of another version.
    """
    if str(home).startswith(_SERVER):
        # The driver is imported only by those who have a server.
        from kg.stores.neo4j import Neo4jStore

        return Graph(Neo4jStore(str(home), auth=auth, database=database))
    from kg.stores.sqlite import SqliteStore

    return Graph(SqliteStore(home))
