from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import spacy

from extractors.components import chinese_words
from extractors.components.chinese_words import ChineseWords, dictionary
from extractors.pipeline import PipelineConfig, build_pipeline
from extractors.vocabulary import shipped_vocabularies
from tests.conftest import need

VOCAB = spacy.blank("zh").vocab
need(chinese_words.installed(), "the extra zh")
NAMES = ("二甲双胍", "金属有机框架", "支持向量机", "T细胞", "耐药")


def cut(text: str, names: tuple[str, ...] = NAMES) -> list[str]:
    return [t.text for t in ChineseWords(VOCAB, names)(text)]


def test_names_are_words() -> None:
    assert cut("用二甲双胍治疗。") == ["用", "二甲双胍", "治疗", "。"]
    assert "二甲双胍" not in cut("用二甲双胍治疗。", ())


def test_the_order_of_names_does_not_matter() -> None:
    texts = [f"研究{name}的耐药性与金属有机框架材料支持向量机" for name in NAMES]
    first, second = ChineseWords(VOCAB, NAMES), ChineseWords(VOCAB)
    for name in reversed(NAMES):
        second.learn([name])
    assert [first.cut(t) for t in texts] == [second.cut(t) for t in texts]
    assert first.to_bytes() == second.to_bytes()


def test_words_make_up_the_text() -> None:
    text = "p53 蛋白（TP53），\n 3.5 μm　的 CO₂；𠀀字 👍 العربية "
    assert "".join(cut(text)) == text.replace(" ", "") or ChineseWords(VOCAB)(text).text == text
    assert ChineseWords(VOCAB)(text).text == text


def test_names_survive_the_disk(tmp_path: Path) -> None:
    tokenizer = ChineseWords(VOCAB, NAMES)
    tokenizer.to_disk(tmp_path / "words")
    again = ChineseWords(VOCAB).from_disk(tmp_path / "words")
    assert again.names == tokenizer.names == frozenset(NAMES) - {"T细胞"}


def test_no_cache_is_written_or_read() -> None:
    code = (
        "import marshal, tempfile, sys\n"
        "def refuse(*a, **k): raise AssertionError('jieba used its cache')\n"
        "tempfile.mkstemp = marshal.load = marshal.dump = refuse\n"
        "import spacy\n"
        "from extractors.components.chinese_words import ChineseWords\n"
        "print(len(ChineseWords(spacy.blank('zh').vocab)('石墨烯导热。')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 3
    assert "cache" not in done.stderr


def test_most_names_of_the_vocabulary_are_one_word() -> None:
    nlp = build_pipeline("zh")
    names = {n for v in shipped_vocabularies() for e in v.entries for n in e.aliases_zh}
    whole = sum(len(nlp.make_doc(name)) == 1 for name in names)
    assert whole > 0.95 * len(names)


def test_a_persons_name_does_not_swallow_a_preposition() -> None:
    assert "于海洋" not in dictionary()[2]


def test_without_jieba_characters_are_read_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chinese_words, "installed", lambda: False)
    with pytest.warns(UserWarning, match=r'polymath-kg\[zh\]"$'):
        nlp = build_pipeline("zh")
    doc = nlp("阿司匹林不抑制血小板聚集。")
    assert len(doc) == len(doc.text)
    assert [(s.subject.name, s.assertion) for s in doc._.statements] == [("aspirin", "negated")]
    assert chinese_words.version() == "characters"


def test_what_cuts_words_is_in_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = PipelineConfig().fingerprint
    monkeypatch.setattr(chinese_words, "installed", lambda: False)
    assert PipelineConfig().fingerprint != before
