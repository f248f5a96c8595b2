"""What an agent writes for others holds something to read: blanks and invisible signs answer nobody, and stop no clock.

What a customer sent, and what a gateway or an import reports, is taken as it came.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

import pytest
from pydantic import ValidationError

from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.legible import check_legible, written_fields
from domain.conversation.commands import (
    AddNote,
    ChangeStatus,
    ChangeSubject,
    ConversationCommand,
    HandOver,
    OpenConversation,
    ReceiveMessage,
    SendReply,
)
from domain.conversation.interaction import Body
from domain.conversation.splitting import SplitMessage
from domain.customer.commands import DismissProposal
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.kernel.text import is_legible
from domain.kernel.values import LATER, Frozen, Label, Remark
from domain.promise import BreakPromise, MakePromise, PromiseCommand, RevisePromise
from domain.signal.commands import AnswerQuestion, AskBack, DeclineSignal, RouteSignal
from domain.survey import OpenSurvey
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.naughty_strings import ORDERS, QUOTES, SCRIPTS, VALUES

SHOWS_NOTHING = [
    "  ", "\n\t", "\u00a0\u3000", "\u200b", "\u2060\ufeff \u200d", "\u202e\u202c", "\u115f\u3164", "\u2800", "\ufe0f",
]  # fmt: skip
"""Blanks, signs without width, controls, and letters that stand for none."""
ZERO_WIDTH = "\u200b \u2060"
DUE = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_only_what_shows_nothing_is_not_legible() -> None:
    assert [ascii(text) for text in SHOWS_NOTHING if is_legible(text)] == []
    shown = [".", "\u0301", "👍🏽", "❤️", "\u200bk", "한", "\u0600", "\ue000", "\U0001fae8", "-", "0"]
    assert [ascii(text) for text in shown if not is_legible(text)] == []
    assert [ascii(text) for text in (*QUOTES, *ORDERS, *VALUES, *SCRIPTS) if not is_legible(text)] == []


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (SendReply(body=ZERO_WIDTH), "body"),
        (AddNote(body=ZERO_WIDTH), "body"),
        (HandOver(team_id="team-1", because=ZERO_WIDTH), "because"),
        (ChangeStatus(status="resolved", resolution=ZERO_WIDTH), "resolution"),
        (ChangeSubject(subject=ZERO_WIDTH), "subject"),
    ],
)
def test_words_without_anything_to_read_are_refused(
    executor: CommandExecutor, log: Log, command: ConversationCommand, field: str
) -> None:
    # Given a customer who waits
    id = deliver(executor, mail(1), GATEWAY).id
    before = names(log, id)
    # When
    with pytest.raises(Refusal) as refused:
        conversations.act(executor, id, command, AGENT)
    # Then
    assert refused.value.code == "input-invalid"
    assert refused.value.what_to_do.startswith(f"{field}: ")
    assert names(log, id) == before


def test_a_reason_is_one_that_can_be_read(executor: CommandExecutor) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    with pytest.raises(Refusal, match="input-invalid: reason: "):
        conversations.act(executor, id, ChangeStatus(status="on_hold"), replace(AGENT, reason=ZERO_WIDTH))


def test_the_texts_of_promises_are_such_as_can_be_read(executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    customer = executor.read(id).state.customer_id
    made = MakePromise(customer_id=customer, conversation_id=id, text="A new kettle", due_at=DUE)
    # When / Then
    with pytest.raises(Refusal, match="input-invalid: text: "):
        promises.make(executor, made.model_copy(update={"text": ZERO_WIDTH}), AGENT)
    promise = promises.make(executor, made, AGENT).id
    unread: list[PromiseCommand] = [
        RevisePromise(due_at=DUE + timedelta(days=1), because=ZERO_WIDTH), BreakPromise(because=ZERO_WIDTH)
    ]  # fmt: skip
    for command in unread:
        with pytest.raises(Refusal, match="input-invalid: because: "):
            promises.act(executor, promise, command, AGENT)


def test_what_teams_answer_and_split_off_is_such_as_can_be_read() -> None:
    for command in (
        AskBack(question=ZERO_WIDTH),
        AnswerQuestion(answer=ZERO_WIDTH),
        DeclineSignal(because=ZERO_WIDTH),
        RouteSignal(area="kettles", theme="leaks", stage="design", team_id="team-1", because=ZERO_WIDTH),
        SplitMessage(message_id="message-1", kind="inquiry", subject=ZERO_WIDTH),
        OpenConversation(customer_id="c", kind="inquiry", channel="mail", opened_by="company", body=ZERO_WIDTH),
    ):
        with pytest.raises(Refusal, match="input-invalid"):
            check_legible(AGENT, command)


def test_the_types_of_the_fields_say_which_texts_these_are() -> None:
    assert written_fields(SendReply) == ("body",)
    assert written_fields(RouteSignal) == ("because",)  # also where it may be left out
    assert written_fields(OpenConversation) == ("body", "subject")
    assert written_fields(DismissProposal) == ()  # `what` is a choice
    # And what a new command would be asked for
    assert written_fields(Apology) == ("told", "words")


class Apology(Frozen):
    """A command that is not there yet."""

    words: Remark
    told: Annotated[Body | None, LATER] = None
    area: Label


def test_a_survey_asks_something() -> None:
    with pytest.raises(ValidationError, match="words to read"):
        OpenSurvey(
            question="yes-no", texts={"en": "\u200b {token}"}, product_area="kettles", themes={"yes": "leaks"},
            closes_at=DUE,
        )  # fmt: skip


def test_what_customers_sent_and_gateways_report_is_taken(executor: CommandExecutor, log: Log) -> None:
    # Given
    sent = Delivery("mail", "m1", ContactPoint("mail", "ada@example.org"), ZERO_WIDTH, "t1")
    # When
    id = deliver(executor, sent, GATEWAY).id
    conversations.act(executor, id, ReceiveMessage(body=ZERO_WIDTH), GATEWAY)
    conversations.act(executor, id, SendReply(body=ZERO_WIDTH), GATEWAY)
    imported = replace(AGENT, reported_by=GATEWAY.actor)
    conversations.act(executor, id, SendReply(body=ZERO_WIDTH), imported)
    # And by phone, as an agent wrote it down
    customer = executor.read(id).state.customer_id
    called = OpenConversation(customer_id=customer, kind="inquiry", channel="phone", body=ZERO_WIDTH)
    conversations.open_conversation(executor, called, AGENT)
    # Then
    assert names(log, id).count("conversation.message-sent") == 2


def test_a_repeat_of_what_was_taken_before_is_still_a_repeat(
    executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a reply of a former release
    id, again = deliver(executor, mail(1), GATEWAY).id, replace(AGENT, command_id=new_id("command"))
    with monkeypatch.context() as former:
        former.setattr("commands.conversation.handlers.check_legible", lambda *_: None)
        first = conversations.act(executor, id, SendReply(body=ZERO_WIDTH), again)
    # When / Then
    repeated = conversations.act(executor, id, SendReply(body=ZERO_WIDTH), again)
    assert (repeated.position, repeated.repeated) == (first.position, True)
