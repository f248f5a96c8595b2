"""Everything that can be set, each from one environment variable (or a `.env` file in the working folder).

`python -m infra.settings` prints the list, which is kept as `.env.example`.
"""

from __future__ import annotations

import base64
import binascii
import os
import textwrap
from pathlib import Path
from typing import Any, Literal, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.kernel.refusal import Refusal
from infra.keys.master_key import decoded, make_once

_PREFIX = "ANTIPHON_"
_FALSE = {"", "n", "no", "f", "false", "off", "0"}
_UNSAFE = "POSTGRES_ENABLE_DB_FUNCTIONS"
TOKEN_SECRET_BYTES = 32


def _default_home() -> Path:
    return Path("/var/lib/antiphon" if os.geteuid() == 0 else "~/.local/share/antiphon")


class Settings(BaseSettings):
    """What this process was told. Make it with `Settings.load()`, which refuses what cannot work."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Field(
        default_factory=_default_home,
        validate_default=True,
        description="The local data folder: the embedded PostgreSQL and the master key. Keep its path short, since a "
        "unix socket lives in it. Default: /var/lib/antiphon as root, else ~/.local/share/antiphon.",
    )
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
        description="The database of the vault of keys. Needed with DATABASE_URL and never the same database: keys "
        "must stay out of the log's backups, or erasing a customer would not erase them there.",
    )
    run_migrates: bool = Field(
        False,
        description="Whether `antiphon run` brings the databases of DATABASE_URL and VAULT_URL to its schema as it "
        "starts, as `antiphon migrate` does. No other verb ever does so; by default, `run` does not either.",
    )
    master_key: SecretStr | None = Field(
        None,
        description="The key that wraps all keys in the vault: 32 bytes in base64, as `openssl rand -base64 32` "
        "prints. Whoever loses it loses all personal data. Default: ANTIPHON_MASTER_KEY_FILE.",
    )
    master_key_file: Path | None = Field(
        None,
        description="The file that holds the master key, in base64. Default, with the embedded PostgreSQL only: "
        "ANTIPHON_HOME/keys/master.key, made at the first start.",
    )
    deadline_seconds: float = Field(
        5.0, gt=0, le=300, description="How long a command or a read may take, in seconds, before its caller is told."
    )
    pool_size: int = Field(
        8,
        ge=1,
        le=100,
        description="How many connections a pool opens, at most. A process has a pool for each database and role that "
        "it works as; the API has two as reader, and one connection more that hears of appends.",
    )
    append_queue: int = Field(
        2000, ge=1, description="How many commands may wait for the writer; more are told to come again (503)."
    )
    append_batch: int = Field(
        500, ge=1, le=500, description="How many waiting commands the writer appends in one call, at most."
    )
    lease_seconds: float = Field(
        10.0,
        gt=0,
        description="How long a follower's leader may be silent, in seconds, before a standby takes over. "
        "At least twice ANTIPHON_POLL_SECONDS.",
    )
    poll_seconds: float = Field(
        1.0, gt=0, le=1, description="How long a follower waits, in seconds, before it looks without being notified."
    )
    page_size: int = Field(500, ge=1, le=500, description="How many events a follower takes in at once, at most.")
    api_host: str = Field("127.0.0.1", description="The address at which the API listens.")
    api_port: int = Field(8000, ge=1, le=65535, description="The port at which the API listens.")
    streams: int = Field(1000, ge=0, description="How many live streams one API process serves at once, at most.")
    streams_per_caller: int = Field(50, ge=0, description="How many of them one caller may have open, at most.")
    connections: int = Field(
        3000,
        ge=10,
        description="How many connections one API process keeps, at most: more than ANTIPHON_STREAMS. With one more, "
        "the one that was idle for longest is closed.",
    )
    requests: int = Field(
        500, ge=1, description="How many requests one API process works on at once; more are told to come again (503)."
    )
    calls_per_minute: int = Field(
        6000,
        ge=1,
        description="How many calls one caller (the subject of a token) may make a minute, of which ten seconds' worth "
        "at once; more are refused (429). Each API process counts its own.",
    )
    stranger_calls_per_minute: int = Field(
        600, ge=1, description="The same for each address from which calls come without a token that holds."
    )
    body_bytes: int = Field(2_000_000, ge=1000, description="How long a request's body may be, in bytes (413).")
    body_seconds: float = Field(
        20.0, gt=0, le=600, description="How long it may take, in seconds, until all of a request's body came (408)."
    )
    head_seconds: float = Field(
        10.0, gt=0, le=600, description="The same for a request's headers; a connection without is closed."
    )
    idle_seconds: float = Field(
        65.0,
        gt=0,
        le=3600,
        description="How long, in seconds, a connection is kept between two requests, or while an answer is not read.",
    )
    kafka_bootstrap_servers: str | None = Field(
        None,
        validation_alias="KAFKA_BOOTSTRAP_SERVERS",
        pattern=r"^(\[[0-9a-fA-F:]+\]|[^\s,:\[\]]+):\d{1,5}(,(\[[0-9a-fA-F:]+\]|[^\s,:\[\]]+):\d{1,5})*$",
        description="Where Kafka is found: host:port, several with commas. Always wins. Default: no topics, unless "
        "ANTIPHON_EMBEDDED_KAFKA is set.",
    )
    embedded_kafka: bool = Field(
        False,
        description="Whether `antiphon run` starts a broker of its own in ANTIPHON_HOME where KAFKA_BOOTSTRAP_SERVERS "
        "is not set, as `make run KAFKA=1` does; for development. It needs Java 17 and Maven.",
    )
    topic_prefix: str = Field(
        "",
        max_length=100,
        pattern=r"^[a-zA-Z0-9._-]*$",
        description="What the names of all topics begin with, where several installations share a cluster: `shop.` "
        "makes shop.conversations.v1.",
    )
    topic_partitions: int = Field(
        12,
        ge=1,
        le=1000,
        description="How many partitions `antiphon migrate` gives a topic that it makes. Those of a topic that is "
        "there stay as they are: with another number, keys would change their partition and lose their order.",
    )
    dead_letter_days: int = Field(
        30,
        ge=1,
        le=3650,
        description="For how many days what came in over a topic and could not be taken in waits for somebody; then "
        "its words are wiped, and their key destroyed.",
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = Field(
        "PLAINTEXT",
        description="How Kafka is talked to: SASL_SSL (SCRAM over TLS), SSL (TLS, mutual with a certificate of ours), "
        "or PLAINTEXT, which is refused unless every server of KAFKA_BOOTSTRAP_SERVERS is an address of this machine.",
    )
    kafka_sasl_mechanism: Literal["SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="How we prove with SASL_SSL who we are."
    )
    kafka_username: str | None = Field(None, description="Our name with SASL_SSL.")
    kafka_password: SecretStr | None = Field(None, description="Our password with SASL_SSL.")
    kafka_ca_file: Path | None = Field(
        None,
        description="The certificates (PEM) of who may vouch for the brokers. Default: those this machine trusts.",
    )
    kafka_certificate_file: Path | None = Field(
        None, description="Our certificate (PEM) with its chain, where brokers ask for one (mTLS)."
    )
    kafka_key_file: Path | None = Field(None, description="The private key (PEM) of our certificate.")
    kafka_key_password: SecretStr | None = Field(None, description="The password of that private key, if it has one.")
    token_secret: SecretStr | None = Field(
        None,
        description="The secret shared with whoever issues tokens (HS256): at least 32 bytes in base64. Default: "
        "ANTIPHON_TOKEN_JWKS_FILE, or, with the embedded PostgreSQL only, ANTIPHON_HOME/keys/token.secret, made at the "
        "first start.",
    )
    token_jwks_file: Path | None = Field(
        None,
        description="A file with the JSON Web Key Set (RFC 7517) of whoever issues tokens (ES256, Ed25519, RS256). "
        "It is read again when it changed.",
    )
    token_issuer: str = Field("antiphon", min_length=1, description="The issuer (iss) that tokens must name.")
    token_audience: str = Field("antiphon", min_length=1, description="The audience (aud) that tokens must name.")

    ready_lag_seconds: float = Field(
        60.0,
        gt=0,
        description="How old an event may become, in seconds, before a view has taken it in; beyond, /readyz says 503.",
    )
    ready_parked: int = Field(
        1000, ge=0, description="How many events a view may have set aside; beyond, /readyz says 503."
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="Who sends it as a bearer token may read /metrics. Default: whoever asks from this machine may.",
    )

    @field_validator("database_url", "vault_url")
    @classmethod
    def _names_a_database(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not {"dbname", "service"} & _parts(url).keys():
            raise ValueError("is no URL of a database, such as postgresql://user@host/database")
        return url

    @field_validator(
        "home", "master_key_file", "token_jwks_file", "kafka_ca_file", "kafka_certificate_file", "kafka_key_file"
    )
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        try:
            return None if path is None else Path(os.path.abspath(path.expanduser()))
        except RuntimeError:  # neither HOME nor an entry for the user, as in a container with any number as user
            raise ValueError("begins with ~, and this user has no home folder; name a whole path") from None

    @classmethod
    def load(cls) -> Self:
        """The settings of this process. Raises Refusal, naming the variable and never its value."""
        refuse_unsafe_library_settings()
        try:
            settings = cls()
        except ValidationError as error:
            wrong = "; ".join(
                f"{variable(str(e['loc'][0]))}: {e['msg'].removeprefix('Value error, ')}"
                for e in error.errors(include_input=False)
            )
            raise Refusal("settings-invalid", f"{wrong} (.env.example tells what each means)") from None
        settings._check()
        return settings

    def _check(self) -> None:
        if self.lease_seconds < 2 * self.poll_seconds:
            raise Refusal("settings-invalid", "ANTIPHON_LEASE_SECONDS must be at least twice ANTIPHON_POLL_SECONDS")
        if self.connections <= self.streams:
            raise Refusal("settings-invalid", "ANTIPHON_CONNECTIONS must be more than ANTIPHON_STREAMS")
        if self.master_key and self.master_key_file:
            raise Refusal("settings-invalid", "set one of ANTIPHON_MASTER_KEY and ANTIPHON_MASTER_KEY_FILE, not both")
        if self.token_secret and self.token_jwks_file:
            raise Refusal("settings-invalid", "set one of ANTIPHON_TOKEN_SECRET and ANTIPHON_TOKEN_JWKS_FILE, not both")
        if self.kafka_security_protocol == "SASL_SSL" and not (self.kafka_username and self.kafka_password):
            raise Refusal("settings-invalid", "SASL_SSL needs ANTIPHON_KAFKA_USERNAME and ANTIPHON_KAFKA_PASSWORD")
        if bool(self.kafka_certificate_file) != bool(self.kafka_key_file):
            raise Refusal(
                "settings-invalid", "set both ANTIPHON_KAFKA_CERTIFICATE_FILE and ANTIPHON_KAFKA_KEY_FILE, or neither"
            )
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
                "VAULT_URL is the same database as DATABASE_URL; the vault must be a database of its own, or the "
                "log's backups would carry the keys",
            )

    @property
    def embedded(self) -> bool:
        """Whether PostgreSQL is to be started by ourselves."""
        return self.database_url is None

    @property
    def makes_token_secret(self) -> bool:
        """Whether tokens are checked with a secret that was made here and is shared with nobody."""
        return self.embedded and not self.token_secret and not self.token_jwks_file

    def read_master_key(self) -> bytes:
        """The 32 bytes that wrap the vault's keys; with the embedded PostgreSQL they are made at the first call.

        Raises Refusal `master-key-missing`, `master-key-invalid`.
        """
        if self.master_key:
            return decoded(self.master_key.get_secret_value(), "ANTIPHON_MASTER_KEY")
        file = self.master_key_file
        if file is None:
            if not self.embedded:
                raise Refusal(
                    "master-key-missing",
                    "with a DATABASE_URL, set ANTIPHON_MASTER_KEY (or ANTIPHON_MASTER_KEY_FILE) to 32 bytes in base64, "
                    "made once with `openssl rand -base64 32`, and keep a copy apart from all backups",
                )
            file = self.home / "keys" / "master.key"
            make_home(self.home)
            make_once(file)
        try:
            return decoded(file.read_text(), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal("master-key-missing", f"the master key cannot be read: {error}") from error

    def read_token_key(self) -> bytes | Path:
        """What tokens are checked with: the shared secret's bytes, or the file of a JSON Web Key Set. With the embedded
        PostgreSQL, a secret is made at the first call. Raises Refusal `token-key-missing`, `token-key-invalid`.
        """
        if self.token_jwks_file:
            return self.token_jwks_file
        try:
            if self.token_secret:
                return _secret(self.token_secret.get_secret_value(), "ANTIPHON_TOKEN_SECRET")
            if not self.embedded:
                raise Refusal(
                    "token-key-missing",
                    "with a DATABASE_URL, set ANTIPHON_TOKEN_JWKS_FILE to the key set of whoever issues tokens, or "
                    "ANTIPHON_TOKEN_SECRET to the secret shared with them",
                )
            file = self.home / "keys" / "token.secret"
            make_home(self.home)
            make_once(file)
            return _secret(file.read_text(), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal("token-key-missing", f"the key for tokens cannot be read: {error}") from error


def _secret(text: str, where: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < TOKEN_SECRET_BYTES:  # RFC 7518 section 3.2: no shorter than the hash
        raise Refusal(
            "token-key-invalid",
            f"{where} must hold at least {TOKEN_SECRET_BYTES} bytes in base64; `openssl rand -base64 32` makes them",
        )
    return secret


def make_home(home: Path) -> None:
    """Make the data folder unless it is there. Raises Refusal `home-not-usable`.

    The mode of a folder that is there already is its owner's affair: somebody may have named /tmp.
    """
    try:
        home.mkdir(parents=True)
        # As root, the account that runs PostgreSQL must pass through; it sees nothing on the way.
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        if not home.is_dir():
            raise Refusal(
                "home-not-usable", f"{error}; set ANTIPHON_HOME to a folder that is yours to write to"
            ) from error


def variable(field: str) -> str:
    """The environment variable that sets `field`."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else field
    return str(alias) if alias else _PREFIX + field.upper()


