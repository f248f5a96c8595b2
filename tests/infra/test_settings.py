"""What may be set, what is refused and why, and the key that is made once."""

from __future__ import annotations

import base64
import multiprocessing
import os
from pathlib import Path

import pytest

from domain.kernel.refusal import Refusal
from infra.embedded.postgres import EmbeddedPostgres, Urls, databases
from infra.settings.settings import Settings, example, rooms

KEY = bytes(range(32))
BASE64_KEY = base64.b64encode(KEY).decode()
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """No `.env` of whoever runs the tests, and a home of this test's own."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("ANTIPHON_HOME", str(home))


def refusal() -> Refusal:
    with pytest.raises(Refusal) as refused:
        Settings.load()
    return refused.value


def master_key() -> bytes:
    settings = Settings.load()
    return settings.keys.read_master_key(settings.own_home)


def test_the_example_lists_every_setting_with_its_meaning_and_default() -> None:
    assert (ROOT / ".env.example").read_text() == example(), "python -m infra.settings > .env.example"
    for room in rooms().values():
        for name, field in room.model_fields.items():
            assert field.description, f"{name} says nothing about itself"
            assert f"\n#{field.validation_alias}=" in example()


def test_nothing_set_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTIPHON_HOME")
    settings = Settings.load()
    expected = Path("/var/lib/antiphon") if os.geteuid() == 0 else Path.home() / ".local/share/antiphon"
    assert settings.home.folder == expected
    assert settings.postgres.embedded


def test_the_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_HOME", "~/somewhere")
    assert Settings.load().home.folder == Path.home() / "somewhere"


def test_a_user_without_a_home_folder_is_told_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)  # nobody's number, as in some containers
    monkeypatch.setenv("ANTIPHON_HOME", "~/somewhere")
    assert refusal().code == "settings-invalid"
    assert "ANTIPHON_HOME: begins with ~" in str(refusal())


def test_an_empty_variable_is_an_absent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_PAGE_SIZE", "")
    monkeypatch.setenv("DATABASE_URL", "")
    assert Settings.load().subscriptions.page_size == 500
    assert Settings.load().postgres.embedded


def test_a_file_named_env_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / ".env").write_text("ANTIPHON_PAGE_SIZE=7\nANTIPHON_APPEND_BATCH=7\n")
    monkeypatch.setenv("ANTIPHON_APPEND_BATCH", "9")
    settings = Settings.load()
    assert (settings.subscriptions.page_size, settings.log.append_batch) == (7, 9)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANTIPHON_PAGE_SIZE", "many"),
        ("ANTIPHON_PAGE_SIZE", "501"),
        ("ANTIPHON_DEADLINE_SECONDS", "0"),
        ("ANTIPHON_DEADLINE_SECONDS", "nan"),
        ("ANTIPHON_POLL_SECONDS", "1.5"),
        ("ANTIPHON_LEASE_SECONDS", "1.9"),
    ],
)
def test_a_value_that_cannot_work_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert refusal().code == "settings-invalid"
    assert name in str(refusal())


def test_the_companys_zone_is_utc_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().company.zone == "UTC"
    monkeypatch.setenv("ANTIPHON_ZONE", "Europe/Berlin")
    assert Settings.load().company.zone == "Europe/Berlin"


@pytest.mark.parametrize("zone", ["Berlin", "+02:00", "localtime", "../../etc/passwd", "/etc/localtime"])
def test_a_zone_that_is_none_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("ANTIPHON_ZONE", zone)
    assert refusal().code == "settings-invalid"
    assert "ANTIPHON_ZONE: no such time zone" in str(refusal())


def test_both_databases_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = Urls("postgresql://a:secret-quince@db/log?sslmode=require", "postgresql://a:secret-quince@db/vault")
    monkeypatch.setenv("DATABASE_URL", urls.database_url)
    monkeypatch.setenv("VAULT_URL", urls.vault_url)
    settings = Settings.load()
    assert not settings.postgres.embedded
    assert "secret-quince" not in repr(settings)
    with databases(settings.postgres, settings.home.folder) as given:
        assert given == urls


def test_no_database_given_starts_one_in_the_home(home: Path) -> None:
    with databases(Settings.load().postgres, home) as urls:
        assert EmbeddedPostgres(home).pid
        assert str(home) in urls.database_url
    assert EmbeddedPostgres(home).pid is None


def test_a_log_without_a_vault_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@db/log")
    assert refusal().code == "vault-url-missing"
    assert "VAULT_URL" in refusal().what_to_do


def test_a_vault_without_a_log_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_URL", "postgresql://a@db/vault")
    assert refusal().code == "database-url-missing"


@pytest.mark.parametrize(
    "vault",
    ["postgresql://a@db/log", "postgresql://other@db:5432/log?sslmode=require", "host=db dbname=log user=other"],
)
def test_a_vault_inside_the_logs_database_is_refused(monkeypatch: pytest.MonkeyPatch, vault: str) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@db/log")
    monkeypatch.setenv("VAULT_URL", vault)
    assert refusal().code == "vault-not-apart"


@pytest.mark.parametrize("url", ["http://a:secret-quince@db/log", "postgresql://a:secret-quince@db"])
def test_a_url_that_names_no_database_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("VAULT_URL", "postgresql://a@db/vault")
    assert refusal().code == "settings-invalid"
    assert "DATABASE_URL" in str(refusal())
    assert "secret-quince" not in str(refusal())


@pytest.mark.parametrize("value", ["y", "yes", "True", "on", "1", "whatever"])
@pytest.mark.parametrize("name", ["POSTGRES_ENABLE_DB_FUNCTIONS", "ANTIPHON_POSTGRES_ENABLE_DB_FUNCTIONS"])
def test_the_librarys_insert_without_a_lock_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert refusal().code == "db-functions-enabled"


@pytest.mark.parametrize("value", ["", "n", "False", "0", "off"])
def test_the_librarys_insert_without_a_lock_may_be_declined(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
    assert Settings.load().postgres.embedded


def test_the_master_key_may_be_given(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", BASE64_KEY)
    assert master_key() == KEY
    assert BASE64_KEY not in repr(Settings.load())
    assert not (home / "keys").exists()


def test_the_master_key_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "key").write_text(BASE64_KEY + "\n")
    monkeypatch.setenv("ANTIPHON_MASTER_KEY_FILE", str(home / "key"))
    assert master_key() == KEY


def test_a_key_and_a_key_file_are_one_too_many(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", BASE64_KEY)
    monkeypatch.setenv("ANTIPHON_MASTER_KEY_FILE", str(home / "key"))
    assert refusal().code == "settings-invalid"


@pytest.mark.parametrize("key", [BASE64_KEY[:-5], "not base64!", base64.b64encode(KEY + b"x").decode()])
def test_what_is_no_key_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", key)
    with pytest.raises(Refusal, match="ANTIPHON_MASTER_KEY") as refused:
        master_key()
    assert refused.value.code == "master-key-invalid"
    assert key not in str(refused.value)


def test_an_absent_key_file_is_never_made_where_the_user_named_it(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("ANTIPHON_MASTER_KEY_FILE", str(home / "key"))
    with pytest.raises(Refusal) as refused:
        master_key()
    assert refused.value.code == "master-key-missing"
    assert not (home / "key").exists()


def test_a_database_of_ones_own_needs_a_key_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@db/log")
    monkeypatch.setenv("VAULT_URL", "postgresql://a@db/vault")
    with pytest.raises(Refusal) as refused:
        master_key()
    assert refused.value.code == "master-key-missing"


def test_the_embedded_key_is_made_once_and_for_its_owner_alone(home: Path) -> None:
    first = master_key()
    assert len(first) == 32
    assert master_key() == first
    assert (home / "keys").stat().st_mode & 0o777 == 0o700
    assert (home / "keys" / "master.key").stat().st_mode & 0o777 == 0o600
    assert not (home / "keys").is_relative_to(home / "postgres")


def _key_of(home: str) -> bytes:
    os.environ["ANTIPHON_HOME"] = home
    return master_key()


def test_processes_that_start_at_once_agree_on_one_key(home: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(_key_of, [str(home)] * 8, chunksize=1)
    assert len(set(keys)) == 1
    assert os.listdir(home / "keys") == ["master.key"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_an_env_file_that_is_not_utf_8_is_named(home: Path, encoding: str) -> None:
    (home / ".env").write_bytes("ANTIPHON_HOME=/var/lib/Zürich".encode(encoding))
    refused = refusal()
    assert refused.code == "settings-invalid"
    assert f"{home / '.env'} is not UTF-8" in refused.what_to_do


@pytest.mark.parametrize(
    "name", ["DATABASE_READER_URL", "DATABASE_PROJECTOR_URL", "DATABASE_OWNER_URL", "VAULT_OWNER_URL"]
)
def test_other_logins_are_those_of_the_same_database(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    # Given
    monkeypatch.setenv("DATABASE_URL", "postgresql://writer@db/log")
    monkeypatch.setenv("VAULT_URL", "postgresql://keys@db/vault")
    same = "vault" if name == "VAULT_OWNER_URL" else "log"
    monkeypatch.setenv(name, f"postgresql://other:secret-quince@db:5432/{same}")
    Settings.load()
    # When
    monkeypatch.setenv(name, "postgresql://other:secret-quince@db/elsewhere")
    # Then
    assert refusal().code == "settings-invalid"
    assert f"{name} names another database than {name.partition('_')[0]}_URL" in str(refusal())
    # When it is set alone
    monkeypatch.setenv(name, f"postgresql://other@db/{same}")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("VAULT_URL")
    # Then
    assert refusal().code == "settings-invalid"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ANTIPHON_CONTENT_BUCKET": "people", "ANTIPHON_CONTENT_FOLDER": "/srv/people"}, "not both"),
        ({"ANTIPHON_CONTENT_BUCKET": "people", "ANTIPHON_CONTENT_ACCESS_KEY": "k"}, "or neither"),
        ({"ANTIPHON_CONTENT_ENDPOINT": "http://objects.example.org:9000"}, "use https"),
        ({"ANTIPHON_CONTENT_ENDPOINT": "https://me:quince@objects.example.org"}, "ANTIPHON_CONTENT_ENDPOINT"),
        ({"ANTIPHON_CONTENT_BUCKET": "../people"}, "ANTIPHON_CONTENT_BUCKET"),
        ({"ANTIPHON_CONTENT_PREFIX": "a/../b"}, "ANTIPHON_CONTENT_PREFIX"),
        ({"ANTIPHON_CONTENT_CHECK": "icap://scanner.example.org/scan"}, "use icaps"),
        ({"ANTIPHON_CONTENT_CHECK": "icaps://me:quince@scanner.example.org/scan"}, "ANTIPHON_CONTENT_CHECK"),
        ({"ANTIPHON_CONTENT_CHECK": "icap://127.0.0.1:1344"}, "ANTIPHON_CONTENT_CHECK"),
    ],
)
def test_a_bucket_is_named_in_one_way_and_reached_safely(
    given: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    refused = refusal()
    assert (refused.code, words in str(refused), "quince" in str(refused)) == ("settings-invalid", True, False)


def test_a_bucket_on_this_machine_needs_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_CONTENT_ENDPOINT", "http://[::1]:9000")
    assert Settings.load().content.endpoint == "http://[::1]:9000"
