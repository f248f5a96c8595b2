"""A marker in every personal field there is: sealed wherever it is kept, shown where it may be, and gone once erased.

The fields come from the annotations, so that a new one is looked for without a change here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg
import pytest

from commands import content as contents
from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.customer.erasing import apply_erasures
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain import customer, staff
from domain.content import name_of
from domain.conversation import events as c
from domain.conversation.commands import AddNote, ChangeStatus, HandOver, JudgeAnswer, SendReply
from domain.conversation.interaction import Attachment
from domain.kernel.event import Event, Recorded
from domain.kernel.personal import personal_fields
from domain.order.commands import PlaceOrder
from domain.order.events import Placed
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.log.application import Log
from infra.log.backup import dump, restore
from infra.postgres.database import Connection, Database, connect
from infra.subscriptions.quarantine import all_quarantined
from infra.views.projector import Projector
from infra.views.tables import Table
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.companies import AGENT, GATEWAY, mail, opened, opened_log
from tests.support.databases import Databases, superuser_url
from tests.support.following import catch_up, verify_all
from tests.support.marked_events import about_customers, by_saving, marked_classes, marker, markers_of, save, whose
from tests.support.marker_scan import STEM, Place, database, files, markers_in, said, scan, tables
from tests.support.open_work import erase

BYSTANDER = f"{STEM}-somebody-else"
OF_CUSTOMERS = about_customers()
OF_OTHERS = {m for cls in marked_classes() for m in markers_of(cls)} - OF_CUSTOMERS
"""Of staff, and of strangers."""
EVERY = OF_CUSTOMERS | OF_OTHERS | {BYSTANDER}


# -- everything personal that can be told, in two ways; both answer the customer's id


def by_commands(executor: CommandExecutor) -> str:
    """As it comes about: through commands. What none of them tells is saved as it is."""

    def file(event_class: type[Any]) -> tuple[Attachment, ...]:
        name = marker(event_class, "attachments", "*", "name")
        return (Attachment(id="file-1", name=name, type="text/plain", size=1, sha256="0" * 64),)

    contact = ContactPoint("mail", marker(customer.ContactPointAdded, "value"), marker(customer.Registered, "name"))
    said_first = marker(c.MessageReceived, "body")
    team_id = staffing.form_team(executor, staff.FormTeam(name="Care"), AGENT).id
    ids = []
    for number in range(2):
        opening = Delivery(
            *("mail", f"m{number}", contact, said_first, f"t{number}"),
            subject=marker(c.Opened, "subject"),
            attachments=file(c.MessageReceived),
        )
        ids.append(deliver(executor, opening, GATEWAY).id)
        for command in (
            SendReply(body=marker(c.MessageSent, "body"), attachments=file(c.MessageSent)),
            AddNote(body=marker(c.NoteAdded, "body")),
            HandOver(team_id=team_id, because=marker(c.HandedOver, "because")),
            ChangeStatus(status="resolved", resolution=marker(c.StatusChanged, "resolution")),
            JudgeAnswer(answered=False, because=marker(c.AnswerJudged, "because")),
        ):
            conversations.act(executor, ids[-1], command, AGENT)
    customer_id: str = executor.read(ids[0]).state.customer_id
    orders.place(executor, PlaceOrder(customer_id=customer_id, number=marker(Placed, "number")), AGENT)
    joining = staff.JoinStaff(handle=marker(staff.StaffJoined, "handle"), name=marker(staff.StaffJoined, "name"))
    staff_id = staffing.join(executor, joining, AGENT).id
    told = markers_in(scan(EVERY, as_read(executor.log)))
    left = [cls for cls in marked_classes() if not markers_of(cls) <= told]
    save(executor.log, left, whose(customer_id, staff_id))
    return customer_id


# -- where it may be


def as_read(log: Log) -> Iterator[Place]:
    """The log as whoever may read it reads it."""
    recorded_events = log.recorded_events(log.read(0, 100_000))
    yield (
        "log as read",
        json.dumps(
            [[e.event.model_dump(mode="json"), e.envelope.reason] for e in recorded_events], ensure_ascii=False
        ).encode(),
    )


class Everywhere:
    """All places at once."""

    def __init__(self, server: EmbeddedPostgres, urls: Urls, output: pytest.CaptureFixture[str]) -> None:
        self._server = server
        self.urls = urls
        self._output = output
        self._printed = ""

    def log(self) -> Iterator[Place]:
        return database("log", superuser_url(self._server, self.urls.database_url))

    def vault(self) -> Iterator[Place]:
        return database("vault", superuser_url(self._server, self.urls.vault_url))

    def backup(self, folder: Path) -> Iterator[Place]:
        with opened_log(self.urls) as log:
            dump(self.urls.database_url, log.vault, folder / "backup", overwrite=True)
        return files(folder)

    def files_and_output(self) -> Iterator[Place]:
        """Everything under the data folder but PostgreSQL's own files (tests/audit/test_what_remains_on_disk.py)."""
        self._printed += "".join(self._output.readouterr())
        return chain(said("output", self._printed), files(self._server.home, but=self._server.home / "postgres"))

    def read_afresh(self) -> Iterator[Place]:
        with opened_log(self.urls) as log:
            yield from as_read(log)


