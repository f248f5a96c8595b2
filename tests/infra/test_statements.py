"""The statements of views stand in a file that a reviewer reads: none changes unseen."""

from __future__ import annotations

from infra.views.selection import Selection
from projections.catalogue import VIEWS
from tests.support.statements import FILE, rendered, selections, statements


def test_the_statements_are_those_that_were_reviewed() -> None:
    assert FILE.read_text() == rendered(), "if it is meant: python -m tests.support.statements"


def test_every_view_and_selection_is_in_the_file() -> None:
    said = {what for what, _ in statements()}
    assert {f"write rows of {view.name}" for view in VIEWS} <= said
    assert {"changes of projections.conversation.inbox.ITEMS", "changes of projections.order.ONE"} <= said


def test_a_condition_left_out_shows_in_the_statements() -> None:
    # Given
    (items,) = (each for name, each in selections() if name == "projections.conversation.inbox.ITEMS")
    # When somebody leaves out which rows it shows
    careless = Selection(items.name, items.table, order=items.order)
    # Then
    assert dict(careless.statements()) != dict(items.statements())
