"""Settings of the two PostgreSQL databases: the log's and the key store's."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, field_validator

from domain.kernel.refusal import Refusal
from infra.settings.room import Room


class PostgresSettings(Room):
    """The databases, and how to use them."""

    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="The PostgreSQL database of the log, such as postgresql://antiphon@db.example/antiphon?"
        "sslmode=verify-full. Its login needs no superuser but CREATEROLE, for `antiphon migrate`. Default: PostgreSQL "
        "is started in ANTIPHON_HOME.",
    )
    vault_url: SecretStr | None = Field(
        None,
        validation_alias="VAULT_URL",
        description="The database of the key store. Needed with DATABASE_URL and never the same database: keys "
        "must stay out of the log's backups, or erasing a customer would not erase them there.",
    )
    reader_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_READER_URL",
        description="The database of DATABASE_URL with a login that only reads views (antiphon_reader). Default: "
        "DATABASE_URL.",
    )
    projector_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_PROJECTOR_URL",
        description="The database of DATABASE_URL with a login that fills views (antiphon_projector). Default: "
        "DATABASE_URL.",
    )
    owner_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_OWNER_URL",
        description="The database of DATABASE_URL with the login that migrates it, for `antiphon migrate`, `rebuild`, "
        "`retire` and `restore`; services go without. Default: DATABASE_URL.",
    )
    vault_owner_url: SecretStr | None = Field(
        None,
        validation_alias="VAULT_OWNER_URL",
        description="The database of VAULT_URL with the login that migrates it, for `antiphon migrate`. Default: "
        "VAULT_URL.",
    )
    run_migrates: bool = Field(
        False,
        validation_alias="ANTIPHON_RUN_MIGRATES",
        description="Whether `antiphon run` brings the databases of DATABASE_URL and VAULT_URL to its schema as it "
        "starts, as `antiphon migrate` does. No other verb ever does so; by default, `run` does not either.",
    )
    deadline_seconds: float = Field(
        5.0,
        validation_alias="ANTIPHON_DEADLINE_SECONDS",
        gt=0,
        le=300,
        description="How long a command or a read may take, in seconds, before its caller gets an error.",
    )
    pool_size: int = Field(
        8,
        validation_alias="ANTIPHON_POOL_SIZE",
        ge=1,
        le=100,
        description="How many connections a pool opens, at most. A process has a pool for each database and role that "
        "it works as; the API has two as reader, and one connection more that hears of appends.",
    )

    @field_validator("database_url", "vault_url", "reader_url", "projector_url", "owner_url", "vault_owner_url")
    @classmethod
    def _names_a_database(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not {"dbname", "service"} & _parts(url).keys():
            raise ValueError("is no URL of a database, such as postgresql://user@host/database")
        return url

    def check(self) -> None:
        """Check the URLs together.

        Raises Refusal `vault-url-missing`, `database-url-missing`, `vault-not-apart`, `settings-invalid`.
        """
        if bool(self.database_url) != bool(self.vault_url):
            given, absent = ("DATABASE_URL", "VAULT_URL") if self.database_url else ("VAULT_URL", "DATABASE_URL")
            raise Refusal(
                "vault-url-missing" if self.database_url else "database-url-missing",
                f"{given} is set and {absent} is not; create a second database, which the log's backups do not reach, "
                f"and set {absent} to it",
            )
        if self.database_url and self.vault_url and _place(self.database_url) == _place(self.vault_url):
            raise Refusal(
                "vault-not-apart",
                "VAULT_URL is the same database as DATABASE_URL; the key store must be a database of its own, or the "
                "log's backups would carry the keys",
            )
        others = {
            "DATABASE_READER_URL": (self.reader_url, self.database_url),
            "DATABASE_PROJECTOR_URL": (self.projector_url, self.database_url),
            "DATABASE_OWNER_URL": (self.owner_url, self.database_url),
            "VAULT_OWNER_URL": (self.vault_owner_url, self.vault_url),
        }
        for name, (other, same) in others.items():
            if other and (same is None or _place(other) != _place(same)):
                whose = name.partition("_")[0] + "_URL"
                raise Refusal("settings-invalid", f"{name} names another database than {whose}; only logins may differ")

    @property
    def embedded(self) -> bool:
        """Whether to start an embedded PostgreSQL."""
        return self.database_url is None


def _place(url: SecretStr) -> tuple[str, ...]:
    """The database that a URL names, as far as its text tells."""
    place = {"port": "5432"} | {key: str(value) for key, value in _parts(url).items() if value}
    return tuple(place.get(key, "") for key in ("service", "hostaddr", "host", "port", "dbname"))


def _parts(url: SecretStr) -> dict[str, Any]:
    try:
        return conninfo_to_dict(url.get_secret_value())
    except psycopg.ProgrammingError:
        return {}
