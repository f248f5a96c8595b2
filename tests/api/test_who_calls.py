"""A token is looked for in one place, its subject in the log; nothing of it is told to anybody."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog

from api.edge import access
from api.edge.access import Access, known
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.kernel.event import Actor
from domain.kernel.refusal import NotFound
from domain.staff import MoveStaff
from tests.support.forging import claims, made_up
from tests.support.open_work import erase
from tests.support.serving import OPERATOR, PLAIN, TOKENS, Company, client, token
from tests.support.waiting import wait_until


def refusals(company: Company) -> dict[str, dict[str, Any]]:
    """Requests that carry a token as it must not be carried, or one that does not hold."""
    good = token(company.agent)
    bearer = f"Bearer {good}"
    return {
        "nothing": {},
        "in the query": {"params": {"access_token": good, "token": good}},
        "in a cookie": {"headers": {"Cookie": f"token={good}; Authorization={good}"}},
        "in a header of another name": {"headers": {"X-Authorization": bearer, "Token": good}},
        "as a password": {"auth": (company.agent, good)},
        "without its scheme": {"headers": {"Authorization": good}},
        "none behind its scheme": {"headers": {"Authorization": "Bearer"}},
        "twice": {"headers": [("Authorization", bearer), ("Authorization", bearer)]},
        "two at once": {"headers": {"Authorization": f"{bearer}, {bearer}"}},
        "garbage": {"headers": {"Authorization": b"Bearer ...." + b"\xff\xfe"}},
        "alg none": {"headers": {"Authorization": f"Bearer {made_up({'alg': 'none'}, claims(sub=company.lead))}"}},
        "huge": {"headers": {"Authorization": f"Bearer {good}{'A' * 30_000}"}},
        "of nobody": {"headers": {"Authorization": f"Bearer {token('staff-0199a3f2-6b18-7b49-8f74-6e1a3d9b8c09')}"}},
        "of no kind": {"headers": {"Authorization": f"Bearer {token(company.conversation)}"}},
        "of an operator": {"headers": {"Authorization": f"Bearer {token('operator-root')}"}},
        "of an odd service": {"headers": {"Authorization": f"Bearer {token('service-' + chr(0))}"}},
    }


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that reaches the log of the process. `caplog` also hears what is switched off there: uvicorn's own lines."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(lambda record: not record.name.startswith(("httpx", "httpcore")))  # the caller's own
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def test_all_but_one_good_token_in_the_header_is_refused_alike(api: str, company: Company, logged: io.StringIO) -> None:
    with httpx.Client(base_url=api, timeout=20, verify=PLAIN) as stranger, structlog.testing.capture_logs() as told:
        for what, request in refusals(company).items():
            for method, path in (("GET", "/me"), ("GET", f"/conversations/{company.conversation}"), ("POST", "/teams")):
                # When
                answer = stranger.request(method, path, **request, json={"name": "Stock"})
                # Then
                assert answer.status_code == 401, what
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert answer.json()["code"] in ("token-missing", "token-invalid")
                # And nothing of it comes back
                assert "eyJ" not in answer.text
    # Nor is it in any log
    assert [line for line in [*logged.getvalue().splitlines(), *map(str, told)] if "eyJ" in line] == []


def test_the_scheme_is_written_as_one_likes(api: str, company: Company) -> None:
    headers = {"Authorization": f"bEARER  {token(company.agent)}"}
    with httpx.Client(base_url=api, headers=headers, verify=PLAIN) as calling:
        assert calling.get("/me").json()["id"] == company.agent


def test_roles_and_team_are_the_logs_within_two_seconds(api: str, company: Company, executor: CommandExecutor) -> None:
    # Given an agent in a team
    with client(api, company.agent) as agent:
        assert agent.get("/me").json()["team_id"] == company.team
        # When they leave it
        staffing.move(executor, MoveStaff(staff_id=company.agent, team_id=None), OPERATOR)
        # Then
        wait_until(lambda: agent.get("/me").json()["team_id"] is None, Access.KNOWN_SECONDS + 1, "the team is gone")


def test_an_erased_customer_is_nobody_within_two_seconds(api: str, company: Company, executor: CommandExecutor) -> None:
    # Given a customer who may call
    with client(api, company.customer) as customer:
        assert customer.get("/me").status_code == 200
        # When they are erased
        erase(executor, company.customer, Context(Actor(id=company.lead, kind="agent"), reason="asked for"))
        # Then
        wait_until(lambda: customer.get("/me").status_code == 401, Access.KNOWN_SECONDS + 1, "they are refused")
        assert customer.get("/me").json()["code"] == "token-invalid"


@pytest.fixture
def few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places for three callers. (A fixture, since an API that has started has its places.)"""
    monkeypatch.setattr(Access, "KNOWN", 3)


def test_no_more_callers_are_kept_in_mind_than_that(
    few_places: None, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given few places, and a count of how often somebody is looked up
    looked_up: list[str] = []

    def counted(executor: CommandExecutor, id: str) -> Actor:
        looked_up.append(id)
        return known(executor, id)

    monkeypatch.setattr(access, "known", counted)
    # When many call, one after the other, and the first once more
    for number in [*range(5), 0]:
        with client(api, f"service-{number}") as service:
            assert service.get("/me").status_code == 200
    # Then the first was forgotten
    assert looked_up == [f"service-{number}" for number in [*range(5), 0]]


def test_many_calls_of_one_caller_look_them_up_once(
    api: str, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a log that does not answer for a while
    answers = threading.Event()
    looked_up: list[str] = []

    def slow(executor: CommandExecutor, id: str) -> Actor:
        looked_up.append(id)
        wait_until(answers.is_set, 10, "the test lets it go on")
        return known(executor, id)

    monkeypatch.setattr(access, "known", slow)

    def call(_: int) -> int:
        with client(api, company.agent) as agent:
            return agent.get("/me").status_code

    # When an agent calls many times meanwhile
    with ThreadPoolExecutor(20) as threads:
        statuses = threads.map(call, range(20))
        wait_until(lambda: looked_up, 10, "somebody looks")
        answers.set()
        # Then
        assert list(statuses) == [200] * 20
    assert looked_up == [company.agent]


@pytest.mark.parametrize("subject", ["", "staff", "staff-", "service-", "service-a b", "service-" + "a" * 91, "team-1"])
def test_what_is_no_subject_is_looked_for_nowhere(subject: str, executor: CommandExecutor) -> None:
    with pytest.raises(NotFound):
        known(executor, subject)


def test_a_token_for_an_hour_says_so() -> None:
    held = TOKENS.check(TOKENS.issue("service-mail", timedelta(hours=1)))
    again = TOKENS.check(TOKENS.issue("service-mail", timedelta(hours=2)))
    assert 3590 <= again.expires_at - held.expires_at <= 3610
