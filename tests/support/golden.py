"""The golden documents: one for every event name and version, as it is stored and as it reads today.

    python -m tests.support.golden     writes those that are missing, and never touches one that is there

`stored` never changes: somebody's log is full of it. `reads_as` changes by hand, when a newer version of the event
comes with an upcast. `choices` are the values of its literals: one more is a new version of the event, so that a reader
of the former version knows by the number that it has to be upgraded. Personal texts are sealed under keys and a nonce
that are fixed here and used nowhere else. Documents of former releases have the reason as it was written, without
`reason_of`.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from unittest import mock

from eventsourcing.persistence import StoredEvent
from pydantic import AwareDatetime, BaseModel, ValidationError

from domain.catalogue import EVENTS
from domain.kernel.event import Actor, Draft, Envelope, Event
from infra.keys import sealing
from infra.keys.subject_keys import SubjectKeys
from infra.keys.vault import Vault
from infra.log.mapper import SealingMapper, UnreadableEvent
from tests.support.core_schema import nodes

FOLDER = Path(__file__).parents[1] / "golden"
VERSION_IN_STREAM = 7
WORDS = {
    "id": "attachment-01990000-0000-7000-8000-000000000005",
    "channel": "mail",
    "language": "de",
    "currency": "EUR",
    "sha256": hashlib.sha256(b"a file").hexdigest(),
    "type": "image/png",
    "handle": "bo",
    "code": "mailbox-full",
    "purpose": "newsletter",
    "zone": "Europe/Berlin",
    "hours": {"mon-fri": ["09:00-17:00"]},
    "part_days": {"2026-12-24": ["09:00-13:00"]},
    "warn_before": "PT30M",
    "target": "PT1H",
    "country": "DE",
    "subdivision": "BE",
    "targets": {"first_reply": "PT1H", "agent_work": "P1DT2H"},
    "numbers": {"people": 40.0},
    "texts": {"de": "Wie war es? {token}"},
    "themes": {"no": "leaks"},
    "margin": 0.05,
    "expected_response": 0.5,
    "inputs": {"stage": '"design"', "weight": "5"},
    "outputs": {"team": '"design"'},
    "when": {"weight": "[1..5]"},
    "then": {"team": '"design"'},
    "otherwise": {"team": '"sales"'},
    "by_priority": {"urgent": {"agent_work": "PT2H"}},
}
"""What a text field of this name holds, where the name alone is no good example. Ids get one of their kind."""
ENVELOPE = Envelope(
    event_id="event-01990000-0000-7000-8000-000000000001",
    actor=Actor(id="staff-01990000-0000-7000-8000-000000000002", kind="agent", roles=("agent",), team="team-1"),
    occurred_at=datetime(2026, 1, 31, 23, 59, 59, 500_000, tzinfo=UTC),
    time_precision="day",
    on_behalf_of="customer-01990000-0000-7000-8000-000000000003",
    reason="asked on the phone",
    client="desk 4.2",
    command_id="k1",
    correlation_id="c1",
    causation_id="event-01990000-0000-7000-8000-000000000004",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


class FixedKeys(Vault):
    """Keys by subject that are the same in every run. There is no database behind it."""

    def __init__(self) -> None:
        pass

    def of_subject(self, subject: str) -> SubjectKeys:
        """The subject's keys, as a former release made them."""
        return SubjectKeys(hashlib.sha256(f"golden {subject}".encode()).digest())

    def of_subjects(self, subjects: Iterable[str]) -> dict[str, SubjectKeys | None]:
        """The keys of all of them."""
        return {subject: self.of_subject(subject) for subject in subjects}

    def withheld(self) -> frozenset[tuple[str, int]]:
        """None."""
        return frozenset()


@contextmanager
def fixed_nonce() -> Iterator[None]:
    """Within this, sealing the same text at the same place gives the same bytes."""
    with mock.patch.object(sealing, "os", types.SimpleNamespace(urandom=bytes)):
        yield


def example(event_class: type[BaseModel]) -> dict[str, Any]:
    """A value for every field, also for those that may be left out."""
    return {name: _value(name, field.annotation) for name, field in event_class.model_fields.items()}


def _value(name: str, annotation: Any) -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(name, inner[0])
    if origin in (Union, types.UnionType):
        return _value(name, next(each for each in inner if each is not type(None)))
    if origin is Literal:
        return inner[-1]
    if origin is tuple:
        return [_value(name, inner[0])]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return example(annotation)
    if name in WORDS and annotation is not bool:
        return WORDS[name]
    if name.endswith("_id"):
        kind = name.removesuffix("_id").removeprefix("previous_")
        return f"{kind}-01990000-0000-7000-8000-{int(hashlib.sha256(kind.encode()).hexdigest(), 16) % 10**12:012}"
    plain: dict[Any, Any] = {
        str: f"{name.replace('_', ' ')}: Grüße, “ok” 👍",
        int: 3,
        bool: True,
        Decimal: "12.50",
        date: "2026-02-28",
        datetime: "2026-02-28T12:00:00Z",
        AwareDatetime: "2026-02-28T12:00:00Z",
    }
    return plain[annotation]


