"""One event of every class that has personal texts, each text with a marker of its own, made from the annotations."""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from commands.executor.executor import CommandExecutor
from domain.catalogue import EVENTS
from domain.kernel.event import Actor, Draft, Envelope, Event
from domain.kernel.ids import new_id
from domain.kernel.personal import personal_fields
from infra.log.application import Log
from tests.support.marker_scan import STEM

_VALUES: tuple[Any, ...] = (
    "x", "mail", "de", "EUR", 1, "0" * 64, True, "12.50", "2026-06-01", "2026-06-01T09:00:00+00:00", {},
)  # fmt: skip
"""What a field may be given, where it takes it: the first that fits."""


def marked_classes() -> list[type[Event]]:
    """Every event class with personal texts."""
    return [cls for cls in EVENTS.values() if personal_fields(cls)]


def about_customers() -> set[str]:
    """The markers of all texts that the erasure of a customer reaches. The participant of a conversation is one."""
    theirs = ("customer_id", "participant_id", "owner_id")
    texts = {
        marker(cls, *field.path) for cls in marked_classes() for field in personal_fields(cls) if field.of in theirs
    }
    return texts | {reason_of(cls) for cls in marked_classes() if not cls.model_fields.keys().isdisjoint(theirs)}


def marker(event_class: type[Event], *path: str) -> str:
    """The marker of one personal field: a word with a letter that forms of text write differently."""
    return f"{STEM}-{event_class.stored_name}-{'.'.join(path)}-ü".lower()


def reason_of(event_class: type[Event]) -> str:
    """The marker of the reason in the envelope."""
    return marker(event_class, "envelope", "reason")


def markers_of(event_class: type[Event]) -> set[str]:
    """The markers of all personal fields of an event class, and of the reason that stands beside it."""
    return {marker(event_class, *field.path) for field in personal_fields(event_class)} | {reason_of(event_class)}


def marked(event_class: type[Event], ids: dict[str, str]) -> Event:
    """An event with every field filled in: `ids` where they are named so, markers in the personal ones.

    Raises TypeError where a field takes none of the values known here; add one that it takes.
    """
    paths = {field.path for field in personal_fields(event_class)}
    return event_class.model_validate(_data(event_class, event_class, (), paths, ids))


def whose(customer_id: str, staff_id: str) -> dict[str, str]:
    """The ids that say whose texts the events have."""
    return {
        "customer_id": customer_id,
        "participant_id": customer_id,
        "owner_id": customer_id,
        "contact_of": customer_id,
        "staff_id": staff_id,
        "stranger_id": new_id("stranger"),
    }


def by_saving(executor: CommandExecutor) -> str:
    """One of each in the log, those of conversations twice, all about one customer, whose id is the answer."""
    ids = whose(new_id("customer"), new_id("staff"))
    save(executor.log, marked_classes(), ids)
    save(executor.log, [cls for cls in marked_classes() if cls.stored_name.startswith("conversation.")], ids)
    return ids["customer_id"]


def save(log: Log, classes: Sequence[type[Event]], ids: dict[str, str]) -> None:
    """Append an event of each class as the log takes it in, each kind to a stream of its own."""
    streams = {
        kind: ids.get(f"{kind}_id", new_id(kind)) for kind in {cls.stored_name.partition(".")[0] for cls in classes}
    }
    versions = Counter({stream: len(log.records(stream)) for stream in streams.values()})
    for event_class in classes:
        stream = streams[event_class.stored_name.partition(".")[0]]
        versions[stream] += 1
        actor = Actor(id="service-test", kind="service")
        envelope = Envelope(event_id=new_id("event"), actor=actor, reason=reason_of(event_class))
        log.save(Draft(stream, versions[stream], marked(event_class, ids), envelope))


def _data(
    model: type[BaseModel], event: type[Event], path: tuple[str, ...], paths: set[tuple[str, ...]], ids: dict[str, str]
) -> dict[str, Any]:
    found = {}
    for name, field in model.model_fields.items():
        annotation: Any = field.annotation
        for mark in field.metadata:
            annotation = Annotated[annotation, mark]
        found[name] = ids[name] if name in ids else _value(annotation, event, (*path, name), paths, ids)
    return found


def _value(
    annotation: Any, event: type[Event], path: tuple[str, ...], paths: set[tuple[str, ...]], ids: dict[str, str]
) -> Any:
    if path in paths:
        return marker(event, *path)
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return _data(bare, event, path, paths, ids)
    if get_origin(bare) in (tuple, list):
        return [_value(get_args(bare)[0], event, (*path, "*"), paths, ids)]
    for value in (*_literals(bare), *_VALUES):
        try:
            TypeAdapter(annotation).validate_python(value)
        except ValidationError:
            continue
        return value
    raise TypeError(f"{event.stored_name}: no value is known for {'.'.join(path)}")


def _bare(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _bare(next(each for each in get_args(annotation) if each is not types.NoneType))
    return annotation


def _literals(annotation: Any) -> Iterator[Any]:
    return (each for each in get_args(annotation) if isinstance(each, str))
