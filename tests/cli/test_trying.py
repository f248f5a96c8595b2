"""What `run` proposes to try holds no token that would let somebody in elsewhere."""

from __future__ import annotations

import base64

import pytest

from cli.verbs.run import trying
from cli.wiring import composition as wiring
from commands.conversation.handlers import act
from commands.executor.executor import Handling
from domain.conversation.commands import Assign
from infra.log.application import Log
from infra.postgres.database import Database
from tests.cli.conftest import Antiphon
from tests.support.following import catch_up
from tests.support.serving import OPERATOR, SECRET, Company


def test_no_token_is_shown_where_the_database_and_its_secret_are_shared(
    antiphon: Antiphon, handling: Handling, log: Log, projector: Database,
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    # Given
    company = Company.founded(handling)
    act(handling, company.conversation, Assign(team_id=company.team), OPERATOR)
    catch_up(log, projector)
    monkeypatch.setenv("ANTIPHON_TOKEN_SECRET", base64.b64encode(SECRET).decode())
    # When
    with wiring.antiphon() as parts:
        trying.show(parts)
    # Then
    shown = capfd.readouterr().out
    assert f"reply {company.conversation}" in shown
    assert "--as" in shown, "there is somebody whom a token could be for"
    assert "TOKEN" not in shown
