"""Values that the events and commands of all subjects are made of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, Strict, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from domain.kernel.text import Text

# Strict types for input: pydantic would also take "yes", "3" or a number of seconds, and we do not guess what was
# meant.
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]


# Any: each field has its own type, which the receiver of the fields checks.
Fields = dict[str, Any]
"""Fields of a model or a row, by name."""


class Frozen(BaseModel):
    """A value: immutable, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reported(Frozen):
    """What another system tells. Null stands for a field that is left out."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, told: object) -> object:
        if not isinstance(told, dict) or None not in told.values():
            return told
        fields = cls.model_fields
        optional = {name for name, field in fields.items() if not field.is_required()}
        return {name: value for name, value in told.items() if value is not None or name not in optional}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema, in which each optional field may be null."""
        written = handler(schema)
        fields = handler.resolve_ref_schema(written)
        for name, field in fields.get("properties", {}).items():
            if name not in fields.get("required", ()) and {"type": "null"} not in field.get("anyOf", ()):
                fields["properties"][name] = _or_null(field)
        return written


_OF_FIELD = ("default", "title", "description", "examples")


def _or_null(field: JsonSchemaValue) -> JsonSchemaValue:
    of_field = {name: field[name] for name in _OF_FIELD if name in field}
    kind = {name: value for name, value in field.items() if name not in _OF_FIELD}
    return {"anyOf": [kind, {"type": "null"}], **of_field}


class Later:
    """Marks a field of a command that former releases do not know. While such a field has its default, the command is
    the one that a former release took: a repeat that comes after an upgrade finds the first answer."""


LATER = Later()


class Written:
    """Marks text that people write for others to read. What people here write holds something to read
    (`commands/legible.py`)."""


WRITTEN = Written()


class RecordedValue(Frozen):
    """A value inside events. What input says of it, with limits, is a subclass: recorded, it is this value."""

    model_config = ConfigDict(revalidate_instances="subclass-instances")


# Limits of what may be asked today, for commands. An event has the plain type: a limit that is tightened makes nothing
# unreadable that was recorded before.

Channel = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$")]
"""The channel a message came over: `mail`, `chat`, `phone`, `web`, … Lower case, so that each has one spelling."""
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(-[A-WY-Za-wy-z0-9](-[A-Za-z0-9]{2,8})+)*(-[Xx](-[A-Za-z0-9]{1,8})+)?$"
LANGUAGE_CHARACTERS = 35
Language = Annotated[str, Field(max_length=LANGUAGE_CHARACTERS, pattern=LANGUAGE)]
"""A language tag (RFC 5646): `de`, `pt-BR`, `de-x-formal`."""
LABEL_CHARACTERS = 200
Label = Annotated[Text, Field(min_length=1, max_length=LABEL_CHARACTERS)]
"""A short word of the company's own, such as a product area. Never personal."""
REMARK_CHARACTERS = 2_000
Remark = Annotated[Text, Field(min_length=1, max_length=REMARK_CHARACTERS), WRITTEN]
"""A subject, a reason or a resolution: a sentence or two."""
