"""Whatever time somebody names, it is no failure of ours: a measure of the last month of the year 9999 was one. Made
from the contract: each time and each day in a query or a body is drawn at the ends of what can be written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

import httpx
import pytest

from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from domain.measure.period import periods
from infra.postgres.database import Database
from tests.api.conftest import api, company
from tests.api.test_forms import At, with_value
from tests.api.test_naughty_strings import members, resolved
from tests.support.calling import Call, Place, calls
from tests.support.contract import CONTRACT
from tests.support.serving import Company, client
from tests.support.waiting import wait_until_followed

__all__ = ["api", "company"]

DAYS = ["0001-01-01", "9999-12-31", "9999-12-30", "1969-12-31", "2201-01-01"]
INSTANTS = [
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
    "1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z",
]  # fmt: skip
ENDS = {"date": DAYS, "date-time": INSTANTS}


def forms(schema: Any) -> set[str]:
    """The forms of times that a value may have."""
    choices = schema.get("anyOf", [schema])
    return {found for choice in choices if (found := resolved(choice).get("format")) in ENDS}


def fields(schema: Any, at: At = ()) -> Iterator[tuple[At, set[str]]]:
    """Where a body has a time; of lists, in the first item."""
    if found := forms(schema):
        yield at, found
        return
    for choice in schema.get("anyOf", [schema]):
        choice = resolved(choice)
        if choice.get("type") == "object":
            for name, each in members(choice):
                yield from fields(each, (*at, name))
        elif choice.get("type") == "array":
            yield from fields(choice["items"], (*at, 0))


def odd(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """The call with each of its times at each end, in words and as the arguments of a request."""
    said = CONTRACT["paths"][call.path][call.method.lower()]
    if call.body is not None:
        schema = said["requestBody"]["content"]["application/json"]["schema"]
        for at, found in fields(schema):
            for value in (each for form in sorted(found) for each in ENDS[form]):
                yield f"{at} {value}", {"json": with_value(call.body, at, value), "params": call.query}
    named = {each["name"]: forms(each["schema"]) for each in said["parameters"] if each.get("in") == "query"}
    for name, found in named.items():
        for value in (each for form in sorted(found) for each in ENDS[form]):
            yield f"{name} {value}", {"params": {**call.query, name: value}}
    if {"from", "to", "by"} <= named.keys():
        for by in ("day", "week", "month", "quarter"):
            for begin, end in (("9999-12-01", "9999-12-31"), ("0001-01-01", "0001-02-01")):
                yield f"{by} {begin}", {"params": {"from": begin, "to": end, "by": by, "zone": "Asia/Tokyo"}}


@pytest.mark.faults
def test_every_time_at_the_ends_is_answered(
    api: str, company: Company, executor: CommandExecutor, projector: Database, long: bool
) -> None:
    place, asked = Place.furnished(executor, company), 0
    # (In the short form, each call is made in every fifth way, and the next call in the ways after those.)
    every = 1 if long else 5
    for shift, call in enumerate(each for each in calls() if not each.path.endswith("/live")):
        with client(api, getattr(company, next(each for each in call.roles if hasattr(company, each)))) as caller:
            for what, arguments in islice(odd(call), shift % every, None, every):
                answer = made(caller, call, place, arguments)
                assert answer.status_code < 500, f"{call.name}, {what}: {answer.status_code} {answer.text[:200]}"
                asked += 1
    print(f"{asked} calls")
    assert asked > (500 if long else 100)
    # And no view is stopped by what was taken in
    with projector.connection() as connection:
        names = [tuple(row) for row in connection.execute("SELECT name, version FROM antiphon.followers").fetchall()]
    wait_until_followed(projector, names, executor.log.position(), 60)
    with projector.connection() as connection:
        assert connection.execute("SELECT follower, error FROM antiphon.parked").fetchall() == []


def made(caller: httpx.Client, call: Call, place: Place, arguments: dict[str, Any]) -> httpx.Response:
    """The answer; the names in the call are those of what there is."""
    id = place.id(call)
    query: dict[str, Any] = {  # Any: a parameter has one value, or several
        name: value if isinstance(value, list) else place.names.get(value, value)
        for name, value in arguments["params"].items()
    }
    body = arguments.get("json")
    return Call(call.name, call.method, call.path, call.roles, body, query, call.pages).made(caller, id, place.names)


@pytest.mark.parametrize("by", ["day", "week", "month", "quarter", "whole"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "UTC"])
def test_periods_are_of_this_world(by: Any, zone: str) -> None:
    for begin, end in ((date.min, date(1, 3, 1)), (date(9999, 11, 30), date.max), (date.min, date.max)):
        with pytest.raises(Refusal, match="input-invalid"):
            periods(begin, end, by, zone)
    assert periods(date(1970, 1, 2), date(1970, 1, 5), by, zone)
    assert periods(date(2200, 12, 20), date(2200, 12, 31), by, zone)
