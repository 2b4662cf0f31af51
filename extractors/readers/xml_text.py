"""Running text out of article XML: one walk for all dialects, each of which is a table of rules.

A rule says what an element is: ``drop``, ``=…`` (that text), ``sup``, ``sub``, ``math``, ``cite`` (a reference
to the bibliography) and ``mark`` (to a footnote) inside a line; ``para``, ``section``, ``heading``,
``float`` (figure or table: its caption is kept), ``item``, ``titled`` (a theorem: its label is kept),
``terms`` (a definition list), ``note`` (a footnote, read after its paragraph) and ``block`` (any other
container) between lines. An element without a rule is a phrase in a line and a container between lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml.etree import _Element

from extractors.readers.base import Draft
from extractors.readers.mathml import FORMULA, formula_text
from extractors.readers.sections import SKIPPED, nested_role
from extractors.readers.xml import attribute, local

Rule = str | Callable[[_Element], str]
Piece = str | _Element

_BLOCKS = frozenset(("para", "section", "float", "item", "titled", "terms", "block"))
_EXPONENT = re.compile(r"[+-]?\d+(?:[./]\d+)?(?:[,–-]\d+)*")
_POWER = re.compile(r"(?:(?<![A-Za-z])[A-Za-z]|\d|[)\]])$")  # x^n, 2^n, not the allele neo(r)
_REFERENCES = re.compile(r"\d{1,4}[a-z]?(?:\s*[,;–-]\s*\d{1,4}[a-z]?)*")
_ABBREVIATED = re.compile(r"(?:\bal|\be\.g|\bi\.e|\bcf|\bvs|\b[A-Z]|\d)\.$")
_ADJACENT = re.compile(r"(?<=\d)\] ?([,–-]) ?\[(?=\d)")
_SPACE_BEFORE = re.compile(r" +(?=[,.;:)\]](?:\s|$))")


class _Rules(dict[object, Rule]):
    """Rules by tag; a tag met for the first time is looked up by its local name and remembered."""

    def __init__(self, by_name: Mapping[str, Rule]) -> None:
        super().__init__()
        self._by_name = by_name

    def __missing__(self, tag: object) -> Rule:
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        rule = self[tag] = self._by_name.get(name, "")
        return rule


@dataclass(frozen=True)
class Dialect:
    """The rules of one kind of article XML, by local name."""

    rules: _Rules
    caption_parts: tuple[str, ...]

    @classmethod
    def of(cls, *, caption_parts: tuple[str, ...], **tags: tuple[str, ...]) -> Dialect:
        """A dialect from rules with their tags; add rules that look at attributes with :meth:`ask`."""
        rules: dict[str, Rule] = {tag: rule for rule, names in tags.items() for tag in names}
        rules |= dict.fromkeys(tags.get("space", ()), "= ")
        return cls(_Rules(rules), caption_parts)

    def ask(self, **rules: Callable[[_Element], str]) -> Dialect:
        """The same dialect, with functions that decide for the named elements (``_`` for ``-``)."""
        by_name = {name.replace("_", "-"): rule for name, rule in rules.items()}
        return Dialect(_Rules({**self.rules._by_name, **by_name}), self.caption_parts)

    def rule(self, element: _Element) -> str:
        """What *element* is."""
        rule = self.rules[element.tag]
        return rule if isinstance(rule, str) else rule(element)

    # ------------------------------------------------------------------ inside a line

    def text(self, element: _Element | None) -> str:
        """The element's text as one line; blocks inside it are set off by spaces."""
        if element is None:
            return ""
        lines, _ = self.pieces(element)
        return " ".join(filter(None, (p if isinstance(p, str) else self.text(p) for p in lines)))

    def pieces(self, element: _Element) -> tuple[list[str | _Element], list[_Element]]:
        """A paragraph's lines and the blocks between them, in order, and the notes that hang on it."""
        out: list[Piece] = []
        notes: list[_Element] = []
        self._inline(element, out, notes)
        lines: list[str | _Element] = []
        run: list[str] = []
        for piece in out:
            if isinstance(piece, str):
                run.append(piece)
            else:
                lines.append(_tidy("".join(run)))
                lines.append(piece)
                run = []
        lines.append(_tidy("".join(run)))
        return lines, notes

    def _inline(self, element: _Element, out: list[Piece], notes: list[_Element]) -> None:
        if element.text:
            out.append(element.text)
        for child in element:
            rule = self.rules[child.tag]
            if not isinstance(rule, str):
                rule = rule(child)
            if not rule:
                if isinstance(child.tag, str):
                    self._inline(child, out, notes)
            elif rule[0] == "=":
                out.append(rule[1:])
            elif rule == "math":
                self._formula(child, out)
            elif rule == "sub":
                self._inline(child, out, notes)
            elif rule == "sup":
                self._superscript(child, out)
            elif rule == "cite":
                self._citation(child, out)
            elif rule == "note":
                notes.append(child)
            elif rule in _BLOCKS:
                out.append(child)
            elif rule == "mark":
                self._mark(child, out)
            if child.tail:
                out.append(child.tail)

    def _inner(self, element: _Element) -> str:
        inner: list[Piece] = []
        self._inline(element, inner, [])
        return "".join(piece for piece in inner if isinstance(piece, str)).strip()

    def _has(self, element: _Element, *rules: str) -> bool:
        return any(
            self.rule(e) in rules for e in element.iterdescendants() if isinstance(e.tag, str)
        )

    def _formula(self, element: _Element, out: list[Piece]) -> None:
        text = formula_text(element)
        if text is None:  # no MathML or TeX in it: chemistry or plain phrases
            text = self._inner(element) or FORMULA
        out.append(text)
        if local(element) in ("disp-formula", "display", "formula"):
            out[-1] = f" {text} "

    def _mark(self, element: _Element, out: list[Piece]) -> None:
        text = self._inner(element)
        if len(text) > 3 or (
            text.isalpha() and len(text) > 1
        ):  # "see footnote 2" is part of the sentence
            out.append(text)

    def _superscript(self, element: _Element, out: list[Piece]) -> None:
        text = self._inner(element)
        if not text:
            return
        if self._has(element, "cite"):
            _bracketed(text, out)
        elif element.get("loc") == "pre":
            out.append(text)
        else:
            _raised(text, out)

    def _citation(self, element: _Element, out: list[Piece]) -> None:
        text = self._inner(element)
        if not text:
            return
        before = _before(out)
        if self._has(element, "sup") or (before[-1:].isalnum() and _REFERENCES.fullmatch(text)):
            _bracketed(text, out)
        else:
            out.append(f" {text}" if before[-1:].isalnum() and text[0].isalnum() else text)

    # ------------------------------------------------------------------ between lines

    def walk(
        self, draft: Draft, container: _Element, *, work: str, section: str, kind: str = "paragraph",
        language: str = "", alone: bool = False,
    ) -> None:  # fmt: skip
        """Add the passages below *container* to *draft*, in document order.

        *section* is the role of what stands outside any section ("" if not known); *alone* says
        that *container* is itself the block to read, not what holds the blocks.
        """
        walk = Walk(self, draft, work, kind, language)
        (walk.block if alone else walk.children)(container, section)


