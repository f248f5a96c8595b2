"""Two conversations are shown as one: what is refused, where messages go, and that nobody but the company merges."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddInteraction, AddNote, ChangeStatus, JudgeAnswer, ReceiveMessage, SendReply
from domain.conversation.merging import MergeInto, Separate
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.commands.conftest import Reading, Thread
from tests.support.companies import AGENT, GATEWAY, mail, names, opened
from tests.support.open_work import erase


def code_of(do: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        do()
    return refused.value.code


def test_both_are_shown_as_one_in_order_and_an_undo_brings_back_what_was(
    executor: CommandExecutor, thread: Thread, read: Reading
) -> None:
    # Given
    target, part = thread("t1"), thread("t2")
    conversations.act(executor, target, AddNote(body="a note"), AGENT)
    before = read.item(target), read.item(part), read.said(target), read.said(part)
    # When
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    # Then nothing of it is dropped, each line says where it is from, and who waits longest is waited for
    assert read.said(target) == [(target, "word 1"), (part, "word 2"), (target, "a note")]
    item = read.item(target)
    assert (item.waiting_since, item.messages_in) == (before[0].waiting_since, 2)
    assert item.kinds == ("inquiry", "inquiry")
    assert read.item(part).merged_into == target
    assert read.inbox() == [target]
    # When
    merging.separate(executor, part, Separate(), AGENT)
    # Then
    after = read.item(target), read.item(part), read.said(target), read.said(part)
    assert [replace(each, version=0) for each in after[:2]] == [replace(each, version=0) for each in before[:2]]
    assert after[2:] == before[2:]
    assert read.inbox() == [target, part]


def test_messages_of_a_part_are_shown_at_its_target_and_leave_with_it(
    executor: CommandExecutor, thread: Thread, read: Reading
) -> None:
    # Given a conversation that was resolved, and one that was merged into it
    target, part = thread("t1"), thread("t2")
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    conversations.act(executor, target, ChangeStatus(status="resolved"), AGENT)
    assert read.inbox() == []
    # When the customer writes to the old thread
    wrote = deliver(executor, replace(mail(50, "t2"), body="and?"), GATEWAY)
    # Then it is open again
    assert wrote.id == part
    item = read.item(target)
    assert (item.status, item.messages_in, item.waiting_since is not None) == ("open", 3, True)
    assert read.inbox() == [target]
    # When somebody answers to the old one
    conversations.act(executor, part, SendReply(body="soon"), AGENT)
    conversations.act(executor, part, AddInteraction(kind="complaint"), GATEWAY)
    # Then
    item = read.item(target)
    assert (item.messages_out, item.waiting_since, item.kinds[-1]) == (1, None, "complaint")
    assert read.said(target)[-2:] == [(part, "and?"), (part, "soon")]
    # When the customer says that it is no answer
    conversations.act(executor, part, JudgeAnswer(answered=False), GATEWAY)
    assert read.item(target).waiting_since is not None
    # When it is undone, all of that is the part's
    merging.separate(executor, part, Separate(), AGENT)
    item = read.item(target)
    assert (item.status, item.messages_in, item.messages_out, item.waiting_since) == ("resolved", 1, 0, None)
    item = read.item(part)
    assert (item.messages_in, item.messages_out, item.kinds) == (2, 1, ("inquiry", "complaint"))


def test_a_part_brings_its_parts_along_and_an_undo_takes_them_out_again(
    executor: CommandExecutor, thread: Thread, read: Reading
) -> None:
    # Given
    top, middle, bottom = thread("t1"), thread("t2"), thread("t3")
    merging.merge(executor, bottom, MergeInto(into=middle), AGENT)
    merging.merge(executor, middle, MergeInto(into=top), AGENT)
    assert read.said(top) == [(top, "word 1"), (middle, "word 2"), (bottom, "word 3")]
    # When somebody writes to the last of them
    deliver(executor, mail(50, "t3"), GATEWAY)
    assert (read.item(top).messages_in, read.item(middle).messages_in) == (4, 3)
    # And it is taken out first, or the one between
    merging.separate(executor, middle, Separate(), AGENT)
    # Then
    assert read.said(top) == [(top, "word 1")]
    assert read.said(middle) == [(middle, "word 2"), (bottom, "word 3"), (bottom, "word 50")]
    merging.merge(executor, middle, MergeInto(into=top), AGENT)
    merging.separate(executor, bottom, Separate(), AGENT)
    assert read.said(top) == [(top, "word 1"), (middle, "word 2")]
    assert read.item(bottom).merged_into is None


def test_what_cannot_be_merged_is_refused(executor: CommandExecutor, thread: Thread) -> None:
    # Given
    one, two, three = thread("t1"), thread("t2"), thread("t3")
    strange = thread("t4", "bob@example.org")

    def merge(id: str, into: str, context: Context = AGENT) -> Callable[[], object]:
        return lambda: merging.merge(executor, id, MergeInto(into=into), context)

    merge(two, one)()
    # Then
    assert code_of(merge(one, one)) == "merge-with-itself"
    assert code_of(merge(one, two)) == "merge-cycle"
    assert code_of(merge(two, three)) == "merged-already"
    assert code_of(merge(three, two)) == "target-merged"
    with pytest.raises(Refusal, match=one):  # it names the target
        merge(three, two)()
    assert code_of(merge(three, strange)) == "customers-differ"
    assert code_of(merge(three, "conversation-nobody")) == "not-found"
    assert code_of(merge(three, executor.read(three).state.customer_id)) == "not-found"
    assert code_of(lambda: merging.separate(executor, three, Separate(), AGENT)) == "not-merged"
    for command in (AddNote(body="x"), ChangeStatus(status="resolved")):
        assert code_of(lambda: conversations.act(executor, two, command, AGENT)) == "conversation-merged"  # noqa: B023


def test_whatever_a_customer_sends_merges_nothing(executor: CommandExecutor, thread: Thread, read: Reading) -> None:
    # Given
    one, two = thread("t1"), thread("t2", "bob@example.org")
    three = thread("t3")
    customer = Context(Actor(id=executor.read(one).state.customer_id, kind="customer", roles=("customer", "lead")))
    # When they ask for it, or write with another's thread or address
    assert code_of(lambda: merging.merge(executor, three, MergeInto(into=one), customer)) == "forbidden"
    assert code_of(lambda: merging.separate(executor, three, Separate(), customer)) == "forbidden"
    deliver(executor, mail(60, "t1", "bob@example.org"), GATEWAY)
    deliver(executor, mail(61, "t2", "ada@example.org"), GATEWAY)
    # Then
    assert {read.item(each).merged_into for each in (one, two, three)} == {None}
    assert executor.read(one).state.customer_id != executor.read(two).state.customer_id


def test_two_merges_at_once_make_no_circle(executor: CommandExecutor, database_urls: Urls, thread: Thread) -> None:
    # Given
    pairs = [(thread(f"a{number}"), thread(f"b{number}")) for number in range(8)]
    # When two processes merge each pair, each the other way round
    with opened(database_urls) as beside:

        def merge(by: CommandExecutor, pairs: Sequence[tuple[str, str]]) -> None:
            for part, target in pairs:
                with suppress(Refusal):
                    merging.merge(by, part, MergeInto(into=target), AGENT)

        turned = [(target, part) for part, target in pairs]
        threads = [threading.Thread(target=merge, args=each) for each in ((executor, pairs), (beside, turned))]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    # Then
    for part, target in pairs:
        merged = {executor.read(each).state.merged_into for each in (part, target)}
        assert merged in ({None, part}, {None, target})


def test_a_matter_that_came_in_two_ways_is_merged_and_nothing_doubled(
    executor: CommandExecutor, read: Reading, thread: Thread, log: Log
) -> None:
    # Given a message that came by mail, and once more through a form
    one = thread("t1")
    form = replace(mail(1, "f1"), channel="web", channel_message_id="w1")
    two = deliver(executor, form, GATEWAY).id
    assert deliver(executor, form, GATEWAY).id == two
    # When
    once = replace(AGENT, command_id="twins")
    merging.merge(executor, two, MergeInto(into=one), once)
    assert merging.merge(executor, two, MergeInto(into=one), once).repeated
    # Then
    assert names(log, one).count("conversation.part-joined") == 1
    assert read.said(one) == [(one, "word 1"), (two, "word 1")]
    # When one answer goes out
    conversations.act(executor, one, SendReply(body="yes"), AGENT)
    # Then nobody waits
    assert (read.item(one).waiting_since, read.inbox()) == (None, [one])


def test_late_words_in_a_part_stand_at_their_place_in_the_target(
    executor: CommandExecutor, thread: Thread, read: Reading
) -> None:
    # Given
    target, part = thread("t1"), thread("t2")
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    # When
    early = replace(GATEWAY, occurred_at=datetime(2026, 1, 1, tzinfo=UTC))
    conversations.act(executor, part, ReceiveMessage(body="a letter"), early)
    # Then
    assert read.said(target)[0] == (part, "a letter")


def test_a_customer_with_merged_conversations_can_be_forgotten(
    executor: CommandExecutor, thread: Thread, read: Reading
) -> None:
    # Given
    target, part = thread("t1"), thread("t2")
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    # When
    erase(executor, executor.read(part).state.customer_id, AGENT, [part, target])
    # Then
    assert read.inbox() == []
    assert {text for _, text in read.said(target)} == {"[erased]"}
