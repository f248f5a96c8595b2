"""The headers of a CloudEvent 1.0 in Kafka's binary mode."""

from __future__ import annotations

from datetime import datetime

from domain.kernel.event import Event, Recorded

SOURCE = "/antiphon"


def headers(recorded: Recorded[Event], type_name: str, subject: str, **more: str | None) -> list[tuple[str, bytes]]:
    """The headers of an event. `more`: further attributes, without `ce_`; None is left out."""
    attributes = {
        "specversion": "1.0",
        "id": recorded.envelope.event_id,
        "type": type_name,
        "source": SOURCE,
        "subject": subject,
        "time": zulu(recorded.at),
        "logposition": str(recorded.position),
        "history": "true" if recorded.envelope.history else None,
        **more,
    }
    found = [(f"ce_{name}", text.encode()) for name, text in attributes.items() if text is not None]
    return [*found, ("content-type", b"application/json")]


def zulu(at: datetime) -> str:
    """An instant in UTC, in RFC 3339."""
    return at.isoformat().replace("+00:00", "Z")
