"""What other systems tell happened: a field of a type that nobody expects is no reason to refuse what happened."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from pydantic import GetJsonSchemaHandler, ModelWrapValidatorHandler, PrivateAttr, ValidationError, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from domain.kernel.adjusted import Adjusted
from domain.kernel.text import has_half_pair, readable
from domain.kernel.values import Fields, Reported

_WHOLE = re.compile(r"-?[0-9]{1,18}")


class ToldByOthers(Reported):
    """What another system tells. A field of another type is read as what it says: the number 4711 where a text stands,
    and the other way round. Else an optional field is dropped, and so is an item of a list. What was told instead is
    kept, and `not_as_told` says so.

    `asked`: the fields that say what we are to do, which are checked. A time that is written as a text is checked, too
    (docs/times.md).
    """

    asked: ClassVar[frozenset[str]] = frozenset()

    _notes: tuple[Adjusted, ...] = PrivateAttr(default=())

    @property
    def not_as_told(self) -> tuple[Adjusted, ...]:
        """The fields that were told in another type, or with half of a surrogate pair: of the message, and of all in
        it."""
        return (*self._notes, *self._within())

    def _within(self) -> Iterator[Adjusted]:
        for name, value in self:
            each_at = [(name, value)] if isinstance(value, ToldByOthers) else _items(name, value)
            for at, each in each_at:
                if isinstance(each, ToldByOthers):
                    yield from (note.model_copy(update={"field": f"{at}.{note.field}"}) for note in each.not_as_told)

    @model_validator(mode="wrap")
    @classmethod
    def _of_any_type(cls, told: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(told, dict):
            return handler(told)
        # NUL is replaced, and noted, where a text is brought within its limits.
        notes = [
            Adjusted(field=name, how="normalised")
            for name, value in told.items()
            if name in cls.model_fields and isinstance(value, str) and has_half_pair(value) and "\x00" not in value
        ]
        try:
            found = handler(told)
        except ValidationError as error:
            found = cls._read_otherwise(told, error, handler, notes)
        if notes:
            found._notes = tuple(notes)
        return found

    @classmethod
    def _read_otherwise(
        cls, told: Fields, error: ValidationError, handler: ModelWrapValidatorHandler[Self], notes: list[Adjusted]
    ) -> Self:
        """The message, if types of fields are all that is wrong. Raises ValidationError."""
        fields, dropped = dict(told), set[str]()
        for fault in error.errors(include_url=False):
            name = str(next(iter(fault["loc"]), ""))
            if name not in told or cls._is_checked(name, told[name]):
                raise error
            if fields[name] is told[name] or isinstance(told[name], list):
                fields[name] = _otherwise(fields[name], fault["type"], fault["loc"][1:], fault.get("ctx", {}))
        try:
            found = handler(fields)
        except ValidationError as still:
            dropped = {str(next(iter(fault["loc"]), "")) for fault in still.errors(include_url=False)}
            if any(name not in told or cls.model_fields[name].is_required() for name in dropped):
                raise error from None
            fields |= dict.fromkeys(dropped)
            found = handler(fields)
        for name, value in fields.items():
            if value is not told[name]:
                notes += _said(name, told[name], value)
        if fields.get("occurred_at", told) is None is not told.get("occurred_at") or "time_precision" in dropped:
            # A time that cannot be read, or may be inexact, claims no more than that nobody knows it.
            found = handler(fields | {"time_precision": "unknown"})
        return found

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema, which says of which fields another type refuses nothing."""
        written = super().__get_pydantic_json_schema__(schema, handler)
        fields = handler.resolve_ref_schema(written)
        for name, field in fields.get("properties", {}).items():
            if name not in cls.asked and name not in fields.get("required", ()):
                field["x-of-any-type"] = True
        return written

    @classmethod
    def _is_checked(cls, name: str, value: object) -> bool:
        written = name == "occurred_at" and isinstance(value, str)
        return written or name in cls.asked or name not in cls.model_fields


def _items(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, tuple):
        yield from ((f"{name}.{number}", each) for number, each in enumerate(value))


# Any: JSON.
def _otherwise(value: Any, fault: str, place: tuple[int | str, ...], context: Mapping[str, Any]) -> Any:
    """The value of a field, read as what it says; None where that is nothing that the field can hold. An item of a list
    that is none is an empty one."""
    if isinstance(value, list):
        if fault == "too_long":
            return value[: context["max_length"]]
        if place and isinstance(place[0], int):
            return [{} if number == place[0] else each for number, each in enumerate(value)]
    if isinstance(value, int | float) and not isinstance(value, bool) and fault == "string_type":
        return str(value)
    if isinstance(value, str) and fault == "int_type" and _WHOLE.fullmatch(value.strip()):
        return int(value)
    return value


def _said(name: str, told: object, taken: object) -> Iterator[Adjusted]:
    """What is noted of a field that was read otherwise."""
    if isinstance(told, list) and isinstance(taken, list):
        for number, (each, instead) in enumerate(zip(told, taken, strict=False)):
            if each is not instead:
                yield Adjusted(field=f"{name}.{number}", how="dropped", kept=_written(each))
        if beyond := told[len(taken) :]:
            yield Adjusted(field=name, how="cut", kept=_written(beyond))
    else:
        yield Adjusted(field=name, how="dropped" if taken is None else "normalised", kept=_written(told))


def _written(value: object) -> str | None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return readable(text) or None
