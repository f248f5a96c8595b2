"""Retention removes the oldest looks, unique keys that answer repeats, and files; holds win, and the proof stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from commands import content as contents
from commands import decision_table as tables
from commands import hold as holds
from commands import retention
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.decision_table.written import TableWritten
from domain.hold import HoldCustomer
from domain.kernel.refusal import NotFound, Refusal
from domain.retention import RUNS, RecordsRemoved, check_records_rules
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.backup import dump, restore
from infra.postgres.database import Connection, Database, connect
from infra.trail import one_look
from infra.trail.looks import Look
from projections.catalogue import VIEWS
from projections.retention import KeptInViews
from tests.commands.test_retention import SYSTEM
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up
from tests.support.open_work import Shown
from tests.support.proving import proving

LONG_AGO = "interval '400 days'"


def rules(**kept: str) -> TableWritten:
    """What is kept for how long; all else for good."""
    return TableWritten.model_validate(
        {
            "hit_policy": "first",
            "inputs": [{"name": "what", "type": "string"}],
            "outputs": [{"name": "keep", "type": "days and time duration"}],
            "rules": [
                {"when": {"what": f'"{what.replace("_", "-")}"'}, "then": {"keep": f'duration("{duration}")'}}
                for what, duration in kept.items()
            ],
        }
    )


@pytest.fixture
def superuser(database_urls: Urls) -> Iterator[Connection]:
    """Whoever can let time pass."""
    with connect(database_urls.database_url) as connection:
        yield connection


def look(log: Log, customer_id: str, number: int) -> None:
    """A look at somebody's data."""
    at = Look(
        "staff-1", "agent", ("agent",), None, "/customers/{id}", f"customer-{number}", (customer_id,), None, False, None
    )
    one_look.record(log.database, at)


def ran(executor: CommandExecutor, projector: Database, urls: Urls) -> dict[str, RecordsRemoved]:
    """What a run of retention came to, by what was removed."""
    end = executor.log.position()
    catch_up(executor.log, projector)
    with closing(Database(urls.database_url, "reader")) as reader:
        kept = KeptInViews(reader, lambda *_: catch_up(executor.log, projector))
        assert retention.run(executor, kept, Shown(), SYSTEM) is not None
    events = [each.event for each in executor.log.streams([RUNS])[RUNS] if each.position > end]
    return {each.what: each for each in events if isinstance(each, RecordsRemoved)}


def test_what_is_older_than_the_rules_keep_it_goes_and_the_proof_stays(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    superuser: Connection,
    tmp_path: Path,
) -> None:
    # Given two customers with files, looked at long ago, and the second one's message of today
    ada, bob = (
        executor.read(deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id).state.customer_id
        for n in (1, 2)
    )
    old = contents.keep(executor, ada, [b"old"], AGENT).answer.id
    held = contents.keep(executor, bob, [b"held"], AGENT).answer.id
    for number in range(4):
        look(log, ada, number)
    superuser.execute(f"UPDATE antiphon.log SET recorded_at = recorded_at - {LONG_AGO}".encode())
    superuser.execute(f"UPDATE antiphon.looks SET at = at - {LONG_AGO}".encode())
    deliver(executor, mail(3, "t2", "2@example.org"), GATEWAY)
    new = contents.keep(executor, ada, [b"new"], AGENT).answer.id
    look(log, bob, 9)
    holds.hold(executor, HoldCustomer(customer_id=bob), replace(AGENT, reason="lawsuit"))
    tables.put(executor, {"retention-of-records": rules(looks="P365D", unique_keys="P365D", files="P365D")}, AGENT)
    with proving(log, database_urls, tmp_path) as prover:
        assert prover.checkpoint() is not None
        (keys,) = superuser.execute("SELECT count(*) FROM antiphon.claims WHERE fingerprint IS NOT NULL").fetchall()[0]
        # When
        removed = ran(executor, projector, database_urls)
        # Then a second run finds nothing more
        again = ran(executor, projector, database_urls)
        assert {what: each.removed for what, each in again.items()} == {"looks": 0, "unique-keys": 0, "files": 0}
        # And
        assert (removed["looks"].removed, removed["files"].removed, removed["files"].held) == (4, 1, 1)
        assert 0 < removed["unique-keys"].removed < keys
        with pytest.raises(NotFound):
            contents.read(executor, old)
        assert b"".join(contents.read(executor, held)) == b"held"
        assert b"".join(contents.read(executor, new)) == b"new"
        found = prover.verify()
        assert (found.well, found.looks.covered, found.looks.removed) == (True, 5, 4)
        assert found.claims.removed == removed["unique-keys"].removed
        assert prover.checkpoint() is not None
        assert prover.verify().well
        # And a restore of the log keeps the tree over the trail, whose oldest looks are gone
        dump(database_urls.of("auditor"), log.vault, tmp_path / "backup")
        superuser.execute("TRUNCATE antiphon.log, antiphon.claims, antiphon.erased")
        restore(database_urls.of("owner"), log.vault, tmp_path / "backup", VIEWS)
        assert prover.checkpoint() is None
        found = prover.verify()
        assert (found.well, found.looks.removed) == (True, 4)


def test_looks_at_who_is_held_stay_and_all_that_came_after_them(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, superuser: Connection, tmp_path: Path
) -> None:
    # Given looks at Ada, at Bob, who is held, and at Ada again
    ada, bob = (
        executor.read(deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id).state.customer_id
        for n in (1, 2)
    )
    for number, who in enumerate((ada, bob, ada)):
        look(log, who, number)
    superuser.execute(f"UPDATE antiphon.looks SET at = at - {LONG_AGO}".encode())
    holds.hold(executor, HoldCustomer(customer_id=bob), replace(AGENT, reason="lawsuit"))
    tables.put(executor, {"retention-of-records": rules(looks="P365D")}, AGENT)
    with proving(log, database_urls, tmp_path) as prover:
        # Then nothing goes before a checkpoint covers it
        assert ran(executor, projector, database_urls)["looks"].removed == 0
        assert prover.checkpoint() is not None
        assert ran(executor, projector, database_urls)["looks"].removed == 1
        assert prover.verify().well


@pytest.mark.parametrize("what", ["looks", "claims"])
def test_the_database_removes_nothing_of_this_quarter(database_urls: Urls, what: str) -> None:
    arguments = "now() - interval '89 days', 10" + (", '{}'" if what == "looks" else "")
    with (
        connect(database_urls.database_url, "appender") as appender,
        pytest.raises(Exception, match="90 days at least"),
    ):
        appender.execute(f"SELECT antiphon.remove_oldest_{what}({arguments})".encode())


def test_rules_that_keep_too_little_are_refused(executor: CommandExecutor) -> None:
    tables.put(executor, {"retention-of-records": rules(looks="P30D")}, AGENT)
    table = tables.in_force(executor, "retention-of-records", executor.clock())
    assert table is not None
    with pytest.raises(Refusal, match="looks are kept for 90 days at least"):
        check_records_rules(table)
