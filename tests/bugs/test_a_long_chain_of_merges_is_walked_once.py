"""Who is one person is found in as many steps as there are merges, however long a chain they make."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from psycopg import sql

from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.customer import MergeCustomer
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from projections.customer.links import CUSTOMER_LINKS
from projections.signal import statements
from projections.signal.merged_themes import MergedThemes
from tests.support.companies import AGENT, GATEWAY
from tests.support.following import catch_up

MERGES = 12


def test_a_long_chain_of_merges_is_walked_once(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given each customer is merged into the next one
    ids = [
        customers.register(executor, [ContactPoint("handle", f"ada-{number}")], GATEWAY).id
        for number in range(MERGES + 1)
    ]
    for one, into in pairwise(ids):
        customers.act(executor, MergeCustomer(customer_id=one, into=into), AGENT)
    catch_up(log, projector, subscriptions=[Projector(CUSTOMER_LINKS)])
    # When
    found = statements.composed(f"{statements.PEOPLE} SELECT id, person FROM merged")
    given = {"zone": "UTC", **MergedThemes({}, {}).given()}
    explained = sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) ") + found
    with projector.connection() as connection:
        rows = connection.execute(found, given).fetchall()
        (((plan,),),) = connection.execute(explained, given).fetchall()
    # Then
    assert dict(rows) == dict.fromkeys(ids[:-1], ids[-1])
    assert [node["Actual Rows"] for node in nodes(plan["Plan"]) if node["Node Type"] == "Recursive Union"] == [MERGES]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:  # Any: a plan of PostgreSQL
    """All nodes of a plan."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)
