"""A bundle's verdicts of clocks are derived again from its rows; what is changed in either is found and named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest

from audit.bundle import Bundle, packed, wrong
from audit.leaf import StoredRow, encoded
from audit.second_reading.shown import home
from tests.conftest import SEED
from tests.support.bundles import SIGNER, Played, edited, signed

SHORT, LONG = 12, 1_000


@cache
def played(number: int) -> Played:
    return Played.of(f"{SEED} bundle {number}")


@cache
def bundle_of(number: int) -> Bundle:
    return played(number).bundle()


def found(bundle: Bundle) -> str:
    return wrong(bundle, [SIGNER.public_key]) or ""


def rows_of(bundle: Bundle, *kinds: str) -> list[StoredRow]:
    return [row for row in bundle.rows() if row.stream.startswith(kinds or "")]


@pytest.mark.faults
def test_bundles_of_histories_are_derived_as_stated(long: bool) -> None:
    numbers = range(LONG if long else SHORT)
    assert {number: said for number in numbers if (said := found(bundle_of(number)))} == {}
    # Then there was something to derive
    states = {str(each["state"]) for number in range(SHORT) for each in bundle_of(number).verdicts}
    assert states >= {"running", "paused", "met", "met-late", "cancelled"}


def test_each_edit_of_a_verdict_is_named() -> None:
    # Given
    bundle = next(each for each in map(bundle_of, range(SHORT)) if len(each.verdicts) > 3)
    for number, verdict in enumerate(bundle.verdicts):
        for name in verdict:
            verdicts = [dict(each) for each in bundle.verdicts]
            # When
            verdicts[number][name] = "2026-01-01T00:00:00Z"
            # Then
            which = f"the verdict of {verdict['metric']} {verdict['number']} of {verdict['conversation']}: {name} is "
            assert found(replace(bundle, verdicts=verdicts)).startswith(which)
        assert "verdict" in found(replace(bundle, verdicts=bundle.verdicts[:number]))


def edits(rows: Sequence[StoredRow], kind: str) -> Iterator[tuple[int, StoredRow]]:
    """Each row of a kind with another target, or with other hours."""
    for number, row in enumerate(rows):
        if not row.stream.startswith(kind):
            continue
        state = json.loads(row.state)["d"]
        if kind == "calendar" and state.get("hours") is not None:
            yield number, edited(row, hours={"mon-sun": ["03:00-03:20"]}, part_days={}, closed=[])
        if kind == "policy" and state.get("targets"):
            yield number, edited(row, targets=dict.fromkeys(state["targets"], "PT7H7M"), by_priority={})


@pytest.mark.parametrize("kind", ["policy", "calendar"])
def test_an_edited_policy_or_calendar_is_named_whoever_signs_it(kind: str) -> None:
    named = 0
    for bundle in map(bundle_of, range(15)):
        rows = rows_of(bundle)
        for number, row in edits(rows, kind):
            # When it is edited alone
            events = list(bundle.events)
            events[number] = replace(events[number], leaf=packed([encoded(row)])[0])
            # Then
            assert f"position {row.position} " in found(replace(bundle, events=events))
            # When whoever has the key signs the edit
            said = found(signed(bundle, [*rows[:number], row, *rows[number + 1 :]]))
            # Then the verdicts do not follow any more, unless none of them rests on it
            named += "verdict" in said
    assert named > 10


def test_a_missing_event_is_named_also_at_the_end_of_a_stream() -> None:
    named = whole = 0
    for bundle in map(bundle_of, range(8)):
        rows = rows_of(bundle)
        for stream in {row.stream for row in rows}:
            # When a whole stream is left out, or its last event, and everything is signed
            left = [row for row in rows if row.stream != stream]
            if left and stream.startswith(("policy", "calendar")):
                whole += bool(found(signed(bundle, left)))
            last = max(row.version for row in rows if row.stream == stream)
            kept = [row for row in rows if (row.stream, row.version) != (stream, last)]
            named += bool(kept) and "verdict" in found(signed(bundle, kept))
            # Then one in between is missed in any case
            if last > 2:
                gone = [row for row in rows if (row.stream, row.version) != (stream, 2)]
                assert "an event of this stream before it is missing" in found(signed(bundle, gone))
    assert (whole > 4, named > 8) == (True, True)


def test_the_verdicts_are_of_their_instant_and_of_the_zones_in_the_bundle() -> None:
    bundle = bundle_of(0)
    assert "before the last event" in found(replace(bundle, as_of="2001-01-01T00:00:00Z"))
    assert "has not come" in found(replace(bundle, as_of="9999-01-01T00:00:00Z"))
    assert "has no offset" in found(replace(bundle, as_of="2051-01-01T00:00:00"))
    name = max(bundle.zones)
    assert found(replace(bundle, zones={})).startswith("the time zones: the file of ")
    assert "magic" in found(replace(bundle, zones={**bundle.zones, name: packed([b"nonsense"])[0]}))
    # When the file of a zone is that of another zone
    differs = 0
    for each in map(bundle_of, range(10)):
        swapped = dict.fromkeys(each.zones, zone_file_of_apia())
        differs += "verdict" in found(replace(each, zones=swapped))
    assert differs > 3


def test_what_would_be_counted_for_ever_is_refused_in_words() -> None:
    bundle = next(each for each in map(bundle_of, range(SHORT)) if each.verdicts)
    rows = rows_of(bundle)
    # When whoever signs writes targets of a thousand years
    for number, row in list(edits(rows, "policy")):
        rows[number] = edited(row, targets=dict.fromkeys(json.loads(row.state)["d"]["targets"], "P1000Y"))
    # Then
    assert "longer than any target" in found(signed(bundle, rows))
    # And what is merged into itself ends
    with pytest.raises(ValueError, match="a part of itself"):
        home("conversation-a", {"conversation-a": "conversation-b", "conversation-b": "conversation-a"}.get)


def zone_file_of_apia() -> str:
    return next(each.zones["Pacific/Apia"] for each in map(bundle_of, range(SHORT)) if "Pacific/Apia" in each.zones)
