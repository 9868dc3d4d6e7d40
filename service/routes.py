"""The resources under /v1/filings."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from models.errors import BadRequest, DocumentTooLarge, FilingNotFound
from models.sandbox import open_document, sniff
from service.draw import annotated
from service.examples import FAILED, FILING, PROBLEM, SPLIT
from service.intake import Intake
from service.problems import MEDIA_TYPE, Problem
from service.store import Record

MULTIPART = "multipart/form-data"
ENVELOPE = 65_536
"""Bytes a multipart body may have beyond its file."""

router = APIRouter(prefix="/v1/filings", tags=["filings"])


@dataclass(frozen=True)
class FilingResource:
    """A filing: `result` when its state is `done`, `error` when it is `failed`.

    In state `split` the document holds several filings, whose ids are its `parts`. One that failed
    as `no-known-form` has a `result` without fields, for the words on its pages.
    """

    id: str
    state: str
    name: str
    sha256: str
    received: str
    form: str
    result: dict[str, Any] | None
    error: Problem | None
    parts: tuple[str, ...]
    part_of: str


def intake_of(request: Request) -> Intake:
    """The app's intake."""
    intake: Intake = request.app.state.intake
    return intake


TheIntake = Annotated[Intake, Depends(intake_of)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's description of the errors a route may answer."""
    content = {MEDIA_TYPE: {"example": PROBLEM}}
    return {each: {"model": Problem, "content": content} for each in statuses}


def _filing_examples(status: int) -> dict[int | str, dict[str, Any]]:
    examples = {"done": {"value": FILING}, "failed": {"value": FAILED}, "split": {"value": SPLIT}}
    return {status: {"content": {"application/json": {"examples": examples}}}}


def _binary(media_type: str, text: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": text, "content": {media_type: {}}}}


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"}
                    },
                }
            },
        }
        | {
            kind: {"schema": {"type": "string", "contentMediaType": kind}}
            for kind in ("application/pdf", "image/tiff", "image/png", "image/jpeg")
        },
    }
}


@router.post(
    "",
    status_code=201,
    response_model=FilingResource,
    responses=_filing_examples(201) | problems(400, 413, 415, 503),
    openapi_extra=BODY,
)
async def create_filing(request: Request, response: Response, intake: TheIntake) -> FilingResource:
    """Read a scanned filing: PDF, TIFF, PNG or JPEG, as multipart `file` or as the body itself.

    A document that cannot be opened, or that is of no known form, is a filing too, in state
    `failed`; its `error` says why and what to do. One that holds several filings is `split` into
    its `parts`.
    """
    intake.ready()
    data, name = await _document(request, intake.limits.max_bytes)
    if not data:
        raise BadRequest("The request has no document in it.")
    sniff(data)
    record = await run_in_threadpool(intake.take, data, name)
    response.headers["Location"] = f"/v1/filings/{record.id}"
    return await run_in_threadpool(_resource, intake, record)


@router.get(
    "/{filing_id}.xml", responses=_binary("application/xml", "EDGAR XML") | problems(404, 409, 422)
)
def filing_as_xml(filing_id: str, intake: TheIntake) -> Response:
    """The filing as EDGAR ownership XML."""
    return Response(intake.store.read(filing_id, "filing.xml"), media_type="application/xml")


@router.get(
    "/{filing_id}.csv", responses=_binary("text/csv", "One table") | problems(404, 409, 422)
)
def filing_as_csv(filing_id: str, intake: TheIntake) -> Response:
    """The filing in the columns of the SEC's flat data sets."""
    return Response(intake.store.read(filing_id, "filing.csv"), media_type="text/csv")


@router.get(
    "/{filing_id}",
    response_model=FilingResource,
    responses=_filing_examples(200) | problems(404, 422),
)
def filing(
    filing_id: str,
    intake: TheIntake,
    words: Annotated[bool, Query(description="with the words and regions read")] = False,
) -> FilingResource:
    """The filing and what was read of it."""
    return _resource(intake, intake.store.record(filing_id), words)


@router.get(
    "/{filing_id}/pages/{number}/annotated.png",
    responses=_binary("image/png", "The page with a frame round every field")
    | problems(404, 409, 422),
)
def annotated_page(filing_id: str, number: int, intake: TheIntake) -> Response:
    """The page as displayed, its fields framed: green sure, orange to check, red doubtful."""
    result = intake.store.result(filing_id)
    pages = open_document(intake.store.source(filing_id), intake.limits)
    if not 1 <= number <= len(pages):
        raise FilingNotFound(f"The filing has pages 1 to {len(pages)}.")
    page = pages[number - 1]
    return Response(annotated(page.image, page.dpi / 72, result, number), media_type="image/png")


def _resource(intake: Intake, record: Record, words: bool = False) -> FilingResource:
    store = intake.store
    result = store.result(record.id, words) if store.has_result(record.id) else None
    return FilingResource(
        id=record.id,
        state=record.state,
        name=record.name,
        sha256=record.sha256,
        received=record.received,
        form=record.form,
        result=result,
        error=record.error,
        parts=record.parts,
        part_of=record.part_of,
    )


async def _document(request: Request, limit: int) -> tuple[bytes, str]:
    """The document sent and its name; raises DocumentTooLarge as soon as that is certain."""
    if not request.headers.get("content-type", "").lower().startswith(MULTIPART):
        data = b"".join([chunk async for chunk in _bounded(request, limit)])
        return data, _plain_name(_disposition(request))
    try:
        form = await MultiPartParser(request.headers, _bounded(request, limit + ENVELOPE)).parse()
    except (MultiPartException, KeyError) as error:
        raise BadRequest("The multipart body cannot be read.") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadRequest("The multipart body has no file named `file`.")
        data = await file.read()
    finally:
        await form.close()
    if len(data) > limit:
        raise _too_large(limit)
    return data, _plain_name(file.filename)


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
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


def _too_large(limit: int) -> DocumentTooLarge:
    return DocumentTooLarge(f"The document has more than {limit:,} bytes.")


def _disposition(request: Request) -> str | None:
    """The file name a raw body's Content-Disposition gives."""
    message = Message()
    message["Content-Disposition"] = request.headers.get("content-disposition", "")
    return message.get_filename()


def _plain_name(name: str | None) -> str:
    """The name without folders and control characters, for messages and the CSV's first column."""
    last = PurePath((name or "").replace("\\", "/")).name
    return "".join(char for char in last if char.isprintable())[:200] or "document"
