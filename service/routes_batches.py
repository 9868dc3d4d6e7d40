"""The resources under /v1/batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from service import archive
from service.batches import Batches, BatchList, BatchResource, take
from service.described import example, problems, text_of
from service.examples import BATCH, BATCHES, QUEUED_BATCH
from service.filings import MOST_LISTED
from service.intake import RETRY_SECONDS, Intake, Sent
from service.keys import Caller
from service.options import InQuery, options_of
from service.purge import erase
from service.routes import Reader, Submitter, TheShelf
from service.uploads import MULTIPART, spooled, turn

router = APIRouter(prefix="/v1/batches", tags=["batches"])

MOST_FILES_LISTED = 500
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "minItems": 1,
                            "items": {
                                "type": "string",
                                "contentMediaType": "application/octet-stream",
                            },
                        },
                        "metadata": {"type": "string", "contentMediaType": "application/json"},
                    },
                }
            }
        },
    },
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "sent again with the same files it gives the same batch",
        }
    ],
}


@router.post(
    "",
    status_code=202,
    responses=example(QUEUED_BATCH, 202) | problems(400, 408, 409, 413, 422),
    openapi_extra=BODY,
)
async def create_batch(
    request: Request, response: Response, caller: Submitter, query: InQuery
) -> BatchResource:
    """Take in many scanned filings: a multipart body with many files, each named `file`.

    A file that cannot be taken in is `refused` with its error, and the others are taken. The
    options are those of each filing, and may also be fields of the form. Where the service could
    not take all, sending all again with the same `Idempotency-Key` takes in the rest.
    """
    intake: Intake = request.app.state.intake
    key = request.headers.get("idempotency-key")
    places = request.app.state.places
    async with turn(places), spooled(request, intake.settings) as (sent, fields):
        batch = await run_in_threadpool(_taken, intake, caller, sent, fields | query, key)
    response.headers["Location"] = f"/v1/batches/{batch}"
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return await run_in_threadpool(Batches(intake.engine).resource, batch, caller.tenant)


def _taken(
    intake: Intake, caller: Caller, sent: Sequence[Sent], given: Mapping[str, str], key: str | None
) -> str:
    return take(intake, caller, sent, options_of(intake.settings, given, caller.key, key))


@router.get("", responses=example(BATCHES, 200) | problems(400, 422))
def list_batches(
    request: Request,
    caller: Reader,
    cursor: Annotated[str, Query(description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> BatchList:
    """Batches, newest first."""
    return Batches(request.app.state.engine).listed(caller.tenant, cursor, limit)


@router.get(
    "/{batch_id}/results.zip",
    responses=text_of("application/zip", "JSON, XML and tables") | problems(404),
)
def results(batch_id: str, caller: Reader, shelf: TheShelf) -> StreamingResponse:
    """All results so far: JSON and XML of each filing, `filings.csv` of all, and `errors.csv`.

    The latter names every file without results, and why: failed, refused, or not read yet.
    """
    entries = Batches(shelf.filings.engine).entries(batch_id, caller.tenant)
    return _attached(archive.zipped(shelf, entries), "application/zip", f"{batch_id}.zip")


@router.get("/{batch_id}.csv", responses=text_of("text/csv", "One table") | problems(404))
def batch_as_csv(batch_id: str, caller: Reader, shelf: TheShelf) -> StreamingResponse:
    """All filings that are read so far, in the columns of the SEC's flat data sets."""
    entries = Batches(shelf.filings.engine).entries(batch_id, caller.tenant)
    return _attached(archive.tabled(shelf, entries), "text/csv", f"{batch_id}.csv")


@router.get("/{batch_id}", responses=example(BATCH, 200) | problems(400, 404, 422))
def batch(
    batch_id: str,
    request: Request,
    caller: Reader,
    cursor: Annotated[str, Query(description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_FILES_LISTED)] = MOST_FILES_LISTED,
) -> BatchResource:
    """How far a batch is, and its files in the order they were sent."""
    return Batches(request.app.state.engine).resource(batch_id, caller.tenant, cursor, limit)


@router.delete("/{batch_id}", status_code=204, responses=problems(404))
def delete_batch(batch_id: str, caller: Submitter, shelf: TheShelf) -> None:
    """Erase a batch with all its filings. A line in the audit says so of each of them."""
    batches = Batches(shelf.filings.engine)
    for entry in batches.entries(batch_id, caller.tenant):
        if entry.id and not entry.part:
            erase(
                batches.engine, shelf.files, entry.id, caller.tenant, caller.key, "with its batch"
            )
    # Last, so that a batch of which something could not be erased can be deleted again.
    batches.forget(batch_id)


def _attached(
    pieces: Iterator[bytes] | Iterator[str], media_type: str, name: str
) -> StreamingResponse:
    """A download, sent while it is made."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=media_type, headers=headers)
