"""Figures of measures equal what one counts by hand from the log, as it stands and as it was known."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.replay import Replay
from domain.conversation import events as c
from domain.kernel.as_known import Instants
from domain.kernel.event import Actor, Draft, Envelope, Event
from domain.kernel.ids import new_id
from domain.measure.catalogue import OF_CONVERSATIONS
from domain.measure.definition import MeasuredItem
from domain.measure.question import MeasureQuestion, asked
from domain.order import events as o
from domain.promise import Broken, Kept, Made, PromiseWithdrawn, Revised
from domain.service_level.policy import ConversationMetric
from domain.service_level.verdicts import ClocksEvaluated, RecordedClock, Which, stream_of
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.views.projector import Projector
from projections import measure as view
from projections.conversation.steps import CONVERSATION_STEPS
from projections.order import ORDERS
from projections.promise import PROMISES
from projections.service_level.clocks import SLA_CLOCKS
from tests.oracle import measures as oracle
from tests.support.following import catch_up

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = BEGIN + timedelta(days=200)


def record(log: Log, chance: random.Random, number: int) -> None:
    """A promise, and an order whose delivery it may be, with the ends that a company gives them."""
    envelopes = (
        Envelope(event_id=new_id("event"), actor=Actor(id="staff-1", kind="agent"), occurred_at=BEGIN + each)
        for each in sorted(timedelta(hours=chance.randint(0, 5000)) for _ in range(20))
    )
    order_id = new_id("order") if chance.random() < 0.6 else None
    ids: dict[str, Any] = {"customer_id": f"customer-{number % 7}"}
    promise_id = new_id("promise")
    about = {"promise_id": promise_id, "order_id": order_id, **ids}
    due = BEGIN + timedelta(hours=chance.randint(0, 5000))
    story: list[Event] = [Made(**about, text="There by then", due_at=due, delivery=order_id is not None)]
    last = due
    for _ in range(chance.choice([0, 0, 1, 2])):
        later = last + timedelta(days=chance.randint(1, 30))
        story.append(Revised(**about, due_at=later, previous_due_at=last, because="late"))
        last = later
    story += chance.choice([[], [Kept(**about)], [Broken(**about, because="lost")], [PromiseWithdrawn(**about)]])
    drafts = [Draft(promise_id, n, event, next(envelopes)) for n, event in enumerate(story, 1)]
    if order_id is not None:
        whose = {"order_id": order_id, **ids}
        steps: list[Event] = [o.Placed(**whose), o.DeliveryPromised(**whose, promise_id=promise_id, due_at=due)]
        steps += chance.choice([[], [o.Delivered(**whose)], [o.Cancelled(**whose)]])
        drafts += [Draft(order_id, n, event, next(envelopes)) for n, event in enumerate(steps, 1)]
    log.save(*drafts)


def converse(log: Log, chance: random.Random, number: int, others: list[str]) -> None:
    """A conversation with what may happen in it, told in any order. It may be merged into one of `others`."""
    conversation_id, customer_id = new_id("conversation"), f"customer-{number % 7}"
    begin = BEGIN + timedelta(minutes=chance.randint(0, 200_000))
    ids: dict[str, Any] = {"customer_id": customer_id}
    sent = [new_id("message") for _ in range(3)]
    received = [new_id("message") for _ in range(4)]
    words: dict[str, Any] = {**ids, "channel": "mail", "body": "words"}
    teams: dict[str, Any] = {**ids, "previous_team_id": None, "previous_agent_id": None}
    customer, agent, bot = (("customer-1", "customer"), ("staff-1", "agent"), ("service-1", "bot"))
    interaction: dict[str, Any] = {**ids, "interaction_id": new_id("interaction")}
    interaction["kind"] = chance.choice(["inquiry", "complaint", "order"])
    began: dict[str, Any] = {**ids, "opened_by": "company" if chance.random() < 0.1 else "customer"}
    told: list[tuple[timedelta, tuple[str, Any], Event]] = [
        (timedelta(), customer, c.Opened(**began, channel="mail", product_area="wheels")),
        (timedelta(), customer, c.InteractionAdded(**interaction)),
        (timedelta(), customer, c.MessageReceived(**words, message_id=received[0])),
    ]

    def status(value: c.Status) -> Event:
        return c.StatusChanged(**ids, status=value, previous="open")

    def drawn() -> tuple[tuple[str, Any], Event]:
        return chance.choice([
            (customer, c.MessageReceived(**words, message_id=chance.choice(received))),
            (customer, c.MessageReceived(**words, message_id=chance.choice(received), automatic=True)),
            (agent, c.MessageSent(**words, message_id=chance.choice(sent))),
            (bot, c.MessageSent(**words, message_id=chance.choice(sent), automatic=chance.random() < 0.5)),
            (agent, status(chance.choice(["open", "waiting_on_customer", "on_hold", "resolved"]))),
            (agent, status("resolved")),
            (agent, c.HandedOver(**teams, team_id="team-2", agent_id=chance.choice([None, "staff-2"]))),
            (agent, c.Assigned(**teams, team_id="team-2", agent_id="staff-2")),
            (agent, c.NoteAdded(**ids, note_id=new_id("note"), body="a note")),
            (customer, c.AnswerJudged(**ids, answered=chance.random() < 0.6, message_id=chance.choice(sent))),
            (customer, c.PersonRequested(**ids)),
            (customer, c.ConversationWithdrawn(**ids, previous="open")),
        ])  # fmt: skip

    span = timedelta()
    for _ in range(chance.randint(0, 8)):
        span += timedelta(minutes=chance.choice([5, 300, 3000, 9000]))
        late = timedelta(minutes=chance.choice([0, 0, 0, 4, 2000]))
        told.append((max(span - late, timedelta(minutes=1)), *drawn()))
    told += _links(chance, span, ids, received, others, conversation_id)
    log.save(
        *(
            Draft(
                conversation_id,
                n,
                event,
                Envelope(event_id=new_id("event"), actor=Actor(id=who, kind=by), occurred_at=begin + after),
            )
            for n, (after, (who, by), event) in enumerate(told, 1)
        )
    )
    others.append(conversation_id)


HEARD = ("received", "brought", "person-requested", "answered", "disputed", "sent")
"""What is heard of a part; the first three open a conversation again."""


def _links(
    chance: random.Random, span: timedelta, ids: dict[str, Any], received: list[str], others: list[str], own: str
) -> list[tuple[timedelta, tuple[str, Any], Event]]:
    """A message may be split off and return; a part may join, be heard and leave; and it may be a part itself."""
    lead, other = ("staff-1", "agent"), chance.choice([*others, "conversation-0"])
    of_message: dict[str, Any] = {**ids, "message_id": chance.choice(received), "message_version": 3}
    heard: dict[str, Any] = {**ids, "part": other, "what": chance.choice(HEARD)}
    heard["reopens"] = heard["what"] in HEARD[:3]
    if heard["what"] == "brought":
        heard |= {"interaction_id": new_id("interaction"), "kind": "inquiry"}
    links: list[list[Event]] = [
        [c.MessageSplit(**of_message, into=other), c.MessageReturned(**of_message, out_of=other)],
        [
            c.PartJoined(**ids, joining=(other,), parts=(other,)),
            c.PartHeard(**heard),
            c.PartLeft(**ids, leaving=(other,), parts=()),
        ],
        [c.ConversationMerged(**ids, into=other), c.ConversationSeparated(**ids, out_of=other)],
    ]
    story = chance.choice([[], [], *links])
    told = story[: chance.randint(0, len(story))]
    return [(span + timedelta(minutes=60 * n), lead, event) for n, event in enumerate(told, 1)]


def written(log: Log, until: datetime | None = None) -> list[oracle.Line]:
    """The log as lines."""
    lines: list[oracle.Line] = []
    after = 0
    while records := log.read(after):
        after = records[-1].id
        lines += [
            {
                "name": each.event.stored_name,
                "stream": each.originator_id,
                "kind": each.envelope.actor.kind,
                "at": each.at,
                "data": each.event.model_dump(),
            }
            for each in log.recorded_events(records)
            if until is None or each.recorded_at <= until
        ]
    return lines


def question(name: str, chance: random.Random) -> MeasureQuestion:
    first = date(2026, 1, 1) + timedelta(days=chance.randint(0, 200))
    return asked(name, first, first + timedelta(days=chance.randint(1, 90)), zone="UTC", now=NOW)


def counted(connection: Connection, each: MeasureQuestion) -> Counter[str]:
    return Counter(item.outcome for item in view.items(connection, each))


def by_hand(log: list[oracle.Line], each: MeasureQuestion) -> Counter[str]:
    span = each.begin, each.end, each.now
    if each.measure.name == "order_on_first_promise":
        return oracle.on_first_date(log, *span)
    return oracle.kept(log, *span, by_last=each.measure.name == "promise_kept_last")


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[Database]:
    with closing(Database(database_urls.database_url, "reader")) as database:
        yield database


def test_figures_are_what_one_counts_by_hand(log: Log, projector: Database, reader: Database) -> None:
    # Given
    chance = random.Random(19)
    for number in range(40):
        record(log, chance, number)
    known_at = log.now()
    for number in range(40):
        record(log, chance, number)
    catch_up(log, projector, subscriptions=[Projector(PROMISES), Projector(ORDERS)])
    names = ("promise_kept", "promise_kept_last", "order_on_first_promise")
    questions = [question(name, chance) for name in names for _ in range(20)]
    # When and then
    whole, known = written(log), written(log, known_at)
    with reader.connection() as connection:
        answers = [counted(connection, each) for each in questions]
    assert answers == [by_hand(whole, each) for each in questions]
    assert sum(map(Counter.total, answers)) > 300
    with (
        Replay(log, reader).everything([PROMISES, ORDERS], Instants(known_at=known_at)) as then,
        then.connection() as connection,
    ):
        answers_then = [counted(connection, each) for each in questions]
    assert answers_then == [by_hand(known, each) for each in questions]
    assert answers_then != answers
    # And what is broken on purpose is seen
    with reader.connection() as connection:
        wrong = [counted(connection, asked("promise_kept_last", *SPAN, zone="UTC", now=NOW))]
    assert wrong != [by_hand(whole, asked("promise_kept", *SPAN, zone="UTC", now=NOW))]


SPAN = date(2026, 1, 1), date(2026, 7, 1)


def items(database: Database, each: MeasureQuestion) -> list[MeasuredItem]:
    with database.connection() as connection:  # one for each question: its time is bounded
        return view.items(connection, each)


def found(database: Database, each: MeasureQuestion) -> oracle.Found:
    return [(item.id, item.at, item.outcome, item.value) for item in items(database, each)]


def waited(database: Database) -> dict[tuple[str, str], float]:
    seconds: dict[tuple[str, str], float] = {}
    for item in items(database, asked("waiting", *SPAN, zone="UTC", now=NOW)):
        if item.value is not None:
            key = item.id.partition("/")[0], item.slices["waits_for"]
            seconds[key] = seconds.get(key, 0.0) + item.value
    return seconds


def test_conversations_count_as_one_works_out_by_hand(log: Log, projector: Database, reader: Database) -> None:
    # Given
    chance = random.Random(19)
    others: list[str] = []
    for number in range(150):
        converse(log, chance, number, others)
    known_at = log.now()
    for number in range(150):
        converse(log, chance, number, others)
    catch_up(log, projector, subscriptions=[Projector(CONVERSATION_STEPS)])
    questions = [question(each.name, chance) for each in OF_CONVERSATIONS for _ in range(10)]
    # When
    answers = [found(reader, each) for each in questions]
    waits = waited(reader)
    with Replay(log, reader).everything([CONVERSATION_STEPS], Instants(known_at=known_at)) as then:
        answers_then = [found(then, each) for each in questions]
    # Then
    whole, known = written(log), written(log, known_at)
    for each, answer, answer_then in zip(questions, answers, answers_then, strict=True):
        span = each.measure.name, each.begin, each.end, each.now
        assert answer == oracle.of_conversations(span[0], whole, *span[1:]), each.measure.name
        assert answer_then == oracle.of_conversations(span[0], known, *span[1:]), each.measure.name
    assert waits == pytest.approx(oracle.waiting(whole))
    # And each outcome comes up
    outcomes = {outcome for answer in answers for _, _, outcome, _ in answer}
    said = {why for each in OF_CONVERSATIONS for why in each.exclusions}
    assert outcomes == {"hit", "miss", "open", "unknown", "counted", *said}
    assert {whose for _, whose in waits} == {"us", "customer", "on-hold", "between-teams"}


def clocked(log: Log, chance: random.Random, conversation_id: str, elsewhere: str) -> None:
    """What the watch recorded of a conversation's clocks, and once of those of a part that it shows."""
    metrics: list[ConversationMetric] = ["first_reply", "next_reply", "total_resolution"]
    for shown_at, version in ((conversation_id, 1), (conversation_id, 2), (elsewhere, None)):
        if version is None and (conversation_id == elsewhere or chance.random() < 0.7):
            continue
        seen = ClocksEvaluated(
            conversation_id=shown_at,
            up_to=3,
            clocks=tuple(drawn_clock(chance, conversation_id, each) for each in metrics if chance.random() < 0.7),
            gone=None
            if version == 1
            else tuple(Which(conversation_id=shown_at, metric=each, number=1) for each in metrics[:1]),
        )
        stream = stream_of(shown_at)
        following = len(log.streams([stream])[stream]) + 1
        log.save(Draft(stream, following, seen, Envelope(event_id=new_id("event"), actor=SYSTEM)))


