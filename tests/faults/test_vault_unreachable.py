"""Without the vault nothing personal is written or read: callers hear so within their deadline, and it passes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.companies import AGENT, GATEWAY, mail, names, opened
from tests.support.following import rows, verify_all
from tests.support.open_work import erase
from tests.support.proxy import Proxy
from tests.support.recorded import events_of
from tests.support.waiting import SLACK_SECONDS, wait_until

pytestmark = pytest.mark.faults

DEADLINE_SECONDS = 1.0


@pytest.fixture
def vault_wire(database_urls: Urls, home: Path) -> Iterator[Proxy]:
    with Proxy(database_urls.vault_url, home) as wire:
        yield wire


@pytest.fixture
def away(database_urls: Urls, vault_wire: Proxy) -> Iterator[CommandExecutor]:
    """Commands of a process whose way to the vault may be taken away."""
    with opened(Urls(database_urls.database_url, vault_wire.url), DEADLINE_SECONDS) as executor:
        yield executor


def refused_in_time(ask: Callable[[], object]) -> None:
    began = time.monotonic()
    with pytest.raises(Refusal) as refused:
        ask()
    assert refused.value.code == "unavailable"
    assert time.monotonic() - began < DEADLINE_SECONDS + SLACK_SECONDS


def test_commands_and_reads_are_answered_in_time_and_go_on_when_it_is_back(
    away: CommandExecutor, vault_wire: Proxy, log: Log
) -> None:
    # Given
    conversation_id = deliver(away, mail(1), GATEWAY).id
    customer_id = away.read(conversation_id).state.customer_id
    stranger = mail(2, "t2", "ben@example.org")
    # When
    vault_wire.black_hole()
    # Then: whose key is at hand is served,
    conversations.act(away, conversation_id, SendReply(body="still here"), AGENT)
    # all others are told.
    refused_in_time(lambda: deliver(away, stranger, GATEWAY))
    refused_in_time(lambda: erase(away, customer_id, AGENT))
    away.log.vault.forget_cached()
    refused_in_time(lambda: away.log.streams([conversation_id]))
    assert "customer.erased" not in names(log, customer_id)
    # When
    vault_wire.restore()

    def served() -> str | None:
        with suppress(Overloaded):
            return deliver(away, stranger, GATEWAY).id
        return None

    # Then
    theirs = wait_until(served, 20, "commands are served again")
    assert theirs
    assert names(log, theirs).count("conversation.message-received") == 1
    assert events_of(away.log, conversation_id)[-1].body == "still here"


def test_views_wait_for_the_vault_park_nothing_and_go_on(
    away: CommandExecutor,
    vault_wire: Proxy,
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
) -> None:
    # Given
    vault_wire.black_hole()
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    with Host(away.log, projector, [Projector(view) for view in VIEWS], lease_seconds=5, poll_seconds=0.2):
        # When
        refused_in_time(lambda: away.log.streams([conversation_id]))  # as long as they have had to wait, too
        assert rows(projector, HISTORY) == {}
        vault_wire.restore()
        # Then
        wait_until(lambda: len(rows(projector, HISTORY)) == 3, 20, "the views went on")
    verify_all(log, projector, database_urls.database_url)
    with projector.connection() as connection:
        assert connection.execute("SELECT FROM antiphon.parked").fetchall() == []


def test_an_erasure_that_lost_the_log_half_way_is_done_when_repeated(
    database_urls: Urls, home: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Proxy(database_urls.database_url, home) as log_wire,
        opened(Urls(log_wire.url, database_urls.vault_url), DEADLINE_SECONDS) as executor,
    ):
        # Given
        customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
        destroy = executor.log.vault.destroy

        def destroy_and_lose_the_log(*subjects: str) -> None:
            destroy(*subjects)
            log_wire.black_hole()

        monkeypatch.setattr(executor.log.vault, "destroy", destroy_and_lose_the_log)
        # When
        with pytest.raises(Refusal) as refused:
            erase(executor, customer_id, AGENT)
        # Then
        assert refused.value.code in ("unavailable", "outcome-unknown")
        monkeypatch.undo()
        log_wire.restore()

        def erased() -> int:
            with suppress(Overloaded, OutcomeUnknown):
                return erase(executor, customer_id, AGENT).position
            return 0

        assert wait_until(erased, 20, "the erasure is done") == log.position()
    assert names(log, customer_id).count("customer.erased") == 1
    assert log.tombstones() == {customer_id}
