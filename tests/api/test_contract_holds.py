"""The API answers as its contract says, whatever it is sent: no fault of its own, no status, body or header undeclared.

Calls are drawn from the contract: such as fit it, and such as do not (schemathesis). Each is made on what there is.
The long form counts the calls: LEAST of them, over all operations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase

from api.contract.examples import story
from api.edge.access import ANYBODY
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.calling import Place
from tests.support.companies import opened
from tests.support.contract import CONTRACT
from tests.support.databases import Databases
from tests.support.serving import Company, served, token
from tests.support.waiting import wait_until

LONG = hypothesis.settings().max_examples > 100
EXAMPLES = 60 if LONG else 2
"""How many calls are drawn for an operation, beside those at the edges of what it takes; more in the long form."""
LEAST = 20_000
"""So many calls are made in the long form."""
STREAMS = {path for path in CONTRACT["paths"] if path.endswith("/live")}
"""These answer for as long as one listens: tests/api/test_live.py."""
OPERATIONS = [
    (path, method.upper()) for path, methods in CONTRACT["paths"].items() if path not in STREAMS for method in methods
]
DRAWN = OPERATIONS if LONG else OPERATIONS[::7]
"""Of these, calls are drawn. To build what draws them takes most of the time: in the short form, a seventh of the
operations has to do. (All are called oddly in test_odd_requests.py and test_naughty_strings.py.)"""
AT_THE_EDGES = OPERATIONS if LONG else DRAWN[::3]
"""These are called at the edges of what they take, too; finding the edges takes as long again."""
if TYPE_CHECKING:  # at run time, only where calls are drawn: the import takes seconds
    from schemathesis import Case as AnyCase

    Case = AnyCase[Any]


@dataclass
class World:
    """An API with a company behind it, and whose turn it is to call."""

    url: str
    place: Place
    database: Database
    turns: dict[str, Iterator[str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    """How many calls were made of each operation."""
    answers: Counter[int] = field(default_factory=Counter)
    """How many of the calls were answered with each status."""

    def caller(self, case: Case) -> str:
        """Those who may make this call by turns, and now and then somebody else."""
        allowed: list[str] = case.operation.definition.raw["x-roles"]
        others = [role for role in ANYBODY if role not in allowed]
        turns = self.turns.setdefault(case.operation.label, cycle([*allowed * 3, *others[:1]]))
        return str(getattr(self.place.company, next(turns)))


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    """One for all calls: what was called before is part of what there is."""
    with databases.fresh() as urls, opened(urls) as executor, pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.edge.parts.AT_LEAST_SECONDS", 0.02)  # positions that are drawn are seldom reached
        log = executor.log
        place = Place.furnished(executor, Company.founded(executor))
        projector = Database(urls.database_url, "projector")
        subscriptions = [Projector(view) for view in VIEWS]
        with (
            Host(log, projector, subscriptions, lease_seconds=5, poll_seconds=0.2),
            served(executor, urls) as url,
        ):
            yield World(url, place, projector)
        projector.close()


def on_what_there_is(case: Case, place: Place) -> None:
    """Drawn ids would never be known: where one is well-formed, it becomes one that is."""
    kinds = {
        "conversations": place.company.conversation,
        "customers": place.company.customer,
        "promises": place.names[story.PROMISE],
        "orders": place.names[story.ORDER],
    }
    drawn: Any = (case.path_parameters or {}).get("id")
    if isinstance(drawn, str) and "-" in drawn and drawn.isascii():
        known = kinds.get(case.operation.path.partition("/{id}")[0].rpartition("/")[2], place.company.agent)
        case.path_parameters["id"] = place.to_forget if case.operation.path.endswith("/erasure") else known
    if isinstance(case.body, dict) and isinstance(case.body.get("customer_id"), str):
        case.body = {**case.body, "customer_id": place.company.customer}  # not in the example itself


@cache
def operation(path: str, method: str) -> Any:
    """An operation of the contract, from which calls are drawn."""
    import schemathesis

    return schemathesis.openapi.from_dict(CONTRACT)[path][method]


def each_drawn(operation: Any, test: Callable[[Case], None], *, edges: bool) -> None:
    """Test calls of this operation: such as are drawn, and those at the `edges` of what it takes."""
    from schemathesis.checks import load_all_checks
    from schemathesis.generation.feedback import FeedbackSources
    from schemathesis.pytest._test_builder import build_operation_test

    load_all_checks()
    phases = [Phase.explicit, Phase.generate] if edges else [Phase.generate]
    drawing = hypothesis.settings(max_examples=EXAMPLES, phases=phases, suppress_health_check=list(HealthCheck))
    build_operation_test(
        config=operation.schema.config,
        operation=operation,
        test_func=drawing(test),
        given_kwargs={},
        feedback=FeedbackSources(),
    )()


@pytest.mark.faults
@pytest.mark.parametrize(("path", "method"), DRAWN)
def test_whatever_is_sent_is_answered_as_declared(path: str, method: str, world: World) -> None:
    from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

    # Rules that no schema tells refuse some calls that fit it, and where what was meant is clear ("1" for 1), some that
    # do not are taken.
    lenient: list[Any] = [positive_data_acceptance, negative_data_rejection]

    def is_answered_as_declared(case: Case) -> None:
        on_what_there_is(case, world.place)
        world.calls[case.operation.label] += 1
        answer = case.call_and_validate(
            base_url=world.url,
            headers={"Authorization": f"Bearer {token(world.caller(case))}"},
            timeout=30,
            excluded_checks=lenient,
        )
        world.answers[answer.status_code] += 1

    each_drawn(operation(path, method), is_answered_as_declared, edges=(path, method) in AT_THE_EDGES)


@pytest.mark.faults
@pytest.mark.long_only
def test_so_many_calls_were_made(world: World) -> None:
    print(f"{world.calls.total()} calls of {len(world.calls)} operations; answers by status: {dict(world.answers)}")
    assert set(world.calls) == {f"{method} {path}" for path, method in OPERATIONS}
    assert world.calls.total() >= LEAST, world.calls


def test_nothing_that_was_taken_in_is_too_much_for_a_view(world: World) -> None:
    with world.database.connection() as connection:

        def answered(query: str) -> list[Any]:
            return connection.execute(query.encode()).fetchall()

        ends = "SELECT min(position) >= (SELECT max(position) FROM antiphon.log) FROM antiphon.followers"
        wait_until(lambda: answered(ends) == [(True,)], 60, "the views have come to the end of the log")
        assert answered("SELECT follower, error FROM antiphon.parked") == []


def test_an_answer_that_is_not_declared_is_found(world: World) -> None:
    import schemathesis
    from schemathesis.core.failures import FailureGroup

    # Given a contract that tells of no 401
    contract = deepcopy(CONTRACT)
    del contract["paths"]["/me"]["get"]["responses"]["401"]
    case = schemathesis.openapi.from_dict(contract)["/me"]["GET"].Case()
    # Then a call without a token is found to be answered otherwise
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        case.call_and_validate(base_url=world.url)
