"""What a licence lets a reader do with what it covers, in six classes.

The classes are the conditions of the Creative Commons suite (https://creativecommons.org/licenses),
to which others are likened by what they ask for. A licence with several conditions has the class of
the hardest: CC BY-NC-SA is ``non-commercial``.

>>> [licence_class(one) for one in ("CC0-1.0", "CC BY 4.0", "ODbL 1.0", "CC-BY-NC-SA-4.0", "")]
['public domain', 'attribution', 'share-alike', 'non-commercial', 'unstated']
"""

from __future__ import annotations

import re
from functools import cache

LICENCE_CLASSES = (
    "public domain",
    "attribution",
    "share-alike",
    "no-derivatives",
    "non-commercial",
    "reserved",
    "unstated",
)
"""From what asks for nothing to what allows nothing; what is not stated is not known to be allowed."""

_SIGNS = (
    ("non-commercial", re.compile(r"\bnc\b|non-?commercial|academic use")),
    ("no-derivatives", re.compile(r"\bnd\b|no-?deriv")),
    ("share-alike", re.compile(r"\bsa\b|share-?alike|\bodbl\b|\b[al]?gpl\b|\beupl\b")),
    ("public domain", re.compile(r"\bcc0\b|\bcc-pddc\b|\bpdm\b|\bpddl\b|public domain")),
    ("attribution", re.compile(r"\bby\b|\bmit\b|\bapache\b|\bbsd\b|\bafl\b|\bodc\b")),
)


@cache
def licence_class(licence: str) -> str:
    """The class of a licence by its short name, as sources write it.

    Args:
        licence: Such as ``CC-BY-4.0``, ``CC BY-NC 3.0`` or ``ODbL 1.0``; "" where none is stated.

    Returns:
        One of :data:`LICENCE_CLASSES`; ``reserved`` for a name that none of the signs is in.
    """
    name = licence.strip().lower()
    if not name:
        return "unstated"
    words = re.sub(r"[\s_]+", "-", name).replace("-", " ")
    for found, sign in _SIGNS:
        if sign.search(name) or sign.search(words):
            return found
    return "reserved"


@cache
def hardest(*licences: str) -> str:
    """The class of what stands under several licences at once; those not stated ask for nothing.

    >>> hardest("CC-BY-4.0", ""), hardest("CC-BY-4.0", "CC-BY-NC-4.0"), hardest("", "")
    ('attribution', 'non-commercial', 'unstated')
    """
    classes = [licence_class(one) for one in licences if one.strip()]
    return max(classes, key=LICENCE_CLASSES.index, default="unstated")
