"""The loop closes: a correction becomes labels, they a candidate, and that one reads or goes back.

What `docs/training.md` says, on a small scale: one scan, a few steps, two filings to judge by.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from eval import compare, report
from eval.gold import load, load_one
from eval.printing import PrintedPage, PrintedWord
from models import weights
from models.document import Box, Filing
from models.extraction import Extraction, Field, Reason
from models.fact import Fact
from models.tagger import labels as known_labels
from service import cli
from service.app import create_app
from service.extractor import Extracts, Progress, PromotedExtractor
from service.schema import ensure
from service.settings import Settings
from tests.conftest import calling, working
from tests.reviewing import ISSUER
from tests.reviewing_http import fields_of, state_of
from training import finetune, labelled, labels, line_crops, publish, scanned
from training.loop import commit
from training.synth import pages
from training.synth.pages import PrintedFiling

GOLD = Path("eval/gold/form3")
SCAN = GOLD / "own15-office200"
JUDGES = ("form3_1861449_2021-11-04_sacks-david-o", "form3_1862068_2021-10-14_selby-jack")
"""One page each, of two groups, and of no group that is learnt from."""
CONFIG = """
[tagger]
config = "training/configs/tagger.toml"
labelled_share = 0.5
validation_filings = 1
[tagger.loop]
steps = 2
batch = 2
learning_rate = 1e-5
warmup = 1
validate_every = 2
metric = "f1+f1_labelled"
threads = 1
"""


@dataclass
class MisreadsTheIssuer:
    """The promoted models, but that one letter of the issuer's name comes out wrong."""

    inner: Extracts

    @property
    def versions(self) -> dict[str, str]:
        return self.inner.versions

    def at(self, precision: float) -> MisreadsTheIssuer:
        return MisreadsTheIssuer(self.inner.at(precision))

    def extract_all(
        self, filing: Filing, progress: Progress | None = None,
        roles: Mapping[int, str] | None = None, form: str = "",
    ) -> tuple[Extraction, ...]:  # fmt: skip
        found = self.inner.extract_all(filing, progress, roles, form)
        return tuple(replace(each, fields=tuple(map(misread, each.fields))) for each in found)


def misread(field: Field) -> Field:
    """The issuer with another first letter, and doubted; any other field as it is."""
    if field.path != ISSUER:
        return field
    wrong = f"Q{field.value[1:]}"
    return replace(field, value=wrong, text=wrong, confidence=0.5, review=True,
                   reasons=(Reason("uncertain", "it is doubtful"),))  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of released models of one's own, as a deployment has it."""
    made, checkout = tmp_path / "models", Path(weights.__file__).parent
    shutil.copytree(checkout / "weights", made / "weights")
    shutil.copy(checkout / "weights.toml", made)
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(made))
    monkeypatch.setenv(weights.THREADS_VARIABLE, "1")
    # How much the checkout may hold says nothing of a deployment's folder.
    monkeypatch.setattr(publish, "TOTAL_LIMIT", 100_000_000)
    return made


@pytest.fixture
def app(settings: Settings, folder: Path) -> FastAPI:
    """A service in which nothing is reviewed by chance."""
    made = create_app(replace(settings, audit_share=0.0, second_share=0.0))
    ensure(made.state.engine)
    return made


@contextmanager
def reading(app: FastAPI) -> Iterator[TestClient]:
    """A caller of the service with a worker that reads with what is promoted."""
    extractor = MisreadsTheIssuer(PromotedExtractor(app.state.champions, 0.995))
    with calling(app) as client, working(app, extractor):
        yield client


def read_by(client: TestClient) -> str:
    """The tagger that reads a filing now."""
    filing = client.post("/v1/filings", content=(SCAN / "scan.pdf").read_bytes()).json()
    assert filing["state"] == "done"
    return str(filing["models"]["tagger"])


def corrected(client: TestClient, truth: Fact) -> str:
    """The filing, read, its issuer set right in the review and every other field accepted."""
    filing = client.post("/v1/filings", content=(SCAN / "scan.pdf").read_bytes()).json()["id"]
    base = f"/review/filings/{filing}"
    fields = fields_of(state_of(client, filing))
    assert fields[ISSUER]["value"] != truth.value
    assert fields[ISSUER]["to_decide"]
    for path, field in fields.items():
        edit = {"action": "accept", "field": field["id"]}
        if path == ISSUER:
            edit |= {"action": "set", "value": truth.value}
        answer = client.post(f"{base}/edits", json=edit)
        assert answer.status_code == 200, answer.text
    assert client.post(f"{base}/finish", json={}).status_code == 200
    return str(filing)


