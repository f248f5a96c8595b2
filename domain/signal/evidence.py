"""What a signal rests on: who said it, how, and who might have said it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from domain.statistics import Proportion


@dataclass(frozen=True, slots=True)
class Contributor:
    """One person, over all their contact points: each person counts once, however often they say it."""

    person_id: str
    segment: str
    channel: str
    """The channel of most of their items; of equals, the first."""
    items: int = 1
    prompted: bool = False
    """Whether we asked for all of their items, as in a survey."""
    copy_group: str | None = None
    """The group of near-copies their text belongs to, where other people sent nearly the same text."""


@dataclass(frozen=True, slots=True)
class Base:
    """The active customers of a product area, whether they said anything or not: people by segment, and by channel."""

    segments: Mapping[str, int]
    channels: Mapping[str, int]

    @property
    def people(self) -> int:
        return sum(self.segments.values())


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What people do, held against what they say: `said` counts those who say they want or would do something, `did`
    those who do so where they could."""

    said: Proportion
    did: Proportion


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that an assessment looks at. It holds no text. Raises ValueError where a person is named twice."""

    contributors: tuple[Contributor, ...]
    base: Base
    asked: Mapping[str, int] = field(default_factory=dict)
    """How many people of each segment were asked, where there was a survey."""
    behaviour: Behaviour | None = None

    def __post_init__(self) -> None:
        if len({each.person_id for each in self.contributors}) < len(self.contributors):
            raise ValueError("each person counts once, over all their contact points")


@dataclass(frozen=True, slots=True)
class Contribution:
    """An item of a signal, and who contributed it. `conversation_id`, `channel`, `language`: where, how and in which
    language they said it, where that is known. `weight`: of the item, as the table of themes decided."""

    person_id: str
    item_id: str
    conversation_id: str | None = None
    channel: str | None = None
    language: str | None = None
    weight: Decimal = Decimal(1)