@pytest.fixture
def everywhere(server: EmbeddedPostgres, database_urls: Urls, capfd: pytest.CaptureFixture[str]) -> Everywhere:
    return Everywhere(server, database_urls, capfd)


def tell_bystander(executor: CommandExecutor) -> None:
    deliver(executor, Delivery("mail", "m9", ContactPoint("mail", "ben@example.org"), BYSTANDER, "t9"), GATEWAY)


def fail_over_a_text(urls: Urls) -> None:
    """The server meets a personal text in a statement that fails."""
    with connect(urls.database_url, "reader") as connection, pytest.raises(psycopg.DataError, match=STEM):
        connection.execute("SELECT %s::text::int", [marker(c.MessageReceived, "body")])


# -- what must hold


def test_there_are_marked_events() -> None:
    assert len(marked_classes()) >= 11
    found = {field.of for cls in marked_classes() for field in personal_fields(cls)}
    assert found == {"customer_id", "participant_id", "owner_id", "staff_id", "stranger_id"}


@pytest.mark.parametrize("tell", [by_commands, by_saving])
def test_each_personal_field_is_sealed_shown_in_views_and_gone_once_erased(
    tell: Callable[[CommandExecutor], str],
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    everywhere: Everywhere,
    tmp_path: Path,
) -> None:
    # Given
    customer_id = tell(executor)
    tell_bystander(executor)
    catch_up(log, projector)
    with connect(everywhere.urls.database_url, "owner") as owner:
        owner.execute("ANALYZE")
    fail_over_a_text(everywhere.urls)
    # Then: the scan finds all of them where they may be read,
    shown = list(tables(everywhere.log(), "views."))
    assert markers_in(scan(EVERY, everywhere.read_afresh())) == EVERY
    for view in (view for view in VIEWS if Table(view).wiped):
        assert scan(EVERY, (place for place in shown if view.name in place[0])), f"{view.name} shows nothing"
    # and nowhere else.
    assert scan(EVERY, tables(everywhere.log(), "antiphon.")) == []
    assert scan(EVERY, tables(everywhere.log(), "samples")) == []
    assert scan(EVERY, tables(everywhere.log(), "statements")) == []
    assert scan(EVERY, unwiped_columns(projector)) == []
    assert scan(EVERY, chain(everywhere.vault(), everywhere.backup(tmp_path), everywhere.files_and_output())) == []
    # When
    erase(executor, customer_id, AGENT)
    catch_up(log, projector)
    # Then
    assert markers_in(scan(EVERY, everywhere.read_afresh())) == OF_OTHERS | {BYSTANDER}
    left = scan(EVERY, chain(everywhere.log(), everywhere.vault(), everywhere.files_and_output()))
    assert markers_in(left) == markers_in(scan(EVERY, shown)) - OF_CUSTOMERS, "and nobody else's words were wiped"
    verify_all(log, projector, everywhere.urls.database_url)


