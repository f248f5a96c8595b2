"""Command handlers of conversations. Every handler answers with the position at which its effect shows."""

from __future__ import annotations

from functools import partial

from commands.content import attached, check_attached, ids_in
from commands.conversation.channels import as_wished, check_opening
from commands.conversation.judging import check_answer_there
from commands.conversation.keeping import decided, policies_say
from commands.conversation.merging import changes
from commands.conversation.participants import Speaker, channel_to, chosen, speaker_of
from commands.conversation.segment import with_segment
from commands.conversation.with_content import with_content
from commands.customer.handlers import check_theirs
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded, check_version
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.legible import check_legible
from domain.conversation.commands import (
    AddInteraction,
    Assign,
    CameBy,
    ConversationCommand,
    HandOver,
    OpenConversation,
    Participant,
    ReceiveMessage,
    SendReply,
    SetPolicy,
)
from domain.conversation.decisions import check_by, decide
from domain.conversation.state import CONVERSATION, Conversation, is_bot
from domain.customer import CUSTOMER
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound
from domain.order.state import ORDER
from domain.service_level.policy import POLICY
from domain.staff import STAFF, TEAM


def open_conversation(executor: CommandExecutor, command: OpenConversation, context: Context) -> Answer:
    """Open a conversation for a known customer, optionally about one of the customer's orders.

    Raises Refusal `not-found`, `not-theirs`, `channel-unserved`, or as `domain.conversation.decisions.decide` and
    `CommandExecutor.run`.
    """
    conversation_id = new_id("conversation")

    def work() -> UnitOfWork:
        check_legible(context, command)
        executor.existing(CUSTOMER, command.customer_id)
        for order_id in _ordered(command):
            check_theirs(executor, ORDER, order_id, command.customer_id)
        if command.policy_id is not None:
            executor.existing(POLICY, command.policy_id)
        check_opening(executor, command, context)
        to_them = context.actor.kind == "customer"
        check_attached(executor, attached(command), command.customer_id, to_them=to_them)
        events = decide(None, with_segment(executor, command), executor.clock())
        return UnitOfWork(conversation_id, [Change(conversation_id, NOTHING, events)], subject=command.customer_id)

    streams = [command.customer_id, *_ordered(command), *ids_in(attached(command))]
    body = body_of(context, command)
    return executor.run(context, partial(with_content, executor, work), body=body, streams=streams)


def act(
    executor: CommandExecutor,
    conversation_id: str,
    command: ConversationCommand,
    context: Context,
    *,
    expected_version: int | None = None,
    only_of: str | None = None,
    asked: bytes | None = None,
) -> Answer:
    """Run any other command on a conversation: a reply, a note, a change, a verdict.

    `expected_version`: the version that the caller saw; with another one the command is refused. `only_of`: the
    customer to whom the conversation has to belong, or who takes part in it and writes. `asked`: what a repeat has to
    bring again, where that is not the command (`body_of`). Raises Refusal `not-found`
    (also of an assignee), `not-theirs` (an order), `message-unknown` (an answer), `channel-unserved`,
    `version-changed`, or as `domain.conversation.decisions.decide` and `CommandExecutor.run`.
    """
    new_stranger = new_id("stranger")

    def work() -> UnitOfWork:
        before = executor.existing(CONVERSATION, conversation_id)
        writes = isinstance(command, ReceiveMessage) and only_of in before.state.participants
        if only_of not in (None, before.state.customer_id) and not writes:
            raise NotFound("the conversation")
        for order_id in _ordered(command):
            check_theirs(executor, ORDER, order_id, before.state.customer_id, to_them=only_of is not None)
        check_legible(context, command)
        check_by(before.state, command, context.actor.kind)
        if isinstance(command, SetPolicy):
            executor.existing(POLICY, command.policy_id)
        taker: list[Change] = []
        if isinstance(command, Assign | HandOver):
            taker = _taker(executor, command.team_id, command.agent_id)
        check_answer_there(executor, conversation_id, before, command)
        speaker, addressed = _people(executor, conversation_id, before, command, only_of, new_stranger)
        seen = {change.stream_id for change in speaker.changes}
        said, wishes = as_wished(executor, before.state, addressed, context)
        participant = said.to if isinstance(said, SendReply) else speaker.id
        whose = participant or before.state.customer_id
        check_attached(executor, attached(command), whose, to_them=only_of is not None)
        by_policy = policies_say(executor, conversation_id, before, addressed, context)
        events = decided(conversation_id, before, said, by_policy, executor.clock())
        check_version(before, expected_version)
        reached = changes(executor.load, conversation_id, before, said, events, by_policy.kept, by_policy.aside)
        return UnitOfWork(
            conversation_id,
            [*speaker.changes, *reached, *(each for each in wishes if each.stream_id not in seen), *taker],
            list(speaker.unique_keys),
            subject=before.state.customer_id,
            participant=participant,
        )

    body = asked or body_of(context, command, conversation_id)
    streams = [conversation_id, *_ordered(command), *ids_in(attached(command))]
    return executor.run(context, partial(with_content, executor, work), body=body, streams=streams)


def _people(
    executor: CommandExecutor,
    id: str,
    before: Loaded[Conversation],
    command: ConversationCommand,
    only_of: str | None,
    new_stranger: str,
) -> tuple[Speaker, ConversationCommand]:
    """Who speaks, and the command with who is meant: who said it, or to whom it is said. None is the customer.
    `only_of`: the customer who asks for themselves.

    Raises NotFound, Refusal `participant-unknown`, `contact-point-unknown`."""
    match command:
        case ReceiveMessage():
            said_by = Participant(participant_id=only_of) if only_of else command.participant
            speaker = speaker_of(executor, said_by, before.state.customer_id, new_stranger)
            return speaker, command.model_copy(update={"participant": speaker.participant, "came": _came(said_by)})
        case SendReply():
            to = None if command.to == before.state.customer_id else command.to
            came_by = channel_to(executor, id, before, to) if to else None
            channel = command.channel or came_by
            there, seen = chosen(executor, command.to_contact, to or before.state.customer_id)
            return Speaker(changes=seen), command.model_copy(update={"to": to, "channel": channel, "to_contact": there})
        case _:
            return Speaker(), command


def _came(said_by: Participant | None) -> CameBy | None:
    if said_by is None or said_by.contact is None:
        return None
    return CameBy(contact_kind=said_by.contact_kind, contact=said_by.contact)


def _taker(executor: CommandExecutor, team_id: str | None, agent_id: str | None) -> list[Change]:
    """Check that the team and the person exist and have not left; else nobody's inbox would show the conversation.

    Answers the states that were checked, as unchanged changes. Raises NotFound."""
    if team_id is not None:
        executor.existing(TEAM, team_id)
    if agent_id is None or is_bot(agent_id):
        return []
    person = executor.existing(STAFF, agent_id)
    if person.state.left:
        raise NotFound("the staff")
    # The unchanged stream is among the changes, so that the append detects an old state.
    return [Change(agent_id, person, [])]


def _ordered(command: ConversationCommand) -> list[str]:
    """The id of the order that the command names, if any."""
    if isinstance(command, OpenConversation | AddInteraction) and command.order_id is not None:
        return [command.order_id]
    return []
