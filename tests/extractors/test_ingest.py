"""The main job on our own notes and tables, and on everything that a careless user feeds it."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import kg
from extractors import PipelineConfig, ingest
from extractors.ingesting import _pool
from kg.cli import main
from kg.schema import NODES
from kg.verify import verify
from tests.conftest import ROOT, SHARED, need
from tests.neo4j_server.server import Neo4jServer

NOTES = ROOT / "sample_data" / "notes"
FEW = NOTES / "materials-science"


def few_notes(folder: Path) -> Path:
    shutil.copytree(FEW, folder)
    return folder


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of sample_data in an embedded graph."""
    path = tmp_path_factory.mktemp("sample") / "sample.kg"
    with kg.connect(path) as graph:
        report = ingest(graph, ROOT / "sample_data", progress=False)
    assert not report.failed
    assert len(report.read) == 74
    return path


def test_sample_data_makes_a_graph_across_disciplines(sample: Path) -> None:
    with kg.connect(sample) as graph:
        counts = graph.counts()
        assert counts["Dataset"] == 6
        assert counts["Variable"] > 20
        assert counts["Statement"] > 300
        assert counts["MEASURES"] > 10
        assert verify(graph.store).ok
        graphene = graph.search("graphene").iloc[0]
        assert graphene["id"] == "pm:graphene"
        assert len(graphene["disciplines"]) >= 3
        assert graph.search("石墨烯").iloc[0]["id"] == "pm:graphene"


def test_chinese_and_english_notes_meet_in_one_concept(sample: Path) -> None:
    with kg.connect(sample) as graph:
        mentions = graph.table("MENTIONS").merge(
            graph.table("Passage")[["id", "language"]], left_on="passage", right_on="id"
        )
        languages = mentions.groupby("concept")["language"].agg(set)
        assert sum(found == {"en", "zh"} for found in languages) >= 20
        zh = mentions[mentions["language"] == "zh"]["passage"]
        assert graph.table("Evidence")["passage"].isin(set(zh)).sum() >= 5


def test_fish_oil_leads_to_raynauds_disease(sample: Path) -> None:
    with kg.connect(sample) as graph:
        start = graph.search("fish oil").iloc[0]["id"]
        end = graph.search("Raynaud's disease").iloc[0]["id"]
        paths = graph.paths(start, end)
        assert paths, "Swanson's chain is not in the graph"
        assert len(paths[0].attrs["concepts"]) <= 4


def test_works_that_disagree_are_seen(sample: Path) -> None:
    with kg.connect(sample) as graph:
        mixed = graph.cypher("MATCH (s:Statement) WHERE s.polarity = 'mixed' RETURN s.id AS id")
        assert len(mixed) >= 1
        assert {"affirmed", "negated"} <= set(graph.evidence(mixed["id"][0])["assertion"])


def test_second_ingest_writes_nothing(sample: Path) -> None:
    with kg.connect(sample) as graph:
        version = graph.version()
        report = ingest(graph, ROOT / "sample_data", progress=False)
        assert (report.rows, len(report.read), len(report.unchanged)) == (0, 0, 74)
        assert graph.version() == version


def test_order_and_number_of_workers_do_not_matter(tmp_path: Path) -> None:
    digests = set()
    for name, workers in (("one", 1), ("two", 2)):
        with kg.connect(tmp_path / f"{name}.kg") as graph:
            parts = sorted(NOTES.iterdir())[:4]
            for part in parts if workers == 1 else reversed(parts):
                ingest(graph, part, workers=workers, progress=False)
            digests.add(graph.digest())
    assert len(digests) == 1


def test_changed_and_withdrawn_notes_take_their_evidence(tmp_path: Path) -> None:
    notes = few_notes(tmp_path / "notes")
    with kg.connect(tmp_path / "a.kg") as graph:
        ingest(graph, notes, progress=False)
        whole = graph.counts()
        one = sorted(notes.iterdir())[0]
        text = one.read_text("utf-8")
        one.write_text(text + "\nGraphene causes zorbification.\n", "utf-8")
        report = ingest(graph, notes, progress=False)
        assert len(report.read) == 1
        assert graph.counts()["Source"] == whole["Source"] + 1
        one.unlink()
        report = ingest(graph, notes, prune=True, progress=False)
        assert report.withdrawn
        assert verify(graph.store).ok
        others = few_notes(tmp_path / "again")
        (others / one.name).unlink()
        with kg.connect(tmp_path / "b.kg") as never:
            ingest(never, others, progress=False)
            assert never.counts()["Statement"] == graph.counts()["Statement"]


