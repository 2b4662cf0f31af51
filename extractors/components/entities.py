"""``polymath_entities``: the entities of any spaCy component, as mentions.

Put it after a trained ``ner`` or ``entity_ruler`` of your own; ``kinds`` says which kind of
concept each of its labels stands for. Labels it does not name are left out.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> ruler = nlp.add_pipe("entity_ruler")
>>> ruler.add_patterns([{"label": "CHEMICAL", "pattern": "aspirin"}])
>>> _ = nlp.add_pipe("polymath_entities", config={"kinds": {"CHEMICAL": "chemical"}})
>>> [(m.name, m.kind, m.method) for m in nlp("We gave aspirin.")._.mentions]
[('aspirin', 'chemical', 'entities')]
"""

from __future__ import annotations

from collections.abc import Mapping

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotations import mention
from kg.errors import PolymathError
from kg.ontology import KINDS

VERSION = "1"


class Entities:
    """Appends ``doc.ents`` to ``doc._.mentions``."""

    def __init__(
        self, *, kinds: Mapping[str, str], method: str = "entities", version: str = VERSION,
        score: float = 0.8,
    ) -> None:  # fmt: skip
        wrong = sorted(set(kinds.values()) - set(KINDS))
        if wrong:
            raise PolymathError(
                f"polymath_entities: {', '.join(wrong)} is no kind of concept; "
                f"use one of {', '.join(KINDS)}"
            )
        self.kinds = dict(kinds)
        self.method = method
        self.version = version
        self.score = score

    def __call__(self, doc: Doc) -> Doc:
        """Append the entities of *doc*, which comes back."""
        for ent in doc.ents:
            kind = self.kinds.get(ent.label_)
            if kind is not None:
                doc._.mentions.append(
                    mention(
                        doc, ent.start, ent.end, kind=kind, concept=ent.kb_id_,
                        method=self.method, version=self.version, score=self.score,
                    )
                )  # fmt: skip
        return doc


@Language.factory(
    "polymath_entities",
    requires=["doc.ents"],
    assigns=["doc._.mentions"],
    default_config={"kinds": {}, "method": "entities", "version": VERSION, "score": 0.8},
)
def make(
    nlp: Language, name: str, kinds: dict[str, str], method: str, version: str, score: float
) -> Entities:
    """An adapter for entities whose labels ``kinds`` maps to kinds of concepts."""
    return Entities(kinds=kinds, method=method, version=version, score=score)
