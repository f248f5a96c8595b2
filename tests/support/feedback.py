"""What somebody said about kettles, filed as an item of a signal."""

from __future__ import annotations

from commands.conversation.delivering import Delivery, deliver
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
        "rules": [
            {"when": {"theme": f'"{theme}"'}, "then": {"theme": f'"{theme}"', "stage": '"production"'}}
            for theme in ("leaks", "drips")
        ],
    }
)
"""To be put in force as `themes`."""
_SYSTEM = Context(Actor(id="system-signal-items", kind="system"))


def complain(executor: CommandExecutor, who: str, theme: str = "leaks") -> str:
    """Somebody complains of a kettle; answers the id of the customer."""
    delivery = Delivery("mail", f"{who} {theme}", ContactPoint("handle", who), "It drips", product_area="kettles")
    id = deliver(executor, delivery, GATEWAY).id
    fields = {"kind": "complaint", "conversation_id": id, "part": "1", "theme": theme, "said_at": executor.clock()}
    items.file(executor, FileItem.model_validate(fields), _SYSTEM)
    return executor.existing(CONVERSATION, id).state.customer_id


def without_theme(executor: CommandExecutor, who: str, text: str) -> str:
    """Somebody complains of something that no table has a theme for; answers the item."""
    delivery = Delivery("mail", f"{who} {text}", ContactPoint("handle", who), text, product_area="kettles")
    id = deliver(executor, delivery, GATEWAY).id
    fields = {"kind": "complaint", "conversation_id": id, "part": "1", "said_at": executor.clock()}
    return items.file(executor, FileItem.model_validate(fields), _SYSTEM).id
