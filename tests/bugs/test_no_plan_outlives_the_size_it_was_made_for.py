"""What every command looks up is planned for the tables as they are: a plan kept from when they were small read all of
them, and took four fifths of the speed."""

from __future__ import annotations

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail


def test_no_look_up_of_a_command_is_kept_as_a_plan(executor: CommandExecutor) -> None:
    # Given more commands than it takes until a plan is kept
    for number in range(20):
        deliver(executor, mail(number), GATEWAY)
    # Then the only plan that is kept is that of the way in, which plans inside for any size
    for database in (executor.log.database, executor.log.vault.database):
        assert [each for each in kept(database) if "antiphon.append(" not in each] == []


def kept(database: Database) -> list[str]:
    """The statements for which a connection of the pool keeps a plan, but for the vault's making of keys."""
    with database.connection() as connection:
        found = connection.execute("SELECT statement FROM pg_prepared_statements").fetchall()
    return [statement for (statement,) in found if " ANY (" in statement]
