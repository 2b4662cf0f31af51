import pytest

from extractors.encoder.reading import shipped_reader
from extractors.encoder.wordpieces import LOOKS, N_LOOKS, WordPieces, look
from kg.errors import PolymathError


def test_words_stand_where_they_stand_in_the_text():
    text = "MgO-coated β-lactamase at 25.5 °C 😀 (n = 3)\tשלום"
    [p] = shipped_reader().table.tokenizer([text])
    words = [text[a:b] for a, b in zip(p.starts, p.ends, strict=True)]
    assert words[:6] == ["MgO", "-", "coated", "β", "-", "lactamase"]
    assert "".join(words) == text.replace(" ", "").replace("\t", "")
    assert len(p.looks) == len(p.ids)
    assert (p.first < len(p.ids)).all()


def test_a_span_of_characters_becomes_words_and_none_if_it_touches_none():
    [p] = shipped_reader().table.tokenizer(["red blood cells"])
    assert p.word_span(4, 15) == (1, 2)
    assert p.word_span(5, 6) == (1, 1)
    assert p.word_span(3, 4) is None


def test_marks_of_trade_and_the_v_of_a_version_are_words():
    text = "SPSS® v15.0 and valve, GPLv3"
    [p] = shipped_reader().table.tokenizer([text])
    words = [text[a:b] for a, b in zip(p.starts, p.ends, strict=True)]
    assert words == ["SPSS", "®", "v", "15", ".", "0", "and", "valve", ",", "GPLv3"]


def test_nothing_makes_no_words():
    [p] = shipped_reader().table.tokenizer([""])
    assert len(p.ids) == len(p.first) == 0


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("p53", "xd"),
        ("P53", "Xd"),
        ("MgO", "XxX"),
        ("DNA", "XX"),
        ("BRCA", "XXl"),
        ("the", "xs"),
        ("2019", "ddd"),
        ("−", "-"),
        ("αβ", "greek"),
        ("mRNA", "xX"),
    ],
)
def test_looks(word: str, name: str):
    assert LOOKS[look(word, False) // 2] == name


def test_every_look_has_a_row():
    assert 2 * len(LOOKS) <= N_LOOKS


def test_a_file_that_is_no_tokenizer_is_one_sentence(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{]")
    with pytest.raises(PolymathError, match=r"cannot be read as a tokenizer"):
        WordPieces(tmp_path / "tokenizer.json")