@dataclass(frozen=True)
class Walk:
    """One descent through a body, an abstract or an appendix."""

    dialect: Dialect
    draft: Draft
    work: str
    kind: str
    language: str

    def add(self, text: str, section: str, kind: str = "") -> None:
        """One passage, unless a formula is all there is."""
        if not text.replace(FORMULA, "").strip(" .,;"):
            return
        self.draft.passages.add(
            text,
            kind=kind or self.kind,
            section=section or "other",
            work=self.work,
            language=self.language,
        )

    def children(self, container: _Element, section: str) -> None:
        """All blocks right below *container*."""
        for child in container:
            if isinstance(child.tag, str):
                self.block(child, section)

    def block(self, element: _Element, section: str) -> None:
        """One block, of whatever kind."""
        rule = self.dialect.rule(element)
        if rule == "para":
            self.paragraph(element, section)
        elif rule == "section":
            self.section(element, section)
        elif rule == "float":
            self.add(self.caption(element), "caption", "caption")
        elif rule == "terms":
            self.add(self.terms(element), section)
        elif rule == "titled":
            self.titled(element, section)
        elif rule in ("item", "note", "block", ""):
            if self.dialect._has(element, *_BLOCKS):
                self.children(element, section)
            else:
                self.paragraph(element, section)

    def section(self, element: _Element, outer: str) -> None:
        """A section: its heading and type give the role, and it is left out if that says so."""
        heading = next((e for e in element if self.dialect.rule(e) == "heading"), None)
        declared = (
            element.get("sec-type") or element.get("role") or element.get("type")
            or element.get("notes-type") or ""
        )  # fmt: skip
        role = nested_role(self.dialect.text(heading), outer, declared)
        if role != SKIPPED:
            self.children(element, role)

    def paragraph(self, element: _Element, section: str, prefix: str = "") -> None:
        """A paragraph: its lines, the blocks that interrupt it, then its footnotes."""
        lines, notes = self.dialect.pieces(element)
        for piece in lines:
            if not isinstance(piece, str):
                self.block(piece, section)
            elif piece:
                self.add(prefix + piece, section)
                prefix = ""
        for note in notes:
            self.children(note, section) if self.dialect._has(note, "para") else self.paragraph(
                note, section
            )

    def titled(self, element: _Element, section: str) -> None:
        """A theorem, definition or remark: its label opens its first paragraph."""
        label = " ".join(
            self.dialect._inner(e)
            for e in element
            if local(e) in ("label", "section-title", "title")
        )
        prefix = f"{label.rstrip('.')}. " if label.strip() else ""
        for child in element:
            if self.dialect.rule(child) == "para":
                self.paragraph(child, section, prefix)
                prefix = ""
            elif self.dialect.rule(child) not in ("heading", "drop"):
                self.block(child, section)

    def caption(self, element: _Element) -> str:
        """A figure's or table's caption, its title and paragraphs made one text of sentences."""
        parts: list[str] = []
        for name in self.dialect.caption_parts:
            for part in element.iterfind("{*}" + name):
                texts = [self.dialect.text(e) for e in part] if len(part) and not part.text else []
                parts.extend(texts if all(texts) and texts else [self.dialect.text(part)])
        return sentences(p for p in parts if not p.lower().startswith("click here for"))

    def terms(self, element: _Element) -> str:
        """A list of abbreviations or terms as one text: ``APC = adenomatous polyposis coli; …``."""
        pairs: list[str] = []
        for child in element.iter("{*}term", "{*}def-term", "{*}def", "{*}def-description"):
            text = self.dialect.text(child)
            if local(child) in ("term", "def-term"):
                pairs.append(text)
            elif pairs and text:
                pairs[-1] = f"{pairs[-1].rstrip(':')} = {text.rstrip('.;')}"
        return "; ".join(filter(None, pairs))


