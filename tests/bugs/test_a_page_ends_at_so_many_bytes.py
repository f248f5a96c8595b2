"""A page, and an event of a live stream, end at so many bytes, whatever their rows hold; what follows goes on there,
and gives everything once. Counted in rows alone, one page of large messages was 200 MB."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.live.live_queries import LiveQueries
from api.live.resources import Resource
from api.live.routes import Follow
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.views.reader import Reader
from infra.views.selection import PAGE_BYTES
from infra.views.tables import Table
from projections.conversation import history
from projections.conversation.history import HISTORY, LINES
from projections.search import finding
from projections.search.finding import EVERYTHING
from projections.search.passage import SEARCH, Passage, indexed
from tests.support.companies import opened
from tests.support.databases import Databases
from tests.support.serving import Company, client, served

TABLE = Table(HISTORY).name.as_string()
TEXT = 400_000
"""How many bytes each large message has."""
MOST = 2 * PAGE_BYTES
"""How many bytes an answer may have: a page, and its last row."""

FILL = f"""
INSERT INTO {TABLE}
    (conversation_id, version, place, customer_id, kind, author_id, author_kind, occurred_at, recorded_at,
     time_precision, late, about, text, channel, language, automatic, attachments, bidi, position, deleted)
SELECT %(id)s, v, v, 'customer-1', 'received', 'service-mail', 'service', now(), now(), 'exact', false,
       'message-' || v, repeat('a', %(bytes)s), 'mail', 'en', false, '[]', false, v, false
