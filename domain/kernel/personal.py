"""Personal text: the mark of a sealed field, and the paths of such fields in an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel

from domain.kernel.ids import kind_of

ERASED = "[erased]"
"""The value of a personal field whose subject's key is destroyed. Views write the same on `customer.erased`."""


@dataclass(frozen=True)
class Personal:
    """Marks a text field as sealed under the key of the subject that the field `of` of the same event names, or that
    the optional field `rather` names, where that one is filled in.

    A seal is bound to the field's path. So a marked field keeps its name and place for good, also in an upcast.
    """

    of: str
    rather: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalField:
    """The path of a sealed text in an event's data; `*` in the path runs over a list. `of`, `rather`: as in
    `Personal`. `since`: the version of the event that was the first to seal it."""

    path: tuple[str, ...]
    of: str
    rather: str | None = None
    since: int = 1

    def subject(self, data: Mapping[str, object]) -> str:
        """The subject under whose key the text of an event with this data is sealed. Raises LookupError."""
        return str((self.rather and data.get(self.rather)) or data[self.of])


_NAMES_PEOPLE = (
    "customer_id", "participant_id", "owner_id", "person_id", "stranger_id", "staff_id",
    "into", "out_of", "part_id", "other_id",
)  # fmt: skip
"""The fields of events by which they name people; some name other things as well."""


def concerned(data: Mapping[str, object]) -> tuple[str, ...]:
    """The people whom an event with this data names: what colleagues write beside it, such as a reason, is about them.
    Whoever else the event holds, such as who is in charge, is not among them."""
    named = dict.fromkeys(str(data[name]) for name in _NAMES_PEOPLE if data.get(name) is not None)
    return tuple(id for id in named if kind_of(id) in ("customer", "stranger", "staff"))


def personal_fields(model: type[BaseModel]) -> tuple[PersonalField, ...]:
    """Every `Personal` field of an event class, also in nested models and in tuples of models."""
    since: Mapping[str, int] = getattr(model, "sealed_since", {})
    found = [replace(each, since=since.get(".".join(each.path), 1)) for each in _personal_fields(model, ())]
    if unknown := since.keys() - {".".join(each.path) for each in found}:
        raise TypeError(f"{model.__name__} seals no {', '.join(sorted(unknown))}")
    return tuple(found)


def _personal_fields(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[PersonalField]:
    for field_name, field in model.model_fields.items():
        here = (*path, field_name)
        yield from _marks(field.metadata, here)
        yield from _within(field.annotation, here)


def _within(annotation: object, path: tuple[str, ...]) -> Iterator[PersonalField]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _personal_fields(annotation, path)
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _marks(arguments[1:], path)
    found = [each for inner in arguments for each in _within(inner, (*path, "*") if origin in (tuple, list) else path)]
    # Better no such event class than one whose texts are stored unsealed.
    if found and origin in (dict, set, frozenset):
        raise TypeError(f"{'.'.join(path)}: personal texts stand in fields, tuples and lists only")
    yield from found


def _marks(metadata: Iterable[object], path: tuple[str, ...]) -> Iterator[PersonalField]:
    return (PersonalField(path, mark.of, mark.rather) for mark in metadata if isinstance(mark, Personal))
