"""Where a route says that it refuses what was erased, merged or changed, it does, and nowhere else: made from the
contract, so that no route is missed. What else a route declares is looked for where the rule is tested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from api.contract.openapi import operations
from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote
from tests.support.calling import Call, Place, calls
from tests.support.companies import AGENT
from tests.support.contract import CONTRACT
from tests.support.open_work import erase
from tests.support.serving import Company, client


def declaring(code: str) -> set[str]:
    """The operations that say they answer it."""
    answers = CONTRACT["components"]["responses"]
    return {
        operation["operationId"]
        for operation in operations(CONTRACT)
        for answer in operation["responses"].values()
        if code in answers.get(answer.get("$ref", "").rpartition("/")[2], {}).get("x-codes", ())
    }


@pytest.fixture
def place(api: str, company: Company, executor: CommandExecutor) -> Place:
    """Where every call can be made."""
    return Place.furnished(executor, company)


@dataclass(frozen=True)
class Prepared:
    """A call, what it is made on, and what its example's names stand for."""

    call: Call
    id: str
    names: Mapping[str, str]


def prepared(place: Place) -> Iterator[Prepared]:
    """Every command there is, so that it could be done."""
    for number, call in enumerate(calls()):
        if call.body is not None:
            id = place.id(call)
            # An order whose number is known would be found, and not be placed.
            yield Prepared(call, id, place.names | {"K-2291": f"K-{number}"})


def refusing(api: str, place: Place, code: str, which: Iterable[Prepared], **headers: str) -> set[str]:
    """The operations that answer it."""
    found = set()
    for each in which:
        role = "service" if "service" in each.call.roles else each.call.roles[0]
        with client(api, getattr(place.company, role)) as caller:
            caller.headers.update(headers)
            answer = each.call.made(caller, each.id, each.names)
        if not answer.is_success and answer.json()["code"] == code:
            found.add(each.call.name)
    return found


def test_a_stale_if_match_is_refused_by_every_route_that_takes_one(
    api: str, place: Place, executor: CommandExecutor
) -> None:
    # Given conversations to which something happened after it was looked at them
    which = list(prepared(place))
    for id in {each.id for each in which if each.call.kind == "conversation"}:
        conversations.act(executor, id, AddNote(body="Seen", again=True), AGENT)
    # Then
    stale = {"If-Match": '"1"'}
    assert refusing(api, place, "version-changed", which, **stale) == declaring("version-changed")


def test_what_was_merged_into_another_refuses_what_is_about_it_alone(api: str, place: Place) -> None:
    # Given
    to_ask = [each for each in prepared(place) if each.call.kind == "conversation"]
    which = [replace(each, id=place.merged_conversation()) for each in to_ask]
    # Then
    assert refusing(api, place, "conversation-merged", which) == declaring("conversation-merged")


def test_what_was_erased_refuses_whatever_would_be_said_of_it(
    api: str, place: Place, executor: CommandExecutor
) -> None:
    # Given somebody who was forgotten, after all was there that could be asked of what is theirs
    which = list(prepared(place))
    theirs = [each.id for each in which if each.call.name in ("remove_contact_point", "hold_customer")]
    theirs += [executor.read(each.id).state.customer_id for each in which if each.call.name == "hold_conversation"]
    for id in (place.company.customer, *theirs):
        erase(executor, id, AGENT)
    # Then; but where a later contact is a new customer, it comes only to who writes in that very moment
    amid = {"deliver", "register", "open_my_conversation"}
    # and of files (tests/commands/test_content.py)
    of_files = {call.name for call in calls() if call.path.endswith(("/content", "/mail-html"))}
    assert refusing(api, place, "customer-erased", which) == declaring("customer-erased") - amid - of_files
