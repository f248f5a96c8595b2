"""Command handlers of contacts: to record what a customer is owed, and to tell them as soon as they may be contacted.

The message and the record that it was sent are appended together. So nobody is told twice, and nobody is forgotten,
however often the commands run and wherever they die.
"""

from __future__ import annotations

from datetime import datetime

from commands import decision_table as tables
from commands.attention.asking import ByQuestion
from commands.attention.person import ByMessage, person_of
from commands.conversation.merging import changes
from commands.customer.handlers import check_theirs
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.attention import policy, texts
from domain.attention.asking import ask_next, asked
from domain.attention.budget import STANDARD, Budget, Occasion
from domain.attention.contacts import ATTENTION, Outcome, OweClosing, ReviewContacts, owe, stream_of
from domain.attention.settling import settle
from domain.attention.texts import Texts
from domain.conversation.decisions import decide
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
from domain.decision_table.deciding import TableDecision
from domain.kernel.refusal import Refusal

_BUDGETS, _TEXTS = tables.named(policy.TABLE_NAME), tables.named(texts.TABLE_NAME)


def owe_closing(executor: CommandExecutor, command: OweClosing, context: Context) -> Answer:
    """Record that a customer is owed a closing message, also one who is erased meanwhile. Raises Refusal `not-found`,
    or as `CommandExecutor.run`."""
    id = stream_of(command.customer_id)

    def work() -> UnitOfWork:
        executor.existing(CUSTOMER, command.customer_id)
        if command.conversation_id is not None:
            check_theirs(executor, CONVERSATION, command.conversation_id, command.customer_id)
        now = executor.clock()
        gather = (_budget(executor, now, "closing") or STANDARD["closing"]).gather
        before = executor.load(ATTENTION, id)
        return UnitOfWork(id, [Change(id, before, owe(before.state, command, now + gather))])

    streams = [id, command.customer_id, *([command.conversation_id] if command.conversation_id else [])]
    return executor.run(context, work, body=body_of(context, command), streams=streams, names=[_BUDGETS])


def review(
    executor: CommandExecutor, command: ReviewContacts, context: Context, *, not_before: datetime | None = None
) -> Answer:
    """Tell a person what they are owed, or ask them a question of a survey, or record why not. `not_before`: by another
    clock, it is so late already.

    Raises Refusal `not-found`, or as `CommandExecutor.run`."""
    id, message_id = stream_of(command.customer_id), command.message_id

    def work() -> UnitOfWork:
        now = max(filter(None, (executor.clock(), not_before)))
        person = person_of(executor, command.customer_id)
        texts = _texts(executor, now)
        delivery = ByMessage(executor, person, texts)
        settled = settle(
            person.attentions, _budget(executor, now, "closing"), person.wishes(executor.zone), delivery, now
        )
        events = {each: [*settled.blocked.get(each, ())] for each in person.contacts}
        contacted, reply = None, None
        if settled.send:
            contacted = settled.contacted(message_id, texts.version, now)
            reply = delivery.message([*settled.send], message_id)
        elif any(each.questions for each in person.attentions):
            # One message at once: a question waits for what the person is to hear of what they said.
            questions = ByQuestion(executor, person)
            budget, wishes = _budget(executor, now, "survey"), person.wishes(executor.zone)
            asking = ask_next(person.attentions, budget, wishes, questions, now)
            for each, blocked in asking.blocked.items():
                events[each].extend(blocked)
            if asking.send:
                contacted = asked(asking.send, message_id, now)
                reply = questions.message(asking.send, message_id)
        to, sent = None, list[Change]()
        if contacted and reply:
            to, there = contacted.customer_id, contacted.conversation_id
            events[to].append(contacted)
            before = executor.existing(CONVERSATION, there)
            sent = changes(executor.load, there, before, reply, decide(before.state, reply, now))
        made = [Change(stream_of(each), person.contacts[each], made) for each, made in events.items()]
        # Without a message there is no text of anybody, so that what was owed to the erased is settled, too.
        return UnitOfWork(id, [*made, *person.seen(), *sent], subject=to)

    streams = [command.customer_id, id]
    return executor.run(context, work, body=body_of(context, command), streams=streams, names=[_BUDGETS, _TEXTS])


def _budget(executor: CommandExecutor, now: datetime, occasion: Occasion) -> Budget | None:
    """The budget of an occasion; None where the published table says none that makes sense."""
    try:
        decision = tables.decided(executor, policy.TABLE_NAME, {"occasion": occasion}, now)
        return policy.budget_by(decision, occasion)
    except Refusal:
        return None


def _texts(executor: CommandExecutor, now: datetime) -> Texts:
    def decided(outcome: Outcome, language: str | None) -> TableDecision | None:
        return tables.decided(executor, texts.TABLE_NAME, {"outcome": outcome, "language": language}, now)

    return Texts(decided)
