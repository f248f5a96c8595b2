"""Streams of an inbox, a conversation and a customer: begin, go on, end."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from tests.support.live_client import Held, LiveClient, live_clients, read_whole
from tests.support.serving import Company
from tests.support.waiting import wait_until


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    """Where live clients run."""
    with live_clients() as portal:
        yield portal


def wait_until_held(client: LiveClient, whole: Held) -> None:
    """Wait until the client holds just this."""
    wait_until(lambda: client.now_holds() == whole, 10, f"what is read of {client.path} is what the client holds")


def test_a_client_sees_the_state_and_then_what_changes(
    api: str, agent: httpx.Client, company: Company, portal: BlockingPortal
) -> None:
    # Given a client of each resource
    paths = ["/inbox", f"/conversations/{company.conversation}", f"/customers/{company.customer}"]
    clients = [LiveClient(portal, company.agent, path).connect(api) for path in paths]
    for client in clients:
        wait_until(client.now_holds, 10, f"the state of {client.path}")
    # When the conversation is answered and resolved
    agent.post(f"/conversations/{company.conversation}/replies", json={"body": "It comes\ntomorrow.\r\u2028"})
    done = agent.put(f"/conversations/{company.conversation}/status", json={"status": "resolved"})
    # Then each holds what is read, and the inbox nothing any more
    agent.headers["At-Least"] = done.headers["Position"]
    for client in clients:
        whole = read_whole(agent, client.path, {})
        wait_until_held(client, whole)
        assert [name for name, _ in client.events].count("state") == 1
        client.drop()
    assert clients[0].held == {"items": {}}
