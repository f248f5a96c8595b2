"""What a line of a conversation does not show in full: what was cut off or dropped. The event keeps it, or, where it is
too long for an event, the content store; it is read on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from commands.content import keep_in_command, labelled, read_rest
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Change, UnitOfWork
from domain.conversation import events as c
from domain.conversation.as_sent import Adjusted, Rest, RestInStore
from domain.conversation.interaction import RecordedAttachment
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.kernel.personal import ERASED
from domain.kernel.refusal import NotFound

REST_BYTES = 32 * 1024
"""How many bytes of what was cut off an event holds. Every reader of the log reads them, and hardly anybody asks."""


@dataclass(frozen=True, slots=True)
class AsSent:
    """What was kept with one event: the adjusted fields, and the attachments beyond those that are shown.
    `customers`: who may see it of those whose conversation it is or who sent it."""

    customers: tuple[str | None, ...] = ()
    adjusted: tuple[Adjusted, ...] = ()
    more_attachments: tuple[RecordedAttachment, ...] = ()


def as_sent(executor: CommandExecutor, conversation_id: str, version: int, *, only_of: str | None = None) -> AsSent:
    """What was kept of one line of a conversation. `only_of`: the customer who has to be among those.

    Raises Refusal `not-found`, `content-missing`, `unavailable`, UnreadableEvent, Overloaded.
    """
    log = executor.log
    recorded = log.one(conversation_id, version) if kind_of(conversation_id) == "conversation" else None
    if recorded is None:
        raise NotFound("the line")
    found, in_store, whose = AsSent(), None, ""
    match recorded.event:
        case c.MessageReceived() as event:
            found = AsSent((event.customer_id, event.participant_id), event.adjusted, event.more_attachments)
            in_store, whose = event.rest, event.whose
        case c.FromCustomer() as event:
            found = AsSent((event.customer_id,), event.adjusted)
            in_store, whose = event.rest, event.whose
    if only_of is not None and only_of not in found.customers:
        raise NotFound("the line")
    if in_store is None:
        return found
    if log.vault.destroyed({whose}) or (conversation_id, version) in log.vault.withheld():
        gone = tuple(each.model_copy(update={"kept": ERASED}) for each in found.adjusted)
        return replace(found, adjusted=gone)
    rest = read_rest(executor, in_store.content_id)
    return replace(found, adjusted=rest.adjusted, more_attachments=rest.more_attachments)


def with_content(executor: CommandExecutor, decide: Callable[[], UnitOfWork]) -> UnitOfWork:
    """What a command decides, with what is too long for its events in the content store, and quarantined files named as
    such. Part of other commands.

    Without a content store, or where it takes nothing, the events hold all of it: nothing that was said gets lost.
    Raises as `decide`, and Refusal `customer-erased`, `content-quarantined`.
    """
    work, changes = decide(), list[Change]()
    for change in work.changes:
        bounded = [_bounded(executor, labelled(executor, event)) for event in change.events]
        changes.append(replace(change, events=[event for event, _ in bounded]))
        changes += (recorded for _, recordings in bounded for recorded in recordings)
    work.changes = changes
    return work


def _bounded(executor: CommandExecutor, event: Event) -> tuple[Event, list[Change]]:
    if not isinstance(event, c.FromCustomer | c.MessageReceived) or not event.adjusted:
        return event, []
    more = event.more_attachments if isinstance(event, c.MessageReceived) else ()
    document = Rest(adjusted=event.adjusted, more_attachments=more).model_dump_json().encode()
    if len(document) <= REST_BYTES:
        return event, []
    kept = keep_in_command(executor, event.whose, document)
    if kept is None:
        return event, []
    content_id, recordings = kept
    emptied = tuple(each.model_copy(update={"kept": None}) for each in event.adjusted)
    moved = {"adjusted": emptied, "rest": RestInStore(content_id=content_id, attachments=len(more))}
    return event.model_copy(update=moved | ({"more_attachments": ()} if more else {})), recordings
