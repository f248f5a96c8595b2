"""Command handlers of staff and teams."""

from __future__ import annotations

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain import staff
from domain.kernel.refusal import Refusal
from domain.staff import STAFF, TEAM, ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff, Staff


def form_team(executor: CommandExecutor, command: FormTeam, context: Context) -> Answer:
    """Form a team; if a team has the name already, the answer is that team."""
    name = team_key(command.name)

    def work() -> UnitOfWork:
        (known,) = executor.named(name)
        if known is not None:
            team = executor.load(TEAM, known)
            return UnitOfWork(known, [Change(known, team, [])])
        events = staff.decide_team(None, command, executor.clock())
        return UnitOfWork(command.team_id, [Change(command.team_id, NOTHING, events)], [(*name, command.team_id)])

    return executor.run(context, work, body=body_of(context, command))


def join(executor: CommandExecutor, command: JoinStaff, context: Context) -> Answer:
    """Add a staff member. A handle stays its owner's: the same again finds the owner, and an owner who left comes back.

    Raises Refusal `not-found` (a team), `handle-reused` (another name, other roles or another team).
    """
    handle = handle_key(command.handle)
    content = executor.fingerprint(command.name, sorted(command.roles), command.team_id)
    joined = joined_key(command.handle, content)

    def work() -> UnitOfWork:
        known, before_so = executor.named(handle, joined)
        colleague = executor.existing(STAFF, known) if known is not None else None
        release: list[tuple[KeyKind, str]] = []
        if colleague and colleague.state.erased:  # the erasure broke off before it gave the handle back
            known, before_so, colleague, release = None, None, None, [handle, joined]
        if known is not None and colleague and not colleague.state.left:
            if executor.brings_otherwise(handle, content) and before_so is None:
                raise Refusal("handle-reused", f"{known} joined with this handle otherwise; choose another handle")
            return UnitOfWork(known, [Change(known, colleague, [])])
        before: Loaded[Staff | None] = colleague or NOTHING
        if command.team_id is not None:
            executor.existing(TEAM, command.team_id)
        id = known or command.staff_id
        joining = command.model_copy(update={"staff_id": id})
        events = staff.decide_staff(before.state, joining, executor.clock())
        free = [name for name, holder in ((handle, known), (joined, before_so)) if holder is None]
        unique_keys = [(*name, id) for name in free]
        contents = {handle: content}
        return UnitOfWork(id, [Change(id, before, events)], unique_keys, subject=id, contents=contents, release=release)

    return executor.run(context, work, body=body_of(context, command))


def move(executor: CommandExecutor, command: MoveStaff, context: Context) -> Answer:
    """Move a staff member to another team. Raises Refusal `not-found` (the person, or the team), `staff-left`."""
    return _act(executor, command, context, command.team_id)


def change_roles(executor: CommandExecutor, command: ChangeRoles, context: Context) -> Answer:
    """Set all roles of a staff member. Raises Refusal `not-found`, `staff-left`."""
    return _act(executor, command, context)


def leave(executor: CommandExecutor, command: LeaveStaff, context: Context) -> Answer:
    """Record that a staff member left: the API knows the person no longer, and no assignment goes to them. Their
    conversations stay theirs until given back (`commands/staff/leaving.py`). Raises Refusal `not-found`."""
    return _act(executor, command, context)


def _act(
    executor: CommandExecutor,
    command: MoveStaff | ChangeRoles | LeaveStaff,
    context: Context,
    team_id: str | None = None,
) -> Answer:
    def work() -> UnitOfWork:
        before = executor.existing(STAFF, command.staff_id)
        if team_id is not None:
            executor.existing(TEAM, team_id)
        events = staff.decide_staff(before.state, command, executor.clock())
        return UnitOfWork(command.staff_id, [Change(command.staff_id, before, events)], subject=command.staff_id)

    return executor.run(context, work, body=body_of(context, command))


def staff_id(executor: CommandExecutor, handle: str) -> str | None:
    """The id of the staff member with this handle, if any."""
    return executor.find(*handle_key(handle))


def team_id(executor: CommandExecutor, name: str) -> str | None:
    """The id of the team with this name, if any."""
    return executor.find(*team_key(name))


def handle_key(handle: str) -> tuple[KeyKind, str]:
    """The unique key of a staff member's handle."""
    return "staff-handle", handle.casefold()


def joined_key(handle: str, content: bytes) -> tuple[KeyKind, str]:
    """The unique key of who joined with this handle and this content: name, roles and team."""
    return "staff-joined", f"{handle_key(handle)[1]}\x00{content.hex()}"


def team_key(name: str) -> tuple[KeyKind, str]:
    """The unique key of a team's name."""
    return "team-name", name.casefold()
