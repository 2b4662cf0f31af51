from __future__ import annotations

import json
import pickle
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import spacy

from extractors import PipelineConfig, inspect
from extractors.annotations import Refusal
from extractors.inspection import Inspection
from extractors.inspection_page import COLOURS, SHOWN, TINT
from extractors.pipeline import ReadingPipeline
from extractors.readers import read
from kg.errors import PolymathError
from tests.conftest import ROOT

NOTE = ROOT / "sample_data/notes/medicine/1996-magnesium-migraine-positive.md"
TABLE = ROOT / "sample_data/tables/thermal_conductivity_of_materials"
RULES = PipelineConfig(without=("polymath_model", "polymath_syntax"))
"""Quick, and no judgement of trained weights is asked for."""


@pytest.fixture(scope="module")
def note() -> Inspection:
    return inspect(NOTE)


def test_an_inspection_shows_what_an_ingest_would_write(note: Inspection) -> None:
    batch = ReadingPipeline().annotate(read(NOTE))
    assert note.title.startswith("Prophylaxis of Migraine with Oral Magnesium")
    assert len(note.mentions) == len(batch.mentions)
    assert len(note.statements) == len(batch.evidence)
    assert {m.concept for m in batch.mentions} == set(note.mentions.concept)
    assert note.passages.text.tolist() == [p.text for p in batch.passages]
    assert (note.mentions.version != "").all()


def test_offsets_lead_to_the_words(note: Inspection) -> None:
    for row in [*note.mentions.itertuples(), *note.quantities.itertuples()]:
        assert note.passages.text[row.passage][row.start : row.end] == row.text
    for row in note.statements.itertuples():
        text = note.passages.text[row.passage]
        assert text[row.start : row.end] == row.sentence
        assert row.words in row.sentence
        for end in ("subject", "object"):
            start = getattr(row, f"{end}_start")
            assert row.start <= start < row.end


def test_who_said_what_how_sure_and_of_whom(note: Inspection) -> None:
    causes = next(s for s in note.statements.itertuples() if s.words == "causes")
    assert (causes.subject, causes.object) == ("magnesium", "diarrhoea")
    assert (causes.method_family, causes.assertion) == ("pattern", "affirmed")
    assert causes.attribution == "own"
    assert (causes.words, causes.family) == ("causes", "causal")
    assert 0.5 < causes.score <= 1
    assert note.abbreviations.set_index("short").long["RCT"] == "randomised controlled trial"
    assert "mg" in set(note.quantities.unit)
    assert set(note.mentions.loc[note.mentions.name == "migraine", "vocabulary"]) == {"Polymath"}


def test_refusals_have_reasons() -> None:
    seen = inspect("Malaria treats aspirin.", config=RULES)
    assert seen.statements.empty
    (row,) = seen.refused.itertuples()
    assert (row.what, row.text) == ("statement", "malaria treats aspirin")
    assert row.reason == "'treats' cannot join disease and chemical"


def test_a_score_below_the_threshold_is_told() -> None:
    picky = PipelineConfig(
        without=RULES.without, options={"polymath_relations": {"min_score": 0.95}}
    )
    seen = inspect("Aspirin inhibits platelet aggregation.", config=picky)
    assert "is below 0.95" in seen.refused.reason.iloc[0]


def test_what_the_model_left_out_is_told_with_its_chance(note: Inspection) -> None:
    model = note.refused[note.refused.method == "model"]
    assert len(model)
    doubts = model[model.reason.str.match(r"chance .* below 0\.50") & (model.what == "mention")]
    assert (doubts.score <= 0.5).all() and (doubts.score >= 0.25).all()
    read = set(zip(note.mentions.passage, note.mentions.start, note.mentions.end, strict=True))
    names = model[model.what == "mention"]
    assert not read & set(zip(names.passage, names.start, names.end, strict=True))


def test_a_span_that_cuts_through_a_vocabularys_is_told(tmp_path: Path) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text("id,name,kind\nmine:1,treated with propranolol,method\n", "utf-8")
    text = "Patients with migraine were treated with propranolol for three months."
    seen = inspect(text, config=PipelineConfig(vocabularies=(str(terms),)))
    told = seen.refused.set_index("text").reason["propranolol"]
    assert told == "cuts through the vocabulary's 'treated with propranolol'"


def test_an_ingest_is_not_asked_for_reasons_and_still_counts() -> None:
    pipeline = ReadingPipeline(RULES)
    doc = pipeline.nlp("en")("Malaria treats aspirin. Aspirin inhibits platelet aggregation.")
    assert not doc._.explain
    assert [r.breach for r in doc._.refused] == ["treats"]
    low = ReadingPipeline(
        PipelineConfig(without=RULES.without, options={"polymath_relations": {"min_score": 0.95}})
    )
    assert low.nlp("en")("Aspirin inhibits platelet aggregation.")._.refused == []


def test_refusals_travel_with_a_doc() -> None:
    nlp = ReadingPipeline(RULES).nlp("en")
    doc = nlp("Malaria treats aspirin.")
    again = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.refused == doc._.refused
    assert isinstance(again._.refused[0], Refusal)


def test_a_table_is_inspected_too() -> None:
    (path,) = TABLE.glob("*.csv")
    seen = inspect(path, config=RULES)
    assert set(seen.statements.method) == {"table-row"}
    assert (seen.statements.predicate == "has_property").all()
    assert seen.statements.qualifiers.str.contains("value").all()


