"""The examples of docs/own_models.md, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.extractors.adapters.llm_server import Turn, said, serving

EXAMPLES = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "docs" / "own_models.md").read_text("utf-8"), re.M | re.S
)


def example(naming: str) -> str:
    (found,) = [code for code in EXAMPLES if naming in code]
    return str(found)


def run(code: str) -> None:
    exec(compile(code, "docs/own_models.md", "exec"), {})


@pytest.fixture(autouse=True)
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.md").write_text(
        "# A\n\nHere we say that aspirin inhibits inflammation.\n"
    )


def test_spacy(capsys: pytest.CaptureFixture[str]) -> None:
    run(example("polymath_spacy_pipeline"))
    assert capsys.readouterr().out == "[('flumazol', 'chemical', 'prevents', 'stroke')]\n"


def test_language_model(capsys: pytest.CaptureFixture[str]) -> None:
    address = "http://localhost:11434/v1"
    code = example("polymath_llm")
    assert address in code
    with serving(lambda _, __: Turn(content=said([("aspirin", "chemical")]))) as server:
        run(code.replace(address, server.url))
    out = capsys.readouterr().out
    assert "1 read" in out
    assert "LLM: 1 calls, 0 from the cache, 0 failed; 900 tokens in, 100 out" in out


def test_gliner_as_far_as_it_is_here() -> None:
    compile(example("polymath_gliner"), "docs/own_models.md", "exec")
