"""Units as people write them, as UCUM codes (https://ucum.org), and UCUM codes as people write them.

>>> ucum("mg L-1"), ucum("µg·m⁻³"), ucum("t/ha"), ucum("degrees Celsius"), ucum("x10^9/L")
('mg.L-1', 'ug.m-3', 't/har', 'Cel', '10*9/L')
>>> ucum("mg C m-2 d-1"), ucum("cells per 100 mL"), ucum("log10 CFU/mL"), ucum("1/0")
('mg{C}.m-2.d-1', '{cells}/(100.mL)', '{log10([CFU]/mL)}', '')
>>> header_unit("mass (kg)"), header_unit("T [°C]"), header_unit("sex (m/f)")
(('mass', 'kg'), ('T', 'Cel'), ('sex (m/f)', ''))
>>> readable("10*24.kg"), readable("W/(m.K)"), readable("1")
('× 10^24 kg', 'W/(m K)', '')
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractors.components.lexicon import read_lexicon, word_list
from kg.ucum import unit

LONGEST = 48
"""Characters of the longest unit that is read."""

_PREFIXES = ("T", "G", "M", "k", "m", "u", "n", "p")
_METRIC = word_list("metric_unit_symbol")
_RARER = {  # other prefixes only where people use them: "at" and "das" are no units
    "m": "f a h d c", "g": "f a c d", "L": "f h d c", "l": "f h d c", "Pa": "h", "s": "f a", "mol": "f c",
    "S": "d", "bar": "d", "N": "d c", "J": "E P", "W": "E P", "Hz": "E P", "P": "c", "St": "c",
    "By": "E P", "erg": "", "eq": "c", "T": "", "Gy": "c",
}  # fmt: skip
_NEVER = frozenset(
    ("mt", "ut", "nt", "pt", "kt", "Tt", "Mm", "Tm", "Gm", "kl", "TK", "kK", "MK", "GK", "nu", "mb")
)
_PLAIN = frozenset(("min", "h", "d", "a", "AU", "atm", "deg", "Cel", "m", "R"))
_ATTACHED = r"CO2(?:[ -]?eq\.?|e)?|CaCO3|CH4|N2O|NO3|NO2|NH4|PO4|SO4|SiO2|H2O|O2|TE|GAE|COD"
_SUBSTANCE = re.compile(rf"(?:(?:{_ATTACHED})(?![\w])|[CNP](?![\w^+-]))")
_BASIS = re.compile(
    r"(?:DW|DM|FW|dw|dm|fw|d\.w\.|f\.w\.|dry weight|dry matter|dry mass|fresh weight|wet weight)(?!\w)"
)
_WITH_SUBSTANCE = re.compile(rf"([kMGTmun]?g|[MGk]?t|[munpk]?mol)-?({_ATTACHED}|[CNP])")
_BASES = (
    "DW",
    "DM",
    "FW",
    "dw",
    "dm",
    "fw",
    "dry_weight",
    "dry_matter",
    "dry_mass",
    "fresh_weight",
    "wet_weight",
)
_OF = re.compile(r"(?:[kMGTmuncpf]?(?:g|mol|eq)|[MGk]?t|%|\[pp[mb]\])$")
_TOKEN = re.compile(
    r"(?P<number>(?:[x×*]\s*)?(?:10\s*(?:\^|\*\*|\*)?\s*[+-]?\d{1,2}(?![\d,])|1[eE][+-]?\d{1,2}|\d{1,3}(?:,\d{3})+|\d{1,7})(?![.\d]))"
    r"|(?P<word>[^\W\d_]+\.?(?:\([+A]\))?|[%‰°′″'$€£¥☉#]+[^\W\d_]*)"
    r"|(?P<over>\s*/\s*)|(?P<times>[\s.·⋅*×-]+)|(?P<open>\()|(?P<close>\))"
)
_EXPONENT = re.compile(r"(?:(?:\^|\*\*)\s?)?(?:\(([+-]?[1-9])\)|([+-]?[1-9]))(?![.,]?\d|/\d)")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−⁺", "0123456789--+")
_RUN = re.compile(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PRICES = re.compile(  # of which year is no part of the unit
    r"^(?:(?:annual|mean|average|avg|net|current|constant|nominal|real|PPP|(?:19|20)\d\d|,)\s+){1,4}(?=\S)|\s+(?:PPP|\(?(?:19|20)\d\d\)?)$"
)
_PER = re.compile(r"(?:^|\s+)per\s+(?!cent|mil)", re.I)
_LOG = re.compile(r"(log10|log2|log|ln)[\s_]*\(?\s*(.+?)\s*\)?", re.I)
_BRACKET = re.compile(r"[(\[{（【]\s*([^\[\]{}（）【】]{1,48}?)\s*[)\]}）】]")
AMBIGUOUS = word_list("not_a_unit_in_brackets")
"""Texts that in brackets mean something else about as often as a unit."""
_READABLE = (
    ("Cel", "°C"), ("[degF]", "°F"), ("[in_i]", "in"), ("[ft_i]", "ft"), ("[mi_i]", "mi"),
    ("[lb_av]", "lb"), ("[acr_us]", "acre"), ("[ppm]", "ppm"), ("[ppb]", "ppb"), ("[ppth]", "‰"),
    ("[CFU]", "CFU"), ("[iU]", "IU"), ("[pH]", ""), ("mm[Hg]", "mmHg"), ("har", "ha"),
    ("[kn_i]", "kn"), ("[psi]", "psi"), ("''", "arcsec"), ("10*", "10^"),
)  # fmt: skip


def header_unit(header: str) -> tuple[str, str]:
    """A column header without the unit in its brackets, and that unit's UCUM code ("" if it is none).

    A single letter that is more often an abbreviation than a unit is left in the header.
    """
    text = header.strip()
    found = bracket(text)
    if found is None or text[found[0] : found[1]].strip("()[]{} ") in AMBIGUOUS:
        return text, ""
    start, end, code = found
    return " ".join(f"{text[:start]} {text[end:]}".split()), code


def bracket(header: str) -> tuple[int, int, str] | None:
    """Where the last bracket of a header that holds a unit begins and ends, and the unit's code."""
    if len(header) > 400:
        return None
    nested = re.search(
        r"[(\[]\s*([^()\[\]]{1,40}\([^()]{1,24}\)[^()\[\]]{0,12})\s*[)\]]\s*$", header
    )
    if nested and nested.start() and (code := ucum(nested[1])):
        return nested.start(), nested.end(), code
    for found in reversed(list(_BRACKET.finditer(header))):
        if found.start() and (code := ucum(found[1])):
            return found.start(), found.end(), code
    return None


