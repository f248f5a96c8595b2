"""Contacts, ease, unasked messages and cost are read from the views as one works them out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from audit.replay import Replay
from domain.attention.contacts import Contacted, QuestionAnswered, QuestionOwed
from domain.conversation import events as c
from domain.customer import Erased
from domain.decision_table.published import TablePublished
from domain.kernel.as_known import Instants
from domain.kernel.event import Actor, Draft, Envelope, Event
from domain.kernel.ids import new_id
from domain.measure.catalogue import MEASURES
from domain.measure.definition import MeasuredItem
from domain.measure.question import asked
from domain.order import events as o
from domain.promise import Broken, Made
from domain.signal.item import ItemFiled, ItemKind, JourneyStep, RecordedPlacement, RecordedSource
from domain.survey import Segment, SurveyOpened
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from infra.views.tables import Table
from projections import measure as view
from projections.order import ORDERS
from tests.domain.test_measures_of_contacts import table
from tests.support.following import catch_up

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
CUSTOMER, AGENT = Actor(id="customer-1", kind="customer"), Actor(id="staff-1", kind="agent")


class Story:
    """Writes streams into a log, each event so many hours after Monday morning."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def tell(self, stream: str, *events: tuple[float, Event], by: Actor = AGENT) -> None:
        drafts = []
        for version, (hours, event) in enumerate(events, 1):
            envelope = Envelope(event_id=new_id("event"), actor=by, occurred_at=MONDAY + timedelta(hours=hours))
            drafts.append(Draft(stream, version, event, envelope))
        self._log.save(*drafts)

    def conversation(
        self, id: str, hours: float, order_id: str | None, *further: tuple[float, Event], **more: Any
    ) -> None:
        """An inquiry by mail, which names an order."""
        whose: dict[str, Any] = {"customer_id": f"customer-{id}"}
        interaction: dict[str, Any] = {"interaction_id": f"interaction-{id}", "kind": "inquiry", "order_id": order_id}
        self.tell(
            f"conversation-{id}",
            (hours, c.Opened(**{**whose, "opened_by": "customer", "channel": "mail", **more})),
            (hours, c.InteractionAdded(**whose, **interaction)),
            *further,
        )

    def order(self, id: str, *further: tuple[float, Event]) -> None:
        """An order that is placed on Monday morning."""
        self.tell(f"order-{id}", (0, o.Placed(**ordered(id))), *further)

    def said(self, id: str, hours: float, step: JourneyStep | None, kind: ItemKind = "complaint") -> None:
        """Something that a customer says; of a survey where the kind is of one."""
        self.tell(
            f"item-{id}",
            (
                hours,
                ItemFiled(
                    item_id=f"item-{id}",
                    person_id=f"customer-{id}",
                    kind=kind,
                    source=RecordedSource(customer_id=f"customer-{id}", part="part"),
                    prompted=kind == "survey-answer",
                    said_at=MONDAY + timedelta(hours=hours),
                    placement=RecordedPlacement(product_area="wheels", step=step, weight=Decimal(1)),
                ),
            ),
        )


def ordered(id: str) -> dict[str, Any]:
    return {"order_id": f"order-{id}", "customer_id": f"customer-{id}"}


def answer(id: str) -> Event:
    return c.MessageSent(customer_id=f"customer-{id}", message_id=new_id("message"), channel="mail", body="words")


def resolved(id: str) -> Event:
    return c.StatusChanged(customer_id=f"customer-{id}", status="resolved", previous="open")


@pytest.fixture
def story(log: Log) -> Story:
    return Story(log)


@pytest.fixture
def reader(log: Log, projector: Database, database_urls: Urls) -> Iterator[Database]:
    with closing(Database(database_urls.database_url, "reader")) as database:
        yield database


