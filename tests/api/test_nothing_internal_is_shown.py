"""A marker in every text and id that any event or envelope holds: of those, customers are shown what is listed here, in
whatever they can read, and nothing else. A new field is internal until it is listed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from domain.catalogue import EVENTS
from domain.conversation.events import StatusChanged
from domain.customer import CustomersJoined, Parted
from domain.kernel.event import Actor, Draft, Envelope, Event
from domain.kernel.ids import new_id
from infra.log.application import Log
from infra.views.selection import Selection
from projections import order as orders
from projections import promise as promises
from projections.conversation import history, inbox
from projections.customer import customer_promises
from projections.customer import customer_side as shown
from tests.support.calling import calls
from tests.support.marked_events import marked
from tests.support.serving import Company, client

SHOWN = {
    "customer.name-changed.name",  # in place of customer.registered.name
    "customer.contact-point-added.value",
    "customer.contact-point-shared.value",
    "customer.preferences-chosen.channel",
    "customer.preferences-chosen.language",
    "customer.zone-changed.zone",
    "customer.consent-given.purpose",
    "customer.consent-withdrawn.purpose",
    "conversation.message-split.message_id",
    "conversation.message-split.into",
    "conversation.message-returned.message_id",
    "conversation.opened.channel",
    "conversation.opened.language",
    "conversation.subject-changed.subject",  # in place of conversation.opened.subject
    "conversation.language-changed.language",
    "conversation.interaction-added.interaction_id",
    *(
        f"conversation.message-{event}.{name}"
        for event in ("received", "sent")
        for name in ("message_id", "channel", "language", "body", "participant_id")
    ),
    "conversation.message-received.subject",
    *(
        f"conversation.message-{event}.attachments.{name}"
        for event in ("received", "sent")
        for name in ("id", "name", "type", "sha256", "content_id")
    ),
    *(
        f"conversation.message-received.more_attachments.{name}"
        for name in ("id", "name", "type", "sha256", "content_id")
    ),
    *(
        f"conversation.{event}.adjusted.{name}"
        for event in ("opened", "message-received", "answer-judged", "person-requested", "withdrawn")
        for name in ("field", "kept")
    ),
    *(f"conversation.participant-joined.{name}" for name in ("participant_id", "channel", "contact")),
    "conversation.participant-left.participant_id",
    "conversation.answer-judged.because",
    "conversation.answer-judged.message_id",
    "conversation.person-requested.because",
    "conversation.withdrawn.because",
    "promise.made.text",
    "promise.revised.because",
    "promise.broken.because",
    "promise.withdrawn.because",
    "order.amended.number",  # in place of those of order.placed
    "order.amended.currency",
    "order.amended.lines.item",
    "order.shipped.carrier",
    "order.shipped.tracking",
    "order.delivered.lines.item",
    "order.cancelled.lines.item",
    "order.returned.lines.item",
    "order.returned.parcel",
}
"""Of the events: what the customer said, what was said to them, and what is theirs."""

LINKS = ("customer_id", "conversation_id", "order_id", "promise_id")
"""What ties streams together; no marker goes there."""

CONTEXT = ("on_behalf_of", "reason", "client", "command_id", "correlation_id", "causation_id", "traceparent")
KINDS = ("customer", "conversation", "promise", "order")
ENDS = ("promise.broken", "promise.withdrawn", "promise.kept")


class Markers:
    """Words that are found wherever they are shown, each for one field."""

    def __init__(self) -> None:
        self.fields: list[str] = []

    def new(self, field: str) -> str:
        """One for this field."""
        self.fields.append(field)
        return f"mark-{len(self.fields) - 1:04}"

    def event(self, event_class: type[Event], ids: dict[str, str]) -> Event:
        """One of this class, with a marker in each text of it that takes any."""
        data = marked(event_class, ids).model_dump(mode="json")
        if "rest" in data:
            data["rest"] = None  # of which the content store here has nothing
        for path, holder, key in list(_texts(data, event_class.stored_name)):
            before = holder[key]
            holder[key] = self.new(path)
            try:
                event_class.model_validate(data)
            except ValidationError:
                holder[key] = before
        return event_class.model_validate(data)

    def envelope(self, name: str) -> Envelope:
        """One around such an event."""
        actor = Actor(
            id=f"staff-{self.new(name + ' actor')}", kind="agent", roles=(self.new(name + " role"),),
            team=self.new(name + " team"),
        )  # fmt: skip
        more: dict[str, Any] = {each: self.new(f"{name} {each}") for each in CONTEXT}
        return Envelope(event_id=new_id("event"), actor=actor, **more)

    def found(self, text: str) -> set[str]:
        """The fields whose markers stand in it."""
        return {self.fields[int(number)] for number in re.findall(r"mark-(\d{4})", text)}


def _texts(data: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    for name, value in data.items():
        match value:
            case str() if name not in LINKS:
                yield f"{path}.{name}", data, name
            case [dict() as inner]:
                yield from _texts(inner, f"{path}.{name}")


@pytest.fixture
def markers(log: Log) -> tuple[Markers, str]:
    """In the log: one event of every class that is about a customer, all about one; and their id."""
    markers, ids = Markers(), {f"{kind}_id": new_id(kind) for kind in KINDS}
    versions: dict[str, int] = {}
    classes = [cls for name, cls in EVENTS.items() if name.partition(".")[0] in KINDS and not _forgets(name)]
    for event_class in classes:
        kind = event_class.stored_name.partition(".")[0]
        stream = new_id(kind) if event_class.stored_name in ENDS else ids[f"{kind}_id"]
        begun = [event_class] if stream in ids.values() else [EVENTS[f"{kind}.made"], event_class]
        for each in begun:
            versions[stream] = versions.get(stream, 0) + 1
            event = markers.event(each, ids | {f"{kind}_id": stream})
            if isinstance(event, StatusChanged):  # of which they are shown that it is closed, and not what was said
                event = event.model_copy(update={"status": "resolved"})
            log.save(Draft(stream, versions[stream], event, markers.envelope(each.stored_name)))
            if isinstance(event, CustomersJoined):  # whom there is nothing of: read no more once they parted
                versions[stream] += 1
                parted = Parted(customer_id=event.customer_id, part_id=event.part_id)
                log.save(Draft(stream, versions[stream], parted, markers.envelope(parted.stored_name)))
    return markers, ids["customer_id"]


def _forgets(name: str) -> bool:
    return name == "customer.erased"


def everything(customer: httpx.Client) -> str:
    """All that this customer can read, by every route there is for them."""
    routes = [call.path for call in calls() if "customer" in call.roles and call.method == "GET" and not call.query]
    # Live streams show the same, without end.
    routes = [path for path in routes if not path.endswith("/live")]
    assert len(routes) > 5
    mine = json.loads(customer.get("/me/conversations").raise_for_status().text)["conversations"]
    ids = [each["conversation_id"] for each in mine]
    paths = [path.format(id=id) for path in routes for id in (ids if "{id}" in path else ids[:1])]
    pages = [customer.get(path).raise_for_status().text for path in paths]
    further = set(re.findall(r'"as_sent": ?"(.*?)"', "\n".join(pages)))
    return "\n".join([*pages, *(customer.get(path).raise_for_status().text for path in sorted(further))])


def test_customers_are_shown_what_is_theirs_and_nothing_internal(
    markers: tuple[Markers, str], company: Company, log: Log, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks, customer_id = markers
    at_least = {"At-Least": str(log.position())}
    with client(api, company.agent) as agent:
        agent.get(f"/customers/{customer_id}", headers=at_least).raise_for_status()
    with client(api, customer_id) as customer:
        customer.headers.update(at_least)
        # Given somebody of the company who looked
        (look,) = customer.get("/me/looks").raise_for_status().json()["looks"]
        assert look.keys() == {"at", "roles", "what", "purpose", "live", "until"}
        # Then
        assert marks.found(everything(customer)) == SHOWN
        # When a selection shows whole rows, as agents see them
        for name, careless in (
            ("LINES", history.LINES),
            ("TOGETHER", history.LINES),
            ("CONVERSATION", inbox.ONE),
            ("CONVERSATIONS", inbox.OF_CUSTOMER),
            ("PROMISES", promises.OF_CUSTOMER),
            ("ORDERS", orders.OF_CUSTOMER),
        ):
            with monkeypatch.context() as patch:
                careful = getattr(customer_promises if name == "PROMISES" else shown, name)
                sql = replace(careful.sql, pages=rows_of(careless), given=careless.sql.given)
                patch.setattr(careful, "sql", sql)
                # Then it is found
                assert marks.found(everything(customer)) > SHOWN, name


def rows_of(careless: Selection[Any]) -> tuple[str, ...]:
    """What it reads, asked as a customer asks."""
    return tuple(
        page.replace("%(id)s", "%(customer_id)s") if "t.customer_id = %(id)s" in page else page
        for page in careless.sql.pages
    )
