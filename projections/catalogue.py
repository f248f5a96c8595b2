"""The catalogue of all views, for the host, the migration and the tests."""

from __future__ import annotations

from infra.views.view import AnyView
from projections.attention import CLOSING_MESSAGES
from projections.confirmation import CONFIRMATIONS_VIEW
from projections.conversation.history import HISTORY
from projections.conversation.inbox import INBOX
from projections.conversation.steps import CONVERSATION_STEPS
from projections.customer.contacts import CONTACTS
from projections.customer.links import CUSTOMER_LINKS
from projections.customer.proposals import PROPOSALS
from projections.customer.timeline import TIMELINE
from projections.decision_table import TABLES
from projections.hold import LEGAL_HOLDS
from projections.message import RECEIPTS
from projections.order import ORDERS
from projections.outbox import OUTBOX
from projections.promise import PROMISES
from projections.search.passage import SEARCH
from projections.service_level.clocks import SLA_CLOCKS
from projections.service_level.policies import RULES
from projections.signal.board import BOARD
from projections.signal.items import ITEMS
from projections.signal.themes import THEMES
from projections.staff import STAFFING
from projections.stranger import STRANGERS
from projections.survey import SURVEY_QUESTIONS
from projections.survey_list import SURVEYS
from projections.timer import TIMERS
from projections.webhook import WEBHOOKS

VIEWS: tuple[AnyView, ...] = (
    HISTORY, INBOX, TIMELINE, PROMISES, ORDERS, ITEMS, SEARCH, CONTACTS, CUSTOMER_LINKS, PROPOSALS, RECEIPTS,
    OUTBOX, STAFFING, CONVERSATION_STEPS,
    RULES, SLA_CLOCKS, TIMERS, STRANGERS, TABLES, CLOSING_MESSAGES, BOARD, THEMES, SURVEY_QUESTIONS,
    SURVEYS, LEGAL_HOLDS, CONFIRMATIONS_VIEW, WEBHOOKS,
)  # fmt: skip
