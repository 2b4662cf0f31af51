from extractors.encoder.reading import Page
from extractors.training.corpora import Window
from extractors.training.scoring import (
    Passage,
    Score,
    one_way,
    passages,
    score_relations,
    score_spans,
)


def window(doc: str, text: str, spans, corpus: str = "bc5cdr", split: str = "test") -> Window:
    return Window(corpus, split, doc, text, [(0, len(text))], {corpus: spans}, {})


def test_strict_means_both_ends_and_the_label():
    s = Score()
    s.add([(0, 4, "A"), (5, 9, "A"), (10, 12, "B")], [(0, 4, "A"), (5, 8, "A"), (10, 12, "A")])
    assert (s.right, s.proposed, s.gold) == (1, 3, 3)
    assert round(s.f1, 1) == 33.3
    assert s.labels["A"]["gold"] == 3


def test_parts_of_one_text_are_drawn_together():
    apart, together = Score(), Score()
    for i in range(100):
        right = i < 50
        gold = [(0, 4 if right else 5, "A")]
        apart.add([(0, 4, "A")], gold)
        together.add([(0, 4, "A")], gold, f"text {i // 25}")
    assert apart.f1 == together.f1 == 50
    assert len(apart.texts) == 100
    assert len(together.texts) == 4
    (a, b), (c, d) = apart.interval(), together.interval()
    assert 38 < a < 42 < 58 < b < 62
    assert c == 0
    assert d == 100
    assert Score().interval() == (0, 0)


def test_sentences_that_follow_are_read_as_one_text_with_the_gold_moved():
    joined = passages(
        [
            window("test7", "Aspirin helps.", [(0, 7, "Chemical")]),
            window("test8", "Asthma is rare.", [(0, 6, "Disease")]),
            window("test11", "Ozone harms.", [(0, 5, "Chemical")]),
        ]
    )
    assert [p.text for p in joined] == ["Aspirin helps. Asthma is rare.", "Ozone harms."]
    (first, _) = joined
    assert [first.text[s:e] for s, e, _ in first.entities["bc5cdr"]] == ["Aspirin", "Asthma"]
    assert first.sentences == [(0, 14), (15, 30)]


def test_windows_of_whole_passages_stay_alone():
    two = [window("a1", "One.", [], "scierc"), window("a2", "Two.", [], "scierc")]
    assert len(passages(two)) == 2


def test_scores_count_only_texts_that_the_scheme_labels():
    gold = [
        Passage("scierc", "x", "BERT wins", [(0, 9)], {"scierc": [(0, 4, "Method")]}, {}),
        Passage("ncbi", "y", "z", [(0, 1)], {}, {}),
    ]
    pages = [
        Page("BERT wins", {"scierc": [(0, 4, "Method", 0.9)]}),
        Page("z", {"scierc": [(0, 1, "Task", 0.9)]}),
    ]
    assert score_spans(pages, gold, "scierc").f1 == 100


def test_a_symmetric_relation_counts_in_both_directions():
    assert one_way("scierc", ((9, 12), (0, 3), "COMPARE", 0.8)) == ((0, 3), (9, 12), "COMPARE")
    assert one_way("scierc", ((9, 12), (0, 3), "USED-FOR", 0.8)) == ((9, 12), (0, 3), "USED-FOR")
    gold = [Passage("scierc", "x", "", [], {}, {"scierc": [((9, 12), (0, 3), "COMPARE")]})]
    page = Page("", {}, {"scierc": [((0, 3), (9, 12), "COMPARE", 0.6)]})
    assert score_relations([page], gold, "scierc", 0.5).f1 == 100
    assert score_relations([page], gold, "scierc", 0.7).proposed == 0
