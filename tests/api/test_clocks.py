"""The clocks of a conversation over HTTP: as of any time, and as they were known at any time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api.routes.service_level import clocks
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.clocks import evaluate
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import SendReply
from domain.service_level.policy_decisions import CorrectPolicy
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.cursor import encoded
from process.service_level import ClockTimers
from process.watch import Watch
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries
from tests.support.waiting import wait_until

ASKED = "2026-06-01T09:00:00+00:00"


def test_a_clock_names_its_policy_and_is_shown_as_of_and_as_known_then(
    agent: httpx.Client, executor: CommandExecutor
) -> None:
    # Given a conversation that nobody put under a policy, and an answer
    policy_id = policy_for_inquiries(executor)
    conversation_id = deliver(executor, mail(7, "t7", "7@example.org"), GATEWAY).id
    path = f"/conversations/{conversation_id}/clocks"
    (running,) = agent.get(path).raise_for_status().json()["clocks"]
    asked = datetime.fromisoformat(running["started_at"])
    position = conversations.act(executor, conversation_id, SendReply(body="Here"), AGENT).position
    # Then the policy that fits was chosen, and the answer is what it was judged by
    now = agent.get(path).raise_for_status().json()
    (first,) = now["clocks"]
    assert (running["state"], first["state"], first["policy_id"]) == ("running", "met", policy_id)
    assert (first["policy_version"], first["calendar_version"], first["target"]) == (1, 1, "PT1H")
    assert first["positions"][-1] == position
    assert datetime.fromisoformat(first["due_at"]) == asked + timedelta(hours=1)
    # When the target should have been tighter ever since
    known_at = now["now"]
    tighter = CorrectPolicy(correct_from=asked, targets={"first_reply": timedelta()})
    sla.change_policy(executor, policy_id, tighter, AGENT)
    evaluate(executor, ClockFacts(executor.log, "UTC"), conversation_id, AGENT)
    # Then it is missed, and was not as it was known then
    (corrected,) = agent.get(path).raise_for_status().json()["clocks"]
    assert (corrected["state"], corrected["policy_version"]) == ("met-late", 2)
    assert corrected["detected_at"] is not None
    (known,) = agent.get(path, params={"known_at": known_at}).raise_for_status().json()["clocks"]
    assert known["state"] == "met"
    # And before it was opened, there is no conversation
    early = agent.get(path, params={"as_of": (asked - timedelta(minutes=1)).isoformat()})
    assert (early.status_code, early.json()["code"]) == (404, "not-found")


def clocks_seen(agent: httpx.Client, conversation_id: str) -> list[dict[str, Any]]:
    """What the conversation shows of its clocks; nothing before the watch saw it."""
    rows = agent.get(f"/conversations/{conversation_id}").raise_for_status().json()["clocks"]
    return [clock for row in rows for clock in row["clocks"]]


def test_the_inbox_is_read_by_due_and_a_conversation_shows_its_clocks(
    agent: httpx.Client, executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given, and a watch
    policy_for_inquiries(executor)
    ago = replace(GATEWAY, occurred_at=log.now() - timedelta(minutes=30))
    later, sooner = (
        deliver(executor, mail(number, f"t{number}"), said).id for number, said in ((1, GATEWAY), (2, ago))
    )
    agent.headers["At-Least"] = str(log.position())
    with Watch(ClockTimers(executor, projector)):
        # When
        for id in (later, sooner):
            wait_until(lambda: clocks_seen(agent, id), 10, "the watch saw it")  # noqa: B023
    agent.headers["At-Least"] = str(log.position())
    page = agent.get("/inbox", params={"order": "due", "limit": 1}).raise_for_status().json()
    # Then
    (item,) = page["items"]
    assert (item["conversation_id"], item["due_metric"], item["due_missed"]) == (sooner, "first_reply", False)
    (clock,) = clocks_seen(agent, sooner)
    assert datetime.fromisoformat(clock["due_at"]) == datetime.fromisoformat(item["due_at"])
    # And pages go on, each in its order
    rest = {"order": "due", "cursor": page["cursor"]}
    assert [each["conversation_id"] for each in agent.get("/inbox", params=rest).json()["items"]] == [later]
    assert agent.get("/inbox", params={"cursor": page["cursor"]}).json()["code"] == "cursor-invalid"


def pages(agent: httpx.Client, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All pages, one after the other."""
    found = [agent.get(path, params=asked).raise_for_status().json()]
    while cursor := found[-1]["cursor"]:
        found.append(agent.get(path, params=asked | {"cursor": cursor}).raise_for_status().json())
    return found


def test_clocks_come_in_pages_as_of_the_first_one(
    agent: httpx.Client, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a conversation with several clocks, which ran in several stretches
    policy_for_inquiries(executor, metric="next_reply")
    id = deliver(executor, mail(1), GATEWAY).id
    for number in range(2, 5):
        conversations.act(executor, id, SendReply(body="Here"), AGENT)
        deliver(executor, mail(number), GATEWAY)
    path = f"/conversations/{id}/clocks"
    whole = agent.get(path).raise_for_status().json()
    assert (len(whole["clocks"]), whole["cursor"]) == (3, None)
    # When
    first = agent.get(path, params={"limit": 2}).raise_for_status().json()
    conversations.act(executor, id, SendReply(body="There"), AGENT)
    rest = agent.get(path, params={"cursor": first["cursor"]}).raise_for_status().json()
    # Then the answer that came meanwhile is not in it
    assert rest["now"] == first["now"]
    states = [each["state"] for each in (*first["clocks"], *rest["clocks"])]
    assert (states, rest["cursor"]) == (["met", "met", "running"], None)
    # And a page ends at so many bytes, and a clock at so many stretches or positions
    monkeypatch.setattr(clocks, "PAGE_BYTES", 100)
    monkeypatch.setattr(clocks, "MOST_STRETCHES", 1)
    found = pages(agent, path, as_of=first["now"])
    items = [item for page in found for item in page["clocks"]]
    assert len(found) == len(items) > 3
    for number, clock in enumerate([*first["clocks"], *rest["clocks"]], start=1):
        parts = [item for item in items if item["instance"] == number]
        assert [item["continues"] for item in parts] == [True] * (len(parts) - 1) + [False]
        joined = {key: [each for item in parts for each in item[key]] for key in ("stretches", "positions")}
        assert {**parts[0], **joined, "continues": False} == clock


@pytest.mark.parametrize("place", [[], ["x", "", "0"], [ASKED, "", "-1"], [ASKED, "", "1" * 20], [ASKED, "x", "0"]])
def test_a_cursor_of_clocks_that_was_not_given_out_is_refused(
    agent: httpx.Client, executor: CommandExecutor, place: list[str]
) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    answer = agent.get(f"/conversations/{id}/clocks", params={"cursor": encoded(place)})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-invalid")


def test_a_cursor_of_clocks_goes_on_at_its_own_time_only(agent: httpx.Client, executor: CommandExecutor) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    other = {"cursor": encoded([ASKED, "", "0"]), "as_of": "2026-06-02T09:00:00Z"}
    assert agent.get(f"/conversations/{id}/clocks", params=other).json()["code"] == "cursor-invalid"
