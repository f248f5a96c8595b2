"""A message is shown in a conversation of its own: what both show then, what an undo brings back, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote, Assign, ChangeStatus, ReceiveMessage, SendReply
from domain.conversation.events import MessageReceived, MessageSent
from domain.conversation.interaction import InteractionKind
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from domain.staff import JoinStaff
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from projections import order as ordered
from projections.catalogue import VIEWS
from projections.conversation import history
from projections.search import finding
from tests.commands.conftest import Reading, Thread
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.following import catch_up, rows, verify_all
from tests.support.open_work import erase

ERASED = "[erased]"


@pytest.fixture
def two(executor: CommandExecutor, log: Log, thread: Thread) -> tuple[str, str]:
    """A conversation that was answered, and then the customer wrote of something else; and the id of that message."""
    source = thread("t1")
    conversations.act(executor, source, SendReply(body="an answer"), AGENT)
    deliver(executor, replace(mail(40, "t1"), body="the toaster burns", language="en"), GATEWAY)
    return source, said(log, source)[-1]


def said(log: Log, id: str) -> list[str]:
    """The ids of the messages that were said in it."""
    spoken = (MessageReceived, MessageSent)
    return [recorded.event.message_id for recorded in log.streams([id])[id] if isinstance(recorded.event, spoken)]


def split(
    executor: CommandExecutor, id: str, message: str, kind: InteractionKind = "complaint", context: Context = AGENT
) -> str:
    return splitting.split(executor, id, SplitMessage(message_id=message, kind=kind), context).id


def undo(executor: CommandExecutor, id: str, context: Context = AGENT) -> str:
    return splitting.undo_split(executor, id, UndoSplit(), context).id


def refused(code: str, do: Callable[[], object], *, naming: str | None = None) -> None:
    with pytest.raises(Refusal, match=naming) as caught:
        do()
    assert caught.value.code == code


def test_a_split_message_opens_a_conversation_and_an_undo_restores_all(
    executor: CommandExecutor, read: Reading, two: tuple[str, str]
) -> None:
    # Given
    source, message = two
    before = read.item(source), read.said(source)
    assert before[0].waiting_since is not None
    # When
    command = SplitMessage(message_id=message, kind="complaint", subject="the toaster", product_area="toasters")
    new = splitting.split(executor, source, command, AGENT).id
    # Then the line is placed in the new one, and still of the stream in which it was said
    assert read.said(new) == [(source, "the toaster burns")]
    assert read.said(source) == before[1][:-1]
    item = read.item(new)
    assert (item.waiting_since, item.opened_at) == (before[0].waiting_since, before[0].waiting_since)
    assert (item.kinds, item.messages_in, item.split_from) == (("complaint",), 1, source)
    assert (item.subject, item.product_area, item.language, item.channel) == ("the toaster", "toasters", "en", "mail")
    assert (item.customer_id, item.team_id) == (before[0].customer_id, None)
    # And nobody waits in the old one any more
    left = read.item(source)
    assert (left.waiting_since, left.messages_in, left.answered_at is not None) == (None, 1, True)
    assert read.inbox() == [new, source]
    # When it is undone
    undo(executor, new)
    # Then
    assert read.said(source) == before[1]
    assert replace(read.item(source), version=0, members=()) == replace(before[0], version=0)
    assert (read.said(new), read.item(new).merged_into, read.item(new).split_from) == ([], source, None)
    assert read.inbox() == [source]


def test_the_first_line_is_the_message_and_the_old_one_says_where_it_went(
    executor: CommandExecutor, log: Log, projector: Database, two: tuple[str, str]
) -> None:
    # Given
    source, message = two
    new = split(executor, source, message)
    catch_up(log, projector)
    # When
    with projector.connection() as connection:
        placed, left = (history.read(connection, id).rows for id in (new, source))
    # Then
    assert (placed[0].kind, placed[0].about, placed[0].split_into) == ("received", message, new)
    assert [(line.field, line.new, line.about) for line in left][-1] == ("split", new, message)
    assert [line.new for line in placed if line.field == "split-from"] == [source]


def test_what_was_said_in_the_new_one_stays_readable_after_an_undo(
    executor: CommandExecutor, read: Reading, two: tuple[str, str]
) -> None:
    # Given
    source, message = two
    new = split(executor, source, message)
    # When each goes on by itself
    eve = staffing.join(executor, JoinStaff(handle="eve", name="Eve"), AGENT).id
    conversations.act(executor, new, Assign(agent_id=eve), AGENT)
    conversations.act(executor, new, SendReply(body="unplug it"), AGENT)
    wrote = deliver(executor, replace(mail(41, "t1"), body="thanks"), GATEWAY)
    # Then the thread's messages stay with the old one
    assert wrote.id == source
    assert read.said(new) == [(source, "the toaster burns"), (new, "unplug it")]
    assert (read.item(new).waiting_since, read.item(new).agent_id) == (None, eve)
    assert read.item(source).agent_id is None
    # When
    conversations.act(executor, new, ReceiveMessage(body="done"), GATEWAY)
    undo(executor, new)
    # Then all of it is shown in the old one, in order, and waits there
    assert [text for _, text in read.said(source)] == [
        "word 1", "an answer", "the toaster burns", "unplug it", "thanks", "done",
    ]  # fmt: skip
    item = read.item(source)
    assert (item.messages_in, item.messages_out, item.kinds) == (4, 2, ("inquiry",))
    refused("conversation-merged", lambda: conversations.act(executor, new, AddNote(body="x"), AGENT), naming=source)
    # When somebody writes to the shell, it reaches the old one
    conversations.act(executor, new, ReceiveMessage(body="one more"), GATEWAY)
    assert read.said(source)[-1] == (new, "one more")


def test_what_was_resolved_is_not_opened_again_by_an_undo(
    executor: CommandExecutor, read: Reading, two: tuple[str, str]
) -> None:
    # Given
    source, message = two
    new = split(executor, source, message)
    conversations.act(executor, source, ChangeStatus(status="resolved"), AGENT)
    # When
    undo(executor, new)
    # Then
    assert (read.item(source).status, read.inbox()) == ("resolved", [])


def test_search_and_orders_tell_of_the_message_where_it_is_shown(
    executor: CommandExecutor, log: Log, projector: Database, two: tuple[str, str]
) -> None:
    # Given
    source, message = two
    customer = executor.read(source).state.customer_id
    order = orders.place(executor, PlaceOrder(customer_id=customer), AGENT).id

    def found() -> tuple[str, tuple[str, ...]]:
        catch_up(log, projector)
        with projector.connection() as connection:
            (hit,) = finding.read(connection, finding.EVERYTHING, "toaster").rows
            about = ordered.one(connection, order)
        assert about is not None
        return hit.passage.stream, about.conversations

    assert found() == (source, ())
    # When
    command = SplitMessage(message_id=message, kind="order", order_id=order)
    new = splitting.split(executor, source, command, AGENT).id
    # Then
    assert found() == (new, (new,))
    # When
    undo(executor, new)
    # Then
    assert found() == (source, ())


def test_several_messages_are_split_off_and_come_back_in_any_order(
    executor: CommandExecutor, log: Log, read: Reading, thread: Thread
) -> None:
    # Given
    source = thread("t1")
    for number in (2, 3):
        deliver(executor, mail(number, "t1"), GATEWAY)
    before = read.item(source), read.said(source)
    # When also the opening message goes
    first, second, _ = said(log, source)
    new = [split(executor, source, each) for each in (first, second)]
    # Then
    assert read.said(source) == [(source, "word 3")]
    refused("nothing-left", lambda: split(executor, source, said(log, source)[-1]))
    # When
    for each in new:
        undo(executor, each)
    # Then
    assert read.said(source) == before[1]
    assert replace(read.item(source), version=0, members=()) == replace(before[0], version=0)
    # And it can be split off anew
    again = split(executor, source, first)
    assert again not in new
    assert read.said(again) == [(source, "word 1")]


def test_what_is_merged_can_be_split_and_what_is_split_merged(
    executor: CommandExecutor, log: Log, read: Reading, thread: Thread, two: tuple[str, str]
) -> None:
    # Given
    (source, message), other = two, thread("t9")
    # When what was split off is merged into a third
    new = split(executor, source, message)
    merging.merge(executor, new, MergeInto(into=other), AGENT)
    # Then
    assert (source, "the toaster burns") in read.said(other)
    refused("split-merged", lambda: undo(executor, new), naming=other)
    # When both are separated again, and the old one is merged
    merging.separate(executor, new, Separate(), AGENT)
    merging.merge(executor, source, MergeInto(into=other), AGENT)
    # Then
    assert (source, "the toaster burns") not in read.said(other)
    refused("split-merged", lambda: undo(executor, new), naming=other)
    refused("conversation-merged", lambda: split(executor, source, said(log, source)[0]), naming=other)
    # When the one that has a part is split itself
    conversations.act(executor, other, ReceiveMessage(body="more"), GATEWAY)
    apart = split(executor, other, said(log, other)[-1])
    # Then
    assert read.said(apart) == [(other, "more")]
    assert (other, "more") not in read.said(other)
    # When
    undo(executor, apart)
    merging.separate(executor, source, Separate(), AGENT)
    undo(executor, new)
    # Then
    assert read.said(source) == [(source, "word 1"), (source, "an answer"), (source, "the toaster burns")]


def test_what_cannot_be_split_is_refused(
    executor: CommandExecutor, log: Log, thread: Thread, two: tuple[str, str]
) -> None:
    # Given
    (source, message), other = two, thread("t9", "bob@example.org")
    note = AddNote(body="x")
    conversations.act(executor, source, note, AGENT)
    customer = Context(Actor(id=executor.read(source).state.customer_id, kind="customer", roles=("lead",)))
    theirs = orders.place(executor, PlaceOrder(customer_id=executor.read(other).state.customer_id), AGENT).id
    # Then
    for unknown in ("message-nobody", note.note_id, said(log, other)[0]):
        refused("message-unknown", lambda: split(executor, source, unknown))  # noqa: B023
    refused("message-not-received", lambda: split(executor, source, said(log, source)[1]))
    refused("nothing-left", lambda: split(executor, other, said(log, other)[0]))
    refused("not-found", lambda: split(executor, "conversation-nobody", message))
    refused("forbidden", lambda: split(executor, source, message, context=customer))
    refused("order-missing", lambda: split(executor, source, message, "order"))
    command = SplitMessage(message_id=message, kind="order", order_id=theirs)
    refused("not-theirs", lambda: splitting.split(executor, source, command, AGENT))
    refused("not-split", lambda: undo(executor, source))
    # When
    new = split(executor, source, message)
    # Then
    refused("split-already", lambda: split(executor, source, message), naming=new)
    refused("nothing-left", lambda: split(executor, new, message))
    refused("forbidden", lambda: undo(executor, new, customer))
    conversations.act(executor, new, ReceiveMessage(body="y"), GATEWAY)
    refused("message-not-received", lambda: split(executor, new, message))
    undo(executor, new)
    refused("not-split", lambda: undo(executor, new))


def test_asked_twice_it_is_one_split_and_no_text_is_written_again(
    executor: CommandExecutor, log: Log, two: tuple[str, str]
) -> None:
    # Given
    source, message = two
    once = replace(AGENT, command_id="once")
    # When
    new = split(executor, source, message, context=once)
    # Then
    assert split(executor, source, message, context=once) == new
    assert names(log, source).count("conversation.message-split") == 1
    kept = names(log, new)
    assert kept == ["conversation.opened", "conversation.interaction-added", "conversation.message-placed"]


def test_an_erasure_wipes_it_in_both(
    executor: CommandExecutor, log: Log, projector: Database, read: Reading, two: tuple[str, str]
) -> None:
    # Given
    source, message = two
    new = split(executor, source, message)
    # When
    erase(executor, executor.read(new).state.customer_id, AGENT)
    # Then
    assert {text for id in (source, new) for _, text in read.said(id)} == {ERASED}
    for view in VIEWS:
        assert "toaster" not in repr(rows(projector, view)), view.name


def test_a_rebuild_gives_what_live_views_hold(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, two: tuple[str, str]
) -> None:
    # Given views that had taken in the message before it was split off, and back
    source, message = two
    catch_up(log, projector)
    new = split(executor, source, message)
    catch_up(log, projector)
    again = split(executor, source, said(log, source)[0])
    undo(executor, new)
    catch_up(log, projector)
    # Then
    verify_all(log, projector, database_urls.database_url)
    assert executor.read(again).state.split_from == source
