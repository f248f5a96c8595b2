"""Streams of an inbox, a conversation and a customer: what they tell, and how one goes on after an event."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from httpx_sse import connect_sse

from api.live import routes as live
from api.live.live_queries import LiveQueries
from commands.executor.executor import CommandExecutor
from domain.kernel.personal import ERASED
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.cursor import decoded, encoded
from infra.views.page_query import Rows
from infra.views.rebuild import Rebuild
from infra.views.statements import TOGETHER
from projections.conversation.history import HISTORY
from projections.conversation.inbox import INBOX
from tests.support.live_client import Held, LiveClient, live_clients, read_whole
from tests.support.serving import Company, client
from tests.support.waiting import wait_until


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    """Where live clients run."""
    with live_clients() as portal:
        yield portal


@pytest.fixture(autouse=True)
def _arrived(agent: httpx.Client, log: Log, company: Company) -> None:
    """What the company is founded with has come to all views."""
    agent.headers["At-Least"] = str(log.position())
    for path in (f"/conversations/{company.conversation}", f"/customers/{company.customer}"):
        agent.get(path).raise_for_status()


def wait_until_held(each: LiveClient, whole: Held) -> None:
    """Wait until the client holds just this."""
    wait_until(lambda: each.now_holds() == whole, 10, f"what is read of {each.path} is what the client holds")


def first_event(http: httpx.Client, path: str, last_event_id: str | None = None) -> tuple[str, str, dict[str, Any]]:
    """Name, id and data of the first event of a stream."""
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    with connect_sse(http, "GET", f"{path}/live", headers=headers) as stream:
        assert stream.response.status_code == 200, stream.response.read()
        event = next(stream.iter_sse())
        return event.event, event.id, event.json()


def test_a_client_sees_the_state_and_then_what_changes(
    api: str, agent: httpx.Client, company: Company, portal: BlockingPortal
) -> None:
    # Given a client of each resource
    paths = ["/inbox", f"/conversations/{company.conversation}", f"/customers/{company.customer}"]
    clients = [LiveClient(portal, company.agent, path).connect(api) for path in paths]
    for each in clients:
        wait_until(each.now_holds, 10, f"the state of {each.path}")
    # When the conversation is answered and resolved
    agent.post(f"/conversations/{company.conversation}/replies", json={"body": "It comes\ntomorrow.\r\u2028"})
    done = agent.put(f"/conversations/{company.conversation}/status", json={"status": "resolved"})
    # Then each holds what is read, and the inbox nothing any more
    agent.headers["At-Least"] = done.headers["Position"]
    for each in clients:
        wait_until_held(each, read_whole(agent, each.path, {}))
        assert [name for name, _ in each.events].count("state") == 1
        each.drop()
    assert clients[0].held == {"items": {}}


def test_those_who_follow_the_same_ask_the_database_together(
    api: str, agent: httpx.Client, company: Company, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given many who follow the inbox
    looks: list[object] = []
    read = LiveQueries._read

    async def counted(self: LiveQueries, *asked: Any) -> list[Rows]:
        looks.append(asked)
        return await read(self, *asked)

    monkeypatch.setattr(LiveQueries, "_read", counted)
    clients = [LiveClient(portal, company.agent, "/inbox").connect(api) for _ in range(30)]
    for each in clients:
        wait_until(each.now_holds, 10, "its state")
    looks.clear()
    # When something changes
    done = agent.post(f"/conversations/{company.conversation}/replies", json={"body": "It comes."})
    # Then all of them learn of it, by fewer looks than there are streams
    agent.headers["At-Least"] = done.headers["Position"]
    for each in clients:
        wait_until_held(each, read_whole(agent, "/inbox", {}))
        each.drop()
    assert 0 < len(looks) < len(clients)


def test_what_does_not_fit_the_filter_any_more_is_gone(
    api: str, agent: httpx.Client, company: Company, portal: BlockingPortal
) -> None:
    # Given
    path = f"/conversations/{company.conversation}"
    mine = LiveClient(portal, company.agent, "/inbox", {"agent_id": company.agent}).connect(api)
    wait_until_held(mine, {"items": {}})
    for agent_id, known in ((company.agent, [(company.conversation,)]), (company.lead, []), (None, [])):
        # When
        agent.put(f"{path}/assignee", json={"team_id": None, "agent_id": agent_id})
        # Then
        wait_until(lambda: list(mine.now_holds().get("items", {})) == known, 10, f"held: {known}")  # noqa: B023
    mine.drop()


def test_after_an_event_come_only_later_changes(agent: httpx.Client, company: Company, database_urls: Urls) -> None:
    # Given somebody who has seen all of a conversation
    path = f"/conversations/{company.conversation}"
    _, last_id, _ = first_event(agent, path)
    # When
    done = agent.post(f"{path}/notes", json={"body": "look"})
    agent.headers["At-Least"] = done.headers["Position"]
    name, _, data = first_event(agent, path, last_id)
    # Then
    assert name == "change"
    assert [line["text"] for line in data["lines"]["changed"]] == ["look"]
    assert data["complete"]
    assert str(data["position"]) == done.headers["Position"]


NO_PLACE = encoded(["not", "a place"])


def test_an_id_that_is_of_no_use_is_answered_with_the_state(agent: httpx.Client, company: Company) -> None:
    # Given ids of what was not, of a table from before a rebuild, of another resource, of nothing
    path = f"/conversations/{company.conversation}"
    _, last_id, whole = first_event(agent, path)
    mark, places = decoded(last_id)
    changed = [
        [[table, 2**62, cursor] for table, _, cursor in places],
        [[-1, since, cursor] for _, since, cursor in places],
        [[table, since, NO_PLACE] for table, since, _ in places],
        [[table, 2**80, cursor] for table, _, cursor in places],
        places[:1],
    ]
    ids = [encoded([mark, each]) for each in changed]
    ids += [first_event(agent, f"/customers/{company.customer}")[1], first_event(agent, "/inbox")[1]]
    ids += ["x", "107", "bnVsbA==", "W10=", base64.b64encode(b"[" * 2900).decode()]
    for each in ids:
        # When, Then
        name, _, data = first_event(agent, path, each)
        assert (name, data) == ("state", whole), each
    # And the same inbox with another filter is another resource
    with connect_sse(
        agent,
        "GET",
        "/inbox/live",
        params={"kind": "order"},
        headers={"Last-Event-ID": first_event(agent, "/inbox")[1]},
    ) as stream:
        assert next(stream.iter_sse()).event == "state"


def test_a_client_of_a_view_that_is_rebuilt_begins_anew(
    api: str, company: Company, portal: BlockingPortal, log: Log, projector: Database, database_urls: Urls,
    agent: httpx.Client,
) -> None:  # fmt: skip
    # Given
    path = f"/conversations/{company.conversation}"
    each = LiveClient(portal, company.agent, path).connect(api)
    wait_until(each.now_holds, 10, "the state")
    # When
    for view in (HISTORY, INBOX):
        Rebuild(log, projector, database_urls.database_url, view).replace()
    agent.post(f"{path}/notes", json={"body": "look"})
    # Then
    wait_until(lambda: [name for name, _ in each.events].count("state") >= 2, 10, "another state")
    wait_until(lambda: each.now_holds() == read_whole(agent, path, {}), 10, "what is read")
    each.drop()


def test_an_erasure_reaches_whoever_is_live(
    api: str, agent: httpx.Client, company: Company, portal: BlockingPortal, executor: CommandExecutor
) -> None:
    # Given clients that hold what the customer said
    paths = [f"/conversations/{company.conversation}", f"/customers/{company.customer}"]
    clients = [LiveClient(portal, company.agent, path).connect(api) for path in paths]
    for each in clients:
        wait_until(each.now_holds, 10, f"the state of {each.path}")
    assert "word 1" in str(clients[0].held)
    assert "Ada" in str(clients[1].held)
    # When
    with client(api, company.lead) as lead:
        done = lead.post(f"/customers/{company.customer}/erasure", json={"reason": "asked for it"})
    # Then the wiped rows reach them as changes
    agent.headers["At-Least"] = done.headers["Position"]
    for each in clients:
        wait_until_held(each, read_whole(agent, each.path, {}))
        assert ERASED in str(each.held)
        assert "word 1" not in str(each.held)
        assert "Ada" not in str(each.held)
        assert [name for name, _ in each.events].count("state") == 1
        each.drop()


def test_a_large_state_comes_in_pages_and_goes_on_after_any_of_them(
    agent: httpx.Client, company: Company, database_urls: Urls, projector: Database
) -> None:
    # Given an inbox of some size
    with projector.connection() as connection:
        connection.execute(
            f"INSERT INTO views.inbox_v{INBOX.version} (conversation_id, version, customer_id, channel, priority,"
            " opened_at, last_at, status, interactions, kinds, messages_in, messages_out, bidi, position, deleted)"
            " SELECT 'conversation-' || n, 1, 'customer-1', 'mail', 'normal', now(), now(), 'open', '{}', '{}', 1, 0,"
            " false, 1, false FROM generate_series(1, 2000) AS n".encode()
        )
    # When it is read by somebody whose line breaks after each event
    held: dict[str, Any] = {}
    sizes = []
    last_id: str | None = None
    data: dict[str, Any] = {"complete": False}
    while not data["complete"]:
        name, last_id, data = first_event(agent, "/inbox", last_id)
        assert (name == "state") == (not held)
        changed = data["items"]["changed"]
        sizes.append(len(changed))
        held |= {row["conversation_id"]: row for row in changed}
    # Then no event was large, and nothing is missing
    assert max(sizes) == live.PAGE
    assert len(sizes) >= 2000 / live.PAGE
    assert held == {key[0]: row for key, row in read_whole(agent, "/inbox", {})["items"].items()}


def test_an_event_that_changed_too_much_has_the_client_begin_anew(
    api: str, agent: httpx.Client, company: Company, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a client that holds a conversation with more lines than one event carries
    monkeypatch.setattr(live, "PAGE", 2)
    path = f"/conversations/{company.conversation}"
    notes = [{"body": f"note {number}"} for number in range(TOGETHER * live.PAGE)]
    noted = [agent.post(f"{path}/notes", json=note).raise_for_status() for note in notes]
    agent.headers["At-Least"] = noted[-1].headers["Position"]
    whole = read_whole(agent, path, {})
    each = LiveClient(portal, company.agent, path).connect(api)
    wait_until_held(each, whole)
    before = len(each.events)
    # When all of them change at one position
    with client(api, company.lead) as lead:
        done = lead.post(f"/customers/{company.customer}/erasure", json={"reason": "asked for it"})
    # Then the client begins anew, and comes to hold what is read, in small steps
    agent.headers["At-Least"] = done.headers["Position"]
    wait_until_held(each, read_whole(agent, path, {}))
    assert "note 1" not in str(each.held)
    assert "state" in [name for name, _ in each.events[before:]]
    assert max(len(data["lines"]["changed"]) for _, data in each.events[before:]) <= live.PAGE
    each.drop()
