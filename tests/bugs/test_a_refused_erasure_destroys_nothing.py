"""An erasure that is refused has not happened: no key is gone, nothing is resolved, and all of it can still be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, opened_log
from tests.support.open_work import erase
from tests.support.recorded import events_of


def test_an_erasure_under_a_key_that_is_taken_leaves_all_as_it_was(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given a key under which a note was written
    id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(id).state.customer_id
    keyed = replace(AGENT, command_id="k")
    conversations.act(executor, id, AddNote(body="Seen."), keyed)
    end = log.position()
    # When somebody is to be erased under the same
    with pytest.raises(Refusal, match="idempotency-key-reused"):
        erase(executor, customer_id, keyed, [id])
    # Then nothing was done, neither in the log nor in the vault
    assert log.position() == end
    assert log.vault.erasures() == []
    with opened_log(database_urls) as afresh:
        assert events_of(afresh, id)[2].body == "word 1"


def test_an_erasure_repeated_under_its_own_key_gets_its_first_answer(executor: CommandExecutor) -> None:
    # Given
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    keyed = replace(AGENT, command_id="k")
    first = erase(executor, customer_id, keyed)
    # Then
    assert erase(executor, customer_id, keyed) == replace(first, repeated=True)
