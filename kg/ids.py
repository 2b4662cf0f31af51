"""Content ids: the same thing gets the same id on every machine, on every run.

>>> work_id(doi="https://doi.org/10.1126/SCIENCE.1102896")
'doi:10.1126/science.1102896'
>>> work_id(doi="10.48550/arXiv.1706.03762")
'arxiv:1706.03762'
>>> concept_id("material", "Graphene oxide")
'local:material/graphene-oxide'
>>> concept_id("term", "DNA")
'local:term/DNA'
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_DOI = re.compile(r"10\.\d{4,9}/\S+")
ARXIV = "10.48550/arxiv."
"""Every arXiv record has a DOI of this form too, and is one work by either name."""
_SPACE = re.compile(r"[\s_]+")


def digest(*parts: str) -> str:
    """128-bit BLAKE2b of the parts, in hex; parts are length-prefixed, so no two lists collide by joining."""
    h = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        h.update(len(raw).to_bytes(8, "big"))
        h.update(raw)
    return h.hexdigest()


def canonical_json(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces, so equal mappings are equal strings."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def normal_doi(doi: str) -> str:
    """The bare lower-case DOI in *doi*, or "" when there is none (ISO 26324: DOIs ignore case)."""
    found = _DOI.search(doi)
    if not found:
        return ""
    bare = found.group().rstrip(".,;").lower()
    # A closing bracket belongs to the DOI only if it was opened in it.
    while bare.endswith(")") and bare.count(")") > bare.count("("):
        bare = bare[:-1].rstrip(".,;")
    return bare


def doi_link(work: str) -> str:
    """Where a work is found by its DOI, "" if its id (or whatever is given) holds none.

    >>> doi_link("doi:10.1000/a b"), doi_link("arxiv:1706.03762")
    ('https://doi.org/10.1000/a', '')
    """
    doi = normal_doi(work)
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}" if doi else ""


def work_id(
    *,
    doi: str = "",
    arxiv: str = "",
    title: str = "",
    year: int | None = None,
    first_author: str = "",
) -> str:
    """``doi:…``, ``arxiv:…``, else a hash of normalised title, year and first author."""
    bare = normal_doi(doi)
    if bare.startswith(ARXIV):
        arxiv = bare.removeprefix(ARXIV)
    elif bare:
        return f"doi:{bare}"
    if arxiv:
        return "arxiv:" + re.sub(r"^arxiv:|v\d+$", "", arxiv.strip().lower())
    words = re.sub(r"\W+", " ", unicodedata.normalize("NFKC", title).casefold()).strip()
    return "work:" + digest(words, str(year or ""), first_author.casefold().strip())


def dataset_id(*, doi: str = "", url: str = "", name: str = "", version: str = "") -> str:
    """``doi:…``, ``url:…``, else a hash of name and version."""
    if bare := normal_doi(doi):
        return f"doi:{bare}"
    return f"url:{url}" if url else "dataset:" + digest(name.casefold(), version)


def source_id(content: bytes) -> str:
    """``sha256:`` and the SHA-256 of the file's bytes."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def passage_id(source: str, start: int, end: int) -> str:
    """``<source>@<start>-<end>``."""
    return f"{source}@{start}-{end}"


def canonical_name(surface: str) -> str:
    """The name a surface form stands under: spaces and dashes tidied, capitals kept only in acronyms.

    >>> canonical_name("Thermal  Conductivity"), canonical_name("CO2"), canonical_name("mRNA")
    ('thermal conductivity', 'CO2', 'mRNA')
    """
    text = unicodedata.normalize("NFKC", surface).replace("‐", "-").replace("–", "-")
    words = _SPACE.sub(" ", text).strip().split(" ")
    return " ".join(w if sum(c.isupper() for c in w) > 1 else w.lower() for w in words)


def concept_id(kind: str, name: str) -> str:
    """``local:<kind>/<slug>`` of a concept that no scheme knows."""
    return f"local:{kind}/" + canonical_name(name).replace(" ", "-").replace("/", "∕")


def statement_id(subject: str, predicate: str, object: str, qualifiers: str = "{}") -> str:
    """Hash of subject, predicate, object and canonical qualifiers."""
    return "st:" + digest(subject, predicate, object, qualifiers)


def evidence_id(statement: str, passage: str, start: int, end: int, method: str) -> str:
    """Hash of what is said, where, and which method says so."""
    return "ev:" + digest(statement, passage, str(start), str(end), method)


def run_id(software: str, version: str, config: str) -> str:
    """Hash of the program, its version and its configuration."""
    return "run:" + digest(software, version, config)
