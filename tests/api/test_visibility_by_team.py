"""Whose a conversation is changes: streams end or go on without it, and what was just opened is there at once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from httpx_sse import connect_sse

from api.edge.visibility import Visibility
from api.live import routes as live
from commands import decision_table as decision_tables
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote, Assign, OpenConversation, ReceiveMessage
from domain.conversation.merging import MergeInto
from domain.conversation.splitting import SplitMessage
from domain.kernel.refusal import NotFound
from domain.staff import FormTeam
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.selection import Selection
from projections import visibility
from tests.api.test_access_matrix_of_teams import TABLE
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up
from tests.support.serving import OPERATOR, Company, client
from tests.support.statements import selections

UNASKED = {
    # Bases of selections across merged customers, and what verbs, timers and use cases read.
    "projections.conversation.inbox.OF_CUSTOMER", "projections.conversation.inbox.OPEN_OF_CUSTOMER",
    "projections.promise.OF_CUSTOMER", "projections.promise.STANDING_OF_CUSTOMER", "projections.order.OF_CUSTOMER",
    "projections.customer.timeline.MOMENTS", "projections.signal.items.OF_SIGNAL",
    "projections.conversation.history.OF_AUTHOR",
    "projections.service_level.clocks._ALL", "projections.service_level.clocks._RUNNING",
    # Launches, which are promised about signals and not in a conversation.
    "projections.promise.OF_SIGNAL",
    # By the id of one conversation, which was looked up.
    "projections.service_level.clocks.ONE", "projections.message.OF_CONVERSATION",
    # Asked for by those who see every team: the export of a person, and the list of holds.
    "projections.signal.items.OF_PERSON", "projections.hold.ALL",
    # A customer's own.
    "projections.message.TO_CUSTOMER",
}  # fmt: skip


@pytest.fixture
def legal(executor: CommandExecutor, company: Company) -> str:
    """A team whose conversations its members see only."""
    decision_tables.put(executor, {"visibility": TABLE}, OPERATOR)
    return staffing.form_team(executor, FormTeam(name="Legal"), OPERATOR).id


def test_a_stream_ends_before_it_shows_what_is_hidden(
    api: str, executor: CommandExecutor, company: Company, legal: str, log: Log
) -> None:
    # Given
    here, at_least = company.conversation, {"At-Least": str(log.position())}
    with (
        client(api, company.agent) as agent,
        connect_sse(agent, "GET", f"/conversations/{here}/live", headers=at_least) as stream,
    ):
        events = stream.iter_sse()
        assert next(events).event == "state"
        # When it is given away, and something is said of it
        conversations.act(executor, here, Assign(team_id=legal), AGENT)
        conversations.act(executor, here, AddNote(body="quokka"), AGENT)
        # Then
        (end,) = events
        assert (end.event, end.json()["code"]) == ("end", "not-found")


def test_what_is_hidden_is_not_told_as_gone(
    api: str, executor: CommandExecutor, company: Company, legal: str, log: Log
) -> None:
    # Given one conversation that is seen, and one that is not
    hidden = deliver(executor, mail(2, "t2", "bea@example.org"), GATEWAY).id
    conversations.act(executor, hidden, Assign(team_id=legal), AGENT)
    at_least = {"At-Least": str(log.position())}
    with client(api, company.agent) as agent, connect_sse(agent, "GET", "/inbox/live", headers=at_least) as stream:
        events = stream.iter_sse()
        shown = next(events)
        # When the one changes, and then the other
        conversations.act(executor, hidden, AddNote(body="quokka"), AGENT)
        conversations.act(executor, company.conversation, Assign(team_id=legal), AGENT)
        left = next(events)
        # Then only the other one is told of
        assert [each["conversation_id"] for each in shown.json()["items"]["changed"]] == [company.conversation]
        assert left.json()["items"] == {"changed": [], "gone": []}
        assert hidden not in shown.data + left.data


def test_a_stream_ends_once_a_table_hides_something(
    api: str, executor: CommandExecutor, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    with client(api, company.agent) as agent, connect_sse(agent, "GET", "/inbox/live") as stream:
        events = stream.iter_sse()
        assert next(events).event == "state"
        # When
        decision_tables.put(executor, {"visibility": TABLE}, OPERATOR)
        # Then, whatever else happened meanwhile
        end = next(each for each in events if each.event == "end")
        assert end.json()["code"] == "unavailable"


def test_what_was_just_opened_is_known_and_what_was_given_away_is_not(
    executor: CommandExecutor, company: Company, legal: str, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given an inbox that has none of what comes now
    catch_up(log, projector)
    opening: dict[str, Any] = {"customer_id": company.customer, "kind": "inquiry", "channel": "mail", "body": "Hm?"}
    opened, given, merged = (
        conversations.open_conversation(executor, OpenConversation(**opening), AGENT).id for _ in range(3)
    )
    conversations.act(executor, given, Assign(team_id=legal), AGENT)
    merging.merge(executor, merged, MergeInto(into=given), AGENT)
    looked_up = Visibility(executor, projector)
    # Then
    looked_up._check((), opened)
    looked_up._check((legal,), merged)
    for id in (given, merged, "conversation-0", "promise-0", "item-0"):
        with pytest.raises(NotFound):
            looked_up._check((), id)


def test_a_line_is_read_by_whoever_sees_where_it_is_shown(
    api: str, executor: CommandExecutor, company: Company, legal: str, log: Log
) -> None:
    # Given a message that went to another team
    said = ReceiveMessage(body="Another matter")
    conversations.act(executor, company.conversation, said, GATEWAY)
    version = len(log.streams([company.conversation])[company.conversation])
    split = SplitMessage(message_id=said.message_id, kind="inquiry")
    elsewhere = splitting.split(executor, company.conversation, split, AGENT).id
    conversations.act(executor, elsewhere, Assign(team_id=legal), AGENT)
    path, at_least = f"/conversations/{company.conversation}", {"At-Least": str(log.position())}

    def as_sent(caller: httpx.Client, line: int) -> int:
        return caller.get(f"{path}/as-sent", params={"version": line}).status_code

    with client(api, company.agent) as agent, client(api, company.lead) as lead:
        for each in (agent, lead):
            each.get(path, headers=at_least).raise_for_status()
            each.get("/inbox", headers=at_least).raise_for_status()
        assert (as_sent(lead, version), as_sent(agent, version)) == (200, 404)
        assert as_sent(agent, 2) == as_sent(lead, 2)


def test_what_was_is_read_by_whoever_sees_every_team(
    api: str, executor: CommandExecutor, company: Company, legal: str, log: Log
) -> None:
    at_least = {"At-Least": str(log.position())}
    for who, status in ((company.agent, 403), (company.lead, 200), (company.auditor, 200)):
        with client(api, who) as caller:
            for path in (f"/conversations/{company.conversation}", f"/customers/{company.customer}"):
                asked = caller.get(path, params={"known_at": "2200-01-01T00:00:00Z"}, headers=at_least)
                assert asked.status_code == status, (who, path)


def test_every_selection_with_conversations_is_narrowed_or_by_id() -> None:
    # Given every selection of rows that tell of conversations, but of those that customers read, and of timers
    rooms = ("projections.customer.customer_side.", "projections.customer.customer_promises.", "projections.timer.")
    of_conversations = {
        name: each
        for name, each in selections()
        if {"conversation_id", "stream", "conversations"} & set(each.table.columns) and not name.startswith(rooms)
    }
    # Then it is known what of it a caller sees
    decided: list[Selection[Any]] = [*visibility.NARROWED, *visibility.BY_ID]
    undecided = {name for name, each in of_conversations.items() if not any(each is one for one in decided)}
    assert undecided - UNASKED == set(), "narrow it in projections/visibility.py, or say why nobody has to"
