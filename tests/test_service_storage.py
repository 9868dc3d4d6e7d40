"""Files of filings: the same promises from a folder and from an object store, and in trouble."""

import errno
import io
import os
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile

import pytest

from models.errors import BadSetting, FileMissing, StorageUnavailable
from service import storage
from service.problems import problem_of
from service.storage import CHUNK, KNOWN_SECONDS, PART, Files, Probe
from tests.conftest import Clock

FILING = "filings/" + "a1" * 16
OTHER = "filings/" + "b2" * 16
SOURCE = f"{FILING}/source"
PLACES = ("folder", "s3")


@pytest.fixture
def url(place: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where nothing is kept yet."""
    if place == "folder":
        return f"file://{tmp_path / 'files'}"
    return f"{request.getfixturevalue('s3')}/{secrets.token_hex(4)}"


@pytest.fixture
def files(url: str) -> Files:
    return Files(url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def local(folder: Path) -> Files:
    return Files(str(folder))


def everything_below(folder: Path) -> list[str]:
    """The files of all filings, halves too."""
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


both = pytest.mark.parametrize("place", PLACES)


@both
def test_a_file_comes_back_as_it_was_put(files: Files) -> None:
    data = bytes(range(256)) * 8
    files.put(SOURCE, data)
    assert files.get(SOURCE) == data
    assert files.size(SOURCE) == len(data)
    assert files.exists(SOURCE)


@both
def test_putting_again_writes_over_and_an_empty_file_is_a_file(files: Files) -> None:
    files.put(SOURCE, b"first")
    files.put(SOURCE, b"")
    assert (files.get(SOURCE), files.size(SOURCE), list(files.open(SOURCE))) == (b"", 0, [])
    assert files.exists(SOURCE)


@both
def test_a_long_file_is_read_in_chunks(files: Files) -> None:
    data = secrets.token_bytes(2 * CHUNK + 17)
    files.put(SOURCE, data)
    chunks = list(files.open(SOURCE))
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK, 17]
    assert b"".join(chunks) == data


@both
@pytest.mark.parametrize("size", [0, 17, 2 * PART + 17])
def test_an_open_file_is_put_from_its_beginning_whole(files: Files, size: int) -> None:
    data = secrets.token_bytes(size)
    with SpooledTemporaryFile(1_000) as content:
        content.write(data)
        files.put(SOURCE, content)
    assert files.get(SOURCE) == data


def test_of_an_open_file_only_a_piece_is_in_memory(local: Files) -> None:
    class Pieces(io.BytesIO):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= CHUNK
            return super().read(size)

    local.put(SOURCE, Pieces(bytes(3 * CHUNK)))
    assert local.size(SOURCE) == 3 * CHUNK


def test_whether_files_can_be_reached_is_tried_every_few_seconds(
    local: Files, folder: Path, clock: Clock
) -> None:
    probe = Probe(local, clock)
    assert probe.reachable()
    shutil.rmtree(folder)
    clock.seconds += KNOWN_SECONDS - 0.1
    assert probe.reachable()
    clock.seconds += 0.1
    assert not probe.reachable()
    folder.mkdir()
    assert not probe.reachable()
    clock.seconds += KNOWN_SECONDS
    assert probe.reachable()


def test_a_store_that_does_not_answer_holds_up_one_who_asks(clock: Clock) -> None:
    tried, go_on = threading.Event(), threading.Event()

    class Silent:
        def reachable(self) -> bool:
            tried.set()
            return not known or go_on.wait(60)

    known: list[bool] = []
    probe = Probe(Silent(), clock)
    known.append(probe.reachable())
    clock.seconds += KNOWN_SECONDS
    tried.clear()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(probe.reachable)
        assert tried.wait(60)
        assert probe.reachable()  # as it was before
        go_on.set()
        assert slow.result()


@both
@pytest.mark.parametrize("asked", [Files.get, Files.size, Files.open])
def test_a_file_that_is_not_there_is_missing_at_once(
    files: Files, asked: Callable[[Files, str], object]
) -> None:
    files.put(f"{FILING}/result.json", b"{}")
    with pytest.raises(FileMissing):
        asked(files, SOURCE)
    assert not files.exists(SOURCE)


@both
def test_deleting_takes_all_files_of_one_filing_and_may_be_repeated(files: Files) -> None:
    for name in ("source", "result.json", "page-1.png"):
        files.put(f"{FILING}/{name}", b"x")
    files.put(f"{OTHER}/source", b"kept")
    for _ in range(2):
        files.delete_all(FILING)
        assert not any(files.exists(f"{FILING}/{name}") for name in ("source", "result.json"))
    assert files.get(f"{OTHER}/source") == b"kept"


@both
def test_what_another_object_writes_and_deletes_is_seen_at_once(url: str) -> None:
    here, there = Files(url), Files(url)
    assert not here.exists(SOURCE)
    there.put(SOURCE, b"x")
    assert here.get(SOURCE) == b"x"
    there.delete_all(FILING)
    assert not here.exists(SOURCE)


@both
def test_threads_share_one_object(files: Files) -> None:
    def both_ways(number: int) -> bytes:
        path = f"filings/{number:032x}/source"
        files.put(path, str(number).encode())
        return files.get(path)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(both_ways, range(24))) == [str(each).encode() for each in range(24)]


@both
def test_a_forked_child_uses_the_object_of_its_parent(url: str) -> None:
    child = (
        "import os, sys\n"
        "from service.storage import Files\n"
        f"files = Files({url!r})\n"
        f"files.put({SOURCE!r}, b'of the parent')\n"
        "if os.fork() == 0:\n"
        f"    files.put({SOURCE!r}, files.get({SOURCE!r}) + b' and the child')\n"
        "    os._exit(0)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))\n"
    )
    subprocess.run([sys.executable, "-c", child], check=True, timeout=30)
    assert Files(url).get(SOURCE) == b"of the parent and the child"


@both
def test_a_probe_tells_that_files_can_be_kept_and_leaves_nothing(
    files: Files, place: str, folder: Path
) -> None:
    assert files.reachable()
    assert place == "s3" or everything_below(folder) == []


@both
@pytest.mark.parametrize(
    "path",
    [
        "source",
        "/etc/passwd",
        "filings/../source",
        f"{FILING}/..",
        f"{FILING}/../../secret",
        f"{FILING}/sub/source",
        f"{FILING}/.source.half",
        f"{FILING}/a\\b",
        f"{FILING}/source\n",
        f"{FILING}/source?versionId=1",
        f"{FILING}/",
        f"/{SOURCE}",
        SOURCE.upper(),
        "",
    ],
)
def test_a_path_of_another_shape_is_refused(files: Files, path: str) -> None:
    for ask in (files.get, files.size, files.exists, files.open, files.delete_all):
        with pytest.raises(ValueError, match="no path"):
            ask(path)
    with pytest.raises(ValueError, match="no path"):
        files.put(path, b"x")


@pytest.mark.parametrize("prefix", ["filings", "filings/", "", "filings/a1", SOURCE])
def test_only_a_whole_filing_can_be_deleted(local: Files, prefix: str) -> None:
    local.put(SOURCE, b"x")
    with pytest.raises(ValueError, match="no path"):
        local.delete_all(prefix)
    assert local.exists(SOURCE)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_process_killed_while_writing_leaves_no_half_file_to_be_seen(
    local: Files, folder: Path, step: str
) -> None:
    local.put(SOURCE, b"whole")
    script = (
        "import os, pathlib\n"
        "from service.storage import Files\n"
        "die = lambda *_: os._exit(9)\n"
        f"files = Files({str(folder)!r})\n"
        f"setattr({'os' if step == 'fsync' else 'pathlib.Path'}, {step!r}, die)\n"
        f"files.put({SOURCE!r}, b'new')\n"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=30).returncode == 9
    assert local.get(SOURCE) == b"whole"
    assert len(everything_below(folder)) == 2  # the half is there, and goes with its filing
    local.put(SOURCE, b"again")
    assert local.get(SOURCE) == b"again"
    local.delete_all(FILING)
    assert everything_below(folder) == []


def test_a_file_and_the_names_that_lead_to_it_are_on_the_disk_when_put_returns(
    local: Files, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    local.put(SOURCE, b"x")
    assert synced[:2] == [folder, folder / "filings"]
    assert synced[2].parent == synced[3] == folder / FILING
    assert synced[2].name.startswith(".source.")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_disk_that_refuses_is_unavailable_and_the_old_file_stays(
    local: Files, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    local.put(SOURCE, b"whole")

    def refused(_: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refused)
        with pytest.raises(StorageUnavailable, match=os.strerror(number)):
            local.put(SOURCE, b"new")
        assert not local.reachable()
    assert local.get(SOURCE) == b"whole"
    assert everything_below(folder) == ["source"]
    assert local.reachable()


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process can grow beyond so many bytes."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_a_file_for_which_there_is_no_room_leaves_nothing_behind(
    local: Files, folder: Path
) -> None:
    with room_for(10_000), pytest.raises(StorageUnavailable):
        local.put(SOURCE, bytes(20_000))
    assert everything_below(folder) == []
    assert not local.exists(SOURCE)


def test_a_place_that_is_no_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    files = Files(str(tmp_path / "taken"))
    assert not files.reachable()
    for ask in (files.get, files.exists, files.open):
        with pytest.raises(StorageUnavailable):
            ask(SOURCE)
    with pytest.raises(StorageUnavailable):
        files.put(SOURCE, b"x")
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_storage_that_is_gone_does_not_pass_for_deleted_filings(
    local: Files, folder: Path
) -> None:
    shutil.rmtree(folder)  # as when its volume is not mounted
    assert not local.reachable()
    for ask in (local.get, local.size, local.exists, local.open, local.delete_all):
        with pytest.raises(StorageUnavailable):
            ask(FILING if ask == local.delete_all else SOURCE)
    with pytest.raises(StorageUnavailable):
        local.put(SOURCE, b"x")
    assert not folder.exists()


def test_a_bucket_that_is_not_there_is_unavailable(s3: str) -> None:
    files = Files("s3://no-such-bucket/files")
    assert not files.reachable()
    for ask in (files.get, files.exists, files.delete_all):
        with pytest.raises(StorageUnavailable):
            ask(FILING if ask == files.delete_all else SOURCE)
    with pytest.raises(StorageUnavailable):
        files.put(SOURCE, b"x")


def test_files_that_a_store_keeps_are_not_said_to_be_deleted(
    local: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.put(SOURCE, b"x")
    monkeypatch.setattr(storage.LocalFileSystem, "rm", lambda *_, **__: None)
    with pytest.raises(StorageUnavailable, match="remain"):
        local.delete_all(FILING)


def test_a_server_that_does_not_answer_is_given_up(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s3fs import S3FileSystem

    monkeypatch.setattr(storage, "PROBE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        S3FileSystem.clear_instance_cache()
        assert not Files(s3).reachable()
    S3FileSystem.clear_instance_cache()


def test_trouble_is_a_503_that_tells_the_caller_nothing_of_the_machine(
    folder: Path, local: Files, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(folder)
    with pytest.raises(StorageUnavailable) as caught:
        local.get(SOURCE)
    problem = problem_of(caught.value, "/v1/filings")
    assert (problem.status, problem.code) == (503, "storage-unavailable")
    assert str(folder) not in f"{problem.detail} {problem.remedy}"
    assert str(folder) in caplog.text


def test_a_missing_file_is_a_404() -> None:
    problem = problem_of(FileMissing("There is no x."), "/v1/filings")
    assert (problem.status, problem.code) == (404, "file-missing")


@pytest.mark.parametrize("url", ["s3://", "file:///", "no-such-store://bucket", "rot13://x::y"])
def test_a_url_at_which_nothing_can_be_kept_is_a_bad_setting(url: str) -> None:
    with pytest.raises(BadSetting):
        Files(url)


def test_a_store_whose_library_is_not_installed_is_a_bad_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(BadSetting, match="gcsfs"):
        Files("gcs://bucket/files")


def test_a_plain_path_is_a_folder_and_is_made(tmp_path: Path) -> None:
    Files(str(tmp_path / "deep" / "files")).put(SOURCE, b"x")
    assert (tmp_path / "deep" / "files" / SOURCE).read_bytes() == b"x"


def test_a_folder_needs_no_library_for_object_stores() -> None:
    script = "import sys, service.storage as s; s.Files('/tmp'); sys.exit('s3fs' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
