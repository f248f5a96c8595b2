"""What no tool sends: every route answers it with an error that the contract tells of, and a code."""

from __future__ import annotations

from itertools import islice
from typing import Any

import httpx
import pytest

from commands.executor.executor import CommandExecutor
from tests.support.calling import Call, Place, calls
from tests.support.contract import CONTRACT
from tests.support.serving import Company, client

JSON = {"Content-Type": "application/json"}
ODD: dict[str, dict[str, Any]] = {
    "NUL in a query": {"query": "product_area=%00&team_id=team-%00&cursor=%00&limit=%00"},
    "bytes that are no text in a query": {"query": "product_area=%ff%fe&cursor=%ff&team_id=%c3%28"},
    "a percent sign alone": {"query": "product_area=%&cursor=%zz&limit=%2"},
    "a huge page": {"query": f"limit={10**100}"},
    "a page of less than nothing": {"query": "limit=-1"},
    "a cursor of brackets": {"query": "cursor=" + "W1tb" * 200},
    "a query a thousand names long": {"query": "&".join(f"a{n}=1" for n in range(1000))},
    "a huge position": {"headers": {"At-Least": str(10**100)}},
    "a position that is no number": {"headers": {"At-Least": "soon"}},
    "a huge version": {"headers": {"If-Match": f'"{10**100}"'}},
    "any version": {"headers": {"If-Match": "*"}},
    "a weak version": {"headers": {"If-Match": 'W/"1"'}},
    "an empty key": {"headers": {"Idempotency-Key": ""}},
    "a long key": {"headers": {"Idempotency-Key": "k" * 201}},
    "a key of another alphabet": {"headers": {"Idempotency-Key": "ключ".encode()}},
    "no body": {"headers": JSON, "content": b""},
    "null": {"headers": JSON, "content": b"null"},
    "a list": {"headers": JSON, "content": b"[{}]"},
    "a text": {"headers": JSON, "content": b'"a"'},
    "half a body": {"headers": JSON, "content": b'{"body": "a'},
    "brackets without end": {"headers": JSON, "content": b"[" * 100_000},
    "objects without end": {"headers": JSON, "content": b'{"a":' * 50_000},
    "a number without end": {"headers": JSON, "content": b"9" * 10_000},
    "bytes that are no text": {"headers": JSON, "content": b'{"body": "\xff\xfe"}'},
    "half a character": {"headers": JSON, "content": b'{"body": "\\ud800", "name": "\\ud800", "kind": "\\ud800"}'},
    "what JSON has no numbers for": {"headers": JSON, "content": b'{"body": NaN, "priority": Infinity}'},
    "another encoding": {"headers": JSON, "content": '{"body": "a"}'.encode("utf-16")},
    "a form": {"data": {"body": "a"}},
    "plain text": {"headers": {"Content-Type": "text/plain"}, "content": b'{"body": "a"}'},
    "a type that is none": {"headers": {"Content-Type": "/;;=\xff".encode("latin-1")}, "content": b"{}"},
    "a compressed body": {"headers": {**JSON, "Content-Encoding": "gzip"}, "content": b"\x1f\x8b\x08\x00"},
}


@pytest.mark.faults
@pytest.mark.parametrize("operation", ["reading", "changing"])
def test_what_no_tool_sends_is_answered_as_the_contract_says(
    api: str, company: Company, executor: CommandExecutor, operation: str, long: bool
) -> None:
    # Given (in the short form, each call is made in every seventh odd way, and the next call in the ways after those)
    every = 1 if long else 7
    place = Place.furnished(executor, company)
    with client(api, company.lead) as lead, client(api, company.service) as service:
        for shift, call in enumerate(calls()):
            if (call.body is None) != (operation == "reading") or call.path.endswith("/live"):
                continue
            caller = lead if "lead" in call.roles else service
            for what, odd in islice(ODD.items(), shift % every, None, every):
                # When
                answer = asked(caller, call, place, odd)
                # Then
                where = f"{call.name}, {what}: {answer.status_code} {answer.text[:200]}"
                assert answer.status_code < 500, where
                declared = CONTRACT["paths"][call.path][call.method.lower()]["responses"]
                assert str(answer.status_code) in declared, where
                if not answer.is_success:
                    assert answer.headers["Content-Type"] == "application/problem+json", where
                    assert answer.json()["code"], where


def asked(caller: httpx.Client, call: Call, place: Place, odd: dict[str, Any]) -> httpx.Response:
    """The call with something odd about it; its own body where that is not what is odd."""
    path = call.path.replace("{id}", place.id(call)) + (f"?{odd['query']}" if "query" in odd else "")
    rest = {name: value for name, value in odd.items() if name != "query"}
    if call.body is not None and not {"content", "data"} & odd.keys():
        rest["json"] = {"reason": "none", **call.body}
    return caller.request(call.method, path, **rest)


def test_an_id_that_is_none_is_answered_likewise(agent: httpx.Client) -> None:
    for id in ("%00", "conversation-%00", "%ff", "a-" + "b" * 5000, "..%2f..", "conversation-1%0a", "%"):
        answer = agent.get(f"/conversations/{id}")
        assert answer.status_code in (404, 422), id
        assert answer.json()["code"] in ("not-found", "input-invalid"), id
