"""Where webhooks may go: which URLs are refused, and that what was checked is what is reached."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import pytest
import trustme

from models.errors import ForbiddenTarget
from service import targets
from service.targets import check, is_public, post

PUBLIC = ("93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::1")
FORBIDDEN = {
    "this host": "0.0.0.0",
    "private 10": "10.1.2.3",
    "private 172": "172.31.255.254",
    "private 192": "192.168.0.1",
    "carrier-grade NAT": "100.64.0.1",
    "one cloud's metadata in it": "100.100.100.200",
    "loopback": "127.0.0.1",
    "all of loopback": "127.255.1.1",
    "link-local": "169.254.1.1",
    "metadata": "169.254.169.254",
    "metadata of another cloud": "192.0.0.192",
    "host of a cloud": "168.63.129.16",
    "relay of 6to4": "192.88.99.1",
    "documentation": "203.0.113.7",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "routed multicast": "233.252.1.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified 6": "::",
    "loopback 6": "::1",
    "compatible": "::7f00:1",
    "mapped": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "mapped private": "::ffff:10.0.0.1",
    "translated": "64:ff9b::7f00:1",
    "translated metadata": "64:ff9b::a9fe:a9fe",
    "translated privately": "64:ff9b:1::808:808",
    "6to4": "2002:7f00:1::1",
    "6to4 metadata": "2002:a9fe:a9fe::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "unique local": "fc00::1",
    "metadata 6": "fd00:ec2::254",
    "link-local 6": "fe80::1",
    "site-local": "fec0::1",
    "multicast 6": "ff02::1",
    "documentation 6": "2001:db8::1",
    "newer documentation 6": "3fff::1",
    "discard 6": "100::1",
}
EACH = pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN.keys())


def literal(address: str) -> str:
    return f"https://[{address}]/hook" if ":" in address else f"https://{address}/hook"


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_that_anybody_may_have_are_public(address: str) -> None:
    assert is_public(address)
    assert check(literal(address)).addresses == (address,)


@EACH
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(ForbiddenTarget, match="not public"):
        check(literal(address))


@EACH
def test_a_name_of_such_an_address_is_refused_without_telling_it(address: str, names) -> None:
    names["hooks.example"] = [[address]]
    with pytest.raises(ForbiddenTarget) as error:
        check("https://hooks.example/")
    assert error.value.detail == "hooks.example has an address that is not public."


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "0"])
def test_numbers_in_disguise_are_what_the_system_takes_them_for(host: str) -> None:
    with pytest.raises(ForbiddenTarget, match="not public"):
        check(f"http://{host}/")


def test_one_private_address_among_public_ones_is_enough_to_refuse(names) -> None:
    names["hooks.example"] = [["93.184.215.14", "2606:4700:4700::1111", "10.0.0.1"]]
    with pytest.raises(ForbiddenTarget):
        check("https://hooks.example/")


def test_a_link_local_address_with_its_interface_is_refused() -> None:
    with pytest.raises(ForbiddenTarget):
        check("http://[fe80::1%25lo]/")
    assert not is_public("fe80::1%lo")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://93.184.215.14/", "neither https"),
        ("file:///etc/passwd", "neither https"),
        ("gopher://93.184.215.14/", "neither https"),
        ("//93.184.215.14/", "neither https"),
        ("", "neither https"),
        ("https://", "no host"),
        ("https:///hook", "no host"),
        ("https://93.184.215.14:0/", "port 0"),
        ("https://93.184.215.14:99999/", "cannot be read"),
        ("https://93.184.215.14:x/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://user:word@93.184.215.14/", "credentials"),
        ("https://@93.184.215.14/", "credentials"),
        ("https://93.184.215.14\\@127.0.0.1/", "forbidden"),
        ("https://93.184.215.14/a b", "forbidden"),
        ("https://93.184.215.14/\r\nX: 1", "forbidden"),
        ("https://93.184.215.14/\x00", "forbidden"),
        ("https://bücher.example/", "forbidden"),
        ("https://①②⑦.0.0.1/", "forbidden"),
        ("https://93.184.215.14/" + "a" * 2048, "2048"),
        ("https://nowhere.example/", "resolved"),
        ("https://a..example/", "resolved"),
        (f"https://{'a' * 64}.example/", "resolved"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str, reason: str, names) -> None:
    with pytest.raises(ForbiddenTarget, match=reason):
        check(url)


def test_hosts_on_the_list_may_have_any_address_but_not_any_scheme(names) -> None:
    names["hooks.test"] = [["127.0.0.1"]]
    allow = "other.test, Hooks.test"
    assert check("http://HOOKS.test:81/", allow).addresses == ("127.0.0.1",)
    for url in ("http://127.0.0.1/", "http://sub.hooks.test/", "ftp://hooks.test/"):
        with pytest.raises(ForbiddenTarget):
            check(url, allow)
    with pytest.raises(ForbiddenTarget):
        check("http://127.0.0.1/", allow="")


def test_a_target_says_what_the_receiver_expects_in_its_host_header(names) -> None:
    assert check("https://93.184.215.14:443/a?b=c#d").path == "/a?b=c"
    assert check("https://93.184.215.14").path == "/"
    assert check("https://93.184.215.14:443/").authority == "93.184.215.14"
    assert check("http://93.184.215.14:443/").authority == "93.184.215.14:443"
    assert check("https://[2606:4700:4700::1111]/").authority == "[2606:4700:4700::1111]"


def test_the_request_arrives_as_it_was_made(receive: Callable) -> None:
    receiver = receive()
    answer = post(check(receiver.url + "?a=1", "127.0.0.1"), {"webhook-id": "7"}, b'{"a": 1}')
    ((path, headers, body),) = receiver.requests
    assert (answer.status, answer.fault) == (200, "")
    assert (path, headers["webhook-id"], body) == ("/hook?a=1", "7", b'{"a": 1}')
    assert f"http://{headers['host']}/hook" == receiver.url


def test_a_name_that_changes_after_the_check_is_not_asked_again(receive: Callable, names) -> None:
    checked = receive("127.0.0.1")
    port = int(checked.url.split(":")[2].split("/")[0])
    other = receive("127.0.0.2", port)
    names["hooks.test"] = [["127.0.0.1"], ["127.0.0.2"]]
    target = check(f"http://hooks.test:{port}/", "hooks.test")
    assert post(target, {}, b"{}").status == 200
    assert socket.getaddrinfo("hooks.test", port)[0][4][0] == "127.0.0.2"
    assert (len(checked.requests), len(other.requests)) == (1, 0)
    assert checked.requests[0][1]["host"] == f"hooks.test:{port}"


def test_the_next_address_is_tried_when_the_first_takes_no_connection(
    receive: Callable, names
) -> None:
    receiver = receive("127.0.0.2")
    port = int(receiver.url.split(":")[2].split("/")[0])
    names["hooks.test"] = [["127.0.0.1", "127.0.0.2"]]
    assert post(check(f"http://hooks.test:{port}/", "hooks.test"), {}, b"{}").status == 200


def test_a_redirect_is_an_answer_and_is_not_followed(receive: Callable) -> None:
    receiver, private = receive(), receive()
    receiver.reply(307, location=private.url)
    answer = post(check(receiver.url, "127.0.0.1"), {}, b"{}")
    assert (answer.status, answer.fault) == (307, "Redirects are not followed.")
    assert not private.requests


def test_nobody_listening_is_a_fault_in_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = post(check(f"http://127.0.0.1:{port}/", "127.0.0.1"), {}, b"{}")
    assert answer.status is None
    assert "refused" in answer.fault


@contextmanager
def answering_once(chunks: Iterable[bytes]) -> Iterator[str]:
    """The URL of a server that says this to one caller, HTTP or not."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                for chunk in chunks:
                    connection.sendall(chunk)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


