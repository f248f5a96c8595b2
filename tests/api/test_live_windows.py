"""Live windows: so many rows at most, all of them anew, and no trace of what is not shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from httpx_sse import connect_sse

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote, ChangePriority, SendReply
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.serving import Company, client


@contextmanager
def following(http: httpx.Client, path: str, **headers: str) -> Iterator[Iterator[dict[str, Any]]]:
    """The events of a stream, but heartbeats, each with its name and id."""
    with connect_sse(http, "GET", path, headers=headers) as stream:
        assert stream.response.status_code == 200, stream.response.read()
        yield ({"name": each.event, "id": each.id, **each.json()} for each in stream.iter_sse() if each.data)


def test_a_window_of_the_inbox_has_no_more_rows_than_asked_for(
    agent: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    # Given three that wait
    second, third = (deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY) for n in (2, 3))
    at_least = {"At-Least": str(third.position)}
    with following(agent, "/inbox/live?limit=2&status=open&status=on_hold", **at_least) as events:
        # When
        first = next(events)
        conversations.act(executor, second.id, ChangePriority(priority="high"), AGENT)
        changed = next(events)
        conversations.act(executor, company.conversation, SendReply(body="Yes"), AGENT)
        moved = next(events)
    # Then each event has the whole window, as a read shows it
    assert [each["name"] for each in (first, changed, moved)] == ["state"] * 3
    assert [shown(each) for each in (first, changed, moved)] == [
        [company.conversation, second.id], [company.conversation, second.id], [second.id, third.id],
    ]  # fmt: skip
    page = agent.get("/inbox", params={"limit": 2}, headers={"At-Least": str(moved["position"])}).json()
    assert moved["items"] == {"changed": page["items"], "gone": []}
    # When somebody comes back who has that window
    with following(agent, "/inbox/live?limit=2&status=open&status=on_hold", **{"Last-Event-ID": moved["id"]}) as events:
        conversations.act(executor, third.id, ChangePriority(priority="low"), AGENT)
        # Then only what is new comes
        assert next(events)["items"]["changed"][1]["priority"] == "low"
    # When the same id comes for another window
    with following(agent, "/inbox/live?limit=1", **{"Last-Event-ID": moved["id"]}) as events:
        assert shown(next(events)) == [second.id]


def heard_until(events: Iterator[dict[str, Any]], fits: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """What is heard up to an event that fits; the test fails when ten others come first."""
    heard: list[dict[str, Any]] = []
    for each in events:
        heard.append(each)
        if fits(each):
            return heard
        assert len(heard) < 10, heard
    raise AssertionError(heard)


def shown(event: dict[str, Any]) -> list[str]:
    return [each["conversation_id"] for each in event["items"]["changed"]]


def test_a_customer_follows_their_own_and_nothing_internal_leaves_a_trace(
    api: str, company: Company, executor: CommandExecutor
) -> None:
    path = f"/me/conversations/{company.conversation}"
    other = deliver(executor, mail(2, "t2", "eve@example.org"), GATEWAY)
    with client(api, company.customer) as customer:
        at_least = {"At-Least": str(other.position)}
        with (
            following(customer, f"{path}/live", **at_least) as events,
            following(customer, "/me/conversations/live", **at_least) as all_events,
        ):
            first, listed = next(events), next(all_events)
            # When colleagues write among themselves, and then an answer
            conversations.act(executor, company.conversation, AddNote(body="a marked secret"), AGENT)
            conversations.act(executor, other.id, SendReply(body="for somebody else"), AGENT)
            replied = conversations.act(executor, company.conversation, SendReply(body="It is on its way"), AGENT)
            seen = customer.get(path, headers={"At-Least": str(replied.position)}).json()
            # (Two views show the answer, one after the other.)
            heard = heard_until(
                events,
                lambda each: (
                    len(each["lines"]["changed"]) == len(seen["lines"])
                    and each["conversation"]["changed"] == [seen["conversation"]]
                ),
            )
            heard_until(all_events, lambda each: each["conversations"]["changed"] == [seen["conversation"]])
        # Then they hear of the answer, as a read shows it, and of nothing else
        assert listed["conversations"]["changed"] == first["conversation"]["changed"]
        assert heard[-1]["lines"]["changed"] == list(reversed(seen["lines"]))
        assert len(seen["lines"]) == len(first["lines"]["changed"]) + 1
        assert len(heard) <= 2
        assert {each["name"] for each in heard} == {"state"}
        assert "secret" not in repr(heard)
        # And what is somebody else's does not exist
        refused = customer.get(f"/me/conversations/{other.id}/live")
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