def mapper() -> SealingMapper:
    """The project's mapper under the fixed keys."""
    return SealingMapper(FixedKeys())


def stored(event: Event) -> StoredEvent:
    """An event as it is stored today."""
    stream = f"{event.stored_name.partition('.')[0]}-01990000-0000-7000-8000-000000000000"
    with fixed_nonce():
        return mapper().to_stored_event(Draft(stream, VERSION_IN_STREAM, event, ENVELOPE))


def document(event: Event) -> dict[str, Any]:
    """The golden document of an event."""
    as_stored = stored(event)
    return {
        "stored": {
            "originator_id": as_stored.originator_id,
            "originator_version": as_stored.originator_version,
            "topic": as_stored.topic,
            "state": json.loads(as_stored.state),
        },
        "reads_as": event.model_dump(mode="json"),
    } | ({"choices": found} if (found := choices(type(event))) else {})


def choices(model: type[BaseModel]) -> dict[str, list[str]]:
    """The values of each literal in a class, by the path of its field."""
    found: dict[str, list[str]] = {}
    for path, node in nodes(model):
        if node.get("type") == "literal":
            found.setdefault(path, []).extend(node["expected"])
    return found


def file_of(name: str, version: int) -> Path:
    """Where the document of this event name and version is."""
    return FOLDER / f"{name}.v{version}.json"


def missing(events: dict[str, type[Event]] = EVENTS) -> list[str]:
    """The files that should be there and are not."""
    wanted = [file_of(name, version) for name, cls in events.items() for version in range(1, cls.schema_version + 1)]
    return [file.name for file in wanted if not file.exists()]


def stored_bytes(golden: dict[str, Any]) -> StoredEvent:
    """What a golden document says is in the log."""
    place = golden["stored"]
    state = json.dumps(place["state"], ensure_ascii=False, separators=(",", ":")).encode()
    return StoredEvent(place["originator_id"], place["originator_version"], place["topic"], state)


def wrong_with(golden: dict[str, Any], events: dict[str, type[Event]] = EVENTS) -> list[str]:
    """Where the project of today does not read a golden document, or would not write it like that."""
    before = stored_bytes(golden)
    try:
        recorded = mapper().to_domain_event(before)
    except UnreadableEvent as error:
        return [str(error)]
    wrong = []
    today = events[before.topic]
    if recorded.event.model_dump(mode="json") != golden["reads_as"]:
        wrong.append("it reads as something else")
    if recorded.envelope != ENVELOPE:
        wrong.append("its envelope reads as something else")
    if golden["stored"]["state"]["v"] == today.schema_version:
        if as_formerly(stored(recorded.event), before) != before:
            wrong.append("it is written differently today; raise its schema_version and add an upcast (docs/log.md)")
        if golden.get("choices", {}) != choices(today):
            wrong.append("a field has other choices today; raise its schema_version and add an upcast (docs/log.md)")
    return wrong


def as_formerly(today: StoredEvent, before: StoredEvent) -> StoredEvent:
    """An event as it is stored today, with the reason as a former release wrote it where `before` is of such a one."""
    state, former = json.loads(today.state), json.loads(before.state)
    if "reason_of" not in former["e"] and state["e"].pop("reason_of", None):
        state["e"]["reason"] = former["e"]["reason"]
        place = {name: getattr(today, name) for name in ("originator_id", "originator_version", "topic")}
        return stored_bytes({"stored": {**place, "state": state}})
    return today


def write_missing() -> list[str]:
    """Write the documents of present versions that are not there. Answers their names."""
    FOLDER.mkdir(exist_ok=True)
    written = []
    for name, event_class in EVENTS.items():
        file = file_of(name, event_class.schema_version)
        if file.exists():
            continue
        try:
            event = event_class.model_validate(example(event_class))
        except (ValidationError, KeyError) as error:
            raise SystemExit(f"{name}: say in WORDS what its fields may hold: {error}") from error
        with file.open("x") as golden:
            json.dump(document(event), golden, ensure_ascii=False, indent=2)
            golden.write("\n")
        written.append(file.name)
    return written


if __name__ == "__main__":
    print("\n".join(write_missing()) or "none is missing")
