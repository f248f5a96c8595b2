"""What those who run it look at: probes, metrics, logs and traces."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from cli.display import logs
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.health.check import Thresholds
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.quarantine import Quarantine, QuarantinedEvent
from projections.catalogue import VIEWS
from projections.conversation.inbox import INBOX
from tests.support.following import catch_up
from tests.support.serving import Company, client, served
from tests.support.waiting import wait_until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"

Lines = Callable[[int], list[dict[str, Any]]]


@pytest.fixture
def anybody(api: str) -> Iterator[httpx.Client]:
    """Somebody without a token."""
    with client(api, None) as calling:
        yield calling


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The first so many log lines of this process. A server writes the line of a request after its answer: whoever
    has the answer waits for the line."""
    written = io.StringIO()
    logs.configure(written)

    def first(count: int) -> list[dict[str, Any]]:
        wait_until(lambda: written.getvalue().count("\n") >= count, 10, f"{count} lines in the log")
        return [json.loads(line) for line in written.getvalue().splitlines()]

    yield first
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], force=True)


@pytest.mark.parametrize(("logger", "event"), [("live", "live-client-cut-off"), ("tokens", "token-keys-changed")])
def test_what_is_no_fault_is_logged_as_well(lines: Lines, logger: str, event: str) -> None:
    structlog.get_logger(logger).info(event)
    assert [line["event"] for line in lines(1)] == [event]


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Each metric by name and labels' values."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


# -- probes


def test_probes_need_no_token_and_say_what_was_looked_at(anybody: httpx.Client, company: Company) -> None:
    assert anybody.get("/livez").status_code == 200
    assert [anybody.head(probe).status_code for probe in ("/livez", "/readyz")] == [200, 200]
    ready = anybody.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    checks = ready.json()["checks"]
    views = {f"{view.name} v{view.version}" for view in VIEWS}
    assert checks.keys() == {"database", "vault", "schema", "log"} | views
    inbox = checks[f"inbox v{INBOX.version}"]
    assert inbox.keys() == {
        "ok", "live", "position", "behind", "behind_seconds", "leased", "lease_seconds", "parked",
    }  # fmt: skip
    assert inbox["leased"]


def test_it_is_not_ready_while_a_view_is_late_or_set_aside_too_much(
    executor: CommandExecutor, log: Log, company: Company, projector: Database, database_urls: Urls
) -> None:
    # Given a log that nobody follows
    def checks(**thresholds: Any) -> tuple[int, dict[str, Any]]:
        with (
            served(executor, database_urls, thresholds=Thresholds(**thresholds)) as url,
            client(url, None) as anybody,
        ):
            answer = anybody.get("/readyz")
            assert answer.status_code == 200 or answer.headers["Retry-After"] == "1"
            return answer.status_code, answer.json()["checks"][f"inbox v{INBOX.version}"]

    # When, then
    status, late = checks(lag_seconds=0.001)
    assert (status, late["ok"], late["leased"], late["lease_seconds"]) == (503, False, False, None)
    assert late["behind"] == log.position()
    assert late["behind_seconds"] > 0
    assert checks(lag_seconds=60)[0] == 200
    # When it is followed, and something is set aside
    catch_up(log, projector)
    with projector.connection() as connection:
        quarantine = Quarantine(INBOX.name, INBOX.version)
        quarantine.add(connection, [QuarantinedEvent(INBOX.name, INBOX.version, "conversation-1", 1, "ValueError")])
    # Then
    status, quarantined = checks(lag_seconds=0.001, quarantined=0)
    assert (status, quarantined["parked"], quarantined["behind_seconds"]) == (503, 1, 0)
    assert checks(lag_seconds=0.001, quarantined=1)[0] == 200
    # When another version is still being built
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.views SET generation = 0 WHERE name = %s", [INBOX.name])
    # Then
    status, built = checks(quarantined=1)
    assert (status, built["live"]) == (503, False)


# -- metrics


