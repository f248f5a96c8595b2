"""Which version of a decision table is in force, and what may be published."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.decision_table.published import (
    MOST_BYTES,
    PublishTable,
    TablePublished,
    TableState,
    decide,
    evolve,
    in_force,
)
from domain.decision_table.written import RecordedTable, TableWritten
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
table = Aggregate[TableState](evolve, lambda state, command: decide(state, command, NOW, "Europe/Berlin"))


def content(team: str, note: str | None = None) -> dict[str, Any]:
    rule = {"then": {"team": f'"{team}"'}} | ({"note": note} if note else {})
    return {
        "hit_policy": "first",
        "inputs": [{"name": "n", "type": "number"}],
        "outputs": [{"name": "team", "type": "string"}],
        "rules": [rule],
    }


def publish(team: str, since: object = None) -> PublishTable:
    return PublishTable.model_validate(
        {"name": "routing", "table": content(team), "effective_from": since, "table_id": "table-1"}
    )


def published(team: str, since: datetime = NOW) -> TablePublished:
    return TablePublished(
        table_name="routing", content=RecordedTable.model_validate(content(team)), effective_from=since
    )


def test_a_version_is_published_from_now_on_or_from_a_date() -> None:
    table.given().when(publish("sales")).then(published("sales"))
    table.given(published("sales")).when(publish("design")).then(published("design"))
    table.given().when(publish("sales", NOW + DAY)).then(published("sales", NOW + DAY))
    midnight = datetime(2026, 6, 2, 22, tzinfo=UTC)  # in Berlin
    table.given().when(publish("sales", date(2026, 6, 3))).then(published("sales", midnight))


def test_what_is_decided_so_already_is_not_published_again() -> None:
    table.given(published("sales", NOW - DAY)).when(publish("sales")).then()
    # But where the same is to begin earlier, or another version stands in between, it is.
    table.given(published("sales", NOW + DAY)).when(publish("sales")).then(published("sales"))
    both = (published("sales", NOW - DAY), published("design", NOW - DAY))
    table.given(*both).when(publish("sales")).then(published("sales"))


def test_the_past_stays_as_it_was_decided() -> None:
    table.given().when(publish("sales", NOW)).then("effective-from-past")
    table.given().when(publish("sales", NOW - DAY)).then("effective-from-past")


def test_a_table_of_too_many_bytes_is_refused() -> None:
    rules = [content("sales", "x" * 2_000)["rules"][0]] * (MOST_BYTES // 2_000)
    large = publish("sales").model_copy(
        update={"table": TableWritten.model_validate(content("sales") | {"rules": rules})}
    )
    table.given().when(large).then("table-invalid")


@pytest.mark.parametrize(
    ("at", "number"), [(NOW - DAY, None), (NOW, 1), (NOW + DAY, 3), (NOW + 2 * DAY, 3), (NOW + 3 * DAY, 4)]
)
def test_the_version_published_last_among_those_begun_is_in_force(at: datetime, number: int | None) -> None:
    # Given a version that was published for later, and then one that begins before it
    versions = [
        published("one"), published("two", NOW + 2 * DAY), published("three", NOW + DAY),
        published("four", NOW + 3 * DAY),
    ]  # fmt: skip
    found = in_force(versions, at)
    assert (found[0] if found else None) == number
    assert found is None or found[1] == versions[found[0] - 1].content
