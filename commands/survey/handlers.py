"""Command handlers of surveys: to open one and close it, to owe its question to each of the sample, and to take in
answers.

The question is sent by `commands/attention/contacting.py`, within the attention budget.
"""

from __future__ import annotations

from commands.conversation.merging import changes
from commands.customer.handlers import check_theirs
from commands.customer.links import linked
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.signal.evidence import SignalEvidence
from commands.survey.token import who
from domain.attention.asking import answer as decide_answer
from domain.attention.contacts import ATTENTION, QuestionOwed, stream_of
from domain.conversation.commands import ReceiveMessage
from domain.conversation.decisions import decide
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
from domain.kernel.event import Event
from domain.kernel.refusal import NotFound, Refusal
from domain.signal.state import SIGNAL
from domain.survey import (
    SURVEY,
    AnswerSurvey,
    CloseSurvey,
    OpenSurvey,
    OweQuestion,
    SurveyOpened,
    message_of,
    open_survey,
)
from domain.survey import close as decide_closing


def open_(executor: CommandExecutor, command: OpenSurvey, context: Context, evidence: SignalEvidence) -> Answer:
    """Draw a sample and open the survey. Raises Refusal `not-found` (the signal), or as `domain.survey.open_survey` and
    `CommandExecutor.run`."""
    found = _opened(executor, command, evidence)

    def work() -> UnitOfWork:
        before = executor.load(SURVEY, command.survey_id)
        if isinstance(found, Refusal):
            raise found  # here, so that a repeat finds the first answer whoever is a customer since
        events: list[Event] = [] if before.state else [found]
        return UnitOfWork(command.survey_id, [Change(command.survey_id, before, events)])

    return executor.run(context, work, body=body_of(context, command), streams=[command.survey_id])


def _opened(executor: CommandExecutor, command: OpenSurvey, evidence: SignalEvidence) -> SurveyOpened | Refusal:
    """What is opened. The audience is read here and not in the command's turn, in which others wait."""
    area, signals = command.product_area, list[str]()
    try:
        if command.signal_id is not None:
            signal = executor.read(SIGNAL, command.signal_id).existing(SIGNAL.kind).state
            area, signals = signal.area, [command.signal_id, *signal.parts]
        if area is None:
            raise NotFound("the product area", check="the word")
        audience = evidence.reachable(area, signals or None)
        return open_survey(command, area, audience, executor.clock())
    except Refusal as refusal:
        return refusal


def close(executor: CommandExecutor, id: str, command: CloseSurvey, context: Context) -> Answer:
    """Close a survey before its date. Raises Refusal `not-found`, or as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = executor.existing(SURVEY, id)
        return UnitOfWork(id, [Change(id, before, decide_closing(before.state, executor.clock()))])

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])


def owe(executor: CommandExecutor, command: OweQuestion, context: Context) -> Answer:
    """Record that a customer of the sample is to be asked, also one who is erased meanwhile. Raises Refusal
    `not-found`, `not-theirs`, or as `CommandExecutor.run`."""
    id = stream_of(command.customer_id)

    def work() -> UnitOfWork:
        executor.existing(CUSTOMER, command.customer_id)
        opened = executor.existing(SURVEY, command.survey_id).state.opened
        drawn = next((each for each in opened.sample if each.customer_id == command.customer_id), None)
        if drawn is None:
            raise NotFound("the customer in the sample")
        check_theirs(executor, CONVERSATION, drawn.conversation_id, command.customer_id)
        before = executor.load(ATTENTION, id)
        known = before.state is not None and opened.survey_id in before.state.questions
        owed = QuestionOwed(
            customer_id=command.customer_id,
            survey_id=opened.survey_id,
            product_area=opened.product_area,
            conversation_id=drawn.conversation_id,
            segment=drawn.segment,
            due_at=executor.clock(),
            closes_at=opened.closes_at,
        )
        return UnitOfWork(id, [Change(id, before, [] if known else [owed])])

    return executor.run(context, work, body=body_of(context, command), streams=[id, command.customer_id])


def answer(executor: CommandExecutor, command: AnswerSurvey, context: Context) -> Answer:
    """Record an answer, once. A text is a message of the customer in the conversation in which they were asked. A
    customer answers with their own token only.

    Raises Refusal `survey-token-invalid`, `answer-invalid`, or as `domain.attention.asking.answer` and
    `CommandExecutor.run`.
    """
    survey_id, customer_id = who(executor, command.token)
    id = stream_of(customer_id)

    def work() -> UnitOfWork:
        survey = executor.existing(SURVEY, survey_id).state
        if context.actor.kind == "customer" and customer_id not in linked(executor.load, context.actor.id):
            raise Refusal("survey-token-invalid", "this token was given to somebody else; use the one of your message")
        before = executor.load(ATTENTION, id)
        now = context.counted_at(executor.clock())
        said, message_id = survey.allowed(command.answer), None
        if not survey.answers:
            message_id = message_of(survey_id, customer_id, executor.fingerprint("survey-text", said))
        events = decide_answer(before.state, survey, said, message_id, now)
        made = [Change(id, before, events)]
        if message_id and events and before.state:
            there = before.state.questions[survey_id].owed.conversation_id
            conversation = executor.existing(CONVERSATION, there)
            message = ReceiveMessage(body=said, message_id=message_id)
            made += changes(executor.load, there, conversation, message, decide(conversation.state, message, now))
        return UnitOfWork(survey_id, made, subject=customer_id)

    body = body_of(context, command)
    return executor.run(context, work, body=body, streams=[id, survey_id, customer_id])
