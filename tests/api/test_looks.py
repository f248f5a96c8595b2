"""Who is shown data of people is recorded before the answer leaves; where that cannot be done, no answer leaves."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.customer import MergeCustomer, SeparateCustomer
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import connect
from tests.support.companies import AGENT
from tests.support.serving import Company, client
from tests.support.waiting import wait_until


def looks(urls: Urls) -> list[tuple[Any, ...]]:
    """Who looked, by which route, at what, at whose data, in the order in which they did."""
    with connect(urls.database_url, "auditor") as connection:
        query = "SELECT actor_id, route, about, subjects, ended FROM antiphon.looks ORDER BY id"
        return connection.execute(query).fetchall()


def test_each_look_at_a_person_is_recorded(
    api: str, agent: httpx.Client, company: Company, log: Log, database_urls: Urls
) -> None:
    # Given
    agent.headers["At-Least"] = str(log.position())
    path = f"/conversations/{company.conversation}"
    # When
    for each in (path, f"/customers/{company.customer}", "/inbox", "/staff"):
        assert agent.get(each).status_code == 200
    del agent.headers["At-Least"]
    assert agent.get(f"{path}/history").status_code == 200  # the fast path
    # Then
    whose = [company.customer]
    assert looks(database_urls) == [
        (company.agent, "/conversations/{id}", company.conversation, whose, False),
        (company.agent, "/customers/{id}", company.customer, whose, False),
        (company.agent, "/inbox", None, whose, False),
        (company.agent, "/conversations/{id}/history", company.conversation, whose, False),
    ]


def test_customers_and_refused_callers_leave_no_look(
    api: str, agent: httpx.Client, company: Company, log: Log, database_urls: Urls
) -> None:
    with client(api, company.customer) as customer, client(api, company.design) as designer:
        customer.headers["At-Least"] = str(log.position())
        assert customer.get(f"/me/conversations/{company.conversation}").status_code == 200
        assert designer.get(f"/conversations/{company.conversation}").status_code == 403
    assert agent.get("/conversations/conversation-nobody").status_code == 404
    assert looks(database_urls) == []


def test_a_live_stream_is_a_look_from_its_beginning_to_its_end(
    api: str, agent: httpx.Client, company: Company, log: Log, database_urls: Urls
) -> None:
    # When
    path = f"/conversations/{company.conversation}/live"
    with agent.stream("GET", path, headers={"At-Least": str(log.position())}) as stream:
        lines = stream.iter_lines()
        next(lines)
        (began,) = looks(database_urls)
    # Then
    assert began == (company.agent, "/conversations/{id}/live", company.conversation, [company.customer], False)
    wait_until(lambda: len(looks(database_urls)) == 2, 30, "the end of the stream is recorded")
    assert looks(database_urls)[1][3:] == ([], True)


@pytest.mark.parametrize("at_least", [{}, {"At-Least": "1"}], ids=["fast path", "usual path"])
def test_the_purpose_of_a_look_is_kept_and_shown_to_the_customer(
    api: str, agent: httpx.Client, company: Company, log: Log, at_least: dict[str, str]
) -> None:
    # Given
    path = f"/conversations/{company.conversation}/history"
    assert agent.get(path, headers={"At-Least": str(log.position())}).status_code == 200
    # When
    assert agent.get(path, headers={"Look-Purpose": "complaint-2026", **at_least}).status_code == 200
    for wrong in ("to see what Ada said", "Complaint", "x" * 41, ""):
        refused = agent.get(path, headers={"Look-Purpose": wrong, **at_least})
        assert (refused.status_code, refused.json()["code"]) == (422, "input-invalid")
    twice = agent.get(path, headers=[("Look-Purpose", "one"), ("Look-Purpose", "two"), *at_least.items()])
    assert (twice.status_code, twice.json()["code"]) == (422, "input-invalid")
    # Then
    with client(api, company.customer) as customer:
        found = customer.get("/me/looks").json()["looks"]
    assert [(each["purpose"], each["live"], each["until"]) for each in found] == [
        ("complaint-2026", False, None),
        (None, False, None),
    ]


def test_a_customer_sees_from_when_to_when_a_live_page_was_open(
    api: str, agent: httpx.Client, company: Company, log: Log, database_urls: Urls
) -> None:
    # When
    headers = {"At-Least": str(log.position()), "Look-Purpose": "complaint"}
    with agent.stream("GET", f"/conversations/{company.conversation}/live", headers=headers) as stream:
        lines = stream.iter_lines()  # kept: the stream ends with it
        next(lines)
        with client(api, company.customer) as customer:
            (open_,) = customer.get("/me/looks").json()["looks"]
    wait_until(lambda: len(looks(database_urls)) == 2, 30, "the end of the stream is recorded")
    with client(api, company.customer) as customer:
        (closed,) = customer.get("/me/looks").json()["looks"]
    # Then
    assert (open_["purpose"], open_["live"], open_["until"]) == ("complaint", True, None)
    assert closed["at"] == open_["at"]
    assert closed["until"] > closed["at"]


def test_what_cannot_be_recorded_is_not_shown(
    api: str, agent: httpx.Client, company: Company, log: Log, database_urls: Urls
) -> None:
    # Given
    path, then = f"/conversations/{company.conversation}", {"At-Least": str(log.position())}
    assert agent.get(path, headers=then).status_code == 200
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("REVOKE INSERT ON antiphon.looks FROM antiphon_appender")
    # When
    refused = agent.get(path, headers=then)
    # Then
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert "Retry-After" in refused.headers
    assert agent.get("/staff").status_code == 200
    with pytest.raises(httpx.HTTPStatusError):
        refused.raise_for_status()
    # When
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("GRANT INSERT ON antiphon.looks TO antiphon_appender")
    # Then
    assert agent.get(path, headers=then).status_code == 200


def test_a_customer_sees_who_of_the_company_looked(
    api: str, agent: httpx.Client, company: Company, log: Log, database_urls: Urls
) -> None:
    # Given
    agent.headers["At-Least"] = str(log.position())
    for path in (f"/conversations/{company.conversation}", f"/customers/{company.customer}"):
        assert agent.get(path).status_code == 200
    with client(api, company.customer) as customer:
        # When
        page = customer.get("/me/looks", params={"limit": 1}).json()
        rest = customer.get("/me/looks", params={"limit": 5, "cursor": page["cursor"]}).json()
        # Then
        assert [(each["roles"], each["what"]) for each in (*page["looks"], *rest["looks"])] == [
            (["agent"], "customers"),
            (["agent"], "conversations"),
        ]
        assert rest["cursor"] is None
        assert customer.get("/me/looks", params={"cursor": "x"}).json()["code"] == "cursor-invalid"


def test_looks_at_a_former_record_are_shown_to_the_merged_person(
    api: str, agent: httpx.Client, company: Company, executor: CommandExecutor, log: Log
) -> None:
    # Given a look at a record before it was merged into the customer's
    former = customers.register(executor, [ContactPoint("mail", "former@example.org")], AGENT).id
    agent.headers["At-Least"] = str(log.position())
    assert agent.get(f"/customers/{former}").status_code == 200
    with client(api, company.customer) as customer:
        assert customer.get("/me/looks").json()["looks"] == []
        # When
        customers.act(executor, MergeCustomer(customer_id=former, into=company.customer), AGENT)
        # Then
        assert [each["what"] for each in customer.get("/me/looks").json()["looks"]] == ["customers"]
        # When the merge is undone
        customers.act(executor, SeparateCustomer(customer_id=former), AGENT)
        # Then
        assert customer.get("/me/looks").json()["looks"] == []