def printed(folder: Path) -> None:
    """Generated filings to mix in, one of them held out."""
    (folder / "print").mkdir(parents=True)
    said = (("Issuer:", ""), ("Acme", "issuerName"), ("Trust", "issuerName"))
    for number in range(10):
        words = [PrintedWord(text, Box(60.0 + 50 * place, 40.0, 105.0 + 50 * place, 52.0), 9.0, tag)
                 for place, (text, tag) in enumerate(said)]  # fmt: skip
        page = PrintedPage(1, 612.0, 792.0, tuple(words), ())
        pages.save(folder / "print" / f"{number:05d}{pages.LABELS_SUFFIX}",
                   PrintedFiling("3", "plain", (page,), ("first",)))  # fmt: skip


def tuned(home: Path, name: str, start: str = "champion") -> Path:
    """The run of a tagger fine-tuned on the records, for two steps."""
    (home / "finetune.toml").write_text(CONFIG)
    finetune.main(["tagger", "--labelled", str(home / "labelled"), "--run", str(home / name),
                   "--config", str(home / "finetune.toml"), "--data", str(home / "data"),
                   "--start", start])  # fmt: skip
    return home / name / "tagger"


def evaluated(home: Path, output: Path, *options: str) -> Path:
    """The report of the released models, or of a candidate, on the two filings to judge by."""
    for name in JUDGES:
        shutil.copytree(GOLD / name, home / "judges" / "form3" / name, dirs_exist_ok=True)
    report.main(["--gold", str(home / "judges"), "--output", str(output), "--split", "dev",
                 "--processes", "1", *options])  # fmt: skip
    return output


def published(home: Path, run: Path) -> None:
    """Publish a run's candidate into the folder of models."""
    new = evaluated(home, home / f"eval-{run.parent.name}", "--candidate", str(run))
    publish.main([str(run), "--report", str(new), "--folder", str(home / "models"),
                  "--released", str(home / "released")])  # fmt: skip


def made_records(home: Path, archive: bytes, truth: Fact) -> None:
    """Labels and training records of what was exported; the corrected value is in both."""
    (home / "labels.zip").write_bytes(archive)
    assert labels.main(["import", str(home / "labels.zip"), "--output", str(home / "set"),
                        "--split", "train"]) == 0  # fmt: skip
    (gold,) = load(home / "set")
    (fact,) = (each for each in gold.facts if each.path == ISSUER)
    assert (fact.value, fact.checked, gold.source.split) == (truth.value, True, "train")
    labelled.main(["--labels", str(home / "set"), "--output", str(home / "labelled"),
                   "--threads", "1"])  # fmt: skip
    train = home / "labelled" / "train"
    page = scanned.load(next(train.glob("*.json.gz")), np.random.default_rng(0), tilt=0.0)
    words = [word for word in page.printed.words if word.tag == "issuerName"]
    assert truth.boxes[0].box.share_inside(Box.around(word.box for word in words).grown(3)) > 0.9
    crops = line_crops.load(next((train / "lines").glob("*.json")))
    assert truth.value in {crop.text for crop in crops}


def command(app: FastAPI, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `filingscan models` says of it."""
    capsys.readouterr()
    assert cli.main(["models", *arguments, "--data", str(app.state.settings.data)]) == 0
    return capsys.readouterr().out


def test_a_correction_teaches_a_candidate_that_is_judged_promoted_and_taken_back(
    app: FastAPI, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    former = weights.find("tagger").tag
    (truth,) = (fact for fact in load_one(SCAN).facts if fact.path == ISSUER)
    with reading(app) as client:
        corrected(client, truth)
        archive = client.get("/review/labels").content
    made_records(tmp_path, archive, truth)

    printed(tmp_path / "data")
    run = tuned(tmp_path, "tuned")
    candidate = weights.of_run(run)
    assert candidate.labels == known_labels()
    assert candidate.data.startswith("filings: 9 generated, 1 labelled")
    assert candidate.commit == commit()

    evaluated(tmp_path, tmp_path / "released")
    worse = tuned(tmp_path, "worse", "scratch")
    capsys.readouterr()
    with pytest.raises(SystemExit) as refused:
        published(tmp_path, worse)
    assert refused.value.code == 1
    assert "worse than what is released: field F1" in capsys.readouterr().err
    assert weights.find("tagger").tag == former

    # What reads is said beforehand: else the new champion of the table would read at once.
    command(app, capsys, "promote", former)
    published(tmp_path, run)
    assert compare.main([str(tmp_path / "eval-tuned"), str(tmp_path / "released")]) == 0
    new = weights.find("tagger")
    assert new.tag != former
    assert (new.commit, new.labels) == (candidate.commit, candidate.labels)
    assert json.loads((tmp_path / "released" / "report.json").read_text())["models"]["tagger"] == (
        new.tag)  # fmt: skip
    with reading(app) as client:
        assert read_by(client) == former
        assert f"{new.tag} will read" in command(app, capsys, "promote", new.tag)
        assert read_by(client) == new.tag
        assert f"{former} will read" in command(app, capsys, "rollback", "tagger")
        assert read_by(client) == former