def refuse_unsafe_library_settings() -> None:
    """Raises Refusal where the environment asks the eventsourcing library for its lock-free insert.

    Ids then become visible out of order, and whoever tails the log loses events for good.
    """
    for name in (_UNSAFE, _PREFIX + _UNSAFE):  # the library looks for its variables under the application's name, too
        if os.environ.get(name, "").strip().lower() not in _FALSE:
            raise Refusal(
                "db-functions-enabled", f"unset {name}: with it, inserts take no lock and followers lose events"
            )


def example() -> str:
    """The text of `.env.example`: every setting with its meaning and its default."""
    parts = ["# Every setting and its meaning. Copy to .env, or set in the environment, what should differ.\n"]
    for name, field in Settings.model_fields.items():
        meaning = textwrap.fill(field.description or "", 116, initial_indent="# ", subsequent_indent="# ")
        default = "" if field.default_factory or field.default is None else field.default
        parts.append(f"{meaning}\n#{variable(name)}={default}\n")
    return "\n".join(parts)


def _place(url: SecretStr) -> tuple[str, ...]:
    """Which database a URL names, as far as its text tells."""
    place = {"port": "5432"} | {key: str(value) for key, value in _parts(url).items() if value}
    return tuple(place.get(key, "") for key in ("service", "hostaddr", "host", "port", "dbname"))


def _parts(url: SecretStr) -> dict[str, Any]:
    try:
        return conninfo_to_dict(url.get_secret_value())
    except psycopg.ProgrammingError:
        return {}


if __name__ == "__main__":
    print(example(), end="")  # noqa: T201
