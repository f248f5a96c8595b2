"""Decisions on policies: to write one, to edit it from some day on, to correct what it said."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.values import LATER, Frozen, Label
from domain.kernel.versioned import Since, corrected_from, edited_from, given
from domain.service_level.policy import (
    ASKS,
    METRICS,
    SIGNAL_METRICS,
    NamesCalendar,
    PolicyCorrected,
    PolicyEdited,
    PolicyRevision,
    PolicyState,
    PolicyWritten,
    RecordedTerms,
    RecordedWording,
    Subject,
    Terms,
    Wording,
)


class WritePolicy(Frozen):
    """Write a new policy with a name of its own. Conversations choose it from now on, from a later `effective_from` on,
    or, as a correction, since `correct_from`."""

    name: Label
    terms: Terms
    effective_from: Annotated[Since | None, LATER] = None
    correct_from: Annotated[Since | None, LATER] = None
    policy_id: str = Field(default_factory=lambda: new_id("policy"))


class PolicyKeys(NamesCalendar, Wording):
    """Keys of a policy that change; the others stay."""


class EditPolicy(PolicyKeys):
    """Change these keys from a local date (in the zone of the policy's calendar) or an instant in the future on."""

    effective_from: Since


class CorrectPolicy(PolicyKeys):
    """Correct these keys since a local date or an instant."""

    correct_from: Since


def decide(
    state: PolicyState | None, command: WritePolicy | EditPolicy | CorrectPolicy, now: datetime, zone: str
) -> list[Event]:
    """Decide the events of a command. `zone`: of the policy's calendar; a date begins in that zone.

    Raises Refusal `not-found`, `policy-exists`, `effective-from-past`, `correct-from-future`, `nothing-said`,
    `input-invalid`.
    """
    keys = command.terms if isinstance(command, WritePolicy) else command
    keys_given = given(keys, PolicyRevision)
    if not keys_given:
        raise Refusal("nothing-said", "name at least one key to change")
    _check_subject(keys, _subject_of(state, keys))
    if isinstance(command, WritePolicy):
        if state is not None:
            raise Refusal("policy-exists", "there is a policy of this name; edit it, or choose another name")
        return [PolicyWritten(policy_name=command.name, chosen_from=_chosen_from(command, now, zone), **keys_given)]
    if state is None:
        raise NotFound("the policy")
    if isinstance(command, EditPolicy):
        return [PolicyEdited(effective_from=edited_from(command.effective_from, zone, now), **keys_given)]
    return [PolicyCorrected(correct_from=corrected_from(command.correct_from, zone, now), **keys_given)]


def _subject_of(state: PolicyState | None, keys: RecordedTerms | RecordedWording) -> Subject:
    if state is None:
        return keys.subject or "conversation"
    written: Subject | None = state.revisions[0].says.get("subject")
    return written or "conversation"


def _check_subject(keys: RecordedTerms | RecordedWording, subject: Subject) -> None:
    """Check that the keys are those of the policy's subject. Raises Refusal `input-invalid`."""
    if keys.subject not in (None, subject):
        raise Refusal("input-invalid", f"subject: the policy is one of {subject}s, and stays one; write another policy")
    metrics = SIGNAL_METRICS if subject == "signal" else METRICS
    named = [keys.targets or {}, *(keys.by_priority or {}).values()]
    if strange := sorted({metric for each in named for metric in each} - set(metrics)):
        raise Refusal("input-invalid", f"targets: a policy of {subject}s has none of {', '.join(strange)}")
    if subject == "signal":
        asks = keys.selects and any(getattr(keys.selects, many) for many in ASKS if many != "product_areas")
        if keys.by_priority or asks:
            raise Refusal(
                "input-invalid", "signals have neither priority, kind, channel nor tier; select product_areas"
            )


def _chosen_from(command: WritePolicy, now: datetime, zone: str) -> datetime:
    if command.effective_from is not None and command.correct_from is not None:
        raise Refusal("input-invalid", "give one date: a policy is for what comes, or a correction of what was")
    if command.effective_from is not None:
        return edited_from(command.effective_from, zone, now)
    return now if command.correct_from is None else corrected_from(command.correct_from, zone, now)