@cache
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    """Spellings as they stand, and those that are found in any case."""
    exact = {"#": "{count}", "#/cc": "{count}/cm3"}
    exact.update((s.replace("\u212b", "Å"), code) for s, code in read_lexicon("unit_spellings", 2))
    folded = {s: c for s, c in exact.items() if len(s) >= 3 and s == s.lower()}
    return exact, folded


def _spelt(text: str) -> str:
    exact, folded = _spellings()
    return exact.get(text) or folded.get(text.lower(), "")


@lru_cache(maxsize=16384)
def ucum(written: str) -> str:
    """The UCUM code of a unit as a header or a text writes it, "" if it is not one we know."""
    text = _PRICES.sub("", " ".join(written.split()))
    if not text or len(text) > LONGEST:
        return ""
    text = text.replace("µ", "u").replace("μ", "u").replace("\u2126", "Ω").replace("\u212b", "Å")
    if code := _spelt(text):
        return code
    if (log := _LOG.fullmatch(text)) and not log[2].startswith(")"):
        inner = re.sub(r"[{}]", "", ucum(log[2]))
        return f"{{{log[1].lower()}({inner})}}" if inner and "log" not in inner else ""
    text = _RUN.sub(lambda m: "^" + m[0].translate(_RAISED), text).replace("−", "-")
    text = _PER.sub("/", text)
    code = _spelt(text) or _Expression(text).code()
    if not code and ("{" in text or "[" in text) and unit(text) is not None:
        return text
    if not code and text.isupper() and len(text) > 1:  # a header all in capitals: KG/M3
        code = _Expression(text.lower()).code()
    return code if code and unit(code) is not None else ""


