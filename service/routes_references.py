"""The resources of reference lists: which there are, and an operator's CSV in their place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool

from models.errors import DocumentTooLarge, ReferenceListTooLarge, UploadTooSlow
from service.described import example, problems
from service.gate import requires
from service.keys import Caller
from service.reference_lines import Kind
from service.references import ReferenceList, lists_of, remove_list, replace_list
from service.settings import Settings
from service.uploads import bounded

router = APIRouter(prefix="/v1/references", tags=["references"])

Reader = Annotated[Caller, requires("read")]
Admin = Annotated[Caller, requires("admin")]


@dataclass(frozen=True)
class ReferenceLists:
    """The lists that there are: at most one of each kind."""

    lists: list[ReferenceList]


LISTED = {"kind": "issuers", "rows": 10_412, "uploaded": datetime(2024, 5, 2, 14, 3, tzinfo=UTC)}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "UTF-8 with the header `cik,name,ticker` (issuers) or `cik,name` (owners). "
        "A number may have several lines, for its names and tickers; an owner's name is "
        "Last First Middle.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "examples": {
                    "issuers": {"value": "cik,name,ticker\n320193,Apple Inc.,AAPL\n"},
                    "owners": {"value": "cik,name\n1214156,COOK TIMOTHY D\n"},
                },
            }
        },
    }
}


@router.get("", responses=example({"lists": [LISTED]}) | problems())
def list_references(request: Request, caller: Reader) -> ReferenceLists:
    """The lists that CIK numbers are looked up in, of this tenant."""
    return ReferenceLists(lists_of(_engine(request), caller.tenant))


@router.put("/{kind}", responses=example(LISTED) | problems(408, 413, 422), openapi_extra=BODY)
async def put_references(request: Request, kind: Kind, caller: Admin) -> ReferenceList:
    """Put a list in the place of the one before, all or nothing; the next filing is read with it.

    A number is filled in, with state `looked-up`, where exactly one fits the name and nothing
    contradicts it; a number that was read is never changed.
    """
    data = await _body(request, request.app.state.settings)
    return await run_in_threadpool(replace_list, _engine(request), caller, kind, data)


@router.delete("/{kind}", status_code=204, responses=problems(422))
def delete_references(request: Request, kind: Kind, caller: Admin) -> None:
    """Remove a list; filings that were read with it stay as they are."""
    remove_list(_engine(request), caller, kind)


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


async def _body(request: Request, settings: Settings) -> bytes:
    """All of the list; raises ReferenceListTooLarge as soon as that is certain, UploadTooSlow."""
    limit = settings.max_reference_bytes
    try:
        async with asyncio.timeout(settings.upload_seconds):
            return b"".join([chunk async for chunk in bounded(request, limit)])
    except DocumentTooLarge as error:
        raise ReferenceListTooLarge(f"The list has more than {limit:,} bytes.") from error
    except TimeoutError as error:
        raise UploadTooSlow(f"Not all here after {settings.upload_seconds:g} seconds.") from error
