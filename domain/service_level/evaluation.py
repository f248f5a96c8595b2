"""SLA clocks: a pure fold of the events of conversations, by versioned policies and calendars.

Events count by when they happened, then by when they were recorded. So a back-dated event changes what is true of
earlier instants; what was known at an instant is the same fold over what was recorded by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.service_level.as_shown import REARRANGE
from domain.service_level.clock import Origin
from domain.service_level.evaluated import ConversationClocks
from domain.service_level.fold import Fold
from domain.service_level.inexact import INEXACT
from domain.service_level.versioned_policies import VersionedPolicies


def evaluate(
    recorded_events: Iterable[Recorded[Event]], policies: VersionedPolicies, now: datetime, *, history: bool = False
) -> dict[str, ConversationClocks]:
    """Evaluate the clocks of every conversation in these events as of `now`; events that happen later do not count.
    `history`: also of what was imported as history.

    `recorded_events`: whole streams with causes, and the streams merged into them, in any order."""
    return (
        Fold(policies, history=history)
        .through([recorded for recorded in recorded_events if recorded.at <= now], now)
        .conversations(now)
    )


CHOOSE_POLICY = (
    c.Opened, c.InteractionAdded, c.KindChanged, c.ProductAreaChanged, c.PriorityChanged, c.PolicySet,
    c.ConversationMerged, c.ConversationSeparated,
)  # fmt: skip
"""The events on which the choice of a conversation's policy depends."""


def governs(
    recorded_events: Iterable[Recorded[Event]], policies: VersionedPolicies, conversation_id: str, at: datetime
) -> str | None:
    """The id of the policy of a conversation at an instant, as if the conversation had never been merged."""
    own = [
        recorded
        for recorded in recorded_events
        if recorded.at <= at
        and isinstance(recorded.event, CHOOSE_POLICY)
        and not (recorded.originator_id == conversation_id and isinstance(recorded.event, c.ConversationMerged))
    ]
    return Fold(policies).through(own, at).policy_id_of(conversation_id)


class IncrementalEvaluation:
    """`evaluate` for a growing history: events in the order of recording, evaluated as of ever later instants. An event
    in time order is folded once; a back-dated event, or another policy, makes the fold begin anew."""

    def __init__(self) -> None:
        self._recorded_events: list[Recorded[Event]] = []
        self._policies: VersionedPolicies | None = None
        self._run: Fold | None = None
        self._new: list[Recorded[Event]] = []

    def add(self, recorded: Recorded[Event]) -> None:
        """Add one event of a conversation."""
        self._recorded_events.append(recorded)
        self._new.append(recorded)

    def use_policies(self, policies: VersionedPolicies) -> None:
        """Set the policies that are known from now on."""
        self._policies, self._run = policies, None

    def breaches(self, now: datetime) -> tuple[list[tuple[Origin, bool]], bool]:
        """Clocks as (origin, whether it was missed), and whether these are all clocks. Otherwise, they are those that
        may have changed since the last call: no breach of the others is withdrawn."""
        assert self._policies is not None
        as_it_came = self._run is not None and all(
            recorded.at >= self._run.gone_through and not isinstance(recorded.event, REARRANGE)
            for recorded in self._new
        )
        if not as_it_came:
            self._run, self._new = Fold(self._policies), self._recorded_events
        assert self._run is not None
        # What is not known exactly may have happened before a breach, which then was none.
        every = not as_it_came or any(recorded.envelope.time_precision in INEXACT for recorded in self._new)
        self._run.through(self._new, now)
        self._new = []
        return list(self._run.breaches(now, every=every)), every

    def shown_at(self, conversation_id: str) -> str:
        """The conversation at which a conversation is shown, as of the last fold."""
        assert self._run is not None
        return self._run.shown_at(conversation_id)
