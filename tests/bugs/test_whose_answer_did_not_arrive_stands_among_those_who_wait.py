"""An answer that did not arrive is none: its customer stands among those who wait, from when that was known."""

from __future__ import annotations

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.mail_failures import reply_arrived, reply_failed
from consumers.mail.taking_in import CONTEXT
from domain.conversation.commands import ChangeStatus, ReceiveMessage, SendReply
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from projections.conversation import inbox
from projections.conversation.inbox import INBOX
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up, in_memory, rows


def test_whose_answer_did_not_arrive_stands_among_those_who_wait(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    def asked(number: int) -> str:
        return deliver(executor, mail(number, f"t{number}"), GATEWAY).id

    def answered(id: str, *, automatic: bool = False) -> str:
        reply = SendReply(body="We send you a new one.", automatic=automatic)
        conversations.act(executor, id, reply, AGENT)
        return reply.message_id

    def shown() -> list[str]:
        catch_up(log, projector, subscriptions=[Projector(INBOX)])
        assert rows(projector, INBOX) == in_memory(log, INBOX)
        with projector.connection() as connection:
            return [each.conversation_id for each in inbox.read(connection).rows]

    # Given somebody who waits, and two who were answered
    settled, bounced, first = asked(1), asked(2), asked(3)
    answered(settled)
    reply = answered(bounced)
    conversations.act(executor, bounced, ChangeStatus(status="resolved"), AGENT)
    # When one of the answers does not arrive, before somebody else asks
    reply_failed(executor, bounced, reply, "bounced-4-2-2", CONTEXT)
    last = asked(4)
    # Then that customer waits for it before whoever asked later, and the one who was answered comes last
    assert shown() == [first, bounced, last, settled]
    # And what they say next, or what a bot says to them, takes their place from nobody and gives it to nobody
    conversations.act(executor, bounced, ReceiveMessage(body="Hello?"), GATEWAY)
    answered(bounced, automatic=True)
    assert shown() == [first, bounced, last, settled]
    # Until another answer leaves, or the first one is reported to have arrived
    again = answered(bounced)
    assert set(shown()[:2]) == {first, last}
    reply_failed(executor, bounced, again, "bounced-4-2-2", CONTEXT)
    assert shown() == [first, last, bounced, settled]
    reply_arrived(executor, bounced, again, CONTEXT)
    assert set(shown()[:2]) == {first, last}
