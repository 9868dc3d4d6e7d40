"""What tests share: documents, an extractor that needs no models, a browser and its fonts."""

import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NoReturn

import pymupdf
import pytest
import sqlalchemy
from fastapi import FastAPI
from fastapi.testclient import TestClient

from eval.printing import CHROMIUM, Printer
from models.document import Box, Filing, Image, Page, Word
from models.errors import NoKnownForm
from models.extraction import READ, Extraction, Field, PageSummary, Place
from models.sandbox import Limits
from service.app import create_app
from service.database import engine_of, metadata
from service.settings import Settings
from service.worker import Worker
from tests.hostile import Ends, opener_of_its_own

BUCKET = "filings-of-tests"
ISSUER = "/ownershipDocument/issuer/issuerName"
NeedsFonts = Callable[[Iterable[str]], None]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Every test that prints has the marker `browser`, and comes last.

    The browser keeps an event loop running in the main thread, where others want one of their own.
    """
    for item in items:
        if "printer" in item.fixturenames:
            item.add_marker("browser")
    items.sort(key=lambda item: "printer" in item.fixturenames)


def missing(what: str) -> NoReturn:
    """A user's machine may lack it, and the test is skipped; where CI runs nothing may."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing", pytrace=False)
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    """The one Chromium of all tests."""
    if not CHROMIUM.exists():
        missing(str(CHROMIUM))
    with Printer.started() as running:
        yield running


@pytest.fixture(scope="session")
def needs_fonts() -> NeedsFonts:
    """Skips unless all these font families are installed: Chromium would print in others."""
    installed: set[str] = set()
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", "--format", "%{family}\n"], capture_output=True, text=True, check=True
        )
        installed = {name for line in listed.stdout.splitlines() for name in line.split(",")}

    def check(families: Iterable[str]) -> None:
        lacking = sorted(set(families) - installed)
        if lacking:
            missing(f"font {', '.join(lacking)}")

    return check


@dataclass
class ReadsTheSecondWord:
    """Takes the word after FORM for the issuer; every page with FORM begins a filing."""

    versions: dict[str, str] = field(default_factory=lambda: {"reader": "reader@test"})

    def at(self, precision: float) -> "ReadsTheSecondWord":
        """It is as sure as it is."""
        return self

    def extract_all(
        self,
        filing: Filing,
        progress: Callable[[int, int], None] | None = None,
        roles: Mapping[int, str] | None = None,
        form: str = "",
    ) -> tuple[Extraction, ...]:
        """A Form 4 with its issuer from each page; no form without FORM; a fault at BUG."""
        for number, _ in enumerate(filing.pages if progress else (), 1):
            progress(number, len(filing.pages))
        texts = {page.number: [word.text for word in page.words] for page in filing.pages}
        if any("BUG" in words for words in texts.values()):
            raise RuntimeError("secret of the machinery")
        found = [self._one(filing, page, form) for page in filing.pages
                 if "FORM" in texts[page.number]]  # fmt: skip
        if not found:
            read = tuple((page.number, word) for page in filing.pages for word in page.words)
            one = self._one(filing, filing.pages[0], form)
            raise NoKnownForm("", replace(one, form="", words=read))
        return tuple(found)

    def read_box(
        self, image: Image, dpi: float, box: Box, rotation: int = 0, skew: float = 0.0
    ) -> str:
        """The size of what it is to read, in pixels."""
        return f"{box.width * dpi / 72:.0f} of {image.shape[1]}"

    def _one(self, filing: Filing, page: Page, form: str) -> Extraction:
        issuer = page.words[1]
        field = Field("f1", ISSUER, "name", issuer.text, issuer.text, 0.9, READ,
                      (Place(page.number, issuer.box),))  # fmt: skip
        summary = PageSummary(page.number, page.width, page.height, 0, 0.0, page.dpi, "text",
                              "first")  # fmt: skip
        kept = ((page.number, Word("FORM", Box(1, 2, 3, 4))),)
        return Extraction(
            filing.sha256, form or "4", 0.9, False, (summary,), (field,), models=self.versions,
            words=kept,
        )  # fmt: skip


