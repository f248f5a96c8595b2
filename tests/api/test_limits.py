"""What one caller may take, and that those who take more are told so, each with its code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.edge.limits import BURST_SECONDS, CALLERS, Rate, TooManyRequests, network
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from tests.support.companies import opened
from tests.support.databases import Databases
from tests.support.serving import LIMITS, Company, client, served, token
from tests.support.sockets import Raw

TIGHT = replace(
    LIMITS, body_bytes=10_000, body_seconds=0.5, head_seconds=0.5, idle_seconds=0.5, calls_per_minute=120,
    stranger_calls_per_minute=60,
)  # fmt: skip


@pytest.fixture(scope="module")
def alone(databases: Databases) -> Iterator[tuple[Company, CommandExecutor, Urls]]:
    """A company of this file's own, without followers: what is asked here is refused before it reaches them."""
    with databases.fresh() as urls, opened(urls) as executor:
        yield Company.founded(executor), executor, urls


@pytest.fixture(scope="module")
def company(alone: tuple[Company, CommandExecutor, Urls]) -> Company:
    """Somebody of each role, and a conversation."""
    return alone[0]


@pytest.fixture(scope="module")
def tight(alone: tuple[Company, CommandExecutor, Urls]) -> Iterator[str]:
    """The API, with patience for half a second and bodies of 10 kB."""
    with served(*alone[1:], replace(TIGHT, calls_per_minute=10**9)) as url:
        yield url


@pytest.fixture(scope="module")
def usual(alone: tuple[Company, CommandExecutor, Urls]) -> Iterator[str]:
    """The API with the usual limits."""
    with served(*alone[1:]) as url:
        yield url


def head(company: Company, *headers: str, path: str | None = None, method: str = "POST") -> str:
    lines = [
        f"{method} {path or f'/conversations/{company.conversation}/notes'} HTTP/1.1",
        "Host: test",
        f"Authorization: Bearer {token(company.agent)}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join(lines) + "\r\n\r\n"


NOTE = b'{"body":"a note"}'


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("a:b", "a:b"),
        ("", ""),
    ],
)
def test_a_stranger_is_whoever_calls_from_there_whatever_a_proxy_calls_it(host: str, counted: str) -> None:
    assert network({"client": (host, 0)}) == counted


# -- bodies


def test_a_body_that_says_it_is_too_long_is_refused_before_it_comes(tight: str, company: Company) -> None:
    with Raw(tight) as raw:
        raw.send(head(company, "Content-Length: 10001"))
        answer = raw.answer()
    assert (answer.status, answer.problem["code"]) == (413, "body-too-large")


@pytest.mark.parametrize("chunk", [1_000, 9_000])
def test_a_body_in_chunks_is_refused_once_it_is_too_long(tight: str, company: Company, chunk: int) -> None:
    with Raw(tight) as raw:
        # When more and more comes
        raw.send(head(company, "Transfer-Encoding: chunked"))
        for _ in range(0, 12_000, chunk):
            raw.send(b"%x\r\n" % chunk + b" " * chunk + b"\r\n")
        answer = raw.answer()
        # Then it is refused, and the connection goes on once the rest is there
        assert (answer.status, answer.problem["code"]) == (413, "body-too-large")
        raw.send(b"0\r\n\r\n")
        raw.send(head(company, f"Content-Length: {len(NOTE)}").encode() + NOTE)
        assert raw.answer().status == 201


def test_a_body_of_the_full_length_is_taken_in(tight: str, company: Company) -> None:
    with Raw(tight) as raw:
        raw.send(head(company, "Content-Length: 10000").encode() + NOTE.ljust(10_000))
        assert raw.answer().status == 201


def test_a_body_that_comes_too_slowly_is_refused_in_the_end(tight: str, company: Company) -> None:
    with Raw(tight) as raw:
        # When a byte comes now and then, so that no pause is long
        raw.send(head(company, f"Content-Length: {len(NOTE)}"))
        answer = raw.drip(NOTE, pause=0.05)
        # Then all of it would have taken longer than it may
        assert (answer.status, answer.problem["code"]) == (408, "body-too-slow")
        assert raw.closed()


def test_a_body_that_is_too_short_is_awaited_no_longer_than_a_slow_one(tight: str, company: Company) -> None:
    with Raw(tight) as raw:
        raw.send(head(company, "Content-Length: 500").encode() + NOTE)
        assert raw.answer().problem["code"] == "body-too-slow"


def test_a_body_that_nobody_reads_keeps_no_connection(tight: str, company: Company) -> None:
    with Raw(tight) as raw:
        raw.send(head(company, "Content-Length: 500", path="/me", method="GET"))
        assert raw.answer().status == 200
        assert raw.dripped_until_closed(b" " * 500, pause=0.05)


