"""Two people are two customers, however alike their addresses look once their letters are folded."""

from __future__ import annotations

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.support.companies import GATEWAY


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ContactPoint("mail", "info@straße.example"), ContactPoint("mail", "info@strasse.example")),
        (ContactPoint("mail", "info@ﬁsh.example"), ContactPoint("mail", "info@ﬂsh.example")),
        (ContactPoint("handle", "@Ada"), ContactPoint("handle", "@ada")),
        (ContactPoint("account", "ſ1"), ContactPoint("account", "s1")),
    ],
)
def test_who_owns_another_address_reads_nothing_of_the_first(
    executor: CommandExecutor, one: ContactPoint, other: ContactPoint
) -> None:
    # When both write, either first
    ids = [
        deliver(executor, Delivery("mail", f"m{number}", each, "Hello"), GATEWAY).id
        for number, each in enumerate((one, other, one, other))
    ]
    # Then
    of = [executor.read(id).state.customer_id for id in ids]
    assert of[0] == of[2] != of[1] == of[3]
