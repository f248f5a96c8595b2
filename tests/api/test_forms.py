"""What the contract gives a form is taken in that form alone: at what stands for it elsewhere, such as "yes" or a
number of seconds, nobody guesses. Made from the contract, so that no field is missed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.api.test_naughty_strings import members, resolved
from tests.support.calling import Call, Place, calls
from tests.support.contract import CONTRACT
from tests.support.serving import Company, client

ELSEWHERE: dict[str, list[Any]] = {
    "boolean": ["yes", "true", 1, 0],
    "integer": ["3", 3.5, True],
    "number": ["three", True],
    "date or date-time": [
        1_900_000_000, 1_900_000_000.5, "1900000000", "tomorrow", "2030-01-01T00:00:00", "2030-01-01 00:00",
    ],
    "date": [1_900_000_000, "1900000000", True],
    "duration": [3600, "3600", "01:00:00", "P15M", "P1Y", "PT0.4S"],
}  # fmt: skip
"""By a form: what stands for such a value in other places."""

At = tuple[str | int, ...]


def formed(schema: Any, at: At = (), *, of_any_type: bool = False) -> Iterator[tuple[At, str, bool]]:
    """Where a body has something of these forms, and whether it is a fact, which another type does not refuse; of
    lists, in the first item."""
    of_any_type = of_any_type or schema.get("x-of-any-type", False)
    if {"date", "date-time"} <= {choice.get("format") for choice in schema.get("anyOf", ())}:
        yield at, "date or date-time", of_any_type
        return
    schema = resolved(schema)
    match schema.get("type"):
        case "object":
            for name, each in members(schema):
                yield from formed(each, (*at, name), of_any_type=of_any_type)
        case "array":
            yield from formed(schema["items"], (*at, 0), of_any_type=of_any_type)
        case kind:
            form = schema.get("format", kind)
            if form in ELSEWHERE:
                yield at, form, of_any_type


def with_value(body: Any, at: At, value: Any) -> Any:
    """The body with this value there, and what is around it."""
    found = dict(body)
    place: Any = found
    for part, further in pairwise(at):
        # Items keep what else they have: whoever leaves that out is told of it first.
        first = place[part][:1] if part in place and isinstance(place[part], list) else [None]
        place[part] = first if further == 0 else dict(place[part] or {}) if isinstance(part, int) else {}
        place = place[part]
    place[at[-1]] = value
    return found


OF_AN_ORDER = (
    "place_order", "ship_order", "deliver_order", "check_delivery", "cancel_order", "return_order",
)  # fmt: skip
"""Calls by which people type what order systems tell, too: those are refused there."""


def values(call: Call, form: str, *, of_any_type: bool) -> list[Any]:
    """What is refused in place of this form: of a fact, nothing but a time that is written otherwise."""
    if not of_any_type or call.name in OF_AN_ORDER:
        return ELSEWHERE[form]
    return [each for each in ELSEWHERE[form] if isinstance(each, str)] if form == "date or date-time" else []


def is_written(call: Call, at: At) -> bool:
    """Whether the field is one of a table, of which the words of a file are taken, too: `true` as well as true."""
    return call.name in ("publish_table", "try_version") and at[-1] == "optional"


CASES = [
    (call, at, form, values(call, form, of_any_type=of_any_type))
    for call in calls()
    if call.body is not None
    for at, form, of_any_type in formed(
        CONTRACT["paths"][call.path][call.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    )
    if not is_written(call, at)
]


@pytest.fixture
def place(company: Company, executor: Any) -> Place:
    """Where every call can be made."""
    return Place.furnished(executor, company)


def caller_of(api: str, place: Place, call: Call) -> httpx.Client:
    """Somebody who may call it."""
    return client(api, getattr(place.company, call.roles[0]))


def test_a_value_of_another_form_is_refused_in_each_field(api: str, place: Place) -> None:
    assert {form for _, _, form, refused in CASES if refused} == ELSEWHERE.keys()
    taken = []
    for call, at, _, refused in CASES:
        with caller_of(api, place, call) as caller:
            for value in refused:
                body = with_value(call.body, at, value)
                answer = caller.request(call.method, call.path.replace("{id}", place.id(call)), json=body)
                named = ".".join(map(str, at[-2:]))
                if answer.json().get("code") != "input-invalid" or named not in answer.json()["detail"]:
                    taken.append((call.name, at, value, answer.text))
    assert taken == []


def test_a_time_in_a_query_is_written_as_one(api: str, company: Company) -> None:
    clocks = f"/conversations/{company.conversation}/clocks"
    with client(api, company.agent) as agent:
        for path, name in ((clocks, "as_of"), (clocks, "known_at"), ("/promises", "before")):
            assert agent.get(path, params={name: "2030-01-01T00:00:00Z"}).status_code == 200
            for value in ("1900000000", "1", "2030-01-01", "2030-01-01T00:00:00"):
                answer = agent.get(path, params={name: value})
                assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), (path, name, value)


def test_a_name_that_no_query_of_the_route_has_is_refused(api: str, place: Place) -> None:
    for call in calls():
        with caller_of(api, place, call) as caller:
            path = call.path.replace("{id}", place.id(call))
            query = {**call.query, "ordre": "due"}
            answer = caller.request(call.method, path, params=query, json=call.body)
        assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), call.name
        assert "ordre" in answer.json()["detail"]
