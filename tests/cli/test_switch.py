"""A release with a new version of a view: built beside the old one, compared, read, and the old one dropped."""

from __future__ import annotations

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.views.projector import Projector
from infra.views.schema import prepare_views
from infra.views.versions import go_live
from projections.conversation.inbox import INBOX, Inbox
from tests.cli.conftest import Antiphon
from tests.support.following import catch_up


class _Former(Inbox):
    version = INBOX.version - 1


FORMER, NEW = _Former.version, INBOX.version


def before_the_upgrade(antiphon: Antiphon, log: Log, projector: Database, urls: Urls) -> None:
    """The former release was here: this one's inbox has not been made yet."""
    antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org", "--subject", "Hours")
    with connect(urls.database_url, "owner") as owner:
        owner.execute(f"DROP TABLE views.inbox_v{NEW}".encode())
        owner.execute("DELETE FROM antiphon.followers WHERE name = 'inbox'")
        owner.execute("DELETE FROM antiphon.views WHERE name = 'inbox'")
    prepare_views(urls.database_url, [_Former()])
    catch_up(log, projector, subscriptions=[Projector(_Former())])
    with projector.connection() as connection:
        # The host may have stopped between the last event and this.
        assert go_live(connection, "inbox", FORMER, log.position())


def test_a_new_release_builds_its_version_and_reads_it_with_the_first_verb(
    antiphon: Antiphon, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    before_the_upgrade(antiphon, log, projector, database_urls)
    # When
    assert antiphon("migrate").out == f"views/inbox_v{NEW}\n"
    shown = antiphon("inbox")
    # Then
    assert "Hours" in shown.out


def test_versions_are_compared_switched_and_retired(
    antiphon: Antiphon, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    before_the_upgrade(antiphon, log, projector, database_urls)
    antiphon("migrate")
    # When
    switched = antiphon("switch", "inbox")
    # Then
    assert (switched.status, switched.out.splitlines()) == (
        0,
        [
            f"inbox v{FORMER}: 1 row at position 5, live, nobody follows it",
            f"inbox v{NEW}: 1 row at position 5, live",
        ],
    )
    # When
    looked = antiphon("doctor")
    # Then
    assert looked.status == 1
    assert f"inbox v{FORMER} is shown no more and followed by nobody: antiphon retire inbox" in looked.out
    # When, Then
    assert antiphon("retire", "inbox").out == f"dropped version {FORMER} of inbox\n"
    assert antiphon("retire").out == "nothing to drop\n"
    assert antiphon("doctor").status == 0


def test_a_version_that_is_not_fit_is_not_read_until_somebody_says_so(
    antiphon: Antiphon, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    before_the_upgrade(antiphon, log, projector, database_urls)
    antiphon("migrate")
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("INSERT INTO antiphon.parked VALUES ('inbox', %s, 4, 'conversation-1', 'ValueError')", [NEW])
    # When, Then
    switched = antiphon("switch", "inbox")
    assert switched.status == 1
    assert f"inbox v{NEW}: 1 row at position 5, 1 parked, being built" in switched.out
    assert antiphon("inbox").status == 75
    # When, Then
    assert antiphon("switch", "inbox", "--anyway").status == 0
    assert "Hours" in antiphon("inbox").out


def test_a_view_that_is_not_there_cannot_be_switched(antiphon: Antiphon) -> None:
    assert "view-unknown" in antiphon("switch", "nothing").err
