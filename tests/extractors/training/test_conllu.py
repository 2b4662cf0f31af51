from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import spacy

from extractors.training.conllu import gold_doc, read_paragraphs
from kg.errors import UnreadableSource

TREEBANK = """\
# newdoc id = a
# newpar id = a-1
# text = We don't.
1\tWe\twe\tPRON\tPRP\t_\t3\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
2\tdo\tdo\tAUX\tVBP\t_\t0\troot\t_\t_
3\tn't\tnot\tPART\tRB\t_\t2\tadvmod\t_\t_
3.1\tgo\tgo\tVERB\tVB\t_\t_\t_\t_\t_
4\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

# text = It (it) fell.
1\tIt\tit\tPRON\tPRP\t_\t5\tnsubj\t_\t_
2\t(\t(\tPUNCT\t-LRB-\t_\t3\tpunct\t_\tSpaceAfter=No
3\tit\tit\tPRON\tPRP\t_\t1\tappos\t_\tSpaceAfter=No
4\t)\t)\tPUNCT\t-RRB-\t_\t3\tpunct\t_\t_
5\tfell\tfall\tVERB\tVBD\t_\t0\troot\t_\tSpaceAfter=No
6\t.\t.\tPUNCT\t.\t_\t5\tpunct\t_\t_

# newpar id = a-2
# text = Why
1\tWhy\twhy\tADV\tWRB\t_\t0\troot\t_\t_
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "small.conllu.gz"
    file.write_bytes(gzip.compress(TREEBANK.encode()))
    return file


def test_paragraphs_are_the_text_as_it_was_written(path: Path) -> None:
    first, second = read_paragraphs(path)
    assert first.text == "We don't. It (it) fell."
    assert first.starts == [10]
    assert (second.text, second.starts, second.document) == ("Why", [], "a")


def test_long_paragraphs_are_cut(path: Path) -> None:
    assert [len(p.sentences) for p in read_paragraphs(path, longest=1)] == [1, 1, 1]


def test_gold_docs_have_tags_and_trees(path: Path) -> None:
    (first, _) = read_paragraphs(path)
    doc = gold_doc(spacy.blank("en").vocab, first.sentences[1])
    assert [t.tag_ for t in doc] == ["PRP", "-LRB-", "PRP", "-RRB-", "VBD", "."]
    assert [t.head.text for t in doc][:2] == ["fell", "it"]
    assert doc[4].dep_ == "ROOT"
    assert not gold_doc(doc.vocab, first.sentences[1], parsed=False).has_annotation("DEP")


def test_what_is_no_treebank_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="is not there"):
        read_paragraphs(tmp_path / "none.conllu")
    (tmp_path / "wrong.conllu").write_text("1\tWe\n")
    with pytest.raises(UnreadableSource, match="line 1: found 2 columns"):
        read_paragraphs(tmp_path / "wrong.conllu")
