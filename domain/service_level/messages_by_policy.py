"""What the policies say of a message: whether it leaves the status as it is, and whether it counts at all."""

from __future__ import annotations

from collections.abc import Mapping

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.service_level.matter import Matter
from domain.service_level.policy import Policy, chosen


def keeps(policies: Mapping[str, Policy], matter: Matter, recorded: Recorded[Event]) -> bool:
    """Whether a customer's message leaves the status as it is."""
    policy = _known(policies, matter, recorded)
    return policy is not None and policy.keeps(recorded.at)


def does_not_count(policies: Mapping[str, Policy], matter: Matter, recorded: Recorded[Event]) -> bool:
    """Whether an event is a message of or to another participant which counts neither as words nor as an answer."""
    if not isinstance(recorded.event, c.MessageReceived | c.MessageSent) or recorded.event.participant_id is None:
        return False
    policy = _known(policies, matter, recorded)
    return policy is not None and not policy.counts_participants(recorded.at)


def _known(policies: Mapping[str, Policy], matter: Matter, recorded: Recorded[Event]) -> Policy | None:
    """The policy by which a message is taken in. One written after the message does not count: the message was
    decided without it, and the status is what was decided then."""
    # A rule (S19, S40), and not what the message recorded: of a corrected policy, of a message that came in late
    # and of one in a part, clocks say what should have been.
    known = {id: policy for id, policy in policies.items() if policy.written and policy.written < recorded.position}
    id = matter.policy_id
    if not matter.named and len(known) < len(policies):
        id = chosen(known, matter.about, matter.chosen_at or recorded.at)
    return known.get(id) if id is not None else None
