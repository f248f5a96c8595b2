"""A cursor that nobody gave out is refused, also one that holds what UTF-8 has no bytes for."""

from __future__ import annotations

from httpx_sse import connect_sse

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.cursor import decoded, encoded
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.calling import Place, calls
from tests.support.serving import Company, client, served
from tests.support.waiting import wait_until_followed


def test_each_route_that_has_pages_refuses_it(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    company = Company.founded(executor)
    place = Place.furnished(executor, company)
    asked = 0
    with (
        Host(log, projector, [Projector(view) for view in VIEWS]),
        served(executor, database_urls) as url,
        client(url, company.agent) as agent,
    ):
        wait_until_followed(projector, [(view.name, view.version) for view in VIEWS], log.position(), 60)
        for call in calls():
            if call.method != "GET" or not call.pages:
                continue
            path = call.path.replace("{id}", place.id(call))
            with client(url, getattr(company, call.roles[0])) as caller:
                for parts in (1, 2, 3):
                    # When
                    query = {**call.query, "cursor": encoded(["\ud800"] * parts)}
                    answer = caller.get(path, params=query)
                    # Then
                    assert (answer.status_code, answer.json().get("code")) == (422, "cursor-invalid"), call.name
            asked += 1
        assert asked > 10
        # And of a stream, where it would end what a browser follows, it begins anew
        with connect_sse(agent, "GET", "/inbox/live") as stream:
            mark, [[generation, since, _]] = decoded(next(stream.iter_sse()).id)
        odd = encoded([mark, [[generation, since, encoded(["\ud800", "\ud800"])]]])
        with connect_sse(agent, "GET", "/inbox/live", headers={"Last-Event-ID": odd}) as stream:
            assert next(stream.iter_sse()).event == "state"
