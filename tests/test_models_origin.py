"""Released versions behind a URL: fetched once, kept, and verified whenever they are opened."""

import hashlib
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest

from models import origin, weights
from models.errors import BadSetting, DamagedWeights
from models.pipeline import Extractor
from models.weights import Weights

CONTENT = b'{"weights": 1}'
ROW = """
[[model]]
name = "tagger"
version = "{version}"
file = "tagger-{version}.json"
sha256 = "{digest}"
labels = ["a"]
dims = {{}}
commit = "c"
data = "d"
config = "e"
scores = {{}}
champion = true
"""


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest) -> str:
    """The URL of an empty folder."""
    base = "memory://models" if request.param == "memory" else request.getfixturevalue("s3")
    return f"{base}/{secrets.token_hex(4)}"


def put(url: str, name: str, data: bytes) -> None:
    with fsspec.open(f"{url}/{name}", "wb", use_listings_cache=False) as file:
        file.write(data)


@pytest.fixture
def publish(store: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts these versions of one model there, with their table."""

    def published(*versions: str, content: bytes = CONTENT) -> None:
        digest = hashlib.sha256(CONTENT).hexdigest()
        table = "".join(ROW.format(version=each, digest=digest) for each in versions)
        put(store, "weights.toml", table.encode())
        for each in versions:
            put(store, f"weights/tagger-{each}.json", content)

    monkeypatch.setenv(weights.FOLDER_VARIABLE, store)
    published("1")
    return published


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were asked for at the store."""
    names: list[str] = []
    real = origin._asked
    monkeypatch.setattr(
        origin, "_asked", lambda url, name: names.append(name) or real(url, name)
    )  # fmt: skip
    return names


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the time pass after which the table is looked at again."""
    real, passed = origin.time.monotonic, [0.0]
    monkeypatch.setattr(origin.time, "monotonic", lambda: real() + sum(passed))
    return lambda: passed.append(origin.FRESH_SECONDS)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has the store answer nothing any more."""

    def refuse(*_: object) -> None:
        raise OSError("no route to the store")

    return lambda: monkeypatch.setattr(origin, "url_to_fs", lambda url, **_: (Away(refuse), "x"))


class Away:
    """A store that does not answer."""

    async_impl = False

    def __init__(self, refuse: Callable[..., None]) -> None:
        self.cat_file = self.ls = refuse


def only(kept: Path) -> Weights:
    return weights.rows(kept=kept)[-1]


@pytest.mark.usefixtures("publish")
def test_a_file_is_fetched_once_and_then_read_from_the_disk(kept: Path, asked: list[str]) -> None:
    for _ in range(3):
        assert only(kept).read() == CONTENT
    assert asked == ["weights.toml", "weights/tagger-1.json"]
    assert (kept / "tagger-1.json").read_bytes() == CONTENT


@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("damage", [b"", b"{}", b"x" * 1000])
def test_what_is_kept_is_verified_at_every_open_and_fetched_again(
    kept: Path, damage: bytes
) -> None:
    only(kept).read()
    (kept / "tagger-1.json").write_bytes(damage)
    assert only(kept).read() == CONTENT
    assert (kept / "tagger-1.json").read_bytes() == CONTENT


def test_a_file_that_is_damaged_where_it_comes_from_is_refused(
    publish: Callable[..., None], kept: Path
) -> None:
    publish("1", content=b"other")
    for _ in range(2):
        with pytest.raises(DamagedWeights, match="checksum"):
            only(kept).read()


def test_a_version_that_is_added_is_seen_within_seconds(
    publish: Callable[..., None], kept: Path, later: Callable[[], None]
) -> None:
    assert only(kept).version == "1"
    publish("1", "2")
    later()
    assert only(kept).version == "2"
    assert only(kept).read() == CONTENT


@pytest.mark.usefixtures("publish")
def test_while_the_store_is_away_what_is_kept_serves(
    kept: Path, later: Callable[[], None], away: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    assert only(kept).read() == CONTENT
    later()
    away()
    assert only(kept).read() == CONTENT
    assert only(kept).has("tagger-1.json") and not only(kept).has("tagger-2.json")
    assert "no route to the store" in caplog.text


def test_a_store_that_was_never_reached_is_told_as_such(
    store: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(weights.FOLDER_VARIABLE, f"{store}/nothing")
    with pytest.raises(DamagedWeights, match="nothing"):
        weights.rows(kept=kept)


@pytest.mark.usefixtures("publish")
def test_where_nothing_can_be_kept_it_is_fetched_each_time(
    tmp_path: Path, asked: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    for _ in range(2):
        assert only(tmp_path / "file" / "models").read() == CONTENT
    assert asked.count("weights/tagger-1.json") == 2
    assert "cannot be kept" in caplog.text


@pytest.mark.usefixtures("publish")
def test_a_card_lies_beside_its_version(store: str, kept: Path, later: Callable[[], None]) -> None:
    assert not only(kept).has(only(kept).card)
    put(store, "weights/tagger-1.card.html", b"<html>")
    later()
    assert only(kept).has(only(kept).card)
    assert only(kept).beside(only(kept).card) == b"<html>"


@pytest.mark.usefixtures("publish")
def test_what_is_fetched_is_kept_below_the_folder_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(weights.DATA_VARIABLE, str(tmp_path / "elsewhere"))
    assert weights.find("tagger").read() == CONTENT
    assert (tmp_path / "elsewhere" / "models" / "tagger-1.json").exists()


def test_a_url_of_this_machine_is_a_folder_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(weights.FOLDER_VARIABLE, f"file://{Path(weights.__file__).parent}")
    row = weights.rows(kept=tmp_path / "kept")[0]
    assert row.read() and row.origin is None
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("url", ["no-such-store://bucket", "rot13://x::y"])
def test_a_url_of_no_known_kind_is_a_bad_setting(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(weights.FOLDER_VARIABLE, url)
    with pytest.raises(BadSetting, match="FILINGSCAN_MODELS"):
        weights.rows()


@pytest.fixture
def released_in_s3(s3: str) -> Iterator[str]:
    """The released versions in an object store."""
    url, here = f"{s3}/{secrets.token_hex(4)}", Path(weights.__file__).parent
    put(url, "weights.toml", (here / "weights.toml").read_bytes())
    for row in weights.rows(here):
        put(url, f"weights/{row.file}", row.read())
    return url


def test_the_released_models_load_from_an_object_store(
    released_in_s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(weights.FOLDER_VARIABLE, released_in_s3)
    monkeypatch.setenv(weights.DATA_VARIABLE, str(tmp_path))
    here = {row.name: row.tag for row in weights.rows(Path(weights.__file__).parent)
            if row.champion}  # fmt: skip
    assert Extractor.load().versions == here


def test_a_folder_needs_no_library_for_object_stores() -> None:
    script = "import sys; from models.weights import rows; rows(); sys.exit('s3fs' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
