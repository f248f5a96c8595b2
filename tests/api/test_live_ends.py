"""Who gets no stream, and how streams end: by expiry, by a role that is lost, by a reader that does not read, by the
server's end."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from api.edge import access
from api.live import routes as live
from api.live import streams
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from infra.embedded.postgres import Urls
from infra.postgres.database import Database, connect
from tests.support.live_client import LiveClient, live_clients, read_whole
from tests.support.serving import PLAIN, TOKENS, Company, client, served, token
from tests.support.waiting import wait_until

LONG = "long " * 19_000
TIMES = 80
"""So often it is more than all buffers between a server and its client hold."""


@contextmanager
def following(http: httpx.Client, path: str) -> Iterator[Iterator[ServerSentEvent]]:
    """The events of a stream."""
    with connect_sse(http, "GET", f"{path}/live") as stream:
        assert stream.response.status_code == 200, stream.response.read()
        yield stream.iter_sse()


@contextmanager
def unread(url: str, subject: str, path: str) -> Iterator[socket.socket]:
    """Somebody who asks for a stream and reads nothing."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect((host, int(port)))
        head = f"GET {path}/live HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token(subject)}\r\n\r\n"
        wire.sendall(head.encode())
        yield wire


def long_texts(agent: httpx.Client, conversation: str) -> None:
    """Give a conversation more text than all buffers hold together."""
    path = f"/conversations/{conversation}"
    noted = [agent.post(f"{path}/notes", json={"body": LONG}).raise_for_status() for _ in range(TIMES)]
    agent.get(path, params={"limit": 1}, headers={"At-Least": noted[-1].headers["Position"]})


def status(http: httpx.Client, path: str) -> int:
    """What asking for a stream is answered with."""
    with http.stream("GET", f"{path}/live") as answer:
        return answer.status_code


def test_there_is_no_stream_of_what_is_not_there_or_not_the_callers(api: str, company: Company) -> None:
    unknown = [f"/conversations/{new_id('conversation')}", f"/customers/{new_id('customer')}"]
    known = [f"/conversations/{company.conversation}", f"/customers/{company.customer}"]
    with client(api, company.agent) as agent, client(api, company.customer) as customer, client(api, None) as nobody:
        assert [status(agent, path) for path in unknown] == [404, 404]
        assert [status(customer, path) for path in ["/inbox", *known]] == [403, 403, 403]
        assert [status(nobody, path) for path in ["/inbox", *known, *unknown]] == [401] * 5
        assert agent.get("/inbox/live", headers={"At-Least": "999999999"}).status_code == 425
        assert agent.get("/inbox/live", params={"status": "lost"}).status_code == 422


def test_streams_are_bounded_in_all_and_for_each_caller(
    company: Company, executor: CommandExecutor, database_urls: Urls, projector: Database
) -> None:
    # Given room for two, and for one of each caller
    with (
        served(executor, database_urls, streams=2, streams_per_caller=1) as url,
        client(url, company.agent) as agent, client(url, company.lead) as lead, client(url, company.auditor) as auditor,
    ):  # fmt: skip
        with following(agent, "/inbox"):
            assert status(agent, "/inbox") == 429
            with following(lead, "/inbox"):
                refused = auditor.get("/inbox/live")
                assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
                assert refused.headers["Retry-After"]
        # Then there is room again once they are gone
        wait_until(lambda: status(agent, "/inbox") == 200, 10, "room for one")
        wait_until(lambda: status(auditor, "/inbox") == 200, 10, "room for another")


def test_a_stream_ends_when_its_token_expires(api: str, company: Company) -> None:
    # Given
    short = TOKENS.issue(company.agent, timedelta(seconds=3))
    until = time.time() + 3
    headers = {"Authorization": f"Bearer {short}"}
    calling = httpx.Client(base_url=api, headers=headers, timeout=20, verify=PLAIN)
    # When
    with calling as agent, following(agent, "/inbox") as events:
        data = [(event.event, event.json().get("code")) for event in events]
    # Then, whatever else happened meanwhile
    assert [each for each in data if each[0] != "change"] == [("state", None), ("end", "token-invalid")]
    assert 0 <= time.time() - until + 1 < 5


