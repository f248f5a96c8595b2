"""Citations keep figures as they were published, and say what would be different today."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.measure import catalogue
from domain.measure.citation import (
    MOST_BYTES,
    CiteFigures,
    DefinitionChange,
    MeasureCited,
    asked_again,
    cited_question,
    decide,
    definition_changes,
    differences,
    read,
    written,
)
from domain.measure.definition import HIT, MISS, MeasuredItem
from domain.measure.figure import FigureRow, figures
from domain.measure.promise import PROMISE_KEPT
from domain.measure.question import MeasureQuestion, asked

BEGIN, END = date(2026, 9, 1), date(2026, 11, 1)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def question(name: str = "promise_kept", **more: str) -> MeasureQuestion:
    return asked(name, BEGIN, END, zone="America/Santiago", now=NOW, by="month", **more)  # type: ignore[arg-type]


def rows(hits: int, asked_for: MeasureQuestion | None = None) -> list[FigureRow]:
    asked_for = asked_for or question(slice_by="kind")
    items = [
        MeasuredItem(f"promise-{n}", asked_for.begin, f"customer-{n}", HIT if n < hits else MISS, {"kind": "other"})
        for n in range(9)
    ]
    return figures(items, asked_for.periods, asked_for.slice_by)


def test_what_is_cited_is_read_again_as_it_was_written() -> None:
    text = written(rows(6))
    assert written(read(text)) == text
    assert [(each.period, each.slice, each.figure) for each in read(text)] == [
        (each.period, each.slice, each.figure) for each in rows(6)
    ]


def test_a_cited_question_can_be_asked_again() -> None:
    # Given a zone whose clocks are put forward at midnight of the first day that counts
    for asked_for in (question(compare="before", slice_by="kind"), question("waiting", slice_by="waits_for,kind")):
        kept = cited_question(asked_for, Instants())
        # Then
        assert (kept.begin, kept.end) == (BEGIN, END)
        assert asked_again(kept, NOW) == asked_for


def test_a_citation_says_what_would_be_different_today() -> None:
    cited, today = rows(6), rows(7)
    assert differences(cited, cited, cited) == []
    whole, other = differences(cited, today, cited)
    assert (whole.period, whole.slice, other.slice) == ("2026-09", None, "other")
    assert [each and each.hits for each in (whole.cited, whole.today, whole.same_definition)] == [6, 7, 6]
    # And a slice that is no longer there
    (gone,) = differences(cited, [each for each in cited if each.slice is None], cited)
    assert (gone.slice, gone.today) == ("other", None)


def test_a_former_version_of_a_definition_stays_computable(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a second version
    former = PROMISE_KEPT
    present = replace(former, version=2, changed="a day's grace", outcome=lambda facts, now: HIT)
    monkeypatch.setattr(catalogue, "MEASURES", {**catalogue.MEASURES, "promise_kept": present})
    monkeypatch.setattr(catalogue, "FORMER", (former,))
    # Then
    assert question().measure is present
    assert asked_again(cited_question(question(), Instants()), NOW, 1).measure is former
    assert definition_changes("promise_kept", 1) == [DefinitionChange(2, "a day's grace")]
    assert definition_changes("promise_kept", 2) == []
    with pytest.raises(Refusal, match=r"version 3 of promise_kept is not known here; .*: there are 1 to 2"):
        catalogue.measure("promise_kept", 3)


def test_a_citation_is_bounded_and_hides_what_is_hidden() -> None:
    asked_for = question()
    kept = CiteFigures(
        question=cited_question(asked_for, Instants()), version=1, position=7, counted_at=NOW, figures=written(rows(6))
    )
    (event,) = decide(None, kept)
    assert isinstance(event, MeasureCited)
    assert event.figures == kept.figures
    few = figures(
        [MeasuredItem("promise-1", asked_for.begin + timedelta(days=1), "customer-1", HIT, {})], asked_for.periods
    )
    assert read(written(few))[0].figure.too_small
    assert '"n":1' not in written(few)
    with pytest.raises(Refusal, match="cite fewer periods"):
        decide(None, kept.model_copy(update={"figures": " " * MOST_BYTES + "[]"}))
