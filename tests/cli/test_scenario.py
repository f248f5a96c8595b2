"""`antiphon scenario` plays what a file says, in memory, and answers what the clocks say."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cli.main import main
from cli.verbs.service_level.scenario import answers
from domain.kernel.refusal import Refusal
from tests.oracle.answers import answer
from tests.support.played import HOURS, at, clock, played


def test_a_reply_at_the_due_instant_is_met_and_one_a_minute_later_is_not() -> None:
    for said, state, breached in (("10:00", "met", None), ("10:01", "met-late", "10:00")):
        (found,) = played(
            "{calendar: ALWAYS, targets: {first_reply: PT1H}}",
            f"""09:00 {{open: inquiry, by: customer, text: Hello, policy: p}}
                {said} {{say: Hi, by: agent}}""",
            ("12:00", None),
        )
        first = clock(found, "first_reply")
        assert (first["state"], first["breached_at"], first["detected_at"]) == (state, breached, breached and said)


def test_nothing_but_a_person_stops_a_reply_clock() -> None:
    (found,) = played(
        "{calendar: ALWAYS, targets: {first_reply: PT1H, next_reply: PT1H}}",
        """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
           09:01 {say: "We got it", by: bot}
           09:02 {note: "Hm", by: agent}
           09:03 {status: on_hold}
           09:04 {say: "And this", by: customer}""",
        ("09:30", None),
    )
    assert clock(found, "first_reply")["state"] == "running"
    assert "next_reply" not in found


@pytest.mark.parametrize(
    "step", [{"open": "inquiry", "conversation": "A", "by": "customer", "text": "Hi"}, {"sweep": True}]
)
def test_no_step_is_recorded_before_it_happens(step: dict[str, Any]) -> None:
    times = {"at": "2026-06-16T09:01:00Z", "recorded_at": "2026-06-16T09:00:00Z"}
    with pytest.raises(Refusal, match="time-in-future: it is recorded before it happens"):
        answers({"steps": [{**times, **step}]})


def test_a_policy_of_a_scenario_may_say_all_that_a_policy_can() -> None:
    for notes_count, state in ((False, "running"), (True, "met")):
        policy = f"{{calendar: ALWAYS, notes_count: {str(notes_count).lower()}, targets: {{next_reply: PT1H}}}}"
        (found,) = played(
            policy,
            """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               09:01 {say: "Hi", by: agent}
               09:02 {say: "And this", by: customer}
               09:03 {note: "Hm", by: agent}""",
            ("09:30", None),
        )
        assert clock(found, "next_reply")["state"] == state


def test_a_pause_until_resolved_does_not_count_and_a_reopening_goes_on() -> None:
    steps = """09:00 {open: complaint, by: customer, text: Hello, policy: p}
               09:10 {status: waiting_on_customer}
               10:00 {status: resolved}
               11:00 {say: "Not yet", by: customer}"""
    for mode, consumed, instances in (
        ("freeze", 600, 1),
        ("continue_excluding_solved", 1200, 1),
        ("continue_including_solved", 4800, 1),
        ("new_cycle", 600, 2),
    ):
        policy = f"{{calendar: ALWAYS, reopen: {mode}, targets: {{requester_wait: PT3H}}}}"
        (found,) = played(policy, steps, ("11:10", None))
        assert clock(found, "requester_wait")["consumed_seconds"] == consumed, mode
        assert len(found["requester_wait"]) == instances


def test_a_tighter_target_is_missed_at_its_change_a_looser_takes_none_back() -> None:
    (found,) = played(
        "{calendar: ALWAYS, targets: {agent_work: PT8H}, by_priority: {urgent: {agent_work: PT1H}}}",
        """09:00 {open: complaint, by: customer, text: Hello, policy: p}
           12:00 {priority: urgent}
           13:00 {priority: low}""",
        ("14:00", None),
    )
    work = clock(found, "agent_work")
    assert (work["breached_at"], work["cause"], work["due_at"]) == ("12:00", "policy_change", "17:00")


def test_a_late_reply_takes_a_breach_back_and_what_was_known_then_keeps_it() -> None:
    now, then = played(
        "{calendar: ALWAYS, targets: {first_reply: PT1H}}",
        """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
           10:30 {sweep: true}
           09:30 (11:00) {say: Hi, by: agent}""",
        ("12:00", None),
        ("12:00", "10:45"),
    )
    first = clock(now, "first_reply")
    assert (first["state"], first["stopped_at"], first["breach_withdrawn"]) == ("met", "09:30", True)
    assert (first["breached_at"], first["detected_at"]) == (None, None)
    known = clock(then, "first_reply")
    assert (known["state"], known["breached_at"], known["detected_at"]) == ("running", "10:00", "10:30")


def test_a_correction_of_what_words_do_is_judged_so_whatever_was_recorded() -> None:
    # Given words that opened a conversation again, and a policy that should have kept it as it stood
    scenario = yaml.safe_load(HOURS) | yaml.safe_load(
        f"""
        policies: {{p: {{calendar: ALWAYS, targets: {{agent_work: PT8H}}}}}}
        steps:
        - {{at: "{at("09:00")}", conversation: A, open: inquiry, by: customer, policy: p}}
        - {{at: "{at("10:00")}", conversation: A, status: waiting_on_customer}}
        - {{at: "{at("11:00")}", conversation: A, say: words, by: customer}}
        - {{at: "{at("12:00")}", policy: p, correct_from: "{at("10:30")}", on_customer_message: keep}}
        ask: [{{now: "{at("11:30")}"}}, {{now: "{at("12:30")}"}}]
        """
    )
    # Then
    found = answers(scenario)
    assert [each["conversations"]["A"]["status"] for each in found["answers"]] == ["open", "waiting_on_customer"]
    assert found == answer(scenario)


def test_a_correction_judges_anew_what_an_edit_leaves() -> None:
    steps = """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               09:20 {say: Hi, by: agent}
               10:00 {edit: p, %s, targets: {first_reply: PT10M}}"""
    edited = 'effective_from: "2026-06-17"'
    corrected = 'correct_from: "2026-06-01"'
    for said, state, detected in ((edited, "met", None), (corrected, "met-late", "10:00")):
        (found,) = played("{calendar: ALWAYS, targets: {first_reply: PT1H}}", steps % said, ("12:00", None))
        first = clock(found, "first_reply")
        assert (first["state"], first["detected_at"]) == (state, detected)


def test_a_calendar_that_never_opens_is_an_error_and_not_a_due() -> None:
    (found,) = played(
        "{calendar: NEVER, targets: {first_reply: PT1H}}",
        "09:00 {open: inquiry, by: customer, text: Hello, policy: p}",
        ("12:00", None),
    )
    assert clock(found, "first_reply")["due_at"] is None
    assert found["errors"] == [{"code": "calendar-never-opens", "calendar": "NEVER"}]


def test_a_merge_moves_clocks_and_its_undoing_leaves_no_trace() -> None:
    steps = """09:00 {open: inquiry, by: customer, text: Hello, policy: p}
               09:10 {conversation: B, open: inquiry, by: customer, text: And, policy: p}
               09:20 {conversation: B, merge_into: A}
               09:30 {say: Hi, by: agent}
               09:40 {conversation: B, undo_merge: true}"""
    before, after = played("{calendar: ALWAYS, targets: {first_reply: PT1H}}", steps, ("09:35", None), ("09:45", None))
    assert [each["started_at"][11:16] for each in before["first_reply"]] == ["09:00", "09:10"]
    assert clock(before, "first_reply", 2)["state"] == "met"
    assert len(after["first_reply"]) == 1


@pytest.mark.parametrize(
    ("step", "named"),
    [
        ("{at: '2026-06-16T09:00:00', conversation: A, say: Hi, by: agent}", "step 1 (say)"),
        ("{at: '2026-06-16T09:00:00Z', conversation: A, say: Hi, by: agent, colour: red}", "colour"),
        ("{at: '2026-06-16T09:00:00Z', conversation: A, shout: Hi}", "step 1 has no verb"),
        ("{at: '2026-06-16T09:00:00Z', conversation: A, say: Hi, by: agent}", "step 1 (A)"),
        ("{at: '2026-06-16T09:00:00Z', policy: p, effective_from: '2026-06-16', targets: {}}", "effective-from-past"),
        ("{at: '2026-06-16T09:00:00Z', policy: q, effective_from: '2026-06-18', targets: {}}", "no policy q"),
        ("{at: '2026-06-16T09:00:00Z', policy: p, effective_from: '2026-06-18', calendar: Q}", "step 1 (p)"),
    ],
)
def test_what_cannot_be_played_names_its_step(
    step: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(
        HOURS + f"policies: {{p: {{calendar: DAY, targets: {{first_reply: PT1H}}}}}}\nsteps:\n  - {step}\nask: []\n"
    )
    with pytest.raises(SystemExit) as ended:
        main(["scenario", str(file)])
    assert ended.value.code == 2
    assert named in capsys.readouterr().err


@pytest.mark.parametrize(
    ("steps", "named"),
    [
        ("{conversation: Z, say: Hi, by: agent}", "step 3 (Z): scenario-name-unknown"),
        ("{open: inquiry, by: customer, policy: p}", "step 3 (A): conversation-exists"),
        ("{merge_into: A}", "step 3 (A): merge-with-itself"),
        ("{merge_into: Z}", "step 3 (A): scenario-name-unknown"),
        ("{merge_into: B}\n10:00 {merge_into: B}", "step 4 (A): merged-already: A was merged into B"),
        ("{merge_into: B}\n10:00 {conversation: B, merge_into: A}", "step 4 (B): merge-cycle: A was merged into B"),
        ("{undo_merge: true}", "step 3 (A): not-merged"),
        ("{merge_into: B}\n10:00 {undo_merge: true}\n10:00 {undo_merge: true}", "step 5 (A): not-merged"),
        ("{policy: q}", "step 3 (A): scenario-name-unknown: there is no policy q"),
        ("{calendar: Q, effective_from: '2026-06-18', closed: []}", "step 3 (Q): scenario-name-unknown"),
    ],
)
def test_what_is_refused_is_said_by_the_names_in_the_file(steps: str, named: str) -> None:
    opened = "09:00 {open: inquiry, by: customer, policy: p}\n09:00 {conversation: B, open: inquiry, by: agent}\n"
    with pytest.raises(Refusal, match=re.escape(named)):
        played("{calendar: DAY, targets: {}}", f"{opened}10:00 {steps}", ("12:00", None))


def test_a_file_without_keys_is_no_scenario() -> None:
    with pytest.raises(Refusal, match="no mapping"):
        answers([])


START = datetime(2026, 6, 16, 9, tzinfo=UTC)
VERBS = [
    {"say": "words", "by": "customer"},
    {"say": "words", "by": "agent"},
    {"say": "words", "by": "bot"},
    *({"status": status, "again": True} for status in ("open", "waiting_on_customer", "on_hold", "resolved")),
    {"priority": "urgent", "again": True},
    {"priority": "normal", "again": True},
    {"policy": "strict", "again": True},
]
POLICIES = {
    "p": {
        "calendar": "DAY",
        "targets": {"first_reply": "PT1H", "next_reply": "PT15M", "agent_work": "PT3H", "pausable_update": "PT2H"},
        "by_priority": {"urgent": {"agent_work": "PT20M"}},
    },
    "strict": {"calendar": "ALWAYS", "reopen": "new_cycle", "targets": {"first_reply": "PT5M", "agent_work": "PT1H"}},
}
STEP = st.tuples(st.integers(1, 600), st.integers(0, 300), st.sampled_from(VERBS))


def document(steps: list[tuple[int, int, dict[str, Any]]], *asked: dict[str, str]) -> dict[str, Any]:
    """A scenario of one conversation. Each step: so many minutes after the start, recorded so many minutes later."""
    opening = {"at": START.isoformat(), "conversation": "A", "open": "inquiry", "by": "customer", "policy": "p"}
    return {
        **yaml.safe_load(HOURS),
        "policies": POLICIES,
        "steps": [opening, *({"at": when(m), "recorded_at": when(m + later), "conversation": "A", **what}
                             for m, later, what in steps)],
        "ask": list(asked),
    }  # fmt: skip


def when(minutes: int) -> str:
    """So long after the start."""
    return (START + timedelta(minutes=minutes)).isoformat()


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, max_size=12), st.integers(0, 900))
def test_what_was_known_then_is_what_would_have_been_answered_then(
    steps: list[tuple[int, int, dict[str, Any]]], minutes: int
) -> None:
    # Given what happened up to an instant, and the same with what came after
    until = [each for each in steps if each[0] + each[1] <= minutes]
    # When
    then = answers(document(until, {"now": when(minutes)}))["answers"][0]
    known = answers(document(steps, {"now": when(2000), "known_at": when(minutes)}))["answers"][0]
    # Then
    assert json.dumps(known["conversations"]) == json.dumps(then["conversations"])


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, max_size=12, unique_by=lambda each: each[0]))
def test_when_it_was_recorded_changes_nothing_of_what_is_true(steps: list[tuple[int, int, dict[str, Any]]]) -> None:
    # Given that nothing was said before a resolution or a reply and recorded after it, which does count (docs/sla.md
    # S37, S41)
    words = [(at, at + later) for at, later, what in steps if what.get("by") == "customer"]
    ends = [
        (at, at + later) for at, later, what in steps if what.get("status") == "resolved" or what.get("by") == "agent"
    ]
    assume(not any(said < at and told > recorded for said, told in words for at, recorded in ends))

    def truth(steps: list[tuple[int, int, dict[str, Any]]]) -> Any:
        found = answers(document(steps, {"now": when(2000)}))["answers"][0]["conversations"]
        for clocks in found["A"]["clocks"].values():
            for each in clocks:
                del each["detected_at"], each["breach_withdrawn"]
        return found

    assert truth(steps) == truth([(minutes, 0, what) for minutes, _, what in steps])
