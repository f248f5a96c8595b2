"""Who waits in a conversation, for how long, and what was brought: by itself, and with the parts shown at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import pytest

from domain.conversation import events as c
from domain.conversation.events import Status
from domain.conversation.standing import Standing, standings
from domain.conversation.waiting import MOST_UNANSWERED, Share, Unanswered
from domain.kernel.event import Actor, ActorKind, Draft, Envelope, Event, Recorded

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA: dict[str, Any] = {"customer_id": "customer-ada"}
OPENED = c.Opened(**ADA, opened_by="customer", channel="mail")
ASKED = c.InteractionAdded(**ADA, interaction_id="i1", kind="inquiry")
SAID = c.MessageReceived(**ADA, message_id="m1", channel="mail", body="x")
SENT = c.MessageSent(**ADA, message_id="m2", channel="mail", body="y")
RESOLVED = c.StatusChanged(**ADA, status="resolved", previous="open")
WANTED = c.PersonRequested(**ADA)
PART, OTHER = "conversation-2", "conversation-3"

By = tuple[Event, ActorKind]
Happening = Event | By | Share
"""An event, perhaps with who did it; or what joins, with what it brings along."""


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def recorded(event: Event, kind: ActorKind, minute: int, id: str = "conversation-1") -> Recorded[Event]:
    envelope = Envelope(event_id="e", actor=Actor(id="somebody", kind=kind))
    return Draft(id, minute + 1, event, envelope).recorded(minute + 1, at(minute))


def after(*happened: Happening) -> Standing:
    """Each a minute after the one before, from noon on; by the customer, if nothing else is said."""
    now = Standing(Share("conversation-1"))
    for minute, each in enumerate(happened):
        if isinstance(each, Share):
            joined = c.PartJoined(**ADA, joining=(each.conversation_id,), parts=(each.conversation_id,))
            now = now.after(recorded(joined, "agent", minute), [each])
        else:
            event, kind = each if isinstance(each, tuple) else (each, "customer")
            now = now.after(recorded(event, kind, minute))
    return now


def alone(*happened: Event | By) -> Share:
    return after(*happened).own


# -- by itself


@pytest.mark.parametrize(("by", "waits"), [("customer", at(0)), ("company", None)])
def test_who_opens_waits_from_the_beginning(by: Literal["customer", "company"], waits: datetime | None) -> None:
    now = alone(OPENED.model_copy(update={"opened_by": by}), ASKED)
    assert (now.waiting_since, now.interactions, now.kinds) == (waits, ("i1",), ("inquiry",))


def test_who_waits_waits_from_the_first_words_that_were_not_answered() -> None:
    now = alone(OPENED, ASKED, SAID, SAID)
    assert (now.messages_in, now.waiting_since) == (2, at(0))


def test_however_much_is_unanswered_few_messages_are_remembered() -> None:
    # Given an answer, and then more than is remembered one by one
    said = Share("conversation-1").answered(at(0), by_person=True)
    for number in range(MOST_UNANSWERED + 500):
        said = said.received(at(1 + number), f"m{number}")
    # Then the customer waits since the first, and still waits when all that is remembered is shown elsewhere.
    assert (len(said.unanswered), said.waiting_since) == (MOST_UNANSWERED + 1, at(1))
    for number in range(MOST_UNANSWERED):
        said = said.shown_elsewhere(f"m{number}", True)
    assert said.waiting_since == at(1 + MOST_UNANSWERED)
    now = alone(OPENED, ASKED, SAID, (SENT, "agent"), SAID, SAID)
    assert (now.messages_in, now.messages_out, now.waiting_since, now.answered_at) == (3, 1, at(4), None)
    assert now.taken_up_at == at(3)


@pytest.mark.parametrize(
    ("by", "automatic", "wanted", "answers"),
    [
        ("agent", False, False, True),
        ("bot", False, False, True),
        ("agent", True, False, False),
        ("agent", False, True, True),
        ("bot", False, True, False),
        ("agent", True, True, False),
    ],
)
def test_what_answers_who_waits(by: ActorKind, automatic: bool, wanted: bool, answers: bool) -> None:
    reply = SENT.model_copy(update={"automatic": automatic})
    now = alone(OPENED, *([WANTED] if wanted else [ASKED]), (reply, by))
    assert now.messages_out == 1
    assert (now.waiting_since, now.answered_at) == ((None, at(2)) if answers else (at(0), None))
    assert now.taken_up_at == (at(2) if answers else None)
    assert now.person_requested_at == (at(1) if wanted and not answers else None)


def test_the_first_answer_is_when_it_was_taken_up() -> None:
    now = alone(OPENED, ASKED, (SENT, "agent"), SAID, (SENT, "agent"))
    assert (now.taken_up_at, now.answered_at, now.messages_out) == (at(2), at(4), 2)


def test_who_asks_for_a_person_waits_since_they_first_asked() -> None:
    now = alone(OPENED, ASKED, (SENT, "agent"), WANTED, WANTED)
    assert (now.person_requested_at, now.waiting_since, now.answered_at) == (at(3), at(3), None)


@pytest.mark.parametrize("by", ["customer", "agent"])
def test_only_what_the_customer_brings_is_waited_for(by: ActorKind) -> None:
    more = c.InteractionAdded(**ADA, interaction_id="i2", kind="feedback")
    now = alone(OPENED, ASKED, (SENT, "agent"), (more, by))
    assert (now.interactions, now.kinds) == (("i1", "i2"), ("inquiry", "feedback"))
    assert now.waiting_since == (at(3) if by == "customer" else None)


def test_a_kind_changes_where_it_is_meant() -> None:
    more = c.InteractionAdded(**ADA, interaction_id="i2", kind="feedback")
    changed = c.KindChanged(**ADA, interaction_id="i2", kind="complaint", previous="feedback")
    assert alone(OPENED, ASKED, more, changed).kinds == ("inquiry", "complaint")


@pytest.mark.parametrize("status", get_args(Status))
def test_what_is_closed_is_waited_for_by_nobody(status: Status) -> None:
    moved = c.StatusChanged(**ADA, status=status, previous="open")
    now = alone(OPENED, WANTED, moved)
    closed = status in ("resolved", "withdrawn")
    assert now.status == status
    assert now.closed_at == (at(2) if closed else None)
    assert (now.waiting_since, now.person_requested_at) == ((None, None) if closed else (at(0), at(1)))


def test_it_is_closed_since_it_first_was_until_it_is_opened() -> None:
    withdrawn = c.ConversationWithdrawn(**ADA, previous="open")
    now = alone(OPENED, ASKED, withdrawn, withdrawn)
    assert (now.status, now.closed_at) == ("withdrawn", at(2))
    opened = c.StatusChanged(**ADA, status="open", previous="withdrawn")
    now = alone(OPENED, ASKED, withdrawn, opened)
    assert (now.status, now.closed_at, now.waiting_since) == ("open", None, None)


@pytest.mark.parametrize("answered", [True, False])
def test_a_verdict_of_no_is_waited_for_unless_it_is_closed(answered: bool) -> None:
    verdict = c.AnswerJudged(**ADA, answered=answered)
    now = alone(OPENED, ASKED, (SENT, "agent"), verdict)
    assert (now.waiting_since, now.answered_at) == ((None, at(2)) if answered else (at(3), None))
    now = alone(OPENED, ASKED, (SENT, "agent"), RESOLVED, verdict)
    assert (now.waiting_since, now.answered_at) == (None, at(2) if answered else None)


def test_a_message_that_is_placed_is_waited_for_since_it_was_said() -> None:
    early, late = at(-9), at(9)
    placed = c.MessagePlaced(**ADA, message_id="m9", out_of=OTHER, said_at=early)
    company = OPENED.model_copy(update={"opened_by": "company"})
    now = alone(company, ASKED, placed)
    assert (now.messages_in, now.waiting_since) == (1, early)
    now = alone(OPENED, ASKED, placed.model_copy(update={"said_at": late}))
    assert (now.messages_in, now.waiting_since) == (1, at(0))
    assert alone(company, ASKED, (SENT, "agent"), placed).answered_at is None


def split(message_id: str) -> c.MessageSplit:
    return c.MessageSplit(**ADA, message_id=message_id, message_version=3, into=OTHER)


def returned(message_id: str) -> c.MessageReturned:
    return c.MessageReturned(**ADA, message_id=message_id, message_version=3, out_of=OTHER)


SECOND = SAID.model_copy(update={"message_id": "m3"})
BEFORE: list[Event | By] = [OPENED, ASKED, SAID, (SENT, "agent"), SECOND]


@pytest.mark.parametrize(
    ("gone", "waits", "answered", "messages"),
    [
        (["m3"], None, at(3), 1),
        (["m1"], at(4), None, 1),
        (["m1", "m3"], None, at(3), 0),
        ([], at(4), None, 2),
    ],
)
def test_without_a_message_all_is_as_if_it_had_never_been_said(
    gone: Sequence[str], waits: datetime | None, answered: datetime | None, messages: int
) -> None:
    now = alone(*BEFORE, *map(split, gone))
    assert (now.waiting_since, now.answered_at, now.messages_in, now.messages_out) == (waits, answered, messages, 1)
    back = alone(*BEFORE, *map(split, gone), *map(returned, reversed(gone)))
    assert replace(back, conversation_id="conversation-1") == alone(*BEFORE)


@pytest.mark.parametrize("then", [(SENT, "agent"), RESOLVED, WANTED, SECOND.model_copy(update={"message_id": "m4"})])
def test_what_happens_while_a_message_is_elsewhere_counts_when_it_is_back(then: Event | By) -> None:
    now = alone(*BEFORE, split("m3"), then, returned("m3"))
    never = alone(*BEFORE, split("m3"), returned("m3"), then)
    due = alone(*BEFORE, then)
    for each in (now, never):
        assert (each.waiting_since, each.messages_in) == (due.waiting_since, due.messages_in)
        assert (each.answered_at is None) == (due.answered_at is None)


def test_what_nobody_can_split_off_keeps_what_waits_short() -> None:
    assert alone(OPENED, ASKED, SAID, SECOND, WANTED).unanswered == (Unanswered(at(0)),)
    assert [each.message_id for each in alone(*BEFORE, SAID, WANTED, SAID).unanswered] == ["m3", "m1", None]
    # Closed, it is one thing that says that not all is answered, however often that was said.
    dispute = c.AnswerJudged(**ADA, answered=False)
    closed = alone(*BEFORE, WANTED, RESOLVED, dispute, dispute)
    assert closed.unanswered == (Unanswered(at(5), waits=False),)
    assert alone(*BEFORE, WANTED, RESOLVED, SECOND, WANTED, RESOLVED).unanswered == closed.unanswered
    assert alone(*BEFORE[:-1], RESOLVED, dispute, dispute).unanswered == (Unanswered(at(5), waits=False),)


# -- with parts


def joining(id: str = PART, waiting_since: datetime | None = None, **more: Any) -> Share:
    unanswered = (Unanswered(waiting_since),) if waiting_since else ()
    return Share(id, unanswered=unanswered, interactions=("i9",), kinds=("complaint",), messages_in=1, **more)


def heard(what: Any, part: str = PART, **more: Any) -> c.PartHeard:
    return c.PartHeard(**ADA, part=part, what=what, **more)


ANSWERED: list[Event | By] = [OPENED, ASKED, SAID, (SENT, "agent")]


def test_what_is_shown_as_one_is_summed_up() -> None:
    now = after(*ANSWERED, joining(messages_out=4, waiting_since=at(-5), person_requested_at=at(-4)))
    assert (now.messages_in, now.messages_out) == (2, 5)
    assert (now.waiting_since, now.person_requested_at, now.answered_at) == (at(-5), at(-4), None)
    assert (now.interactions, now.kinds) == (("i1", "i9"), ("inquiry", "complaint"))
    assert [each.conversation_id for each in now.shares] == ["conversation-1", PART]
    assert now.own.taken_up_at == at(3)
    # And without it, it is as before.
    gone = c.PartLeft(**ADA, leaving=(PART,), parts=())
    back = after(*ANSWERED, joining(waiting_since=at(-5)), gone)
    assert back == after(*ANSWERED)


def test_who_waits_longest_in_any_of_it_waits() -> None:
    now = after(OPENED, WANTED, joining(waiting_since=at(5), person_requested_at=at(6)))
    assert (now.waiting_since, now.person_requested_at) == (at(0), at(1))
    assert after(*ANSWERED, joining()).answered_at == at(3)


@pytest.mark.parametrize(
    ("event", "waits", "messages"),
    [
        (heard("received"), at(5), (3, 1)),
        (heard("answered"), None, (2, 2)),
        (heard("sent"), None, (2, 2)),
        (heard("disputed"), at(5), (2, 1)),
        (heard("person-requested"), at(5), (2, 1)),
        (heard("received", part=OTHER), None, (2, 1)),
    ],
)
def test_what_is_heard_of_a_part_is_its_own(event: Event, waits: datetime | None, messages: tuple[int, int]) -> None:
    now = after(*ANSWERED, joining(), event)
    assert (now.waiting_since, (now.messages_in, now.messages_out)) == (waits, messages)
    assert now.person_requested_at == (at(5) if getattr(event, "what", "") == "person-requested" else None)
    # In the part, not in itself
    own, part = now.shares
    assert own.messages_in + own.messages_out == 2
    assert part.waiting_since == waits


@pytest.mark.parametrize("by", ["customer", "agent"])
def test_what_is_brought_in_a_part_is_waited_for_there(by: ActorKind) -> None:
    now = after(*ANSWERED, joining(), (heard("brought", interaction_id="i7", kind="order"), by))
    assert (now.interactions, now.kinds) == (("i1", "i9", "i7"), ("inquiry", "complaint", "order"))
    assert now.waiting_since == (at(5) if by == "customer" else None)


def test_who_waits_in_a_part_waits_since_the_first_words() -> None:
    for what in ("received", "disputed", "person-requested"):
        now = after(*ANSWERED, joining(waiting_since=at(-3), person_requested_at=at(-2)), heard(what))
        assert (now.waiting_since, now.person_requested_at) == (at(-3), at(-2))


@pytest.mark.parametrize(("by", "wanted", "answers"), [
    ("agent", False, True), ("bot", False, True), ("agent", True, True), ("bot", True, False),
])  # fmt: skip
def test_what_answers_in_a_part_answers_there(by: ActorKind, wanted: bool, answers: bool) -> None:
    asked: dict[str, Any] = {"person_requested_at": at(-2)} if wanted else {}
    now = after(*ANSWERED, joining(waiting_since=at(-3), **asked), (heard("answered"), by))
    assert now.waiting_since == (None if answers else at(-3))
    assert now.person_requested_at == (None if answers else asked.get("person_requested_at"))
    assert now.messages_out == 2
    # Sent at the one that it is shown at, it answers in all of it.
    here = after(OPENED, ASKED, joining(waiting_since=at(-3), **asked), (SENT, by))
    assert here.waiting_since == (None if answers else at(-3))
    assert here.answered_at == (at(3) if answers else None)


@pytest.mark.parametrize("status", ["open", "waiting_on_customer", "on_hold", "resolved"])
def test_what_is_done_to_the_one_that_is_shown_is_done_to_its_parts(status: Status) -> None:
    moved = c.StatusChanged(**ADA, status=status, previous="open")
    now = after(*ANSWERED, joining(waiting_since=at(-3), person_requested_at=at(-2), reopened=True), moved)
    closed = status == "resolved"
    assert (now.waiting_since, now.person_requested_at) == ((None, None) if closed else (at(-3), at(-2)))
    assert (now.status, now.closed_at) == (status, at(5) if closed else None)
    assert now.parts[0].reopened is False
    withdrawn = c.ConversationWithdrawn(**ADA, previous="open")
    assert after(*ANSWERED, joining(waiting_since=at(-3)), withdrawn).waiting_since is None


def test_a_part_that_opens_it_again_has_it_open_while_it_is_one() -> None:
    now = after(*ANSWERED, RESOLVED, joining(), heard("received", reopens=True))
    assert (now.status, now.closed_at) == ("open", None)
    now = after(*ANSWERED, RESOLVED, joining(), heard("received", reopens=True), heard("answered"))
    assert now.status == "open"
    now = after(*ANSWERED, RESOLVED, joining(), heard("received"))
    assert (now.status, now.closed_at) == ("resolved", at(4))
    gone = c.PartLeft(**ADA, leaving=(PART,), parts=())
    assert after(*ANSWERED, RESOLVED, joining(), heard("received", reopens=True), gone).status == "resolved"


def test_what_joins_another_brings_its_parts_along() -> None:
    own, part = after(OPENED, ASKED, SAID, WANTED, joining(for_person=True)).brings()
    assert own == Share(
        "conversation-1",
        unanswered=(Unanswered(at(0)),),
        person_requested_at=at(3),
        messages_in=1,
        interactions=("i1",),
        kinds=("inquiry",),
        for_person=True,
    )
    assert part == joining(for_person=True)
    # Each of several parts says whether somebody asks for a person there.
    _, *parts = after(OPENED, ASKED, joining(), joining(OTHER), heard("person-requested", part=OTHER)).brings()
    assert [(each.conversation_id, each.for_person) for each in parts] == [(PART, False), (OTHER, True)]
    own, part = after(*ANSWERED, RESOLVED, joining()).brings()
    assert (own.reopened, own.for_person, part.for_person) == (False, False, False)
    # What a part has open, it has open there only: the status of the other one is theirs from then on.
    own, part = after(*ANSWERED, RESOLVED, joining(reopened=True)).brings()
    assert (own.reopened, part.reopened) == (False, False)


@pytest.mark.parametrize("status", ["open", "waiting_on_customer", "on_hold", "resolved"])
def test_what_is_merged_stands_as_its_target_stands(status: Status) -> None:
    # When somebody waits in what is merged, and for a person
    moved = c.StatusChanged(**ADA, status=status, previous="open")
    now = after(*ANSWERED, moved, joining(waiting_since=at(-3), person_requested_at=at(-2), for_person=True))
    # Then
    assert now.status == status
    waits = (now.waiting_since, now.person_requested_at, now.parts[0].for_person)
    assert waits == ((None, None, False) if status == "resolved" else (at(-3), at(-2), True))
    # And without it, it is as before.
    left = c.PartLeft(**ADA, leaving=(PART,), parts=())
    assert after(*ANSWERED, moved, joining(waiting_since=at(-3)), left) == after(*ANSWERED, moved)


@pytest.mark.parametrize(("since", "opens"), [([], False), ([SECOND], True), ([SECOND, (SENT, "agent")], False)])
def test_what_a_split_is_undone_of_brings_what_came_since(since: Sequence[Event | By], opens: bool) -> None:
    # Given a conversation that began with a message, which is shown where it was said again
    begun = OPENED.model_copy(update={"opened_by": "company"})
    placed = c.MessagePlaced(**ADA, message_id="m1", out_of=OTHER, said_at=at(-9))
    taken = c.MessageTaken(**ADA, message_id="m1", back_to=OTHER)
    more = c.InteractionAdded(**ADA, interaction_id="i2", kind="feedback")
    # Then
    (own,) = after(begun, ASKED, placed, (more, "agent"), *since, taken).brings()
    assert (own.interactions, own.kinds, own.reopened) == (("i2",), ("feedback",), opens)
    assert own.messages_in == len(since[:1])
    # But once it was separated, it brings all that it shows.
    again = after(begun, ASKED, placed, taken, c.ConversationSeparated(**ADA, out_of=OTHER))
    assert (again.brings()[0].interactions, again.brings()[0].reopened) == (("i1",), False)


def test_whole_streams_say_where_each_stands_and_what_joined() -> None:
    # Given a part that has a part itself
    far, near = recorded(OPENED, "customer", 0, OTHER), recorded(OPENED, "customer", 1, PART)
    merged = recorded(c.ConversationMerged(**ADA, into=PART), "agent", 2, OTHER)
    joined = recorded(c.PartJoined(**ADA, joining=(OTHER,), parts=(OTHER,)), "agent", 3, PART)
    # Then
    found = standings([far, near, merged, joined])
    assert [share.conversation_id for share in found[PART].shares] == [PART, OTHER]
    assert (found[PART].waiting_since, found[PART].own.waiting_since) == (at(0), at(1))
    # Where the part's own stream is not read, nothing is known of it.
    assert standings([near, joined])[PART].parts == (Share(OTHER),)
