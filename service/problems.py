"""Errors as HTTP answers: one shape (RFC 9457 problem details), one table of statuses."""

from __future__ import annotations

import logging
import math
import secrets
from dataclasses import asdict, dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from models.errors import (
    BadEdit,
    BadReferenceList,
    BadRequest,
    BadSetting,
    BatchNotFound,
    BatchTooLarge,
    CardNotFound,
    DeliveryNotFound,
    DocumentError,
    DocumentTooLarge,
    FileMissing,
    FilingNotFound,
    FilingscanError,
    ForbiddenTarget,
    ForgedRequest,
    FormError,
    KeyReused,
    MissingKey,
    ModelError,
    NotEnded,
    NothingTaken,
    NotReadable,
    NotReady,
    NotSignedIn,
    OnlyLocal,
    ReferenceListTooLarge,
    RetryLater,
    ReviewHeld,
    ReviewNotFound,
    ReviewUnfinished,
    ScopeMissing,
    StorageError,
    UnknownFormat,
    UnknownKey,
    UploadTooSlow,
)

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[FilingscanError], int] = {
    BadRequest: 400,
    MissingKey: 401,
    UnknownKey: 401,
    NotSignedIn: 401,
    ScopeMissing: 403,
    OnlyLocal: 403,
    ForgedRequest: 403,
    FilingNotFound: 404,
    DeliveryNotFound: 404,
    BatchNotFound: 404,
    CardNotFound: 404,
    ReviewNotFound: 404,
    FileMissing: 404,
    UploadTooSlow: 408,
    NotReadable: 409,
    KeyReused: 409,
    NotEnded: 409,
    ReviewHeld: 409,
    ReviewUnfinished: 409,
    DocumentTooLarge: 413,
    BatchTooLarge: 413,
    ReferenceListTooLarge: 413,
    UnknownFormat: 415,
    DocumentError: 422,
    FormError: 422,
    NothingTaken: 422,
    ForbiddenTarget: 422,
    BadEdit: 422,
    BadReferenceList: 422,
    RetryLater: 429,
    ModelError: 503,
    StorageError: 503,
    BadSetting: 503,
    NotReady: 503,
}
"""The most particular class counts; what is not below any of these is a 500."""
CHALLENGES: dict[type[FilingscanError], str] = {
    MissingKey: 'Bearer realm="filingscan"',
    UnknownKey: 'Bearer realm="filingscan", error="invalid_token"',
    ScopeMissing: 'Bearer realm="filingscan", error="insufficient_scope"',
}
"""What WWW-Authenticate says (RFC 6750)."""

logger = logging.getLogger("filingscan.service")


@dataclass(frozen=True)
class Problem:
    """What went wrong: a stable `code`, what happened to this input, and what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    instance: str


def problem_of(error: FilingscanError, instance: str) -> Problem:
    """The problem that tells of an error; of an unforeseen one it tells nothing internal."""
    kinds = type(error).__mro__
    status = next((STATUS[kind] for kind in kinds if kind in STATUS), 500)
    title = (type(error).__doc__ or "").strip().splitlines()[0]
    # What is wrong with a model or the storage names files of this machine: the log has it.
    detail = title if isinstance(error, (ModelError, StorageError)) else error.detail
    return _problem(error.code, status, title, detail, error.remedy, instance)


def headers_of(error: FilingscanError) -> dict[str, str]:
    """The headers that belong to an error: how to identify oneself, and when to come again."""
    headers = {}
    if challenge := CHALLENGES.get(type(error)):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, RetryLater):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    return headers


def unforeseen(error: Exception, instance: str) -> Problem:
    """The problem for an error nobody provided for; the log has the rest under the same id."""
    reference = secrets.token_hex(8)
    logger.error("unforeseen error %s at %s", reference, instance, exc_info=error)
    detail = f"An unforeseen error; the log has it as {reference}."
    remedy = "Report this with the id; if a document caused it, add the document."
    return _problem(
        "internal-error", 500, "Something failed in the service.", detail, remedy, instance
    )


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The problem as an HTTP answer; the log has its code under the request's id."""
    logger.info("answered %s", problem.code, extra={"code": problem.code, "status": problem.status})
    return JSONResponse(asdict(problem), problem.status, headers, media_type=MEDIA_TYPE)


def handle_all(app: FastAPI) -> None:
    """Give every error that can leave the app the one shape."""

    async def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, FilingscanError)
        if type(error) is FilingscanError:
            return answer(unforeseen(error, request.url.path))
        problem = problem_of(error, request.url.path)
        if problem.status >= 500:  # what is not said to the caller, or not all of it
            logger.error("%s: %s", error.code, error.detail)
        return answer(problem, headers_of(error))

    async def out_of_reach(request: Request, error: Exception) -> Response:
        logger.error("the database does not answer", exc_info=error)
        return answer(problem_of(NotReady("The database does not answer."), request.url.path))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(_of_status(error, request.url.path), dict(error.headers or {}))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(_of_validation(error, request.url.path))

    async def unexpected(request: Request, error: Exception) -> Response:
        return answer(unforeseen(error, request.url.path))

    app.add_exception_handler(FilingscanError, expected)
    app.add_exception_handler(OperationalError, out_of_reach)
    app.add_exception_handler(PoolTimeout, out_of_reach)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)


def _problem(
    code: str, status: int, title: str, detail: str, remedy: str, instance: str
) -> Problem:
    return Problem(f"urn:filingscan:problem:{code}", title, status, detail, code, remedy, instance)


def _of_status(error: HTTPException, instance: str) -> Problem:
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    return _problem(
        code, error.status_code, f"{phrase}.", f"{phrase}.", BadRequest.remedy, instance
    )


def _of_validation(error: RequestValidationError, instance: str) -> Problem:
    faults = "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors()
    )
    title = "A parameter of the request is not valid."
    return _problem("invalid-parameter", 422, title, faults, BadRequest.remedy, instance)