def test_a_backup_from_before_an_erasure_holds_nothing_once_restored(
    executor: CommandExecutor,
    server: EmbeddedPostgres,
    databases: Databases,
    everywhere: Everywhere,
    tmp_path: Path,
) -> None:
    # Given a backup with every marker in it, under the customer's key
    customer_id = by_saving(executor)
    tell_bystander(executor)
    assert markers_in(scan(EVERY, everywhere.read_afresh())) == EVERY
    dump(everywhere.urls.database_url, executor.log.vault, tmp_path / "backup")
    erase(executor, customer_id, AGENT)
    with databases.fresh() as other:
        # When it is restored beside the key store, and started
        restore(other.database_url, executor.log.vault, tmp_path / "backup", VIEWS)
        urls = Urls(other.database_url, everywhere.urls.vault_url)
        with opened(urls) as restored, closing(Database(urls.database_url, "projector")) as projector:
            apply_erasures(restored)
            catch_up(restored.log, projector)
            # Then
            found = scan(EVERY, as_read(restored.log))
            assert markers_in(found) == OF_OTHERS | {BYSTANDER}
            there = database("log", superuser_url(server, other.database_url))
            assert markers_in(scan(EVERY, there)) & OF_CUSTOMERS == set()


def test_the_files_of_a_customer_are_sealed_and_gone_once_erased(
    executor: CommandExecutor, everywhere: Everywhere, tmp_path: Path
) -> None:
    # Given
    ids = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in (1, 2)]
    ada, bob = (executor.read(id).state.customer_id for id in ids)
    words = f"{STEM}-in-a-file".encode() * 10_000
    of_ada, of_bob = (contents.keep(executor, owner, [words], AGENT).answer.id for owner in (ada, bob))
    # Then: the file can be read, and stands nowhere in the clear,
    read = ("as read", b"".join(contents.read(executor, of_ada)))
    assert scan([f"{STEM}-in-a-file"], [read])
    kept = files(tmp_path / "content")
    assert scan([STEM], chain(everywhere.log(), everywhere.vault(), everywhere.files_and_output(), kept)) == []
    # When
    erase(executor, ada, AGENT)
    # Then: not even the sealed bytes are left, but those of others.
    assert {Path(name).name for name, _ in files(tmp_path / "content")} >= {name_of(of_bob)}
    assert not (tmp_path / "content" / ada).exists()
    assert scan([STEM], everywhere.read_afresh()) == []


def test_without_sealing_the_scan_finds_every_field_in_log_and_backup(
    executor: CommandExecutor, everywhere: Everywhere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    monkeypatch.setattr("infra.keys.sealing.seal", lambda text, key, place: text)
    # When
    by_saving(executor)
    # Then
    assert markers_in(scan(EVERY, tables(everywhere.log(), "antiphon."))) == EVERY - {BYSTANDER}
    assert markers_in(scan(EVERY, everywhere.backup(tmp_path))) == EVERY - {BYSTANDER}


def test_what_a_subscription_chokes_on_is_quarantined_without_a_word_of_it(
    executor: CommandExecutor, log: Log, projector: Database, everywhere: Everywhere
) -> None:
    # Given
    class Quoting(Projector[Any]):
        def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
            raise ValueError(f"choked on {[each.event for each in recorded_events]}")

    by_commands(executor)
    # When
    catch_up(log, projector, subscriptions=[Quoting(HISTORY)])
    # Then
    with projector.connection() as connection:
        assert {each.error for each in all_quarantined(connection)} == {"ValueError", "behind"}
    assert scan(EVERY, chain(everywhere.log(), everywhere.files_and_output())) == []


def unwiped_columns(projector: Database) -> Iterator[Place]:
    """What views hold in columns that no fold wipes."""
    with projector.connection() as connection:
        for view in VIEWS:
            table = Table(view)
            kept = ", ".join(name for name in table.columns if name not in table.wiped)
            rows = connection.execute(f"SELECT {kept} FROM {table.name.as_string()}").fetchall()
            yield f"{view.name}: what is not wiped", repr(rows).encode()
