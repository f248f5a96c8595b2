"""What follows from an event follows once; what is refused is quarantined, and may be retried or skipped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from commands import subscription
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer.handlers import act as act_on_customer
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.registry import AskedCommand
from consumers.publishing import outbound, publisher
from domain.conversation.commands import AddNote, ChangePriority, RequestPerson, Withdraw
from domain.conversation.events import ConversationWithdrawn, NoteAdded, PersonRequested
from domain.conversation.state import CONVERSATION
from domain.customer import EraseCustomer
from domain.kernel.event import Actor, Draft, Envelope, Recorded
from domain.kernel.refusal import Overloaded
from domain.kernel.values import Frozen
from domain.subscription import Retry, Skip
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.lease import positions
from infra.subscriptions.quarantine import all_quarantined
from process.catalogue import REACTIONS
from process.reaction import Reaction, Request
from projections.catalogue import VIEWS
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.exactly_once import whole
from tests.support.reacting import Noting, Urgent, asking, react, wrong_in_notes

OPERATOR = Context(Actor(id="ada", kind="agent", roles=("lead",)), reason="looked into it")


def quarantined(projector: Database) -> list[tuple[int, str]]:
    with projector.connection() as connection:
        return [(each.position, each.error) for each in all_quarantined(connection)]


def position(projector: Database, name: str, version: int = 1) -> int | None:
    with projector.connection() as connection:
        return positions(connection).get((name, version))


def messages(executor: CommandExecutor, *threads: str) -> list[str]:
    """A message in each of these threads, in this order; answers the conversations."""
    return [deliver(executor, mail(n, thread=each), GATEWAY).id for n, each in enumerate(threads, start=1)]


def test_what_follows_from_an_event_is_pure() -> None:
    # Given
    event = PersonRequested(customer_id="customer-1")
    draft = Draft("conversation-1", 1, event, Envelope(event_id="event-1", actor=GATEWAY.actor))
    # When
    requests = [*Urgent().react(draft.recorded(7, datetime.now(UTC)))]
    # Then
    assert requests == [Request("conversation-1", ChangePriority(priority="urgent"))]


def test_a_command_follows_and_says_who_and_because_of_what(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    (id,) = messages(executor, "t1")
    conversations.act(executor, id, RequestPerson(), GATEWAY)
    # When
    react(Urgent(), executor, projector)
    # Then
    *_, cause, effect = log.streams([id])[id]
    assert effect.event.stored_name == "conversation.priority-changed"
    assert effect.envelope.actor == Actor(id="system-urgent", kind="system")
    assert effect.envelope.causation_id == cause.envelope.event_id


def test_a_repeat_of_everything_adds_nothing(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    messages(executor, "t1", "t2", "t1")
    react(Noting(), executor, projector)
    end = log.position()
    # When its position is lost
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.followers SET position = 0 WHERE name = 'noting'")
    react(Noting(), executor, projector)
    # Then
    assert log.position() == end
    assert wrong_in_notes(list(whole(log))) == []


def test_a_reaction_does_not_react_to_its_own_events(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given a reaction that adds notes, and reacts to the notes of others
    (id,) = messages(executor, "t1")
    conversations.act(executor, id, AddNote(body="A regular"), AGENT)
    # When
    react(Noting(), executor, projector)
    react(Noting(), executor, projector)
    # Then
    assert names(log, id).count("conversation.note-added") == 1 + 2


def test_a_refused_command_quarantines_its_event_until_retried(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given a reaction that asks something of a stream that is not there
    reaction = Noting()
    broken, sound = messages(executor, "t1", "t2")
    react(reaction, executor, projector)
    end = log.position()
    reaction.wrong = "conversation-01990000-0000-7000-8000-000000000001"
    for number in (3, 4):
        deliver(executor, mail(number, thread="t1"), GATEWAY)
    # When
    react(reaction, executor, projector)
    # Then
    assert quarantined(projector) == [(end + 1, "Refused not-found"), (end + 2, "behind")]
    # When it is mended, other streams go on
    reaction.wrong = None
    deliver(executor, mail(5, thread="t2"), GATEWAY)
    react(reaction, executor, projector)
    assert names(log, sound).count("conversation.note-added") == 2
    assert names(log, broken).count("conversation.note-added") == 1
    # And after a retry, this one does
    subscription.request(executor, Retry(follower="noting", version=1, stream=broken), OPERATOR)
    react(reaction, executor, projector)
    assert quarantined(projector) == []
    assert wrong_in_notes(list(whole(log))) == []


def test_a_skipped_event_has_no_effect_and_the_rest_has(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    reaction = Noting()
    reaction.wrong = "conversation-01990000-0000-7000-8000-000000000001"
    id, _ = messages(executor, "t1", "t1")
    react(reaction, executor, projector)
    (first, _), (second, _) = quarantined(projector)
    reaction.wrong = None
    # When
    subscription.request(executor, Skip(follower="noting", version=1, stream=id, position=first), OPERATOR)
    react(reaction, executor, projector)
    # Then
    assert quarantined(projector) == []
    caused = {each.position: each.envelope.event_id for each in log.streams([id])[id]}
    notes = [each for each in log.streams([id])[id] if isinstance(each.event, NoteAdded)]
    assert [each.envelope.causation_id for each in notes] == [caused[second]]


def test_what_is_refused_for_an_erased_customer_is_done(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    (id,) = messages(executor, "t1")
    customer_id = executor.read(id).state.customer_id
    act_on_customer(executor, EraseCustomer(customer_id=customer_id), AGENT)
    # When
    react(Noting(), executor, projector)
    # Then
    assert quarantined(projector) == []
    assert "conversation.note-added" not in names(log, id)


def test_what_cannot_be_asked_just_now_is_asked_again(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    messages(executor, "t1", "t2")
    refused = iter(range(3))

    def ask(asked: AskedCommand[Frozen]) -> Answer:
        if next(refused, None) is not None:
            raise Overloaded("not now")
        return asking(executor)(asked)

    # When
    react(Noting(), executor, projector, ask=ask)
    # Then
    assert quarantined(projector) == []
    assert wrong_in_notes(list(whole(log))) == []


class Forgetting(Reaction[ConversationWithdrawn]):
    """Who takes a matter back is forgotten: a command that names its own stream, and reads what is open."""

    name = "forgetting"
    begins = "at-zero"

    def react(self, recorded: Recorded[ConversationWithdrawn]) -> Iterable[Request]:
        customer_id = recorded.event.customer_id
        yield Request(customer_id, EraseCustomer(customer_id=customer_id))


def test_any_command_of_the_registry_may_follow(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    (id,) = messages(executor, "t1")
    conversations.act(executor, id, Withdraw(), GATEWAY)
    customer_id = executor.read(CONVERSATION, id).existing("conversation").state.customer_id
    # When
    react(Forgetting(), executor, projector)
    # Then
    assert quarantined(projector) == []
    assert names(log, customer_id)[-1] == "customer.erased"


class FromNowOn(Noting):
    """As `Noting`, for what is said after its first start."""

    begins = "at-end"


class Later(FromNowOn):
    """A later version of it."""

    version = 2


def test_a_reaction_may_begin_at_the_end_of_the_log(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    before, after = messages(executor, "t1")[0], "t2"
    react(FromNowOn(), executor, projector)
    # When
    id = deliver(executor, mail(2, thread=after), GATEWAY).id
    react(FromNowOn(), executor, projector)
    # Then
    assert "conversation.note-added" not in names(log, before)
    assert names(log, id).count("conversation.note-added") == 1


def test_a_later_version_goes_on_where_the_former_has_come_to(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given a version that has come to the end, and an event since
    messages(executor, "t1")
    react(FromNowOn(), executor, projector)
    id = deliver(executor, mail(2, thread="t2"), GATEWAY).id
    # When
    react(Later(), executor, projector)
    # Then
    assert names(log, id).count("conversation.note-added") == 1
    assert position(projector, "noting", 2) == log.position()


def test_each_reaction_has_a_name_of_its_own() -> None:
    names = [*(view.name for view in VIEWS), publisher.NAME, outbound.NAME, *(each.name for each in REACTIONS)]
    assert len({*names}) == len(names)
