"""Where webhooks may go: a URL is checked, and the connection is made to what was checked.

Redirects are not followed: an answer of 3xx is a failed try.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore2

from models.errors import ForbiddenTarget

PORTS = {"http": 80, "https": 443}
MAX_URL = 2048
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
ANSWER_BYTES = 16_384
"""More of an answer's body is not taken; nothing of it is kept."""
BROKEN = (httpcore2.NetworkError, httpcore2.ProtocolError)

GLOBAL_UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
REFUSED = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocol assignments, one cloud's metadata; older Pythons miss most of it
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # Azure's host: public by its number, the machine's own by its routes
        "2001::/23",  # protocol assignments, Teredo, ORCHID
        "3fff::/20",  # documentation; older Pythons do not know it
    )
)
"""What is not for everybody though `is_global` may say so."""


@dataclass(frozen=True)
class Target:
    """A URL taken apart, and all addresses its host had when it was checked."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """What came of a request: a status, or else the fault that kept it from having one."""

    status: int | None = None
    fault: str = ""
    retry_after: str = ""


def check(url: str, allow: str = "") -> Target:
    """The target of a URL; raises ForbiddenTarget unless all its host's addresses are public.

    `allow` lists hosts, separated by commas, whose addresses may be any.
    """
    parts = _parts(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port, path, _resolved(host, port))
    allowed = {each.strip().lower() for each in allow.split(",")}
    if host not in allowed and not all(is_public(each) for each in target.addresses):
        # The address itself is not told: it may come from a name server that is not public.
        raise ForbiddenTarget(f"{host} has an address that is not public.")
    return target


def is_public(text: str) -> bool:
    """Whether an IP address is one that anybody's machine may have."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if inner := _embedded(address):
            return is_public(str(inner))
        if address not in GLOBAL_UNICAST:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in REFUSED)
    )


def post(target: Target, headers: dict[str, str], body: bytes) -> Answer:
    """POST to the addresses of the target, within TOTAL_SECONDS; faults are told, not raised."""
    url = httpcore2.URL(
        scheme=target.scheme, host=target.host, port=target.port, target=target.path
    )
    sent = [("Host", target.authority), *headers.items()]
    pinned = _Pinned(target.addresses, time.monotonic() + TOTAL_SECONDS)
    # The trust of the system, read anew: no certificates are bundled, so none grow old.
    trust = ssl.create_default_context()
    with httpcore2.ConnectionPool(ssl_context=trust, network_backend=pinned) as pool:
        try:
            with pool.stream("POST", url, headers=sent, content=body) as response:
                with suppress(httpcore2.TimeoutException, *BROKEN):
                    _drain(response)
                return _answer(response)
        except httpcore2.TimeoutException:
            return Answer(fault=f"There was no answer within {TOTAL_SECONDS:g} seconds.")
        except BROKEN as error:
            return Answer(fault=f"There was no answer: {error}")


def _parts(url: str) -> SplitResult:
    """The URL's parts; raises ForbiddenTarget for what is no plain http or https URL."""
    # urlsplit drops control characters silently, and readers differ about backslashes.
    plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>^`{|}')
    if not plain or len(url) > MAX_URL:
        raise ForbiddenTarget(f"The URL has more than {MAX_URL} characters or forbidden ones.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForbiddenTarget(f"The URL cannot be read: {error}.") from None
    if parts.scheme not in PORTS:
        raise ForbiddenTarget("The URL begins with neither https:// nor http://.")
    if not parts.hostname or port == 0:
        raise ForbiddenTarget("The URL has no host, or port 0.")
    if "@" in parts.netloc:
        raise ForbiddenTarget("The URL has credentials in it.")
    return parts


def _resolved(host: str, port: int) -> tuple[str, ...]:
    """All addresses of a host, each once; raises ForbiddenTarget when there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # the latter for labels that are empty or too long
        raise ForbiddenTarget(f"{host} cannot be resolved.") from None
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to this one end up at (mapped, 6to4, NAT64)."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _drain(response: httpcore2.Response) -> None:
    """Take a little of the body: a sender that is cut off at its first byte logs an error."""
    taken = 0
    for chunk in response.iter_stream():
        taken += len(chunk)
        if taken > ANSWER_BYTES:
            return


def _answer(response: httpcore2.Response) -> Answer:
    redirect = 300 <= response.status < 400
    headers = {name.lower(): value for name, value in response.headers}
    return Answer(
        status=response.status,
        fault="Redirects are not followed." if redirect else "",
        retry_after=headers.get(b"retry-after", b"").decode("ascii", "replace"),
    )


class _Pinned(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, whatever the host's name stands for by now."""

    def __init__(self, addresses: tuple[str, ...], deadline: float) -> None:
        self.addresses, self.deadline = addresses, deadline
        self.network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address that takes it; TLS still asks for the host's name."""
        fault: Exception = httpcore2.ConnectError("no address")
        for address in self.addresses:
            try:
                seconds = min(CONNECT_SECONDS, _left(self.deadline))
                stream = self.network.connect_tcp(address, port, seconds)
                return _Timed(stream, self.deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                fault = error
        raise fault


class _Timed(httpcore2.NetworkStream):
    """A stream that ends at a deadline, however often it is read: drops of data do not stretch it.

    The timeouts given to its methods are for one call each, and are not looked at.
    """

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes, until the deadline."""
        return self.stream.read(max_bytes, _left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes, until the deadline."""
        self.stream.write(buffer, _left(self.deadline))

    def close(self) -> None:
        """Close the connection."""
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """The same over TLS, with the certificate of the host's name."""
        stream = self.stream.start_tls(ssl_context, server_hostname, _left(self.deadline))
        return _Timed(stream, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the stream below knows."""
        return self.stream.get_extra_info(info)


def _left(deadline: float) -> float:
    """Seconds until the deadline; raises ConnectTimeout after it."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore2.ConnectTimeout("the deadline is over")
    return seconds
