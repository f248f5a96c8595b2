"""What may be asked of a signal: where it goes, and what its team answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.kernel.time import Instant
from domain.kernel.values import LATER, Frozen, Label, Remark
from domain.signal.identity import Stage
from domain.signal.item import ThemeKey

Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""A calendar month in the company's zone, such as 2026-11."""
MOST_CONVERSATIONS = 50
"""In how many conversations one question is asked."""


class RouteSignal(Frozen):
    """Route a signal to a team: by the published decision table; or, with a team and a reason, by a person, also where
    the evidence is not strong. `month`: weigh only what was said in this month."""

    area: Label
    theme: ThemeKey
    stage: Stage
    month: Month | None = None
    team_id: str | None = None
    because: Remark | None = None


class SignalCommand(Frozen):
    """A command to one signal, by the team that has it."""


class AcknowledgeSignal(SignalCommand):
    """Take the signal on."""


class AskBack(SignalCommand):
    """Ask for more before deciding. `conversation_ids`: where agents are to ask."""

    question: Remark
    conversation_ids: Annotated[tuple[str, ...], Field(max_length=MOST_CONVERSATIONS)] = ()


class AnswerQuestion(SignalCommand):
    """Record what the team wanted to know."""

    answer: Remark


class PlanSignal(SignalCommand):
    """Plan to do something about it. With `due_at`, that is a launch, promised for that time, in the signal's product
    area or in another one."""

    what: Remark
    due_at: Instant | None = None
    launch_area: Label | None = None
    launch_id: str = Field(default_factory=lambda: new_id("launch"))


class ReviseLaunch(SignalCommand):
    """Give the launch another date, with the reason."""

    due_at: Instant
    because: Remark


class ShipSignal(SignalCommand):
    """Record that something was done about it. The launch that was planned, if any, is thereby kept. `due_at`: of a
    launch that was promised and not planned here, the date that was promised."""

    what: Remark
    due_at: Annotated[Instant | None, LATER] = None
    launch_area: Annotated[Label | None, LATER] = None
    launch_id: str = Field(default_factory=lambda: new_id("launch"))


class DeclineSignal(SignalCommand):
    """Do nothing about it, with the reason."""

    because: Remark


class HandOnSignal(SignalCommand):
    """Give the signal to another team, with the reason."""

    team_id: str
    because: Remark


AnswerKind = Literal["acknowledge", "ask-back", "plan", "revise", "ship", "decline", "hand-on"]
"""What a team answers, as people write it."""
ANSWERS: Mapping[AnswerKind, tuple[type[SignalCommand], str | None]] = {
    "acknowledge": (AcknowledgeSignal, None),
    "ask-back": (AskBack, "question"),
    "plan": (PlanSignal, "what"),
    "revise": (ReviseLaunch, "because"),
    "ship": (ShipSignal, "what"),
    "decline": (DeclineSignal, "because"),
    "hand-on": (HandOnSignal, "because"),
}
"""For each answer its command, and the field with its text."""


def answer(kind: AnswerKind, text: str | None, **given: object) -> SignalCommand:
    """The command of an answer; what is None is left out. Raises Refusal `input-invalid` (its text), or
    pydantic.ValidationError."""
    command, field = ANSWERS[kind]
    if (text is None) != (field is None):
        raise Refusal("input-invalid", f"text: {kind} needs one" if field else f"text: {kind} has none; leave it out")
    fields = {**given, field or "text": text}
    return command.model_validate({name: value for name, value in fields.items() if value not in (None, ())})


class MergeSignal(SignalCommand):
    """Merge the signal into another one of the same product area, which is answered for both."""

    into: str


class SeparateSignal(SignalCommand):
    """Undo a merge."""


class DetectLaunchOverdue(Frozen):
    """Record that the launch's date `due_at` passed. `detected_at`, by the database's clock, is not before `due_at`."""

    due_at: Instant
    detected_at: Instant
