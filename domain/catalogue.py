"""The catalogue of all streams and events. A process that imports this module can read the whole log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.attention.contacts import ATTENTION
from domain.confirmation import CONFIRMATIONS
from domain.content import CONTENT
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
from domain.decision_table.published import TABLE
from domain.hold import HOLDS
from domain.kernel.event import EVENTS
from domain.kernel.stream import Stream
from domain.measure.citation import CITATION
from domain.message import MESSAGE
from domain.order.state import ORDER
from domain.promise import PROMISE
from domain.retention import RETENTION
from domain.service_level.calendar import CALENDAR
from domain.service_level.policy import POLICY
from domain.service_level.signal_verdicts import SIGNAL_CLOCKS
from domain.service_level.verdicts import CLOCKS
from domain.service_level.watch import WATCH
from domain.signal.item import ITEM
from domain.signal.state import SIGNAL
from domain.signal.theme import THEME
from domain.staff import STAFF, TEAM
from domain.stranger import STRANGER
from domain.subscription import SUBSCRIPTION
from domain.survey import SURVEY
from domain.token import TOKEN
from domain.webhook import WEBHOOK

__all__ = ["EVENTS", "STREAMS"]

# Any: each kind has its own state and its own events.
STREAMS: Mapping[str, Stream[Any, Any]] = {
    stream.kind: stream
    for stream in (
        ATTENTION, CALENDAR, CITATION, CLOCKS, CONFIRMATIONS, CONTENT, CONVERSATION, CUSTOMER, HOLDS, ITEM, MESSAGE,
        ORDER, POLICY, PROMISE, RETENTION, SIGNAL, SIGNAL_CLOCKS, STAFF, STRANGER, SUBSCRIPTION, SURVEY, TABLE, TEAM,
        THEME, TOKEN, WATCH, WEBHOOK,
    )
}  # fmt: skip
"""The streams by the kind with which their ids begin."""
