"""The events of a signal: from the team that it was routed to, to the answer.

What staff write here, such as a reason, is the company's own word. It is not sealed: nothing personal belongs in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from domain.decision_table.deciding import TableDecision
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import RecordedValue
from domain.signal.assessment import Strength
from domain.signal.identity import Stage


class WeighedReason(RecordedValue):
    """A reason of an assessment, with its numbers. `against`: what the reason makes of the signal, if anything."""

    code: Text
    against: Strength | None
    numbers: Mapping[str, float]
    names: tuple[Text, ...] = ()


class Weighed(RecordedValue):
    """The evidence as it was weighed when the signal was routed. `month`: the window; None: everything that was said.
    `weight`: of the contributors together. `limits_version`: of the table `evidence-limits` by which it was weighed; 0:
    by the standard limits; None: a former release did not record that."""

    strength: Strength
    people: int
    items: int
    weight: Text
    reasons: tuple[WeighedReason, ...]
    month: Text | None = None
    limits_version: int | None = None


class Launch(RecordedValue):
    """What a team promises to launch: in which product area, and by when."""

    launch_id: str
    area: Text
    due_at: Instant


class AboutSignal(Event):
    """What a signal is about, and the team that has the signal, so that one event alone can be placed."""

    signal_id: str
    area: Text
    theme: Text
    stage: Stage
    team_id: str


class SignalRouted(AboutSignal, name="signal.routed", published_as="signals.v1"):
    """The signal went to a team: by a decision table, or by a person, who says why."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    weighed: Weighed
    decision: TableDecision | None = None
    because: Text | None = None


class SignalAcknowledged(AboutSignal, name="signal.acknowledged", published_as="signals.v1"):
    """The team took the signal on."""


class SignalAskedBack(AboutSignal, name="signal.asked-back", published_as="signals.v1"):
    """The team needs to know more before it decides, and waits. `conversation_ids`: where agents are to ask."""

    question: Text
    conversation_ids: tuple[str, ...] = ()


class SignalQuestionAnswered(AboutSignal, name="signal.question-answered", published_as="signals.v1"):
    """The team knows now what it asked."""

    answer: Text


class SignalPlanned(AboutSignal, name="signal.planned", published_as="signals.v1"):
    """The team will do something about it. `launch`: where it says by when. `parts`: the signals merged into this
    one."""

    what: Text
    launch: Launch | None = None
    parts: tuple[str, ...] = ()


class SignalLaunchRevised(AboutSignal, name="signal.launch-revised", published_as="signals.v1"):
    """The launch got another date. The first date stays what was promised."""

    launch_id: str
    due_at: Instant
    previous_due_at: Instant
    because: Text


class SignalLaunchOverdue(AboutSignal, name="signal.launch-overdue", published_as="signals.v1"):
    """The date passed, and nothing was launched. `detected_at`: when that was detected, by the database's clock."""

    launch_id: str
    due_at: Instant
    detected_at: Instant


class SignalShipped(AboutSignal, name="signal.shipped", published_as="signals.v1"):
    """The team did something about it. `launch`: the one that was planned, if any, which is thereby kept."""

    what: Text
    launch: Launch | None = None
    parts: tuple[str, ...] = ()


class SignalDeclined(AboutSignal, name="signal.declined", published_as="signals.v1"):
    """The team will do nothing about it, and says why. `launch`: one that was planned, which is thereby withdrawn."""

    because: Text
    launch: Launch | None = None
    parts: tuple[str, ...] = ()


class SignalHandedOn(AboutSignal, name="signal.handed-on", published_as="signals.v1"):
    """The signal went to another team, which has not taken it on yet. `launch`: one that was planned, which is thereby
    withdrawn."""

    previous_team_id: str
    because: Text
    launch: Launch | None = None


# -- merging: links between streams; an undo removes the link; each stream keeps its own events


class SignalMerged(AboutSignal, name="signal.merged", published_as="signals.v1"):
    """The signal became a part of another one, which is answered for both."""

    into: str


class SignalSeparated(AboutSignal, name="signal.separated", published_as="signals.v1"):
    """The merge was undone: the signal stands for itself again, as it stood before."""

    out_of: str


class SignalPartJoined(AboutSignal, name="signal.part-joined", published_as="signals.v1"):
    """Another signal became a part of this one. `parts`: all of them now."""

    part: str
    parts: tuple[str, ...]


class SignalPartLeft(AboutSignal, name="signal.part-left", published_as="signals.v1"):
    """A part stands for itself again. `parts`: those that are left."""

    part: str
    parts: tuple[str, ...]


SignalEvent = (
    SignalRouted | SignalAcknowledged | SignalAskedBack | SignalQuestionAnswered | SignalPlanned | SignalLaunchRevised
    | SignalLaunchOverdue | SignalShipped | SignalDeclined | SignalHandedOn | SignalMerged | SignalSeparated
    | SignalPartJoined | SignalPartLeft
)  # fmt: skip
