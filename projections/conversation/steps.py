"""The view of steps: what happened in each conversation, when and by whom, without a word of what was said. Measures
are computed from it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.kernel.event import Recorded
from domain.measure.step import ConversationStep, StepEvent, is_step, step_of
from infra.views.view import Target, View


class ConversationSteps(View[ConversationStep, StepEvent]):
    """Steps by conversation and version."""

    name = "conversation_steps"
    row = ConversationStep
    key = ("conversation_id", "version")
    stream = "conversation_id"
    grows = True
    indexes = ("at, conversation_id",)

    def keys(self, recorded: Recorded[StepEvent]) -> Iterable[Target]:
        """The step, where the event is one."""
        if is_step(recorded.event):
            yield recorded.originator_id, recorded.originator_version

    def fold(self, row: ConversationStep | None, recorded: Recorded[StepEvent]) -> ConversationStep | None:
        """Write the step. Nothing changes it later."""
        return step_of(recorded)


CONVERSATION_STEPS = ConversationSteps()
