"""Verbatims of a signal are the words of its items, as the conversation shows them, and gone with the person's key."""

from __future__ import annotations

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import erasing
from commands.decision_table import put
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain.conversation.commands import JudgeAnswer, ReceiveMessage, SendReply
from domain.conversation.state import CONVERSATION
from domain.kernel.event import Actor
from domain.signal.item import CorrectItem, FileItem, MarkPassage
from infra.log.application import Log
from infra.postgres.database import Database
from projections.signal.verbatims import newest, with_themes
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.feedback import LEAKS, THEMES
from tests.support.following import catch_up
from tests.support.open_work import Shown

SYSTEM = Context(Actor(id="system-signal-items", kind="system"))


def test_verbatims_are_the_words_of_the_items(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given a complaint, a passage of a later message, and a verdict with its reason
    put(executor, {"themes": THEMES}, AGENT)
    id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.existing(CONVERSATION, id).state.customer_id
    first = executor.clock()
    later = ReceiveMessage(body="Thanks. The lid drips, too.")
    conversations.act(executor, id, later, GATEWAY)
    answer = SendReply(body="Dry it")
    conversations.act(executor, id, answer, AGENT)
    conversations.act(executor, id, JudgeAnswer(answered=False, because="It still drips"), AGENT)
    filed = [
        items.file(executor, FileItem.model_validate({**said, "conversation_id": id}), SYSTEM).id
        for said in (
            {"kind": "complaint", "part": "interaction-1", "said_at": first},
            {"kind": "verdict", "part": "9", "message_id": answer.message_id, "said_at": executor.clock()},
            {"kind": "behaviour", "did": "return", "part": "10", "said_at": executor.clock()},
        )
    ]
    filed.append(items.mark(executor, id, MarkPassage(message_id=later.message_id, start=8, end=21), AGENT).id)
    for each in filed:
        items.act(executor, each, CorrectItem(product_area="kettles", theme="leaks", stage="production"), AGENT)

    def said() -> dict[str, str | None]:
        catch_up(log, projector)
        with projector.connection() as connection:
            return {each.kind: each.words for each in newest(connection, LEAKS, 10)}

    def taught() -> list[tuple[str, str]]:
        with projector.connection() as connection:
            return sorted(with_themes(connection, 10))

    # Then
    assert said() == {"complaint": "word 1", "verdict": "It still drips", "passage": "The lid drips"}
    assert taught() == [("It still drips", "leaks"), ("The lid drips", "leaks"), ("word 1", "leaks")]
    # And nothing that a person said outlasts the person's key
    erasing.erase(executor, customer_id, AGENT, Shown())
    assert said() == {"complaint": None, "verdict": None, "passage": None}
    assert taught() == []
