"""Formulas as a short line of text, or as a placeholder where a line would be junk.

MathML is written out (``x_i^2 + 1``); TeX is kept only where it has no commands.
"""

from __future__ import annotations

import re

from lxml.etree import _Element

from extractors.readers.xml import local

FORMULA = "[formula]"
"""Stands for a formula too long or too deep for a line."""
MAX_FORMULA = 40
"""Longest formula that is written out, in characters."""

_SPACED = frozenset("=≠<>≤≥≪≫≈≃≅∼≡∝→←↔⇒⇐⇔∈∉⊂⊆⊃∪∩×±∓⩽⩾≲≳↦∧∨∘⊗⊕+-−·⋅") | {"mod"}
_FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "log",
        "ln",
        "exp",
        "max",
        "min",
        "sup",
        "inf",
        "lim",
        "dim",
        "det",
        "ker",
        "deg",
        "arg",
        "mod",
    ]
)
_INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064")
_TEX = re.compile(r"\$\$?(.*?)\$\$?|\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
_JUNK = re.compile(r"[\\{}]|OE|LSTM\.")


def formula_text(element: _Element) -> str | None:
    """The formula in *element* as a line or as :data:`FORMULA`; None if it holds neither MathML nor TeX."""
    name = local(element)
    math = element if name == "math" else next(element.iter("{*}math"), None)
    if math is not None:
        if next(math.iter("{*}mtable"), None) is not None:
            return FORMULA
        return _short(_line(math))
    tex = element if name == "tex-math" else next(element.iter("{*}tex-math"), None)
    if tex is not None:
        source = "".join(str(t) for t in tex.itertext())
        found = _TEX.search(source)
        return _short(next(filter(None, found.groups()), "") if found else source)
    if name == "formula" and not len(element):  # GROBID's reading of a typeset formula
        return _short("".join(str(t) for t in element.itertext()))
    return None


def _short(line: str) -> str:
    line = " ".join(line.translate(_INVISIBLE).split()).rstrip(" ,.;")
    if not line or len(line) > MAX_FORMULA or _JUNK.search(line):
        return FORMULA
    return line


def _line(element: _Element) -> str:
    name = local(element)
    children = [e for e in element if isinstance(e.tag, str)]
    if name in ("mi", "mn", "ms"):
        return (element.text or "").strip() + "".join(map(_line, children))
    if name == "mtext":
        return " ".join((element.text or "").split(" ")) + "".join(map(_line, children))
    if name == "mo":
        mark = (element.text or "").strip()
        return f" {mark} " if mark in _SPACED else mark + (" " if mark in (",", ";") else "")
    if name == "mspace":
        return " "
    if name in ("annotation", "annotation-xml", "mphantom", "none", "mprescripts"):
        return ""
    parts = [_line(e).strip() for e in children]
    if name == "msub" and len(parts) == 2:
        return parts[0] + _under(parts[1])
    if name in ("msup", "mover") and len(parts) == 2:
        return parts[0] + (_over(parts[1]) if name == "msup" else "")
    if name == "munder" and len(parts) == 2:
        limit = any(map(str.isalnum, parts[1]))  # else it is a bar or a brace under a letter
        return f"{parts[0]}{_under(parts[1])} " if limit else parts[0]
    if name in ("msubsup", "munderover") and len(parts) == 3:
        return parts[0] + _under(parts[1]) + _over(parts[2]) + ("" if name == "msubsup" else " ")
    if name == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if name == "msqrt":
        return f"√{_grouped(' '.join(parts))}"
    if name == "mfenced":
        inner = (element.get("separators") or ",")[:1].join(parts)
        return f"{element.get('open', '(')}{inner}{element.get('close', ')')}"
    return _joined(children)


def _joined(children: list[_Element]) -> str:
    """The children side by side, with a space where two of them would read as one word."""
    line, apart = "", False
    for child in children:
        part = _line(child)
        if part and apart and part[0].isalnum():
            line += " "
        line += part
        if part:
            scripted = local(child) in ("msub", "msup", "msubsup") and ("_" in part or "^" in part)
            apart = (
                scripted or part.strip() in _FUNCTIONS or (local(child) == "mo" and part.isalpha())
            )
    return line


def _tight(text: str) -> str:
    return re.sub(r"\s*([+\-−=,/])\s*", r"\1", text).replace("−", "-")


def _under(text: str) -> str:
    text = _tight(text)
    return (
        text
        if text.isdigit()
        else f"_{text}"
        if len(text) <= 8 and " " not in text
        else f"_({text})"
    )


def _over(text: str) -> str:
    text = _tight(text)
    if text in ("′", "″", "*", "∗", "+", "-", "∘"):
        return "°" if text == "∘" else text
    return f"^{text}" if re.fullmatch(r"[+-]?\w{0,8}|\S", text) else f"^({text})"


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"\S*", text) and not re.search(r"[/]", text) else f"({text})"
