"""Values, depth and bytes of a large body are bounded before it is parsed, by its route; a large body is parsed and
validated apart from the event loop; and a caller pays for bytes, not for calls alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.edge.body_bounds import LEAST_BYTES, BodyBounds
from api.edge.limits import BURST_SECONDS, CALL_BYTES, Rate, TooManyRequests
from api.edge.strict_json import StrictJSON
from api.server import routes
from commands.executor.executor import CommandExecutor
from domain.conversation.as_sent import MOST_SENT
from infra import strict_json
from infra.embedded.postgres import Urls
from tests.support.serving import LIMITS, Company, client, served

JSON = {"Content-Type": "application/json"}


@contextmanager
def not_parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within, nothing may be parsed."""

    def parsed(*_: object, **__: object) -> None:
        raise AssertionError("it was parsed")

    with monkeypatch.context() as patched:
        patched.setattr(json, "loads", parsed)
        yield


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"body": [[1] * 990] * 1_000}),
        json.dumps(["a"] * 20_002),
        '{"a":' * 1_000,
        "[" * 5_000,
        "]" * 50_000,
        '""' * 50_000,
        "{}" * 20_001,
    ],
    ids=["lists", "texts", "objects in objects", "lists in lists", "only ends", "only texts", "objects"],
)
def test_values_and_depth_are_counted_before_parsing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with not_parsed(monkeypatch), pytest.raises(strict_json.NotStrict):
        strict_json.decoded(text.encode())


@pytest.mark.parametrize(
    "value",
    [
        {"body": 'one, two; [three], {four}: "five" \\' * 3_000},
        {"body": "\\" * 10_001},
        {"body": ["a, b"] * 15_000},
        [[[[{"a": "x" * 5_000}]]]],
    ],
    ids=["signs in a text", "backslashes", "many texts", "a long one, deep inside"],
)
def test_signs_inside_of_texts_are_no_values(value: object) -> None:
    assert strict_json.decoded(json.dumps(value).encode()) == value


def _with_bodies(found: Any) -> Iterator[StrictJSON]:  # Any: whatever FastAPI takes for a route
    for route in found:
        if hasattr(route, "original_router"):
            yield from _with_bodies(route.original_router.routes)
        elif isinstance(route, APIRoute) and route.body_field:
            assert isinstance(route, StrictJSON), route.path
            yield route


def test_each_route_has_bounds_of_its_own() -> None:
    bounds = {route.name: route.bounds for route in _with_bodies(routes().routes)}
    assert len(bounds) > 30
    assert bounds["change_priority"] == BodyBounds(LEAST_BYTES, 1_000, 1_000)
    # What a customer says may have any length; a list of files or lines has its end.
    assert bounds["deliver"].bytes is None
    # Many files, and many cells of a table.
    large = {name for name, each in bounds.items() if each.values >= strict_json.MOST_VALUES}
    assert large == {"deliver", "publish_table", "try_version"}
    assert bounds["deliver"].values > MOST_SENT * 5
    assert bounds["deliver"].items == MOST_SENT


def test_the_longest_valid_body_is_within_the_bounds_of_its_schema() -> None:
    schema = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": 100_000},
            "many": {"type": "array", "maxItems": 2_000, "items": {"anyOf": [{"$ref": "#/$defs/Pair"}]}},
        },
        "$defs": {"Pair": {"type": "object", "properties": {"a": {"type": "string", "maxLength": 2}, "b": {}}}},
    }
    longest = {"text": "\U0001f600" * 100_000, "many": [{"a": "\U0001f600" * 2, "b": 1}] * 2_000}
    bounds = BodyBounds.of(schema)
    text = json.dumps(longest).encode()
    assert bounds.bytes
    assert bounds.bytes > len(text)
    assert strict_json.decoded(text, None, bounds.values) == longest
    with pytest.raises(strict_json.NotStrict):
        strict_json.decoded(text, None, 6_000)


def test_bytes_are_paid_for_and_then_waited_for() -> None:
    rate = Rate(60)
    rate.count("somebody", 0.0)
    # When a body costs as much as a hundred calls
    rate.charge("somebody", 100 * CALL_BYTES, 0.0)
    # Then the next call waits until they are earned, and nobody else does
    with pytest.raises(TooManyRequests) as refused:
        rate.count("somebody", 0.0)
    assert refused.value.retry_after_seconds == 100 + 2 - BURST_SECONDS
    rate.count("somebody", float(refused.value.retry_after_seconds))
    rate.count("somebody else", 0.0)


def test_a_small_body_costs_one_call() -> None:
    rate = Rate(60)
    for _ in range(10):
        rate.count("somebody", 0.0)
        rate.charge("somebody", CALL_BYTES - 1, 0.0)
    with pytest.raises(TooManyRequests):
        rate.count("somebody", 0.0)


def test_large_bodies_are_read_apart_and_answered_the_same(
    executor: CommandExecutor, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, read = Company.founded(executor), []
    usual = StrictJSON.parsed

    def parsed(self: StrictJSON, body: bytes) -> Any:
        read.append((len(body) > strict_json.SMALL_BYTES, threading.current_thread().name))
        return usual(self, body)

    monkeypatch.setattr(StrictJSON, "parsed", parsed)
    path = f"/conversations/{company.conversation}"
    with served(executor, database_urls) as url, client(url, company.agent) as agent:

        def told(method: str, path: str, value: object) -> tuple[int, str, str]:
            answer = agent.request(method, path, content=json.dumps(value).encode(), headers=JSON)
            return answer.status_code, answer.json().get("code", ""), answer.json().get("detail", "")

        # When small and large bodies come, right and wrong
        long = "word " * 10_000
        assert told("POST", f"{path}/notes", {"body": "short"})[0] == 201
        assert told("POST", f"{path}/notes", {"body": long})[0] == 201
        wrong = told("POST", f"{path}/notes", {"body": "short", "more": 1})
        # Then a fault is told in the same words
        assert told("POST", f"{path}/notes", {"body": long, "more": 1}) == wrong
        assert wrong[:2] == (422, "input-invalid")
        assert told("POST", f"{path}/notes", {"body": [[1] * 990] * 600})[:2] == (422, "input-invalid")
        assert told("PUT", f"{path}/priority", {"priority": "high" + " " * LEAST_BYTES})[:2] == (413, "body-too-large")
    # And each large body was read by a thread that is not the event loop's
    loop = {thread for large, thread in read if not large}
    assert len(loop) == 1
    assert {large for large, _ in read} == {True, False}
    assert loop.isdisjoint(thread for large, thread in read if large)


def test_a_caller_who_sends_much_is_told_to_wait(executor: CommandExecutor, database_urls: Urls) -> None:
    company = Company.founded(executor)
    limits = replace(LIMITS, calls_per_minute=60)
    with (
        served(executor, database_urls, limits) as url,
        client(url, company.agent) as agent,
        client(url, company.lead) as lead,
    ):
        # When a body costs many calls
        path = f"/conversations/{company.conversation}/notes"
        assert agent.post(path, json={"body": "short"}).status_code == 201
        assert agent.post(path, content=b'{"body":"' + b"a" * 1_000_000 + b'"}', headers=JSON).status_code == 422
        # Then the sender waits, and nobody else does
        answer = agent.post(path, json={"body": "short"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")
        assert int(answer.headers["Retry-After"]) > 1
        assert lead.get("/me").status_code == 200
