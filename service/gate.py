"""Who may come in: the caller of each request, and what is served as long as there are no keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Request, Security
from fastapi.security import (
    APIKeyHeader,
    HTTPAuthorizationCredentials,
    HTTPBearer,
    SecurityScopes,
)
from sqlalchemy.engine import Engine

from models.errors import BadSetting, OnlyLocal, ScopeMissing
from service.allowance import Pace
from service.keys import LOCAL, Caller, Scope, any_keys, caller_of, digest
from service.settings import Settings

KNOWN_SECONDS = 5.0
"""A revoked key is refused after them at the latest."""
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
WAYS = "A key as `filingscan keys create` shows it; none is needed as long as there are none."
BEARER = HTTPBearer(scheme_name="bearer", description=WAYS, auto_error=False)
HEADER = APIKeyHeader(name="X-Api-Key", scheme_name="header", description=WAYS, auto_error=False)


class Gate:
    """The keys of a database and the pace of their callers; the app has one as `app.state.gate`."""

    def __init__(
        self, engine: Engine, settings: Settings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._pace = Pace(engine, clock)
        # By digest, so that no secret stays in memory; only keys that exist get in.
        self._known: dict[str, tuple[float, Caller]] = {}

    def admit(self, key: str | None, here: bool, scopes: list[str]) -> Caller:
        """Who sent this key, `here` on this machine or elsewhere.

        Raises MissingKey, UnknownKey, OnlyLocal, TooManyRequests and ScopeMissing.
        """
        caller = self._caller_of(key)
        if caller == LOCAL and not here:
            raise OnlyLocal()
        self.let_in(caller, scopes)
        return caller

    def let_in(self, caller: Caller, scopes: list[str]) -> None:
        """Count a request of a caller who is known; raises TooManyRequests and ScopeMissing."""
        self._pace.spend_request(caller, self._settings)
        for scope in scopes:
            if not caller.may(scope):
                raise ScopeMissing(f"The key does not have the scope `{scope}`.")

    def _caller_of(self, key: str | None) -> Caller:
        name = digest(key or "")
        until, known = self._known.get(name, (0.0, LOCAL))
        if self._clock() < until:
            return known
        caller = caller_of(self._engine, key)
        # LOCAL is asked for each time: the first key that is made closes the door at once.
        if caller != LOCAL:
            self._known[name] = (self._clock() + KNOWN_SECONDS, caller)
        return caller


def requires(scope: Scope) -> Any:
    """The dependency of a route on a caller with this scope: `Annotated[Caller, requires(…)]`."""
    return Security(_admitted, scopes=[scope])


def check_binding(host: str, engine: Engine) -> None:
    """Raises BadSetting for an address that others can reach as long as there are no keys."""
    if not is_loopback(host) and not any_keys(engine):
        raise BadSetting(
            f"There are no API keys, so only this machine can be served, not {host or 'all'}. "
            "Make a key with `filingscan keys create`, or bind to 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    """Whether this address, or `localhost`, is of this machine; other names are not resolved."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _admitted(
    request: Request,
    needed: SecurityScopes,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    header: Annotated[str | None, Security(HEADER)],
) -> Caller:
    gate: Gate = request.app.state.gate
    key = bearer.credentials if bearer else header
    caller = gate.admit(key, is_here(request), needed.scopes)
    request.state.caller = caller  # for the log
    return caller


def is_here(request: Request) -> bool:
    """Whether the request was made on this machine, and not by a page from elsewhere.

    What a proxy forwards may come from anywhere, and what it says of that can be made up. A web
    page in a browser on this machine is known by its origin, or by the name it gave to 127.0.0.1.
    """
    names = [f"//{request.headers.get('host', '')}", *request.headers.getlist("origin")]
    return (
        request.client is not None
        and is_loopback(request.client.host)
        and not any(name in request.headers for name in FORWARDED)
        and all(is_loopback(_host_of(name)) for name in names)
    )


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
