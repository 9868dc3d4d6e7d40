"""Which versions read: promoted, rolled back, refused when they do not fit, taken up by workers."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from models import weights
from models.errors import DamagedWeights, NothingPromoted, UnfitModel, UnknownModel
from models.weights import Weights
from service import cli
from service.champions import Champions
from service.database import audit, metadata
from service.extractor import AGAIN_SECONDS, PromotedExtractor, try_out
from service.schema import ensure
from tests.conftest import Clock, ReadsTheSecondWord, calling, working

RELEASED = Path(weights.__file__).parent
READ_BY = {"layout": "layout@2", "tagger": "tagger@4"}


def table_of(rows: list[Weights]) -> str:
    """`weights.toml` with these rows."""
    return "\n".join(line for row in rows for line in ["[[model]]", *_lines(row)])


def _lines(row: Weights) -> Iterator[str]:
    for each in fields(row):
        if each.compare and each.name != "scores":
            yield f"{each.name} = {_toml(getattr(row, each.name))}"
    yield "scores = {}"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }"
    return json.dumps(value)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The released champions, a recogniser @next of the same bytes, and a confidence for it."""
    made = tmp_path / "models"
    made.mkdir()
    (made / "weights").symlink_to(RELEASED / "weights")
    rows = [row for row in weights.rows(RELEASED) if row.champion]
    known = {row.name: row for row in rows}
    reads = {name: known[name].tag for name in ("layout", "tagger")} | {
        "recognizer": "recognizer@next"
    }
    later = [
        replace(known["recognizer"], version="next", champion=False),
        replace(known["confidence"], version="next", champion=False,
                dims=known["confidence"].dims | {"read_by": reads}),
    ]  # fmt: skip
    (made / "weights.toml").write_text(table_of(rows + later))
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(made))
    return made


@pytest.fixture
def champions(engine: Engine, folder: Path, tmp_path: Path) -> Champions:
    return Champions(engine, tmp_path / "kept")


def fits(_: Mapping[str, Weights]) -> None:
    """What a version is tried out with where that is not the matter."""


