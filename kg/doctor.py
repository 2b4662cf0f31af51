"""What is installed here, and what would improve."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from dataclasses import dataclass
from importlib import metadata, resources, util

CORE = (
    "anywidget", "bibtexparser", "ipywidgets", "jupyterlab", "ladybug", "loky", "lxml", "neo4j", "numpy",
    "pandas", "pillow", "pint", "pyarrow", "pyyaml", "rapidfuzz", "rispy", "spacy", "tqdm",
)  # fmt: skip
EXTRAS = (
    ("py2neo", "py2neo", "hand concepts to and from old py2neo notebooks"),
    ("rdflib", "skos", "read SKOS vocabularies written in Turtle"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``advice`` is empty when there is nothing to do."""

    name: str
    state: str
    advice: str = ""
    needed: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing needed is missing."""
        return not (self.needed and self.advice)


def examine() -> list[Finding]:
    """Look at the interpreter, the packages, the built widget and what is optional."""
    found = [Finding("python", platform.python_version())]
    found.append(_sqlite())
    found += [_package(name) for name in CORE]
    found.append(_widget())
    found += [_extra(*extra) for extra in EXTRAS]
    java = shutil.which("java")
    found.append(
        Finding(
            "java",
            "found" if java else "not found",
            "" if java else "Only tests against a real Neo4j server need it: install Java 17.",
            needed=False,
        )
    )
    return found


def _sqlite() -> Finding:
    options = {row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}
    if "ENABLE_FTS5" not in options:
        advice = "This Python's SQLite has no FTS5: use a Python from python.org or conda-forge."
        return Finding("sqlite", sqlite3.sqlite_version, advice)
    return Finding("sqlite", f"{sqlite3.sqlite_version} with FTS5")


def _package(name: str) -> Finding:
    try:
        return Finding(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", f"Install it: pip install {name}")


def _extra(module: str, extra: str, purpose: str) -> Finding:
    if util.find_spec(module) is not None:
        return Finding(module, metadata.version(module), needed=False)
    advice = f'To {purpose}: pip install "polymath-kg[{extra}]"'
    return Finding(module, "not installed", advice, needed=False)


def _widget() -> Finding:
    # Looked for as a file: the graph package does not import the one that shows it.
    spec = util.find_spec("widgets")
    built = spec is not None and resources.files("widgets").joinpath("static/explorer.js").is_file()
    if built:
        return Finding("explorer", "built")
    return Finding("explorer", "not built", "Build it: python -m widgets.build")
