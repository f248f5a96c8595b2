"""A cursor is as short as it can be: one of the inbox had 174 characters, which a person copies from a terminal."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.views.cursor import decoded, encoded

ID = "conversation-01a20d5c-1cb6-77a7-a124-3f362ccc5b2d"
TIMES = (
    "2026-11-30 22:36:21.123456+00", "2026-11-30 22:36:21+00", "1969-12-31 23:59:59.5+00", "0001-01-01 00:00:00+00",
    "9999-12-31 23:59:59.999999+00", "2026-11-30 22:36:21.50+00", "2026-02-30 22:36:21+00", "infinity",
    "0044-03-15 00:00:00+00 BC", "12026-01-01 00:00:00+00", "2026-11-30 22:36:21.123456+05:30",
)  # fmt: skip


def test_a_cursor_of_the_inbox_is_short() -> None:
    assert len(encoded([TIMES[0], TIMES[1], ID])) < 90


@pytest.mark.parametrize("time", TIMES)
def test_a_time_comes_back_as_it_was(time: str) -> None:
    assert decoded(encoded([time, ID, f"x{time}{ID}"])) == [time, ID, f"x{time}{ID}"]


@given(st.recursive(st.text() | st.integers() | st.uuids().map(str), lambda inner: st.lists(inner, max_size=4)))
def test_every_place_comes_back_as_it_was(place: object) -> None:
    assert decoded(encoded([place])) == [place]


def test_a_cursor_of_a_former_release_goes_on() -> None:
    former = base64.urlsafe_b64encode(json.dumps([TIMES[0], ID]).encode()).decode()
    assert decoded(former) == [TIMES[0], ID]


@given(st.binary(max_size=60))
def test_what_nobody_gave_out_is_no_other_error(content: bytes) -> None:
    for each in (content, b'["\x01' + content, b'["\x02' + content, b"\x02" + b"\xff" * 8):
        try:
            decoded(base64.urlsafe_b64encode(each).decode())
        except ValueError:
            continue
