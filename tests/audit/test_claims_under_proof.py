"""Unique keys are under the proof: what a superuser exchanges, takes away or puts in is found; an erasure is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.tree import hashed
from audit.verification import Wrong
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.backup import dump, restore
from infra.postgres.database import Connection, connect
from infra.proof.rows import CLAIMS, stored_rows
from projections.catalogue import VIEWS
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import erase
from tests.support.proving import Prover, proving

EXCHANGED = """UPDATE antiphon.claims AS c SET id = o.id FROM antiphon.claims AS o
WHERE (c.number, o.number) IN ((before + 2, before + 5), (before + 5, before + 2))"""
TAMPERING = {
    EXCHANGED: Wrong(2, "changed"),
    "UPDATE antiphon.claims SET id = 'customer-other' WHERE number = before + 4": Wrong(4, "changed"),
    "UPDATE antiphon.claims SET key = set_byte(key, 0, 255 - get_byte(key, 0)) WHERE number = before + 3": Wrong(
        3, "changed"
    ),
    "UPDATE antiphon.claims SET position = position + 1 WHERE number = before + 6": Wrong(6, "changed"),
    "UPDATE antiphon.claims SET salt = gen_random_uuid() WHERE number = before + 1": Wrong(1, "changed"),
    "DELETE FROM antiphon.claims WHERE number = before + 2": Wrong(2, "missing"),
    "WITH gone AS (DELETE FROM antiphon.claims WHERE number = before + 2 RETURNING number)"
    " INSERT INTO antiphon.claims_gone SELECT number, sha256('') FROM gone": Wrong(2, "changed"),
    "INSERT INTO antiphon.claims (number, key, id, position) OVERRIDING SYSTEM VALUE VALUES"
    " (before - 1, 'x', 'customer-other', 1)": Wrong(-1, "inserted"),
    "UPDATE antiphon.claims SET id = 'customer-other' WHERE number = before + 5;"
    " UPDATE antiphon.tree_tiles SET hashes = sha256('') WHERE tree = 'claims'": Wrong(1, "somewhere"),
}
"""What a superuser does to the unique keys, and what is found, with numbers that begin at 1."""


@pytest.fixture
def prover(executor: CommandExecutor, log: Log, database_urls: Urls, tmp_path: Path) -> Iterator[Prover]:
    """Two messages of two customers, under a checkpoint."""
    for number in (1, 2):
        deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY)
    with proving(log, database_urls, tmp_path) as prover:
        assert prover.checkpoint() is not None
        yield prover


@pytest.fixture
def superuser(prover: Prover, database_urls: Urls) -> Iterator[Connection]:
    """Whoever may do anything with the database."""
    with connect(database_urls.database_url) as connection:
        yield connection


def first_claim(connection: Connection) -> int:
    """What the number of the first unique key of this test is, less one."""
    (first,) = connection.execute("SELECT min(number) FROM antiphon.claims").fetchall()[0]
    return int(first) - 1


def test_what_a_superuser_does_to_unique_keys_is_found(prover: Prover, superuser: Connection) -> None:
    before = first_claim(superuser)
    tables = ("claims", "claims_gone", "tree_tiles")
    assert prover.verify().claims.covered >= 6
    for table in tables:
        superuser.execute(f"CREATE TEMP TABLE former_{table} AS TABLE antiphon.{table}".encode())
    for statement, expected in TAMPERING.items():
        # When
        superuser.execute(statement.replace("before", str(before)).encode())
        # Then
        found = prover.verify()
        wrong = found.claims.wrong
        assert wrong is not None, statement
        at = wrong.position - (before if wrong.what != "somewhere" else 0)
        assert (at, wrong.what, found.well, found.checked.wrong) == (
            *(expected.position, expected.what),
            False,
            None,
        ), statement
        for table in tables:
            superuser.execute(f"DELETE FROM antiphon.{table}".encode())
            columns = superuser.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = 'antiphon' AND table_name = %s",
                (table,),
            ).fetchall()[0][0]
            overriding = "OVERRIDING SYSTEM VALUE" if table == "claims" else ""
            superuser.execute(
                f"INSERT INTO antiphon.{table} ({columns}) {overriding} SELECT {columns} FROM former_{table}".encode()
            )
        assert prover.verify().well


def test_what_goes_with_an_erasure_or_is_released_leaves_its_hash(
    prover: Prover, executor: CommandExecutor, superuser: Connection
) -> None:
    # Given the hash of each leaf, as it was
    leaves = [hashed(row, CLAIMS) for row in stored_rows(superuser, of=CLAIMS)]
    ada = customers.register(executor, [ContactPoint("mail", "1@example.org")], AGENT).id
    # When
    erase(executor, ada, AGENT)
    # Then the keys that led to her are gone, and the tree is what it was
    found = prover.verify()
    assert found.well
    assert found.claims.removed >= 2, "her address, and her thread"
    assert [hashed(row, CLAIMS) for row in stored_rows(superuser, of=CLAIMS)][: len(leaves)] == leaves
    assert prover.checkpoint() is not None
    assert prover.verify().well
    # And nobody can try from a hash that is left whose it was: the salt is gone with the row
    (columns,) = superuser.execute(
        "SELECT array_agg(column_name::text) FROM information_schema.columns WHERE table_name = 'claims_gone'"
    ).fetchall()[0]
    assert set(columns) == {"number", "hash"}


def test_a_tree_of_keys_that_was_changed_gets_no_signature(
    prover: Prover, executor: CommandExecutor, superuser: Connection
) -> None:
    superuser.execute(
        "UPDATE antiphon.claims SET id = 'customer-other' WHERE number = %s", (first_claim(superuser) + 1,)
    )
    superuser.execute("DELETE FROM antiphon.tree_tiles WHERE tree = 'claims'")
    superuser.execute("DELETE FROM antiphon.trees WHERE name = 'claims'")
    deliver(executor, mail(3, "t3", "3@example.org"), GATEWAY)
    with pytest.raises(Refusal) as refused:
        prover.checkpoint()
    assert refused.value.code == "checkpoint-not-extended"


def test_a_restored_log_has_the_same_tree_of_keys(
    prover: Prover, executor: CommandExecutor, superuser: Connection, log: Log, database_urls: Urls, tmp_path: Path
) -> None:
    # Given
    ada = customers.register(executor, [ContactPoint("mail", "1@example.org")], AGENT).id
    erase(executor, ada, AGENT)
    assert prover.checkpoint() is not None
    dump(database_urls.of("auditor"), log.vault, tmp_path / "backup")
    superuser.execute("TRUNCATE antiphon.log, antiphon.claims, antiphon.erased")
    # When
    restore(database_urls.of("owner"), log.vault, tmp_path / "backup", VIEWS)
    # Then, and the next key comes after those that were restored
    assert prover.checkpoint() is None
    assert prover.verify().well
    deliver(executor, mail(4, "t4", "4@example.org"), GATEWAY)
    assert prover.checkpoint() is not None
    assert prover.verify().well