def test_metrics_count_by_route_and_code_and_hold_no_id(
    anybody: httpx.Client, agent: httpx.Client, company: Company, log: Log
) -> None:
    # When
    replies = f"/conversations/{company.conversation}/replies"
    for key in ("a", "a", "b"):
        answer = agent.post(replies, json={"body": "Hello"}, headers={"Idempotency-Key": key})
        assert answer.status_code == 201, answer.text
    assert agent.post(replies, json={"body": "other"}, headers={"Idempotency-Key": "b"}).status_code == 422
    shown = agent.get(f"/conversations/{company.conversation}", headers={"At-Least": str(log.position())})
    assert shown.status_code == 200
    assert agent.get(f"/nowhere/{company.conversation}").status_code == 404
    # Then
    text = anybody.get("/metrics").text
    found = samples(text)
    route = "/conversations/{id}/replies"
    assert found["antiphon_requests_total", ("POST", route, "201")] == 3
    assert found["antiphon_requests_total", ("POST", route, "422")] == 1
    assert found["antiphon_requests_total", ("GET", "/conversations/{id}", "200")] == 1
    assert found["antiphon_requests_total", ("GET", "(none)", "404")] == 1
    assert found["antiphon_request_seconds_count", ("POST", route)] == 4
    assert found["antiphon_commands_total", ("reply", "done")] == 3
    assert found["antiphon_commands_total", ("reply", "idempotency-key-reused")] == 1
    assert found["antiphon_log_position", ()] == log.position()
    assert found["antiphon_append_commands_total", ()] >= 2
    assert found["antiphon_database_up", ()] == 1
    assert found["antiphon_follower_leased", (INBOX.name, str(INBOX.version))] == 1
    assert found["antiphon_follower_parked", (INBOX.name, str(INBOX.version))] == 0
    assert found["antiphon_pool_size", ("reader",)] >= 1
    assert found["antiphon_live_streams", ()] == 0
    assert found["process_resident_memory_bytes", ()] > 0
    assert all(id not in text for id in (company.conversation, company.agent, company.customer))


def test_metrics_are_for_this_machine_or_for_whoever_brings_their_token(
    anybody: httpx.Client, executor: CommandExecutor, database_urls: Urls
) -> None:
    assert anybody.get("/metrics").status_code == 200
    for passed_on in ({"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}):
        refused = anybody.get("/metrics", headers=passed_on)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    with served(executor, database_urls, metrics_token="0123456789abcdef") as url, client(url, None) as remote:
        assert remote.get("/metrics").status_code == 403
        assert remote.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
        brought = {"Authorization": "Bearer 0123456789abcdef", "X-Forwarded-For": "203.0.113.7"}
        assert remote.get("/metrics", headers=brought).status_code == 200


# -- logs


def test_each_request_is_one_line_without_ids_queries_or_bodies(
    api: str, company: Company, lines: Lines, agent: httpx.Client
) -> None:
    # When
    headers = {"Correlation-Id": "desk-7", "traceparent": TRACEPARENT}
    answer = agent.post(f"/conversations/{company.conversation}/notes", json={"body": "hush"}, headers=headers)
    agent.get("/inbox", params={"product_area": "hush", "kind": "hush"})
    for probe in ("/livez", "/readyz"):
        agent.get(probe)
    # Then
    posted, read = (line for line in lines(2) if line["event"] == "request")
    assert posted.pop("ms") > 0
    assert posted.pop("timestamp")
    assert posted == {
        "event": "request", "level": "info", "method": "POST", "route": "/conversations/{id}/notes", "status": 201,
        "code": None, "caller": company.agent, "correlation_id": "desk-7", "trace_id": TRACE,
    }  # fmt: skip
    assert answer.headers["Correlation-Id"] == "desk-7"
    assert (read["route"], read["status"], read["code"], read["caller"]) == ("/inbox", 422, "input-invalid", None) or (
        read["caller"] == company.agent
    )
    assert "hush" not in json.dumps([posted, read])
    assert "trace_id" not in read


def test_an_unexpected_failure_is_answered_and_logged_without_its_text(
    api: str, company: Company, lines: Lines, agent: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    def fails(*_: Any, **__: Any) -> None:
        try:
            raise KeyError("hush")
        except KeyError as error:
            raise ValueError(f"could not take in {error}") from error

    monkeypatch.setattr("commands.conversation.handlers.act", fails)
    # When
    answer = agent.post(f"/conversations/{company.conversation}/notes", json={"body": "hush"})
    # Then
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "internal-error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    failed, request = lines(2)
    assert failed["event"] == "request-failed"
    assert failed["error"] == "ValueError from KeyError"
    assert failed["at"][-1].endswith(" fails")
    assert failed["correlation_id"] == request["correlation_id"] == problem["correlation_id"]
    assert (request["status"], request["code"]) == (500, "internal-error")
    assert "hush" not in json.dumps([failed, request, problem])
    # And the next one is served
    assert agent.get("/me").status_code == 200


# -- traces


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (TRACEPARENT, TRACEPARENT),
        (f"01-{TRACE}-00f067aa0ba902b7-01-more", TRACEPARENT),  # of a later version: what it has in common with ours
        (f"00-{TRACE}-00f067aa0ba902b7-01-more", None),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        (None, None),
    ],
)
def test_a_trace_goes_along_into_the_events_and_back_and_none_is_begun(
    agent: httpx.Client, company: Company, log: Log, given: str | None, kept: str | None
) -> None:
    # When
    headers = {"traceparent": given} if given else {}
    answer = agent.post(f"/conversations/{company.conversation}/notes", json={"body": "so"}, headers=headers)
    # Then
    assert answer.headers.get("traceparent") == kept
    noted = log.streams([company.conversation])[company.conversation][-1]
    assert noted.envelope.traceparent == kept
    assert noted.envelope.correlation_id == answer.headers["Correlation-Id"]
