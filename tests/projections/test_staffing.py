"""Names behind ids: who works here, in which team, as of the last move."""

from __future__ import annotations

from dataclasses import replace

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as commands
from domain.kernel.event import Actor
from domain.staff import ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.rebuild import Rebuild
from projections import staff as staffing
from projections.staff import STAFFING
from tests.support.following import catch_up, in_memory, rows

OPERATOR = Context(Actor(id="operator-1", kind="agent"))


def test_staff_and_teams_are_known_by_their_ids_and_a_move_shows(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    orders, workshop = (
        commands.form_team(executor, FormTeam(name=name), OPERATOR).id for name in ("Orders", "Workshop")
    )
    joining = JoinStaff(handle="mia", name="Mia Sandberg", team_id=orders)
    mia = commands.join(executor, joining, OPERATOR).id
    # When
    commands.move(executor, MoveStaff(staff_id=mia, team_id=workshop), OPERATOR)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        found = staffing.by_id(connection, [orders, mia, "staff-unknown"])
        assert [each.handle for each in staffing.of_team(connection, workshop)] == ["mia"]
        assert list(staffing.of_team(connection, orders)) == []
        assert [each.id for each in staffing.of_team(connection)] == [mia]
    assert (found[orders].name, found[orders].handle) == ("Orders", None)
    assert (found[mia].name, found[mia].team_id, found[mia].roles) == ("Mia Sandberg", workshop, ("agent",))
    assert found.keys() == {orders, mia}
    # When they may do more, and leave
    commands.change_roles(executor, ChangeRoles(staff_id=mia, roles=("agent", "lead")), OPERATOR)
    commands.leave(executor, LeaveStaff(staff_id=mia), OPERATOR)
    catch_up(log, projector)
    # Then they are known as before, and since when they are gone
    left = log.streams([mia])[mia][-1]
    with projector.connection() as connection:
        (found_mia,) = staffing.of_team(connection, workshop)
    gone = replace(found[mia], roles=("agent", "lead"), left_at=left.at)
    assert found_mia == gone
    assert found[mia].left_at is None
    # When they come back
    commands.join(executor, JoinStaff(handle="mia", name="Mia S"), OPERATOR)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        (back,) = staffing.of_team(connection)
    assert back == replace(gone, name="Mia S", team_id=None, roles=("agent",), left_at=None)
    # And
    assert rows(projector, STAFFING) == in_memory(log, STAFFING)
    assert Rebuild(log, projector, database_urls.database_url, STAFFING).verify().differing == 0
