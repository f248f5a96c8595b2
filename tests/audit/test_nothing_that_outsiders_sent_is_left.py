"""A marker in every text that somebody who is no colleague can send: none is left once they are erased, and none is on
a topic. The texts come from the contract, so that a new one is looked for without a change here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from commands.executor.executor import CommandExecutor
from commands.stranger import erase as erase_stranger
from consumers.publishing.messages.catalogue import PUBLISHED, as_message
from domain.kernel.ids import kind_of
from domain.stranger import EraseStranger
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.calling import Place
from tests.support.companies import AGENT
from tests.support.databases import superuser_url
from tests.support.following import catch_up
from tests.support.marker_scan import Place as Where
from tests.support.marker_scan import database, markers_in, said, scan
from tests.support.open_work import Shown, erase
from tests.support.outsiders import Sent, over_http, over_topics
from tests.support.serving import Company, served

COMPANYS = ("channel", "product_area", "theme", "segment", "purpose", "carrier", "item")
"""The words that the company's own programs choose. They count and are shown after an erasure, too."""


def topics(log: Log) -> Iterator[Where]:
    """All that goes to topics for everybody."""
    for recorded in log.recorded_events(log.read(0, 100_000)):
        if recorded.event.stored_name in PUBLISHED:
            value, headers = as_message(recorded)
            yield f"topic: {recorded.event.stored_name}", value
            yield from ((f"topic: {recorded.event.stored_name} {name}", each) for name, each in headers)


def forget_everybody(executor: CommandExecutor, log: Log) -> None:
    """Erase whoever is in the log."""
    ids = {recorded.originator_id for recorded in log.recorded_events(log.read(0, 100_000))}
    for id in sorted(ids):
        if kind_of(id) == "customer":
            erase(executor, id, AGENT)
    for id in sorted(ids):
        if kind_of(id) == "stranger":
            erase_stranger(executor, EraseStranger(stranger_id=id), AGENT, Shown())


def fields(sent: Iterable[Sent], markers: Iterable[str]) -> set[str]:
    """Which texts these markers stood in."""
    names = {each.marker: each.name for each in sent}
    return {names.get(marker, marker) for marker in markers}


def test_nothing_that_outsiders_sent_is_left_once_they_are_erased(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    server: EmbeddedPostgres,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # Given
    place = Place.furnished(executor, Company.founded(executor))
    with (
        Host(log, projector, [Projector(view) for view in VIEWS], lease_seconds=5, poll_seconds=0.2),
        served(executor, database_urls) as url,
    ):
        sent = [*over_http(url, place), *over_topics(executor)]
    every = {each.marker for each in sent}
    published = list(topics(log))
    # When
    forget_everybody(executor, log)
    catch_up(log, projector)
    # Then
    output = "".join(capfd.readouterr())
    left = [*database("log", superuser_url(server, database_urls.database_url)), *said("output", output)]
    found = fields(sent, markers_in(scan(every, [*published, *left])))
    assert found - {each.name for each in sent if each.by != "customer" and each.last in COMPANYS} == set()
    # and the scan sees what stays, in log, views and topics; so it would see the rest.
    assert found >= {"service deliver channel", "gateway inbound.messages.v1 product_area", "service consent purpose"}
    assert len(sent) > 300
