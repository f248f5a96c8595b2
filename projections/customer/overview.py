"""A customer as agents see them: what is theirs, and what is of all who were merged into them, in one order.

Each row keeps its own customer_id, and says so whose it is. What a customer may see is the selections of the views
themselves, which never show one customer what is another's, whoever was merged with whom.
"""

from __future__ import annotations

from projections import order as orders
from projections import promise as promises
from projections.conversation import inbox
from projections.customer import links as customer_links
from projections.customer import timeline

LINKED = customer_links.LINKED

LINKS = customer_links.LINKS.across(LINKED)
"""Into whom the customer was merged, if they were, and who was merged into them."""
CONVERSATIONS = inbox.OF_CUSTOMER.across(LINKED)
MOMENTS = timeline.MOMENTS.across(LINKED)
ORDERS = orders.OF_CUSTOMER.across(LINKED)
PROMISES = promises.OF_CUSTOMER.across(LINKED)
