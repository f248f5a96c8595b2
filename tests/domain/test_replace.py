"""A copy of a frozen row with other values is the one that the standard library makes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest

from domain.kernel.replace import replace


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    version: int = 0
    subject: str | None = None


def test_a_copy_has_the_other_values_and_keeps_the_rest() -> None:
    row = Row("conversation-1", subject="kettle")
    assert replace(row, version=2) == dataclasses.replace(row, version=2) == Row("conversation-1", 2, "kettle")
    assert replace(row, subject=None, id="conversation-2") == Row("conversation-2")
    assert row == Row("conversation-1", subject="kettle")


def test_a_field_that_a_row_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError):
        replace(Row("conversation-1"), body="x")  # type: ignore[call-arg]
