"""Policies: by when a customer may expect what, as versioned streams. A conversation's traits choose its policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, assert_never, get_args

from pydantic import Field

from domain.conversation.events import Priority
from domain.conversation.interaction import InteractionKind
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant, WrittenDuration
from domain.kernel.values import LATER, Fields, Flag, Frozen, Label, RecordedValue
from domain.kernel.versioned import (
    DatedRevision,
    EffectivePeriod,
    effective_periods,
    given,
)

ConversationMetric = Literal[
    "first_reply",
    "next_reply",
    "periodic_update",
    "pausable_update",
    "requester_wait",
    "agent_work",
    "total_resolution",
]
SignalMetric = Literal["acknowledge", "answer"]
Metric = Literal[ConversationMetric, SignalMetric]
METRICS: tuple[Metric, ...] = get_args(ConversationMetric)
"""What is measured of a conversation."""
SIGNAL_METRICS: tuple[Metric, ...] = get_args(SignalMetric)
"""What is measured of a signal."""
Subject = Literal["conversation", "signal"]
ReopenMode = Literal["freeze", "continue_excluding_solved", "continue_including_solved", "new_cycle"]
OnCustomerMessage = Literal["reopen", "keep"]
Pause = Literal["waiting_on_customer", "on_hold"]


Budget = Annotated[WrittenDuration, Field(ge=timedelta(), le=timedelta(days=10_000))]
"""Business time in whole seconds, as somebody writes it."""
Targets = Mapping[Metric, Budget]
RecordedTargets = Mapping[Metric, timedelta]
"""Targets in events and states, without the limits of today's input, so that old events stay readable."""


class RecordedSelects(RecordedValue):
    """Which conversations a policy is for, in events."""

    kinds: tuple[InteractionKind, ...] = ()
    priorities: tuple[Priority, ...] = ()
    channels: tuple[Text, ...] = ()
    tiers: tuple[Text, ...] = ()
    product_areas: tuple[Text, ...] = ()


class Selects(RecordedSelects):
    """Which conversations a policy is for. An empty field asks for nothing. The policy that asks most is chosen."""

    channels: tuple[Label, ...] = ()
    tiers: tuple[Label, ...] = ()
    product_areas: tuple[Label, ...] = ()


class ConversationTraits(Frozen):
    """The traits of a conversation, or of a signal, that choose its policy. Of a signal, only the product area."""

    subject: Subject = "conversation"
    kind: str | None = None
    priority: str | None = None
    channel: str | None = None
    tier: str | None = None
    product_area: str | None = None


ASKS = {
    "kinds": "kind", "priorities": "priority", "channels": "channel", "tiers": "tier", "product_areas": "product_area",
}  # fmt: skip


class RecordedTerms(Frozen):
    """What a policy says. `by_priority` overrides `targets` metric by metric. `warn_before`: the business time left at
    which to warn of a due. `on_customer_message`: whether a message reopens a waiting or resolved conversation.
    `notes_count`: whether a person's note stops a reply clock. `total_resolution_pauses`: statuses in which
    total_resolution pauses. `tells_policy_breaches`: whether a breach that a change of policy makes is published.
    `participants_count`: whether words of other participants count as the customer's, and answers to them as answers.
    `subject`: whether its targets are those of conversations or of signals.
    """

    calendar_id: str
    targets: RecordedTargets
    by_priority: Mapping[Priority, RecordedTargets] = Field(default_factory=dict)
    reopen: ReopenMode = "continue_excluding_solved"
    on_customer_message: OnCustomerMessage = "reopen"
    selects: RecordedSelects | None = None
    warn_before: tuple[timedelta, ...] = ()
    notes_count: Flag = False
    total_resolution_pauses: tuple[Pause, ...] = ()
    tells_policy_breaches: Flag = True
    participants_count: Annotated[Flag, LATER] = True
    subject: Annotated[Subject, LATER] = "conversation"

    def pauses(self, metric: Metric) -> tuple[Pause, ...]:
        """The further statuses in which a clock of this metric pauses."""
        return self.total_resolution_pauses if metric == "total_resolution" else ()

    def target(self, metric: Metric, priority: Priority) -> timedelta | None:
        """The business time of a target; None where nothing is promised."""
        return self.by_priority.get(priority, {}).get(metric, self.targets.get(metric))


class Terms(RecordedTerms):
    """The terms of a policy, as somebody writes them."""

    targets: Targets
    by_priority: Mapping[Priority, Targets] = Field(default_factory=dict)
    selects: Selects | None = None
    warn_before: tuple[Budget, ...] = ()


class RecordedWording(Frozen):
    """Some keys of a policy, without its calendar; None leaves a key as it was."""

    targets: RecordedTargets | None = None
    by_priority: Mapping[Priority, RecordedTargets] | None = None
    reopen: ReopenMode | None = None
    on_customer_message: OnCustomerMessage | None = None
    selects: RecordedSelects | None = None
    warn_before: tuple[timedelta, ...] | None = None
    notes_count: Flag | None = None
    total_resolution_pauses: tuple[Pause, ...] | None = None
    tells_policy_breaches: Flag | None = None
    participants_count: Annotated[Flag | None, LATER] = None
    subject: Annotated[Subject | None, LATER] = None


class Wording(RecordedWording):
    """Some keys of a policy, as somebody writes them."""

    targets: Targets | None = None
    by_priority: Mapping[Priority, Targets] | None = None
    selects: Selects | None = None
    warn_before: tuple[Budget, ...] | None = None


