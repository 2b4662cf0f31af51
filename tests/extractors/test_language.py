from __future__ import annotations

from pathlib import Path

import pytest

from extractors.language import passage_language
from extractors.pipeline import PipelineConfig, ReadingPipeline
from extractors.readers import read
from tests.extractors.test_pipeline import batch

SENTENCES = {
    "en": "We measured the conductivity of the films, and it was higher than that of copper.",
    "zh": "我们测量了薄膜的电导率，发现它高于铜。",
    "ja": "薄膜の電気伝導率を測定したところ、銅よりも高かった。",
    "ko": "우리는 박막의 전기 전도도를 측정하였다.",
    "de": "Wir haben die Leitfähigkeit der Schichten gemessen, und sie ist höher als die von Kupfer.",
    "fr": "Nous avons mesuré la conductivité des films, qui est plus élevée que celle du cuivre.",
    "es": "Hemos medido la conductividad de las películas, que es mayor que la del cobre.",
    "pt": "Medimos a condutividade dos filmes, que é maior do que a do cobre e não depende da espessura.",
    "it": "Abbiamo misurato la conducibilità dei film, che è più alta di quella del rame e non dipende dallo spessore.",
    "nl": "We hebben de geleidbaarheid van de films gemeten, en het is hoger dan die van koper.",
    "ru": "Мы измерили проводимость плёнок, и она выше, чем у меди.",
    "ar": "قمنا بقياس موصلية الأغشية الرقيقة.",
    "el": "Μετρήσαμε την αγωγιμότητα των υμενίων.",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
@pytest.mark.parametrize("hint", ["", "en", "zh"])
def test_language(language: str, text: str, hint: str) -> None:
    assert passage_language(text, hint) == language


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("石墨烯薄膜的導熱係數與其應用", "", "zh"),  # traditional
        ("基于 BERT 模型和 Transformer 结构的中文命名实体识别方法", "en", "zh"),
        ("The word 石墨烯 means graphene in the Chinese of the paper.", "", "en"),
        ("Vaswani A. Attention is all you need. NeurIPS 2017.", "zh", "en"),
        ("Nature 2015; 521: 436-444.", "de", "de"),
        ("IL-6 and TNF in the lung", "fr", "fr"),
        ("太陽電池", "ja", "ja"),
        ("Ми виміряли провідність плівок.", "uk", "uk"),
        ("", "", "en"),
        ("12.5", "zh", "en"),
    ],
)
def test_hints(text: str, hint: str, language: str) -> None:
    assert passage_language(text, hint) == language


def test_a_paper_in_two_languages_is_read_in_both() -> None:
    pipeline = ReadingPipeline(PipelineConfig())
    for said in ("阿司匹林抑制血小板聚集。", "Aspirin inhibits platelet aggregation."):
        for declared in ("en", "zh"):
            out = pipeline.annotate(batch(said, language=declared))
            (statement,) = out.statements
            assert statement.predicate == "decreases"


MIXED = """---
title: 石墨烯薄膜的电导率 (Conductivity of graphene films)
language: zh
---

## 摘要

阿司匹林抑制血小板聚集。石墨烯很薄。

## Abstract

Aspirin inhibits platelet aggregation, and it does so in most of the patients.

## Zusammenfassung

Die Ergebnisse werden mit denen der früheren Arbeit verglichen.
"""


def test_a_paper_in_three_languages_is_split_by_passage(tmp_path: Path) -> None:
    path = tmp_path / "mixed.md"
    path.write_text(MIXED, encoding="utf-8")
    found = read(path)
    assert {p.language for p in found.passages} == {"zh", "en", "de"}
    assert all(p.language == passage_language(p.text, p.language) for p in found.passages)
    out = ReadingPipeline(PipelineConfig()).annotate(found)
    assert len(out.statements) == 1, "both languages say the same of the same concepts"
    by_id = {p.id: p.language for p in out.passages}
    assert {by_id[e.passage] for e in out.evidence} == {"zh", "en"}
    assert out.source.pipeline.startswith("en+zh:"), "so weights of either language read it again"