def sentences(parts: Iterator[str] | list[str]) -> str:
    """The parts as one text, each closed by a full stop if it has no mark of its own."""
    kept = [p for p in parts if p]
    closed = [p if p[-1] in ".!?:;。" else p + "." for p in kept[:-1]]
    return " ".join([*closed, *kept[-1:]])


def licence_text(element: _Element) -> str:
    """A licence element's address, from itself or below, else its text."""
    for e in element.iter():
        if isinstance(e.tag, str):
            address = attribute(e, "href") or attribute(e, "target")
            if "creativecommons.org" in address:
                return address
    return " ".join("".join(str(t) for t in element.itertext()).split())


def _tidy(line: str) -> str:
    line = " ".join(line.split())
    if "] " in line or "][" in line or "]," in line or "]–" in line:
        line = _ADJACENT.sub(r"\1", line)
    return _SPACE_BEFORE.sub("", line)


def _before(out: list[Piece]) -> str:
    """The last few characters written, "" at the start of a line."""
    tail = ""
    for piece in reversed(out):
        if not isinstance(piece, str):
            break
        tail = piece[-40:] + tail
        if len(tail) >= 12:
            break
    return tail


def _bracketed(text: str, out: list[Piece]) -> None:
    """Write a raised reference as ``word [12]``, before the comma or full stop it followed."""
    before = _before(out)
    text = text.strip(" []()")
    if not text[:1].isdigit():
        out.append(text if not before[-1:].isalnum() else f" [{text}]")
        return
    if before[-1:] in "[(" and before:
        out.append(text)
        return
    mark = f" [{text}]"
    if before[-1:] in (".", ",", ";", ":") and not _ABBREVIATED.search(before) and out:
        last = out[-1]
        if isinstance(last, str) and last.endswith(before[-1]) and before[-2:-1].strip():
            out[-1] = last[:-1]
            mark += before[-1]
    out.append(mark.lstrip() if before[-1:].isspace() or not before else mark)


def _raised(text: str, out: list[Piece]) -> None:
    """Write a superscript: an exponent, a reference without a link, a degree sign, a charge."""
    before = _before(out)
    last = before[-1:]
    plain = text.replace("−", "-").replace(" ", "").replace("\u2009", "")
    if plain[:1] == "–":
        plain = "-" + plain[1:]
    if text in ("o", "º", "∘", "°", "○") and (last.isdigit() or not last.strip()):
        out.append("°")
    elif _EXPONENT.fullmatch(plain):
        word = re.search(r"[a-z]{4,}$", before)
        closed = re.search(r"[a-z]{3,}[.,;]$", before)
        if plain[0].isdigit() and (closed or (word and len(plain) <= 12)):
            _bracketed(plain, out)
        elif last.isalnum() or (last in (")", "]", "}", "′", "∂", "∇", "σ") and last):
            out.append("^" + plain)
        else:
            out.append(text)
    elif (len(text) == 1 and text.isalpha() and _POWER.search(before)) or (
        last.isdigit() and re.match(r"[+-]?\d|[+-][a-z]", plain)
    ):
        out.append("^" + plain)
    else:
        out.append(text)
