"""Which conversations the inbox shows, and how many there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.conversation.commands import Assign, ChangePriority, ChangeStatus, OpenConversation
from domain.staff import FormTeam, JoinStaff
from infra.log.application import Log
from infra.postgres.database import Database
from projections.conversation import history, inbox
from projections.conversation.inbox import Count
from projections.conversation.inbox_filter import NOBODY, Filter
from tests.support.companies import AGENT, GATEWAY
from tests.support.following import catch_up


@pytest.fixture
def ids(executor: CommandExecutor) -> dict[str, str]:
    """By what is special about each: conversations, a team and an agent."""
    customer = customers.register(executor, [ContactPoint("mail", "ada@example.org", "Ada")], AGENT).id
    team = staffing.form_team(executor, FormTeam(name="Care"), AGENT).id
    agent = staffing.join(executor, JoinStaff(handle="bo", name="Bo", roles=("agent",), team_id=team), AGENT).id

    def opened(body: str, *acts: Any, ago: timedelta = timedelta(0), **more: Any) -> str:
        opening = OpenConversation(
            **{"customer_id": customer, "kind": "inquiry", "channel": "mail", "body": body} | more
        )
        told = replace(GATEWAY, occurred_at=executor.log.now() - ago)
        id = conversations.open_conversation(executor, opening, told).id
        for act in acts:
            conversations.act(executor, id, act, AGENT)
        return id

    return {
        "team": team,
        "agent": agent,
        "plain": opened("One " + "w" * 500),
        "taken": opened("Two", Assign(team_id=team, agent_id=agent), ChangePriority(priority="high")),
        "team's": opened("Three", Assign(team_id=team), kind="complaint", channel="chat"),
        "held": opened("Four", ChangeStatus(status="on_hold"), language="de", segment="gold"),
        "closed": opened("Five", ChangeStatus(status="resolved")),
        "old": opened("Six", ago=timedelta(days=30), product_area="kettles"),
    }


def test_each_filter_shows_what_has_any_of_its_values(
    executor: CommandExecutor, ids: dict[str, str], log: Log, projector: Database
) -> None:
    catch_up(log, projector)
    then = log.now() - timedelta(days=1)
    every = {"plain", "taken", "team's", "held", "old"}
    for which, expected in [
        (Filter(), every),
        (Filter(status=["on_hold", "resolved"]), {"held", "closed"}),
        (Filter(agent_id=[NOBODY]), every - {"taken"}),
        (Filter(agent_id=[ids["agent"]]), {"taken"}),
        (Filter(agent_id=[NOBODY, ids["agent"]], team_id=[ids["team"]]), {"taken", "team's"}),
        (Filter(team_id=[NOBODY]), every - {"taken", "team's"}),
        (Filter(team_id=[ids["team"], "team-none"]), {"taken", "team's"}),
        (Filter(kind=["complaint", "order"]), {"team's"}),
        (Filter(channel=["chat"]), {"team's"}),
        (Filter(channel=["chat", "mail"]), every),
        (Filter(language=["de"]), {"held"}),
        (Filter(segment=["gold", "silver"]), {"held"}),
        (Filter(priority=["high", "urgent"]), {"taken"}),
        (Filter(product_area=["kettles"]), {"old"}),
        (Filter(opened_before=then), {"old"}),
        (Filter(opened_from=then), every - {"old"}),
        (Filter(due_from=then), set()),
        (Filter(due_before=then), set()),
    ]:
        with projector.connection() as connection:
            shown = {
                order: {item.conversation_id for item in inbox.read(connection, which, order=order).rows}
                for order in inbox.IN_ORDER
            }
        assert shown == {order: {ids[name] for name in expected} for order in inbox.IN_ORDER}, which


def test_conversations_are_counted_by_status_and_team_up_to_a_bound(
    executor: CommandExecutor, ids: dict[str, str], log: Log, projector: Database
) -> None:
    catch_up(log, projector)
    with projector.connection() as connection:
        counts, more = inbox.counts(connection)
        assert counts == [
            Count("on_hold", None, 1, 1, 1, 0),
            Count("open", ids["team"], 2, 1, 2, 0),
            Count("open", None, 2, 2, 2, 0),
            Count("resolved", None, 1, 1, 0, 0),
        ]
        assert more == []
        # When more are there than are counted
        counts, more = inbox.counts(connection, most=2)
        # Then
        assert (sum(each.number for each in counts if each.status == "open"), more) == (2, ["open"])


def test_the_first_of_the_words_said_last_are_found(
    executor: CommandExecutor, ids: dict[str, str], log: Log, projector: Database
) -> None:
    catch_up(log, projector)
    with projector.connection() as connection:
        words = history.last_words(connection, [ids["plain"], ids["held"], "conversation-none"], 10)
    assert words == {ids["plain"]: "One wwwwww", ids["held"]: "Four"}
