"""The check of a file by an ICAP server: what the server leaves as it is has passed, what it changes is quarantined."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from infra.content.icap import IcapCheck
from infra.keys.sealing import SealBroken
from tests.support.icap import answering, running_icap

pytestmark = pytest.mark.processes

CLEAN = [b"a leak\n" * 1_000] * 300
"""More than the buffers of a connection hold, both ways."""
HEADS = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_icap() as url:
        yield url


@pytest.mark.parametrize(
    ("service", "parts", "verdict"),
    [
        ("filter", [b"It leaks"], "passed"), ("filter", [b"It has a worm in it"], "quarantined"),
        ("filter", CLEAN, "passed"), ("filter", [*CLEAN, b"a worm"], "quarantined"),
        ("filter", [b"a wo", b"rm"], "quarantined"), ("filter", [], "passed"), ("filter", [b"", b"It leaks"], "passed"),
        ("echo", CLEAN, "passed"), ("echo", [bytes(range(256))], "passed"), ("nothing", [b"It leaks"], "unchecked"),
    ],
)  # fmt: skip
def test_what_the_server_leaves_as_it_is_has_passed(
    service: str, parts: list[bytes], verdict: str, server: str
) -> None:
    assert IcapCheck(f"{server}/{service}", 60).verdict(parts, sum(map(len, parts))) == verdict


def test_doctor_learns_whether_there_is_such_a_service(server: str) -> None:
    assert IcapCheck(f"{server}/filter", 60).is_there()
    assert not IcapCheck(f"{server}/nothing", 60).is_there()


# -- whatever a server answers


def changed(body: bytes, more: bytes = b"") -> bytes:
    head = b"ICAP/1.0 200 OK\r\n%bEncapsulated: res-hdr=0, res-body=%d\r\n\r\n" % (more, len(HEADS))
    return head + HEADS + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"ICAP/1.0 204 No Content\r\n\r\n", "passed"),
        (changed(b"a leak"), "passed"),
        (changed(b"a leek"), "quarantined"),
        (changed(b"a leak", b"X-Infection-Found: Type=0; Threat=Worm;\r\n"), "quarantined"),
        (b"ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, null-body=19\r\n\r\n" + HEADS, "quarantined"),
        (b"ICAP/1.0 500 Server error\r\n\r\n", "unchecked"),
        (b"ICAP/1.0 100 Continue\r\n\r\n", "unchecked"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "unchecked"),
        (b"ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n-5\r\n", "unchecked"),
        (b"ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nleak\r\n", "unchecked"),
        (b"ICAP/1.0 200 OK\r\nEncapsulated: res-body=-1\r\n\r\n", "unchecked"),
        (changed(b"a leak")[:-7], "unchecked"),
        (b"ICAP/1.0 200 OK\r\nX: " + b"x" * 1_000_000, "unchecked"),
        (b"", "unchecked"),
    ],
)  # fmt: skip
def test_each_answer_has_a_verdict(answer: bytes, verdict: str) -> None:
    with answering(answer) as url:
        assert IcapCheck(f"{url}/scan", 60).verdict([b"a leak"], 6) == verdict


@pytest.mark.parametrize(
    ("answer", "verdict"), [(b"ICAP/1.0 204 No Content\r\n\r\n", "passed"), (changed(b""), "quarantined")]
)
def test_an_answer_may_come_before_the_end_of_the_file(answer: bytes, verdict: str) -> None:
    with answering(answer, b"ICAP/1.0") as url:
        assert IcapCheck(f"{url}/scan", 60).verdict(CLEAN, 2_100_000) == verdict


def test_who_does_not_answer_is_waited_for_so_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert IcapCheck(f"icap://127.0.0.1:{port}/scan", 0.1).verdict(CLEAN, 2_100_000) == "unchecked"
    check = IcapCheck(f"icap://127.0.0.1:{port}/scan", 60)
    assert (check.verdict([b"a leak"], 6), check.is_there()) == ("unchecked", False)


def test_a_file_that_cannot_be_read_says_so() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a leak"
        raise SealBroken("changed")

    with answering(b"") as url, pytest.raises(SealBroken):
        IcapCheck(f"{url}/scan", 60).verdict(broken(), 12)
