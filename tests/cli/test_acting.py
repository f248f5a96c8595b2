"""The verbs that act: each works, and the same again under the same key adds nothing."""

from __future__ import annotations

import pytest

from infra.log.application import Log
from tests.cli.conftest import Antiphon
from tests.support.recorded import events_of


@pytest.fixture
def id(antiphon: Antiphon) -> str:
    """A conversation at a company of one team and one person."""
    antiphon("team", "Orders")
    antiphon("join", "mia", "Mia Sandberg", "--team", "Orders")
    return antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org").id


@pytest.mark.parametrize(
    "verb",
    [
        ["receive", "ID", "Hello?"],
        ["receive", "ID", "He is right", "--by", "bob@example.org", "--as", "mia"],
        ["reply", "ID", "Yes", "--as", "mia"],
        ["note", "ID", "A regular", "--as", "mia"],
        ["assign", "ID", "--team", "Orders", "--to", "mia"],
        ["hand-over", "ID", "Orders", "--because", "theirs", "--as", "mia"],
        ["priority", "ID", "high"],
        ["kind", "ID", "complaint"],
        ["wait", "ID"],
        ["hold", "ID"],
        ["resolve", "ID", "--resolution", "Told the hours"],
        ["open", "feedback", "Nice shop", "--from", "bob@example.org"],
        ["open", "order", "Two bells, please", "--from", "bob@example.org", "--order", "A-1"],
    ],
    ids=lambda verb: " ".join(verb[:2]),
)
def test_a_verb_with_a_key_is_done_once(antiphon: Antiphon, log: Log, id: str, verb: list[str]) -> None:
    # Given
    command = [id if part == "ID" else part for part in verb] + ["--key", "k1"]
    before = log.position()
    # When
    first = antiphon(*command)
    end = log.position()
    again = antiphon(*command)
    # Then
    assert (first.status, first.err) == (0, "")
    assert first.position == end > before
    assert again.out == f"{first.id} at {first.position} (as before)\n"
    assert log.position() == end


def test_what_is_resolved_is_judged_and_opened_again(antiphon: Antiphon, log: Log, id: str) -> None:
    for verb in (["resolve", id], ["judge", id, "--answered"], ["reopen", id]):
        before = log.position()
        assert antiphon(*verb, "--key", verb[0]).position == log.position() > before
        assert antiphon(*verb, "--key", verb[0]).out.endswith("(as before)\n")


def test_a_name_is_taken_once(antiphon: Antiphon, log: Log, id: str) -> None:
    end = log.position()
    assert antiphon("team", "orders").status == 0
    assert "handle-reused" in antiphon("join", "MIA", "Somebody Else").err
    assert log.position() == end


def test_a_customer_is_erased_once(antiphon: Antiphon, log: Log, id: str) -> None:
    # Given
    customer_id = events_of(log, id)[0].customer_id
    # When
    first = antiphon("erase", customer_id, "--reason", "they asked")
    end = log.position()
    again = antiphon("erase", customer_id, "--reason", "they asked")
    # Then
    assert (first.id, again.id) == (customer_id, customer_id)
    assert log.position() == end
    shown = antiphon("show", id).out
    assert "Are you open?" not in shown
    assert "[erased]" in shown


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        (["reply", "conversation-1", "Yes"], "not-found"),
        (["reply", "ID", "Yes", "--as", "nobody"], "staff-unknown"),
        (["reply", "ID", ""], "input-invalid"),
        (["assign", "ID", "--team", "Nowhere"], "team-unknown"),
        (["priority", "ID", "extreme"], "input-invalid"),
        (["judge", "ID", "--answered"], "nothing-to-judge"),
        (["open", "order", "Two, please", "--from", "ada@example.org"], "order-missing"),
        (["erase", "customer-1", "--reason", "they asked"], "not-found"),
        (["rebuild", "nothing"], "view-unknown"),
        (["inbox", "--cursor", "abc"], "cursor-invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_refusal_is_one_line_with_a_code_and_adds_nothing(
    antiphon: Antiphon, log: Log, id: str, verb: list[str], code: str
) -> None:
    # Given
    end = log.position()
    # When
    ran = antiphon(*[id if part == "ID" else part for part in verb])
    # Then
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"antiphon: {code}: ")
    assert len(ran.err.splitlines()) == 1
    assert log.position() == end
