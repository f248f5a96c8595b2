"""Citations: figures that were published, kept as they were shown, so that whoever asks for them later sees the same.

What is kept is the answer itself, and not how to compute it again: later events, erasures, another definition, and
other rules of a time zone change nothing. Figures hold nothing personal: a group of few people shows none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from pydantic import Field, TypeAdapter

from domain.kernel.as_known import Instants
from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import Frozen
from domain.kernel.zones import zone as find_zone
from domain.measure.catalogue import versions
from domain.measure.figure import ComparedFigure, Figure, FigureRow
from domain.measure.period import Period, PeriodLength
from domain.measure.question import MeasureQuestion, asked

MOST_BYTES = 200_000
"""The most bytes of the figures of one citation, which bound its event."""


class CitedQuestion(Frozen):
    """What was asked, in the words of a caller: from the day `begin` up to, and without, the day `end` of a zone."""

    measure: Text
    begin: date
    end: date
    by: Text
    zone: Text
    slice_by: Text | None = None
    compare: Text | None = None
    as_of: Instant | None = None
    known_at: Instant | None = None


# -- events


class MeasureCited(Event, name="citation.made", published_as=None):
    """Somebody published figures of a measure. `version`: of its definition. `position`: of the log, which the figures
    had reached. `counted_at`: the instant as of which outcomes were known. `figures`: as `written`."""

    question: CitedQuestion
    version: int
    position: int
    counted_at: Instant
    figures: Text


# -- state


@dataclass(frozen=True, slots=True)
class Citation:
    """The aggregate state of a citation, which never changes."""

    cited: MeasureCited


def evolve(state: Citation | None, event: MeasureCited) -> Citation:
    """Fold one event into the state."""
    return state or Citation(event)


CITATION = Stream("citation", MeasureCited, evolve)


# -- commands


class CiteFigures(Frozen):
    """Keep the figures of a question as they were answered. `figures`: as `written`."""

    question: CitedQuestion
    version: int
    position: int
    counted_at: Instant
    figures: Text
    citation_id: str = Field(default_factory=lambda: new_id("citation"))


def decide(state: Citation | None, command: CiteFigures) -> list[Event]:
    """Decide the events of a command. What is hidden is cited as hidden. Raises Refusal `input-invalid`: too large."""
    if state is not None:
        return []
    if len(command.figures.encode()) > MOST_BYTES:
        raise Refusal("input-invalid", f"that is more than {MOST_BYTES:,} bytes; cite fewer periods, or fewer slices")
    return [MeasureCited(**command.model_dump(exclude={"citation_id"}))]


# -- questions and figures as they are kept


def cited_question(question: MeasureQuestion, instants: Instants) -> CitedQuestion:
    """A question as it is kept. `instants`: as of which, and as known at which, it was asked."""
    begin, end = (each.astimezone(find_zone(question.zone)).date() for each in (question.begin, question.end))
    return CitedQuestion(
        measure=question.measure.name,
        begin=begin,
        end=end,
        by=question.length,
        zone=question.zone,
        slice_by=",".join(question.slice_by) or None,
        compare=",".join(question.compare) or None,
        as_of=instants.as_of,
        known_at=instants.known_at,
    )


def asked_again(cited: CitedQuestion, now: datetime, version: int | None = None) -> MeasureQuestion:
    """The same question, by the present definition or by another version of it. `now`: as of which outcomes are known.
    Raises as `asked`."""
    (by,) = (each for each in get_args(PeriodLength) if each == cited.by)
    return asked(
        cited.measure,
        cited.begin,
        cited.end,
        zone=cited.zone,
        now=now,
        by=by,
        slice_by=cited.slice_by,
        compare=cited.compare,
        version=version,
    )


@dataclass(frozen=True, slots=True)
class WrittenFigure:
    """A figure as it is kept and shown, in JSON: of a period, or of a slice of it."""

    period: str
    begin: datetime
    end: datetime
    slice: str | None
    figure: Figure
    slices: Mapping[str, str]
    compared: tuple[ComparedFigure, ...]


_FIGURES: TypeAdapter[list[WrittenFigure]] = TypeAdapter(list[WrittenFigure])


def written(rows: Iterable[FigureRow]) -> str:
    """Figures as JSON, as they are kept: the same figures are the same text."""
    figures = [
        WrittenFigure(
            each.period.label,
            each.period.begin,
            each.period.end,
            each.slice,
            each.figure,
            dict(each.slices),
            each.compared,
        )
        for each in rows
    ]
    return _FIGURES.dump_json(figures).decode()


def read(text: str) -> list[FigureRow]:
    """The figures of what `written` wrote."""
    return [
        FigureRow(Period(each.period, each.begin, each.end), each.slice, each.figure, each.slices, each.compared)
        for each in _FIGURES.validate_json(text)
    ]


# -- what would be different today


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A figure that would be another one today. `cited`: as it was published; `today`: by the present definition, of
    what is known now; `same_definition`: by the definition of then, of what is known now. None: there is none of this
    period and slice."""

    period: str
    slice: str | None
    cited: Figure | None
    today: Figure | None
    same_definition: Figure | None


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """A version of the definition that is newer than the cited one, and what it counts otherwise."""

    version: int
    changed: str


def differences(
    cited: Iterable[FigureRow], today: Iterable[FigureRow], same_definition: Iterable[FigureRow]
) -> list[FigureDifference]:
    """The figures that would be other ones today, in the order of periods and slices, with those of the same
    definition."""
    answers = (cited, today, same_definition)
    all_of = [{(each.period.label, each.slice): each.figure for each in rows} for rows in answers]
    keys = sorted({*all_of[0], *all_of[1]}, key=lambda key: (key[0], key[1] or ""))
    found = [FigureDifference(*key, *(rows.get(key) for rows in all_of)) for key in keys]
    return [each for each in found if each.cited != each.today]


def definition_changes(name: str, version: int) -> list[DefinitionChange]:
    """The versions of a definition after this one."""
    return [DefinitionChange(each.version, each.changed) for each in versions(name) if each.version > version]