SYSTEM = Actor(id="system", kind="system")


def drawn_clock(chance: random.Random, conversation_id: str, metric: ConversationMetric) -> RecordedClock:
    started_at = BEGIN + timedelta(minutes=chance.randint(0, 200_000))
    due_at = started_at + timedelta(days=chance.choice([1, 100]))
    state: Any = chance.choice(["running", "paused", "met", "met-late", "cancelled", "unknown"])
    return RecordedClock(
        which=Which(conversation_id=conversation_id, metric=metric, number=1),
        instance=1,
        state=state,
        started_at=started_at,
        due_at=None if state == "paused" else due_at,
        warn_at=(),
        stopped_at=None,
        target=None if chance.random() < 0.1 else timedelta(days=1),
        consumed_seconds=None,
        over_seconds=None,
        breached_at=due_at if state == "met-late" or chance.random() < 0.1 else None,
        cause=None,
        policy_id="policy-1",
        policy_version=1,
        calendar_id="calendar-1",
        calendar_version=1,
        positions=(),
    )


def test_clocks_count_as_one_works_out_by_hand(log: Log, projector: Database, reader: Database) -> None:
    # Given
    chance = random.Random(19)
    conversation_ids = [new_id("conversation") for _ in range(60)]
    for each in conversation_ids:
        clocked(log, chance, each, chance.choice(conversation_ids))
    catch_up(log, projector, subscriptions=[Projector(CONVERSATION_STEPS), Projector(SLA_CLOCKS)])
    questions = [question("clock_attainment", chance) for _ in range(20)]
    # When
    answers = [[(item.id, item.outcome) for item in items(reader, each)] for each in questions]
    # Then
    whole = written(log)
    assert answers == [oracle.clocks(whole, each.begin, each.end, each.now) for each in questions]
    assert {outcome for answer in answers for _, outcome in answer} == {"hit", "miss", "open", "unknown", "cancelled"}
