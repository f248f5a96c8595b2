"""The watch tells who is owed something as soon as it is due; a reaction reviews it when wishes change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commands.executor.executor import CommandExecutor
from domain.customer import ChoosePreferences
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from process.attention import ContactReviews, ContactTimers
from process.watch import MOST_SECONDS, Watch
from projections.timer import TIMERS
from tests.support.contacting import AT_ONCE_AND_ALWAYS, Company, texts
from tests.support.following import catch_up
from tests.support.reacting import react


@pytest.fixture
def watch(executor: CommandExecutor, database_urls: Urls) -> Iterator[Watch]:
    """A watch that looks only when it is told to."""
    reader = Database(database_urls.database_url, "reader")
    yield Watch(ContactTimers(executor, reader))
    reader.close()


def test_who_is_owed_something_is_told_once_or_when_they_want_it(
    log: Log, projector: Database, executor: CommandExecutor, watch: Watch
) -> None:
    # Given somebody who is owed something, and somebody who is and does not want it
    company = Company(log, executor)
    company.publish(AT_ONCE_AND_ALWAYS)
    company.publish(texts(de="Ja."))
    ada, bea = company.customer(), company.customer()
    there, beas = company.conversation(ada), company.conversation(bea)
    company.does(ChoosePreferences(customer_id=bea, quiet=True))
    react(ContactReviews(), executor, projector)
    for customer, conversation in ((ada, there), (bea, beas)):
        company.owe(customer, 1, conversation)
    catch_up(log, projector, subscriptions=[Projector(TIMERS)])
    # When
    watch.poll()
    # Then
    assert company.bodies([there, beas]) == ["Ja."]
    assert [reason for reason, _ in company.blocked(bea)] == ["quiet"]
    catch_up(log, projector, subscriptions=[Projector(TIMERS)])
    end = log.position()
    assert watch.poll() == MOST_SECONDS
    assert log.position() == end
    # When
    company.does(ChoosePreferences(customer_id=bea))
    react(ContactReviews(), executor, projector)
    # Then
    assert company.bodies([beas]) == ["Ja."]
