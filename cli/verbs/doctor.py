"""`antiphon doctor`: checks the installation."""

from __future__ import annotations

import importlib.metadata
import platform
import shlex
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice

import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict

from cli.display.terminal import safe, unreachable
from cli.wiring.composition import content_check, content_place, content_store
from cli.wiring.topics import kafka_of
from commands.content_findings import compare
from commands.lost_keys import lost_keys
from commands.service_level.evaluated_apart import not_evaluated
from domain.kernel.refusal import Overloaded, Refusal
from infra.embedded.postgres import Urls, databases
from infra.health.check import Sources
from infra.keys.installation import check_own_vault
from infra.keys.vault import UNIQUE_KEYS, Vault
from infra.log.application import Log
from infra.postgres.database import Database
from infra.postgres.migrate import pending
from infra.settings.settings import Settings, unknown
from infra.views.versions import is_live
from projections import timer as timers
from projections.health import readings
from projections.timer import TIMERS

MOST_CLOCKS = 500
"""How many conversations are tried whose clocks wait to be evaluated."""
MOST_MISSING = 20
"""How many missing files are named."""


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("doctor")(doctor)


def doctor() -> None:
    """Check the installation, and print each finding; exit with 1, and print what to do, if something is wrong."""
    conclude(examined())


def examined(*, quietly: bool = False) -> Examination:
    """What is found of the installation. Each finding is printed as it comes, unless `quietly`."""
    report = Examination(quietly)
    report.say("versions", f"antiphon {importlib.metadata.version('antiphon')}, Python {platform.python_version()}")
    with report.caught("settings"):
        settings = Settings.load()
        for name, meant in unknown():
            perhaps = f"; is {meant} meant?" if meant else ""
            report.say("settings", f"{safe(name)} is no setting", f"nothing reads {safe(name)}, take it out{perhaps}")
        report.say("home", str(settings.home.folder))
        with report.caught("kafka"):
            kafka_of(settings)
        with report.caught("database"):
            _databases(report, settings)
    return report


def conclude(report: Examination) -> None:
    """Print what to do, and exit with 1, if something is wrong; with 75 while a database does not answer."""
    if report.wrong:
        print(f"\n{len(report.wrong)} not well:")
        print("\n".join(f"  {line}" for line in report.wrong))
        raise typer.Exit(75 if report.away else 1)
    print("\nall is well")


@dataclass
class Examination:
    """What doctor has found so far."""

    quietly: bool = False
    wrong: list[str] = field(default_factory=list)
    away: bool = False
    """A database does not answer; it may do so later."""

    def say(self, name: str, what: str, wrong: str | None = None) -> None:
        """Print one finding; `wrong` says what to do about it."""
        if not self.quietly:
            print(f"{'!!' if wrong else 'ok'}  {name:<10} {what}")
        if wrong:
            self.wrong.append(f"{name}: {wrong}")

    @contextmanager
    def caught(self, name: str) -> Iterator[None]:
        """Within: an error that stops a check is a finding, too."""
        try:
            yield
        except Refusal as refusal:
            self.away |= isinstance(refusal, Overloaded)
            self.say(name, refusal.code, refusal.what_to_do)
        except psycopg.OperationalError as error:
            self.away = True
            self.say(name, f"does not answer: {unreachable(error)}", "start it, or set its URL to where it is")


def _databases(report: Examination, settings: Settings) -> None:
    if settings.postgres.embedded and not (settings.home.folder / "postgres" / "PG_VERSION").exists():
        report.say("database", "embedded, not made yet", "run any other verb, such as `antiphon migrate`, to make it")
        return
    evaluated = False
    with databases(settings.postgres, settings.home.folder) as urls:
        with report.caught("database"):
            evaluated = _log(report, settings, urls)
        with report.caught("vault"), _vault(report, settings, urls) as vault:
            if vault is not None and evaluated:
                with report.caught("vault"):
                    _own_vault(settings, urls, vault)
                _by_vault(report, settings, urls, vault)


def _log(report: Examination, settings: Settings, urls: Urls) -> bool:
    """Check the log and everything that can wait. Answers whether the view of timers can be read."""
    with psycopg.connect(urls.database_url, connect_timeout=3) as connection:
        version = connection.info.parameter_status("server_version")
    report.say("database", f"{_place(settings, urls.database_url)}, PostgreSQL {version}")
    if missing := pending(urls.database_url, "log", deadline_seconds=settings.postgres.deadline_seconds):
        report.say("schema", f"{len(missing)} migrations missing", "run: antiphon migrate")
        return False
    report.say("schema", "up to date")
    database = Database(urls.of("auditor"), "auditor", deadline_seconds=settings.postgres.deadline_seconds)
    try:
        with database.connection() as connection:
            sources = Sources(connection, home=settings.home.folder, channels=settings.company.served)
            for check, found in readings(sources):
                for reading in found:
                    if reading.says:
                        report.say(check.name, reading.says, reading.wrong)
            return is_live(connection, TIMERS.name, TIMERS.version)
    finally:
        database.close()


def _by_vault(report: Examination, settings: Settings, urls: Urls, vault: Vault) -> None:
    """Check what takes the log and the vault together. Closes the vault."""
    log = Log(Database(urls.of("appender"), "appender", deadline_seconds=settings.postgres.deadline_seconds), vault)
    try:
        with report.caught("clocks"):
            _clocks(report, settings, urls, log)
        with report.caught("content"):
            _content(report, settings, log)
        with report.caught("keys"):
            _keys(report, log)
    finally:
        log.close()


