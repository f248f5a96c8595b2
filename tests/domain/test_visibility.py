"""Which teams' conversations a caller sees: by role, by team, and by the table that is in force."""

from __future__ import annotations

from typing import Any

import pytest

from domain.decision_table.table import DecisionTable, read_table
from domain.decision_table.written import TableWritten
from domain.kernel.event import Actor, ActorKind
from domain.visibility import is_open, teams_seen


def table(*rules: tuple[str, str], hit_policy: str = "first", **more: Any) -> DecisionTable:
    written = {
        "hit_policy": hit_policy,
        "inputs": [{"name": "team", "type": "string"}],
        "outputs": [{"name": "seen_by", "type": "string"}],
        "rules": [{"when": {"team": when}, "then": {"seen_by": then}} for when, then in rules],
    }
    return read_table(TableWritten.model_validate(written | more))


@pytest.mark.parametrize(
    ("rules", "more", "is_seen"),
    [
        ([('"Legal"', '"team"')], {"otherwise": {"seen_by": '"staff"'}}, {"Legal": False, "Care": True}),
        ([('"Care"', '"staff"')], {}, {"Legal": False, "Care": True}),
        ([('"Legal"', '"nobody"')], {}, {"Legal": False}),
        ([('"Care"', '"staff"'), ('"Care"', '"team"')], {"hit_policy": "unique"}, {"Care": False}),
        ([('"Care"', '"staff"'), ('"Care"', '"staff"')], {"hit_policy": "collect"}, {"Care": False}),
        (
            [('"Care"', '"staff"')],
            {"inputs": [{"name": "team", "type": "string", "values": '"Care"'}]},
            {"Care": True, "Legal": False},
        ),
    ],
)  # fmt: skip
def test_where_a_table_does_not_say_staff_only_members_see(
    rules: list[tuple[str, str]], more: dict[str, Any], is_seen: dict[str, bool]
) -> None:
    read = table(*rules, **more)
    assert {team: is_open(read, team) for team in is_seen} == is_seen


def test_a_table_of_another_form_opens_no_team() -> None:
    other = table(("-", '"staff"'), outputs=[{"name": "seen", "type": "string"}], rules=[{"then": {"seen": '"staff"'}}])
    asked = table(
        inputs=[{"name": "size", "type": "number"}], rules=[{"when": {"size": "> 1"}, "then": {"seen_by": '"staff"'}}]
    )
    assert not is_open(other, "Care")
    assert not is_open(asked, "Care")


@pytest.mark.parametrize(
    ("kind", "roles", "team", "seen"),
    [
        ("agent", ("agent",), "team-a", ("team-a", "team-open")),
        ("agent", ("agent",), "team-open", ("team-open",)),
        ("agent", ("agent",), None, ("team-open",)),
        ("agent", ("design",), "team-a", ("team-a", "team-open")),
        ("agent", (), None, ("team-open",)),
        ("agent", ("agent", "lead"), "team-a", None),
        ("agent", ("auditor",), None, None),
        ("service", ("service",), None, None),
        ("customer", ("customer",), None, None),
    ],
)
def test_roles_and_teams_decide(
    kind: ActorKind, roles: tuple[str, ...], team: str | None, seen: tuple[str, ...] | None
) -> None:
    actor = Actor(id="staff-1", kind=kind, roles=roles, team=team)
    assert teams_seen(actor, {"team-open"}) == seen
    assert teams_seen(actor, None) is None


def test_where_no_team_is_open_one_sees_ones_own() -> None:
    assert teams_seen(Actor(id="staff-1", kind="agent", roles=("agent",)), set()) == ()
