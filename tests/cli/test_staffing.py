"""Who answers, on the command line: roles, and who leaves."""

from __future__ import annotations

import pytest

from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.cli.conftest import Antiphon


@pytest.fixture
def id(antiphon: Antiphon) -> str:
    """A conversation that Mia of the one team has."""
    antiphon("team", "Orders")
    antiphon("join", "mia", "Mia Sandberg", "--team", "Orders")
    id = antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org").id
    antiphon("assign", id, "--team", "Orders", "--to", "mia")
    return id


def test_roles_are_given_and_taken(antiphon: Antiphon, executor: CommandExecutor, log: Log, id: str) -> None:
    # When
    ran = antiphon("roles", "mia", "agent", "lead")
    # Then
    assert (ran.status, ran.err, ran.position) == (0, "", log.position())
    assert executor.read(ran.id).state.roles == ("agent", "lead")
    assert antiphon("roles", "MIA", "lead", "agent").position == ran.position == log.position()
    for refused, code in ((["mia", "king"], "input-invalid"), (["eve", "lead"], "staff-unknown")):
        ran = antiphon("roles", *refused)
        assert ran.status == 2
        assert f"antiphon: {code}: " in ran.err


def test_who_leaves_acts_no_more_and_what_they_had_is_nobodys(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, id: str
) -> None:
    # When
    left = antiphon("leave", "mia", "--reason", "retired")
    # Then
    assert (left.status, left.err) == (0, "")
    state = executor.read(id).state
    assert (state.team_id is not None, state.agent_id) == (True, None)
    end = log.position()
    for verb in (
        ["reply", id, "Yes", "--as", "mia"], ["assign", id, "--to", "mia"], ["hand-over", id, "Orders", "--to", "mia"],
        ["token", "mia"],
    ):  # fmt: skip
        ran = antiphon(*verb)
        assert ran.status == 2
        assert "antiphon: staff-unknown: mia left; " in ran.err
    assert "staff-left" in antiphon("roles", "mia", "lead").err
    # And again nothing happens
    again = antiphon("leave", "mia")
    assert (again.id, again.position, log.position()) == (left.id, left.position, end)
    # And old lines have their name, and they are found by it
    assert "Mia Sandberg" in antiphon("show", id).out
    assert id not in antiphon("inbox", "--agent", "mia").out
    # When they come back
    assert antiphon("join", "mia", "Mia Sandberg", "--team", "Orders").id == left.id
    # Then
    assert antiphon("reply", id, "Yes", "--as", "mia").status == 0


def test_who_left_can_be_erased(antiphon: Antiphon, executor: CommandExecutor, id: str) -> None:
    # Given
    mia = executor.read(id).state.agent_id or ""
    assert "antiphon: staff-not-left: " in antiphon("erase", mia, "--reason", "case 1").err
    antiphon("leave", "mia")
    # When
    ran = antiphon("erase", mia, "--reason", "case 1")
    # Then
    assert (ran.status, ran.err, ran.id) == (0, "", mia)
    assert "Sandberg" not in antiphon("show", id).out
    assert "antiphon: staff-unknown: " in antiphon("token", "mia").err
    assert antiphon("join", "mia", "Mia Svensson").id != mia
