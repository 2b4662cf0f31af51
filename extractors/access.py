"""Whether a text may be handed on: what is known of the access tier and licence of its source.

Open is what the Open Definition (https://opendefinition.org/licenses) calls open: anyone may
use, change and share it. Nothing that is not known to be open is taken for open.

>>> is_open("CC-BY-4.0"), is_open("CC-BY-NC-4.0"), is_open("© 2021 The Publisher")
(True, False, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterable

OPEN, RESTRICTED, UNSTATED = "open", "restricted", "unstated"
_OPEN = re.compile(
    r"CC0(-[\d.]+)?|CC-BY(-SA)?(-[\d.]+)?|CC-PDDC|PDM-[\d.]+|PDDL-[\d.]+|ODbL-[\d.]+|ODC-By-[\d.]+"
    r"|MIT|Apache-2\.0|BSD-[23]-Clause|AFL-3\.0|A?GPL-3\.0|EUPL-1\.2",
    re.IGNORECASE,
)


def is_open(licence: str) -> bool:
    """Whether *licence*, a short name as the readers write it, is an open one."""
    return _OPEN.fullmatch(licence.strip()) is not None


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
