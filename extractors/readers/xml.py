"""XML from strangers: parsed with no entity expanded, no DTD loaded, no network, no bottomless nesting.

The bytes are decoded here and handed over as UTF-8, so that what was checked is what is parsed.
"""

from __future__ import annotations

import codecs
import html.entities
import re

from lxml import etree

from kg.errors import UnreadableSource

MAX_DEPTH = 256
"""Deepest nesting of elements that is read."""
MAX_ELEMENTS = 2_000_000
"""Most elements in one file that are read."""

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CODECS = re.compile(r"utf-?8|ascii|iso8859-\d+|cp125\d|utf-16(?:-[lb]e)?|koi8-[ru]|gb2312|gb18030|"
                     r"gbk|big5|euc_jp|shift_jis|euc_kr")  # fmt: skip
_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_ENTITY = re.compile(r"<!\[CDATA\[|\]\]>|&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][\w.]{0,40});")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


def decode(content: bytes, name: str) -> str:
    """The text of an XML file in the encoding it declares, UTF-8 unless it says otherwise.

    Raises:
        UnreadableSource: If the bytes are not in that encoding, or we do not read that encoding.
    """
    encoding = "utf-8"
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif found := _DECLARED.match(content[:400]):
        declared = found[1].decode("ascii")
        try:
            encoding = codecs.lookup(declared).name
        except LookupError:
            encoding = declared
        if not _CODECS.fullmatch(encoding):
            raise UnreadableSource(
                f"{name} declares the encoding {declared!r}, which is not read; convert it to UTF-8."
            )
        if encoding.startswith("utf-16"):  # the declaration was readable as ASCII, so it is wrong
            encoding = "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            f"{name} is not {encoding.upper()} (byte 0x{content[error.start]:02x} at offset "
            f"{error.start}); declare its real encoding in the XML declaration or convert it to UTF-8."
        ) from None


def parse(content: bytes, name: str) -> tuple[etree._Element, list[str]]:
    """The root element of *content*, and warnings on what could not be understood in it.

    Entities of HTML and MathML (``&nbsp;``) become their characters, since the DTD that
    defines them is not loaded; an entity nobody knows stays as it is written.

    Raises:
        UnreadableSource: If it is not well-formed, or declares entities, or nests too deeply.
    """
    text = _DECLARATION.sub("", decode(content, name), count=1)
    if "<!ENTITY" in text and "<!DOCTYPE" in text:
        raise UnreadableSource(
            f"{name} declares XML entities in its document type, which can swallow memory or files "
            "and is never read; expand them with a trusted tool and remove the declarations."
        )
    if text.count("<") > 2 * MAX_ELEMENTS:
        raise UnreadableSource(
            f"{name} holds more than {MAX_ELEMENTS:,} XML elements, the most that is read; "
            "split it into one article a file."
        )
    unknown: set[str] = set()
    verbatim = False

    def named(match: re.Match[str]) -> str:
        nonlocal verbatim
        entity = match[1]
        if entity is None:
            verbatim = match[0] != "]]>"
        if entity is None or verbatim:
            return match[0]
        if character := html.entities.html5.get(entity + ";"):
            return "".join(f"&#{ord(c)};" for c in character)
        unknown.add(entity)
        return f"&amp;{entity};"

    text = _ENTITY.sub(named, text)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        said = " ".join(str(error.msg).split()).rstrip(".")
        raise UnreadableSource(
            f"{name} is not well-formed XML ({said}); it may be cut off, so fetch it again or repair it."
        ) from None
    if _TOO_DEEP(root.getroottree()):
        raise UnreadableSource(
            f"{name} nests XML elements more than {MAX_DEPTH} deep, which no article does; "
            "check where it comes from."
        )
    return root, [
        f"{name} uses the entity &{entity}; that no standard defines; it was kept as written."
        for entity in sorted(unknown)
    ]


def local(element: etree._Element | None) -> str:
    """The element's name without its namespace, "" for none."""
    if element is None:
        return ""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """The element's namespace, or ""."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def attribute(element: etree._Element, name: str) -> str:
    """The attribute of that local name, in whatever namespace, or ""."""
    if (value := element.get(name)) is not None:
        return value
    suffix = "}" + name
    return next((str(v) for k, v in element.attrib.items() if str(k).endswith(suffix)), "")


def find(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element at *path*, local names joined by "/", in whatever namespace."""
    if element is None:
        return None
    return element.find("/".join("{*}" + step for step in path.split("/")))


def every(element: etree._Element | None, path: str) -> list[etree._Element]:
    """All elements at *path*, local names joined by "/", in whatever namespace."""
    if element is None:
        return []
    return element.findall("/".join("{*}" + step for step in path.split("/")))


def text_of(element: etree._Element | None) -> str:
    """All text below *element* on one line, with no regard to what is markup."""
    if element is None:
        return ""
    return " ".join("".join(str(t) for t in element.itertext()).split())
