"""Opening a document in a disposable child: only pixels and text-layer words come back.

MuPDF and image decoders can hang, crash or eat memory on hostile input, so they run in a process of
their own (`models.rasterise`) with limits on memory, CPU and wall time, and no models in it.
Between the two stands a stream of records: a length, that many bytes of JSON, that many of pixels.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

import numpy as np

from models.document import Box, Image, Word
from models.errors import (
    BrokenDocument,
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    OpeningTimedOut,
    UnknownFormat,
)

HEAD = struct.Struct("<II")
"""Length of a record's JSON and of its pixels, in bytes."""

PROGRAM = ("-P", "-m", "models.rasterise")
"""With `-P` nothing in the folder we are called from can stand in for our modules."""
TIMED_OUT = (-signal.SIGXCPU, -signal.SIGALRM)
JUNK = 1024
"""A PDF may begin after this many bytes of junk, as viewers allow."""

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
    max_pages: int = 200
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
        """The defaults, replaced by the environment variables that are set."""
        names = {each.name: f"FILINGSCAN_{each.name.upper()}" for each in fields(cls)}
        return cls(**{key: int(os.environ[env]) for key, env in names.items() if env in os.environ})


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


def open_document(data: bytes, limits: Limits | None = None) -> list[OpenedPage]:
    """The document's pages in order; raises a DocumentError, whatever the bytes do to the child."""
    limits = limits or Limits()
    if not data:
        raise EmptyDocument("The file has no bytes.")
    if len(data) > limits.max_bytes:
        raise DocumentTooLarge(f"{len(data):,} bytes; at most {limits.max_bytes:,} are allowed.")
    kind = sniff(data)
    with tempfile.TemporaryFile() as answer:
        status = _run_child(json.dumps({"kind": kind, **asdict(limits)}), data, answer, limits)
        answer.seek(0)
        pages = list(_pages(answer))
    if status in TIMED_OUT:
        raise OpeningTimedOut(f"Not done after {limits.open_seconds} seconds.")
    if status != 0:
        raise BrokenDocument(f"Opening the document ended with status {status}.")
    if not pages:
        raise BrokenDocument("Opening the document gave no page.")
    return pages


def _run_child(settings: str, data: bytes, answer: IO[bytes], limits: Limits) -> int:
    """Feed one document to a fresh child and return its exit status."""
    root = str(Path(__file__).resolve().parent.parent)
    command = [sys.executable, *PROGRAM]
    # The child gets none of the parent's environment: nothing of it is its business.
    environment = {"PYTHONPATH": root, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        child.communicate(settings.encode() + b"\n" + data, timeout=limits.open_seconds)
    except subprocess.TimeoutExpired:
        return -signal.SIGALRM
    finally:
        child.kill()
        child.wait()
    return child.returncode


def _pages(answer: IO[bytes]) -> Iterator[OpenedPage]:
    """The records of a child, stopping at what it left unfinished."""
    while len(head := answer.read(HEAD.size)) == HEAD.size:
        length, size = HEAD.unpack(head)
        record = answer.read(length)
        pixels = answer.read(size)
        if len(record) < length or len(pixels) < size:
            return
        yield _page(json.loads(record), pixels)


def _page(record: dict[str, Any], pixels: bytes) -> OpenedPage:
    """One page of a record, or the error it names."""
    if "error" in record:
        raise _error(record["error"], record["detail"])
    shape = record.pop("shape")
    words = tuple(Word(text, Box(*box)) for text, box in record.pop("words"))
    image = np.frombuffer(pixels, np.uint8).reshape(shape)
    return OpenedPage(image=image, words=words, **record)


def _error(code: str, detail: str) -> DocumentError:
    """The error of this code."""
    kinds = {kind.code: kind for kind in DocumentError.__subclasses__()}
    return kinds.get(code, BrokenDocument)(detail)
