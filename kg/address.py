"""Where a graph is, as others may know it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


def public_address(url: str) -> str:
    """Where a graph is, for whoever is handed a file: no user, no password, no folders.

    >>> public_address("neo4j+s://ada:secret@example.org:7687/science?token=7")
    'neo4j+s://example.org:7687/science'
    >>> public_address("/home/ada/graphs/science.kg")
    'science.kg'
    """
    if "://" not in url:
        return Path(url).name
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
