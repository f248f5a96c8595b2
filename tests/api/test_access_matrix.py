"""Every route, every role, one's own and another's: made from the contract, so that no route is missed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from api.edge import access
from api.edge.access import ANYBODY, Caller
from api.server import routes
from commands.conversation import handlers as conversations
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from tests.support.calling import UNKNOWN, Call, Place, calls
from tests.support.contract import CONTRACT
from tests.support.serving import Company, client

CALLS = list(calls())
OPEN = {"/openapi.json", "/docs", "/static-offline-docs", "/livez", "/readyz", "/metrics", "/webhooks/{id}/inbound"}
"""What is for everybody, and tells of nobody; or looks at a signature by itself."""

Found = dict[tuple[str, str], str]


@pytest.fixture
def place(api: str, company: Company, executor: CommandExecutor) -> Place:
    """Where every call can be made."""
    return Place.furnished(executor, company)


def wrong(api: str, place: Place, which: Iterable[Call] = CALLS) -> Found:
    """By operation and caller: what was answered, where that is not what the contract says."""
    found: Found = {}
    with ExitStack() as open_:
        callers = {role: open_.enter_context(client(api, getattr(place.company, role))) for role in ANYBODY}
        stranger = open_.enter_context(client(api, place.stranger))
        for call in which:
            for role, caller in callers.items():
                answer = call.made(caller, place.id(call), place.names)
                if code_of(answer) != ("done" if role in call.roles else "403 forbidden"):
                    found[call.name, role] = code_of(answer)
            if call.kind:
                answer = call.made(stranger, place.id(call), place.names)
                if code_of(answer) != ("404 not-found" if "customer" in call.roles else "403 forbidden"):
                    found[call.name, "another customer"] = code_of(answer)
    return found


def code_of(answer: httpx.Response) -> str:
    """Done, or why not."""
    return "done" if answer.is_success else f"{answer.status_code} {answer.json()['code']}"


def test_every_role_may_do_what_the_contract_says_and_nothing_else(api: str, place: Place) -> None:
    assert wrong(api, place) == {}


def test_a_route_whose_roles_are_not_looked_at_is_found(
    api: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given routes for leads, at which nobody looks who comes
    looked = access.permitted

    def careless(caller: Caller, allowed: Iterable[Any]) -> None:
        if tuple(allowed) != ("lead",):
            looked(caller, allowed)

    monkeypatch.setattr(access, "permitted", careless)
    # Then each of them is found, for each role that gets through
    leads = [call for call in CALLS if call.roles == ("lead",)]
    assert leads
    others = set(ANYBODY) - {"lead"}
    assert {pair for pair in wrong(api, place, leads) if pair[1] in ANYBODY} == {
        (call.name, role) for call in leads for role in others
    }


@pytest.mark.parametrize(("room", "kind"), [(conversations, "conversation"), (customers, "customer")])
def test_a_route_that_takes_what_is_anothers_for_ones_own_is_found(
    api: str, place: Place, monkeypatch: pytest.MonkeyPatch, room: Any, kind: str
) -> None:
    # Given commands that do not ask whose it is
    asked = room.act
    monkeypatch.setattr(room, "act", lambda *args, **kwargs: asked(*args, **{**kwargs, "only_of": None}))
    # Then each that customers may call is found
    theirs = [call for call in CALLS if "customer" in call.roles and call.kind == kind and call.method != "GET"]
    assert len(theirs) > 1
    assert wrong(api, place, theirs) == {(call.name, "another customer"): "done" for call in theirs}


def test_what_is_unknown_and_what_is_anothers_answer_the_same(api: str, place: Place) -> None:
    # Given
    with client(api, place.stranger) as stranger, client(api, place.company.lead) as lead:
        for caller in (stranger, lead):
            caller.headers["Correlation-Id"] = UNKNOWN
        seen = set()
        # (The names of measures are the same for everybody, and nobody's: their hint says where they are listed.)
        for call in (each for each in CALLS if each.kind not in ("", "measure")):
            unknown = f"{call.kind}-{UNKNOWN}"
            # When ids are asked for that nobody has, and one that somebody else has
            answers = [call.made(lead, unknown, place.names)] if "lead" in call.roles else []
            if "customer" in call.roles:
                answers += [call.made(stranger, id, place.names) for id in (unknown, place.id(call))]
            # Then every byte is the same, and every header
            for answer in answers:
                assert answer.status_code == 404, call.name
                heads = {name: value for name, value in answer.headers.items() if name != "date"}
                seen.add((answer.content, tuple(sorted(heads.items()))))
        assert len(seen) == 1


def test_nobody_without_the_role_learns_what_there_is(api: str, place: Place) -> None:
    with client(api, place.company.design) as design:
        design.headers["Correlation-Id"] = UNKNOWN
        for call in (each for each in CALLS if each.kind and "design" not in each.roles):
            answers = [
                call.made(design, id, place.names) for id in (place.id(call), f"{call.kind}-{UNKNOWN}", "odd_id")
            ]
            assert {answer.status_code for answer in answers} == {403}, call.name
            assert len({answer.content for answer in answers}) == 1


def paths(routes: Iterable[Any]) -> set[str]:
    """The paths of these routes and of those within."""
    found: set[str] = set()
    for route in routes:
        found |= paths(route.original_router.routes) if hasattr(route, "original_router") else {route.path}
    return found


def test_every_path_is_in_the_contract_or_is_meant_for_everybody() -> None:
    assert paths(routes().routes) == set(CONTRACT["paths"]) | OPEN
