"""A message that was taken out has no text in views, as after an erasure, and a replay from zero gives the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.conversation.removing import remove
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.conversation.interaction import RecordedAttachment
from domain.conversation.removing import RemoveMessage
from domain.kernel.personal import ERASED
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.tables import Table
from projections.conversation import history
from projections.search.passage import SEARCH
from tests.support.companies import AGENT, GATEWAY
from tests.support.following import catch_up, verify_all
from tests.support.open_work import erase
from tests.support.recorded import events_of

BECAUSE = replace(AGENT, reason="a card's number")
FILE = RecordedAttachment(id="f1", name="secret.pdf", type="application/pdf", size=3, sha256="0" * 64)
MAIL = Delivery(
    "mail", "m1", ContactPoint("mail", "ada@example.org"), "secret " + "x" * 100_000 + "secret", attachments=(FILE,)
)


@pytest.mark.parametrize("taken_out", [True, False], ids=["taken out", "erased"])
def test_views_lose_the_text_and_a_replay_gives_the_same(
    taken_out: bool, executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given what came with words, and what came without
    bare = replace(
        MAIL, channel_message_id="m2", body="", subject="", attachments=(FILE.model_copy(update={"name": ""}),)
    )
    id, other = deliver(executor, MAIL, GATEWAY).id, deliver(executor, replace(bare, thread="t2"), GATEWAY).id
    catch_up(log, projector)
    # When
    for each in (id, other):
        if taken_out:
            remove(executor, each, RemoveMessage(message_id=events_of(log, each)[2].message_id), BECAUSE)
    if not taken_out:
        erase(executor, executor.read(id).state.customer_id, AGENT)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        lines = [line for line in history.read(connection, id).rows if line.kind == "received"]
        assert [(line.text, line.removed) for line in lines] == [(ERASED, taken_out)]
        assert lines[0].attachments[0]["name"] == ERASED
        found = Table(SEARCH).select(connection, "WHERE customer_id = %s", (lines[0].customer_id,))
        assert [each.text for each in found if each.kind == "received"] == [ERASED]
    verify_all(log, projector, database_urls.database_url)
