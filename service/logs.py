"""The log: one JSON object a line on stderr, each with the request and the filing it is about."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import BadSetting
from service.problems import answer, unforeseen

request_id: ContextVar[str] = ContextVar("request_id", default="")
filing_id: ContextVar[str] = ContextVar("filing_id", default="")

HANDLER = "filingscan"
HEADER = "X-Request-Id"
SANE = re.compile(r"[A-Za-z0-9._~-]{1,64}")
"""A caller's request id that is taken as it is; any other is replaced."""
OWN_LOGGERS = ("filingscan", "uvicorn", "dbos", "alembic")
"""They follow the level; others warn only: at INFO, HTTP clients log addresses with secrets."""
QUIET = ("/health", "/ready", "/metrics")
"""Routes that machines ask every few seconds: logged at DEBUG unless they fail."""
OTHER = "other"
"""The route of what no template matches, so that scanners cannot make up new ones."""
CUT_OFF = 499
"""The status of a request whose caller went away, as nginx has it."""

_FILING = re.compile(r"/v1/filings/([0-9a-f]{32})(?![0-9a-f])")

logger = logging.getLogger("filingscan.requests")

Observe = Callable[[str, str, int, float], None]
"""Told of each request: method, route template, status, seconds."""


def configure(level: str = "INFO") -> None:
    """Log to stderr from `level` on, in place of an earlier call's; raises BadSetting."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise BadSetting(f"log_level is {level!r}; it can be DEBUG, INFO, WARNING or ERROR.")
    handler = logging.StreamHandler(sys.stderr)
    handler.name = HANDLER
    handler.addFilter(_bound)
    handler.setFormatter(
        JsonFormatter(
            ("levelname", "name", "message"),
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            # uvicorn gives its messages a second time, in colours.
            reserved_attrs=[*RESERVED_ATTRS, "color_message"],
            timestamp="time",
        )
    )
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(number)
    logging.getLogger().setLevel(logging.WARNING)
    # DBOS writes lines of its own to stderr unless its logger has a handler.
    logging.getLogger("dbos").propagate = False
    for name in ("", "dbos"):
        own = logging.getLogger(name)
        for old in [each for each in own.handlers if each.name == HANDLER]:
            own.removeHandler(old)
        own.addHandler(handler)
    logging.captureWarnings(True)


@contextmanager
def about(filing: str) -> Iterator[None]:
    """Every line logged inside names this filing."""
    token = filing_id.set(filing)
    try:
        yield
    finally:
        filing_id.reset(token)


def _bound(record: logging.LogRecord) -> bool:
    """Give a line the ids it is logged under, unless it has its own."""
    for variable in (request_id, filing_id):
        if value := variable.get():
            record.__dict__.setdefault(variable.name, value)
    return True


@dataclass
class _Exchange:
    """What passed of one request so far: its status once that is sent, and bytes of both bodies."""

    status: int = 0
    received: int = 0
    sent: int = 0


class RequestLog:
    """ASGI middleware that gives each request an id, logs one line about it, and measures it.

    It also answers errors nobody provided for: Starlette would do so outside of every middleware,
    where the id is forgotten.
    """

    def __init__(self, app: ASGIApp, observe: Observe | None = None) -> None:
        self.app = app
        self.observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request on, and its answer back with the id in a header."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identifier, seen, started = _identifier(scope), _Exchange(), time.perf_counter()
        token = request_id.set(identifier)

        async def taken() -> Message:
            message = await receive()
            seen.received += len(message.get("body", b""))
            return message

        async def given(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                MutableHeaders(scope=message)[HEADER] = identifier
            await send(message)
            seen.sent += len(message.get("body", b""))

        try:
            with about(_filing(scope)):
                await self._answered(scope, taken, given, seen)
        finally:
            self._tell(scope, seen, time.perf_counter() - started)
            request_id.reset(token)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, seen: _Exchange) -> None:
        try:
            await self.app(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            problem = unforeseen(error, scope["path"])
            if seen.status:  # half of an answer is out: only the server can cut it off
                raise
            await answer(problem)(scope, receive, send)

    def _tell(self, scope: Scope, seen: _Exchange, seconds: float) -> None:
        status = seen.status or CUT_OFF
        method, route = scope["method"], getattr(scope.get("route"), "path", OTHER)
        quiet = route in QUIET and status < 400
        level = logging.ERROR if status >= 500 else logging.DEBUG if quiet else logging.INFO
        fields: dict[str, Any] = {
            "method": method,
            "route": route,
            "status": status,
            "seconds": round(seconds, 4),
            "bytes_received": seen.received,
            "bytes_sent": seen.sent,
        }
        if caller := scope.get("state", {}).get("caller"):
            fields["key"] = caller.key
        if filing := _filing(scope):
            fields["filing_id"] = filing
        logger.log(level, "%s %s %d", method, route, status, extra=fields)
        if self.observe:
            self.observe(method, route, status, seconds)


def _identifier(scope: Scope) -> str:
    """The caller's id of the request if it is sane, else a new one."""
    given = Headers(scope=scope).get(HEADER, "")
    return given if SANE.fullmatch(given) else secrets.token_hex(16)


def _filing(scope: Scope) -> str:
    """The filing that a request's path names, or nothing."""
    match = _FILING.match(scope["path"])
    return match[1] if match else ""
