"""Every event there is. Importing this is what makes a process able to read the whole log."""

from domain import (
    calendar_versions,
    conversation,
    customer,
    following,
    message,
    order,
    promise,
    sla_policy,
    sla_verdicts,
    staff,
    watching,
)
from domain.kernel import EVENTS

__all__ = [
    "EVENTS",
    "calendar_versions",
    "conversation",
    "customer",
    "following",
    "message",
    "order",
    "promise",
    "sla_policy",
    "sla_verdicts",
    "staff",
    "watching",
]
