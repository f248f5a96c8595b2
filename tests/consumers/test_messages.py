"""What is published of each event, where, and what never is."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import Any, get_args

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.publishing import messages as publishing
from consumers.publishing.cloudevents import SOURCE
from consumers.publishing.messages import catalogue
from consumers.publishing.messages.base import Message
from consumers.publishing.messages.catalogue import PUBLISHED
from domain.catalogue import EVENTS
from domain.conversation.events import NoteAdded
from domain.kernel.event import Event, Recorded, Topic
from domain.kernel.ids import kind_of, new_id
from domain.kernel.personal import personal_fields
from domain.staff import StaffJoined
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail
from tests.support.marked_events import marked_classes, markers_of, save
from tests.support.marker_scan import STEM, messages, scan
from tests.support.published import publish, read

EVERY = {marker for event_class in marked_classes() for marker in markers_of(event_class)}


def several(events: Iterable[type[Event]]) -> dict[str, set[str | None]]:
    """The kinds of stream whose events do not all say the same, with what they say."""
    said: dict[str, set[str | None]] = {}
    for event_class in events:
        said.setdefault(event_class.stored_name.partition(".")[0], set()).add(event_class.published_as)
    return {kind: topics for kind, topics in said.items() if len(topics) > 1}


def test_an_event_that_does_not_say_how_it_is_published_is_no_event() -> None:
    before = dict(EVENTS)
    with pytest.raises(TypeError, match="does not say how it is published"):

        class Forgotten(Event, name="conversation.forgotten"):
            pass

    assert before == EVENTS


def test_an_internal_event_has_no_message() -> None:
    with pytest.raises(TypeError, match="not published"):

        class Joined(Message, of=StaffJoined):
            pass


def test_only_what_says_so_is_published_and_where_it_says() -> None:
    assert {name: kind.topic for name, kind in PUBLISHED.items()} == {
        name: event_class.published_as for name, event_class in EVENTS.items() if event_class.published_as
    }
    internal = {name.partition(".")[0] for name in EVENTS.keys() - PUBLISHED.keys()}
    assert internal == {
        "staff", "team", "follower", "calendar", "policy", "watch", "content", "table", "item", "attention",
        "theme", "survey",
        "holds", "confirmations", "retention", "webhook", "token", "citation",
    }  # fmt: skip


def test_all_events_of_a_stream_are_published_on_one_topic() -> None:
    # A topic has each stream's versions without a hole.
    assert several(EVENTS.values()) == {}


def test_a_stream_whose_events_say_different_things_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NoteAdded, "published_as", None)
    assert several(EVENTS.values()) == {"conversation": {"conversations.v1", None}}


def test_an_event_can_name_every_topic_of_what_happened_and_no_other() -> None:
    assert set(get_args(Topic)) == {topic.name for topic in TOPICS if topic.direction == "out" and not topic.content}


def test_every_subjects_messages_are_in_the_catalogue() -> None:
    subjects = {module.name for module in pkgutil.iter_modules(publishing.__path__)} - {"base", "fields", "catalogue"}
    assert {name for name in catalogue.__all__ if isinstance(getattr(catalogue, name), ModuleType)} == subjects


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_message_has_a_field_that_is_personal_in_its_event(name: str) -> None:
    # A field of the same name may hold something else: of attachments, their number.
    personal = {field.path[0] for field in personal_fields(EVENTS[name]) if len(field.path) == 1}
    assert personal.isdisjoint(PUBLISHED[name].model_fields)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_message_is_of_a_class_of_its_own(name: str) -> None:
    assert issubclass(PUBLISHED[name], Message)
    assert [other for other in PUBLISHED if PUBLISHED[other] is PUBLISHED[name]] == [name]


def everything(executor: CommandExecutor) -> list[Recorded[Event]]:
    """One of each event that is told or has personal texts, as it stands in the log afterwards."""
    ids = {"customer_id": new_id("customer"), "staff_id": new_id("staff")}
    save(executor.log, list(dict.fromkeys([*(EVENTS[name] for name in PUBLISHED), *marked_classes()])), ids)
    recorded_events = list(executor.log.recorded_events(executor.log.read(0)))
    assert {recorded.event.stored_name for recorded in recorded_events} - PUBLISHED.keys(), "some are not told"
    return recorded_events


def test_one_message_is_published_of_each_event_and_no_text_of_anybody(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    recorded_events = everything(executor)
    expected = {
        recorded.envelope.event_id: recorded for recorded in recorded_events if recorded.event.stored_name in PUBLISHED
    }
    assert len(expected) == len(PUBLISHED)
    # When
    publish(log, projector, kafka)
    records = read(kafka, lambda found: len(found) >= len(expected))
    # Then
    told: dict[str, Any] = {}
    for record in records:
        headers = {name: value.decode() for name, value in record.headers}
        recorded = expected[headers["ce_id"]]
        assert headers["ce_id"] not in told, "told twice"
        told[headers["ce_id"]] = record
        name = recorded.event.stored_name
        assert record.topic == kafka.topic(EVENTS[name].published_as or "")
        assert record.key.decode() == headers["ce_subject"] == recorded.originator_id
        assert (headers["ce_specversion"], headers["ce_source"]) == ("1.0", SOURCE)
        assert (headers["ce_type"], headers["content-type"]) == (f"antiphon.{name}.v1", "application/json")
        assert headers["ce_dataschema"] == f"urn:antiphon:{name}.v1"
        assert datetime.fromisoformat(headers["ce_time"]) == recorded.at
        assert datetime.fromisoformat(headers["ce_recordedat"]) == recorded.recorded_at
        assert (headers["ce_streamversion"], headers["ce_logposition"]) == (
            str(recorded.originator_version),
            str(recorded.position),
        )
        value = json.loads(record.value)
        assert value == json.loads(PUBLISHED[name].model_validate(value).model_dump_json())
        assert value["by"] == recorded.envelope.actor.kind
    assert told.keys() == expected.keys()
    # And there is a marker in every personal text, of which nothing is found
    assert scan(EVERY, messages(records)) == []


def test_the_scan_finds_a_marker_in_a_topic(kafka: Kafka) -> None:
    # Given
    marker = f"{STEM}-told-by-mistake"
    producer = kafka.producer()
    producer.send(kafka.topic("orders.v1"), json.dumps({"because": marker}).encode(), b"k", [("h", marker.encode())])
    producer.close()
    # When
    found = scan([marker], messages(read(kafka, bool)))
    # Then
    assert [each.place.rpartition(" ")[2] for each in found if each.form == "utf-8"] == ["h", "value"]


def test_traces_are_passed_on(executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka) -> None:
    # Given
    traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    deliver(executor, mail(1), replace(GATEWAY, traceparent=traceparent, correlation_id="c-1"))
    # When
    publish(log, projector, kafka)
    # Then
    for record in read(kafka, lambda found: len(found) >= 2):
        headers = dict(record.headers)
        assert (headers["ce_traceparent"], headers["ce_correlationid"]) == (traceparent.encode(), b"c-1")
        assert kind_of(record.key.decode()) in ("conversation", "customer")
