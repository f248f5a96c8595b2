"""Returning a conversation to its team when the person who has it has left, and it would wait for that person again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from commands.executor.executor import Load
from commands.executor.unit_of_work import Change
from domain.conversation.decisions import given_back
from domain.conversation.events import CLOSED
from domain.conversation.state import Conversation, is_bot
from domain.staff import STAFF


def returning(load: Load, changes: Iterable[Change], after: Mapping[str, object] | None = None) -> Iterator[Change]:
    """These changes, with additions: a change that reopens or separates a conversation also gives it back to its team,
    if the person who has it left meanwhile. `after`: the states after the changes, where their events do not say all.

    (`commands/staff/leaving.py` gives back what is open when a person leaves.)
    """
    for change in changes:
        then = change.after().state if after is None else after[change.stream_id]
        agent_id = _lets_wait_for(change.before.state, then)
        if agent_id is None:
            yield change
            continue
        person = load(STAFF, agent_id)
        if person.state is not None and person.state.left and isinstance(then, Conversation):
            change = replace(change, events=[*change.events, *given_back(then)])
        yield change
        # The person's unchanged stream is among the changes, so that an old state of it is detected.
        yield Change(agent_id, person, [])


def _lets_wait_for(before: object, after: object) -> str | None:
    """The person who has the conversation and for whom it waits again after a change; None if there is none."""
    if not isinstance(before, Conversation) or before.agent_id is None or is_bot(before.agent_id) or _waits(before):
        return None
    waits = isinstance(after, Conversation) and after.agent_id == before.agent_id and _waits(after)
    return before.agent_id if waits else None


def _waits(state: Conversation) -> bool:
    return state.merged_into is None and state.status not in CLOSED
