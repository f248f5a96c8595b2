"""Promises and orders from the command line: each verb works once under a key, and the ledger tells."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.verbs.promise import due
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.cli.conftest import Antiphon, Ran
from tests.support.cli import start
from tests.support.exactly_once import whole
from tests.support.overdue import overdue
from tests.support.promised import Promised
from tests.support.waiting import wait_until

FRIDAY, MONDAY = "2100-01-01", "2100-01-04T17:00Z"


@pytest.fixture
def conversation_id(antiphon: Antiphon) -> str:
    return antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org", "--name", "Ada").id


def once(antiphon: Antiphon, log: Log, *verb: str) -> Ran:
    """The verb works; the same again under the same key adds nothing."""
    before = log.position()
    first = antiphon(*verb, "--key", " ".join(verb))
    end = log.position()
    assert (first.status, first.err) == (0, "")
    assert first.position == end > before
    assert antiphon(*verb, "--key", " ".join(verb)).out == f"{first.id} at {first.position} (as before)\n"
    assert log.position() == end
    return first


def test_promises_are_made_and_go_on_and_the_ledger_tells_all_of_it(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, conversation_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    antiphon("join", "mia", "Mia Sandberg")
    made = ["promise", conversation_id, "We call you\nback", "--by", FRIDAY, "--as", "mia"]
    # When
    revised = once(antiphon, log, *made).id
    once(antiphon, log, "revise", revised, "--by", MONDAY, "--because", "She is ill")
    broken = antiphon("promise", conversation_id, "A refund", "--by", MONDAY).id
    once(antiphon, log, "break", broken, "--because", "Paid in cash")
    withdrawn = antiphon("promise", conversation_id, "A letter", "--by", MONDAY).id
    once(antiphon, log, "withdraw", withdrawn)
    kept = antiphon("promise", conversation_id, "A mail", "--by", MONDAY).id
    once(antiphon, log, "keep", kept)
    # Then
    customer_id = executor.read(conversation_id).state.customer_id
    printed = antiphon("promises", customer_id).out
    assert printed == antiphon("promises", conversation_id).out
    lines = [line.strip() for line in printed.splitlines()]
    wanted = [
        "2100-01-04 17:00  open: We call you back",
        revised,
        f"by Mia Sandberg, {conversation_id}",
        "first promised for 2100-01-01 23:59",
        "moved to 2100-01-04 17:00: She is ill",
        "2100-01-04 17:00  broken: A refund",
        broken,
        "because: Paid in cash",
        "2100-01-04 17:00  withdrawn: A letter",
        "2100-01-04 17:00  kept: A mail",
    ]
    assert [line for line in wanted if line in lines] == wanted
    assert sorted(wanted, key=lines.index) == wanted
    # And
    open_promises = antiphon("promises").out
    assert revised in open_promises
    assert kept not in open_promises
    assert antiphon("promises", "--overdue").out == "no promises here\n"
    shown = antiphon("show", conversation_id).out
    assert "promised  2100-01-04 17:00  open: We call you back\n" in shown
    assert "promise made, due 2100-01-01 23:59: We call you back  (Mia Sandberg)" in antiphon("show", customer_id).out


def test_the_ledger_goes_on_where_the_page_before_ended(antiphon: Antiphon, conversation_id: str) -> None:
    # Given
    ids = [antiphon("promise", conversation_id, f"Word {n}", "--by", f"2100-01-0{n}").id for n in (3, 1, 2)]
    # When
    first = antiphon("promises", "--limit", "2").out
    cursor = first.split()[-1]
    second = antiphon("promises", "--limit", "2", "--cursor", cursor).out
    # Then
    assert [id in first for id in ids] == [False, True, True]
    assert [id in second for id in ids] == [True, False, False]


def test_an_order_goes_from_placed_to_delivered_and_keeps_its_promise(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, conversation_id: str
) -> None:
    # Given
    customer_id = executor.read(conversation_id).state.customer_id
    order_id = once(antiphon, log, "order", "place", customer_id, "--number", "4711", "--value", "87.40").id
    promised = antiphon("promise", order_id, "With you on Friday", "--by", FRIDAY, "--delivery").id
    # When
    once(antiphon, log, "order", "ship", order_id, "--carrier", "post", "--tracking", "T1")
    once(antiphon, log, "order", "deliver", "4711", "--in-full", "--documents-right")
    once(antiphon, log, "order", "check", "4711", "--undamaged")
    once(antiphon, log, "order", "return", "4711", "--because", "too small")
    # Then
    assert executor.read(promised).state.end == "kept"
    shown = [" ".join(line.split()) for line in antiphon("show", order_id).out.splitlines()]
    assert shown[:3] == ["order 4711", order_id, f"customer {customer_id}"]
    assert [line.partition(" 20")[0] for line in shown[3:7]] == ["placed", "shipped", "delivered", "returned"]
    assert shown[4].endswith("post T1")
    assert shown[7].startswith("parcel 1 post T1 shipped 20")
    assert shown[8:] == [
        "because too small", "in full yes", "undamaged yes", "documents right yes", "perfect yes",
        "promised 2100-01-01 23:59 kept: With you on Friday", "times of UTC",
    ]  # fmt: skip
    timeline = antiphon("show", customer_id).out
    assert all(f"* order {step}" in timeline for step in ("shipped", "delivered", "returned: too small"))
    # And one that never goes out
    other = antiphon("order", "place", customer_id).id
    once(antiphon, log, "order", "cancel", other)
    assert executor.read(other).state.status == "cancelled"


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        (["promise", "ID", "x", "--by", "2020-01-01"], "due-in-past"),
        (["promise", "ID", "x", "--by", "Friday"], "input-invalid"),
        (["promise", "ID", "x", "--by", FRIDAY, "--delivery"], "promise-about-nothing"),
        (["promise", "order-1", "x", "--by", FRIDAY], "not-found"),
        (["promise", "customer-1", "x", "--by", FRIDAY], "not-found"),
        (["keep", "ID"], "not-found"),
        (["order", "ship", "4712"], "not-found"),
        (["promises", "ID", "--overdue"], "input-invalid"),
        (["promises", "staff-1"], "not-found"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_a_refusal_is_one_line_with_a_code_and_adds_nothing(
    antiphon: Antiphon, log: Log, conversation_id: str, verb: list[str], code: str
) -> None:
    # Given
    end = log.position()
    # When
    ran = antiphon(*[conversation_id if part == "ID" else part for part in verb])
    # Then
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"antiphon: {code}: ")
    assert len(ran.err.splitlines()) == 1
    assert log.position() == end


def test_a_due_is_a_day_or_a_time_with_its_zone() -> None:
    assert due("2026-12-01") == date(2026, 12, 1)
    assert due("2026-12-01T17:00+02:00") == datetime(2026, 12, 1, 15, tzinfo=UTC)
    assert due("2026-12-01T17:00Z") == datetime(2026, 12, 1, 17, tzinfo=UTC)
    for wrong in ("2026-02-30", "2026-12-01T17:00", "1 December"):
        with pytest.raises(Refusal, match="input-invalid"):
            due(wrong)


def test_the_watch_runs_along_with_the_subscriptions(
    executor: CommandExecutor, log: Log, database_urls: Urls, tmp_path: Path
) -> None:
    # Given
    process = start(database_urls, tmp_path, "run", "followers")
    try:
        # When
        missed = Promised(executor).due(0.1)
        # Then
        wait_until(lambda: missed in overdue(whole(log)), 60, "it is noticed")
    finally:
        status = process.stop(30)
    assert status == 0
