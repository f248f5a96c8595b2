"""Who probably said a message that a channel delivers, asked before its turn: files that come with it are kept for them
meanwhile, and the message is decided once. The decision alone says who it was."""

from __future__ import annotations

from commands.customer.contact_points import ContactPoint, Name
from commands.executor.executor import CommandExecutor
from domain.conversation.events import Opened


def likely_speaker(
    executor: CommandExecutor,
    contact: ContactPoint,
    message: Name,
    thread: Name,
    placed: tuple[str, str] | None,
    *,
    new_customer: str,
    new_stranger: str,
) -> str | None:
    """The customer or stranger who will have said the message, unless something changes meanwhile: `new_customer` or
    `new_stranger`, where nobody is known. None where only the decision can tell, or nothing will be kept.

    `message`, `thread`: the unique keys of the message and of its exchange. `placed`: the conversation to which it
    belongs, and the conversation's customer, where the channel knows. Raises UnreadableEvent, Overloaded.
    """
    by = executor.comparing
    own, formerly = contact.name_key(by), {contact.plain_key, contact.former_key} - {contact.name_key(by)}
    shared, strangers = contact.shared_keys(by), contact.stranger_keys(by)
    names = list(dict.fromkeys([message, thread, own, *formerly, *shared, *strangers]))
    holders = dict(zip(names, executor.find_all(names), strict=True))
    if holders[message] is not None:
        return None  # a repeat, whose files are kept already
    conversation = placed[0] if placed else holders[thread]
    customer = placed[1] if placed else _customer_of(executor, conversation) if conversation else new_customer
    if contact.empty:
        return customer
    if any(holders[name] for name in shared) or (holders[own] is None and any(holders[name] for name in formerly)):
        return None
    if conversation is None:
        return holders[own] or new_customer
    stranger = next(filter(None, (holders[name] for name in strangers)), None)
    return holders[own] or stranger or new_stranger


def _customer_of(executor: CommandExecutor, conversation_id: str) -> str | None:
    opened = executor.log.last_of([conversation_id], [Opened.stored_name], 1)[conversation_id]
    return next((each.event.customer_id for each in opened if isinstance(each.event, Opened)), None)
