"""`antiphon token` makes tokens with which the API lets one in."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from api.edge.access import known
from api.edge.tokens import Tokens
from commands.executor.executor import CommandExecutor
from tests.cli.conftest import Antiphon
from tests.support.forging import Issuer

SECRET = b"a secret of these tests, 32 bytes or more"


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret that the issuer and this installation share."""
    monkeypatch.setenv("ANTIPHON_TOKEN_SECRET", base64.b64encode(SECRET).decode())


def test_a_token_for_a_colleague_by_their_handle(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    joined = antiphon("join", "eve", "Eve Adler").id
    # When
    printed = antiphon("token", "eve", "--hours", "1")
    # Then it is all that is printed, and it is theirs
    assert (printed.status, printed.err, len(printed.out.split())) == (0, "", 1)
    held = Tokens(SECRET, "antiphon", "antiphon").check(printed.out.strip())
    assert held.subject == joined
    assert known(executor, joined).roles == ("agent",)


def test_a_token_for_a_service_or_by_id(antiphon: Antiphon) -> None:
    joined = antiphon("join", "eve", "Eve Adler").id
    tokens = Tokens(SECRET, "antiphon", "antiphon")
    for who in ("service-mail", joined):
        assert tokens.check(antiphon("token", who).out.strip()).subject == who


@pytest.mark.parametrize(
    ("who", "code"),
    [("nobody", "staff-unknown"), ("customer-1", "not-found"), ("staff-1", "not-found"), ("service-a b", "not-found")],
)
def test_nobody_gets_a_token_that_would_not_hold(antiphon: Antiphon, who: str, code: str) -> None:
    ran = antiphon("token", who)
    assert (ran.status, ran.out) == (2, "")
    assert f"antiphon: {code}: " in ran.err


def test_with_published_keys_one_is_told_where_tokens_come_from(
    antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    monkeypatch.delenv("ANTIPHON_TOKEN_SECRET")
    monkeypatch.setenv("ANTIPHON_TOKEN_JWKS_FILE", str(Issuer().publish(tmp_path / "jwks.json")))
    # When
    ran = antiphon("token", "service-mail")
    # Then
    assert (ran.status, ran.out) == (2, "")
    assert "secret-not-shared" in ran.err


def test_a_key_file_that_is_not_there_is_named(
    antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ANTIPHON_TOKEN_SECRET")
    monkeypatch.setenv("ANTIPHON_TOKEN_JWKS_FILE", str(tmp_path / "absent.json"))
    ran = antiphon("token", "service-mail")
    assert ran.status == 2
    assert "token-key-missing" in ran.err
    assert "absent.json" in ran.err
