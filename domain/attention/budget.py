"""The attention budget: whether a person may be contacted who did not ask for it, else why not and when to try again.

Surveys, closing messages and reminders draw on one budget together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from domain.attention.quiet_hours import QuietHours

Occasion = Literal["closing", "survey", "reminder"]
"""Why somebody is contacted unasked: a closing message says what became of what they said."""
BlockedReason = Literal["erased", "quiet", "consent-refused", "consent-missing", "budget-spent", "quiet-hours"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one occasion may take of a person's attention. Raises ValueError for numbers that make no sense.

    At most `most` contacts of all occasions within any period of length `within`, this one included. So an occasion
    with a larger `most` still reaches people when another one no longer does. `consent`: the purpose to which the
    person must have consented (`consent_needed`), or must not have refused; None: no purpose is looked at. `gather`:
    how long a contact that is due waits for others, which become one message with it.
    """

    most: int
    within: timedelta
    quiet_hours: QuietHours = field(default=QuietHours(20 * 60, 8 * 60))
    consent: str | None = None
    consent_needed: bool = False
    gather: timedelta = timedelta(days=1)

    def __post_init__(self) -> None:
        if self.most < 0 or self.within <= timedelta() or self.gather < timedelta():
            raise ValueError("a budget has a number from 0 on, a period, and no negative time to gather in")


STANDARD: Mapping[Occasion, Budget] = MappingProxyType(
    {
        "closing": Budget(4, timedelta(days=90), consent="closing-messages"),
        "survey": Budget(2, timedelta(days=90), consent="surveys", consent_needed=True),
        "reminder": Budget(3, timedelta(days=90), consent="reminders"),
    }
)
"""The budgets of a company that has published none."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants, over all customers who are that person. `zone`: of their clock. `quiet`: only messages about
    what they asked. `consents`: by purpose, given or refused; absent where nobody asked."""

    zone: str
    quiet: bool = False
    consents: Mapping[str, bool] = field(default_factory=dict)
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """The person may be contacted now."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person may not be contacted now. `retry_at`: the first instant at which this may have changed by itself;
    None: only the person, or nobody, changes it."""

    reason: BlockedReason
    retry_at: datetime | None = None


def may_contact(history: Iterable[datetime], budget: Budget, wishes: Wishes, now: datetime) -> Allowed | Blocked:
    """Whether a person may be contacted at `now` (aware). `history`: when they were contacted unasked, in any order,
    on whatever occasion."""
    if blocked := _by_wish(budget, wishes):
        return blocked
    if budget.most == 0:
        return Blocked("budget-spent")
    # What another clock says lies ahead has happened all the same.
    recent = sorted(at for at in history if at > now - budget.within)
    if len(recent) >= budget.most:
        free = recent[-budget.most] + budget.within
        return Blocked("budget-spent", budget.quiet_hours.first_after(free, wishes.zone))
    if budget.quiet_hours.cover(now, wishes.zone):
        return Blocked("quiet-hours", budget.quiet_hours.first_after(now, wishes.zone))
    return Allowed()


def _by_wish(budget: Budget, wishes: Wishes) -> Blocked | None:
    if wishes.erased:
        return Blocked("erased")
    if wishes.quiet:
        return Blocked("quiet")
    consent = None if budget.consent is None else wishes.consents.get(budget.consent)
    if consent is False:
        return Blocked("consent-refused")
    if budget.consent is not None and budget.consent_needed and consent is None:
        return Blocked("consent-missing")
    return None
