"""Measures over HTTP: definitions, figures as JSON and CSV, and the items behind them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from commands.decision_table import publish
from commands.executor.executor import CommandExecutor
from domain.decision_table.published import PublishTable
from domain.decision_table.written import TableWritten
from domain.kernel.ids import new_id
from domain.measure.as_csv import COLUMNS
from infra.log.application import Log
from tests.support.companies import AGENT
from tests.support.open_work import erase
from tests.support.promised import Promised
from tests.support.serving import Company, client


@pytest.fixture
def lead(api: str, company: Company) -> Iterator[httpx.Client]:
    with client(api, company.lead) as calling:
        yield calling


TODAY = datetime.now(UTC).date()
SPAN = {"from": (TODAY - timedelta(days=2)).isoformat(), "to": (TODAY + timedelta(days=3)).isoformat(), "zone": "UTC"}


def figures_in(body: bytes) -> bytes:
    """The figures of a citation, as they are sent."""
    return body.partition(b'"figures":')[2].partition(b',"today":')[0]


def test_figures_csv_and_items_say_the_same(api: str, lead: httpx.Client, executor: CommandExecutor, log: Log) -> None:
    # Given promises to seven people, of which the dates of five have passed
    before = log.now()
    for who, seconds in zip("abcdefg", (*[-60] * 5, 86_400, 86_400), strict=True):
        Promised(executor, who).due(seconds)
    lead.headers["At-Least"] = str(log.position())
    # When
    found = lead.get("/measures/promise_kept", params={**SPAN, "slice": "kind"}).json()
    lines = csv.DictReader(io.StringIO(lead.get("/measures/promise_kept/csv", params=SPAN).text, newline=""))
    items = lead.get("/measures/promise_kept/items", params={**SPAN, "limit": 5}).json()
    rest = lead.get("/measures/promise_kept/items", params={**SPAN, "cursor": items["cursor"]}).json()
    missed = lead.get("/measures/promise_kept/items", params={**SPAN, "outcome": "miss"}).json()
    # Then
    whole = found["rows"][0]["figure"]
    assert (whole["n"], whole["hits"], whole["open"], whole["share"]) == (5, 0, 2, 0.0)
    assert found["rows"][1]["slice"] == "other"
    assert found["measure"]["question"].endswith("?")
    (line,) = lines
    assert list(line) == list(COLUMNS)
    assert (line["n"], line["hits"], line["open"]) == ("5", "0", "2")
    picture = lead.get("/measures/promise_kept/svg", params=SPAN)
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert "all: all: 0.0%." in picture.text
    assert [len(items["items"]), len(rest["items"]), rest["cursor"]] == [5, 2, None]
    assert [each["outcome"] for each in missed["items"]] == ["miss"] * 5
    # And spells of waiting, which go on, by two things; the company of the fixture has a conversation, too
    waiting = lead.get("/measures/waiting", params={**SPAN, "slice": "waits_for,kind"}).json()["rows"]
    assert [(row["slice"], row["figure"]["open"]) for row in waiting] == [(None, 8), ("us / inquiry", 8)]
    assert waiting[1]["slices"] == {"waits_for": "us", "kind": "inquiry"}
    # And as it was known before, there was nothing
    known = {**SPAN, "known_at": before.isoformat()}
    then = lead.get("/measures/promise_kept", params=known).json()
    assert then["rows"][0]["figure"]["n"] == 0
    changes = lead.get("/measures/promise_kept/changes", params={**known, "limit": 4}).json()
    assert (changes["items"], len(changes["changes"])) == (7, 4)
    first = changes["changes"][0]
    assert (first["before"], first["after"]["outcome"]) == (None, items["items"][0]["outcome"])
    assert ("promise.made", "late") in [(each["event"], each["cause"]) for each in first["causes"]]
    assert lead.get("/measures/promise_kept/changes", params=SPAN).json()["items"] == 0
    # And compared with the days before, when nothing was promised
    (row,) = lead.get("/measures/promise_kept", params={**SPAN, "compare": "before,year-before"}).json()["rows"]
    assert [(each["compare"], each["figure"]["n"], each["change"]) for each in row["compared"]] == [
        ("before", 0, None),
        ("year-before", 0, None),
    ]
    compared = lead.get("/measures/promise_kept/csv", params={**SPAN, "compare": "before"}).text.splitlines()
    assert [each.rpartition(",")[2] for each in compared] == ["compared_with", "", "before"]
    names = [each["name"] for each in lead.get("/measures").json()["measures"]]
    assert "perfect_order" in names


def test_a_cited_figure_stays_what_it_was(api: str, lead: httpx.Client, executor: CommandExecutor, log: Log) -> None:
    # Given a figure that was published
    people = [Promised(executor, who) for who in "abcde"]
    for each in people:
        each.due(-60)
    lead.headers["At-Least"] = str(log.position())
    shown = lead.get("/measures/promise_kept", params=SPAN).json()
    cite: dict[str, Any] = {  # Any: what is given to the client
        "params": SPAN,
        "json": {"reason": "page 3"},
        "headers": {"Idempotency-Key": new_id("key")},
    }
    made = lead.post("/measures/promise_kept/citations", **cite).raise_for_status().json()
    # Then it is what was shown, and today is the same
    sent = lead.get(f"/citations/{made['id']}")
    first = sent.json()
    assert first["figures"] == shown["rows"]
    assert (first["today"]["differences"], first["reason"], first["version"]) == ([], "page 3", 1)
    # When more is told, and a person is erased
    for who in "fg":
        Promised(executor, who).due(86_400)
    erase(executor, people[0].customer_id, AGENT)
    lead.headers["At-Least"] = str(log.position())
    # Then it is the same, byte by byte, and says what is different; so does a repeat of the command
    again = lead.get(f"/citations/{made['id']}")
    assert figures_in(again.content) == figures_in(sent.content) != b""
    (different,) = again.json()["today"]["differences"]
    assert (different["cited"]["n"], different["cited"]["open"], different["today"]["open"]) == (5, 0, 2)
    assert lead.post("/measures/promise_kept/citations", **cite).json() == made
    # And a goal is none as long as the table says none, and then out of reach, or at risk
    (period,) = lead.get("/measures/promise_kept/goal", params=SPAN).json()["periods"]
    assert (period["goal"], period["attained"], period["warning"], period["open"]) == (None, None, False, 2)
    rule = {"when": {"measure": '"promise_kept"'}, "then": {"target": "0.2", "of": '"share"'}}
    table = TableWritten.model_validate(
        {
            "hit_policy": "unique",
            "inputs": [{"name": "measure", "type": "string"}],
            "outputs": [{"name": "target", "type": "number"}, {"name": "of", "type": "string"}],
            "rules": [rule],
        }
    )
    publish(executor, PublishTable(name="measure-goals", table=table), AGENT)
    lead.headers["At-Least"] = str(log.position())
    (period,) = lead.get("/measures/promise_kept/goal", params=SPAN).json()["periods"]
    assert (period["goal"]["target"], period["attained"], period["forecast"]) == (0.2, False, "at-risk")
    assert period["warning"]
    # And nobody else has the citation
    assert lead.get(f"/citations/{new_id('citation')}").status_code == 404
    assert lead.get("/measures/promise_kept", params={**SPAN, "version": 2}).status_code == 404
    assert lead.get("/measures/promise_kept", params={**SPAN, "version": 1}).json()["rows"][0]["figure"]["open"] == 2


def test_what_cannot_be_asked_is_refused(api: str, lead: httpx.Client) -> None:
    for path, more, status in (
        ("/measures/mood", {}, 404),
        ("/measures/promise_kept", {"slice": "mood"}, 422),
        ("/measures/promise_kept", {"to": SPAN["from"]}, 422),
        ("/measures/promise_kept", {"compare": "mood"}, 422),
        ("/measures/promise_kept", {"compare": "before,before"}, 422),
        ("/measures/promise_kept", {"compare": "before", "from": "1900-01-01", "to": "9999-01-01"}, 422),
        ("/measures/promise_kept", {"zone": "Kettle/Town"}, 422),
        ("/measures/promise_kept", {"by": "day", "from": "1990-01-01"}, 422),
    ):
        assert lead.get(path, params={**SPAN, **more}).status_code == status, (path, more)
