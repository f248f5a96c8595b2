"""Scenario files: the steps by their verbs, checked before anything is played."""

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
Speaker = Literal["customer", "agent", "bot", "participant"]


class _Part(Frozen):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class ScenarioPolicy(PolicyInFile):
    """A policy that holds from the beginning."""

    calendar: str
    targets: Targets


class Step(_Part):
    """One event of the scenario."""

    at: WrittenInstant
    recorded_at: WrittenInstant | None = None

    @property
    def recorded(self) -> datetime:
        """The recorded time."""
        return self.recorded_at or self.at


class InConversation(Step):
    """One event in a conversation. `time_precision`: how exactly it is known when the event happened."""

    conversation: str
    by: Speaker = "agent"
    time_precision: Literal["exact", "day", "unknown"] = "exact"


class _Change(InConversation):
    """One event that no other participant can bring about."""

    by: By = "agent"


class OnceMore(_Change):
    """What may have been said before, and then changes nothing. `again`: it is recorded all the same, since an event
    may follow that happened in between."""

    again: bool = False


class Open(_Change):
    """The conversation began. `automatic`: no person wrote what came from the customer."""

    automatic: bool = False
    open: InteractionKind
    by: By
    text: str | None = None
    policy: str | None = None
    priority: Priority = "normal"


class Say(InConversation):
    """One side wrote to the other. `automatic`: no person wrote it. A `participant` is another than the customer.
    `message`: the name by which a customer's message is split off."""

    automatic: bool = False
    say: str
    message: str | None = None
    by: Speaker
    to: Literal["customer", "participant"] = "customer"


class NoteStep(_Change):
    """Somebody wrote a note for colleagues."""

    note: str


class Status(OnceMore):
    """The status changed."""

    status: CompanyStatus


class InPriority(OnceMore):
    """The priority changed."""

    priority: Priority


class UnderPolicyStep(OnceMore):
    """The conversation was put under a policy."""

    policy: str


class MergeStep(_Change):
    """The conversation was merged into another."""

    merge_into: str


class Undo(_Change):
    """The conversation was separated again."""

    undo_merge: Literal[True]


class SplitStep(_Change):
    """A message was split off; `into` names the conversation that the message begins."""

    split: str
    into: str
    kind: InteractionKind = "inquiry"


class UndoSplitStep(_Change):
    """The split with which the conversation began was undone."""

    undo_split: Literal[True]


class WithdrawStep(_Change):
    """The customer withdrew the matter."""

    by: By = "customer"
    withdraw: Literal[True]


class ScenarioCalendarKeys(_Part):
    """The keys of a calendar."""

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


class NewPolicyStep(Step, PolicyInFile):
    """A policy was written. Conversations choose it from then on, or from the given date on, or since then."""

    write_policy: str
    effective_from: Any = None
    correct_from: Any = None


class SweepStep(Step):
    """The watch looked for missed targets."""

    sweep: Literal[True]


_OF_CONVERSATION: Mapping[str, type[InConversation]] = {
    "open": Open, "say": Say, "note": NoteStep, "status": Status, "priority": InPriority, "policy": UnderPolicyStep,
    "merge_into": MergeStep, "undo_merge": Undo, "split": SplitStep, "undo_split": UndoSplitStep,
    "withdraw": WithdrawStep,
}  # fmt: skip
_OTHERS: Mapping[str, type[Step]] = {
    "write_policy": NewPolicyStep, "policy": PolicyChange, "calendar": CalendarChange, "sweep": SweepStep,
}  # fmt: skip


class Ask(_Part):
    """A question. `told`: which verdicts the sweeps had announced by then is asked, too."""

    now: WrittenInstant
    known_at: WrittenInstant | None = None
    told: bool = False


class Head(_Part):
    """The file as parsed, its steps unread. `zone`: the company's, in which a day is a local date."""

    zone: Zone = "UTC"
    calendars: Mapping[str, OpeningHours] = Field(default_factory=dict)
    policies: Mapping[str, ScenarioPolicy] = Field(default_factory=dict)
    steps: Sequence[Any] = ()
    ask: tuple[Ask, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """The whole scenario, parsed."""

    head: Head
    steps: Sequence[Step]


def parsed(content: Any) -> Scenario:
    """Parse a scenario. Raises Refusal `scenario-invalid`, which names the step."""
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
