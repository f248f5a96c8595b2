"""Controls that turn the direction of text are kept, and whoever shows the text is told; an erasure takes both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.handlers import deliver
from commands.customer.handlers import act
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.conversation.interaction import Attachment
from domain.customer import EraseCustomer
from domain.kernel.text import bidi
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from projections.conversation import history, inbox
from projections.customer import timeline
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

TURNED = "invoice\u202efdp.exe"
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("control", TURNING, ids=ascii)
def test_each_control_that_turns_text_is_told(control: str) -> None:
    assert bidi(None, f"a{control}b")


@pytest.mark.parametrize("text", ["", "plain", "مرحبا", "שלום", "ab\u200fcd", "\U0001f469\u200d\U0001f680"], ids=ascii)
def test_languages_that_run_the_other_way_are_not(text: str) -> None:
    assert not bidi(text, None)


@dataclass(frozen=True)
class Shown:
    """What the views say of one conversation: by line, of its subject in the inbox, and in the timeline."""

    lines: list[bool]
    item: bool | None
    moments: set[bool]

    @classmethod
    def of(cls, connection: Connection, id: str) -> Shown:
        item = inbox.one(connection, id)
        assert item is not None
        moments = timeline.read(connection, item.customer_id).rows
        return cls([line.bidi for line in history.read(connection, id).rows], item.bidi, {m.bidi for m in moments})


def test_subjects_bodies_and_names_of_attachments_are_told_of(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given a subject that turns, a body that does not, and an attachment whose name does
    id = deliver(executor, replace(mail(1), subject=TURNED), GATEWAY).id
    file = Attachment(id="a", name=TURNED, type="application/pdf", size=1, sha256="0" * 64)
    conversations.act(executor, id, SendReply(body="plain", attachments=(file,)), AGENT)
    conversations.act(executor, id, SendReply(body="plain"), AGENT)
    # When
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        assert Shown.of(connection, id) == Shown([True, False, False, True, False], True, {True, False})
        assert history.read(connection, id).rows[0].text == TURNED
    # When
    act(executor, EraseCustomer(customer_id=executor.read(id).state.customer_id), AGENT)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        assert Shown.of(connection, id) == Shown([False] * 5, False, {False})
