"""What a licence allows, by its short name as the readers write it, and whether a text may be handed on.

Open is what the Open Definition (https://opendefinition.org/licenses) calls open: anyone may
use, change and share it. Nothing that is not known to be open is taken for open.

>>> is_open("CC-BY-4.0"), is_open("CC-BY-NC-4.0"), is_open("© 2021 The Publisher")
(True, False, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, get_args

import pandas as pd

from kg.errors import RecordError

LicenceClass = Literal[
    "open", "share-alike", "non-commercial", "no-derivatives", "restricted", "unstated"
]
"""From what asks least to what is not known; ``open`` asks for no more than to be named."""

LICENCE_CLASSES: tuple[LicenceClass, ...] = get_args(LicenceClass)
OPEN, RESTRICTED, UNSTATED = "open", "restricted", "unstated"
CLOSED = "The sentence is not copied here, because its source is not known to be open."
"""What stands in place of a sentence that may not be handed on."""
_CC = re.compile(r"CC-BY(?P<terms>(?:-(?:NC|SA|ND))*)(?:-v?[\d.]+)?", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"CC0(-[\d.]+)?|CC-PDDC|PDM-[\d.]+|PDDL-[\d.]+|ODC-By-[\d.]+|MIT|Apache-2\.0|BSD-[23]-Clause"
    r"|AFL-3\.0|public-domain",
    re.IGNORECASE,
)
_SHARE_ALIKE = re.compile(r"ODbL(-[\d.]+)?|[AL]?GPL-[\d.]+|EUPL-[\d.]+", re.IGNORECASE)


def licence_class(licence: str) -> LicenceClass:
    """What *licence* asks of whoever uses what is under it.

    >>> [licence_class(x) for x in ("CC-BY-4.0", "ODbL 1.0", "CC BY-NC-SA 3.0", "CC-BY-NC-ND-3.0")]
    ['open', 'share-alike', 'non-commercial', 'no-derivatives']
    >>> licence_class("© 2021 The Publisher"), licence_class("")
    ('restricted', 'unstated')
    """
    licence = "-".join(licence.split())
    if not licence:
        return "unstated"
    if found := _CC.fullmatch(licence):
        terms = found["terms"].upper()
        for term, named in (("ND", "no-derivatives"), ("NC", "non-commercial"), ("SA", "share-alike")):  # fmt: skip
            if term in terms:
                return named  # type: ignore[return-value]
        return "open"
    if _SHARE_ALIKE.fullmatch(licence):
        return "share-alike"
    return "open" if _ATTRIBUTION.fullmatch(licence) else "restricted"


def hardest(*licences: str) -> LicenceClass:
    """The class of what stands under several licences at once; those not stated ask for nothing.

    >>> hardest("CC-BY-4.0", ""), hardest("CC-BY-4.0", "CC-BY-NC-4.0"), hardest("", "")
    ('open', 'non-commercial', 'unstated')
    """
    classes = [licence_class(one) for one in licences if one.strip()]
    return max(classes, key=LICENCE_CLASSES.index, default="unstated")


def known_classes(named: Iterable[str]) -> tuple[LicenceClass, ...]:
    """Classes of licence by name.

    Raises:
        RecordError: If there is no such class.
    """
    named = tuple(named)
    unknown = sorted(set(named) - set(LICENCE_CLASSES))
    if unknown:
        known = ", ".join(LICENCE_CLASSES)
        raise RecordError(f"There is no class of licences {unknown[0]!r}; choose from {known}.")
    return named  # type: ignore[return-value]


def is_open(licence: str) -> bool:
    """Whether *licence* is an open one, share-alike or not."""
    return licence_class(licence) in ("open", "share-alike")


def access_of(tier: str, licences: Iterable[str]) -> str:
    """``open``, ``restricted``, or ``unstated``; a tier of another name comes back as it is.

    Args:
        tier: Of the source (:attr:`kg.model.Source.access`).
        licences: Of the source and of the work, "" where there is none.

    >>> access_of("open", ["", "CC-BY-4.0"]), access_of("open", [""]), access_of("embargoed", [])
    ('open', 'unstated', 'embargoed')
    """
    if tier and tier != OPEN:
        return tier
    stated = [licence for licence in licences if licence]
    if not stated:
        return UNSTATED
    return OPEN if all(is_open(licence) for licence in stated) else RESTRICTED


def withheld(evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence (of :meth:`kg.Graph.evidence`) as it may leave: without sentences that may not be handed on.

    The passages around the sentences are left out of all of it.
    """
    out = evidence.drop(columns="passage_text")
    out["quote"] = out["quote"].where(out["access"] == OPEN, CLOSED)
    return out
