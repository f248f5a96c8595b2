"""Whose kind is corrected was said when it was said, with its theme, its area and its order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest

from commands import registry
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from domain.conversation.commands import AddInteraction, ChangeKind
from domain.conversation.events import KindChanged
from domain.signal.item import ITEM, ItemDecided, ItemFiled
from infra.log.application import Log
from process.reaction import Reactor
from process.signal import SignalItems
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.feedback import THEMES
from tests.support.open_work import Shown
from tests.support.signal_evidence import NothingSaid


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what follows from events, nothing of a database."""
    return memory_log


def test_a_corrected_kind_counts_when_it_was_said(executor: CommandExecutor, log: Log) -> None:
    # Given an inquiry of the month before last
    put(executor, {"themes": THEMES}, AGENT)
    id = deliver(executor, mail(1), GATEWAY).id
    said_at = executor.clock() - timedelta(days=60)
    brought = AddInteraction(kind="inquiry", product_area="kettles", theme="leaks")
    conversations.act(executor, id, brought, replace(GATEWAY, occurred_at=said_at))
    _, interaction_id = executor.read(id).state.interactions
    # When somebody sees today that it is a complaint
    conversations.act(executor, id, ChangeKind(kind="complaint", interaction_id=interaction_id), AGENT)
    reactor = Reactor(SignalItems(), partial(registry.ask, Ports(executor, Shown(), NothingSaid())))
    stream = log.streams([id])[id]
    reactor.take([each for each in stream if isinstance(each.event, KindChanged)], cast(Any, None))  # Any: unused
    # Then
    filed, decided, _ = (each.event for each in log.of_kind(ITEM.kind))
    assert isinstance(filed, ItemFiled)
    assert isinstance(decided, ItemDecided)
    assert filed.said_at == said_at
    assert (decided.placement.product_area, decided.placement.theme) == ("kettles", "leaks")
