r"""Narrative for pupils: Markdown with maths to HTML and MathML that cannot run or load anything.

Markdown (CommonMark, with tables) is read by markdown-it-py, which leaves HTML in it as text; what
stands between dollar signs becomes MathML by latex2mathml. Neither is trusted: what comes out is
written anew from a list of elements and attributes, and nothing else gets through.

>>> html("**So** $a^2$")
'<p><strong>So</strong> <math display="inline"><mrow><msup><mi>a</mi><mn>2</mn></msup></mrow></math></p>'
>>> html("<script>alert(1)</script>")
'<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from mdit_py_plugins.dollarmath import dollarmath_plugin

_LINK = re.compile(r"(https?://|mailto:)[^\s<>\"'`]+", re.IGNORECASE)
_MARKS = (
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4",
    "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "a", "span",
)  # fmt: skip
_MATHS = (
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr",
    "mtd", "mstyle", "mpadded", "mphantom", "menclose",
)  # fmt: skip
ELEMENTS = frozenset([*_MARKS, *_MATHS])
"""All that is ever written."""
ATTRIBUTES = {
    "a": ("href",),
    "ol": ("start",),
    "math": ("display",),
    "mo": (
        "stretchy", "fence", "separator", "form", "minsize", "maxsize", "movablelimits", "largeop",
        "lspace", "rspace",
    ),
    "mi": ("mathvariant",),
    "mfrac": ("linethickness",),
    "mtable": ("columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines"),
    "mtd": ("columnalign",),
    "mspace": ("width",),
    "mover": ("accent",),
    "munder": ("accentunder",),
    "menclose": ("notation",),
    "mstyle": ("displaystyle", "scriptlevel"),
}  # fmt: skip
"""Attributes that are written besides, by element."""
_VALUE = re.compile(r"[\w .+%-]{0,40}")
_EMPTY = ("br", "hr", "mspace", "mprescripts")


def html(markdown: str) -> str:
    """Markdown with maths as HTML and MathML.

    Links lead to ``http``, ``https`` and ``mailto`` only; in place of an image stands its
    description; headings begin below those of the page.
    """
    return clean(str(_markdown().render(markdown))).strip()


def plain(markdown: str) -> str:
    r"""Markdown as a text without marks, for pictures and for where no HTML is shown.

    >>> plain("**Two** works say $R_0 > 1$.\n\n- one\n- two")
    'Two works say R_0 > 1.\none\ntwo'
    """
    lines: list[str] = []
    cells: list[str] = []
    for token in _markdown().parse(markdown):
        if token.type == "inline":
            (cells if cells else lines).append("".join(_plain(t) for t in token.children or ()))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.strip())
        elif token.type == "math_block":
            lines.append(_spoken(token.content))
        elif token.type == "tr_open":
            cells.append("")
        elif token.type == "tr_close":
            lines.append(" · ".join(filter(None, cells)))
            cells.clear()
        elif token.type in ("paragraph_open", "heading_open") and not token.hidden and lines:
            lines.append("")
    return "\n".join(lines).strip()


def _plain(token: Any) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type.startswith("math_inline"):
        return _spoken(token.content)
    return str(token.content) if not token.type.endswith(("_open", "_close")) else ""


def _spoken(tex: str) -> str:
    """Maths as a line of text, as far as one can tell it so."""
    speaker = _Speaker()
    speaker.feed(_mathml(tex, {}))
    speaker.close()
    return " ".join("".join(speaker.said).split())


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(
        ["table", "strikethrough"]
    )
    dollarmath_plugin(reader, allow_digits=False, double_inline=True, renderer=_mathml)
    reader.validateLink = lambda url: bool(_LINK.fullmatch(url))  # type: ignore[method-assign]
    rules: dict[str, Callable[..., str]] = {
        "image": _image, "math_inline": _maths(False), "math_inline_double": _maths(True),
        "math_block": _maths(True), "heading_open": _heading, "heading_close": _heading,
    }  # fmt: skip
    for name, rule in rules.items():
        reader.add_render_rule(name, rule)
    return reader


def _image(self: RendererHTML, tokens: Any, at: int, options: Any, env: Any) -> str:
    return escape(self.renderInlineAsText(tokens[at].children or [], options, env))


def _heading(self: RendererHTML, tokens: Any, at: int, options: Any, env: Any) -> str:
    level = min(int(tokens[at].tag[1]) + 2, 6)
    return f"<{'/' if tokens[at].nesting < 0 else ''}h{level}>"


def _maths(block: bool) -> Callable[..., str]:
    def written(self: RendererHTML, tokens: Any, at: int, options: Any, env: Any) -> str:
        return _mathml(tokens[at].content, {"display_mode": block})

    return written


def _mathml(tex: str, options: dict[str, Any]) -> str:
    """MathML of TeX; what is none stays as it is typed."""
    try:
        return str(convert(tex, display="block" if options.get("display_mode") else "inline"))
    except Exception:  # It is one line of somebody's text: whatever is wrong with it, it is shown.
        return f"<code>{escape(tex)}</code>"


def clean(markup: str) -> str:
    """Markup written anew from :data:`ELEMENTS` and :data:`ATTRIBUTES`; of other elements stays the text.

    >>> clean('<p onclick="x()">a<a href="javascript:x()">b</a><script>c</script></p>')
    '<p>a<a>b</a>c</p>'
    """
    writer = _Writer()
    writer.feed(markup)
    writer.close()
    return writer.written()


class _Writer(HTMLParser):
    """Writes what it reads, as far as it is allowed to, with every element closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            return
        kept = [(k, v) for k, v in attrs if v is not None and _allowed(tag, k, v)]
        if tag == "a" and kept:
            kept += [("target", "_blank"), ("rel", "noopener noreferrer")]
        written = "".join(f' {k}="{escape(v)}"' for k, v in kept)
        self._out.append(f"<{tag}{written}>")
        if tag in _EMPTY:
            if tag.startswith("m"):
                self._out.append(f"</{tag}>")
        else:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open:
            last = self._open.pop()
            self._out.append(f"</{last}>")
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        self._out.append(escape(data, quote=False))

    def written(self) -> str:
        """All of it."""
        return "".join([*self._out, *(f"</{tag}>" for tag in reversed(self._open))])


_BETWEEN = {"mfrac": "/", "msub": "_", "munder": "_", "msup": "^", "mover": "^"}


class _Speaker(HTMLParser):
    """Tells MathML in a line: fractions with a stroke, what is high or low with ^ and _."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._open:
            parent, n = self._open[-1]
            self._open[-1] = parent, n + 1
            if n and parent in _BETWEEN:
                self.said.append(_BETWEEN[parent])
            elif n and parent in ("msubsup", "munderover"):
                self.said.append("_" if n == 1 else "^")
        if tag == "mspace":
            self.said.append(" ")
        elif tag == "msqrt":
            self.said.append("√")
        self._open.append((tag, 0))

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        spaced = bool(self._open) and self._open[-1][0] == "mo" and data in _SPACED
        self.said.append(f" {data} " if spaced else data)


_SPACED = frozenset("=+−<>≈≤≥→⇌·×∣")


def _allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    return bool(_LINK.fullmatch(value)) if name == "href" else bool(_VALUE.fullmatch(value))