FROM generate_series(%(first)s::int, %(last)s::int) AS v
"""


def fill(urls: Urls, id: str, first: int, last: int, size: int = TEXT) -> None:
    """Write lines of a conversation, each with a message of so many bytes, at the positions of these numbers."""
    with connect(urls.database_url, "owner") as connection:
        connection.execute(FILL.encode(), {"id": id, "first": first, "last": last, "bytes": size})
        connection.execute(b"UPDATE antiphon.followers SET position = greatest(position, %s)", [last])


def reading(urls: Urls, work: Callable[[Reader], Awaitable[None]]) -> None:
    """Do something with a reader."""

    async def read() -> None:
        async with Reader(urls.database_url, deadline_seconds=20) as reader:
            await work(reader)

    asyncio.run(read())


def versions(rows: bytes) -> list[int]:
    """The versions of lines."""
    return [line["version"] for line in json.loads(rows)]


def test_500_large_messages_come_in_pages_of_few_bytes(database_urls: Urls) -> None:
    fill(database_urls, "conversation-1", 1, 500)
    sizes: list[int] = []
    found: list[int] = []

    async def read(reader: Reader) -> None:
        cursor = None
        while not found or cursor:
            (page,) = await reader.pages([LINES.page(cursor=cursor, limit=500)], [500], id="conversation-1")
            sizes.append(len(page.rows))
            found.extend(versions(page.rows))
            assert page.more == (page.cursor is not None)
            cursor = page.cursor

    reading(database_urls, read)
    assert max(sizes) < MOST
    assert found == list(range(1, 501))


def test_small_rows_beside_a_large_one_come_as_before(database_urls: Urls) -> None:
    fill(database_urls, "conversation-1", 1, 1, 3 * PAGE_BYTES)
    fill(database_urls, "conversation-1", 2, 100, 100)

    async def read(reader: Reader) -> None:
        # When the first row fills the page
        (first,) = await reader.pages([LINES.page(limit=50)], [50], id="conversation-1")
        assert versions(first.rows) == [1]
        assert first.cursor
        # Then the next page has as many rows as were asked for
        (second,) = await reader.pages([LINES.page(cursor=first.cursor, limit=50)], [50], id="conversation-1")
        assert versions(second.rows) == list(range(2, 52))

    reading(database_urls, read)


def test_lists_count_as_texts_do(database_urls: Urls) -> None:
    fill(database_urls, "conversation-1", 1, 20, 1)
    long = json.dumps([{"name": "n" * 100_000}] * 4)
    with connect(database_urls.database_url, "owner") as connection:
        connection.execute(f"UPDATE {TABLE} SET attachments = %s::jsonb".encode(), [long])

    async def read(reader: Reader) -> None:
        (page,) = await reader.pages([LINES.page(limit=20)], [20], id="conversation-1")
        assert 0 < page.number < 5
        assert len(page.rows) < MOST

    reading(database_urls, read)


async def followed(follow: Follow) -> list[dict[str, Any]]:
    """All events until the client holds everything, each within bounds."""
    events: list[dict[str, Any]] = []
    while (event := await follow.step()) is not None:
        assert len(event) < MOST
        name, _, data = event.decode().partition("\n")
        events.append({"event": name.removeprefix("event: "), **json.loads(data.partition("data: ")[2])})
    return events


def changed(events: list[dict[str, Any]]) -> list[int]:
    """The versions of the lines in these events."""
    return [line["version"] for event in events for line in event["lines"]["changed"]]


def test_a_live_stream_carries_few_bytes_at_a_time(database_urls: Urls) -> None:
    fill(database_urls, "conversation-1", 1, 40)

    async def follow(reader: Reader) -> None:
        client = Follow(Resource((history.LINES,), {"id": "conversation-1"}), LiveQueries(reader), None)
        # The state
        assert changed(await followed(client)) == list(range(1, 41))
        # What was recorded since, each an event of its own
        await asyncio.to_thread(fill, database_urls, "conversation-1", 41, 80)
        events = await followed(client)
        assert {each["event"] for each in events} == {"change"}
        assert changed(events) == list(range(41, 81))
        # What one event changed comes together, or as a state that begins anew
        for most, name in (("> 74", "change"), ("> 0", "state")):
            await asyncio.to_thread(changed_at_once, database_urls, most)
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr("tests.bugs.test_a_page_ends_at_so_many_bytes.MOST", 12 * PAGE_BYTES)
                events = await followed(client)
            assert events[0]["event"] == name
            assert sorted(changed(events)) == list(range(75 if name == "change" else 1, 81))

    reading(database_urls, follow)


def changed_at_once(urls: Urls, which: str) -> None:
    """One event changes the lines of these versions."""
    with connect(urls.database_url, "owner") as connection:
        connection.execute(b"UPDATE antiphon.followers SET position = position + 1")
        newest = "(SELECT max(position) FROM antiphon.followers)"
        connection.execute(f"UPDATE {TABLE} SET position = {newest} WHERE version {which}".encode())


def test_a_page_of_passages_found_ends_so_too(database_urls: Urls) -> None:
    passages = [
        Passage(place, "customer-1", f"conversation-{place}", "received", datetime(2026, 11, 30, tzinfo=UTC),
                "kettle " + "a" * (TEXT if place % 2 else 10))
        for place in range(1, 31)
    ]  # fmt: skip
    with connect(database_urls.database_url, "owner") as connection:
        Table(SEARCH).copy(connection, [(indexed(each), each.place) for each in passages])
        found: list[int] = []
        cursor = None
        while not found or cursor:
            page = finding.read(connection, EVERYTHING, "kettle", cursor=cursor, limit=30)
            assert sum(len(each.passage.text) for each in page.rows) < MOST
            found += [each.passage.place for each in page.rows]
            cursor = page.cursor
    assert sorted(found) == list(range(1, 31))


@pytest.fixture(scope="module")
def api(databases: Databases) -> Iterator[tuple[str, Company]]:
    """The API over a conversation of large messages."""
    with databases.fresh() as urls, opened(urls) as executor:
        company = Company.founded(executor)
        fill(urls, company.conversation, 1_001, 1_020)
        with served(executor, urls) as url:
            yield url, company


def pages(agent: httpx.Client, path: str, name: str) -> Iterator[list[Any]]:
    """The rows of each page, and that it has few bytes."""
    cursor: str | None = ""
    while cursor is not None:
        answer = agent.get(path, params={"limit": 500} | ({"cursor": cursor} if cursor else {})).raise_for_status()
        assert len(answer.content) < MOST
        cursor = answer.json()["cursor"]
        yield answer.json()[name]


def test_the_api_gives_such_pages(api: tuple[str, Company]) -> None:
    url, company = api
    with client(url, company.agent) as agent:
        found = list(pages(agent, f"/conversations/{company.conversation}/history", "lines"))
    assert len(found) > 5
    assert [line["version"] for page in found for line in page][-20:] == list(range(1_001, 1_021))
