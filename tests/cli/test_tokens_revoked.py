"""A single token is revoked: every API process refuses it soon, all other tokens hold, and the log says who and why."""

from __future__ import annotations

import base64
import io
from contextlib import ExitStack

import httpx
import pytest

from api.edge.revocations import Revocations
from api.live import routes as live
from commands.executor.executor import CommandExecutor
from domain.token import REVOCATIONS
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.cli.conftest import Antiphon
from tests.support.forging import claims, made_up
from tests.support.serving import PLAIN, SECRET, TOKENS, Company, served, token
from tests.support.waiting import wait_until

HS256 = {"alg": "HS256", "typ": "JWT"}


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret of the tests' API."""
    monkeypatch.setenv("ANTIPHON_TOKEN_SECRET", base64.b64encode(SECRET).decode())


def without_id(subject: str) -> str:
    """A token without a `jti`, as some issuers make them."""
    assert TOKENS.check(token(subject)).token_id
    return made_up(HS256, claims(iss="antiphon", aud="antiphon", sub=subject), SECRET)


@pytest.fixture
def company(executor: CommandExecutor) -> Company:
    """Somebody of each role."""
    return Company.founded(executor)


def status(api: str, held: str) -> int:
    """How a call with this token is answered."""
    answer = httpx.get(f"{api}/me", headers={"Authorization": f"Bearer {held}"}, verify=PLAIN)
    assert answer.is_success or answer.json()["code"] == "token-invalid"
    return answer.status_code


@pytest.mark.parametrize("named", ["by its id", "at hand", "without an id"])
def test_every_process_soon_refuses_a_token_that_was_revoked(
    named: str, antiphon: Antiphon, company: Company, executor: CommandExecutor, log: Log, database_urls: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert Revocations.KNOWN_SECONDS <= 2  # as docs/access.md says
    monkeypatch.setattr(Revocations, "KNOWN_SECONDS", 0.3)
    leaked = without_id(company.agent) if named == "without an id" else token(company.agent)
    other = without_id(company.lead) if named == "without an id" else token(company.agent)
    with ExitStack() as open_:
        apis = [open_.enter_context(served(executor, database_urls)) for _ in range(2)]
        assert [status(api, held) for api in apis for held in (leaked, other)] == [200] * 4
        # When
        if named == "by its id":
            ran = antiphon("tokens", "revoke", TOKENS.check(leaked).token_id, "--reason", "seen in a chat")
        else:
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{leaked}\n"))
            ran = antiphon("tokens", "revoke", "-", "--reason", "seen in a chat")
        assert ran.status == 0
        # Then
        wait_until(lambda: {status(api, leaked) for api in apis} == {401}, 10, "the token is refused")
        assert [status(api, other) for api in apis] == [200] * 2
    # And the log says who did it, and why, once
    (revoked,) = log.streams([REVOCATIONS])[REVOCATIONS]
    assert (revoked.envelope.reason, revoked.envelope.actor.roles) == ("seen in a chat", ("operator",))
    assert antiphon("tokens", "revoke", TOKENS.check(leaked).token_id, "--reason", "again").id == ran.id
    assert len(log.streams([REVOCATIONS])[REVOCATIONS]) == 1
    listed = antiphon("tokens", "list").out
    assert "seen in a chat" in listed
    assert (company.agent in listed) == (named != "by its id")


def test_live_streams_with_a_revoked_token_end(
    antiphon: Antiphon, company: Company, executor: CommandExecutor, database_urls: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Given
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    leaked = token(company.agent)
    with served(executor, database_urls) as api, httpx.Client(base_url=api, timeout=20, verify=PLAIN) as calling:
        bearer = {"Authorization": f"Bearer {leaked}"}
        with calling.stream("GET", "/inbox/live", headers=bearer) as stream:
            lines = stream.iter_lines()
            next(lines)
            # When
            assert antiphon("tokens", "revoke", leaked, "--reason", "seen in a chat").status == 0
            # Then
            assert any("token-invalid" in line for line in lines)


@pytest.mark.parametrize(
    ("which", "reason", "code"),
    [("a.b.c", "x", "token-invalid"), ("", "x", "input-invalid"), ("x" * 9_000, "x", "input-invalid"),
     ("id", "", "reason-missing"), ("a\x00b", "x", "input-invalid")],
)  # fmt: skip
def test_what_is_no_token_is_not_revoked(which: str, reason: str, code: str, antiphon: Antiphon, log: Log) -> None:
    before = log.position()
    ran = antiphon("tokens", "revoke", which, "--reason", reason)
    assert (ran.status, ran.out) == (2, "")
    assert f"antiphon: {code}: " in ran.err
    assert log.position() == before


def test_no_list_is_longer_than_was_asked(antiphon: Antiphon) -> None:
    assert antiphon("tokens", "list").out == "no token is revoked\n"
    for number in range(3):
        antiphon("tokens", "revoke", f"\x1b[31m{number}", "--reason", "a try")
    listed = antiphon("tokens", "list", "--limit", "2").out
    assert "\x1b" not in listed
    assert [f"m{number} " in listed for number in range(3)] == [False, True, True]
    assert "these are the last 2" in listed