class _Expression:
    """Reads one unit from left to right: each character is looked at once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def code(self) -> str:
        made = self._product()
        if not made or self.at < len(self.text) or made in ("/", "1/"):
            return ""
        if "Cel" in made and made != "Cel":  # a scale with a zero of its own has no products
            made = re.sub(r"(?<![A-Za-z])Cel(?![A-Za-z])", "K", made)
        return made

    def _product(self) -> str:
        parts = joint = ""
        after_number = False
        grouping = False  # within the parenthesis that a number after "/" opens: per 100 mL
        while self.at < len(self.text):
            found = _TOKEN.match(self.text, self.at)
            if found is None:
                return ""
            if found["close"]:
                break
            if found["over"] is not None:
                if joint or self.at + len(found[0]) >= len(self.text):
                    return ""
                parts, grouping = parts + ")" * grouping, False
                joint, self.at = "/", found.end()
            elif found["times"] is not None:
                if not parts and not joint:
                    return ""
                self.at = found.end()
                joint = joint or "."
            else:
                term = self._term(found)
                if not term:
                    return ""
                if found["number"] and joint == "/":
                    parts, grouping = f"{parts}/({term}", True
                elif (
                    term.startswith("{")
                    and joint == "."
                    and not parts.endswith("}")
                    and (_OF.search(parts) or term[1:-1] in _BASES)
                ):
                    parts += term
                else:
                    if joint == "/" and _is_product(term):
                        term = f"({term})"
                    if parts and not joint:
                        if not after_number:  # "m1/2", "kgm"
                            return ""
                        joint = "."
                    parts += (joint if parts or joint == "/" else "") + term
                joint, after_number = "", bool(found["number"])
        if joint:
            return ""
        return re.sub(r"/\(([^().]*)\)$", r"/\1", parts + ")") if grouping else parts

    def _term(self, found: re.Match[str]) -> str:
        if found["open"]:
            return self._parenthesis(found.end())
        if found["number"]:
            self.at = found.end()
            return _number(found["number"])
        substance = _BASIS.match(self.text, self.at) or (
            _SUBSTANCE.match(self.text, self.at) if self._after_mass() else None
        )
        if substance and self.at:
            self.at = substance.end()
            return f"{{{_substance(substance[0])}}}"
        return self._unit(found)

    def _after_mass(self) -> bool:
        before = self.text[: self.at].rstrip(" -·.")
        return bool(re.search(r"(?:^|[\s/.·(])[kMGTmunp]?(?:g|mol|t|%)$", before))

    def _parenthesis(self, inside: int) -> str:
        self.at = inside
        made = self._product() if self.text.count("(", 0, inside) < 4 else ""
        if not made or not self.text.startswith(")", self.at):
            return ""
        self.at += 1
        return f"({made}){self._exponent()}"

    def _unit(self, found: re.Match[str]) -> str:
        longest = self._phrase()
        if longest:
            code, self.at = longest
        else:
            word = found["word"]
            code = _symbol(word)
            end = found.end()
            if not code and word.endswith("."):
                code = _symbol(word[:-1])
                end -= 1
            if not code and (mixed := _WITH_SUBSTANCE.match(self.text, self.at)):
                code = f"{mixed[1]}{{{_substance(mixed[2])}}}"
                end = mixed.end()
                if self.text[end : end + 1].isalnum():
                    return ""
            if not code:
                return ""
            self.at = end
        return _raised(code, self._exponent())

    def _phrase(self) -> tuple[str, int] | None:
        """The longest spelling of several words that begins here."""
        exact, _ = _spellings()
        for length in _phrase_lengths():
            piece = self.text[self.at : self.at + length]
            after = self.text[self.at + length : self.at + length + 1]
            if len(piece) == length and not (after.isalpha() and piece[-1].isalpha()):
                code = exact.get(piece) or (exact.get(piece.lower(), "") if length > 4 else "")
                if code:
                    return code, self.at + length
        return None

    def _exponent(self) -> str:
        found = _EXPONENT.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        written = (found[1] or found[2]).lstrip("+")
        return "" if written == "1" else written


def _is_product(code: str) -> bool:
    return not code.startswith("(") and bool(
        re.search(r"[./]", re.sub(r"\{[^}]*\}|\[[^]]*\]", "", code))
    )


def _raised(code: str, exponent: str) -> str:
    """A code to a power; UCUM raises single units only, so a product is raised term by term."""
    if not exponent:
        return code
    if _is_product(code):
        terms = re.split(r"([./])", code)
        powers = [int(exponent)] * len(terms)
        for i, sign in enumerate(terms):
            if sign == "/":
                powers[i + 1] = -int(exponent)
        raised = (_raised(t, str(p)) for t, p in zip(terms[::2], powers[::2], strict=True))
        return ".".join(raised)
    name, brace, rest = code.partition("{")
    if not name:
        return f"/{code}" if exponent == "-1" else f"({code}){exponent}"
    if name[-1].isdigit() or name[-1] == "*":
        return ""
    return f"{name}{'' if exponent == '1' else exponent}{brace}{rest}"


def _substance(written: str) -> str:
    return re.sub(r"CO2(?:[ -]?eq\.?|e)", "CO2e", written).replace(" ", "_").replace(".", "")


@cache
def _phrase_lengths() -> tuple[int, ...]:
    exact, _ = _spellings()
    lengths = {len(s) for s in exact if re.search(r"[^A-Za-z\u4e00-\u9fff]", s) and len(s) > 1}
    return tuple(sorted(lengths, reverse=True))


def _number(text: str) -> str:
    """A number within a unit as a UCUM factor: "10^3" and "1,000" are 10*3."""
    digits = re.sub(r"^[x×*]\s*|[\s,]", "", text)
    if power := re.fullmatch(r"10(?:\^|\*\*|\*)([+-]?\d+)|10([+-]\d+)|1[eE]([+-]?\d+)", digits):
        exponent = int(power[1] or power[2] or power[3])
        return f"10*{exponent}" if exponent else "1"
    if set(digits) == {"0"}:
        return ""
    zeros = len(digits) - len(digits.rstrip("0"))
    if digits.startswith("1") and zeros == len(digits) - 1:
        return digits if zeros < 3 else f"10*{zeros}"
    return digits if len(digits) <= 3 else ""


@lru_cache(maxsize=4096)
def _symbol(word: str) -> str:
    """The code of one word or symbol."""
    if word in _METRIC or word in _PLAIN:
        return word
    if code := _spelt(word):
        return code
    for prefix in _PREFIXES:
        rest = word[1:]
        if word.startswith(prefix) and rest and word not in _NEVER:
            if rest in _METRIC:
                return word
            if rest in ("Ω", "ohm", "Ohm"):
                return f"{prefix}Ohm"
            if rest == "M" and prefix in "munp":
                return f"{prefix}mol/L"
    if word[1:] in _RARER and word[0] in _RARER[word[1:]].split():
        return word
    return ""


def readable(code: str) -> str:
    """A UCUM code as written in running text; "" for the unit one.

    >>> readable("{persons}/km2"), readable("mg{C}.m-2"), readable("%{wt}")
    ('persons/km2', 'mg C m-2', '% wt')
    """
    if code == "1":
        return ""
    text = re.sub(r"^10\*([+-]?\d+)\.?", r"× 10^\1 ", code)
    for ugly, plain in _READABLE:
        text = text.replace(ugly, plain)
    text = re.sub(r"(?<=\w|%)\{", " ", text).replace("{", "").replace("}", "").replace("_", " ")
    return " ".join(text.replace(".", " ").split())
