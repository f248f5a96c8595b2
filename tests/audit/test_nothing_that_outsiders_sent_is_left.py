"""A marker in every text that somebody who is no colleague can send: none is left once they are erased, and none is on
a topic, in an answer of the API (measures, the outbox and searches among them), in an export of a person or in a bundle
for auditors that are written afterwards. The texts and the routes come from the contract, so that a new one is looked
for without a change here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from audit.export import bundle_of, zipped
from audit.replay import Replay
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
from tests.support.calling import Place, calls
from tests.support.companies import AGENT
from tests.support.databases import superuser_url
from tests.support.following import catch_up
from tests.support.marker_scan import Place as Where
from tests.support.marker_scan import database, markers_in, said, scan
from tests.support.open_work import Shown, erase
from tests.support.outsiders import Sent, over_http, over_topics
from tests.support.proving import Prover, proving
from tests.support.serving import Company, client, served

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


def answers(url: str, place: Place) -> Iterator[Where]:
    """What whoever may read is told, by each route that reads."""
    for call in calls():
        roles = [role for role in call.roles if role != "customer"]
        if call.method == "GET" and roles and not call.path.endswith("/live"):
            with client(url, getattr(place.company, roles[0])) as caller:
                yield f"answer: {call.name}", call.made(caller, place.id(call), place.names).content


def files_written(url: str, place: Place, prover: Prover) -> Iterator[Where]:
    """An export of the customer, and a bundle about them."""
    customer_id = place.company.customer
    with client(url, place.company.privacy) as officer:
        exported = officer.post(f"/customers/{customer_id}/exports", json={}).raise_for_status()
    assert prover.checkpoint() is not None
    streams = Replay(place.executor.log, prover.projector).streams(customer_id).values()
    recorded_events = [*(each for stream in streams for each in stream), *place.executor.log.policy_events()]
    with prover.projector.connection() as connection:
        bundle = bundle_of(customer_id, recorded_events, connection, prover.places, prover.keys.public(), "UTC")
    for what, content in (("export", exported.content), ("bundle", zipped(bundle))):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            yield from ((f"{what}: {name}", file.read(name)) for name in file.namelist())


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
    tmp_path: Path,
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
        with proving(log, database_urls, tmp_path) as prover:
            told = [*answers(url, place), *files_written(url, place, prover)]
    output = "".join(capfd.readouterr())
    left = [*database("log", superuser_url(server, database_urls.database_url)), *said("output", output)]
    found = fields(sent, markers_in(scan(every, [*published, *told, *left])))
    assert found - {each.name for each in sent if each.by != "customer" and each.last in COMPANYS} == set()
    # and the scan sees what stays, in log, views and topics; so it would see the rest.
    assert found >= {"service deliver channel", "gateway inbound.messages.v1 product_area", "service consent purpose"}
    assert len(sent) > 300
