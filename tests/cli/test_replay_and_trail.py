"""`antiphon replay` prints what `antiphon show` printed then, and what became known since."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from infra.log.application import Log
from tests.cli.conftest import Antiphon

POLICY = """
calendars: {office: {zone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}}}
policies:
  standard: {calendar: office, targets: {first_reply: PT4H}}
"""


def recorded_last(log: Log) -> datetime:
    (last,) = log.recorded_events(log.read(log.position() - 1))
    return last.recorded_at


def test_a_replay_prints_what_show_printed_then(antiphon: Antiphon, log: Log) -> None:
    # Given
    id = antiphon("open", "complaint", "It leaks", "--from", "ada@example.org", "--name", "Ada").id
    antiphon("reply", id, "Bring it in")  # so that nobody waits, for so and so long
    customer = next(word for word in antiphon("show", id).out.split() if word.startswith("customer-"))
    order = antiphon("order", "place", customer, "--number", "K-1", "--items", "1").id
    shown = {each: antiphon("show", each).out for each in (id, customer, order)}
    known_at = recorded_last(log)
    # When
    antiphon("priority", id, "urgent")
    antiphon("order", "cancel", order, "--because", "another one")
    # Then
    for each, before in shown.items():
        assert antiphon("show", each).out != before
        assert antiphon("replay", each, "--known-at", known_at.isoformat()).out == before
    told = antiphon("replay", id, "--known-at", known_at.isoformat(), "--diff", recorded_last(log).isoformat()).out
    assert "conversation.priority-changed" in told
    assert "conversation.opened" not in told


def test_a_replay_of_the_inbox_of_policies_and_of_a_search(antiphon: Antiphon, log: Log, tmp_path: Path) -> None:
    # Given
    id = antiphon("open", "complaint", "The lid leaks", "--from", "ada@example.org", "--name", "Ada").id
    customer = next(word for word in antiphon("show", id).out.split() if word.startswith("customer-"))
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY)
    assert antiphon("sla", "put", str(policy)).status == 0
    rules = antiphon("sla", "rules").out
    which = next(word for word in rules.split() if word.startswith("policy-"))
    known_at = recorded_last(log).isoformat()
    # When
    antiphon("receive", id, "And the lid rattles", "--from", "ada@example.org")
    antiphon("open", "inquiry", "Do you sell lids?", "--from", "bea@example.org", "--name", "Bea")
    policy.write_text(POLICY.replace("PT4H", "PT2H"))
    assert antiphon("sla", "put", str(policy), "--since", "2026-01-01").status == 0
    # Then
    inbox = antiphon("replay", "inbox", "--known-at", known_at).out
    assert "Ada" in inbox
    assert "Bea" not in inbox
    assert "Bea" in antiphon("inbox").out
    assert antiphon("replay", which, "--known-at", known_at).out in rules
    assert "PT2H" not in antiphon("replay", which, "--known-at", known_at).out
    found = antiphon("replay", customer, "--known-at", known_at, "--search", "lid").out
    assert "leaks" in found
    assert "rattles" not in found
    assert "antiphon: input-invalid: --search" in antiphon("replay", id, "--search", "lid").err
    became = antiphon("replay", which, "--known-at", known_at, "--diff", recorded_last(log).isoformat()).out
    assert "policy.corrected" in became


def test_the_trail_says_who_did_what_and_why(antiphon: Antiphon, log: Log) -> None:
    # Given
    antiphon("team", "Workshop")
    antiphon("join", "jo", "Jo Ferreira", "--team", "Workshop")
    id = antiphon("open", "complaint", "It leaks", "--from", "ada@example.org").id
    antiphon("assign", id, "--team", "Workshop", "--as", "jo")
    # When
    told = antiphon("audit", "trail", "--conversation", id).out.splitlines()
    as_json = antiphon("audit", "trail", "--conversation", id, "--kind", "conversation.assigned", "--json").out
    # Then
    assert "conversation.opened" in "\n".join(told)
    assert json.loads(as_json)["about"] == id
    jo = json.loads(as_json)["actor_id"]
    assert "conversation.assigned" in (by_id := antiphon("audit", "trail", "--actor", jo).out)
    assert antiphon("audit", "trail", "--actor", "jo").out == by_id
    assert "antiphon: staff-unknown: " in antiphon("audit", "trail", "--actor", "nobody").err
    assert antiphon("audit", "trail", "--actor", jo, "--kind", "looked").out == "nothing here\n"
    assert antiphon("audit", "trail", "--actor", "service-idle").out == "nothing here\n"
    mistyped = f"{jo[:-1]}{'1' if jo[-1] == '0' else '0'}"
    refused = antiphon("audit", "trail", "--actor", mistyped)
    assert f"antiphon: staff-unknown: nobody has the id {mistyped}" in refused.err
    assert "antiphon: not-found: " in antiphon("audit", "trail", "--actor", "customer-no").err
    assert "antiphon: not-found: " in antiphon("audit", "trail", "--conversation", "conversation-no").err
    assert "antiphon: input-invalid: " in antiphon("audit", "trail").err
    # What is there and was left alone is no unknown id.
    ran = antiphon("audit", "trail", "--conversation", id, "--since", "2999-01-01T00:00:00Z")
    assert (ran.status, ran.err) == (0, "")


def test_what_a_replay_cannot_show_is_refused(antiphon: Antiphon, log: Log) -> None:
    id = antiphon("open", "complaint", "It leaks", "--from", "ada@example.org").id
    before = (recorded_last(log) - timedelta(days=1)).isoformat()
    assert "antiphon: not-found: " in antiphon("replay", id, "--known-at", before).err
    assert "antiphon: not-found: " in antiphon("replay", "team-1", "--known-at", before).err
    assert "antiphon: input-invalid: --diff" in antiphon("replay", id, "--diff", before).err
    unknown = antiphon("replay", "conversation-no", "--known-at", before, "--diff", recorded_last(log).isoformat())
    assert "antiphon: not-found: conversation-no" in unknown.err
