"""What commands of conversations do with files: a rest that is too long for an event goes into the content store,
events say what is quarantined, and each file knows which messages name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from commands.content import named_in
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Change, UnitOfWork
from commands.kept_in_command import keep_in_command
from domain.content import COMPANY, CONTENT, ContentKept, ContentNamed, not_served
from domain.conversation.as_sent import Rest, RestInStore
from domain.conversation.events import FromCustomer, MessageReceived, MessageSent
from domain.kernel.event import Event

REST_BYTES = 32 * 1024
"""How many bytes of what was cut off an event holds. Every reader of the log reads them, and hardly anybody asks."""


def with_content(executor: CommandExecutor, decide: Callable[[], UnitOfWork]) -> UnitOfWork:
    """What a command decides, and what follows for the files that its events name. Part of other commands.

    Raises as `decide`, and Refusal `customer-erased`, `content-quarantined`.
    """
    work, changes = decide(), list[Change]()
    of_files = {id: list(events) for id, events in work.files.items()}
    for change in work.changes:
        events = []
        for event in change.events:
            ids = named_in(executor, event)
            bounded, recorded = _bounded(executor, _labelled(executor, event, ids, work.files))
            events.append(bounded)
            for each, kept in recorded.items():
                of_files.setdefault(each, []).extend(kept)
            by = event.message_id if isinstance(event, MessageReceived | MessageSent) else change.stream_id
            for each in (*ids, *recorded):
                of_files.setdefault(each, []).append(ContentNamed(content_id=each, by=by))
        changes.append(replace(change, events=events))
    work.changes = [*changes, *_changes(executor, of_files)]
    return work


def _changes(executor: CommandExecutor, of_files: dict[str, list[Event]]) -> Iterator[Change]:
    for id, events in of_files.items():
        file = executor.load(CONTENT, id)
        # A file of the company's own stays, whatever names it, and would be a bottleneck of all answers that bring it.
        if file.state is None or file.state.owner_id != COMPANY:
            yield Change(id, file, events)


def _labelled(
    executor: CommandExecutor, event: Event, content_ids: Sequence[str], files: Mapping[str, Sequence[Event]]
) -> Event:
    """The event, which says what of its attachments is quarantined; the company sends no such file. `files`: as of
    `UnitOfWork`."""
    quarantined = tuple(id for id in content_ids if _is_quarantined(executor, id, files.get(id, ())))
    if not quarantined:
        return event
    if isinstance(event, MessageSent):
        raise not_served()
    return event.model_copy(update={"quarantined": quarantined})


def _is_quarantined(executor: CommandExecutor, id: str, kept: Sequence[Event]) -> bool:
    if kept:
        return any(isinstance(each, ContentKept) and each.quarantined for each in kept)
    return executor.existing(CONTENT, id).state.quarantined


def _bounded(executor: CommandExecutor, event: Event) -> tuple[Event, dict[str, list[Event]]]:
    """The event without what is too long for it; and by content id, the events that record where that is. Without a
    content store, or where it takes nothing, the event holds all of it: nothing that was said gets lost."""
    if not isinstance(event, FromCustomer | MessageReceived) or not event.adjusted:
        return event, {}
    more = event.more_attachments if isinstance(event, MessageReceived) else ()
    document = Rest(adjusted=event.adjusted, more_attachments=more).model_dump_json().encode()
    if len(document) <= REST_BYTES:
        return event, {}
    kept = keep_in_command(executor, event.whose, document)
    if kept is None:
        return event, {}
    content_id, recorded = kept
    emptied = tuple(each.model_copy(update={"kept": None}) for each in event.adjusted)
    moved = {"adjusted": emptied, "rest": RestInStore(content_id=content_id, attachments=len(more))}
    return event.model_copy(update=moved | ({"more_attachments": ()} if more else {})), {content_id: recorded}
