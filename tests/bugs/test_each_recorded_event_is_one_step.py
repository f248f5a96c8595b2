"""Each thing that is told is one step, also where several are told at once: it acts by itself, and what is missed is
noticed by it in its own conversation, and in the one that this was merged into by the time that is asked about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.played import clock, played

HOUR = "{calendar: ALWAYS, targets: {first_reply: PT1H, periodic_update: PT1H}}"


def test_a_note_back_dated_of_what_was_merged_meanwhile_detects_there() -> None:
    # Given a conversation whose clock was missed before it was merged
    steps = """08:00 {conversation: B, open: inquiry, by: customer, text: Other, policy: p}
               09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               11:00 {merge_into: B}
               09:05 (12:00) {note: Hm, by: agent}"""
    # When the note comes in, and one asks about a time before the merge
    (found,) = played(HOUR, steps, ("10:30", "13:00"))
    # Then it was in its own conversation that something happened
    assert clock(found, "first_reply")["detected_at"] == "12:00"


def test_an_event_of_a_part_detects_nothing_where_it_is_not_merged_yet() -> None:
    steps = """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               09:00 {conversation: B, open: inquiry, by: customer, text: Other, policy: p}
               11:00 {conversation: B, merge_into: A}
               09:05 (12:00) {conversation: B, say: Wait, by: bot}
               09:06 (12:30) {conversation: B, undo_merge: true}"""
    before, after = played(HOUR, steps, ("10:30", "12:15"), ("10:30", "13:00"))
    assert clock(before, "first_reply")["detected_at"] is None
    # But the undoing is an event of both
    assert clock(after, "first_reply")["detected_at"] == "12:30"


@pytest.mark.parametrize("by", ["customer", "agent"])
def test_words_at_the_instant_of_a_wordless_opening_are_not_the_opening(by: str) -> None:
    steps = f"""09:00 {{open: complaint, by: {by}, policy: p}}
                09:00 {{say: We saw it, by: agent}}"""
    (found,) = played(HOUR, steps, ("09:30", None))
    assert clock(found, "periodic_update")["started_at"] == "09:00"
    assert "first_reply" not in found or clock(found, "first_reply")["state"] == "met"


def test_two_events_recorded_at_once_are_folded_one_after_the_other() -> None:
    # Given a reply that was missing, and at once with it the customer's earlier words that it did not answer yet
    steps = """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               09:10 (12:00) {say: Hi, by: agent}
               09:10 (12:00) {status: waiting_on_customer}
               09:10 (12:00) {say: And, by: customer}
               11:00 {sweep: true}"""
    (found,) = played(
        "{calendar: ALWAYS, targets: {first_reply: PT1H, next_reply: PT1H, requester_wait: P1D}}",
        steps,
        ("12:30", None),
    )
    first, following = clock(found, "first_reply"), clock(found, "next_reply")
    assert (first["state"], first["stopped_at"], first["breach_withdrawn"]) == ("met", "09:10", True)
    assert (following["started_at"], following["breached_at"], following["detected_at"]) == ("09:10", "10:10", "12:00")
    assert clock(found, "requester_wait")["state"] == "running"


def test_an_edit_that_is_back_dated_holds_from_when_it_says() -> None:
    steps = """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               09:10 (12:00) {edit: p, effective_from: "2026-06-16T09:30:00Z", targets: {first_reply: PT10M}}
               12:30 {sweep: true}"""
    known, found = played(HOUR, steps, ("09:40", "11:59"), ("13:00", None))
    assert clock(known, "first_reply")["breached_at"] is None
    first = clock(found, "first_reply")
    assert (first["breached_at"], first["detected_at"], first["cause"]) == ("09:30", "12:30", "policy_change")


def test_each_question_goes_by_the_versions_that_are_known_to_it() -> None:
    # Given a correction, and an edit that was made before it and told after it
    steps = """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               12:00 {edit: p, correct_from: "2026-06-16", targets: {first_reply: PT2H}}
               10:00 (13:00) {edit: p, effective_from: "2026-06-16T10:30:00Z", targets: {first_reply: PT3H}}"""
    found = played(HOUR, steps, ("12:30", None), ("11:00", "14:00"), ("14:00", None))
    # Then one knows of the first only, one of the second only, and one of both, of which the last recorded counts
    assert [clock(each, "first_reply")["due_at"] for each in found] == ["11:00", "12:00", "12:00"]


def test_a_back_dated_round_of_the_watch_detects_when_it_was_recorded() -> None:
    steps = """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               10:30 (12:00) {sweep: true}"""
    found: list[dict[str, Any]] = played(HOUR, steps, ("10:45", "13:00"), ("10:15", "13:00"))
    assert [clock(each, "first_reply")["detected_at"] for each in found] == ["12:00", None]