def test_a_vocabulary_more_shows_in_the_comparison(tmp_path: Path) -> None:
    text = "Zorbital reduces inflammation. Zorbital was given twice."
    terms = tmp_path / "terms.csv"
    terms.write_text("id,name,kind\nmine:1,zorbital,chemical\n", "utf-8")
    before = inspect(text, config=RULES)
    more = PipelineConfig(without=RULES.without, vocabularies=(str(terms),))
    changes = before.compare(inspect(text, config=more))
    new = changes[(changes.change == "new") & (changes.what == "mention")]
    assert (new.text == "Zorbital").all() and len(new) == 2
    assert new.after.str.contains("concept mine:1").all()
    assert len(before.compare(inspect(text, config=RULES))) == 0


def test_a_changed_score_and_a_lost_statement_show_in_the_comparison() -> None:
    text = "Aspirin inhibits platelet aggregation."
    before = inspect(text, config=RULES)
    without = PipelineConfig(without=(*RULES.without, "polymath_relations"))
    gone = before.compare(inspect(text, config=without))
    assert gone[gone.what == "statement"].change.tolist() == ["gone"]
    assert "aspirin decreases platelet aggregation" in gone[gone.what == "statement"].before.iloc[0]


def test_readings_of_two_texts_are_not_compared() -> None:
    one, two = inspect("Aspirin helps.", config=RULES), inspect("Copper conducts.", config=RULES)
    with pytest.raises(PolymathError, match="readings of two texts"):
        one.compare(two)


@pytest.mark.parametrize("text", ["", "  \n\n ", "…"])
def test_no_text_is_one_sentence(text: str) -> None:
    with pytest.raises(PolymathError, match="no text to inspect"):
        inspect(text, config=RULES)
    with pytest.raises(PolymathError, match="str or a"):
        inspect(3, config=RULES)  # type: ignore[arg-type]


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolymathError, match="cannot be opened"):
        inspect(tmp_path / "gone.md", config=RULES)


def test_disciplines_and_title_are_taken() -> None:
    seen = inspect(
        "Copper conducts heat.", title="On <copper>", disciplines=["Physics"], config=RULES
    )
    assert seen.passages.kind.tolist() == ["title", "paragraph"]
    assert seen.title == "On <copper>"
    assert "On &lt;copper&gt;" in seen._repr_html_()


# ------------------------------------------------------------------ the page


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [str(v) for k, v in attrs if k in ("src", "href") or k.startswith("on")]
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _checked(html: str) -> _Tags:
    tags = _Tags()
    tags.feed(html)
    assert tags.open == [] and tags.links == []
    assert "url(" not in html and "@import" not in html and "script" not in tags.seen
    return tags


def test_the_page_is_whole_escaped_and_alone(note: Inspection) -> None:
    html = note._repr_html_()
    assert _checked(html).seen >= {"mark", "details", "li", "table"}
    assert html.count("<details>") == 1
    shown = re.sub(r"<small>.*?</small>|<style>.*?</style>|<ul>.*?</ul>|<[^>]+>", "", html)
    for text in note.passages.text:
        assert text.replace("'", "&#x27;").replace('"', "&quot;") in shown


def test_hostile_text_stays_text() -> None:
    text = (
        'Aspirin <script>alert(1)</script> inhibits "><img src=x onerror=alert(1)> aspirin & heat.'
    )
    tags = _checked(inspect(text, config=RULES)._repr_html_())
    assert "img" not in tags.seen


def test_other_scripts_and_pictures_of_faces_are_shown() -> None:
    text = "石墨烯具有高导热性。\n\nالأسبرين يقلل الالتهاب 😀 aspirin."
    seen = inspect(text)
    assert "石墨烯" in seen.mentions.text.tolist()
    html = seen._repr_html_()
    _checked(html)
    assert "😀" in html and "dir='auto'" in html


def test_a_long_text_is_cut_on_the_page_and_not_in_the_tables() -> None:
    text = "\n\n".join(f"Aspirin inhibits platelet aggregation in trial {i}." for i in range(1500))
    seen = inspect(text, config=RULES)
    html = seen._repr_html_()
    _checked(html)
    assert len(seen.statements) == 1500 and "more passages" in html
    assert html.count("<li>") < 1500 and len(html) < 20 * SHOWN


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


@pytest.mark.parametrize(("ink", "ground"), [("#212121", "#ffffff"), ("#dedede", "#111111")])
def test_marked_words_are_readable_on_light_and_dark_ground(ink: str, ground: str) -> None:
    # WCAG 2.2, 1.4.3: contrast of at least 4.5 to 1.
    share = int(TINT, 16) / 255
    for colour in COLOURS.values():
        over = tuple(
            share * c + (1 - share) * g for c, g in zip(_rgb(colour), _rgb(ground), strict=True)
        )
        lights = sorted((_luminance(_rgb(ink)), _luminance(over)))
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, colour


def test_kinds_have_the_colours_of_the_graphs_views() -> None:
    palette = json.loads((ROOT / "widgets/palette.json").read_text("utf-8"))
    assert dict(COLOURS) == palette["kinds"]


def test_an_inspection_can_be_kept(note: Inspection) -> None:
    again = pickle.loads(pickle.dumps(note))
    assert len(note.compare(again)) == 0 and repr(again) == repr(note)
