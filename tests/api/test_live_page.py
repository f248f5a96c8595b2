"""The client on the page about live updates does what the page says, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.support.live_client import KEYS, read_whole
from tests.support.serving import Company, client

PAGE = Path(__file__).parents[2] / "docs" / "live.md"


def test_the_client_on_the_page_holds_what_is_read(api: str, company: Company) -> None:
    # Given
    known: dict[str, Any] = {}
    (text,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    exec(compile(text, PAGE.name, "exec"), known)
    assert {name: tuple(keys) for name, keys in known["KEYS"].items()} == KEYS
    path = f"/conversations/{company.conversation}"
    held: dict[str, Any] = {}
    with client(api, company.agent) as desk, client(api, company.agent) as http:
        positions = known["follow"](http, path, held)
        next(positions)
        # When
        done = desk.post(f"{path}/notes", json={"body": "Look here."}).raise_for_status()
        # Then
        while next(positions) < done.json()["position"]:
            pass
        assert held == read_whole(desk, path, {})
        assert held["lines"][company.conversation, held["conversation"][company.conversation,]["version"]]["text"]
