"""The resources under /v1/filings."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

import cv2
import numpy as np
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from models.errors import BadRequest, NotEnded
from service.allowance import spend_pages
from service.described import problems
from service.draw import annotated
from service.examples import FAILED, FILING, LIST, QUEUED, READING, SPLIT
from service.filings import MOST_LISTED, STATES, Filings, Filters, Record
from service.gate import requires
from service.intake import RETRY_SECONDS, Intake, Sent
from service.keys import Caller
from service.options import InQuery, check_texts, moment, options_of
from service.purge import erase
from service.resources import FilingList, FilingResource, ReadingResource, Shelf, summary
from service.uploads import MULTIPART, turn, uploaded

router = APIRouter(prefix="/v1/filings", tags=["filings"])

Submitter = Annotated[Caller, requires("submit")]
Reader = Annotated[Caller, requires("read")]
PageNumber = Annotated[int, Path(ge=1, le=99_999)]
FIRST_LOOK, LONGEST_LOOK = 0.05, 0.5
"""Seconds between two looks at a filing that is waited for: more and more."""
WIDEST = 4_000
WIDEST_DRAWN = 2_500
"""Pixels of a page with frames: drawing takes ten bytes for each."""
WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,5})(?=$|[,;\s])")


def shelf_of(request: Request) -> Shelf:
    """The app's filings and their files."""
    return Shelf(Filings(request.app.state.engine), request.app.state.files)


TheShelf = Annotated[Shelf, Depends(shelf_of)]


def _examples(status: int, **examples: Any) -> dict[int | str, dict[str, Any]]:
    shown = {name: {"value": example} for name, example in examples.items()}
    return {status: {"content": {"application/json": {"examples": shown}}}}


