"""The shareable page: everything inside, nothing from elsewhere, no text that turns into markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.errors import PolymathError
from kg.graph import Graph
from widgets import Explorer


class Outline(HTMLParser):
    """Elements with their attributes, and the text outside scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._raw = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._raw = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._raw else data


@pytest.fixture
def page(library: Graph, built: None, tmp_path: Path) -> str:
    """A snapshot around graphene."""
    return Explorer(library, "graphene").to_html(tmp_path / "g.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    outline = Outline(page)
    for tag, attributes in outline.elements:
        for name in ("src", "srcset", "data", "poster", "action"):
            assert name not in attributes, f"<{tag} {name}={attributes[name]!r}>"
        assert tag not in ("link", "iframe", "img", "object", "embed", "base")
    links = [a["href"] or "" for t, a in outline.elements if t == "a"]
    assert links
    assert all(link.startswith("https://doi.org/10.") for link in links)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert not re.findall(r"@import|url\((?![\"']?data:)", styles)


def test_the_browser_is_forbidden_to_load(page: str) -> None:
    policy = next(
        a["content"] or ""
        for t, a in Outline(page).elements
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split("style-src")[0]


def test_evidence_is_there_and_is_text(page: str) -> None:
    outline = Outline(page)
    assert "We confirm that graphene increases thermal conductivity in polymers." in outline.text
    assert "<b>bold</b> & <script>alert(1)</script>" in outline.text
    assert "<script>alert(1)" not in page
    assert [t for t, _ in outline.elements].count("script") == 2


def test_sentences_of_closed_sources_are_not_copied(page: str) -> None:
    assert "does not cause cytotoxicity" not in page
    assert "The sentence is not copied here, because its source is not known to be open." in page


def test_a_place_that_cannot_be_written_is_a_sentence(
    library: Graph, built: None, tmp_path: Path
) -> None:
    with pytest.raises(PolymathError, match="choose another place"):
        Explorer(library, "graphene").to_html(tmp_path / "no" / "such" / "folder.html")