@pytest.fixture
def extractor() -> ReadsTheSecondWord:
    """An extractor that needs no models."""
    return ReadsTheSecondWord()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Where a PostgreSQL of the tests' own listens, a URL without a database's name."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        missing("PostgreSQL")
    # It refuses to be run by root.
    user = "postgres" if os.getuid() == 0 else None
    # Not below pytest's own folder, which is closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="filingscan-postgres-"))
    if user:
        shutil.chown(folder, user)
    run = {"user": user, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([programs[-1] / "initdb", "-D", folder / "data", "-A", "trust", "-U", "test",
                    "--no-sync"], check=True, **run)  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [programs[-1] / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-c",
         "listen_addresses=127.0.0.1", "-c", "fsync=off"], stderr=subprocess.DEVNULL, **run
    )  # fmt: skip
    ready = [programs[-1] / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
    while subprocess.run(ready, stdout=subprocess.DEVNULL).returncode and server.poll() is None:
        time.sleep(0.1)
    try:
        yield f"postgresql+psycopg://test@127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
        shutil.rmtree(folder)


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """The URL of an empty database."""
    name = f"test_{secrets.token_hex(4)}"
    engine = sqlalchemy.create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{postgres_server}/{name}"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The URL of a bucket on a local S3 server, told of by the environment as operators do."""
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_REGION", "us-east-1")
        environment.setenv(
            "AWS_ENDPOINT_URL_S3", "http://{}:{}".format(*server.get_host_and_port())
        )
        S3FileSystem.clear_instance_cache()
        S3FileSystem().mkdir(BUCKET)
        yield f"s3://{BUCKET}"
        S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A service whose workers are missed soon, in a folder of its own."""
    return Settings(tmp_path / "data", limits=Limits(max_bytes=200_000), beat_seconds=0.2,
                    lease_seconds=1.0)  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sqlalchemy.Engine]:
    """A database with empty tables."""
    engine = engine_of(f"sqlite:///{tmp_path / 'empty.db'}")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@dataclass
class Clock:
    """Seconds that pass only when told to."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """A service without workers."""
    return create_app(settings)


def until(condition: Callable[[], object], what: str) -> object:
    """What the condition gives once it is something; it is waited for two minutes at the most."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def calling(app: FastAPI) -> TestClient:
    """A caller on the service's own machine who waits for results."""
    return TestClient(
        app, "http://127.0.0.1", client=("127.0.0.1", 50_000), headers={"Prefer": "wait=30"},
        raise_server_exceptions=False,
    )  # fmt: skip


@contextmanager
def working(app: FastAPI, extractor: ReadsTheSecondWord) -> Iterator[Worker]:
    """A worker in this process."""
    worker = Worker(app.state.settings, app.state.engine, app.state.files, extractor)
    worker.start()
    try:
        yield worker
    finally:
        worker.close()


@pytest.fixture
def client(app: FastAPI, extractor: ReadsTheSecondWord) -> Iterator[TestClient]:
    """A caller of a service with one worker."""
    with calling(app) as client, working(app, extractor):
        yield client


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """Makes a PDF of pages with these texts."""

    def made(*texts: str, **options: object) -> bytes:
        document = pymupdf.open()
        for text in texts or ("FORM Marl",):
            document.new_page(width=612, height=792).insert_text((72, 100), text, fontsize=12)
        return bytes(document.tobytes(**options))

    return made


@dataclass
class Receiver:
    """A server of webhooks: it keeps what it is sent, and answers with its replies in turn.

    A reply is a status, headers and the chunks of a body; without any it is an empty 200.
    """

    url: str
    replies: list[tuple[int, dict[str, str], Iterable[bytes]]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def reply(self, status: int, body: Iterable[bytes] = (), **headers: str) -> None:
        """Answer so next."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.replies.append((status, named, body))

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Keep a request and answer it."""
        body = request.rfile.read(int(request.headers["content-length"]))
        headers = {name.lower(): text for name, text in request.headers.items()}
        self.requests.append((request.path, headers, body))
        status, named, chunks = self.replies.pop(0) if self.replies else (200, {}, ())
        request.send_response(status)
        for name, text in named.items():
            request.send_header(name, text)
        request.end_headers()
        with suppress(OSError):  # the sender need not take all of it
            for chunk in chunks:
                request.wfile.write(chunk)


@contextmanager
def receiving(host: str, port: int, tls: ssl.SSLContext | None) -> Iterator[Receiver]:
    """A receiver that listens at this address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.handle(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((host, port), Handler) as server:
        server.daemon_threads = False  # closing waits for the last answer
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver = Receiver(f"http{'s' if tls else ''}://{host}:{server.server_port}/hook")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    """Starts receivers of webhooks, on 127.0.0.1 unless told otherwise."""
    with ExitStack() as running:

        def started(
            host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
        ) -> Receiver:
            return running.enter_context(receiving(host, port, tls))

        yield started


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Host names with the addresses they have, one list for each time they are resolved in turn.

    The last list stays. Other names do not exist; numbers stand for themselves.
    """
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def resolved(host: str, *rest: object, **options: object) -> list[tuple]:
        answers = known.get(host)
        if answers is None:
            return real(host, *rest, **options, flags=socket.AI_NUMERICHOST)
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [each for address in addresses for each in real(address, *rest, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return known


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ends]:
    """Opens hostile documents and checks that they do no harm."""
    with opener_of_its_own(tmp_path_factory.mktemp("temporary")) as opens:
        yield opens
