"""Conversations to ask things of, and what the views show of them then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from infra.postgres.database import Database
from projections.conversation import history, inbox
from projections.conversation.inbox import Item
from tests.support.companies import GATEWAY, mail
from tests.support.following import catch_up

Thread = Callable[..., str]


@pytest.fixture
def thread(executor: CommandExecutor) -> Thread:
    """A conversation with one message, by the name of its thread."""
    numbers = iter(range(1, 1000))

    def begun(name: str, sender: str = "ada@example.org") -> str:
        return deliver(executor, mail(next(numbers), name, sender), GATEWAY).id

    return begun


class Reading:
    """What the views show by now."""

    def __init__(self, log: Log, projector: Database) -> None:
        self._log = log
        self._projector = projector

    def item(self, id: str) -> Item:
        catch_up(self._log, self._projector)
        with self._projector.connection() as connection:
            found = inbox.one(connection, id)
        assert found is not None
        return found

    def inbox(self) -> list[str]:
        catch_up(self._log, self._projector)
        with self._projector.connection() as connection:
            return [item.conversation_id for item in inbox.read(connection).rows]

    def said(self, id: str) -> list[tuple[str, str | None]]:
        catch_up(self._log, self._projector)
        with self._projector.connection() as connection:
            lines = history.read(connection, id).rows
        return [(line.conversation_id, line.text) for line in lines if line.kind in ("received", "sent", "note")]


@pytest.fixture
def read(log: Log, projector: Database) -> Reading:
    return Reading(log, projector)