def _keys(report: Examination, log: Log) -> None:
    """Name whose key is lost: texts of theirs are in the log, and the key store has neither a key nor an erasure; or
    their key opens under no master key."""
    lost, unreadable = list(islice(lost_keys(log), MOST_MISSING + 1)), list(islice(log.vault.unreadable(), 1))
    for each in lost[:MOST_MISSING]:
        what_to_do = "bring it back from a backup of the key store; else nobody reads these texts again"
        report.say("keys", f"the key of {each} is lost", what_to_do)
    if len(lost) > MOST_MISSING:
        report.say("keys", "more keys are lost", "bring the key store back from its backup")
    if unreadable:
        what_to_do = "set the master key of then as ANTIPHON_OTHER_MASTER_KEY, and run: antiphon rewrap-keys"
        report.say("keys", f"the key of {unreadable[0]} is wrapped under another master key", what_to_do)
    if not lost and not unreadable:
        report.say("keys", "the key of everybody is there, or destroyed by an erasure")


def _clocks(report: Examination, settings: Settings, urls: Urls, log: Log) -> None:
    """Name the conversations whose clocks the watch cannot evaluate, among those that wait for it the longest."""
    reader = Database(urls.of("reader"), "reader", deadline_seconds=settings.postgres.deadline_seconds)
    try:
        now = log.now()
        with reader.connection() as connection:
            waiting = timers.passed(connection, "clocks", now, limit=MOST_CLOCKS).rows
        for each in not_evaluated(log, [row.id for row in waiting], now, settings.company.zone):
            wrong = f"{each.conversation_id} has clocks that nobody can evaluate: antiphon sla explain it"
            report.say("clocks", f"{each.conversation_id}: {each.error}", wrong)
    finally:
        reader.close()


def _content(report: Examination, settings: Settings, log: Log) -> None:
    """Name the files of people that are missing, and those that are there and should not be."""
    store, place = content_store(settings, log.vault), content_place(settings)
    try:
        next(store.kept(), None)
    except OSError as error:
        report.away = True
        report.say("content", f"{place}: {error}", "see to the place of content and its settings, ANTIPHON_CONTENT_…")
        return
    found = compare(log, store)
    left_over = f", {found.left_over} left over (sent, and never recorded)" if found.left_over else ""
    quarantined = f", {found.quarantined} of them quarantined" if found.quarantined else ""
    unfinished = f", {found.unfinished} coming in or cut off (removed after a day)" if found.unfinished else ""
    report.say("content", f"{found.kept} files kept{quarantined}{left_over}{unfinished}")
    if (check := content_check(settings)) is not None and not check.is_there():
        name = shlex.split(settings.content.check_command or "")[0]
        wrong = "install or start it, or set ANTIPHON_CONTENT_CHECK; files that come in are quarantined"
        report.say("content", f"the check of files, {name}, is not there", wrong)
    for each in found.missing[:MOST_MISSING]:
        report.say("content", f"{each} is missing, or cut off", f"bring {each} back into {place} from a backup of it")
    if (more := len(found.missing) - MOST_MISSING) > 0:
        report.say("content", f"{more} more are missing", f"bring {place} back from a backup of it")
    for each in found.of_erased:
        report.say("content", f"{each} was erased, and files are there", "run any other verb, which removes them")


@contextmanager
def _vault(report: Examination, settings: Settings, urls: Urls) -> Iterator[Vault | None]:
    """Check the vault. Within: the vault, None where it cannot be used."""
    if missing := pending(urls.vault_url, "vault", deadline_seconds=settings.postgres.deadline_seconds):
        report.say("vault", f"{len(missing)} migrations missing", "run: antiphon migrate")
        yield None
        return
    own = settings.home.folder / "keys" / "master.key"
    if settings.postgres.embedded and not (settings.keys.master_key or settings.keys.master_key_file or own.exists()):
        report.say("vault", "the master key is not there", f"put {own} back; without it no personal text can be read")
        yield None
        return
    vault = Vault(
        Database(urls.vault_url, "keykeeper", deadline_seconds=settings.postgres.deadline_seconds),
        settings.keys.read_master_key(settings.own_home),
        other_master_key=settings.keys.read_other_master_key(),
    )
    try:
        vault.keys([UNIQUE_KEYS])
        report.say("vault", f"{_place(settings, urls.vault_url)}, the master key fits, {len(vault.erasures())} erased")
        yield vault
    finally:
        vault.close()


def _own_vault(settings: Settings, urls: Urls, vault: Vault) -> None:
    """Check that the key store is the log's own. Raises Refusal `vault-not-own`, Overloaded."""
    auditor = Database(urls.of("auditor"), "auditor", deadline_seconds=settings.postgres.deadline_seconds)
    with closing(auditor), auditor.connection() as connection:
        check_own_vault(connection, vault)


def _place(settings: Settings, url: str) -> str:
    """The database of a URL, without its password."""
    if settings.postgres.embedded:
        return "embedded"
    given = conninfo_to_dict(url)
    user = f"{given['user']}@" if given.get("user") else ""
    port = f":{given['port']}" if given.get("port") else ""
    return f"{user}{given.get('host', given.get('service', 'localhost'))}{port}/{given.get('dbname', '')}"
