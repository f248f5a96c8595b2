"""The client on the page about live updates does what the page says, as it stands there."""

from __future__ import annotations

import itertools
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from sse_starlette import ServerSentEvent

from api.live import streams
from infra.log.application import Log
from infra.postgres.database import Database
from projections.catalogue import VIEWS
from tests.support.live_client import KEYS, read_whole
from tests.support.serving import Company, client
from tests.support.waiting import wait_until_followed

PAGE = Path(__file__).parents[2] / "docs" / "live.md"


def on_the_page() -> dict[str, Any]:
    """What the page's Python makes known."""
    known: dict[str, Any] = {}
    (text,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    exec(compile(text, PAGE.name, "exec"), known)
    return known


@pytest.fixture(autouse=True)
def _arrived(api: str, log: Log, projector: Database) -> None:
    """What the company is founded with has come to all views."""
    wait_until_followed(projector, [(view.name, view.version) for view in VIEWS], log.position(), 60)


def test_the_client_on_the_page_holds_what_is_read(api: str, company: Company) -> None:
    # Given
    known = on_the_page()
    assert {name: tuple(keys) for name, keys in known["KEYS"].items()} == KEYS
    path = f"/conversations/{company.conversation}"
    held: dict[str, Any] = {}
    with client(api, company.agent) as desk, client(api, company.agent) as http:
        positions = known["follow"](http, path, held)
        next(positions)
        # When
        done = desk.post(f"{path}/notes", json={"body": "Look here."}).raise_for_status()
        # Then; not by its position, which is that of the view that is behind: where nothing changes in it, nobody is
        # told that it has caught up
        desk.headers["At-Least"] = done.headers["Position"]
        while held != read_whole(desk, path, {}):
            next(positions)
        assert held["lines"][company.conversation, held["conversation"][company.conversation,]["version"]]["text"]


def test_the_client_on_the_page_outlives_silence(api: str, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a stream on which something happens only after some heartbeats
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    path, beats = f"/conversations/{company.conversation}", itertools.count(1)

    def note() -> None:
        with client(api, company.agent) as desk:
            desk.post(f"{path}/notes", json={"body": "Look here."}).raise_for_status()

    writer = threading.Thread(target=note)

    def beat(*_: Any, **__: Any) -> ServerSentEvent:
        if next(beats) == 3:
            writer.start()
        return ServerSentEvent(comment="", sep="\n")

    monkeypatch.setattr(streams, "ServerSentEvent", beat)
    known = on_the_page()
    held: dict[str, Any] = {}
    with client(api, company.agent) as http:
        positions = known["follow"](http, path, held)
        next(positions)
        lines = len(held["lines"])
        # Then the client on the page learns of it
        while len(held["lines"]) == lines:
            next(positions)
    writer.join()
