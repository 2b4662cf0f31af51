"""From characters to the tokens that cover them, and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from spacy.attrs import IDX, LENGTH  # type: ignore[import-not-found]
from spacy.tokens import Doc


class TokenSpans:
    """Where the tokens of one doc start and end, in characters.

    >>> import spacy
    >>> TokenSpans(spacy.blank("en")("on graphene-based films")).covering(3, 11)
    (1, 2)
    """

    __slots__ = ("ends", "starts", "text", "words")

    def __init__(self, doc: Doc) -> None:
        self.text: str = doc.text  # spaCy joins the tokens each time it is asked
        # Arrays: walking over the tokens takes ten times as long.
        self.starts: list[int] = doc.to_array(IDX).tolist()
        lengths = doc.to_array(LENGTH).tolist()
        self.ends = [start + length for start, length in zip(self.starts, lengths, strict=True)]
        text = self.text
        self.words = [text[a:b] for a, b in zip(self.starts, self.ends, strict=True)]

    def covering(self, start: int, end: int) -> tuple[int, int]:
        """First token and one past the last token that overlap characters ``start:end``."""
        first = bisect_right(self.ends, start)
        return first, max(first + 1, bisect_left(self.starts, end))


def characters(doc: Doc, start: int, end: int) -> str:
    """Characters ``start:end`` of a doc, without joining all its tokens as ``doc.text`` does.

    What is asked for once a name would else take the square of a long passage's time. Asked for
    what lies past the end, it gives what there is.

    >>> import spacy
    >>> doc = spacy.blank("en")("on graphene-based films")
    >>> characters(doc, 3, 11), characters(doc, 11, 99)
    ('graphene', '-based films')
    """
    first = max(0, bisect_right(range(len(doc)), start, key=lambda i: doc[i].idx) - 1)
    last = bisect_left(range(len(doc)), end, key=lambda i: doc[i].idx)
    if first >= last:
        return ""
    before = doc[first].idx
    return "".join(t.text_with_ws for t in doc[first:last])[start - before : end - before]
