"""What bibliographic fields mean, whichever format wrote them: licence, language, year, names, discipline.

>>> licence_id("http://creativecommons.org/licenses/by/2.0"), licence_id("cc0-1.0")
('CC-BY-2.0', 'CC0-1.0')
>>> language_code("eng"), language_code("zh-Hans"), year_of("2004-10-22")
('en', 'zh', 2004)
>>> person("Curie, Marie"), disciplines_of(["BMC Bioinformatics"])
('Curie Marie', ('Biology',))
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from kg.ids import work_id
from kg.model import Work

DISCIPLINES = (
    "Agriculture",
    "Astronomy",
    "Biology",
    "Chemistry",
    "Computer science",
    "Earth science",
    "Ecology",
    "Economics",
    "Engineering",
    "Environmental science",
    "Linguistics",
    "Materials science",
    "Mathematics",
    "Medicine",
    "Neuroscience",
    "Physics",
    "Psychology",
    "Information science",
)
DISCIPLINES_FILE = "disciplines.tsv"
"""A user's own labels: columns ``file`` and ``discipline``, underscores for spaces."""

# Words of subject headings and journal titles, most telling first: the first that fits decides.
_DISCIPLINE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{pattern})", re.IGNORECASE))
    for name, pattern in (
        ("Neuroscience", "neurosci|neurol|neurobiol|neuron|brain|hearing res|cortex"),
        ("Environmental science", "environment|pollution|climat|sustainab|waste|water res"),
        ("Ecology", "ecolog|biodivers|conservation biol"),
        ("Agriculture", "agric|agronom|crop|soil|plant sci|food|livestock|forest|hortic|farm sys"),
        ("Earth science", "earth|geolog|geophys|geochim|geosci|palaeo|paleo|quaternary|marine|"
         "sediment|volcan|hydrol|ocean|atmos|gondwana|tectono"),
        ("Astronomy", "astro|icarus|planet|space sci|cosmolog|solar phys"),
        ("Computer science", "comput|artificial intel|machine learn|software|algorithm|informatica|"
         "robot|natural language proc"),
        ("Materials science", "material|semiconduct|polymer|surface sci|thin solid|nano|metall|carbon$|ceram|"
         "corros|acta mater"),
        ("Mathematics", "math|algebra|geometr|topolog|number theory|combinator|statist|probab"),
        ("Biology", "bio(?:l|inf|chem|tech|phys)|genet|genom|evolution|cell|nucleic acids|microb|zool|"
         "botan|proteo|stem|protein|physiol|life sci|development$|immun"),
        ("Medicine", "medic|clinic|cancer|disease|health|surg|ophthalm|arthrit|blood|psychiat|"
         "lancet|patholog|pharma|nutrition|epidem|virol"),
        ("Chemistry", "chem|fuel|catal|electrochim|tetrahedron|molecul"),
        ("Physics", "physic|optic|nuclear|quantum|plasma|phys rev"),
        ("Psychology", "psycholog|cognit|behav"),
        ("Economics", "econom|financ|market"),
        ("Linguistics", "linguist|language"),
        ("Information science", "information sci|scientometr|informetr|library|libraries"),
        ("Engineering", "engineer|energy|mechani|transport|sensor|power|automat|aerospace|build"),
    )
)  # fmt: skip
_BY_NAME = {name.casefold(): name for name in DISCIPLINES}

_CC_URL = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-nc|-nd|-sa)*)/(?P<version>\d\.\d)"
    r"|publicdomain/(?P<public>zero|mark)/(?P<pversion>\d\.\d))",
    re.IGNORECASE,
)
_CC_NAME = re.compile(
    r"^cc[ -]?(?P<kind>by(?:[ -](?:nc|nd|sa))*|0|zero)(?:[ -]v?(?P<version>\d\.\d))?$",
    re.IGNORECASE,
)
_CC_WORDS = re.compile(
    r"creative commons attribution(?P<nc>[ -]non-?commercial)?(?P<rest>[ -](?:share|no)[ -]?\w+)?"
    r"(?: (?P<version>\d\.\d))?(?: international| generic| unported)? licen[cs]e",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.;])\s+")
_TERMS = re.compile(
    r"distribut|permit|licen[cs]e[sd]?\b|reproduc|open access|public domain", re.IGNORECASE
)
_OTHER_LICENCES = {
    name.casefold(): name
    for name in ("MIT", "Apache-2.0", "BSD-3-Clause", "AFL-3.0", "GPL-3.0", "PDM-1.0",
                 "ODbL-1.0", "ODC-By-1.0", "PDDL-1.0", "CC0-1.0", "EUPL-1.2")
}  # fmt: skip

