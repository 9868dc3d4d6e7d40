"""Opening a document in a disposable child: only pixels and text-layer words come back.

MuPDF and image decoders can hang, crash, eat memory or be taken over by hostile input, so every
document is opened by a process of its own, with no models in it and confined by limits, a network
of its own and a filter of system calls (`models.confinement` says how, and what is left where the
kernel refuses). Loading the decoders takes ten times as long as opening a page, so a clean process
(`models.rasterise`) loads them once; it never looks at a document itself, but forks the child that
does, waits for its end and says what it cost. Child and parent share a file of records: a length,
that many bytes of JSON, that many of pixels. The parent believes none of it unchecked. All files
between them have no name, so nothing is left behind, whoever is killed.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

import numpy as np

from models.document import Box, Image, Word
from models.errors import (
    BadSetting,
    BrokenDocument,
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    OpeningTimedOut,
    UnknownFormat,
)

HEAD = struct.Struct("<II")
"""Length of a record's JSON and of its pixels, in bytes."""
ENDED = struct.Struct("<idQ")
"""How a child ended: its exit status, CPU seconds and bytes of memory."""

PROGRAM = ("-P", "-m", "models.rasterise")
"""With `-P` nothing in the folder we are called from can stand in for our modules."""
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    # All memory of a child is new to it: in huge pages opening costs a sixth less.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    # A process of several threads cannot leave its namespaces; nothing here computes with numpy.
    "OPENBLAS_NUM_THREADS": "1",
}
TIMED_OUT = (-signal.SIGXCPU, -signal.SIGALRM)
MAX_RECORD = 8_000_000
"""Bytes of a page's words and sizes as JSON: more than an honest child ever writes."""
JUNK = 1024
"""A PDF may begin after this many bytes of junk, as viewers allow."""

NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A font may map its letters to halves of a character, or to no character."""

MAGIC = (
    (b"%PDF-", "pdf"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost; `from_environment` reads FILINGSCAN_<NAME> for each."""

    max_bytes: int = 100_000_000
    max_unpacked_bytes: int = 4_000_000_000
    """All pages as their pictures and streams unpack; 119 letter pages in colour at 300 dpi."""
    max_pages: int = 200
    """Of those asked for."""
    max_side: int = 1_700
    """Points; A2 is 1,684 high."""
    max_image_pixels: int = 150_000_000
    """One page or picture as stored: A4 at 1,200 dpi has 139 million."""
    max_total_pixels: int = 1_000_000_000
    """All pages as kept, one byte each."""
    open_seconds: int = 120
    open_memory: int = 2_000_000_000

    @classmethod
    def from_environment(cls) -> Limits:
        """The defaults, replaced by the environment variables that are set; raises BadSetting."""
        names = {each.name: f"FILINGSCAN_{each.name.upper()}" for each in fields(cls)}
        try:
            return cls(
                **{key: int(os.environ[env]) for key, env in names.items() if env in os.environ}
            )
        except ValueError as error:
            raise BadSetting(f"A limit is no whole number: {error}.") from None


@dataclass(frozen=True, slots=True)
class OpeningCost:
    """CPU seconds of children together, and the most memory in bytes that one of them held."""

    seconds: float = 0.0
    memory: int = 0


@dataclass(frozen=True)
class OpenedPage:
    """One page as displayed: grey `image` of `dpi`, size in points, words of its text layer.

    `turned` is the clockwise turn of a text layer's lines; a page of pixels does not know it.
    `problem` says what could not be read of it, or is empty.
    """

    width: float
    height: float
    dpi: float
    image: Image
    source: str = "pixels"
    words: tuple[Word, ...] = ()
    turned: int = 0
    problem: str = ""


def sniff(data: bytes) -> str:
    """The format by its first bytes: `pdf`, `tiff`, `png` or `jpeg`; else UnknownFormat."""
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    if b"%PDF-" in data[:JUNK]:
        return "pdf"
    raise UnknownFormat(
        f"The file begins with {data[:8]!r}, which is none of PDF, TIFF, PNG, JPEG."
    )


def plain(text: object) -> str:
    """The text, U+FFFD for what XML, JSON in UTF-8 or a database cannot hold."""
    return NO_TEXT.sub("\ufffd", str(text))


def open_document(
    data: bytes, limits: Limits | None = None, first: int = 1, last: int = 0
) -> list[OpenedPage]:
    """The document's pages in order, from `first` to `last`, which is its end where it is 0.

    Raises NoSuchPages and any other DocumentError, whatever the bytes do to the child.
    """
    limits = limits or Limits()
    if not data:
        raise EmptyDocument("The file has no bytes.")
    if len(data) > limits.max_bytes:
        raise DocumentTooLarge(f"{len(data):,} bytes; at most {limits.max_bytes:,} are allowed.")
    kind = sniff(data)
    with tempfile.TemporaryFile() as document, tempfile.TemporaryFile() as answer:
        document.write(data)
        document.seek(0)
        settings = json.dumps({"kind": kind, "first": first, "last": last, **asdict(limits)})
        status = _opened(settings, document, answer, limits.open_seconds)
        answer.seek(0)
        try:
            pages = list(_pages(answer))
        except (TypeError, ValueError, KeyError, OverflowError, RecursionError) as error:
            raise BrokenDocument("Opening the document gave no sensible answer.") from error
    if status in TIMED_OUT:
        raise OpeningTimedOut(f"Not done after {limits.open_seconds} seconds.")
    if status != 0:
        raise BrokenDocument(f"Opening the document ended with status {status}.")
    if not pages:
        raise BrokenDocument("Opening the document gave no page.")
    return pages


