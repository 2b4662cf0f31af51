"""From what the components noted on docs to the records of a batch.

Every offset is relative to the passage: ``surface == passage.text[start:end]`` and
``quote == passage.text[start:end]`` hold by construction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from spacy.tokens import Doc

from extractors.annotations import MentionSpan, StatementSpan
from extractors.components.vocabulary_matcher import VocabularyMatcher
from extractors.linking.local_names import local_name
from extractors.vocabulary import Entry, Vocabulary
from kg.batch import SourceBatch
from kg.ids import canonical_json, concept_id, evidence_id, statement_id
from kg.model import Broader, Concept, Evidence, Measure, Mention, Passage, Statement, Variable
from kg.ontology import PREDICATES, allows


class BatchBuilder:
    """Gathers concepts, mentions, statements and evidence without doubles and adds them to a batch.

    ``refused`` counts, by predicate, the statements that the domain/range table forbids.
    """

    def __init__(self, batch: SourceBatch, matcher: VocabularyMatcher) -> None:
        self.batch = batch
        self.matcher = matcher
        self.refused: Counter[str] = Counter()
        self._entries: dict[str, tuple[Entry, Vocabulary]] = {}
        for vocabulary in reversed(matcher.vocabularies):  # the first to know an id describes it
            self._entries |= {e.id: (e, vocabulary) for e in vocabulary.entries}
        self._concepts: dict[str, Concept] = {c.id: c for c in batch.concepts}
        self._given = set(self._concepts)
        self._schemes = {s.id: s for s in batch.schemes}
        self._broader: dict[tuple[str, str], None] = {}
        self._mentions: dict[tuple[str, str, int, int, str], Mention] = {}
        self._statements: dict[str, Statement] = {}
        self._evidence: dict[str, Evidence] = {}
        self._measures: dict[tuple[str, str], Measure] = {}

    # ------------------------------------------------------------------ concepts

    def concept(self, m: MentionSpan, disciplines: Iterable[str] = ()) -> str:
        """The id of the concept that *m* names, which is in the batch from now on.

        A mention that brings no id of its own goes to the vocabulary concept of that name and
        kind, if there is one.
        """
        if m.concept:
            return self._known(m.concept, m.name, m.kind)
        found = self.matcher.look_up(m.name, disciplines)
        if found is not None and (m.kind in ("term", found[0].kind)):
            return self._known(found[0].id, m.name, m.kind)
        name = local_name(m.name)
        ident = concept_id(m.kind, name)
        if ident not in self._concepts:
            self._concepts[ident] = Concept(id=ident, name=name, kind=m.kind)
        return ident

    def local(self, name: str) -> Concept | None:
        """The local concept of that name which the batch already holds, if any."""
        name = local_name(name)
        for concept in self._concepts.values():
            if concept.name == name and concept.id.startswith("local:"):
                return concept
        return None

    def kind(self, concept: str) -> str:
        """The kind of a concept that is in the batch."""
        return self._concepts[concept].kind

    def _known(self, ident: str, name: str, kind: str) -> str:
        if ident in self._concepts:
            return ident
        known = self._entries.get(ident)
        if known is None:
            self._concepts[ident] = Concept(id=ident, name=name, kind=kind)
            return ident
        waiting = [known]
        while waiting:
            entry, vocabulary = waiting.pop()
            if entry.id in self._concepts:
                continue
            self._schemes.setdefault(vocabulary.scheme.id, vocabulary.scheme)
            self._concepts[entry.id] = Concept(
                id=entry.id,
                name=entry.name,
                kind=entry.kind,
                aliases=tuple(dict.fromkeys((*entry.aliases, *entry.aliases_zh))),
                definition=entry.definition,
                scheme=vocabulary.scheme.id,
            )
            for parent in entry.broader:
                self._broader[(entry.id, parent)] = None
                waiting.append((vocabulary.by_id[parent], vocabulary))
        return ident

    # ------------------------------------------------------------------ passages

    def add_doc(self, doc: Doc, passage: Passage, offset: int = 0) -> list[str]:
        """Add what *doc* says, whose text begins at character *offset* of *passage*.

        Returns:
            For each of its statements the id of its evidence; "" if it is not added.
        """
        disciplines = doc._.disciplines
        for m in doc._.mentions:
            self.add_mention(m, passage, offset, disciplines)
        added = [self.add_statement(s, passage, offset, disciplines) for s in doc._.statements]
        self.refused.update(r.breach for r in doc._.refused if r.breach)
        self.batch.warnings += [w for w in doc._.warnings if w not in self.batch.warnings]
        return added

    def add_mention(
        self, m: MentionSpan, passage: Passage, offset: int = 0, disciplines: Iterable[str] = ()
    ) -> str:
        """Add one mention; the id of its concept comes back."""
        concept = self.concept(m, disciplines)
        start, end = m.start_char + offset, m.end_char + offset
        key = (passage.id, concept, start, end, m.method)
        old = self._mentions.get(key)
        if end > start and (old is None or old.score < m.score):
            self._mentions[key] = Mention(
                passage=passage.id, concept=concept, start=start, end=end,
                surface=passage.text[start:end], score=m.score, method=m.method,
            )  # fmt: skip
        return concept

    def add_statement(
        self, s: StatementSpan, passage: Passage, offset: int = 0, disciplines: Iterable[str] = ()
    ) -> str:
        """Add a statement with the sentence as its evidence, unless its kinds do not go together.

        Returns:
            The id of the evidence; "" if the statement is not added.
        """
        subject, object_ = s.subject, s.object
        a = self.add_mention(subject, passage, offset, disciplines)
        b = self.add_mention(object_, passage, offset, disciplines)
        if a == b:
            return ""
        predicate = PREDICATES[s.predicate]
        if not allows(s.predicate, self.kind(a), self.kind(b)):
            self.refused[s.predicate] += 1
            return ""
        if predicate.symmetric and b < a:
            a, b, subject, object_ = b, a, object_, subject
        qualifiers = canonical_json(s.qualifiers)
        ident = statement_id(a, s.predicate, b, qualifiers)
        self._statements.setdefault(
            ident,
            Statement(
                id=ident, subject=a, predicate=s.predicate, object=b, qualifiers=qualifiers,
                family=predicate.family,
            ),
        )  # fmt: skip
        start, end = s.start_char + offset, s.end_char + offset
        evidence = evidence_id(ident, passage.id, start, end, s.method)
        old = self._evidence.get(evidence)
        if old is None or old.score < s.score:
            self._evidence[evidence] = Evidence(
                id=evidence, statement=ident, passage=passage.id, start=start, end=end,
                quote=passage.text[start:end],
                subject_start=subject.start_char + offset, subject_end=subject.end_char + offset,
                object_start=object_.start_char + offset, object_end=object_.end_char + offset,
                method=s.method, version=s.version, method_family=s.method_family,
                score=s.score, assertion=s.assertion, attribution=s.attribution,
            )  # fmt: skip
        return evidence

    def add_measure(self, variable: Variable, m: MentionSpan, passage: Passage) -> str:
        """Say that *variable* measures what *m* names in the passage that describes it."""
        concept = self.concept(m)
        start, end = m.start_char, m.end_char
        self._measures.setdefault(
            (variable.id, concept),
            Measure(
                variable=variable.id, concept=concept, passage=passage.id, start=start, end=end,
                surface=passage.text[start:end], score=m.score, method=m.method,
            ),
        )  # fmt: skip
        return concept

    def finish(self) -> SourceBatch:
        """The batch with all that was added."""
        batch = self.batch
        batch.schemes = list(self._schemes.values())
        batch.concepts += [c for i, c in self._concepts.items() if i not in self._given]
        batch.broader += [Broader(concept=a, broader=b) for a, b in self._broader]
        batch.mentions += self._mentions.values()
        batch.statements += self._statements.values()
        batch.evidence += self._evidence.values()
        batch.measures += self._measures.values()
        return batch
