"""What would come back to somebody who left is nobody's instead, in the team it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from commands.proposal import Change
from commands.states import Loaded
from domain.conversation import CLOSED, Conversation, is_bot
from domain.conversation_commands import given_back


def returning(load: Callable[[str], Loaded], changes: Iterable[Change]) -> Iterator[Change]:
    """The same changes; where one lets a conversation wait again for somebody who left meanwhile, because it is opened
    or stands for itself again, it gives it back in the same step. (What waited as they left, `commands/leaving.py` gave
    back.)"""
    for change in changes:
        agent_id = _lets_wait_for(change)
        if agent_id is None:
            yield change
            continue
        person = load(agent_id)
        if person.state is not None and person.state.left:
            change = replace(change, events=[*change.events, *given_back(change.after().state)])
        yield change
        # The unchanged stream is among the changes, so that it is found out where the state was behind.
        yield Change(agent_id, person, [])


def _lets_wait_for(change: Change) -> str | None:
    """The person who had it, and is to see to it from this change on; None where there is none."""
    before: Conversation | None = change.before.state
    if before is None or before.agent_id is None or is_bot(before.agent_id) or _waits(before):
        return None
    after = change.after().state
    return before.agent_id if after.agent_id == before.agent_id and _waits(after) else None


def _waits(state: Conversation) -> bool:
    return state.merged_into is None and state.status not in CLOSED
