"""What could not be taken in is seen, retried and skipped from the command line, which says how it ended."""

from __future__ import annotations

import pytest

from domain.subscription import SkipRequested
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import connect
from tests.cli.conftest import Antiphon
from tests.support.recorded import recorded_as

REASON = ("--reason", "the disk had a bad day")


@pytest.fixture
def id(antiphon: Antiphon) -> str:
    """A conversation with three events and a note behind them."""
    id = antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org").id
    antiphon("note", id, "A regular")
    return id


@pytest.fixture
def sound(database_urls: Urls, id: str) -> bytes:
    """What stood at position 5, the customer's message, before it was spoiled."""
    with connect(database_urls.database_url, "owner") as owner:
        row = owner.execute("SELECT state FROM antiphon.log WHERE position = 5").fetchone()
    assert row is not None
    spoil(database_urls, b"\x00")
    return bytes(row[0])


SUBSCRIPTIONS = ("conversation_steps", "history", "inbox", "search", "sla_clocks", "timers")
"""Who takes in what a customer says."""


def spoil(urls: Urls, state: bytes) -> None:
    with connect(urls.database_url, "owner") as owner:
        owner.execute("UPDATE antiphon.log SET state = %s WHERE position = 5", (state,))


def test_a_retry_says_whether_it_went_in(
    antiphon: Antiphon, database_urls: Urls, log: Log, id: str, sound: bytes
) -> None:
    # Given
    listed = antiphon("parked", "list").out
    assert [line.split()[0] for line in listed.splitlines()[2:6]] == ["history", "history", "inbox", "inbox"]
    assert antiphon("doctor").status == 1
    assert "! not all of it: 2 events could not be taken in" in antiphon("show", id).out
    # When
    failed = antiphon("parked", "retry", "history", id, *REASON)
    spoil(database_urls, sound)
    went_in = [antiphon("parked", "retry", follower, id, *REASON) for follower in SUBSCRIPTIONS]
    # Then
    assert (failed.status, failed.out) == (
        1, f"history still cannot take in {id}: UnreadableEvent not-decodable at 5\n",
    )  # fmt: skip
    assert [ran.status for ran in went_in] == [0] * len(SUBSCRIPTIONS)
    assert antiphon("parked", "list").out == "nothing is parked\n"
    assert "Are you open?" in antiphon("show", id).out
    assert antiphon("rebuild", "history", "--verify").status == 0


def test_many_streams_are_retried_at_once(
    antiphon: Antiphon, database_urls: Urls, log: Log, id: str, sound: bytes
) -> None:
    # Given
    assert antiphon("parked", "list").status == 0
    # When the cause is another, or is still there
    ran = [antiphon("parked", "retry", *which, *REASON) for which in (["--code", "seal-broken"], ["inbox", "--all"])]
    # Then
    assert [(each.status, each.out.splitlines()[0].split(" parked ")[0]) for each in ran] == [
        (0, "nothing of that is parked"), (1, "0 of 1"),
    ]  # fmt: skip
    # When it is mended
    spoil(database_urls, sound)
    ran = [antiphon("parked", "retry", *which, *REASON) for which in (["inbox", "--code", "not-decodable"], ["--all"])]
    # Then
    assert [(each.status, each.out.split(" parked ")[0]) for each in ran] == [
        (0, "1 of 1"), (0, f"{len(SUBSCRIPTIONS) - 1} of {len(SUBSCRIPTIONS) - 1}"),
    ]  # fmt: skip
    assert antiphon("parked", "list").out == "nothing is parked\n"
    assert antiphon("rebuild", "inbox", "--verify").status == 0
    # And what is meant has to be said
    for which in ([], ["inbox"], ["inbox", id, "--all"]):
        assert antiphon("parked", "retry", *which, *REASON).status == 2, which


def test_what_is_quarantined_from_its_beginning_is_not_said_to_be_unknown(
    antiphon: Antiphon, database_urls: Urls, id: str
) -> None:
    # Given
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("UPDATE antiphon.log SET state = '\\x00'")
    # When
    ran = antiphon("show", id)
    # Then
    assert (ran.status, ran.err.startswith("antiphon: parked: ")) == (2, True)


def test_a_skip_leaves_one_event_out(antiphon: Antiphon, log: Log, id: str, sound: bytes) -> None:
    # Given
    antiphon("join", "mia", "Mia Sandberg")
    assert antiphon("parked", "list").status == 0
    # When
    ran = antiphon("parked", "skip", "history", id, "5", *REASON, "--as", "mia")
    # Then
    assert (ran.status, ran.err) == (0, "")
    shown = antiphon("show", id).out
    assert "Are you open?" not in shown
    assert "A regular" in shown
    (told,) = recorded_as(SkipRequested, log.streams(["follower-history"])["follower-history"])
    assert (told.event.position, told.envelope.reason) == (5, REASON[1])
    assert told.envelope.actor.id.startswith("staff-")


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        (["retry", "history", "ID"], "not-parked"),
        (["skip", "history", "ID", "5"], "not-parked"),
        (["retry", "nobody", "ID"], "follower-unknown"),
    ],
)
def test_where_nothing_is_quarantined_nothing_is_asked(
    antiphon: Antiphon, log: Log, id: str, verb: list[str], code: str
) -> None:
    ran = antiphon("parked", *[id if part == "ID" else part for part in verb], *REASON)
    assert (ran.status, ran.err.startswith(f"antiphon: {code}: ")) == (2, True)
    assert log.streams(["follower-history"])["follower-history"] == []


def test_of_many_the_first_are_listed_and_all_are_counted(antiphon: Antiphon, id: str, sound: bytes) -> None:
    whole = antiphon("parked", "list").out
    short = antiphon("parked", "list", "--limit", "1").out
    events = sum(line.startswith(SUBSCRIPTIONS) for line in whole.splitlines())
    assert "these are the first" not in whole
    assert f"these are the first 1 of {events}:" in short
    counted = [line.split() for line in short.splitlines() if " streams: " in line]
    assert sum(int(words[0]) for words in counted) == events
    assert {words[1] for words in counted} == set(SUBSCRIPTIONS)
