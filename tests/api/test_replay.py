"""Reads as of a time and as known at a time, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import httpx
import pytest

from api.edge import computing
from audit.replay import GoOn, Replay
from commands.conversation.delivering import deliver
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.service_level.putting_in_force import put_in_force
from domain.kernel.as_known import Instants
from domain.service_level.policy_file import PoliciesInFile
from infra.log.application import Log
from tests.api.test_customer_side import done, read
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.feedback import LEAKS, THEMES, complain
from tests.support.serving import Company


def lines(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [line["text"] for line in page["lines"] if line["kind"] in ("received", "sent")]


def test_a_conversation_is_read_as_known_then_without_an_etag(
    api: str, agent: httpx.Client, company: Company, log: Log
) -> None:
    # Given
    agent.headers["At-Least"] = str(log.position())
    path = f"/conversations/{company.conversation}"
    (last,) = log.recorded_events(log.read(log.position() - 1))
    then = {"known_at": last.recorded_at.isoformat()}
    before = read(agent, path)
    done(agent.post(f"{path}/replies", json={"body": "It is on its way"}), agent)
    # When
    answer = agent.get(path, params=then)
    # Then
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert {**answer.json(), "position": 0} == {**before, "position": 0}
    assert lines(read(agent, path))[-1] == "It is on its way"
    assert lines(read(agent, f"{path}/history", **then)) == lines(before)


def test_what_was_not_there_yet_is_not_found(api: str, agent: httpx.Client, company: Company) -> None:
    for path in (f"/conversations/{company.conversation}", f"/customers/{company.customer}"):
        assert agent.get(path, params={"as_of": "1999-01-01T00:00:00Z"}).status_code == 404
        assert agent.get(path, params={"known_at": "1999-01-01"}).status_code == 422


def recorded_last(log: Log) -> dict[str, str]:
    """As known when the last event was recorded."""
    (last,) = log.recorded_events(log.read(log.position() - 1))
    return {"known_at": last.recorded_at.isoformat()}


def put_policy(executor: CommandExecutor, reply_within: str, correct_from: str | None = None) -> None:
    targets = {"first_reply": reply_within}
    in_file = {
        "calendars": {"office": {"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}}},
        "policies": {"standard": {"calendar": "office", "targets": targets}},
    }
    put_in_force(executor, PoliciesInFile.model_validate(in_file), AGENT, correct_from=correct_from)


def test_what_is_about_no_one_thing_is_read_as_known_then(
    api: str, agent: httpx.Client, company: Company, executor: CommandExecutor, log: Log
) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    complain(executor, "ada", "leaks")
    put_policy(executor, "PT4H")
    agent.headers["At-Least"] = str(log.position())
    then = recorded_last(log)
    (policy,) = read(agent, "/policies")["policies"]
    asked: list[tuple[str, dict[str, str]]] = [
        ("/inbox", {"include": "names"}),
        ("/inbox", {"order": "due", "include": "words"}),
        ("/inbox/counts", {}),
        ("/policies", {}),
        (f"/policies/{policy['id']}", {}),
        ("/calendars", {}),
        ("/signals", {}),
        (f"/signals/{LEAKS}", {}),
        (f"/signals/{LEAKS}/verbatims", {}),
        (f"/signals/{LEAKS}/after-shipping", {}),
        ("/search", {"words": "ke*", "customer_id": company.customer}),
        (f"/customers/{company.customer}/contact", {}),
    ]
    before = [read(agent, path, **more) for path, more in asked]
    # When
    complain(executor, "bea", "leaks")
    put_policy(executor, "PT2H", correct_from="2026-01-01")
    deliver(executor, mail(7, "another"), GATEWAY)
    done(agent.post(f"/conversations/{company.conversation}/replies", json={"body": "The kettle comes"}), agent)
    # Then
    for (path, more), seen in zip(asked, before, strict=True):
        assert {**read(agent, path, **more, **then), "position": 0} == {**seen, "position": 0}, path
    assert read(agent, "/signals")["signals"][0]["people"] == 2
    assert len(read(agent, f"/policies/{policy['id']}")["rule"]["versions"]) == 2
    for path, name in (("/policies", "policies"), ("/inbox", "items"), ("/signals", "signals")):
        assert read(agent, path, as_of="1999-01-01T00:00:00Z")[name] == []


def test_what_was_is_searched_for_one_customer(api: str, agent: httpx.Client) -> None:
    answer = agent.get("/search", params={"words": "kettle", "as_of": "2026-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")


def test_a_replay_whose_caller_has_gone_stops(
    api: str, agent: httpx.Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a log without an end
    begun, ended = Event(), Event()

    def endless(self: Replay, names: object, instants: Instants, go_on: GoOn, *, opened: bool) -> Iterator[Any]:
        begun.set()
        try:
            while not ended.wait(0.01):
                go_on()
        finally:
            ended.set()
        yield from ()

    monkeypatch.setattr(Replay, "_events", endless)
    # When the caller does not wait
    with pytest.raises(httpx.ReadTimeout):
        agent.get("/inbox", params={"known_at": "2200-01-01T00:00:00Z"}, timeout=1)
    # Then
    stopped = ended.wait(10)
    ended.set()
    assert (begun.is_set(), stopped) == (True, True)


def test_a_replay_ends_when_nobody_waits_for_it_any_more(
    api: str, agent: httpx.Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a deadline that has passed, which is asked for together with whether the caller is there
    monkeypatch.setattr(computing, "SECONDS", -1)
    # Then
    for path in (f"/conversations/{company.conversation}", "/inbox", "/signals"):
        answer = agent.get(path, params={"as_of": "2200-01-01T00:00:00Z"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
