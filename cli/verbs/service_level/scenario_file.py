"""What stands in a scenario file: each step by its verb, checked before anything is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from domain.conversation.commands import CompanyStatus
from domain.conversation.events import Priority
from domain.conversation.interaction import InteractionKind
from domain.kernel.refusal import InputInvalid, Refusal
from domain.kernel.time import WrittenInstant, Zone
from domain.kernel.values import Frozen
from domain.service_level.opening_hours import Holidays, OpeningHours
from domain.service_level.policy import Targets
from domain.service_level.policy_file import PolicyInFile

By = Literal["customer", "agent", "bot"]


class _Part(Frozen):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class ScenarioPolicy(PolicyInFile):
    """A policy that holds from the beginning."""

    calendar: str
    targets: Targets


class Step(_Part):
    """Something that happened."""

    at: WrittenInstant
    recorded_at: WrittenInstant | None = None

    @property
    def recorded(self) -> datetime:
        """When the log took it in."""
        return self.recorded_at or self.at


class InConversation(Step):
    """Something that happened in a conversation."""

    conversation: str
    by: By = "agent"


class Open(InConversation):
    """It began."""

    open: InteractionKind
    by: By
    text: str | None = None
    policy: str | None = None
    priority: Priority = "normal"


class Say(InConversation):
    """Somebody said something to the other side."""

    say: str
    by: By


class NoteStep(InConversation):
    """Something for colleagues only."""

    note: str


class Status(InConversation):
    """Who has the next move changed."""

    status: CompanyStatus


class InPriority(InConversation):
    """How urgent it is was judged anew."""

    priority: Priority


class UnderPolicyStep(InConversation):
    """It was put under a policy."""

    policy: str


class MergeStep(InConversation):
    """It was merged into another."""

    merge_into: str


class Undo(InConversation):
    """It was taken out of there again."""

    undo_merge: Literal[True]


class ScenarioCalendarKeys(_Part):
    """What a calendar may say."""

    zone: Zone | None = None
    hours: Mapping[str, tuple[str, ...]] | None = None
    closed: tuple[date, ...] | None = None
    part_days: Mapping[date, tuple[str, ...]] | None = None
    holidays: Holidays | None = None


class CalendarChange(Step, ScenarioCalendarKeys):
    """A calendar was edited or corrected."""

    calendar: str
    effective_from: Any = None
    correct_from: Any = None


class PolicyChange(Step, PolicyInFile):
    """A policy was edited or corrected."""

    policy: str
    effective_from: Any = None
    correct_from: Any = None


class SweepStep(Step):
    """The watch looked for what was missed."""

    sweep: Literal[True]


_OF_CONVERSATION: Mapping[str, type[InConversation]] = {
    "open": Open, "say": Say, "note": NoteStep, "status": Status, "priority": InPriority, "policy": UnderPolicyStep,
    "merge_into": MergeStep, "undo_merge": Undo,
}  # fmt: skip
_OTHERS: Mapping[str, type[Step]] = {"policy": PolicyChange, "calendar": CalendarChange, "sweep": SweepStep}


class Ask(_Part):
    """A question."""

    now: WrittenInstant
    known_at: WrittenInstant | None = None


class Head(_Part):
    """All of the file, its steps as they stand there."""

    calendars: Mapping[str, OpeningHours] = Field(default_factory=dict)
    policies: Mapping[str, ScenarioPolicy] = Field(default_factory=dict)
    steps: Sequence[Any] = ()
    ask: tuple[Ask, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """All of the file, read."""

    head: Head
    steps: Sequence[Step]


def parsed(content: Any) -> Scenario:
    """What stands in the file. Raises Refusal `scenario-invalid`, which names the step."""
    if not isinstance(content, dict):
        raise Refusal("scenario-invalid", "the file is no mapping of keys; give it calendars, policies, steps and ask")
    try:
        head = Head.model_validate(content)
    except ValidationError as error:
        raise Refusal("scenario-invalid", InputInvalid(error).what_to_do) from None
    return Scenario(head, [_step(number, each) for number, each in enumerate(head.steps, start=1)])


def _step(number: int, content: Any) -> Step:
    if not isinstance(content, dict):
        raise Refusal("scenario-invalid", f"step {number} is no mapping of keys")
    known = _OF_CONVERSATION if "conversation" in content else _OTHERS
    verb = next((each for each in known if each in content), None)
    if verb is None:
        raise Refusal("scenario-invalid", f"step {number} has no verb; give it one of {', '.join(known)}")
    try:
        return known[verb].model_validate(content)
    except ValidationError as error:
        raise Refusal("scenario-invalid", f"step {number} ({verb}): {InputInvalid(error).what_to_do}") from None
