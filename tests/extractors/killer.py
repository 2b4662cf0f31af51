"""A user's component that ends its process on one word, as a native library's crash would."""

from __future__ import annotations

import os

from spacy.language import Language
from spacy.tokens import Doc


@Language.component("test_killer")
def killer(doc: Doc) -> Doc:
    """End the process when the doc says KILLTHEWORKER."""
    if "KILLTHEWORKER" in doc.text:
        os._exit(9)
    return doc
