"""What customers are shown of a conversation's lines is said of every kind of line."""

from __future__ import annotations

from typing import get_args

from projections.conversation.line_content import Kind
from projections.customer.customer_lines import RULES, HistoryKind, LineKind


def test_of_every_kind_of_line_but_notes_something_is_shown() -> None:
    # What was heard from a part is shown by the part's own line.
    assert set(get_args(Kind)) - set(get_args(HistoryKind)) == {"note", "heard"}
    assert {rule.of for rule in RULES} == set(get_args(HistoryKind))


def test_every_kind_of_line_that_customers_may_see_comes_from_some_rule() -> None:
    assert {rule.kind for rule in RULES} == set(get_args(LineKind))


def test_only_a_change_is_told_apart_by_its_field_and_values() -> None:
    assert all(rule.field for rule in RULES if rule.of == "change")
    assert not any(rule.field or rule.new or rule.old for rule in RULES if rule.of != "change")
