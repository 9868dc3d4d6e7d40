"""Documents as callers send them: as the body itself or in a form, cut off at the limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePath
from typing import BinaryIO

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from models.errors import BadRequest, BatchTooLarge, DocumentTooLarge, UploadTooSlow
from models.sandbox import sniff
from service.settings import Settings

MULTIPART = "multipart/form-data"
ENVELOPE = 262_144
"""Bytes a multipart body may have beyond its file."""
MOST_FIELDS = 100
IN_MEMORY = 65_536
"""Bytes of each file of a batch that are kept in memory; a longer one is on disk."""


@dataclass(frozen=True)
class Upload:
    """A document and what else was in its form."""

    data: bytes
    name: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Sent:
    """A file of a batch, which is not looked at yet; `content` is gone when the request is."""

    name: str
    bytes: int
    content: BinaryIO


async def uploaded(request: Request, settings: Settings) -> Upload:
    """The document of a request.

    Raises DocumentTooLarge as soon as that is certain, UploadTooSlow, UnknownFormat by its first
    bytes, and BadRequest where there is none.
    """
    limit = settings.limits.max_bytes
    is_form = request.headers.get("content-type", "").lower().startswith(MULTIPART)
    try:
        async with asyncio.timeout(settings.upload_seconds):
            found = await (_in_form(request, limit) if is_form else _as_body(request, limit))
    except TimeoutError as error:
        raise _too_slow(settings.upload_seconds) from error
    if not found.data:
        raise BadRequest("The request has no document in it.")
    sniff(found.data)
    return found


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
            form = await _parsed(request, body, settings.max_files, IN_MEMORY)
    except TimeoutError as error:
        raise _too_slow(settings.upload_seconds) from error
    except DocumentTooLarge as error:
        raise BatchTooLarge(f"The files have more than {most:,} bytes together.") from error
    try:
        files = [
            Sent(plain_name(each.filename), each.size or 0, each.file) for each in _files(form)
        ]
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


async def _as_body(request: Request, limit: int) -> Upload:
    data = b"".join([chunk async for chunk in bounded(request, limit)])
    return Upload(data, plain_name(_disposition(request)), {})


async def _in_form(request: Request, limit: int) -> Upload:
    form = await _parsed(request, bounded(request, limit + ENVELOPE), most_files=1)
    try:
        files = _files(form)
        if not files:
            raise BadRequest("The multipart body has no file named `file`.")
        if (files[0].size or 0) > limit:
            raise _too_large(limit)
        return Upload(await files[0].read(), plain_name(files[0].filename), _fields(form))
    finally:
        await form.close()


async def _parsed(
    request: Request,
    body: AsyncGenerator[bytes, None],
    most_files: int,
    in_memory: int = MultiPartParser.spool_max_size,
) -> FormData:
    """The form in a body; of each file so many bytes are kept in memory, more on disk."""
    try:
        parser = MultiPartParser(
            request.headers, body, max_files=most_files, max_fields=MOST_FIELDS
        )
        parser.spool_max_size = in_memory
        return await parser.parse()
    except (MultiPartException, KeyError) as error:
        why = f" {error.message}" if isinstance(error, MultiPartException) else ""
        raise BadRequest(f"The multipart body cannot be read.{why}") from error


def _files(form: FormData) -> list[UploadFile]:
    return [each for each in form.getlist("file") if isinstance(each, UploadFile)]


def _fields(form: FormData) -> dict[str, str]:
    return {name: text for name, text in form.items() if isinstance(text, str)}


async def bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body in chunks, never more than `limit` bytes of it."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit:
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
