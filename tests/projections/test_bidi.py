"""Controls that turn the direction of text are kept, and whoever shows the text is told; an erasure takes both."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer.handlers import act
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.conversation.interaction import Attachment
from domain.customer import EraseCustomer
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from projections.conversation import history, inbox
from projections.customer import timeline
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

TURNED = "invoice\u202efdp.exe"


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
