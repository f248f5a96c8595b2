"""What commands of conversations do with files: a rest that is too long for an event goes into the content store,
events say what is quarantined and tell size and type of what is kept, and each file knows which messages name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from commands.content import named_in
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Change, UnitOfWork
from commands.kept_in_command import keep_in_command
from domain.content import COMPANY, CONTENT, ContentKept, ContentNamed, KeptContent, not_served
from domain.conversation.as_sent import UNKNOWN_TYPE, Rest, RestInStore
from domain.conversation.events import FromCustomer, MessageReceived, MessageSent
from domain.kernel.adjusted import Adjusted
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
            if isinstance(bounded, MessageReceived):
                work.adjusted = bounded.adjusted
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
    if not content_ids:
        return event
    stored = {id: _stored(executor, id, files.get(id, ())) for id in content_ids}
    if isinstance(event, MessageReceived | MessageSent):
        event = _as_stored(event, stored)
    quarantined = tuple(id for id, each in stored.items() if each.quarantined)
    if not quarantined:
        return event
    if isinstance(event, MessageSent):
        raise not_served()
    return event.model_copy(update={"quarantined": quarantined})


def _stored(executor: CommandExecutor, id: str, kept: Sequence[Event]) -> ContentKept | KeptContent:
    now = next((each for each in kept if isinstance(each, ContentKept)), None)
    return now or executor.existing(CONTENT, id).state


def _as_stored(
    event: MessageReceived | MessageSent, stored: Mapping[str, ContentKept | KeptContent]
) -> MessageReceived | MessageSent:
    """The event, whose attachments have the size and the type of what is kept: nobody is to go by what a sender says of
    a file that we have. What a customer's side said is among the adjusted fields."""
    attachments, notes = [], list[Adjusted]()
    for number, each in enumerate(event.attachments):
        known = stored.get(each.content_id or "")
        size, type = (known.size, known.type) if known else (each.size, each.type)
        attachments.append(each.model_copy(update={"size": size, "type": type}))
        told = {"size": each.size not in (None, size), "type": each.type not in (UNKNOWN_TYPE, type)}
        said = {"size": str(each.size), "type": each.type}
        notes += [
            Adjusted(field=f"attachments.{number}.{name}", how="normalised", kept=said[name])
            for name, otherwise in told.items()
            if otherwise
        ]
    update: dict[str, object] = {"attachments": tuple(attachments)}
    if isinstance(event, MessageReceived) and notes:
        update["adjusted"] = (*event.adjusted, *notes)
    return event.model_copy(update=update)


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
