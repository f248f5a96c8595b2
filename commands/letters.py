"""Of whom a dead letter tells, and the letters that go with who is erased."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor


def about(executor: CommandExecutor, person_id: str) -> bytes:
    """The keyed hash by which a dead letter names a person, beside the unique keys that lead to them."""
    return executor.hashed_key("inbound-message", f"about\x00{person_id}")


def destroy(executor: CommandExecutor, *people: str) -> None:
    """Destroy the waiting dead letters that name one of these people. Before their unique keys go: by these, most
    letters are found. Raises Overloaded."""
    executor.log.destroy_letters({id: about(executor, id) for id in people})
