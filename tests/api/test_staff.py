"""Roles and departures over HTTP: what changes, changes within two seconds, and nobody's work waits for who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from api.edge.access import Access
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import Assign
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.serving import Company, client
from tests.support.waiting import wait_until

SOON = Access.KNOWN_SECONDS + 1


@pytest.fixture
def lead(api: str, company: Company) -> Iterator[httpx.Client]:
    """The lead's tool."""
    with client(api, company.lead) as calling:
        yield calling


def test_who_leaves_has_no_access_in_two_seconds_and_has_it_when_back(
    lead: httpx.Client, agent: httpx.Client, company: Company
) -> None:
    # Given an agent who calls
    assert agent.get("/inbox").status_code == 200
    # When they leave
    path = f"/staff/{company.agent}"
    left = lead.put(f"{path}/departure", json={"reason": "retired"}).raise_for_status().json()
    # Then
    wait_until(lambda: agent.get("/inbox").status_code == 401, SOON, "they are refused")
    assert agent.get("/me").json()["code"] == "token-invalid"
    assert left["id"] == company.agent
    again = lead.put(f"{path}/departure", json={}).raise_for_status().json()
    assert again == left
    for what, body in (("team", {"team_id": None}), ("roles", {"roles": ["lead"]})):
        refused = lead.put(f"{path}/{what}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "staff-left")
    # When they come back, as something else
    joining = {"handle": "agent", "name": "The Agent", "roles": ["design"]}
    assert lead.post("/staff", json=joining).raise_for_status().json()["id"] == company.agent
    # Then
    wait_until(lambda: agent.get("/me").status_code == 200, SOON, "they are known")
    assert agent.get("/me").json()["roles"] == ["design"]
    assert agent.get("/inbox").status_code == 403


def test_whose_role_was_taken_is_refused(lead: httpx.Client, agent: httpx.Client, company: Company) -> None:
    # Given
    assert agent.post("/teams", json={"name": "Stock"}).status_code == 403
    # When
    path = f"/staff/{company.agent}/roles"
    given = lead.put(path, json={"roles": ["lead"]}).raise_for_status().json()
    # Then
    wait_until(lambda: agent.post("/teams", json={"name": "Stock"}).status_code == 201, SOON, "they lead")
    # When, by themselves
    assert agent.put(path, json={"roles": ["lead"]}).json() == given
    agent.put(path, json={"roles": ["design"]}).raise_for_status()
    # Then
    wait_until(lambda: agent.post("/teams", json={"name": "More"}).status_code == 403, SOON, "they do not lead")
    assert lead.put(path, json={"roles": []}).status_code == 422


def test_lists_show_who_left_and_when(lead: httpx.Client, company: Company) -> None:
    # When
    lead.put(f"/staff/{company.design}/roles", json={"roles": ["design", "agent"]}).raise_for_status()
    left = lead.put(f"/staff/{company.design}/departure", json={}).raise_for_status()
    # Then
    found = lead.get("/staff", params={"team_id": company.team}, headers={"At-Least": left.headers["Position"]}).json()
    by_id = {each["id"]: each for each in found["staff"]}
    assert by_id[company.agent]["left_at"] is None
    shown = by_id[company.design]
    assert (shown["name"], shown["roles"], shown["team_id"]) == ("The design", ["design", "agent"], company.team)
    assert shown["left_at"].endswith("+00:00")


def test_nothing_is_given_to_who_left(lead: httpx.Client, agent: httpx.Client, company: Company) -> None:
    # Given
    lead.put(f"/staff/{company.design}/departure", json={}).raise_for_status()
    path = f"/conversations/{company.conversation}"
    # When
    answers = [
        agent.put(f"{path}/assignee", json={"team_id": company.team, "agent_id": company.design}),
        agent.post(f"{path}/hand-overs", json={"team_id": company.team, "agent_id": company.design}),
    ]
    # Then
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "not-found")] * 2


def test_what_they_had_goes_back_to_its_team_however_much_it_is(
    lead: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    # Given more than a page
    def begun(number: int) -> str:
        id = deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY).id
        conversations.act(executor, id, Assign(team_id=company.team, agent_id=company.agent), AGENT)
        return id

    with ThreadPoolExecutor(32) as threads:
        ids = list(threads.map(begun, range(100, 620)))
    # When
    left = lead.put(f"/staff/{company.agent}/departure", json={"reason": "retired"})
    # Then
    assert left.status_code == 200, left.text
    states = [executor.read(id).state for id in ids]
    assert {(state.team_id, state.agent_id) for state in states} == {(company.team, None)}
    # And it was the lead who gave it back, for that reason
    line = lead.get(f"/conversations/{ids[0]}", headers={"At-Least": str(executor.read(ids[0]).position)}).json()
    assert [(each["author_id"], each["reason"]) for each in line["lines"]][-1] == (company.lead, "retired")


def test_nobody_is_given_the_role_of_a_service(api: str, company: Company) -> None:
    # What speaks for customers is no colleague: their words would be anybody's.
    with client(api, company.lead) as lead:
        joining = lead.post("/staff", json={"handle": "odd", "name": "Odd", "roles": ["service"]})
        changing = lead.put(f"/staff/{company.agent}/roles", json={"roles": ["agent", "service"]})
    assert [(each.status_code, each.json()["code"]) for each in (joining, changing)] == [(422, "input-invalid")] * 2
