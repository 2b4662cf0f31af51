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

from extractors.annotations import MentionSpan, Refusal
from extractors.components.comentions import key_of
from extractors.components.reader_names import METHOD
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
        said = Counter(
            key
            for doc in docs
            for key, _, _ in {(key_of(m), m.start_char, m.end_char) for m in doc._.mentions}
        )
        used = {
            key_of(end) for doc in docs for s in doc._.statements for end in (s.subject, s.object)
        }
        seen_otherwise = {
            key_of(m) for doc in docs for m in doc._.mentions if m.concept or m.method != METHOD
        }
        known = used | seen_otherwise
        for doc in docs:
            kept: list[MentionSpan] = []
            for m in doc._.mentions:
                key = key_of(m)
                if m.score >= self.sure or said[key] >= self.times or key in known:
                    kept.append(m)
                elif doc._.explain:
                    doc._.refused.append(_refused(doc, m, self.sure))
            doc._.mentions = kept


def _refused(doc: Doc, m: MentionSpan, sure: float) -> Refusal:
    why = f"said once in a long work, and chance {int(100 * m.score) / 100:.2f} is below {sure:.2f}"
    return Refusal(
        "mention",
        doc.text[m.start_char : m.end_char],
        m.start_char,
        m.end_char,
        m.method,
        m.score,
        why,
    )


@Language.factory(
    "polymath_rare_names",
    assigns=["doc._.mentions"],
    default_config={"words": 1000, "times": 2, "sure": 0.8},
)
def make(nlp: Language, name: str, words: int, times: int, sure: float) -> RareNames:
    """A component with these settings."""
    return RareNames(words=words, times=times, sure=sure)
