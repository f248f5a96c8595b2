"""Asked to erase anything but a customer, nothing is destroyed."""

from __future__ import annotations

import pytest

from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.customer import AddContactPoint
from domain.kernel.refusal import Refusal
from domain.staff import JoinStaff
from infra.keys.vault import UNIQUE_KEYS
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import erase
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_neither_staff_nor_conversations_nor_other_keys_are_destroyed(executor: CommandExecutor, log: Log) -> None:
    # Given
    staff_id = staffing.join(executor, JoinStaff(handle="eve", name="Eve"), AGENT).id
    others = [staff_id, deliver(executor, mail(1), GATEWAY).id, UNIQUE_KEYS, "customer-nobody"]
    # When
    for id in others:
        with pytest.raises(Refusal, match="not-found"):
            erase(executor, id, AGENT)
    # Then
    assert log.vault.erasures() == []
    assert events_of(log, staff_id)[0].name == "Eve"


def test_a_contact_point_is_only_a_customers(executor: CommandExecutor) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    # When
    add = AddContactPoint(customer_id=conversation_id, contact_kind="mail", value="ada@example.org")
    # Then
    with pytest.raises(Refusal, match="not-found"):
        customers.act(executor, add, AGENT)
