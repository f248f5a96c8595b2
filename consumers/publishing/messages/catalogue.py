"""The catalogue of messages, and the mapping of events to messages. Each event class says whether it is published."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import create_model

from consumers.publishing.cloudevents import headers, zulu
from consumers.publishing.messages import (
    conversation,
    customer,
    message,
    order,
    promise,
    service_level,
    signal,
    stranger,
)
from consumers.publishing.messages.base import CLASSES, Message
from domain.catalogue import EVENTS
from domain.kernel.event import Event, Recorded

__all__ = [
    "PUBLISHED", "as_message", "conversation", "customer", "message", "order", "promise", "service_level", "signal",
    "stranger",
]  # fmt: skip


def _bare_fact(event_class: type[Event]) -> type[Message]:
    """A message that says only that the event happened."""
    name = "".join(part.capitalize() for part in event_class.stored_name.replace(".", "-").split("-"))
    return create_model(name, __base__=Message, __doc__="It happened.", __cls_kwargs__={"of": event_class})


PUBLISHED: Mapping[str, type[Message]] = MappingProxyType(
    {
        name: CLASSES.get(name) or _bare_fact(event_class)
        for name, event_class in sorted(EVENTS.items())
        if event_class.published_as is not None
    }
)
"""Every message class, by the stored name of its event: one that says more, or else the bare fact."""


def as_message(recorded: Recorded[Event]) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Turn an event of `PUBLISHED` into a CloudEvent in binary mode: value and headers."""
    envelope = recorded.envelope
    kind = PUBLISHED[recorded.event.stored_name]
    value = kind(by=envelope.actor.kind, **kind.facts(recorded.event)).model_dump_json().encode()
    return value, headers(
        recorded,
        kind.type_name(),
        recorded.originator_id,
        dataschema=kind.schema_name(),
        streamversion=str(recorded.originator_version),
        recordedat=zulu(recorded.recorded_at),
        correlationid=envelope.correlation_id,
        causationid=envelope.causation_id,
        traceparent=envelope.traceparent,
    )