def test_what_stands_around_chunks_does_not_grow_without_end(tight: str, company: Company) -> None:
    with Raw(tight) as raw:
        raw.send(head(company, "Transfer-Encoding: chunked") + "2\r\n{}\r\n0\r\nX: ")
        assert raw.flooded_until_closed(b"a" * 10_000, 20)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 900 + "]" * 900,
        "[" * 9_000,
        '{"a":' * 1_900,
        '{"body":' + "[" * 4_000 + "]" * 4_000 + "}",
        json.dumps({f"k{n}": n for n in range(101)}),
        '{"body":"one","body":"two"}',
        '{"body":"one","\\u0062ody":"two"}',
        '{"body":NaN}',
        '{"body":-Infinity}',
        '{"body":1e999}',
        '{"body":' + "9" * 5_000 + "}",
        "9" * 5_000,
        '{"body":"\\ud800"}',
        '{"body":"a\\u0000b"}',
        '{"body":"a","\\ud800":1}',
        '{"body":"a"} {}',
        '{"body":"a",}',
        "{'body':'a'}",
        "null",
        '"body"',
        "",
        "\ufeff" + '{"body":"a"}',
        '{"body":null}',
        '{"body":["a"]}',
        '{"body":""}',
    ],
    ids=lambda body: ascii(body)[:20],
)
def test_a_body_that_is_no_note_is_refused(tight: str, company: Company, body: str) -> None:
    with client(tight, company.agent) as agent:
        answer = agent.post(
            f"/conversations/{company.conversation}/notes",
            content=body.encode(),
            headers={"Content-Type": "application/json"},
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")
    assert len(answer.content) < 3_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_json_is_utf_8(tight: str, company: Company, encoding: str) -> None:
    with client(tight, company.agent) as agent:
        answer = agent.post(
            f"/conversations/{company.conversation}/notes",
            content='{"body":"é"}'.encode(encoding),
            headers={"Content-Type": "application/json"},
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/conversations/{id}/replies", {"body": "a", "attachments": [{}] * 51}),
        ("/customers", {"contacts": [{"kind": "mail", "value": "a"}] * 21}),
        ("/teams", {"name": "a" * 201}),
        ("/conversations/{id}/replies", {"body": "a" * 100_001}),
        ("/conversations/{id}/replies", {"body": "a", "attachments": [
            {"id": "1", "name": "n", "type": "t", "size": 2**63, "sha256": "0" * 64}
        ]}),
        ("/staff", {"handle": "a", "name": "b", "roles": ["agent"] * 6}),
    ],
)  # fmt: skip
def test_lists_and_texts_have_an_end(usual: str, company: Company, path: str, body: Any) -> None:
    with client(usual, company.lead) as lead:
        answer = lead.post(path.format(id=company.conversation), json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")


def test_pages_have_an_end(tight: str, company: Company) -> None:
    with client(tight, company.agent) as agent:
        for limit in ("501", "0", "-1", "9" * 5_000, "1e2", "NaN"):
            answer = agent.get("/inbox", params={"limit": limit})
            assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), limit


# -- connections


@pytest.mark.parametrize("said", [b"", b"\r\n", b"GET /me HT", b"GET /me HTTP/1.1\r\nHost: x\r\nA: b"])
def test_a_connection_without_a_request_ends_soon(tight: str, said: bytes) -> None:
    with Raw(tight) as raw:
        raw.send(said)
        assert raw.closed()


def test_headers_that_come_too_slowly_end_it_too(tight: str) -> None:
    with Raw(tight) as raw:
        assert raw.dripped_until_closed(b"GET /me HTTP/1.1\r\n" + b"A: b\r\n" * 100, pause=0.05)


def test_a_connection_with_nothing_further_to_ask_ends(tight: str, company: Company) -> None:
    with Raw(tight) as raw:
        for _ in range(2):
            raw.send(head(company, path="/me", method="GET"))
            assert raw.answer().status == 200
        raw.send(b"\r\n")
        assert raw.closed()


def test_headers_without_end_are_refused(tight: str) -> None:
    with Raw(tight) as raw:
        raw.send(b"GET /me HTTP/1.1\r\nA: " + b"a" * 70_000)
        answer = raw.answer()
        assert (answer.status, answer.problem["code"]) == (431, "headers-too-large")
        assert raw.closed()


def test_headers_that_are_too_long_are_refused_also_at_once(tight: str, company: Company) -> None:
    # Given heads just within the limit and just beyond, each in one piece
    for size, status in ((60_000, 200), (66_000, 431), (200_000, 431)):
        with Raw(tight) as raw:
            # When
            raw.send(head(company, "A: " + "a" * size, path="/me", method="GET"))
            # Then
            assert raw.answer().status == status, size


