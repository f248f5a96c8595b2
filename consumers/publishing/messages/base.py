"""The base of all messages: the published fields of an event, the actor's kind, and the message's names."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from domain.kernel.event import Event, Topic

CLASSES: dict[str, type[Message]] = {}
"""The message classes that say more than the bare fact, by the stored name of their event."""


class Message(BaseModel):
    """Something happened. `by`: the actor's kind: customer, agent, bot, system or service."""

    # Open: a subscriber that reads with these classes accepts fields that were added later.
    model_config = ConfigDict(frozen=True, extra="ignore")

    of: ClassVar[type[Event]]
    topic: ClassVar[Topic]

    by: Annotated[str, Field(examples=["agent", "customer", "bot", "system", "service"])]

    def __init_subclass__(cls, of: type[Event] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if of is None:
            return  # an abstract base
        if of.published_as is None:
            raise TypeError(f"{cls.__name__}: event {of.stored_name} says that it is not published")
        cls.of, cls.topic = of, of.published_as
        CLASSES[of.stored_name] = cls

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """The published fields of an event: those of the same name, unless a class overrides this."""
        return {name: getattr(event, name) for name in cls.model_fields if name != "by"}

    @classmethod
    def type_name(cls) -> str:
        """The CloudEvents type."""
        return f"antiphon.{cls.of.stored_name}.v1"

    @classmethod
    def schema_name(cls) -> str:
        """The name of the JSON Schema (docs/topics)."""
        return f"urn:antiphon:{cls.of.stored_name}.v1"
