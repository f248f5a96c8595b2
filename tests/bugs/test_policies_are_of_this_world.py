"""Dates that no calendar can hold, zones that are others elsewhere and countries that are none are refused as bad
input. What will be true in thousands of years is not worked out day by day."""

from __future__ import annotations

from typing import Any

import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from tests.support.calling import Place
from tests.support.serving import Company, client, served

EDGES = ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2201-01-01"]
CALENDAR: dict[str, Any] = {"name": "new", "zone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"]}}


def test_an_edit_is_from_a_date_of_this_world(executor: CommandExecutor, database_urls: Urls) -> None:
    company = Company.founded(executor)
    names = Place.furnished(executor, company).names.values()
    policy, calendar = (next(id for id in names if id.startswith(kind)) for kind in ("policy-", "calendar-"))
    with served(executor, database_urls) as url, client(url, company.lead) as lead:
        for path in (f"/policies/{policy}", f"/calendars/{calendar}"):
            for what, name in (("edits", "effective_from"), ("corrections", "correct_from")):
                for edge in EDGES:
                    answer = lead.post(f"{path}/{what}", json={name: edge})
                    assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), (path, what, edge)


@pytest.mark.parametrize("country", ["__init__", "registry", "HolidayBase", "Germany", "NYSE", "ECB", "de"])
def test_a_country_is_one_of_iso_3166(executor: CommandExecutor, database_urls: Urls, country: str) -> None:
    company = Company.founded(executor)
    with served(executor, database_urls) as url, client(url, company.lead) as lead:
        answer = lead.post("/calendars", json={**CALENDAR, "holidays": {"country": country}})
        assert (answer.status_code, answer.json()["code"]) == (422, "holidays-unknown")
        assert lead.post("/calendars", json={**CALENDAR, "holidays": {"country": "DE"}}).status_code == 201


@pytest.mark.parametrize("zone", ["localtime", "Factory"])
def test_a_zone_is_the_same_on_every_machine(executor: CommandExecutor, database_urls: Urls, zone: str) -> None:
    company = Company.founded(executor)
    with served(executor, database_urls) as url, client(url, company.lead) as lead:
        answer = lead.post("/calendars", json={**CALENDAR, "zone": zone})
        assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")


def test_clocks_are_worked_out_for_the_next_ten_years(executor: CommandExecutor, database_urls: Urls) -> None:
    company = Company.founded(executor)
    with served(executor, database_urls) as url, client(url, company.agent) as agent:
        for as_of in ("5000-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"):
            answer = agent.get(f"/conversations/{company.conversation}/clocks", params={"as_of": as_of})
            assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), as_of
