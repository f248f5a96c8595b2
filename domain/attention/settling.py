"""What becomes of all that a person is owed, at one instant: one message, or a reason why not for each outcome.

Nothing is decided from what a person was owed or told under another customer's id beyond who is that person now. So an
undone merge leaves no trace: whoever was told as one person only is owed the outcome again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from domain.attention.budget import Allowed, Blocked, Budget, Wishes, may_contact
from domain.attention.contacts import Attention, ClosingOwed, ContactBlocked, Contacted, Unasked, Waiting, WaitReason
from domain.kernel.event import Event

MOST_IN_ONE = 20
"""The most outcomes in one message. More are another message, which the budget has to allow."""
A_DAY = timedelta(days=1)
"""When to try again what the company has to put right, such as a missing text, and what had no room in a message."""
AT_THE_LATEST = timedelta(days=30)
"""When to try again what a wish forbids: the wish wakes it, but another version of the policy does not."""
_BY_WISH: tuple[WaitReason, ...] = ("quiet", "consent-refused", "consent-missing", "policy-unusable")


class ContactDelivery(Protocol):
    """How outcomes can be told."""

    def prevented(self, owed: ClosingOwed) -> WaitReason | None:
        """Why an outcome cannot be told, whatever the budget says; None where it can."""
        ...

    def goes_with(self, owed: ClosingOwed, first: ClosingOwed) -> bool:
        """Whether there is a text about an outcome in the language of a message that begins with another one."""
        ...


@dataclass(frozen=True, slots=True)
class Settlement:
    """What to do. `send`: the outcomes of one message, the first of which says to whom and where; empty: nothing is
    sent. `blocked`: by customer, what was decided beside that."""

    send: Sequence[ClosingOwed] = ()
    blocked: Mapping[str, Sequence[Event]] = field(default_factory=dict)

    def contacted(self, message_id: str, texts_version: int, at: datetime) -> Contacted:
        """The event that the message was sent."""
        first = self.send[0]
        assert first.conversation_id is not None, "what has no conversation is not sent"
        return Contacted(
            customer_id=first.customer_id,
            occasion="closing",
            message_id=message_id,
            conversation_id=first.conversation_id,
            outcome_ids=tuple(dict.fromkeys(each.outcome_id for each in self.send)),
            texts_version=texts_version,
            at=at,
        )


def settle(
    person: Iterable[Attention], budget: Budget | None, wishes: Wishes, delivery: ContactDelivery, now: datetime
) -> Settlement:
    """Settle what a person is owed. `person`: the contacts of all customers who are that person now. `budget`: None
    where the company's policy says nothing that makes sense."""
    person = sorted(person, key=lambda each: each.customer_id)
    told = frozenset[str]().union(*(each.told for each in person))
    waiting = [one for each in person for one in each.waiting.values()]
    blocking = _Blocking()
    for one in waiting:
        if one.owed.outcome_id in told:
            blocking.add(one, "told-as-one-person", None)
    left = [one for one in waiting if one.owed.outcome_id not in told]
    if wishes.erased:
        for one in left:
            blocking.add(one, "erased", None)
        return Settlement(blocked=blocking.events())
    answer = answer_of(person, budget, wishes, now)
    due = [one for one in left if is_due(one, answer, now)]
    if not due:
        return Settlement(blocked=blocking.events())
    cannot = {id(one): delivery.prevented(one.owed) for one in left}
    for one in due:
        if (reason := cannot[id(one)]) is not None:
            blocking.add(one, reason, None if reason == "no-conversation" else now + A_DAY)
    due = [one for one in due if cannot[id(one)] is None]
    if isinstance(answer, Allowed) and due:
        taken = {id(one) for one in due}
        rest = [one for one in left if cannot[id(one)] is None and id(one) not in taken]
        first, *others = [one.owed for one in (*_in_order(due), *_in_order(rest))]
        send = [first, *(each for each in others if delivery.goes_with(each, first))][:MOST_IN_ONE]
        blocking.told_with(send, left)
        sent = {each.outcome_id for each in send}
        for one in due:
            if one.owed.outcome_id not in sent:
                blocking.add(one, "next-message", now + A_DAY)
        return Settlement(send, blocking.events())
    if not isinstance(answer, Allowed):
        for one in due:
            blocking.add(one, *answer)
    return Settlement(blocked=blocking.events())


def answer_of(
    person: Sequence[Attention], budget: Budget | None, wishes: Wishes, now: datetime
) -> Allowed | tuple[WaitReason, datetime]:
    """Whether a person may be contacted now; else why not, and when to try again."""
    if budget is None:
        return "policy-unusable", now + A_DAY
    answer = may_contact((at for each in person for at in each.contacts), budget, wishes, now)
    if isinstance(answer, Blocked):
        return answer.reason, answer.retry_at or now + AT_THE_LATEST
    return answer


def is_due(one: Waiting | Unasked, answer: Allowed | tuple[WaitReason, datetime], now: datetime) -> bool:
    """Whether its time has come; what a wish forbade is due as soon as the wish is another one."""
    if one.next_at is None or one.next_at <= now:
        return True
    return one.reason in _BY_WISH and (isinstance(answer, Allowed) or answer[0] != one.reason)


def _in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    return sorted(waiting, key=lambda one: (one.owed.due_at, one.owed.outcome_id, one.owed.customer_id))


class _Blocking:
    """Collects what is blocked: one event for each customer, reason and time; none that would say the same again."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, WaitReason, datetime | None], list[str]] = {}

    def add(self, one: Waiting, reason: WaitReason, retry_at: datetime | None) -> None:
        """An outcome is blocked."""
        if (one.reason, one.next_at) != (reason, retry_at):
            self._found.setdefault((one.owed.customer_id, reason, retry_at), []).append(one.owed.outcome_id)

    def told_with(self, sent: Sequence[ClosingOwed], waiting: Iterable[Waiting]) -> None:
        """Others who are the same person are told by a message to the first."""
        outcomes = {each.outcome_id for each in sent}
        for one in waiting:
            if one.owed.outcome_id in outcomes and one.owed.customer_id != sent[0].customer_id:
                self.add(one, "told-as-one-person", None)

    def events(self) -> dict[str, list[Event]]:
        """The events by customer."""
        found: dict[str, list[Event]] = {}
        for (customer_id, reason, retry_at), outcomes in self._found.items():
            event = ContactBlocked(
                customer_id=customer_id,
                occasion="closing",
                outcome_ids=tuple(sorted(outcomes)),
                reason=reason,
                retry_at=retry_at,
            )
            found.setdefault(customer_id, []).append(event)
        return found
