"""Every view there is. The host, the migration and the tests take them from here."""

from __future__ import annotations

from typing import Any

from infra.views import View
from projections.contacts import CONTACTS
from projections.customer_links import CUSTOMER_LINKS
from projections.history import HISTORY
from projections.inbox import INBOX
from projections.orders import ORDERS
from projections.promises import PROMISES
from projections.receipts import RECEIPTS
from projections.rules import RULES
from projections.search import SEARCH
from projections.sla_clocks import SLA_CLOCKS
from projections.staffing import STAFFING
from projections.timeline import TIMELINE

VIEWS: tuple[View[Any], ...] = (
    HISTORY, INBOX, TIMELINE, PROMISES, ORDERS, SEARCH, CONTACTS, CUSTOMER_LINKS, RECEIPTS, STAFFING, RULES, SLA_CLOCKS,
)  # fmt: skip
