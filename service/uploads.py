"""Documents as callers send them: as the body itself or in a form, cut off at the limits.

They lie on disk while they come in, so that many large ones at once need no memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from email.message import Message
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from models.errors import (
    BadRequest,
    BatchTooLarge,
    DocumentTooLarge,
    TooManyUploads,
    UploadTooSlow,
)
from models.sandbox import JUNK, sniff
from service.intake import RETRY_SECONDS, Sent
from service.settings import Settings

MULTIPART = "multipart/form-data"
ENVELOPE = 262_144
"""Bytes a multipart body may have beyond its file."""
MOST_FIELDS = 100
IN_MEMORY = 65_536
"""Bytes of a file that are kept in memory; a longer one is on disk."""
TURN_SECONDS = 30.0
"""An upload waits so long for others to be taken in."""

Incoming = tuple[UploadFile, dict[str, str]]
"""A document and what else was in its form."""


@asynccontextmanager
async def turn(places: asyncio.Semaphore) -> AsyncIterator[None]:
    """A place among the uploads that are taken in at the same time; raises TooManyUploads."""
    try:
        async with asyncio.timeout(TURN_SECONDS):
            await places.acquire()
    except TimeoutError as error:
        raise TooManyUploads(retry_after=RETRY_SECONDS) from error
    try:
        yield
    finally:
        places.release()


@asynccontextmanager
async def uploaded(
    request: Request, settings: Settings
) -> AsyncIterator[tuple[Sent, dict[str, str]]]:
    """The document of a request, and the other fields of its form; on disk, as long as needed.

    Raises DocumentTooLarge as soon as that is certain, UploadTooSlow, UnknownFormat by its first
    bytes, and BadRequest where there is none.
    """
    limit = settings.limits.max_bytes
    is_form = request.headers.get("content-type", "").lower().startswith(MULTIPART)
    async with AsyncExitStack() as kept:
        try:
            async with asyncio.timeout(settings.upload_seconds):
                come = _in_form(request, limit) if is_form else _as_body(request, limit)
                file, given = await kept.enter_async_context(come)
        except TimeoutError as error:
            raise _too_slow(settings.upload_seconds) from error
        if not file.size:
            raise BadRequest("The request has no document in it.")
        if file.size > limit:
            raise _too_large(limit)
        await file.seek(0)
        sniff(await file.read(JUNK))
        yield _sent(file), given


@asynccontextmanager
async def spooled(
    request: Request, settings: Settings
) -> AsyncIterator[tuple[list[Sent], dict[str, str]]]:
    """The files of a form in their order, and its other fields; all on disk, as long as needed.

    Raises BadRequest, BatchTooLarge and UploadTooSlow.
    """
    most = min(settings.max_batch_bytes, settings.max_files * settings.limits.max_bytes)
    try:
        async with asyncio.timeout(settings.upload_seconds) as patience:
            body = _paced(request, most + ENVELOPE, settings, patience)
            form = await _parsed(request, body, settings.max_files)
    except TimeoutError as error:
        raise _too_slow(settings.upload_seconds) from error
    except DocumentTooLarge as error:
        raise BatchTooLarge(f"The files have more than {most:,} bytes together.") from error
    try:
        files = [_sent(each) for each in _files(form)]
        if not files:
            raise BadRequest("The multipart body has no file named `file`.")
        yield files, _fields(form)
    finally:
        await form.close()


async def _paced(
    request: Request, limit: int, settings: Settings, patience: asyncio.Timeout
) -> AsyncGenerator[bytes, None]:
    """The body of a batch, which may take as long as if its bytes came in single documents."""
    clock = asyncio.get_running_loop().time
    start, total = clock(), 0
    async for chunk in bounded(request, limit):
        total += len(chunk)
        documents = 1 + total / settings.limits.max_bytes
        patience.reschedule(start + settings.upload_seconds * documents)
        yield chunk


@asynccontextmanager
async def _as_body(request: Request, limit: int) -> AsyncIterator[Incoming]:
    with SpooledTemporaryFile(IN_MEMORY) as content:
        file = UploadFile(cast(BinaryIO, content), size=0, filename=_disposition(request))
        async for chunk in bounded(request, limit):
            await file.write(chunk)
        yield file, {}


@asynccontextmanager
async def _in_form(request: Request, limit: int) -> AsyncIterator[Incoming]:
    form = await _parsed(request, bounded(request, limit, ENVELOPE), most_files=1)
    try:
        files = _files(form)
        if not files:
            raise BadRequest("The multipart body has no file named `file`.")
        yield files[0], _fields(form)
    finally:
        await form.close()


async def _parsed(request: Request, body: AsyncGenerator[bytes, None], most_files: int) -> FormData:
    try:
        parser = MultiPartParser(
            request.headers, body, max_files=most_files, max_fields=MOST_FIELDS
        )
        parser.spool_max_size = IN_MEMORY
        return await parser.parse()
    except (MultiPartException, KeyError) as error:
        why = f" {error.message}" if isinstance(error, MultiPartException) else ""
        raise BadRequest(f"The multipart body cannot be read.{why}") from error


def _files(form: FormData) -> list[UploadFile]:
    return [each for each in form.getlist("file") if isinstance(each, UploadFile)]


def _sent(file: UploadFile) -> Sent:
    return Sent(plain_name(file.filename), file.size or 0, file.file)


def _fields(form: FormData) -> dict[str, str]:
    return {name: text for name, text in form.items() if isinstance(text, str)}


async def bounded(request: Request, limit: int, envelope: int = 0) -> AsyncGenerator[bytes, None]:
    """The body in chunks, never more of it than `limit` bytes and those of its envelope."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit + envelope:
        raise _too_large(limit)
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit + envelope:
            raise _too_large(limit)
        yield chunk


def _too_slow(seconds: float) -> UploadTooSlow:
    return UploadTooSlow(f"Not all here after {seconds:g} seconds.")


def _too_large(limit: int) -> DocumentTooLarge:
    return DocumentTooLarge(f"The document has more than {limit:,} bytes.")


def _disposition(request: Request) -> str | None:
    """The file name a raw body's Content-Disposition gives."""
    message = Message()
    message["Content-Disposition"] = request.headers.get("content-disposition", "")
    return message.get_filename()


def plain_name(name: str | None) -> str:
    """The name without folders and control characters, for messages and the CSV's first column."""
    last = PurePath((name or "").replace("\\", "/")).name
    return "".join(char for char in last if char.isprintable())[:200] or "document"
