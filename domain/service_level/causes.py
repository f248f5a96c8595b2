"""Why things happened in a conversation: recorded since version 2 of messages and of changes of status.

For earlier events, and only here, the cause is derived from neighbours: in one pass, as the stream is loaded. What is
stored stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.conversation import events as c
from domain.conversation.events import Effect, StatusCause
from domain.kernel.event import Event, Recorded


def with_causes(stream: Sequence[Recorded[Event]]) -> list[Recorded[Event]]:
    """The events of one conversation, whole and in order: each message with its effect, each change of status with its
    cause. An old message that a policy kept from changing the status has the effect `none`: no neighbour names the
    policy."""
    found: list[Recorded[Event]] = []
    for recorded in stream:
        match recorded.event:
            case c.MessageReceived(effect=None) | c.MessageSent(effect=None):
                found.append(_with_effect(recorded, "opened" if _opens(stream[0], recorded) else "none"))
            case c.StatusChanged(cause=None) as change:
                cause = _cause(found, recorded, change)
                if cause == "message" and not _opens(stream[0], found[-1]):
                    found[-1] = _with_effect(found[-1], "reopened")
                found.append(replace(recorded, event=change.model_copy(update={"cause": cause})))
            case _:
                found.append(recorded)
    return found


def _with_effect(recorded: Recorded[Event], effect: Effect) -> Recorded[Event]:
    return replace(recorded, event=recorded.event.model_copy(update={"effect": effect}))


def _opens(opening: Recorded[Event], recorded: Recorded[Event]) -> bool:
    """Whether a message is the one with which the conversation was opened."""
    opened = opening.event
    if not isinstance(opened, c.Opened) or recorded.originator_version > 3:
        return False
    message = c.MessageReceived if opened.opened_by == "customer" else c.MessageSent
    return isinstance(recorded.event, message) and _at_once(opening, recorded)


def _cause(before: Sequence[Recorded[Event]], recorded: Recorded[Event], change: c.StatusChanged) -> StatusCause:
    """What changed the status: what the same command recorded just before, or the command itself."""
    # A bot that has the conversation gives it up between the request for a person and what follows from the request.
    previous = next((each for each in reversed(before) if not isinstance(each.event, c.Assigned)), None)
    if previous is None or change.status != "open" or not _by_the_same_command(previous, recorded):
        return "command"
    match previous.event:
        case c.MessageReceived() if previous is before[-1]:
            return "message"
        case c.InteractionAdded():
            return "interaction"
        case c.PersonRequested():
            return "person-requested"
        case _:
            return "command"


def _by_the_same_command(one: Recorded[Event], other: Recorded[Event]) -> bool:
    return one.envelope.actor == other.envelope.actor and _at_once(one, other)


def _at_once(one: Recorded[Event], other: Recorded[Event]) -> bool:
    """Whether both were recorded at once; where commands have ids, by the same command."""
    return (
        one.at == other.at
        and one.recorded_at == other.recorded_at
        and one.envelope.command_id == other.envelope.command_id
    )
