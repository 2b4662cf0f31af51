"""Errors that are sentences: what was found, where, what was expected, what to do next."""

from __future__ import annotations


class PolymathError(Exception):
    """Base of every error that a user of Polymath is meant to read."""


class GraphLocked(PolymathError):
    """Another process holds the graph's write lock for longer than we wait."""


class GraphUnavailable(PolymathError):
    """The graph's home cannot be opened: no file, no server, a wrong password, a lost connection."""


class GraphDamaged(PolymathError):
    """The file is not a Polymath graph, or one of another schema version."""


class QueryError(PolymathError):
    """A Cypher query was refused by the engine."""


class RecordError(PolymathError):
    """A record breaks the schema: an id of the wrong form, a reference to nothing, a quote that is not there."""


class UnreadableSource(PolymathError):
    """A file cannot be read as what it claims to be. The rest of a batch goes on without it."""


class MissingExtra(PolymathError, ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""
