"""Signing in to the review: sessions in a cookie, and the token that proves a request is ours."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from fastapi import Depends, Request, Response
from sqlalchemy.engine import Engine

from models.errors import BadRequest, ForgedRequest, NotSignedIn, OnlyLocal, ScopeMissing
from service.database import keys, now, sessions
from service.gate import is_here
from service.keys import LOCAL, Caller, any_keys, caller_of, digest

COOKIE = "filingscan_session"
PATH = "/review"
"""The cookie goes to these addresses only."""
HEADER, FIELD = "x-csrf", "csrf"
"""Where a request of a page carries its session's token."""
SCOPE = "review"
SAFE = ("GET", "HEAD")
MOST_BYTES = 100_000
"""Of a request's body; the longest edit is a remark of a few thousand characters."""


@dataclass(frozen=True)
class Session:
    """Somebody who has signed in; `csrf` is what only pages of this service know."""

    caller: Caller
    name: str
    csrf: str


def start(engine: Engine, caller: Caller, hours: float) -> tuple[str, Session]:
    """Begin a session: what its cookie holds, and the session. What has expired is forgotten."""
    token, csrf, moment = secrets.token_hex(32), secrets.token_hex(32), now()
    values = {"hash": digest(token), "key": caller.key, "csrf": csrf, "created": moment,
              "expires": moment + timedelta(hours=hours)}  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.delete(sessions).where(sessions.c.expires <= moment))
        connection.execute(sa.insert(sessions).values(values))
        name = connection.scalar(sa.select(keys.c.name).where(keys.c.id == caller.key))
    return token, Session(caller, name or LOCAL.tenant, csrf)


def end(engine: Engine, token: str) -> None:
    """Forget a session."""
    with engine.begin() as connection:
        connection.execute(sa.delete(sessions).where(sessions.c.hash == digest(token)))


def session_of(engine: Engine, token: str) -> Session | None:
    """The living session of a cookie; one whose key was revoked has ended."""
    living = (sessions.c.hash == digest(token)) & (sessions.c.expires > now())
    joined = sessions.outerjoin(keys, sessions.c.key == keys.c.id)
    query = sa.select(sessions.c.key, sessions.c.csrf, keys).select_from(joined).where(living)
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if not row.key:
        # Of this machine's caller, who needs no key until there is one.
        return None if any_keys(engine) else Session(LOCAL, LOCAL.tenant, row.csrf)
    if row.id is None or row.revoked:
        return None
    caller = Caller(row.tenant, row.id, frozenset(row.scopes), row.requests_per_minute,
                    row.pages_per_day)  # fmt: skip
    return Session(caller, row.name, row.csrf)


def signed_in(request: Request) -> Session:
    """The session of a request; raises NotSignedIn, OnlyLocal, TooManyRequests, ScopeMissing."""
    engine: Engine = request.app.state.engine
    session = session_of(engine, request.cookies.get(COOKIE, ""))
    if session is None:
        if any_keys(engine):
            raise NotSignedIn()
        if not is_here(request):
            raise OnlyLocal()
        raise NotSignedIn("The page has to be loaded again.")
    if session.caller == LOCAL and not is_here(request):
        raise OnlyLocal()
    request.app.state.gate.let_in(session.caller, [SCOPE])
    request.state.caller = session.caller  # for the log
    return session


def reviewer(request: Request) -> Caller:
    """Who reviews: the caller of an API key, or of a session whose token comes along.

    Raises what `signed_in` does, and ForgedRequest for a change that no page of ours has sent.
    """
    key = _key_of(request)
    if key or not request.cookies.get(COOKIE):
        return _caller_without_session(request, key)
    session = signed_in(request)
    if request.method not in SAFE:
        check_token(session, request.headers.get(HEADER, ""))
    return session.caller


def check_token(session: Session, token: str) -> None:
    """Raises ForgedRequest unless this is the session's token."""
    if not secrets.compare_digest(token.encode(), session.csrf.encode()):
        raise ForgedRequest()


def check_origin(request: Request) -> None:
    """Raises ForgedRequest where a browser says that a page from elsewhere sends this."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != host):
        raise ForgedRequest()


def enter(request: Request, key: str) -> tuple[str, Session]:
    """Begin a session with an API key; raises UnknownKey, OnlyLocal and ScopeMissing."""
    state = request.app.state
    caller = caller_of(state.engine, key or None)
    if caller == LOCAL and not is_here(request):
        raise OnlyLocal()
    if not caller.may(SCOPE):
        raise ScopeMissing(f"The key does not have the scope `{SCOPE}`.")
    return start(state.engine, caller, state.settings.session_hours)


def hand_out(request: Request, response: Response, token: str) -> None:
    """Give the browser its cookie; with an empty token, take it away."""
    # A proxy that says it is asked over https can only make the cookie stricter.
    secure = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
    hours = request.app.state.settings.session_hours if token else 0
    response.set_cookie(COOKIE, token, max_age=int(hours * 3_600), path=PATH, secure=secure,
                        httponly=True, samesite="strict")  # fmt: skip


async def json_body(request: Request) -> dict[str, Any]:
    """The body as a JSON object, empty if there is none; raises BadRequest."""
    raw = await bounded_body(request)
    try:
        body = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("The body is not a JSON object.")
    return body


async def form_body(request: Request) -> dict[str, str]:
    """The fields of a posted form; raises BadRequest."""
    raw = await bounded_body(request)
    return dict(parse_qsl(raw.decode("utf-8", "replace")))


async def bounded_body(request: Request) -> bytes:
    """The body; raises BadRequest for one that no page of ours sends."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_BYTES:
            raise BadRequest(f"The body has more than {MOST_BYTES:,} bytes.")
    return bytes(raw)


def _caller_without_session(request: Request, key: str) -> Caller:
    """The caller as the API knows him; browsers have a session for what they change."""
    if not key and request.method not in SAFE and "origin" in request.headers:
        raise ForgedRequest()
    if not key and any_keys(request.app.state.engine):
        raise NotSignedIn()
    caller: Caller = request.app.state.gate.admit(key or None, is_here(request), [SCOPE])
    request.state.caller = caller
    return caller


def _key_of(request: Request) -> str:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return request.headers.get("x-api-key", "") or (bearer if scheme.lower() == "bearer" else "")


Reviewer = Annotated[Caller, Depends(reviewer)]
SignedIn = Annotated[Session, Depends(signed_in)]
Body = Annotated[dict[str, Any], Depends(json_body)]
Form = Annotated[dict[str, str], Depends(form_body)]
