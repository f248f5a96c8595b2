"""A marker in every text field of every route, sent in every way that goes well or wrong: none in logs or metrics.

The fields come from the contract, so that a new one is looked for without a change here.
"""

from __future__ import annotations

import io
import itertools
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog

from api.edge.metrics import Metrics
from cli.display import logs
from commands.executor.executor import CommandExecutor
from tests.support.contract import CONTRACT
from tests.support.marker_scan import STEM, markers_in, said, scan
from tests.support.serving import Company, client

CALLS = [(path, method, call) for path, calls in CONTRACT["paths"].items() for method, call in calls.items()]
VALUES = ("2026-06-01T09:00:00Z", "2026-06-01", "0" * 64, "de", "EUR", "1")
"""What other texts may be."""
EACH = 3
_numbers = itertools.count()


def marker() -> str:
    """A word of its own."""
    return f"{STEM}-{next(_numbers)}"


def filled(schema: dict[str, Any], ids: dict[str, str], name: str = "") -> Any:
    """A value with a marker in each text that takes one."""
    if "$ref" in schema:
        return filled(CONTRACT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], ids, name)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return filled(next(each for each in schema[several] if each.get("type") != "null"), ids, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            return {key: filled(each, ids, key) for key, each in schema.get("properties", {}).items()}
        case "array":
            return [filled(schema["items"], ids, name)]
        case "string":
            return _text(schema, ids, name)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    raise TypeError(f"no value is known for {name}: {schema}")


def _text(schema: dict[str, Any], ids: dict[str, str], name: str) -> str:
    if name in ids:
        return ids[name]
    for text in (
        marker(),
        f"conversation-{marker()}",
        "2026-06-01T09:00:00Z",
        "2026-06-01",
        "2026-06",
        "0" * 64,
        f"content-{'0' * 64}",
        "de",
        "EUR",
        "1",
    ):
        shaped = schema.get("format") in (None, "binary") or text[:1] == "2"
        if shaped and re.search(schema.get("pattern", ""), text) and len(text) <= schema.get("maxLength", 10**6):
            return text
    raise TypeError(f"no value is known for {name}: {schema}")


class Tool:
    """Makes each call in every way."""

    def __init__(self, url: str, company: Company, *, long: bool) -> None:
        self._url = url
        self._company = company
        self._long = long
        self._turns = itertools.count()
        self.ids = {"customer_id": company.customer, "team_id": company.team, "agent_id": company.agent}
        self.statuses: set[int] = set()
        self.answers: list[str] = []

    def call_all(self) -> None:
        """Every route: as it should be, and as it should not."""
        self._call(None)

    def command_all(self) -> None:
        """Every command, as it should be."""
        self._call(1)

    def _call(self, ways: int | None) -> None:
        # Last, what the others need is forgotten.
        for path, method, call in sorted(CALLS, key=lambda each: each[2]["operationId"] == "erase"):
            if ways and method == "get":
                continue
            for role in call["x-roles"][:1]:
                with client(self._url, getattr(self._company, role)) as tool:
                    for parts in itertools.islice(self._ways(path, call), ways):
                        self._send(tool, method, parts)

    def _ways(self, path: str, call: dict[str, Any]) -> Iterator[dict[str, Any]]:
        kind = path.split("/")[1]
        real = {"conversations": self._company.conversation, "customers": self._company.customer}.get(kind)
        good, bad = (path.replace("{id}", id) for id in (real or self._company.agent, f"conversation-{marker()}"))
        schema = call.get("requestBody", {"content": {}})["content"].get("application/json", {}).get("schema")
        body: Any = filled(schema, self.ids) if schema else None
        parameters = [self._resolved(each) for each in call.get("parameters", [])]
        queries = {each["name"]: filled(each["schema"], self.ids, each["name"]) for each in parameters
                   if each["in"] == "query"}  # fmt: skip
        yield {"url": good, "json": body}
        yield {"url": bad, "json": body}
        for name, text in queries.items():
            yield {"url": good, "json": body, "params": {name: text}}
            yield {"url": good, "json": body, "params": {name: marker()}}
        if schema:
            yield {"url": good, "json": {**body, marker(): marker()}}
            yield {"url": good, "json": {name: {marker(): marker()} for name in body}}
        # What is looked at before any route: in the short form each route is asked in three of these ways, by turns.
        ways = list(self._ways_of_all(good, body, written=bool(schema)))
        first = next(self._turns) * EACH
        yield from ways if self._long else (ways[(first + number) % len(ways)] for number in range(EACH))

    def _ways_of_all(self, good: str, body: Any, *, written: bool) -> Iterator[dict[str, Any]]:
        yield {"url": f"{good}/{marker()}", "json": body, "params": {marker(): marker()}}
        yield {"url": good, "json": body, "headers": {"Authorization": f"Bearer {marker()}"}}
        yield {"url": good, "json": body, "headers": {"Idempotency-Key": marker()}}
        for header in ("If-Match", "At-Least"):
            yield {"url": good, "json": body, "headers": {header: marker()}}
        taken = ("Last-Event-ID", "traceparent", "Cookie", "User-Agent")  # whatever they say
        yield {"url": good, "json": body, "headers": {header: marker() for header in taken}}
        if written:
            yield {"url": good, "json": marker()}
            yield {"url": good, "content": f'{{"body": "{marker()}'}

    def _resolved(self, parameter: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in parameter:
            found: dict[str, Any] = CONTRACT["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
            return found
        return parameter

    def _send(self, tool: httpx.Client, method: str, parts: dict[str, Any]) -> None:
        with tool.stream(method.upper(), **parts) as answer:
            self.statuses.add(answer.status_code)
            if not answer.headers["Content-Type"].startswith("text/event-stream"):
                self.answers.append(answer.read().decode())


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """This process's logs."""
    to = io.StringIO()
    logs.configure(to)
    yield to
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], force=True)


def test_no_text_of_any_route_gets_into_logs_or_metrics(
    api: str, company: Company, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, long: bool
) -> None:
    # When all is called
    tool = Tool(api, company, long=long)
    tool.call_all()

    # And each command fails with what it was asked in its message
    def fails(_: CommandExecutor, context: Any, work: Any, **asked: Any) -> None:
        raise ValueError(f"could not do {asked}, {[cell.cell_contents for cell in work.__closure__ or ()]}")

    monkeypatch.setattr(CommandExecutor, "run", fails)
    tool.command_all()
    with client(api, None) as anybody:
        metrics = anybody.get("/metrics").text
    # Then
    sent = {f"{STEM}-{number}" for number in range(next(_numbers))}
    assert {200, 201, 401, 404, 422, 500} <= tool.statuses
    assert markers_in(scan(sent, said("answers", "\n".join(tool.answers)))) - {STEM}, (
        "and some were stored and are shown"
    )
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {line["route"] for line in lines if line["event"] == "request"} >= {path for path, _, _ in CALLS}
    assert any(line.get("error", "").startswith("ValueError") for line in lines)
    assert scan(sent, said("log", written.getvalue())) == []
    assert scan(sent, said("metrics", metrics)) == []


def test_the_scan_finds_what_is_put_there_on_purpose(written: io.StringIO) -> None:
    # Given
    mine = marker()
    metrics = Metrics()
    # When
    structlog.get_logger("api").info("request", body=mine)
    metrics.request("GET", f"/inbox?product_area={mine}", 200, 0.1)
    # Then
    assert markers_in(scan([mine], said("log", written.getvalue()))) == {mine}
    assert markers_in(scan([mine], said("metrics", metrics.text(None, {}, {"calls": 0, "commands": 0})))) == {mine}
    # And a library that logs an exception says where, not what
    written.truncate(written.seek(0))
    try:
        raise ValueError(mine)
    except ValueError:
        logging.getLogger("some.library").exception("it failed")
    assert json.loads(written.getvalue())["error"] == "ValueError"
    assert scan([mine], said("log", written.getvalue())) == []
