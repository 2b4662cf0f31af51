"""``polymath_rare_names``: a name that a long work says once has to be read surely to be a concept.

The reader's general heads mark whatever an article does, uses and finds; most of it is never
spoken of again. A name stays that a vocabulary knows, that another method sees too, that a
statement uses, or that the work says ``times`` times or more; any other needs a score of ``sure``.
Works of fewer than ``words`` words, such as abstracts and notes, keep all.

>>> import spacy, extractors.pipeline
>>> nlp = spacy.blank("en")
>>> for name in ("polymath_sentences", "polymath_vocabulary", "polymath_rare_names"):
...     _ = nlp.add_pipe(name)
>>> [m.name for m in nlp("Graphene holds lithium.")._.mentions]
['graphene', 'lithium']
"""

from __future__ import annotations

from collections import Counter

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import MentionSpan, below
from extractors.components.comentions import key_of
from extractors.components.reader_names import METHOD, not_named
from extractors.components.works import WorkReader
from kg.errors import PolymathError

VERSION = "1"


class RareNames(WorkReader):
    """Takes names out of ``doc._.mentions`` that only the reader saw, rarely and not surely.

    Args:
        words: Works of fewer keep all.
        times: A name that a work says so often stays.
        sure: A name that is said less often stays from this score on.
    """

    def __init__(self, *, words: int, times: int, sure: float) -> None:
        if words < 0 or times < 1 or not 0 <= sure <= 1:
            raise PolymathError(
                f"polymath_rare_names: found words={words}, times={times}, sure={sure}; expected words "
                "from 0, times from 1 and sure from 0 to 1"
            )
        self.words, self.times, self.sure = words, times, sure

    def _read(self, docs: list[Doc]) -> None:
        if sum(len(doc) for doc in docs) < self.words:
            return
        mentions = [[(m, key_of(m)) for m in doc._.mentions] for doc in docs]
        said = Counter(
            key
            for found in mentions
            for key, _, _ in {(key, m.start_char, m.end_char) for m, key in found}
        )
        known = {
            key_of(end) for doc in docs for s in doc._.statements for end in (s.subject, s.object)
        }
        known |= {key for found in mentions for m, key in found if m.concept or m.method != METHOD}
        for doc, found in zip(docs, mentions, strict=True):
            kept: list[MentionSpan] = []
            for m, key in found:
                if m.score >= self.sure or said[key] >= self.times or key in known:
                    kept.append(m)
                elif doc._.explain:
                    why = f"said once in a long work, and {below(m.score, self.sure)}"
                    doc._.refused.append(not_named(doc, m.start_char, m.end_char, m.score, why))
            doc._.mentions = kept


@Language.factory(
    "polymath_rare_names",
    assigns=["doc._.mentions"],
    default_config={"words": 1000, "times": 2, "sure": 0.8},
)
def make(nlp: Language, name: str, words: int, times: int, sure: float) -> RareNames:
    """A component with these settings."""
    return RareNames(words=words, times=times, sure=sure)
