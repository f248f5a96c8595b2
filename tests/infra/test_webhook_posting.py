"""A post goes to no address that is not public, follows no redirect, and takes no longer than it may."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.webhooks import posting
from infra.webhooks.posting import Poster, is_public
from tests.support.endpoint import endpoint


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
        # What Python takes for global: IPv4 within IPv6 in former and local ways, and what nobody has.
        "::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "3fff::1", "5f00::1", "4000::1",
        "192.0.0.8", "192.88.99.1", "::ffff:192.0.0.8", "168.63.129.16", "64:ff9b::a83f:8110",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_told_apart(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_public_internet_is_known(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_private_addresses_are_called_only_where_allowed() -> None:
    strict = Poster(private=False, seconds=2)
    with endpoint() as there:
        secure = there.url.replace("http://", "https://")
        assert strict.post(there.url, {}, b"{}").code == "not-https"
        assert strict.post(secure, {}, b"{}").code == "address-private"
        assert strict.post(secure.replace("127.0.0.1", "localhost"), {}, b"{}").code == "address-private"
        assert strict.post(secure.replace("127.0.0.1", "2130706433"), {}, b"{}").code == "address-private"
        assert not there.posts
        assert Poster(private=True, seconds=5).post(there.url, {}, b"{}") == posting.Posted(204, None)


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a name server that answers otherwise a moment later
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def rebinding(host: str, *args: object, **more: object) -> object:
        if host == "name.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) > 1 else "127.0.0.2"
        return look_up(host, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(posting, "is_public", lambda address: str(address) == "127.0.0.2")
    with endpoint() as there:
        # When
        url = there.url.replace("http://127.0.0.1", "https://name.example")
        posted = Poster(private=False, seconds=2).post(url, {}, b"{}")
    # Then what was looked at is called, and nothing listens there
    assert asked == ["name.example"]
    assert (posted.code, there.posts) == ("no-answer", [])


def test_a_redirect_is_not_followed() -> None:
    with endpoint() as there:
        there.answers = [(302, {"Location": there.url})]
        assert Poster(private=True, seconds=5).post(there.url, {}, b"{}").code == "redirected"
        assert len(there.posts) == 1


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7.0), ("999999", 86_400.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None), ("-1", None)],
)
def test_how_long_an_endpoint_asks_to_wait_is_bounded(asked: str, seconds: float | None) -> None:
    with endpoint() as there:
        there.answers = [(429, {"Retry-After": asked})]
        posted = Poster(private=True, seconds=5).post(there.url, {}, b"{}")
    assert (posted.status, posted.code, posted.retry_after) == (429, "http-429", seconds)


@contextmanager
def dribbling(answer: bytes, then: bytes = b"x", pause: float = 0.05) -> Iterator[str]:
    """Somebody who answers, and then says the same for ever: a byte at a time, or without pause."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def answers() -> None:
        connection, _ = listening.accept()
        connection.settimeout(0.5)  # whoever has hung up reads nothing any more
        with connection:
            connection.sendall(answer)
            while not over.wait(pause):
                try:
                    connection.sendall(then)
                except OSError:
                    return

    thread = threading.Thread(target=answers, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        over.set()
        thread.join(5)
        listening.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_an_answer_that_never_ends_is_cut(answer: bytes) -> None:
    with dribbling(answer) as url:
        began = time.monotonic()
        assert Poster(private=True, seconds=0.5).post(url, {}, b"{}").code == "timeout"
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("answer", "then", "code"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 65_536, None),
        (b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 1_000, "no-answer"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65_536, "no-answer"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000, "timeout"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"FFFFFFFFFFFF\r\n", None),
    ],
)
def test_an_answer_without_end_is_cut_however_fast_it_comes(answer: bytes, then: bytes, code: str | None) -> None:
    with dribbling(answer, then, 0.0) as url:
        began = time.monotonic()
        tracemalloc.start()
        posted = Poster(private=True, seconds=1).post(url, {}, b"{}")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert posted.code == code
        assert time.monotonic() - began < 10
        assert most < 8 << 20
