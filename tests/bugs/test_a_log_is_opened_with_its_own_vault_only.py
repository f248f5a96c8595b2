"""Log and key store carry one id: a key store of another log is refused, before anything is written or restored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.embedded.postgres import Urls
from infra.keys.installation import check_own_vault
from infra.keys.vault import Vault
from infra.postgres.database import Database, connect
from tests.cli.conftest import Antiphon, antiphon  # noqa: F401
from tests.support.databases import Databases

QUESTION = ("open", "inquiry", "Are you open?", "--from", "ada@example.org")

Use = Callable[[str, str], None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Name these databases for the next verbs."""

    def name(database_url: str, vault_url: str) -> None:
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setenv("VAULT_URL", vault_url)

    return name


@pytest.fixture
def others(databases: Databases, antiphon: Antiphon, use: Use, database_urls: Urls) -> Iterator[Urls]:  # noqa: F811
    """Another installation, with a customer of its own."""
    with databases.fresh() as urls:
        use(urls.database_url, urls.vault_url)
        assert antiphon(*QUESTION).status == 0
        use(database_urls.database_url, database_urls.vault_url)
        yield urls


def whole(urls: Urls) -> list[tuple[Any, ...] | None]:
    """How much log and key store hold, and their ids."""
    with psycopg.connect(urls.database_url) as log, psycopg.connect(urls.vault_url) as vault:
        log.execute("SET ROLE antiphon_owner")
        vault.execute("SET ROLE antiphon_keykeeper")
        return [
            log.execute("SELECT count(*), (SELECT id FROM antiphon.installation) FROM antiphon.log").fetchone(),
            vault.execute("SELECT count(*), (SELECT id FROM vault.installation) FROM vault.keys").fetchone(),
        ]


def ids(urls: Urls) -> list[str | None]:
    """The ids of both."""
    return [each[1] for each in whole(urls) if each]


def forget_ids(urls: Urls) -> None:
    """Make both what they were before there were ids."""
    with connect(urls.database_url, "owner") as log, connect(urls.vault_url, "keykeeper") as vault:
        log.execute("DELETE FROM antiphon.installation")
        vault.execute("DELETE FROM vault.installation")


@pytest.mark.parametrize("named", [True, False], ids=["with ids", "from before there were ids"])
def test_another_vault_is_refused_by_every_verb_and_doctor_says_so(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
    others: Urls,
    use: Use,
    named: bool,
) -> None:
    # Given
    antiphon(*QUESTION)
    if not named:
        forget_ids(database_urls)
        forget_ids(others)
    before = whole(database_urls), whole(others)
    # When
    use(database_urls.database_url, others.vault_url)
    # Then
    for verb in (["inbox"], QUESTION, ["run"]):
        ran = antiphon(*verb)
        assert (ran.status, ran.err.startswith("antiphon: vault-not-own: ")) == (2, True), ran.err
    looked = antiphon("doctor")
    assert (looked.status, "!!  vault      vault-not-own" in looked.out) == (1, True)
    assert (whole(database_urls), whole(others)) == before


def test_a_new_log_beside_the_vault_of_another_is_refused(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
    others: Urls,
    use: Use,
) -> None:
    before = whole(others)
    use(database_urls.database_url, others.vault_url)
    ran = antiphon(*QUESTION)
    assert (ran.status, ran.err.startswith("antiphon: vault-not-own: ")) == (2, True)
    assert whole(others) == before


def test_what_belongs_together_gets_one_id_when_first_opened(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
) -> None:
    antiphon(*QUESTION)
    forget_ids(database_urls)
    assert antiphon("inbox").status == 0
    of_log, of_vault = ids(database_urls)
    assert of_log == of_vault
    assert of_log is not None


def test_a_start_that_was_cut_short_between_the_two_goes_on(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
) -> None:
    with connect(database_urls.vault_url, "keykeeper") as vault:
        vault.execute("INSERT INTO vault.installation (id) VALUES ('begun')")
    assert antiphon(*QUESTION).status == 0
    assert ids(database_urls) == ["begun", "begun"]


def test_a_backup_is_restored_beside_its_own_vault_only(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
    databases: Databases,
    others: Urls,
    use: Use,
    tmp_path: Path,
) -> None:
    # Given
    antiphon(*QUESTION)
    backup = str(tmp_path / "log.backup")
    assert antiphon("backup", backup).status == 0
    with databases.fresh() as new:
        # When
        use(new.database_url, others.vault_url)
        refused = antiphon("restore", backup)
        # Then
        assert (refused.status, refused.out) == (2, "")
        assert refused.err.startswith("antiphon: vault-not-own: ")
        assert whole(new)[0] == (0, None)
        # When
        use(new.database_url, database_urls.vault_url)
        restored = antiphon("restore", backup)
        # Then
        assert (restored.status, "erased" in restored.out) == (0, False)
        assert whole(Urls(new.database_url, database_urls.vault_url)) == whole(database_urls)
        assert antiphon("inbox").status == 0


def test_the_check_itself_writes_nothing(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
) -> None:
    vault = Vault(Database(database_urls.vault_url, "keykeeper"), bytes(32))
    with connect(database_urls.database_url, "auditor") as log:
        check_own_vault(log, vault)
    vault.close()
    assert whole(database_urls) == [(0, None), (0, None)]
