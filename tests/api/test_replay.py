"""Reads as of a time and as known at a time, over HTTP."""

from __future__ import annotations

import httpx

from infra.log.application import Log
from tests.api.test_customer_side import done, read
from tests.support.serving import Company


def lines(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [line["text"] for line in page["lines"] if line["kind"] in ("received", "sent")]


def test_a_conversation_is_read_as_known_then_without_an_etag(
    api: str, agent: httpx.Client, company: Company, log: Log
) -> None:
    # Given
    agent.headers["At-Least"] = str(log.position())
    path = f"/conversations/{company.conversation}"
    (last,) = log.recorded_events(log.read(log.position() - 1))
    then = {"known_at": last.recorded_at.isoformat()}
    before = read(agent, path)
    done(agent.post(f"{path}/replies", json={"body": "It is on its way"}), agent)
    # When
    answer = agent.get(path, params=then)
    # Then
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert {**answer.json(), "position": 0} == {**before, "position": 0}
    assert lines(read(agent, path))[-1] == "It is on its way"
    assert lines(read(agent, f"{path}/history", **then)) == lines(before)


def test_what_was_not_there_yet_is_not_found(api: str, agent: httpx.Client, company: Company) -> None:
    for path in (f"/conversations/{company.conversation}", f"/customers/{company.customer}"):
        assert agent.get(path, params={"as_of": "1999-01-01T00:00:00Z"}).status_code == 404
        assert agent.get(path, params={"known_at": "1999-01-01"}).status_code == 422
