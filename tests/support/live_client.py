"""A client that registers and applies every change, as docs/live.md tells it, and nothing more than that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from httpx_sse import ServerSentEvent, aconnect_sse

from tests.support.serving import PLAIN, token

KEYS = {
    "items": ("conversation_id",),
    "conversation": ("conversation_id",),
    "clocks": ("conversation_id",),
    "lines": ("conversation_id", "version"),
    "conversations": ("conversation_id",),
    "moments": ("place",),
    "links": ("customer_id",),
    "receipts": ("message_id",),
    "signals": ("signal_id",),
}
Held = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


class LiveClient:
    """Follows one resource from a thread of its own, with many others; whatever is dropped goes on by its last id."""

    def __init__(
        self, portal: BlockingPortal, subject: str, path: str, params: Mapping[str, str] | None = None,
        *, at_least: int = 0,
    ) -> None:  # fmt: skip
        """`at_least`: what it follows is there since this position, which views may not have reached."""
        self.path = path
        self.params = dict(params or {})
        self.held: Held = {}
        self.complete = False
        self.again = True
        """Whether it comes back when a stream ends in order."""
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.last_id: str | None = None
        self.headers = {"Authorization": f"Bearer {token(subject)}", "At-Least": str(at_least)}
        self._portal = portal
        self._task: Future[None] | None = None

    def connect(self, url: str) -> LiveClient:
        """Go on (or begin) at this server."""
        self.drop()
        self._task = self._portal.start_task_soon(self._follow, url)
        return self

    def drop(self) -> None:
        """Lose the connection, wherever it is just then."""
        if self._task:
            self._task.cancel()
            with suppress(CancelledError):
                self._task.result(timeout=10)
            self._task = None

    def now_holds(self) -> Held:
        """What it holds where that is complete, by collection and key; else nothing."""
        if self._task and self._task.done():
            self._task.result()
        return self._portal.call(
            lambda: {name: dict(rows) for name, rows in self.held.items()} if self.complete else {}
        )

    async def _follow(self, url: str) -> None:
        async with httpx.AsyncClient(base_url=url, headers=self.headers, timeout=60, verify=PLAIN) as http:
            while self.again:
                resume = {"Last-Event-ID": self.last_id} if self.last_id else {}
                async with aconnect_sse(http, "GET", f"{self.path}/live", params=self.params, headers=resume) as source:
                    if source.response.status_code == 425:  # it has waited, and is not there yet
                        continue
                    source.response.raise_for_status()
                    async for event in source.aiter_sse():
                        if event.data:  # else it is a comment, by which the server keeps the connection
                            self._apply(event)

    def _apply(self, event: ServerSentEvent) -> None:
        data = json.loads(event.data)
        self.events.append((event.event, data))
        if event.event == "end":
            return
        if event.event == "state":
            self.held = {}
        for name, keys in KEYS.items():
            if name in data:
                rows = self.held.setdefault(name, {})
                rows.update((tuple(row[key] for key in keys), row) for row in data[name]["changed"])
                for key in data[name]["gone"]:
                    rows.pop(tuple(key), None)
        self.complete = data["complete"]
        self.last_id = event.id


@contextmanager
def live_clients() -> Iterator[BlockingPortal]:
    """Where live clients run."""
    with start_blocking_portal() as portal:
        yield portal
        portal.call(portal.stop, True)


def read_whole(http: httpx.Client, path: str, params: Mapping[str, str]) -> Held:
    """What reading all pages of a resource shows, as a live client of it holds it."""
    held: Held = {}
    cursor: str | None = None
    while True:
        answer = http.get(path, params={**params, "limit": "500"} | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        for name, keys in KEYS.items():
            if name in page:
                rows = page[name] if isinstance(page[name], list) else [page[name]]
                held.setdefault(name, {}).update((tuple(row[key] for key in keys), row) for row in rows)
        cursor = page["cursor"]
        if cursor is None:
            return held
