"""Subject, product area and language of a conversation are put right, with who did it; what was said stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import (
    AddInteraction,
    ChangeConversationLanguage,
    ChangeProductArea,
    ChangeSubject,
    ConversationCommand,
)
from domain.conversation.events import ProductAreaChanged
from domain.kernel.personal import ERASED
from domain.service_level.policy import Selects
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.memory import MemoryLog
from infra.postgres.database import Database
from projections.conversation import history, inbox
from projections.search import finding
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up, verify_all
from tests.support.open_work import erase
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import events_of

KETTLES = Selects(product_areas=("kettles",))


def opened(executor: CommandExecutor) -> str:
    """A conversation that began with all three."""
    sent = replace(mail(1), subject="Kettel lekas", language="en", product_area="toasters")
    return deliver(executor, sent, GATEWAY).id


@pytest.fixture
def deciding(memory_log: MemoryLog) -> CommandExecutor:
    """Commands over a log in memory."""
    return CommandExecutor(memory_log)


@pytest.mark.parametrize(
    "command", [ChangeProductArea(product_area="toasters"), ChangeConversationLanguage(language="en")], ids=repr
)
def test_what_is_so_already_changes_nothing(deciding: CommandExecutor, command: ConversationCommand) -> None:
    id = opened(deciding)
    before = len(events_of(deciding.log, id))
    conversations.act(deciding, id, command, AGENT)
    assert len(events_of(deciding.log, id)) == before


def test_a_product_area_may_be_taken_away_and_come_with_an_interaction(deciding: CommandExecutor) -> None:
    id = opened(deciding)
    conversations.act(deciding, id, ChangeProductArea(product_area=None), AGENT)
    conversations.act(deciding, id, AddInteraction(kind="complaint", product_area="kettles"), AGENT)
    conversations.act(deciding, id, ChangeProductArea(product_area="irons"), AGENT)
    changes = [each for each in events_of(deciding.log, id) if isinstance(each, ProductAreaChanged)]
    assert [(each.previous, each.product_area) for each in changes] == [("toasters", None), ("kettles", "irons")]


def test_another_product_area_chooses_the_policy_anew(deciding: CommandExecutor) -> None:
    # Given a policy for kettles, and a conversation about something else
    policy_for_inquiries(deciding, hour=timedelta(hours=2), selects=KETTLES)
    id = opened(deciding)
    facts = ClockFacts(deciding.log, "UTC")
    assert not facts.of(id).conversations(deciding.log.now())[id].clocks
    # When
    conversations.act(deciding, id, ChangeProductArea(product_area="kettles"), AGENT)
    # Then
    clocks = facts.of(id).conversations(deciding.log.now())[id].clocks
    assert [(clock.metric, clock.state) for clock in clocks] == [("first_reply", "running")]


def test_the_views_show_what_was_put_right_and_by_whom(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    id = opened(executor)
    changes = (
        ChangeSubject(subject="Samovar leaks"),
        ChangeProductArea(product_area="kettles"),
        ChangeConversationLanguage(language="de"),
    )
    # When
    for change in changes:
        conversations.act(executor, id, change, AGENT)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        item = inbox.one(connection, id)
        assert item is not None
        assert (item.subject, item.product_area, item.language) == ("Samovar leaks", "kettles", "de")
        lines = [line for line in history.read(connection, id).rows if line.kind == "change"]
        assert [(each.field, each.old, each.new, each.text, each.author_id) for each in lines] == [
            ("subject", None, None, "Samovar leaks", "staff-1"),
            ("product-area", "toasters", "kettles", None, "staff-1"),
            ("language", "en", "de", None, "staff-1"),
        ]
        # And the subject is found by its present words
        found = finding.read(connection, finding.EVERYTHING, "samovar").rows
        assert [each.passage.kind for each in found] == ["subject"]
        assert finding.read(connection, finding.EVERYTHING, "kettel").rows == []
    # And an erasure reaches the new subject, as a replay shows
    erase(executor, executor.read(id).state.customer_id, AGENT, [id])
    catch_up(log, projector)
    with projector.connection() as connection:
        item = inbox.one(connection, id)
        assert item is not None
        assert item.subject == ERASED
        assert finding.read(connection, finding.EVERYTHING, "samovar").rows == []
    verify_all(log, projector, database_urls.database_url)