def test_a_stream_ends_when_the_callers_role_is_taken_away(
    api: str, agent: httpx.Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    with following(agent, "/inbox") as events:
        assert next(events).event == "state"
        # When
        known = access.known

        def without_roles(executor: CommandExecutor, subject: str) -> Actor:
            return known(executor, subject).model_copy(update={"roles": ("design",)})

        monkeypatch.setattr(access, "known", without_roles)
        # Then, whatever else happened meanwhile
        end = next(event for event in events if event.event != "change")
        assert (end.event, end.json()["code"]) == ("end", "forbidden")
        assert list(events) == []


def test_a_stream_of_somebody_who_left_ends(
    api: str, agent: httpx.Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    with following(agent, "/inbox") as events, client(api, company.lead) as lead:
        assert next(events).event == "state"
        # When
        lead.put(f"/staff/{company.agent}/departure", json={}).raise_for_status()
        # Then
        end = next(event for event in events if event.event != "change")
        assert (end.event, end.json()["code"]) == ("end", "token-invalid")
        assert list(events) == []


def test_silence_is_filled_with_heartbeats(api: str, agent: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.1)
    with agent.stream("GET", "/inbox/live") as answer:
        heard = itertools.islice((line for line in answer.iter_lines() if line.startswith(":")), 3)
        assert len(list(heard)) == 3


def test_whoever_does_not_read_is_cut_off_and_others_are_served(
    company: Company, api: str, agent: httpx.Client, executor: CommandExecutor, database_urls: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Given a conversation that no buffer holds, and room for one stream
    monkeypatch.setattr(streams, "SEND_SECONDS", 1)
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 1)
    long_texts(agent, company.conversation)
    path = f"/conversations/{company.conversation}"
    with (
        served(executor, database_urls, streams=1) as url,
        client(url, company.agent) as other,
        unread(url, company.agent, path) as wire,
    ):
        # When
        wire.recv(1)
        assert status(other, "/inbox") == 503
        # Then there is room again
        wait_until(lambda: status(other, "/inbox") == 200, 10, "room again")
        # And the connection itself is gone, with what was still to be sent
        wire.settimeout(10)
        assert sum(map(len, iter(lambda: wire.recv(65536), b""))) < len(LONG) * TIMES


def test_a_server_stops_promptly_while_streams_are_open_and_one_unread(
    company: Company, api: str, agent: httpx.Client, executor: CommandExecutor, database_urls: Urls
) -> None:
    # Given
    long_texts(agent, company.conversation)
    with live_clients() as portal, served(executor, database_urls) as url:
        clients = [LiveClient(portal, company.agent, "/inbox") for _ in range(20)]
        for each in clients:
            each.connect(url)
        for each in clients:
            wait_until(each.now_holds, 10, "the state")
        with unread(url, company.agent, f"/conversations/{company.conversation}") as wire:
            wire.recv(1)
            for each in clients:
                each.again = False
            # When it stops: `served` says where that takes longer than it may
    # Then each client heard why, and the orderly end of its response, not a broken line
    for each in clients:
        each.drop()
        name, data = each.events[-1]
        assert (name, data["code"]) == ("end", "unavailable")


def test_streams_outlive_the_loss_of_their_database_connections(
    api: str, agent: httpx.Client, company: Company, database_urls: Urls
) -> None:
    # Given
    with live_clients() as portal:
        each = LiveClient(portal, company.agent, "/inbox").connect(api)
        wait_until(each.now_holds, 10, "the state")
        # When
        with connect(database_urls.database_url) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = session_user AND pid <> pg_backend_pid()"
            )
        path = f"/conversations/{company.conversation}/notes"
        wait_until(lambda: agent.post(path, json={"body": "look"}).status_code == 201, 20, "the note is taken in")
        # Then
        wait_until(lambda: len(each.events) > 1, 20, "a change")
        wait_until(lambda: agent.get("/inbox").status_code == 200, 20, "who looks is recorded again")
        wait_until(lambda: each.now_holds() == read_whole(agent, "/inbox", {}), 20, "what is read")
        assert [name for name, _ in each.events].count("state") == 1
        each.drop()
