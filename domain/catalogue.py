"""Every event there is. Importing this is what makes a process able to read the whole log."""

from domain import customer, message, order, promise, staff
from domain import subscription as subscription_requests
from domain.conversation import events as conversation
from domain.kernel.event import EVENTS
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level import verdicts as sla_verdicts
from domain.service_level import watch as watching

__all__ = [
    "EVENTS",
    "calendar_versions",
    "conversation",
    "customer",
    "message",
    "order",
    "promise",
    "sla_policy",
    "sla_verdicts",
    "staff",
    "subscription_requests",
    "watching",
]
