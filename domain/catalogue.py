"""Every event there is. Importing this is what makes a process able to read the whole log."""

from domain import conversation, customer, following, message, order, promise, staff
from domain.kernel import EVENTS

__all__ = ["EVENTS", "conversation", "customer", "following", "message", "order", "promise", "staff"]
