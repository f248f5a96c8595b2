"""What somebody said about kettles, filed as an item of the signal LEAKS."""

from __future__ import annotations

from commands.conversation.handlers import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain.conversation.state import CONVERSATION
from domain.decision_table.written import TableWritten
from domain.kernel.event import Actor
from domain.signal.identity import signal_id
from domain.signal.item import FileItem
from tests.support.companies import GATEWAY

LEAKS = signal_id("kettles", "leaks", "production")
THEMES = TableWritten.model_validate(
    {
        "hit_policy": "first",
        "inputs": [{"name": "theme", "type": "string", "optional": "true"}],
        "outputs": [{"name": each, "type": "string"} for each in ("theme", "stage")],
        "rules": [{"when": {"theme": '"leaks"'}, "then": {"theme": '"leaks"', "stage": '"production"'}}],
    }
)
"""To be put in force as `themes`."""
_SYSTEM = Context(Actor(id="system-signal-items", kind="system"))


def complain_of_leaks(executor: CommandExecutor, who: str) -> str:
    """Somebody writes that a kettle leaks; answers the id of the customer."""
    delivery = Delivery("mail", f"{who} leaks", ContactPoint("handle", who), "It drips", product_area="kettles")
    id = deliver(executor, delivery, GATEWAY).id
    fields = {"kind": "complaint", "conversation_id": id, "part": "1", "theme": "leaks", "said_at": executor.clock()}
    items.file(executor, FileItem.model_validate(fields), _SYSTEM)
    return executor.existing(CONVERSATION, id).state.customer_id
