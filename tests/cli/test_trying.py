"""What `run` shows on a terminal: words of the sample only, and no token."""

from __future__ import annotations

import base64

import pytest

from cli.verbs.run import trying
from cli.verbs.run.sample import SAMPLE
from cli.wiring import composition as wiring
from commands.conversation.handlers import act
from commands.executor.executor import CommandExecutor
from consumers.imports.sample import conversations
from domain.conversation.commands import Assign
from infra.log.application import Log
from infra.postgres.database import Database
from tests.cli.conftest import Antiphon
from tests.support.following import catch_up
from tests.support.serving import OPERATOR, SECRET, Company


def test_no_token_is_shown_where_the_database_and_its_secret_are_shared(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, projector: Database,
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    # Given
    company = Company.founded(executor)
    act(executor, company.conversation, Assign(team_id=company.team), OPERATOR)
    catch_up(log, projector)
    monkeypatch.setenv("ANTIPHON_TOKEN_SECRET", base64.b64encode(SECRET).decode())
    # When
    with wiring.antiphon() as parts:
        trying.show(parts, {company.conversation})
    # Then
    shown = capfd.readouterr().out
    assert f"reply {company.conversation}" in shown
    assert "--as" in shown, "there is somebody whom a token could be for"
    assert "TOKEN" not in shown


def test_what_real_customers_said_is_not_shown(
    antiphon: Antiphon, log: Log, projector: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    # Given
    antiphon("import", "sample", str(SAMPLE))
    opened = antiphon(
        "open", "complaint", "marker-quince leaks", "--from", "ada@example.org", "--subject", "marker-pear"
    ).id
    catch_up(log, projector)
    with wiring.antiphon() as parts, SAMPLE.open("rb") as sample:
        nobodys = conversations(sample, parts.executor)
        # When
        trying.show(parts, nobodys)
        shown = capfd.readouterr().out
        trying.show(parts, [])
        without_a_sample = capfd.readouterr().out
    # Then
    assert "Greta Lindqvist" in shown
    assert len(nobodys) == SAMPLE.read_text().count("\n[[conversation]]")
    assert opened not in nobodys
    for out in (shown, without_a_sample):
        assert not [word for word in ("marker-quince", "marker-pear", "ada@example.org", opened) if word in out]
    assert " inbox\n" in without_a_sample
    assert not [verb for verb in ("reply", "erase", "sla put") if verb in without_a_sample], "nothing that changes them"
