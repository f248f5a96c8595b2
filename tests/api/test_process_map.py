"""The map of how conversations go over HTTP: as JSON, as a picture, and the moves behind an edge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import httpx
import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from infra.log.application import Log
from tests.support.companies import AGENT
from tests.support.promised import Promised
from tests.support.serving import Company, client

TODAY = datetime.now(UTC).date()
SPAN = {"from": (TODAY - timedelta(days=2)).isoformat(), "to": (TODAY + timedelta(days=3)).isoformat(), "zone": "UTC"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def lead(api: str, company: Company) -> Iterator[httpx.Client]:
    with client(api, company.lead) as calling:
        yield calling


def test_the_map_the_picture_and_the_moves_say_the_same(
    api: str, lead: httpx.Client, company: Company, executor: CommandExecutor, log: Log
) -> None:
    # Given five people who are answered; the company of the fixture has a conversation, too
    for who in "abcde":
        conversation_id = Promised(executor, who).conversation_id
        conversations.act(executor, conversation_id, SendReply(body="It is on its way"), AGENT)
    lead.headers["At-Least"] = str(log.position())
    # When
    found = lead.get("/process-map", params=SPAN).json()
    picture = lead.get("/process-map/svg", params=SPAN)
    moves = lead.get("/process-map/moves", params={**SPAN, "first": "began", "next": "answered", "limit": 2}).json()
    # Then
    whole = found["rows"][0]["map"]
    assert (found["calendar"], whole["conversations"], whole["other_conversations"]) == (None, 6, 1)
    edge = whole["edges"][0]
    assert (edge["first"], edge["then"], edge["number"]) == ("began", "answered", 5)
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(picture.text)
    assert [each.tag for each in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert f"1. From began to answered: {edge['number']} times" in (root[1].text or "")
    assert not list(root.iter(f"{SVG}script"))
    assert (moves["number"], len(moves["moves"])) == (5, 2)
    assert moves["moves"][0]["seconds"] >= moves["moves"][1]["seconds"]
    # And by groups, and by whom they wait for
    rows = lead.get("/process-map", params={**SPAN, "slice": "kind", "nodes": "states"}).json()["rows"]
    assert [(row["slice"], row["map"]["conversations"]) for row in rows] == [(None, 6), ("inquiry", 6)]
    complaints = lead.get("/process-map", params={**SPAN, "kind": "complaint"}).json()["rows"][0]["map"]
    assert complaints["conversations"] == 0
    # And what is behind it is not for everybody
    with client(api, company.agent) as agent:
        assert agent.get("/process-map", params=SPAN).status_code == 200
        refused = agent.get("/process-map/moves", params={**SPAN, "first": "began", "next": "answered"})
    assert refused.status_code == 403
    for wrong in ({"slice": "mood"}, {"nodes": "moods"}, {"to": SPAN["from"]}, {"calendar": "night"}):
        assert lead.get("/process-map", params={**SPAN, **wrong}).status_code in (404, 422), wrong