@pytest.mark.parametrize(
    ("hosts", "version", "status"),
    [("", "1.1", 400), ("Host: a\r\nHost: b\r\n", "1.1", 400), ("Host: a\r\n", "1.1", 200), ("", "1.0", 200)],
)
def test_a_request_names_one_host(tight: str, hosts: str, version: str, status: int) -> None:
    with Raw(tight) as raw:
        raw.send(f"GET /livez HTTP/{version}\r\n{hosts}\r\n")
        answer = raw.answer()
        assert answer.status == status
        assert status == 200 or answer.problem["code"] == "request-malformed"


@pytest.mark.parametrize("said", [b"nonsense\r\n\r\n", b"GET /me HTTP/9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"])
def test_what_is_no_http_is_refused_with_a_problem(tight: str, said: bytes) -> None:
    with Raw(tight) as raw:
        raw.send(said)
        answer = raw.answer()
        assert (answer.status, answer.problem["code"]) == (400, "request-malformed")
        assert raw.closed()


def test_an_answer_that_nobody_reads_is_not_kept(
    company: Company, alone: tuple[Company, CommandExecutor, Urls]
) -> None:
    with served(*alone[1:], replace(TIGHT, calls_per_minute=10**9)) as url, Raw(url, receive_buffer=4_096) as raw:
        # When much is asked for, and nothing of it read
        request = head(company, path="/openapi.json", method="GET").encode()
        # Then
        assert raw.flooded_until_closed(request, 500)


def test_one_connection_too_many_ends_the_one_idle_for_longest(
    company: Company, alone: tuple[Company, CommandExecutor, Urls]
) -> None:
    limits = replace(LIMITS, connections=10, requests=2)
    with served(*alone[1:], limits) as url, client(url, company.agent) as agent:
        # Given one who has asked something, and as many who say nothing as there may be
        assert agent.get("/me").status_code == 200
        idle = [Raw(url) for _ in range(9)]
        # When others come
        with Raw(url) as first, Raw(url) as second:
            # Then the oldest of those make room, and everybody is served
            assert [idle[0].closed(), idle[1].closed()] == [True, True]
            assert agent.get("/me").status_code == 200
            for raw in (first, second, idle[-1]):
                raw.send(head(company, path="/me", method="GET"))
                assert raw.answer().status == 200
        for raw in idle:
            raw.close()


# -- rates


def test_a_caller_who_calls_too_often_waits_and_others_do_not(
    company: Company, alone: tuple[Company, CommandExecutor, Urls]
) -> None:
    with (
        served(*alone[1:], TIGHT) as url,
        client(url, company.agent) as agent,
        client(url, company.lead) as lead,
        client(url, None) as stranger,
    ):
        # When
        answers = [agent.get("/me") for _ in range(60)]
        strange = [stranger.get("/me") for _ in range(40)]
        # Then what ten seconds allow went through, and what was earned meanwhile
        refused = [each for each in answers if each.status_code == 429]
        assert [each.status_code for each in answers[:20]] == [200] * 20
        assert refused[-1].json()["code"] == "too-many-requests"
        assert int(refused[-1].headers["Retry-After"]) >= 1
        assert [each.status_code for each in strange[:10]] == [401] * 10
        assert {each.status_code for each in strange} == {401, 429}
        assert lead.get("/me").status_code == 200


@given(
    per_minute=st.integers(1, 10_000),
    gaps=st.lists(st.floats(0, 5), min_size=1, max_size=200),
)
def test_in_any_stretch_of_time_no_more_is_let_through_than_allowed(per_minute: int, gaps: list[float]) -> None:
    rate, now, let_through = Rate(per_minute), 1_000.0, []
    for gap in gaps:
        now += gap
        try:
            rate.count("somebody", now)
        except TooManyRequests as refusal:
            # Whoever waits as long as they are told is let through
            rate.count("somebody", now + refusal.retry_after_seconds)
            now += refusal.retry_after_seconds
        let_through.append(now)
    for begin in range(len(let_through)):
        for end in range(begin, len(let_through)):
            seconds = let_through[end] - let_through[begin]
            assert end - begin + 1 <= (seconds + max(BURST_SECONDS, 60 / per_minute)) * per_minute / 60 + 1e-3


def test_callers_without_number_take_no_memory_without_number() -> None:
    rate = Rate(1)
    for number in range(CALLERS + 500):
        rate.count(str(number), 0.0)
    assert len(rate._spent_until) == CALLERS
