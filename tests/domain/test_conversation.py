"""What a conversation decides: each command, each refusal, and each command that changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import pytest

from domain.conversation.commands import (
    AddInteraction,
    AddNote,
    Assign,
    ChangeKind,
    ChangePriority,
    ChangeStatus,
    ConversationCommand,
    GiveBack,
    HandOver,
    JudgeAnswer,
    OpenConversation,
    ReceiveMessage,
    RequestPerson,
    SendReply,
    SetPolicy,
    Withdraw,
)
from domain.conversation.decisions import check_by, decide
from domain.conversation.events import (
    AnswerJudged,
    Assigned,
    ConversationEvent,
    ConversationMerged,
    ConversationSeparated,
    ConversationWithdrawn,
    HandedOver,
    InteractionAdded,
    KindChanged,
    MessagePlaced,
    MessageReceived,
    MessageSent,
    MessageTaken,
    NoteAdded,
    Opened,
    PartHeard,
    PartJoined,
    PartLeft,
    PersonRequested,
    PolicySet,
    PriorityChanged,
    Status,
    StatusCause,
    StatusChanged,
)
from domain.conversation.interaction import Attachment
from domain.conversation.standing import status_of_all
from domain.conversation.state import Conversation, evolve, is_bot, joined
from domain.kernel.event import ActorKind, Event
from domain.kernel.refusal import Refusal
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA: dict[str, Any] = {"customer_id": "customer-ada"}
OPENED = Opened(**ADA, opened_by="customer", channel="mail")
ASKED = InteractionAdded(**ADA, interaction_id="interaction-1", kind="inquiry")
BEGUN: list[Event] = [OPENED, ASKED]
FILE = Attachment(id="f1", name="photo.jpg", type="image/jpeg", size=3, sha256="0" * 64)
TEAM: dict[str, Any] = {"team_id": "team-1", "agent_id": "staff-1"}
NOBODY: dict[str, Any] = {"previous_team_id": None, "previous_agent_id": None}
GIVEN = Assigned(**ADA, **TEAM, **NOBODY)
TO_BOT = Assigned(**ADA, team_id="team-1", agent_id="service-bot", **NOBODY)
WANTED = PersonRequested(**ADA)
SENT = MessageSent(**ADA, message_id="message-2", channel="mail", body="So it is")
MERGED = ConversationMerged(**ADA, into="conversation-2")


@dataclass(frozen=True)
class Joins:
    """A part joins; and what its own events say of it."""

    event: PartJoined
    part: Conversation
    opens: bool


def joins(
    id: str = "conversation-9", *, reopened: bool = False, for_person: bool = False, among: tuple[str, ...] = ()
) -> Joins:
    part = Conversation("customer-ada", "mail", "normal", asked_for_person=for_person)
    return Joins(PartJoined(**ADA, joining=(id,), parts=(*among, id)), part, reopened)


def evolve_with_parts(state: Conversation | None, event: ConversationEvent | Joins) -> Conversation | None:
    if not isinstance(event, Joins):
        return evolve(state, event)
    after = evolve(state, event.event)
    assert after is not None
    assert after.unsettled
    return joined(after, event.part, event.event.joining[0], opening=event.event.joining if event.opens else ())


conversation = Aggregate[Conversation](evolve_with_parts, lambda state, command: decide(state, command, NOW))


def moved(status: Status, previous: Status = "open", cause: StatusCause = "command", **more: Any) -> StatusChanged:
    return StatusChanged(**ADA, status=status, previous=previous, cause=cause, **more)


# -- opening


def test_a_conversation_opens_with_all_that_is_said_of_it() -> None:
    command = OpenConversation(
        **ADA,
        kind="complaint",
        channel="mail",
        subject="Broken",
        body="It broke",
        language="de",
        product_area="bikes",
        theme="battery",
        segment="gold",
        priority="high",
        policy_id="policy-1",
        attachments=(FILE,),
        interaction_id="interaction-1",
        message_id="message-1",
    )
    conversation.given().when(command).then(
        Opened(
            **ADA,
            opened_by="customer",
            channel="mail",
            subject="Broken",
            language="de",
            product_area="bikes",
            segment="gold",
            priority="high",
        ),
        InteractionAdded(
            **ADA, interaction_id="interaction-1", kind="complaint", product_area="bikes", theme="battery"
        ),
        MessageReceived(
            **ADA,
            message_id="message-1",
            channel="mail",
            body="It broke",
            language="de",
            attachments=(FILE,),
            effect="opened",
        ),
        PolicySet(**ADA, policy_id="policy-1"),
    )


def test_a_conversation_opens_without_words() -> None:
    command = OpenConversation(**ADA, kind="complaint", channel="phone", interaction_id="interaction-1")
    conversation.given().when(command).then(
        Opened(**ADA, opened_by="customer", channel="phone"),
        InteractionAdded(**ADA, interaction_id="interaction-1", kind="complaint"),
    )


def test_what_the_company_opens_begins_with_a_message_that_is_sent() -> None:
    command = OpenConversation(
        **ADA, kind="inquiry", channel="mail", opened_by="company", body="Hello", interaction_id="i", message_id="m"
    )
    conversation.given().when(command).then(
        Opened(**ADA, opened_by="company", channel="mail"),
        InteractionAdded(**ADA, interaction_id="i", kind="inquiry"),
        MessageSent(**ADA, message_id="m", channel="mail", body="Hello", effect="opened"),
    )


def test_a_conversation_opens_once() -> None:
    conversation.given(*BEGUN).when(OpenConversation(**ADA, kind="inquiry", channel="mail")).then("conversation-exists")


@pytest.mark.parametrize("given", [[], BEGUN])
def test_an_interaction_of_kind_order_names_its_order(given: list[Event]) -> None:
    command: ConversationCommand = AddInteraction(kind="order", interaction_id="i")
    if not given:
        command = OpenConversation(**ADA, kind="order", channel="mail", interaction_id="i")
    conversation.given(*given).when(command).then("order-missing")
    about = command.model_copy(update={"order_id": "order-1"})
    added = InteractionAdded(**ADA, interaction_id="i", kind="order", order_id="order-1")
    assert added in conversation.given(*given).when(about).happened


NO_OPENING = [
    AddInteraction(kind="inquiry"), ReceiveMessage(body="x"), SendReply(body="x"), AddNote(body="x"), Assign(),
    GiveBack(agent_id="staff-1"), HandOver(team_id="team-1"), ChangePriority(priority="low"),
    SetPolicy(policy_id="policy-1"), ChangeKind(kind="order"), ChangeStatus(status="open"), JudgeAnswer(answered=True),
    RequestPerson(), Withdraw(),
]  # fmt: skip


@pytest.mark.parametrize("command", NO_OPENING, ids=lambda command: type(command).__name__)
def test_nothing_is_asked_of_what_was_never_opened(command: ConversationCommand) -> None:
    conversation.given().when(command).then("not-found")
    # What stands before an opening makes no conversation, either.
    conversation.given(SENT, ASKED).when(command).then("not-found")


# -- what is said and brought


def test_a_message_keeps_all_that_came_with_it() -> None:
    said: dict[str, Any] = {"message_id": "m", "body": "x", "channel": "chat", "language": "de", "attachments": (FILE,)}
    conversation.given(*BEGUN).when(ReceiveMessage(**said)).then(MessageReceived(**ADA, **said, effect="none"))
    conversation.given(*BEGUN).when(SendReply(**said, automatic=True)).then(
        MessageSent(**ADA, **said, automatic=True, effect="none")
    )


def test_a_message_without_a_channel_goes_over_the_conversations() -> None:
    received = MessageReceived(**ADA, message_id="m", channel="mail", body="x", effect="none")
    conversation.given(*BEGUN).when(ReceiveMessage(body="x", message_id="m")).then(received)
    sent = MessageSent(**ADA, message_id="m", channel="mail", body="x", effect="none")
    conversation.given(*BEGUN).when(SendReply(body="x", message_id="m")).then(sent)


@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize("reopens", [True, False])
def test_words_of_the_customer_open_all_but_what_is_on_hold(status: Status, reopens: bool) -> None:
    opens = reopens and status in ("waiting_on_customer", "resolved", "withdrawn")
    happened = conversation.given(*BEGUN, moved(status)).when(ReceiveMessage(body="x", reopens=reopens)).happened
    assert happened[1:] == ([moved("open", status, "message")] if opens else [])
    assert [event.effect for event in happened if isinstance(event, MessageReceived)] == [
        "reopened" if opens else "none"
    ]


def test_a_policy_that_keeps_the_status_is_named_by_the_message() -> None:
    # Given
    state = conversation.given(*BEGUN, moved("resolved")).state
    # When
    (received,) = decide(state, ReceiveMessage(body="x", message_id="m"), NOW, kept_by="policy-1")
    # Then
    assert isinstance(received, MessageReceived)
    assert (received.effect, received.kept_by) == ("kept", "policy-1")


@pytest.mark.parametrize("status", get_args(Status))
def test_what_the_customer_brings_opens_only_what_is_closed(status: Status) -> None:
    added = InteractionAdded(**ADA, interaction_id="i", kind="feedback", product_area="bikes", theme="tyres")
    opened = [moved("open", status, "interaction")] if status in ("resolved", "withdrawn") else []
    command = AddInteraction(interaction_id="i", kind="feedback", product_area="bikes", theme="tyres")
    conversation.given(*BEGUN, moved(status)).when(command).then(added, *opened)


@pytest.mark.parametrize("status", get_args(Status))
def test_a_reply_and_a_note_leave_a_conversation_as_it_stands(status: Status) -> None:
    given = conversation.given(*BEGUN, moved(status))
    assert len(given.when(SendReply(body="x")).happened) == 1
    given.when(AddNote(body="For us", note_id="n")).then(NoteAdded(**ADA, note_id="n", body="For us"))


# -- who sees to it


def test_a_conversation_is_given_to_a_team_a_person_or_nobody() -> None:
    conversation.given(*BEGUN).when(Assign(**TEAM)).then(GIVEN)
    taken = Assigned(
        **ADA, team_id=None, agent_id=None, previous_team_id="team-1", previous_agent_id="staff-1"
    )  # fmt: skip
    conversation.given(*BEGUN, GIVEN).when(Assign()).then(taken)
    conversation.given(*BEGUN, GIVEN, taken).when(Assign()).then()


@pytest.mark.parametrize("command", [Assign(**TEAM), HandOver(**TEAM), HandOver(**TEAM, because="They know")])
def test_who_has_it_is_not_given_it_again(command: ConversationCommand) -> None:
    conversation.given(*BEGUN, GIVEN).when(command).then()


def test_a_hand_over_says_from_whom_to_whom_and_why() -> None:
    over = HandedOver(
        **ADA,
        team_id="team-2",
        agent_id="staff-2",
        previous_team_id="team-1",
        previous_agent_id="staff-1",
        because="They know",
    )
    command = HandOver(team_id="team-2", agent_id="staff-2", because="They know")
    conversation.given(*BEGUN, GIVEN).when(command).then(over)
    conversation.given(*BEGUN, GIVEN, over).when(command).then()


def test_who_has_it_gives_it_back_to_their_team_and_nobody_else_does() -> None:
    back = Assigned(**ADA, team_id="team-1", agent_id=None, previous_team_id="team-1", previous_agent_id="staff-1")
    conversation.given(*BEGUN, GIVEN).when(GiveBack(agent_id="staff-1")).then(back)
    conversation.given(*BEGUN, GIVEN).when(GiveBack(agent_id="staff-2")).then()
    conversation.given(*BEGUN, GIVEN, back).when(GiveBack(agent_id="staff-1")).then()


# -- a person is asked for


@pytest.mark.parametrize("asked", [[WANTED], [joins(for_person=True)]])
@pytest.mark.parametrize("command", [Assign(agent_id="service-bot"), HandOver(team_id="t", agent_id="service-bot")])
def test_no_bot_is_given_what_a_person_is_asked_for(asked: list[object], command: ConversationCommand) -> None:
    assert conversation.given(*BEGUN).when(command).happened != ["person-requested"]
    conversation.given(*BEGUN, *asked).when(command).then("person-requested")
    conversation.given(*BEGUN, *asked).when(Assign(**TEAM)).then(GIVEN)


def test_a_bot_that_has_it_gives_it_up_to_a_person() -> None:
    back = Assigned(**ADA, team_id="team-1", agent_id=None, previous_team_id="team-1", previous_agent_id="service-bot")
    asking = PersonRequested(**ADA, because="No bots")
    conversation.given(*BEGUN, TO_BOT).when(RequestPerson(because="No bots")).then(asking, back)
    conversation.given(*BEGUN, GIVEN).when(RequestPerson()).then(WANTED)
    conversation.given(*BEGUN).when(RequestPerson()).then(WANTED)


@pytest.mark.parametrize("status", get_args(Status))
def test_asking_for_a_person_opens_as_words_do(status: Status) -> None:
    opened = [] if status in ("open", "on_hold") else [moved("open", status, "person-requested")]
    conversation.given(*BEGUN, moved(status)).when(RequestPerson()).then(WANTED, *opened)


@pytest.mark.parametrize("by", get_args(ActorKind))
def test_only_people_close_or_put_off_what_a_person_is_asked_for(by: ActorKind) -> None:
    state = conversation.given(*BEGUN, WANTED).state
    assert state is not None
    check_by(state, SendReply(body="x"), by)
    if by in ("agent", "customer"):
        check_by(state, ChangeStatus(status="resolved"), by)
    else:
        with pytest.raises(Refusal) as refused:
            check_by(state, ChangeStatus(status="resolved"), by)
        assert refused.value.code == "person-requested"
    unasked = conversation.given(*BEGUN).state
    assert unasked is not None
    check_by(unasked, ChangeStatus(status="resolved"), by)


@pytest.mark.parametrize("closing", [moved("resolved"), ConversationWithdrawn(**ADA, previous="open")])
def test_closing_ends_the_wish_for_a_person_and_waiting_does_not(closing: Event) -> None:
    bot = Assign(team_id="team-1", agent_id="service-bot")
    for asking in (WANTED, joins(for_person=True)):
        conversation.given(*BEGUN, asking, closing).when(bot).then(TO_BOT)
        for status in ("on_hold", "waiting_on_customer", "open"):
            conversation.given(*BEGUN, asking, moved(status)).when(bot).then("person-requested")


# -- priority, policy, kind


def test_a_priority_changes_and_the_same_again_only_where_that_is_said() -> None:
    changed = PriorityChanged(**ADA, priority="high", previous="normal")
    conversation.given(*BEGUN).when(ChangePriority(priority="high")).then(changed)
    conversation.given(*BEGUN, changed).when(ChangePriority(priority="high")).then()
    again = PriorityChanged(**ADA, priority="high", previous="high")
    conversation.given(*BEGUN, changed).when(ChangePriority(priority="high", again=True)).then(again)


def test_a_policy_is_set_and_the_same_again_only_where_that_is_said() -> None:
    policy = PolicySet(**ADA, policy_id="policy-1")
    conversation.given(*BEGUN).when(SetPolicy(policy_id="policy-1")).then(policy)
    given = conversation.given(*BEGUN, policy)
    given.when(SetPolicy(policy_id="policy-1")).then()
    given.when(SetPolicy(policy_id="policy-1", again=True)).then(policy)
    assert given.state is not None
    assert given.state.policy_id == "policy-1"


SECOND = InteractionAdded(**ADA, interaction_id="interaction-2", kind="feedback")
ORDERED = InteractionAdded(**ADA, interaction_id="interaction-3", kind="inquiry", order_id="order-1")


@pytest.mark.parametrize(
    ("command", "then"),
    [
        (ChangeKind(kind="complaint"), ("interaction-1", "complaint", "inquiry")),
        (
            ChangeKind(kind="complaint", interaction_id="interaction-2"),
            ("interaction-2", "complaint", "feedback"),
        ),
        (ChangeKind(kind="order", interaction_id="interaction-3"), ("interaction-3", "order", "inquiry")),
        (ChangeKind(kind="inquiry"), None),
        (ChangeKind(kind="feedback", interaction_id="interaction-2"), None),
        (ChangeKind(kind="order"), "order-missing"),
        (ChangeKind(kind="order", interaction_id="interaction-2"), "order-missing"),
        (ChangeKind(kind="feedback", interaction_id="interaction-4"), "interaction-unknown"),
    ],
)
def test_an_interaction_turns_out_to_be_of_another_kind(command: ChangeKind, then: Any) -> None:
    outcome = conversation.given(*BEGUN, SECOND, ORDERED).when(command)
    if isinstance(then, tuple):
        id, kind, previous = then
        outcome.then(KindChanged(**ADA, interaction_id=id, kind=kind, previous=previous))
    else:
        outcome.then(*([then] if then else []))


def test_a_kind_that_changed_is_the_kind_it_has() -> None:
    changed = KindChanged(**ADA, interaction_id="interaction-3", kind="order", previous="inquiry")
    given = conversation.given(*BEGUN, ORDERED, changed)
    given.when(ChangeKind(kind="order", interaction_id="interaction-3")).then()
    # The order that it names stays named.
    back = KindChanged(**ADA, interaction_id="interaction-3", kind="inquiry", previous="order")
    given.given(back).when(ChangeKind(kind="order", interaction_id="interaction-3")).then(changed)


# -- status


@pytest.mark.parametrize("status", ["open", "waiting_on_customer", "on_hold", "resolved"])
@pytest.mark.parametrize("before", get_args(Status))
def test_a_status_changes_to_another_and_again_only_where_that_is_said(
    before: Status, status: Literal["open", "waiting_on_customer", "on_hold", "resolved"]
) -> None:
    given = conversation.given(*BEGUN, moved(before))
    given.when(ChangeStatus(status=status)).then(*([] if before == status else [moved(status, before)]))
    given.when(ChangeStatus(status=status, again=True)).then(moved(status, before))


def test_a_resolution_is_said_when_resolving_and_anew_in_other_words() -> None:
    conversation.given(*BEGUN).when(ChangeStatus(status="on_hold", resolution="Sent")).then("resolution-misplaced")
    resolved = moved("resolved", resolution="Sent")
    conversation.given(*BEGUN).when(ChangeStatus(status="resolved", resolution="Sent")).then(resolved)
    given = conversation.given(*BEGUN, resolved)
    given.when(ChangeStatus(status="resolved")).then()
    anew = moved("resolved", "resolved", resolution="Sent twice")
    given.when(ChangeStatus(status="resolved", resolution="Sent twice")).then(anew)


def test_a_withdrawn_one_can_be_resolved_and_a_resolved_not_withdrawn() -> None:
    withdrawn = ConversationWithdrawn(**ADA, previous="open")
    conversation.given(*BEGUN, withdrawn).when(ChangeStatus(status="resolved")).then(moved("resolved", "withdrawn"))
    conversation.given(*BEGUN, moved("resolved")).when(Withdraw()).then("already-resolved")
    conversation.given(*BEGUN, moved("resolved")).when(Withdraw(because="Found it")).then("already-resolved")


@pytest.mark.parametrize("status", ["open", "waiting_on_customer", "on_hold"])
def test_a_matter_is_withdrawn_from_wherever_it_stands(status: Status) -> None:
    withdrawn = ConversationWithdrawn(**ADA, previous=status, because="Found it")
    conversation.given(*BEGUN, moved(status)).when(Withdraw(because="Found it")).then(withdrawn)
    conversation.given(*BEGUN, moved(status), withdrawn).when(Withdraw()).then()
    anew = ConversationWithdrawn(**ADA, previous="withdrawn", because="It was under the bed")
    conversation.given(*BEGUN, moved(status), withdrawn).when(Withdraw(because="It was under the bed")).then(anew)


# -- verdicts


def test_a_verdict_is_on_the_last_answer_or_the_one_it_names() -> None:
    later = MessageSent(**ADA, message_id="message-3", channel="mail", body="And so")
    said = AnswerJudged(**ADA, answered=False, because="No", message_id="message-3")
    conversation.given(*BEGUN, SENT, later).when(JudgeAnswer(answered=False, because="No")).then(said)
    named = AnswerJudged(**ADA, answered=True, message_id="message-2")
    conversation.given(*BEGUN, SENT, later).when(JudgeAnswer(answered=True, message_id="message-2")).then(named)
    conversation.given(*BEGUN).when(JudgeAnswer(answered=True, message_id="message-2")).then(named)


@pytest.mark.parametrize("status", get_args(Status))
def test_without_an_answer_only_a_resolution_is_judged(status: Status) -> None:
    outcome = conversation.given(*BEGUN, moved(status)).when(JudgeAnswer(answered=True))
    outcome.then(AnswerJudged(**ADA, answered=True) if status == "resolved" else "nothing-to-judge")


# -- merged with others

REACHING = [
    AddInteraction(kind="inquiry"), ReceiveMessage(body="x"), SendReply(body="x"), RequestPerson(),
    JudgeAnswer(answered=True), AddNote(body="x", again=True), ChangePriority(priority="low", again=True),
    SetPolicy(policy_id="p", again=True), ChangeStatus(status="open", again=True),
]  # fmt: skip
BLOCKED = [
    AddNote(body="x"), ChangePriority(priority="low"), SetPolicy(policy_id="p"), ChangeStatus(status="on_hold"),
    Assign(), GiveBack(agent_id="staff-1"), HandOver(team_id="team-1"), ChangeKind(kind="complaint"), Withdraw(),
]  # fmt: skip


@pytest.mark.parametrize("command", REACHING, ids=lambda command: type(command).__name__)
def test_what_is_said_in_a_merged_conversation_is_taken_in(command: ConversationCommand) -> None:
    happened = conversation.given(*BEGUN, SENT, MERGED).when(command).happened
    assert happened == conversation.given(*BEGUN, SENT).when(command).happened
    assert happened[0] != "conversation-merged"


@pytest.mark.parametrize("command", BLOCKED, ids=lambda command: type(command).__name__)
def test_what_is_about_a_merged_conversation_is_asked_of_its_target(command: ConversationCommand) -> None:
    conversation.given(*BEGUN, MERGED).when(command).then("conversation-merged")
    apart = ConversationSeparated(**ADA, out_of="conversation-2")
    outcome = conversation.given(*BEGUN, MERGED, apart).when(command)
    assert outcome == conversation.given(*BEGUN).when(command)


def test_a_refusal_names_the_conversation_to_ask() -> None:
    state = conversation.given(*BEGUN, MERGED).state
    with pytest.raises(Refusal, match="conversation-2"):
        decide(state, Withdraw(), NOW)


@pytest.mark.parametrize("own", get_args(Status))
def test_a_part_opens_again_what_is_not_on_hold(own: Status) -> None:
    assert status_of_all(own, reopened=True) == ("on_hold" if own == "on_hold" else "open")
    assert status_of_all(own, reopened=False) == own
    for hearing in (
        [joins(reopened=True)],
        [joins(), PartHeard(**ADA, part="conversation-9", what="received", reopens=True)],
    ):
        state = conversation.given(*BEGUN, moved(own), *hearing).state
        assert state is not None
        assert (state.status, state.own_status) == (status_of_all(own, reopened=True), own)


def test_what_is_done_to_the_target_outlasts_its_parts() -> None:
    given = conversation.given(*BEGUN, joins(reopened=True), moved("resolved"))
    given.when(ChangeStatus(status="resolved")).then()
    opened = given.given(PartHeard(**ADA, part="conversation-9", what="received", reopens=True))
    # Open because of its part: said of itself, that changes what stays when the part leaves.
    opened.when(ChangeStatus(status="open")).then(moved("open", "resolved"))
    opened.when(ChangeStatus(status="resolved")).then(moved("resolved", "resolved"))
    left = opened.given(PartLeft(**ADA, leaving=("conversation-9",), parts=()))
    left.when(ChangeStatus(status="resolved")).then()


@pytest.mark.parametrize(
    ("heard", "reopened", "asked"),
    [
        (PartHeard(**ADA, part="conversation-9", what="received", reopens=True), True, False),
        (PartHeard(**ADA, part="conversation-9", what="received"), False, False),
        (PartHeard(**ADA, part="conversation-9", what="person-requested", reopens=True), True, True),
        (PartHeard(**ADA, part="conversation-9", what="person-requested"), False, True),
        (PartHeard(**ADA, part="conversation-8", what="person-requested", reopens=True), False, False),
    ],
)
def test_what_is_heard_of_a_part_counts_while_it_is_one(heard: PartHeard, reopened: bool, asked: bool) -> None:
    state = conversation.given(*BEGUN, joins(), heard).state
    assert state is not None
    part = frozenset({"conversation-9"})
    assert (state.reopened, state.for_person) == (part if reopened else frozenset(), part if asked else frozenset())
    assert state.person_requested == asked
    assert state.asked_for_person is False
    after = evolve(state, PartLeft(**ADA, leaving=("conversation-9",), parts=("conversation-7",)))
    assert after is not None
    assert (after.reopened, after.for_person, after.parts) == (frozenset(), frozenset(), ("conversation-7",))


def test_parts_that_stay_keep_what_they_asked() -> None:
    state = conversation.given(
        *BEGUN,
        joins("conversation-7", reopened=True, for_person=True),
        joins("conversation-8", reopened=True, among=("conversation-7",)),
        joins("conversation-9", for_person=True, among=("conversation-7", "conversation-8")),
        PartLeft(**ADA, leaving=("conversation-7",), parts=("conversation-8", "conversation-9")),
    ).state
    assert state is not None
    assert state.reopened == frozenset({"conversation-8"})
    assert state.for_person == frozenset({"conversation-9"})


# -- the state


def test_an_opening_is_all_that_a_new_conversation_knows() -> None:
    opened = Opened(**ADA, opened_by="company", channel="chat", priority="urgent")
    state = evolve(None, opened)
    assert state == Conversation("customer-ada", "chat", "urgent")
    assert (state.status, state.person_requested) == ("open", False)


def test_a_split_is_known_where_it_led_until_it_is_undone() -> None:
    placed = MessagePlaced(**ADA, message_id="m", out_of="conversation-2", said_at=NOW)
    taken = MessageTaken(**ADA, message_id="m", back_to="conversation-2")
    state = conversation.given(*BEGUN, placed).state
    assert state is not None
    assert state.split_from == "conversation-2"
    after = evolve(state, taken)
    assert after is not None
    assert after.split_from is None


@pytest.mark.parametrize(
    ("agent_id", "bot"), [("service-bot", True), ("staff-1", False), ("bot-service", False), ("", False), (None, False)]
)
def test_programs_are_services(agent_id: str | None, bot: bool) -> None:
    assert is_bot(agent_id) == bot


def test_events_that_decide_nothing_leave_the_state_as_it_is() -> None:
    given = conversation.given(*BEGUN)
    judged = AnswerJudged(**ADA, answered=True)
    received = MessageReceived(**ADA, message_id="m", channel="chat", body="x")
    assert given.given(judged, received, NoteAdded(**ADA, note_id="n", body="x")).state == given.state