def notes(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        query = sa.select(audit.c.action, audit.c.detail).order_by(audit.c.id)
        return [tuple(row) for row in connection.execute(query)]


def now_reads(champions: Champions, name: str = "recognizer") -> str:
    return champions.in_use()[name].version


def test_without_a_promotion_the_champion_of_the_table_reads(champions: Champions) -> None:
    assert champions.in_use() == champions.released()
    assert champions.doubts() == []


def test_a_promotion_holds_and_a_rollback_goes_back_step_by_step(champions: Champions) -> None:
    first = now_reads(champions)
    champions.promote([f"recognizer@{first}"], "ann", fits)
    champions.promote(["recognizer@next"], "bob", fits)
    assert now_reads(champions) == "next"
    assert champions.promoted()["recognizer"].by == "bob"
    assert champions.rollback("recognizer", "ann", fits) == first
    assert now_reads(champions) == first
    assert champions.rollback("recognizer", "ann", fits) == ""
    assert champions.promoted() == {}
    with pytest.raises(NothingPromoted):
        champions.rollback("recognizer", "ann", fits)
    assert notes(champions.engine) == [
        ("promoted", f"recognizer@{first} by ann"),
        ("promoted", "recognizer@next by bob"),
        ("rolled back", f"recognizer@{first} by ann"),
        ("rolled back", "recognizer@ by ann"),
    ]


def test_a_version_promoted_after_a_rollback_is_rolled_back_to_what_was_before_it(
    champions: Champions,
) -> None:
    first = now_reads(champions)
    for tag in (f"recognizer@{first}", "recognizer@next"):
        champions.promote([tag], "ann", fits)
    champions.rollback("recognizer", "ann", fits)
    champions.promote(["recognizer@next"], "ann", fits)
    assert champions.rollback("recognizer", "ann", fits) == first


def test_promoting_what_is_promoted_changes_nothing(champions: Champions) -> None:
    for _ in range(2):
        champions.promote(["recognizer@next"], "ann", fits)
    assert len(notes(champions.engine)) == 1
    assert champions.rollback("recognizer", "ann", fits) == ""


def test_a_recogniser_without_its_confidence_is_warned_of_and_with_it_is_not(
    champions: Champions,
) -> None:
    champions.promote(["recognizer@next"], "ann", fits)
    (doubt,) = champions.doubts()
    assert "every filing goes to review" in doubt and "Promote confidence@next as well." in doubt
    champions.promote(["confidence@next"], "ann", fits)
    assert champions.doubts() == []


def test_versions_promoted_together_are_all_promoted_or_none(champions: Champions) -> None:
    with pytest.raises(UnknownModel, match="confidence@none"):
        champions.promote(["recognizer@next", "confidence@none"], "ann", fits)
    assert champions.promoted() == {}
    champions.promote(["recognizer@next", "confidence@next"], "ann", fits)
    assert set(champions.promoted()) == {"recognizer", "confidence"}


def test_a_promoted_version_that_is_gone_leaves_the_tables_own(
    champions: Champions, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    champions.promote(["recognizer@next"], "ann", fits)
    (folder / "weights.toml").write_text(table_of(list(champions.released().values())))
    assert champions.in_use() == champions.released()
    assert "recognizer@next" in caplog.text


# What does not fit is refused


def test_the_released_versions_fit(champions: Champions) -> None:
    try_out(champions.in_use())


def changed(folder: Path, of: str, data: bytes, **more: object) -> None:
    """Another version of a model, of these bytes."""
    own = {row.name: row for row in weights.rows(RELEASED) if row.champion}[of]
    files = folder / "weights"
    released = [path for path in files.resolve().iterdir() if path.is_file()]
    files.unlink()
    files.mkdir()
    for path in released:
        (files / path.name).symlink_to(path)
    (files / "other").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    bad = replace(own, **{"version": "bad", "file": "other", "sha256": digest, **more})
    table = folder / "weights.toml"
    table.write_text(f"{table.read_text()}\n{table_of([replace(bad, champion=False)])}")


def released(name: str) -> bytes:
    return weights.find(name, folder=RELEASED).read()


@pytest.mark.parametrize(
    "name, data, more, error",
    [
        ("tagger", b"no network", {}, UnfitModel),
        ("tagger", None, {"sha256": "0" * 64}, DamagedWeights),
        ("recognizer", None, {"dims": {"height": 64, "blocks": 3}}, DamagedWeights),
        ("recognizer", None, {"labels": ("", "a")}, UnfitModel),
        ("tagger", None, {"labels": ("O", "issuerName")}, UnfitModel),
        ("confidence", b"{}", {}, UnfitModel),
        ("confidence", None, {"dims": {"format": 0}}, DamagedWeights),
        ("reader", None, {}, UnfitModel),
    ],
)
def test_a_version_that_does_not_fit_is_not_promoted(
    champions: Champions, folder: Path, name: str, data: bytes | None, more: dict, error: type
) -> None:
    known = "tagger" if name == "reader" else name
    changed(folder, known, released(known) if data is None else data, name=name, **more)
    with pytest.raises(error):
        champions.promote([f"{name}@bad"], "ann", try_out)
    assert champions.promoted() == {} and notes(champions.engine) == []


# Workers take a promoted version up


@pytest.fixture
def loaded() -> list[str]:
    """The recognisers that were loaded."""
    return []


@pytest.fixture
def load(loaded: list[str]) -> Callable[..., ReadsTheSecondWord]:
    def named(precision: float, versions: Mapping[str, Weights]) -> ReadsTheSecondWord:
        loaded.append(versions["recognizer"].version)
        return ReadsTheSecondWord({name: row.tag for name, row in versions.items()})

    return named


def test_the_next_filing_is_read_by_the_version_promoted_and_none_is_lost(
    app: FastAPI, folder: Path, load: Callable, loaded: list[str], pdf: Callable[..., bytes]
) -> None:
    ensure(app.state.engine)
    champions = app.state.champions
    first = now_reads(champions)
    extractor = PromotedExtractor(champions, 0.995, load)
    with calling(app) as client, working(app, extractor):
        for version in (first, "next"):
            filing = client.post("/v1/filings", content=pdf()).json()
            assert (filing["state"], filing["models"]["recognizer"]) == (
                "done", f"recognizer@{version}")  # fmt: skip
            champions.promote(["recognizer@next"], "ann", fits)
        listed = client.get("/v1/models").json()["models"]
        assert client.get("/ready").json()["models"]["recognizer"] == "recognizer@next"
    assert {each["version"] for each in listed
            if each["champion"] and each["name"] == "recognizer"} == {"next"}  # fmt: skip
    assert loaded == [first, "next"]


def test_versions_that_cannot_be_loaded_leave_those_before_and_are_tried_again(
    champions: Champions, load: Callable, loaded: list[str], clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    first = now_reads(champions)
    faults = [OSError("the store is away"), DamagedWeights("half of it")]

    def at_times(precision: float, versions: Mapping[str, Weights]) -> ReadsTheSecondWord:
        if versions["recognizer"].version == "next" and faults:
            raise faults.pop()
        return load(precision, versions)

    extractor = PromotedExtractor(champions, 0.995, at_times, clock)
    champions.promote(["recognizer@next"], "ann", fits)
    for _ in range(2):
        for _ in range(3):  # not at every filing
            assert extractor.at(0.99).versions["recognizer"] == f"recognizer@{first}"
        clock.seconds += AGAIN_SECONDS
    assert extractor.at(0.99).versions["recognizer"] == "recognizer@next"
    assert "half of it" in caplog.text and "the store is away" in caplog.text


def test_a_worker_starts_also_when_what_is_promoted_cannot_be_loaded(
    champions: Champions, load: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    first = now_reads(champions)

    def not_next(precision: float, versions: Mapping[str, Weights]) -> ReadsTheSecondWord:
        if versions["recognizer"].version == "next":
            raise DamagedWeights("half of it")
        return load(precision, versions)

    champions.promote(["recognizer@next"], "ann", fits)
    extractor = PromotedExtractor(champions, 0.995, not_next)
    assert extractor.at(0.99).versions["recognizer"] == f"recognizer@{first}"
    assert "half of it" in caplog.text

    def nothing(precision: float, versions: Mapping[str, Weights]) -> ReadsTheSecondWord:
        raise DamagedWeights("all of it")

    with pytest.raises(DamagedWeights):
        PromotedExtractor(champions, 0.995, nothing)


def test_a_table_that_cannot_be_read_keeps_nothing_from_being_read(
    champions: Champions, folder: Path, load: Callable
) -> None:
    extractor = PromotedExtractor(champions, 0.995, load)
    (folder / "weights.toml").write_text("nonsense")
    assert extractor.at(0.99).versions == extractor.versions


def test_forms_are_active_by_the_labels_of_the_promoted_tagger(app: FastAPI, folder: Path) -> None:
    ensure(app.state.engine)
    changed(folder, "tagger", b"", labels=("O", "issuerName"))
    with TestClient(app, "http://127.0.0.1", client=("127.0.0.1", 50_000)) as client:

        def statuses() -> set[str]:
            return {form["status"] for form in client.get("/v1/forms").json()["forms"]}

        assert statuses() == {"active"}
        app.state.champions.promote(["tagger@bad"], "ann", fits)
        assert statuses() == {"no-model"}
        assert client.get("/ready").status_code == 200
    assert any("without a model" in doubt for doubt in app.state.champions.doubts())


# The command


@pytest.fixture
def models(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs `filingscan models`: its exit status, what it says, and what it warns of."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(["models", *arguments, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_command_promotes_rolls_back_and_warns(models: Callable, tmp_path: Path) -> None:
    status, out, err = models("promote", "recognizer@next")
    assert (status, "recognizer@next will read" in out) == (0, True)
    assert "warning: confidence@" in err and "Promote confidence@next as well." in err
    status, out, err = models("promote", "confidence@next")
    assert (status, err) == (0, "")
    status, out, err = models("list")
    assert "* recognizer@next" in out and "* confidence@next" in out
    assert "recognizer@next was promoted at 20" in out
    status, out, err = models("show", "recognizer@next")
    assert status == 0 and "which reads now" in out and "as the file has it" in out
    status, out, err = models("rollback", "recognizer")
    assert status == 0 and "recognizer@next" not in out and "warning: confidence@next" in err
    status, out, err = models("rollback", "recognizer")
    assert status == 1 and "No version of recognizer is promoted." in err


def test_looking_makes_no_database(models: Callable, tmp_path: Path) -> None:
    for action in ([], ["list"], ["show", "recognizer@next"]):
        assert models(*action)[0] == 0
    assert not (tmp_path / "data").exists()


def test_a_version_that_is_not_there_is_told_in_a_line(models: Callable) -> None:
    for action in ("show", "promote"):
        status, _, err = models(action, "tagger@none")
        assert status == 1 and "There is no tagger@none" in err


def test_promotions_are_the_same_on_postgres(postgres: str, folder: Path, tmp_path: Path) -> None:
    engine = sa.create_engine(postgres)
    metadata.create_all(engine)
    champions = Champions(engine, tmp_path)
    first = now_reads(champions)
    for tag in (f"recognizer@{first}", "recognizer@next"):
        champions.promote([tag], "ann", fits)
    assert now_reads(champions) == "next"
    assert champions.rollback("recognizer", "ann", fits) == first
    engine.dispose()
