"""What is told of each event, where, and what never is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from commands.conversation.handlers import deliver
from commands.executor.executor import CommandExecutor
from consumers.publishing.cloudevents import SOURCE
from consumers.publishing.messages import INTERNAL, TOLD, TOPIC_OF_KIND, Message, kind_told, topic_of, type_of
from domain.catalogue import EVENTS
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of, new_id
from domain.kernel.personal import personal_fields
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail
from tests.support.marked_events import marked_classes, markers_of, save
from tests.support.marker_scan import STEM, messages, scan
from tests.support.telling import publish, read

EVERY = {marker for event_class in marked_classes() for marker in markers_of(event_class)}


def test_of_each_kind_of_stream_it_is_decided_where_it_is_told() -> None:
    kinds = {kind_told(name) for name in EVENTS}
    assert kinds - TOPIC_OF_KIND.keys() - INTERNAL == set(), (
        "decide in consumers/publishing/messages.py: which topic, or internal"
    )
    assert not TOPIC_OF_KIND.keys() & INTERNAL
    assert set(TOPIC_OF_KIND.values()) <= {topic.name for topic in TOPICS if topic.direction == "out"}


@pytest.mark.parametrize("name", TOLD)
def test_no_message_has_a_field_that_is_personal_in_its_event(name: str) -> None:
    # A field of the same name may hold something else: of attachments, their number.
    personal = {field.path[0] for field in personal_fields(EVENTS[name]) if len(field.path) == 1}
    assert personal.isdisjoint(TOLD[name].model_fields)


@pytest.mark.parametrize("name", TOLD)
def test_every_message_is_of_a_class_of_its_own(name: str) -> None:
    assert issubclass(TOLD[name], Message)
    assert [other for other in TOLD if TOLD[other] is TOLD[name]] == [name]


def everything(executor: CommandExecutor) -> list[Recorded[Event]]:
    """One of each event that is told or has personal texts, as it stands in the log afterwards."""
    ids = {"customer_id": new_id("customer"), "staff_id": new_id("staff")}
    save(executor.log, list(dict.fromkeys([*(EVENTS[name] for name in TOLD), *marked_classes()])), ids)
    entries = list(executor.log.entries(executor.log.read(0)))
    assert {entry.event.stored_name for entry in entries} - TOLD.keys(), "some are not told"
    return entries


def test_one_message_is_told_of_each_event_and_no_word_of_anybody(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    entries = everything(executor)
    expected = {entry.envelope.event_id: entry for entry in entries if entry.event.stored_name in TOLD}
    assert len(expected) == len(TOLD)
    # When
    publish(log, projector, kafka)
    records = read(kafka, lambda found: len(found) >= len(expected))
    # Then
    told: dict[str, Any] = {}
    for record in records:
        headers = {name: value.decode() for name, value in record.headers}
        entry = expected[headers["ce_id"]]
        assert headers["ce_id"] not in told, "told twice"
        told[headers["ce_id"]] = record
        name = entry.event.stored_name
        assert record.topic == kafka.topic(topic_of(name) or "")
        assert record.key.decode() == headers["ce_subject"] == entry.originator_id
        assert (headers["ce_specversion"], headers["ce_source"]) == ("1.0", SOURCE)
        assert (headers["ce_type"], headers["content-type"]) == (type_of(name), "application/json")
        assert headers["ce_dataschema"] == f"urn:antiphon:{name}.v1"
        assert datetime.fromisoformat(headers["ce_time"]) == entry.at
        assert datetime.fromisoformat(headers["ce_recordedat"]) == entry.recorded_at
        assert (headers["ce_streamversion"], headers["ce_logposition"]) == (
            str(entry.originator_version),
            str(entry.position),
        )
        value = json.loads(record.value)
        assert value == json.loads(TOLD[name].model_validate(value).model_dump_json())
        assert value["by"] == entry.envelope.actor.kind
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
        assert kind_of(record.key.decode()) in TOPIC_OF_KIND