BAD = {
    "empty.xml": b"",
    "cut.xml": b"<?xml version='1.0'?><article><front><article-meta><title-group><article-title>A",
    "bomb.xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>".encode() for i in range(8))
    + b"]><article>&i;</article>",
    "outside.xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    b"<article>&x;</article>",
    "encoding.md": b"# caf\xe9\xff\n",
    "archive.zip": b"PK\x03\x04" + bytes(200),
    "disguised.xml": b"PK\x03\x04" + bytes(200),
    "binary.txt": bytes(range(256)) * 10,
    "paper.pdf": b"%PDF-1.4\n",
    "config.json": b'{"a": 1}',
}


def test_bad_files_get_one_sentence_each_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = few_notes(tmp_path / "in")
    good = len(list(folder.iterdir()))
    for name, content in BAD.items():
        (folder / name).write_bytes(content)
    with (folder / "huge.xml").open("wb") as file:
        file.write(b"<article>")
        file.truncate(200 * 2**20)
    (folder / "lies").mkdir()
    (folder / "lies" / "t.csv").write_text("material,density\nsteel,heavy\n")
    fields = [{"name": "material", "type": "string"}, {"name": "density", "type": "number"}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    (folder / "lies" / "datapackage.json").write_text(
        json.dumps({"name": "t", "resources": [resource]})
    )
    (tmp_path / "secret.md").write_text("# Secret\n\nNot to be read.\n")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    with kg.connect(tmp_path / "a.kg") as graph:
        report = ingest(graph, folder, progress=False)
        assert len(report.read) == good
        named = {Path(p).name: s for p, s in report.failed.items()}
        assert set(named) == {*BAD, "huge.xml", "t.csv", "link.md"}
        for name, sentence in named.items():
            assert name in sentence
            assert "\n" not in sentence
            assert "Traceback" not in sentence
            assert "fault of Polymath" not in sentence, sentence
        assert "heavy" in named["t.csv"]
        assert graph.counts()["Source"] == good
        with kg.connect(tmp_path / "b.kg") as clean:
            ingest(clean, FEW, progress=False)
            assert clean.digest() == graph.digest()
        assert "Secret" not in str(graph.search("secret", what="Passage")["text"].tolist())
    assert ingest_by_command(tmp_path / "c.kg", folder) == 1


def ingest_by_command(home: Path, *paths: Path) -> int:
    return main(["ingest", *map(str, paths), "--graph", str(home), "--quiet"])


def test_a_file_that_ends_its_worker_does_not_end_the_batch(tmp_path: Path) -> None:
    folder = few_notes(tmp_path / "in")
    shutil.copytree(NOTES / "physics", folder / "physics")
    good = len(list(folder.rglob("*.md")))
    (folder / "bad.md").write_text("# Bad\n\nThis says KILLTHEWORKER.\n")
    config = PipelineConfig(options={"test_killer": {}}, modules=("tests.extractors.killer",))
    with kg.connect(tmp_path / "a.kg") as graph:
        report = ingest(graph, folder, config=config, workers=2, progress=False)
        assert len(report.read) == good
        assert list(report.failed) == [str(folder / "bad.md")]
        assert "ended the process" in report.failed[str(folder / "bad.md")]
        assert verify(graph.store).ok


def test_a_script_without_a_main_guard_just_works(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(
        "import kg\nfrom extractors import ingest\n"
        f"print(ingest(kg.connect({str(tmp_path / 'a.kg')!r}), {str(NOTES / 'physics')!r}, workers=2))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("not read;") == 1
    assert "Traceback" not in done.stderr


def test_a_path_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest_by_command(tmp_path / "a.kg", tmp_path / "nowhere") == 2
    assert "There is no file or folder" in capsys.readouterr().err


def _ingest_notes(home: str) -> None:
    with kg.connect(home) as graph:
        ingest(graph, NOTES, workers=2, progress=False)


def test_killed_in_the_middle_and_run_again(sample: Path, tmp_path: Path) -> None:
    home = tmp_path / "killed.kg"
    kg.connect(home).close()
    process = multiprocessing.get_context("spawn").Process(target=_ingest_notes, args=(str(home),))
    process.start()
    with kg.connect(home) as graph:
        while (seen := graph.store.count(NODES["Source"])) < 10:
            assert process.is_alive() or seen
            time.sleep(0.005)
            # A reader meanwhile sees whole sources only.
            with graph.store.reading() as reader:
                sources = reader.select(NODES["Source"], columns=("id",))
                passages = reader.select(NODES["Passage"], columns=("source",))
            assert set(passages) == set(sources)
    workers = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    _, alive = psutil.wait_procs(workers, timeout=15)
    assert not alive, "workers outlive the ingest that was killed"
    with kg.connect(home) as graph:
        assert verify(graph.store).ok
        assert graph.counts()["Source"] < len(list(NOTES.rglob("*.md")))
        ingest(graph, ROOT / "sample_data", progress=False)
        with kg.connect(sample) as whole:
            assert graph.digest() == whole.digest()


def test_same_graph_on_a_real_server(sample: Path, neo4j_server: Neo4jServer) -> None:
    neo4j_server.wipe()
    with (
        kg.connect(neo4j_server.url, auth=neo4j_server.auth) as graph,
        kg.connect(sample) as embedded,
    ):
        ingest(graph, ROOT / "sample_data", progress=False)
        assert graph.counts() == embedded.counts()
        assert graph.digest() == embedded.digest()
        query = (
            "MATCH (c:Concept {id: 'pm:graphene'})-[r:RELATED]->(o:Concept) WHERE r.belief > 0.3 "
            "RETURN o.id AS id, r.predicate AS predicate ORDER BY id, predicate"
        )
        assert graph.cypher(query).equals(embedded.cypher(query))
        for what in ("grafene", "锂离子电池", "photosynthesis"):
            assert list(graph.search(what)["id"])[:5] == list(embedded.search(what)["id"])[:5]
        assert ingest(graph, ROOT / "sample_data", progress=False).rows == 0


def test_server_that_goes_away_in_the_middle(tmp_path: Path) -> None:
    from extractors import ingest as module_ingest

    need(*_server_reason())
    with Neo4jServer() as server, kg.connect(server.url, auth=server.auth) as graph:
        killed = []

        class Killing(type(graph)):  # type: ignore[misc]
            """Ends the server while the third source is being written."""

            def write(self, batch: kg.SourceBatch) -> int:
                if len(killed) == 0 and self.counts()["Source"] == 2:
                    killed.append(True)
                    server.kill()
                return int(super().write(batch))

        report = module_ingest(Killing(graph.store), FEW, workers=1, progress=False)
        assert killed
        assert len(report.read) == 2
        assert len(report.failed) == len(list(FEW.iterdir())) - 2
        assert all("\n" not in s for s in report.failed.values())
        server.start()
        report = ingest(graph, FEW, progress=False)
        assert not report.failed
        assert verify(graph.store).ok
        with kg.connect(tmp_path / "a.kg") as never_killed:
            ingest(never_killed, FEW, progress=False)
            assert never_killed.digest() == graph.digest()


def _server_reason() -> tuple[bool, str]:
    from tests.neo4j_server.server import why_not

    reason = why_not()
    return not reason, reason


def test_real_articles_of_ten_disciplines(tmp_path: Path) -> None:
    need(SHARED.exists(), f"the real articles are not at {SHARED}")
    papers = sorted((SHARED / "papers" / "oa-stm").glob("*.xml"))[::9]
    papers += sorted((SHARED / "papers" / "jats").glob("*.nxml"))[::23]
    with kg.connect(tmp_path / "a.kg") as graph:
        report = ingest(graph, *papers, progress=False)
        assert not report.failed
        assert len(report.read) == len(papers)
        assert verify(graph.store).ok
        counts = graph.counts()
        assert counts["Statement"] > 10 * len(papers)
        assert ingest(graph, *papers, progress=False).rows == 0


_held: list[bytes] = []


def _hold(size: int) -> int:
    _held.append(b"x" * size)
    time.sleep(1.1)  # loky looks at most once a second
    return os.getpid()


def test_a_worker_that_loads_models_is_not_ended_for_it() -> None:
    with _pool(PipelineConfig(), 1) as pool:
        assert len({pool.submit(_hold, size).result() for size in (1, 500_000_000, 1, 1)}) == 1


def test_a_long_file_has_a_bar_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extractors.ingesting.LONGEST", 100)
    (tmp_path / "short.txt").write_text("Aspirin inhibits inflammation.")
    (tmp_path / "long.txt").write_text("Aspirin inhibits inflammation. " * 10)
    config = PipelineConfig(without=("polymath_model", "polymath_syntax"))
    with kg.connect(tmp_path / "g.kg") as graph:
        ingest(graph, tmp_path / "short.txt", tmp_path / "long.txt", config=config)
    shown = capsys.readouterr().err
    assert "long.txt" in shown
    assert "short.txt" not in shown