_LANGUAGES = {
    "eng": "en", "english": "en", "zho": "zh", "chi": "zh", "chinese": "zh", "cmn": "zh",
    "deu": "de", "ger": "de", "german": "de", "fra": "fr", "fre": "fr", "french": "fr",
    "spa": "es", "spanish": "es", "jpn": "ja", "japanese": "ja", "por": "pt", "portuguese": "pt",
    "ita": "it", "italian": "it", "rus": "ru", "russian": "ru", "kor": "ko", "korean": "ko",
}  # fmt: skip
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_KANA = re.compile("[\u3041-\u30ff]")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def licence_id(text: str) -> str:
    """The short SPDX-like name of a licence given as URL, name or prose; else its first 80 characters."""
    text = " ".join(text.split())
    if found := _CC_URL.search(text):
        if kind := found["kind"]:
            return f"CC-{kind.upper()}-{found['version']}"
        return ("CC0-" if found["public"].lower() == "zero" else "PDM-") + found["pversion"]
    if found := _CC_NAME.match(text):
        version = found["version"]
        if found["kind"].lower() in ("0", "zero"):
            return f"CC0-{version or '1.0'}"
        kind = found["kind"].upper().replace(" ", "-")
        return f"CC-{kind}-{version}" if version else f"CC-{kind}"
    if (found := _CC_WORDS.search(text)) and not found["rest"]:
        kind = "CC-BY-NC" if found["nc"] else "CC-BY"
        return f"{kind}-{found['version']}" if found["version"] else kind
    if "creative commons public domain declaration" in text.lower():
        return "CC-PDDC"
    terms = next((s for s in _SENTENCE.split(text) if _TERMS.search(s)), text)
    return _OTHER_LICENCES.get(text.casefold(), terms[:80])


def language_code(name: str) -> str:
    """The ISO 639-1 code of a language tag (BCP 47), ISO 639-2 code or English name; "" if unknown."""
    primary = re.split(r"[-_]", name.strip().lower())[0]
    if len(primary) == 2 and primary.isascii() and primary.isalpha():
        return primary
    return _LANGUAGES.get(primary, "")


def count_words(text: str) -> int:
    """Words between spaces, and each Han or kana letter for one, as word processors count."""
    words = text.count(" ") + 1
    return words if text.isascii() else words + len(_HAN.findall(text)) + len(_KANA.findall(text))


def year_of(value: object) -> int | None:
    """The first year from 1500 to 2099 in *value*, or None."""
    found = _YEAR.search(str(value))
    return int(found.group()) if found else None


def person(name: str) -> str:
    """``Surname Given`` from ``Surname, Given``; a name without a comma is kept as it is."""
    surname, _, given = (" ".join(part.split()) for part in name.partition(","))
    return f"{surname} {given}".strip()


def disciplines_of(subjects: Iterable[str], journal: str = "") -> tuple[str, ...]:
    """Our disciplines among subject headings, each once, in order; else the one a journal's title tells."""
    found: dict[str, None] = {}
    for subject in subjects:
        if (name := _BY_NAME.get(subject.replace("_", " ").strip().casefold())) or (
            name := _discipline_word(subject)
        ):
            found[name] = None
    if not found and (name := _discipline_word(journal)):
        found[name] = None
    return tuple(found)


def _discipline_word(text: str) -> str:
    return next((name for name, pattern in _DISCIPLINE_WORDS if pattern.search(text)), "")


def own_disciplines(path: Path) -> tuple[str, ...]:
    """What ``disciplines.tsv`` beside *path* says of it; empty where there is no such file or line.

    A label that is not one of :data:`DISCIPLINES` is kept: the user knows better.
    """
    table = path.parent / DISCIPLINES_FILE
    found: dict[str, None] = {}
    try:
        lines = table.read_text("utf-8-sig").splitlines() if table.is_file() else []
        for row in csv.DictReader(lines, delimiter="\t"):
            if row.get("file") == path.name and (named := row.get("discipline")):
                label = named.replace("_", " ").strip()
                found[_BY_NAME.get(label.casefold(), label)] = None
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()  # a label file that cannot be read labels nothing
    return tuple(found)


def reference(
    *,
    doi: str = "",
    arxiv: str = "",
    title: str = "",
    year: int | None = None,
    authors: Iterable[str] = (),
    surname: str = "",
    venue: str = "",
) -> Work | None:
    """The thin work that a reference names, or None if it cannot be told from another.

    A DOI or arXiv number will do; without one, title and year are both needed.
    """
    if not (doi or arxiv or (title and year)):
        return None
    id = work_id(doi=doi, arxiv=arxiv, title=title, year=year, first_author=surname)
    if not (id.startswith(("doi:", "arxiv:")) or (title and year)):
        return None  # what stood in the DOI field was none
    return Work(id=id, title=title, year=year, authors=tuple(authors), venue=venue)