def found(log: Log, projector: Database, reader: Database, *names: str) -> dict[str, dict[str, MeasuredItem]]:
    """The items of each of these measures within June, by id, after all views took in the log."""
    catch_up(log, projector, subscriptions=[Projector(each) for each in view.READS])
    answered = {}
    for name in names:
        question = asked(name, date(2026, 6, 1), date(2026, 7, 1), zone="UTC", now=MONDAY + timedelta(days=20))
        with reader.connection() as connection:
            answered[name] = {each.id: each for each in view.items(connection, question)}
    return answered


def outcomes(items: dict[str, MeasuredItem]) -> dict[str, tuple[str, float | None]]:
    return {id: (each.outcome, each.value) for id, each in items.items()}


def test_contacts_and_costs_are_read_as_by_hand(log: Log, projector: Database, reader: Database, story: Story) -> None:
    # Given four orders: asked for before it came; asked about after it came; cancelled; nobody came to us about it
    story.order("one", (48, o.Delivered(**ordered("one"))))
    story.order("two", (48, o.Delivered(**ordered("two"))))
    story.order("three", (24, o.Cancelled(**ordered("three"))))
    story.order("four")
    closed = (20.0, answer("one")), (21.0, resolved("one"))
    story.conversation("one", 10, "order-one", *closed)
    story.conversation("two", 60, "order-two", (61, answer("two")))
    story.conversation("none", 5, None, (6, answer("none")), (7, answer("none")), (8, resolved("none")))
    # And in the first conversation, a promise that was broken
    promise: dict[str, Any] = {"promise_id": "promise-1", "customer_id": "customer-one"}
    promise |= {"conversation_id": "conversation-one"}
    due = MONDAY + timedelta(hours=30)
    story.tell("promise-1", (20, Made(**promise, text="By then", due_at=due)), (31, Broken(**promise, because="lost")))
    # And rates, of which the second version is in force from the seventh hour on
    for hours, rate_of_answer in ((-100, "4"), (6.5, "6")):
        rates = TablePublished(
            table_name="cost-to-serve", content=table(rate_of_answer), effective_from=MONDAY + timedelta(hours=hours)
        )
        log.save(Draft("table-1", 1 if hours < 0 else 2, rates, Envelope(event_id=new_id("event"), actor=AGENT)))
    # When
    asked_for = ("contact_rate", "where_is_my_order_rate", "cost_to_serve", "cost_per_order")
    rate, where, cost, per_order = found(log, projector, reader, *asked_for).values()
    # Then
    assert outcomes(rate) == {
        **{f"conversation-{id}": ("hit", None) for id in ("one", "two", "none")},
        **{f"order-{id}": ("base", None) for id in ("one", "two", "three", "four")},
    }
    assert {id: outcome for id, (outcome, _) in outcomes(where).items()} == {
        "order-one": "hit", "order-two": "miss", "order-three": "cancelled", "order-four": "open",
    }  # fmt: skip
    assert outcomes(cost) == {
        "conversation-one": ("counted", 6.0), "conversation-two": ("open", None),
        "conversation-none": ("counted", 4.0 + 6.0),
    }  # fmt: skip
    assert {id: each.slices["broken_promise"] for id, each in cost.items()} == {
        "conversation-one": "with", "conversation-two": "without", "conversation-none": "without",
    }  # fmt: skip
    assert outcomes(per_order) == {
        "order-one": ("counted", 6.0), "order-two": ("open", None),
        "order-three": ("counted", 0.0), "order-four": ("counted", 0.0),
    }  # fmt: skip


def test_each_measure_is_replayed_as_it_stands(log: Log, projector: Database, reader: Database, story: Story) -> None:
    # Given what each measure reads, all of it before now
    story.order("one", (48, o.Delivered(**ordered("one"))))
    story.conversation("one", 10, "order-one", (20, answer("one")), (21, resolved("one")))
    story.said("asked", 30, "receive")
    promise: dict[str, Any] = {"promise_id": "promise-1", "customer_id": "customer-one", "conversation_id": None}
    story.tell("promise-1", (20, Made(**promise, text="By then", due_at=MONDAY + timedelta(hours=30))))
    # When
    live = found(log, projector, reader, *MEASURES)
    # Then
    for instants in (Instants(known_at=log.now()), Instants(as_of=MONDAY + timedelta(days=20))):
        with Replay(log, reader).everything(view.READS, instants) as then:
            for name in MEASURES:
                question = asked(name, date(2026, 6, 1), date(2026, 7, 1), zone="UTC", now=MONDAY + timedelta(days=20))
                with then.connection() as connection:
                    assert {each.id: each for each in view.items(connection, question)} == live[name], name
    assert {name for name, items in live.items() if items} >= {"contact_rate", "ease", "promise_kept", "waiting"}