def _binary(media_type: str, text: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": text, "content": {media_type: {}}}}


_FIELDS = {
    "file": {"type": "string", "contentMediaType": "application/octet-stream"},
    "metadata": {"type": "string", "contentMediaType": "application/json"},
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {"type": "object", "required": ["file"], "properties": _FIELDS},
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
    status_code=202,
    response_model=FilingResource,
    responses=_examples(201, done=FILING, failed=FAILED, split=SPLIT)
    | _examples(202, queued=QUEUED)
    | problems(400, 404, 408, 409, 413, 415, 422),
    openapi_extra=BODY
    | {
        "parameters": [
            {
                "name": "Prefer", "in": "header", "schema": {"type": "string"},
                "example": "wait=30", "description": "seconds to wait for the result, up to 60",
            },
            {
                "name": "Idempotency-Key", "in": "header",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "description": "sent again with the same document it gives the same filing",
            },
        ]
    },
)  # fmt: skip
async def create_filing(
    request: Request,
    response: Response,
    caller: Submitter,
    shelf: TheShelf,
    query: InQuery,
) -> FilingResource:
    """Take in a scanned filing: PDF, TIFF, PNG or JPEG, as multipart `file` or as the body itself.

    Answers 202 at once, or 201 with the result where `Prefer: wait=N` was enough. What is found on
    opening the document (a password, damage, no known form) is a filing in state `failed`. The
    options may also be fields of the form.
    """
    intake: Intake = request.app.state.intake
    settings = intake.settings
    key = request.headers.get("idempotency-key")
    async with turn(request.app.state.places), uploaded(request, settings) as (sent, fields):
        record = await run_in_threadpool(_taken, intake, caller, sent, fields | query, key)
    record = await _waited(shelf, record, _seconds(request, settings.max_wait))
    response.headers["Location"] = f"/v1/filings/{record.id}"
    if record.ended:
        response.status_code = 201
    else:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return await run_in_threadpool(shelf.resource, record)


def _taken(
    intake: Intake, caller: Caller, sent: Sent, given: Mapping[str, str], key: str | None
) -> Record:
    options = options_of(intake.settings, given, caller.key, key)
    return intake.take(caller.tenant, sent, options, _payment(intake, caller))


def _payment(intake: Intake, caller: Caller) -> Callable[[], None]:
    """Takes a page off the key's: how many there are is not known yet, but one must be left."""
    return partial(spend_pages, intake.engine, caller, 1, intake.settings)


@router.get("", response_model=FilingList, responses=_examples(200, some=LIST) | problems(400, 422))
def list_filings(
    request: Request,
    caller: Reader,
    shelf: TheShelf,
    state: Annotated[list[str] | None, Query(description="one or several")] = None,
    form: str = "",
    review: Annotated[bool | None, Query(description="whether a person should look")] = None,
    since: Annotated[datetime | None, Query(description="received then or later")] = None,
    until: Annotated[datetime | None, Query(description="received before")] = None,
    batch: str = "",
    cursor: Annotated[str, Query(description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> FilingList:
    """Filings, newest first; `metadata.<name>=<text>` asks for those with this in their own."""
    if unknown := set(state or ()) - set(STATES):
        raise BadRequest(
            f"There is no state {sorted(unknown)[0]!r}; there are {', '.join(STATES)}."
        )
    own = {name.removeprefix("metadata."): text for name, text in request.query_params.items()
           if name.startswith("metadata.")}  # fmt: skip
    check_texts((form, batch, *own, *own.values()))
    filters = Filters(tuple(state or ()), form, review, moment(since), moment(until), batch, own)
    found, following = shelf.filings.listed(caller.tenant, filters, cursor, limit)
    return FilingList([summary(each) for each in found], following)


@router.get(
    "/{filing_id}.xml", responses=_binary("application/xml", "EDGAR XML") | problems(404, 409)
)
def filing_as_xml(filing_id: str, caller: Reader, shelf: TheShelf) -> Response:
    """The filing as EDGAR XML."""
    record = shelf.filings.record(filing_id, caller.tenant)
    return Response(shelf.export(record, "filing.xml"), media_type="application/xml")


@router.get("/{filing_id}.csv", responses=_binary("text/csv", "One table") | problems(404, 409))
def filing_as_csv(filing_id: str, caller: Reader, shelf: TheShelf) -> Response:
    """The filing in the columns of the SEC's flat data sets."""
    record = shelf.filings.record(filing_id, caller.tenant)
    return Response(shelf.export(record, "filing.csv"), media_type="text/csv")


@router.get(
    "/{filing_id}",
    response_model=FilingResource,
    responses=_examples(200, done=FILING, queued=QUEUED, failed=FAILED, split=SPLIT)
    | problems(404, 422),
)
def filing(
    filing_id: str,
    caller: Reader,
    shelf: TheShelf,
    words: Annotated[bool, Query(description="with the words and regions read")] = False,
) -> FilingResource:
    """The filing and what was read of it."""
    return shelf.resource(shelf.filings.record(filing_id, caller.tenant), words)


@router.delete("/{filing_id}", status_code=204, responses=problems(404))
def delete_filing(filing_id: str, request: Request, caller: Submitter, shelf: TheShelf) -> None:
    """Erase a filing: document, pages, fields, deliveries. A line in the audit says that it was."""
    record = shelf.filings.record(filing_id, caller.tenant)
    engine = request.app.state.engine
    erase(engine, shelf.files, record.id, caller.tenant, caller.key, "by its tenant")


@router.get(
    "/{filing_id}/original",
    responses=_binary("application/octet-stream", "The document as it was sent") | problems(404),
)
def original(filing_id: str, caller: Reader, shelf: TheShelf) -> StreamingResponse:
    """The document as it was sent."""
    record = shelf.filings.record(filing_id, caller.tenant)
    place = shelf.source(record)
    return StreamingResponse(
        shelf.files.open(place),
        # Nothing a document says of itself is believed: it is saved, never shown.
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(record.name)}",
            "Content-Length": str(shelf.files.size(place)),
        },
    )


@router.get(
    "/{filing_id}/pages/{number}.png",
    responses=_binary("image/png", "The page as displayed") | problems(404, 409, 422),
)
def page(
    filing_id: str,
    number: PageNumber,
    caller: Reader,
    shelf: TheShelf,
    width: Annotated[int, Query(ge=0, le=WIDEST, description="pixels; 0: as scanned")] = 0,
) -> Response:
    """A page of the document, as displayed; it is made smaller, never larger."""
    picture = shelf.picture(shelf.filings.record(filing_id, caller.tenant), number)
    return Response(_scaled(picture, width) if width else picture, media_type="image/png")


@router.get(
    "/{filing_id}/pages/{number}/annotated.png",
    responses=_binary("image/png", "The page with a frame round every field")
    | problems(404, 409, 422),
)
def annotated_page(filing_id: str, number: PageNumber, caller: Reader, shelf: TheShelf) -> Response:
    """The page as displayed, its fields framed: green sure, orange to check, red doubtful."""
    record = shelf.filings.record(filing_id, caller.tenant)
    image = _narrowed(_decoded(shelf.picture(record, number)), WIDEST_DRAWN)
    result = shelf.result(record, words=False)
    widths = {each["number"]: each["width"] for each in result["pages"]} if result else {}
    if result is None or number not in widths:
        raise NotEnded(f"The filing is in state {record.state}; this page is not read.")
    scale = image.shape[1] / widths[number]
    return Response(annotated(image, scale, result, number), media_type="image/png")


@router.post(
    "/{filing_id}/extractions",
    status_code=202,
    response_model=FilingResource,
    responses=_examples(202, queued=QUEUED) | problems(404, 409),
)
def read_again(
    filing_id: str, request: Request, response: Response, caller: Submitter, shelf: TheShelf
) -> FilingResource:
    """Read a filing again with the models of today; until then the reading before is served."""
    intake: Intake = request.app.state.intake
    record = intake.again(shelf.filings.record(filing_id, caller.tenant), _payment(intake, caller))
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return shelf.resource(record)


@router.get(
    "/{filing_id}/extractions/{number}",
    response_model=ReadingResource,
    responses=_examples(200, second=READING) | problems(404, 409, 422),
)
def reading(filing_id: str, number: int, caller: Reader, shelf: TheShelf) -> ReadingResource:
    """One of the times that the filing was read, and what it has otherwise than the one before."""
    return shelf.reading(shelf.filings.record(filing_id, caller.tenant), number)


async def _waited(shelf: Shelf, record: Record, seconds: float) -> Record:
    """The filing as it is once it has ended, or when the time is over."""
    until, pause = time.monotonic() + seconds, FIRST_LOOK
    while not record.ended and (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(pause, left))
        pause = min(1.5 * pause, LONGEST_LOOK)
        record = await run_in_threadpool(shelf.filings.record, record.id)
    return record


def _seconds(request: Request, most: float) -> float:
    """How long the caller prefers to wait (RFC 7240), at most so long as is granted."""
    found = WAIT.search(request.headers.get("prefer", ""))
    return min(float(found.group(1)), most) if found else 0.0


def _decoded(picture: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE))


def _narrowed(image: np.ndarray[Any, Any], width: int) -> np.ndarray[Any, Any]:
    """The picture at most so wide; never enlarged: a strip would become as high as memory."""
    if width >= image.shape[1]:
        return image
    size = (width, max(round(image.shape[0] * width / image.shape[1]), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _scaled(picture: bytes, width: int) -> bytes:
    return bytes(cv2.imencode(".png", _narrowed(_decoded(picture), width))[1])
