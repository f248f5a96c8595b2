"""A customer as agents see them: the customer's own rows and those of all merged customers, in one order.

Each row keeps its own customer_id. Customers themselves read the views' own selections, which never show one customer
what belongs to another, whoever was merged with whom.
"""

from __future__ import annotations

from infra.views.selection import Selection
from projections import order as orders
from projections import promise as promises
from projections.conversation import history, inbox
from projections.customer import links as customer_links
from projections.customer import proposals as customer_proposals
from projections.customer import timeline

LINKED = customer_links.LINKED

LINKS = customer_links.LINKS.across(LINKED)
"""Into whom the customer was merged, if at all, and who was merged into the customer."""
CONVERSATIONS = inbox.OF_CUSTOMER.across(LINKED)
MOMENTS = timeline.MOMENTS.across(LINKED)
ORDERS = orders.OF_CUSTOMER.across(LINKED)
PROMISES = promises.OF_CUSTOMER.across(LINKED)
MESSAGES = history.OF_PARTICIPANT.across(LINKED)
"""What was said by and to the customer in conversations of others."""

UNDECIDED = Selection(
    "proposals",
    customer_proposals.TABLE,
    order=[("t.since", "timestamptz"), ("t.proposal_id", "text")],
    which="t.customer_id IS NOT NULL AND CASE WHEN t.other_id IS NULL THEN t.what = 'two-people'"
    f" ELSE NOT {customer_links.are_linked('t.customer_id', 't.other_id')} END",
)
"""What people are to decide about customers, the oldest first. Of customers who are one person because of merges,
nothing is to be decided."""