def dripping(seconds: float, drop: bytes) -> Iterator[bytes]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield drop
        time.sleep(0.02)


def test_what_is_no_http_is_a_fault() -> None:
    with answering_once([b"SSH-2.0-OpenSSH\r\n\r\n"]) as url:
        answer = post(check(url, "127.0.0.1"), {}, b"{}")
    assert answer.status is None
    assert answer.fault.startswith("There was no answer")


def test_headers_that_drip_do_not_stretch_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "TOTAL_SECONDS", 0.2)
    started = time.monotonic()
    with answering_once(dripping(0.8, b"HTTP/1.1 100 Continue\r\n\r\n")) as url:
        answer = post(check(url, "127.0.0.1"), {}, b"{}")
        taken = time.monotonic() - started
    assert (answer.status, answer.fault) == (None, "There was no answer within 0.2 seconds.")
    assert taken < 0.7


def test_a_body_that_drips_does_not_either_and_the_status_counts(
    receive: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "TOTAL_SECONDS", 0.2)
    receiver, started = receive(), time.monotonic()
    receiver.reply(200, dripping(0.8, b"."))
    assert post(check(receiver.url, "127.0.0.1"), {}, b"{}").status == 200
    assert time.monotonic() - started < 0.7


def test_an_answer_without_end_is_cut_and_its_status_counts(receive: Callable) -> None:
    receiver = receive()
    sent = []

    def endless() -> Iterator[bytes]:
        while True:
            sent.append(65_536)
            yield b"x" * 65_536

    receiver.reply(202, endless())
    assert post(check(receiver.url, "127.0.0.1"), {}, b"{}").status == 202
    time.sleep(0.1)
    assert sum(sent) < 32_000_000


@pytest.fixture
def authority(tmp_path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def serving(authority: trustme.CA, name: str, asked: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    context.sni_callback = lambda _, name, __: asked.append(name)
    return context


def test_tls_asks_the_pinned_address_for_the_name_and_its_certificate(
    receive: Callable, names, authority: trustme.CA
) -> None:
    asked: list[str] = []
    receiver = receive(tls=serving(authority, "hooks.test", asked))
    names["hooks.test"] = [["127.0.0.1"]]
    url = receiver.url.replace("127.0.0.1", "hooks.test")
    assert post(check(url, "hooks.test"), {}, b"{}").status == 200
    assert asked == ["hooks.test"]


def test_a_certificate_of_another_name_or_authority_is_refused(
    receive: Callable, names, authority: trustme.CA
) -> None:
    names["hooks.test"] = [["127.0.0.1"]]
    wrong_name = serving(authority, "other.test", [])
    wrong_issuer = serving(trustme.CA(), "hooks.test", [])
    for context in (wrong_name, wrong_issuer):
        receiver = receive(tls=context)
        url = receiver.url.replace("127.0.0.1", "hooks.test")
        answer = post(check(url, "hooks.test"), {}, b"{}")
        assert answer.status is None
        assert "certificate verify failed" in answer.fault
        assert not receiver.requests
