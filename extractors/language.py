"""Which language a passage is in, so that a paper in two languages is read in both.

The script decides between Chinese, Japanese, Korean and other scripts; function words
(``lexicons/languages.tsv``) between languages in Latin letters, where they speak clearly.
Traditional Chinese is "zh" too.

>>> passage_language("石墨烯是一种二维材料。", "en"), passage_language("この論文では石墨を扱う。")
('zh', 'ja')
>>> passage_language("Graphene is a two-dimensional material.", "zh")
'en'
>>> passage_language("Die Ergebnisse werden mit denen der früheren Arbeit verglichen.", "en")
'de'
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from extractors.components.lexicon import read_lexicon

_LOOK = 2000
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
# A script, the language taken for it, and those that a hint may name instead.
_SCRIPTS = (
    (re.compile("[\u0400-\u052f]"), "ru", ("uk", "bg", "sr", "mk", "be", "kk", "mn")),
    (re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), "el", ()),
    (re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff]"), "ar", ("fa", "ur", "ps")),
    (re.compile("[\u0590-\u05ff]"), "he", ("yi",)),
    (re.compile("[\u0900-\u097f]"), "hi", ("mr", "ne", "sa")),
    (re.compile("[\u0e00-\u0e7f]"), "th", ()),
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = frozenset(("zh", "ja", "ko", "ru", "el", "ar", "he", "hi", "th", "uk", "bg", "fa"))
LEAST = 3
"""So many function words must speak for a language against the hint."""


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for language, words in read_lexicon("languages", 2):
        for word in words.split():
            table[word] = (*table.get(word, ()), language)
    return table


def passage_language(text: str, hint: str = "") -> str:
    """The ISO 639-1 code of the language that a passage is in.

    Args:
        text: The passage; its first 2,000 characters are looked at.
        hint: The code that the document gives, or "". It is kept where the text does not
            speak against it; without one English is assumed.
    """
    text = text[:_LOOK]
    if not text.isascii():
        by_script = _by_script(text, hint)
        if by_script:
            return by_script
    if hint in _NOT_LATIN:
        hint = ""
    return _by_words(text, hint)


def _by_script(text: str, hint: str) -> str:
    letters = sum(map(str.isalpha, text))
    han, kana, hangul = (len(script.findall(text)) for script in (_HAN, _KANA, _HANGUL))
    if (han + kana + hangul) * 4 > letters:
        if hangul * 4 > han + kana + hangul:
            return "ko"
        if kana * 20 > han + kana:  # a Chinese text may quote の
            return "ja"
        return "ja" if hint == "ja" and han < 20 else "zh"
    for script, language, others in _SCRIPTS:
        if len(script.findall(text)) * 2 > letters > 0:
            return hint if hint in others else language
    return ""


def _by_words(text: str, hint: str) -> str:
    found: Counter[str] = Counter()
    table = _function_words()
    for word in _WORD.findall(text.lower()):
        found.update(table.get(word, ()))
    if not found:
        return hint or "en"
    best, count = min(found.items(), key=lambda item: (-item[1], item[0] != hint, item[0] != "en"))
    kept = hint or "en"
    return best if count >= LEAST and count > 2 * found[kept] else kept
