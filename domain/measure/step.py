"""The steps of conversations: what happened, when and by whom, without a word of what was said. The measures of
conversations, and the paths that conversations take, are computed from steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from domain.conversation import events as c
from domain.kernel.event import ActorKind, Recorded
from domain.kernel.values import Fields

StepKind = Literal[
    "opened", "brought", "kind", "wrote", "answered", "noted", "assigned", "handed-over", "priority", "product-area",
    "language", "status", "judged", "person-requested", "merged", "parts", "split", "split-from",
]  # fmt: skip
LINKS: tuple[StepKind, ...] = ("merged", "parts", "split", "split-from")
"""The steps that say by which conversation something is shown."""


@dataclass(frozen=True, slots=True)
class ConversationStep:
    """One step of a conversation. `place`: its event's position in the log, by which steps of the same time are
    ordered. `exact`: whether the time is known to the second. `by`: who acted; a step `wrote` is the customer's,
    whoever recorded it.

    `about`: the message or the interaction. `value`: what something became: a kind, a priority, a product area, a
    language, a status, a verdict (`answered`, `not-answered`); by whom a conversation began (`customer`, `company`,
    `automatic`); the conversation into which another was merged, or a message split, and None where that is undone.
    `team_id`, `agent_id`: who has it from then on. `part`: the part in which it happened; `reopens`: what happened
    there opened the conversation again. `parts`: all parts from then on. The last five say how a conversation began,
    and what an interaction is about.
    """

    conversation_id: str
    version: int
    place: int
    customer_id: str
    at: datetime
    exact: bool
    by: ActorKind
    what: StepKind
    about: str | None = None
    value: str | None = None
    team_id: str | None = None
    agent_id: str | None = None
    part: str | None = None
    reopens: bool = False
    parts: tuple[str, ...] | None = None
    channel: str | None = None
    language: str | None = None
    priority: str | None = None
    product_area: str | None = None
    segment: str | None = None


StepEvent = (
    c.Opened | c.InteractionAdded | c.KindChanged | c.MessageReceived | c.MessageSent | c.NoteAdded | c.Assigned
    | c.HandedOver | c.PriorityChanged | c.ProductAreaChanged | c.ConversationLanguageChanged | c.StatusChanged
    | c.ConversationWithdrawn | c.AnswerJudged | c.PersonRequested | c.ConversationMerged | c.ConversationSeparated
    | c.PartJoined | c.PartLeft | c.PartHeard | c.MessageSplit | c.MessageReturned | c.MessagePlaced
)  # fmt: skip
"""The events that are steps, but for messages that answer nobody and for which nobody waits."""

_HEARD: Mapping[str, StepKind] = {
    "received": "wrote",
    "answered": "answered",
    "brought": "brought",
    "disputed": "judged",
    "person-requested": "person-requested",
}


def is_step(event: StepEvent) -> bool:
    """Whether the event is a step. What no person wrote, and what does not count for the customer, is none."""
    match event:
        case c.MessageReceived() | c.MessageSent():
            return not event.automatic and event.aside_by is None
        case c.PartHeard():
            return event.what in _HEARD
        case _:
            return True


def step_of(recorded: Recorded[StepEvent]) -> ConversationStep:
    """The step that an event is. Ask `is_step` before."""
    what, content = _content(recorded.event)
    return ConversationStep(
        conversation_id=recorded.originator_id,
        version=recorded.originator_version,
        place=recorded.position,
        customer_id=recorded.event.customer_id,
        at=recorded.at,
        exact=recorded.envelope.time_precision not in ("day", "unknown"),
        by=recorded.envelope.actor.kind,
        what=what,
        **content,
    )


def _content(event: StepEvent) -> tuple[StepKind, Fields]:
    match event:
        case c.Opened():
            began = {name: getattr(event, name) for name in ("channel", "language", "priority", "segment")}
            by = "automatic" if event.automatic else event.opened_by
            return "opened", {"value": by, "product_area": event.product_area, **began}
        case c.InteractionAdded():
            return "brought", {
                "value": event.kind, "about": event.interaction_id, "product_area": event.product_area,
            }  # fmt: skip
        case c.KindChanged():
            return "kind", {"value": event.kind, "about": event.interaction_id}
        case c.MessageReceived():
            return "wrote", {"about": event.message_id}
        case c.MessageSent():
            return "answered", {"about": event.message_id}
        case c.NoteAdded():
            return "noted", {"about": event.note_id}
        case c.Assigned():
            return "assigned", {"team_id": event.team_id, "agent_id": event.agent_id}
        case c.HandedOver():
            return "handed-over", {"team_id": event.team_id, "agent_id": event.agent_id}
        case c.PriorityChanged():
            return "priority", {"value": event.priority}
        case c.ProductAreaChanged():
            return "product-area", {"value": event.product_area}
        case c.ConversationLanguageChanged():
            return "language", {"value": event.language}
        case c.StatusChanged():
            return "status", {"value": event.status}
        case c.ConversationWithdrawn():
            return "status", {"value": "withdrawn"}
        case c.AnswerJudged():
            return "judged", {"value": "answered" if event.answered else "not-answered", "about": event.message_id}
        case c.PersonRequested():
            return "person-requested", {}
        case c.ConversationMerged():
            return "merged", {"value": event.into}
        case c.ConversationSeparated():
            return "merged", {}
        case c.PartJoined() | c.PartLeft():
            return "parts", {"parts": event.parts}
        case c.PartHeard():
            return _HEARD[event.what], {"part": event.part, "reopens": event.reopens, **_heard(event)}
        case c.MessageSplit():
            return "split", {"value": event.into, "about": event.message_id}
        case c.MessageReturned():
            return "split", {"about": event.message_id}
        case c.MessagePlaced():
            return "split-from", {"value": event.out_of, "about": event.message_id}
        case _:
            assert_never(event)


def _heard(event: c.PartHeard) -> Fields:
    match event.what:
        case "disputed":
            return {"value": "not-answered"}
        case "brought":
            return {"value": event.kind, "about": event.interaction_id}
        case _:
            return {}