def guards() -> tuple[str, ...]:
    """What of `models.confinement`, beside limits, was in force when a document was opened last."""
    return _openers.guards


def children_cost() -> OpeningCost:
    """What opening documents has cost this process in children so far, loading left out."""
    return _openers.cost


class _Opener:
    """A running `models.rasterise`, which opens one document at a time in a child of its own."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        # It gets none of the parent's environment: nothing of it is a document's business.
        environment = ENVIRONMENT | {"PYTHONPATH": root}
        self._line, theirs = socket.socketpair()
        with theirs:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, *PROGRAM],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                # In a group of its own it can be killed together with its child.
                start_new_session=True,
            )

    def open(
        self, settings: str, document: IO[bytes], answer: IO[bytes], seconds: int
    ) -> tuple[int, OpeningCost]:
        """Exit status and cost of a child; TimeoutError, or OSError when the opener has ended."""
        self._line.settimeout(seconds)
        files = [document.fileno(), answer.fileno()]
        socket.send_fds(self._line, [settings.encode()], files)
        ended = self._line.recv(ENDED.size)
        if len(ended) < ENDED.size:
            raise ConnectionError("The opener ended before its child did.")
        status, spent, memory = ENDED.unpack(ended)
        return status, OpeningCost(spent, memory)

    def kill(self) -> int:
        """End it with its child; its exit status, which one that ended by itself keeps."""
        if self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self._line.close()
        return self.process.wait()


class _Openers:
    """The openers of this process that wait for a document, and what all of them have cost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Opener] = []
        self.cost = OpeningCost()
        self.guards: tuple[str, ...] = ()

    def take(self) -> _Opener:
        """An opener that nobody else uses, started when there is none."""
        with self._lock:
            opener = self._idle.pop() if self._idle else None
        if opener and opener.process.poll() is not None:
            opener.kill()
            opener = None
        return opener or _Opener()

    def give_back(self, opener: _Opener, cost: OpeningCost) -> None:
        """Keep it for another document."""
        with self._lock:
            self._idle.append(opener)
            seconds = self.cost.seconds + cost.seconds
            self.cost = OpeningCost(seconds, max(self.cost.memory, cost.memory))

    def close(self) -> None:
        """End all that wait."""
        while self._idle:
            self._idle.pop().kill()

    def forget(self) -> None:
        """After a fork: they are children of the other process, and its threads hold the lock."""
        for opener in self._idle:
            opener.process.returncode = 0
        self._lock, self._idle = threading.Lock(), []


_openers = _Openers()
atexit.register(_openers.close)
os.register_at_fork(after_in_child=_openers.forget)


def _opened(settings: str, document: IO[bytes], answer: IO[bytes], seconds: int) -> int:
    """Have a child open the document and return the child's exit status."""
    opener = _openers.take()
    try:
        status, cost = opener.open(settings, document, answer, seconds)
    except TimeoutError:
        opener.kill()
        return -signal.SIGALRM
    except OSError:
        return opener.kill()
    except BaseException:
        opener.kill()
        raise
    _openers.give_back(opener, cost)
    return status


def _pages(answer: IO[bytes]) -> Iterator[OpenedPage]:
    """The records of a child, stopping at what it left unfinished."""
    while len(head := answer.read(HEAD.size)) == HEAD.size:
        length, size = HEAD.unpack(head)
        if length > MAX_RECORD:
            raise ValueError("A record is too long.")
        text = answer.read(length)
        pixels = answer.read(size)
        if len(text) < length or len(pixels) < size:
            return
        record = json.loads(text)
        if "guards" in record:
            _openers.guards = tuple(record["guards"])
        else:
            yield _page(record, pixels)


def _page(record: dict[str, Any], pixels: bytes) -> OpenedPage:
    """One page of a record, or the error it names; ValueError and the like for nonsense."""
    if "error" in record:
        raise _error(record["error"], plain(record["detail"]))
    rows, columns = record["shape"]
    image = np.frombuffer(pixels, np.uint8).reshape(rows, columns)
    texts = [plain(text) for text, _ in record["words"]]
    boxes = np.array([box for _, box in record["words"]], float).reshape(len(texts), 4)
    words = tuple(Word(text, Box(*box)) for text, box in zip(texts, boxes.tolist(), strict=True))
    width, height, dpi = (float(record[name]) for name in ("width", "height", "dpi"))
    if not (np.isfinite([*boxes.flat, width, height, dpi]).all() and image.size):
        raise ValueError("A page without size, or a number that is none.")
    source, problem = str(record["source"]), plain(record["problem"])
    return OpenedPage(width, height, dpi, image, source, words, int(record["turned"]), problem)


def _error(code: str, detail: str) -> DocumentError:
    """The error of this code."""
    kinds = {kind.code: kind for kind in DocumentError.__subclasses__()}
    return kinds.get(code, BrokenDocument)(detail)