class NamesCalendar(Frozen):
    """The calendar of a policy; None leaves the calendar as it was."""

    calendar_id: str | None = None


# -- events


def _before_participants(data: Fields) -> Fields:
    return {**data, "participants_count": None}


def _before_signals(data: Fields) -> Fields:
    return {**data, "subject": None}


class PolicyRevision(RecordedWording, NamesCalendar, Event):
    """Keys of a policy. Version 1 has no warnings; version 2 lacks the last five, version 3 the last two, version 4 the
    last."""

    # Stored fields come in base order, the last base first: the calendar, then the rest.

    schema_version = 5
    upcasts: ClassVar[dict[int, Upcast]] = {
        1: lambda data: {**data, "warn_before": None},
        2: lambda data: {
            **data, "notes_count": None, "total_resolution_pauses": None, "tells_policy_breaches": None,
        },
        3: _before_participants,
        4: _before_signals,
    }  # fmt: skip


class PolicyWritten(PolicyRevision, name="policy.written", published_as=None):
    """A policy was written. Whoever names it may name it for any time; by itself it is chosen from `chosen_from` on.
    Versions 1 to 3 have no such instant: by these, a policy is chosen from the beginning. Version 4 lacks
    `participants_count`, version 5 `subject`."""

    schema_version = 6
    upcasts: ClassVar[dict[int, Upcast]] = {
        **PolicyRevision.upcasts, 3: unchanged, 4: _before_participants, 5: _before_signals,
    }  # fmt: skip

    policy_name: str
    chosen_from: Instant | None = None


class PolicyEdited(PolicyRevision, name="policy.edited", published_as=None):
    """A policy was edited: some keys change at an instant in the future."""

    effective_from: Instant


class PolicyCorrected(PolicyRevision, name="policy.corrected", published_as=None):
    """A policy was corrected: some keys change since an instant, and clocks are evaluated anew."""

    correct_from: Instant


# -- state


@dataclass(frozen=True, slots=True)
class PolicyState:
    """The aggregate state of a policy."""

    name: str
    revisions: tuple[DatedRevision, ...]


def revision(event: PolicyRevision, version: int) -> DatedRevision:
    """The revision that an event records."""
    since = event.effective_from if isinstance(event, PolicyEdited) else None
    since = event.correct_from if isinstance(event, PolicyCorrected) else since
    return DatedRevision(version, since, given(event, PolicyRevision))


PolicyEvent = PolicyWritten | PolicyEdited | PolicyCorrected


def evolve(state: PolicyState | None, event: PolicyEvent) -> PolicyState | None:
    """Fold one event into the state."""
    if isinstance(event, PolicyWritten):
        return PolicyState(event.policy_name, (revision(event, 1),))
    if state is None:
        return None
    match event:
        case PolicyEdited() | PolicyCorrected():
            return replace(state, revisions=(*state.revisions, revision(event, len(state.revisions) + 1)))
        case _:
            assert_never(event)


POLICY = Stream("policy", PolicyEvent, evolve)


@dataclass(frozen=True, slots=True)
class InForce:
    """The terms of a policy from an instant on."""

    since: datetime | None
    version: int
    terms: RecordedTerms


class Policy:
    """A policy with all its versions."""

    def __init__(
        self,
        revisions: Sequence[DatedRevision],
        written: int | None = None,
        chosen_from: datetime | None = None,
    ) -> None:
        """`written`: the log position of the first event. `chosen_from`: since when conversations choose the policy;
        None: from the beginning. Raises ValidationError where a version lacks a key."""
        self.written = written
        self.chosen_from = chosen_from
        self.in_force = [
            InForce(period.since, period.version, _terms(period)) for period in effective_periods(revisions)
        ]

    def at(self, instant: datetime) -> InForce:
        """The terms in force at an instant."""
        return next(each for each in reversed(self.in_force) if each.since is None or each.since <= instant)

    def keeps(self, at: datetime) -> bool:
        """Whether a customer's message at this instant leaves the status as it is."""
        return self.at(at).terms.on_customer_message == "keep"

    def counts_participants(self, at: datetime) -> bool:
        """Whether what another participant says or is told at this instant counts as the customer's."""
        return self.at(at).terms.participants_count


def _terms(period: EffectivePeriod) -> RecordedTerms:
    return RecordedTerms.model_validate(dict(period.says))


def chosen(policies: Mapping[str, Policy], about: ConversationTraits, at: datetime) -> str | None:
    """The id of the policy for a conversation or a signal: the fitting one that asks most; among equals, the first
    written. None where none fits. A policy that selects nothing is chosen by name only."""
    found: list[tuple[int, str]] = []
    for id, policy in policies.items():
        if policy.chosen_from is not None and at < policy.chosen_from:
            continue
        terms = policy.at(at).terms
        selects = terms.selects if terms.subject == about.subject else None
        asked = {one: getattr(selects, many) for many, one in ASKS.items()} if selects else {}
        if selects and all(not wanted or getattr(about, one) in wanted for one, wanted in asked.items()):
            found.append((-sum(map(bool, asked.values())), id))
    return min(found, default=(0, None))[1]


def chosen_since(events: Iterable[PolicyEvent]) -> datetime | None:
    """Since when conversations choose the policy of these events: as it was written, or as a correction of what it
    selects reaches back. None: from the beginning."""
    found: datetime | None = None
    for event in events:
        match event:
            case PolicyWritten():
                found = event.chosen_from
            case PolicyCorrected() if event.selects is not None and found is not None:
                found = min(found, event.correct_from)
            case _:
                pass
    return found