def test_an_erasure_changes_no_figure(log: Log, projector: Database, reader: Database, story: Story) -> None:
    # Given a customer with an order, a conversation, a promise and a complaint
    story.order("one", (48, o.Delivered(**ordered("one"))))
    story.conversation("one", 10, "order-one", (20, answer("one")), (21, resolved("one")))
    story.said("one", 30, "receive")
    promise: dict[str, Any] = {"promise_id": "promise-1", "customer_id": "customer-one", "conversation_id": None}
    story.tell("promise-1", (20, Made(**promise, text="By then", due_at=MONDAY + timedelta(hours=30))))
    before = found(log, projector, reader, *MEASURES)
    # When
    story.tell("customer-one", (40, Erased(customer_id="customer-one")))
    # Then
    assert found(log, projector, reader, *MEASURES) == before
    # And a measure that forgot the erased would be seen
    with projector.connection() as connection:
        connection.execute(f"DELETE FROM {Table(ORDERS).name.as_string()} WHERE customer_id = 'customer-one'")
    assert found(log, projector, reader, *MEASURES) != before


def test_ease_and_unasked_messages_are_read_as_by_hand(
    log: Log, projector: Database, reader: Database, story: Story
) -> None:
    # Given a survey that asks for the effort, which was sent to one customer, who answered
    story.tell("survey-1", (0, SURVEY))
    whose: dict[str, Any] = {"customer_id": "customer-asked", "survey_id": "survey-1", "product_area": "wheels"}
    whose |= {"conversation_id": "conversation-1"}
    at = MONDAY + timedelta(hours=5)
    contacted: dict[str, Any] = {"customer_id": "customer-asked", "texts_version": 0, "at": at}
    contacted |= {"conversation_id": "conversation-1", "message_id": "message-1"}
    story.tell(
        "contacts-1",
        (1, QuestionOwed(**whose, due_at=at, closes_at=at + timedelta(days=9))),
        (5, Contacted(**contacted, occasion="survey", outcome_ids=("survey-1",))),
        (30, QuestionAnswered(**whose, answer="6")),
    )
    story.said("asked", 30, "receive", "survey-answer")
    story.said("unasked", 31, "receive")
    story.said("somewhere", 32, None)
    story.said("did", 33, "buy", "behaviour")
    # And a conversation that the company began in the same month
    story.conversation("asked", 70, None, opened_by="company")
    # When
    ease, prompted, unasked = found(log, projector, reader, "ease", "ease_prompted", "unasked_contacts").values()
    # Then
    assert outcomes(ease) == {
        "item-asked": ("counted", 6.0), "item-unasked": ("unprompted", None), "item-somewhere": ("no-step", None),
    }  # fmt: skip
    assert {id: outcome for id, (outcome, _) in outcomes(prompted).items()} == {
        "item-asked": "hit", "item-unasked": "miss", "item-somewhere": "no-step",
    }  # fmt: skip
    assert ease["item-asked"].slices["step"] == "receive"
    assert outcomes(unasked) == {"customer-asked/2026-06": ("counted", 2.0)}
    assert unasked["customer-asked/2026-06"].at == at


SURVEY = SurveyOpened(
    survey_id="survey-1",
    question="effort",
    texts={"otherwise": "How much effort did it take? {token}"},
    product_area="wheels",
    themes={},
    margin=0.05,
    expected_response=1.0,
    needed=1,
    audience=(Segment(name=None, people=1),),
    sample=(),
    closes_at=MONDAY + timedelta(days=9),
)
