"""Use cases of content: keep a file of a person or of the company, read it, and destroy it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pydantic import ValidationError

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.content import (
    COMPANY,
    CONTENT,
    ContentKept,
    KeptContent,
    check_may_be_sent,
    id_of,
    name_of,
    not_served,
)
from domain.conversation.as_sent import Rest
from domain.conversation.commands import ConversationCommand, OpenConversation, ReceiveMessage, SendReply
from domain.conversation.events import FromCustomer, MessageReceived, MessageSent
from domain.conversation.interaction import RecordedAttachment
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Overloaded, Refusal
from domain.stranger import STRANGER
from infra.content.check import Verdict
from infra.content.store import Content, ContentMissing, ContentStore, ContentTooLarge, ContentTooMany
from infra.keys.sealing import SealBroken
from infra.keys.vault import SubjectErased


@dataclass(frozen=True, slots=True)
class FileKept:
    """A file that is kept, and the answer of the command. `sha256`: of the file itself, in hex. `quarantined`: it did
    not pass the check."""

    answer: Answer
    size: int
    type: str
    sha256: str
    quarantined: bool


def keep(executor: CommandExecutor, owner_id: str, parts: Iterable[bytes], context: Context) -> FileKept:
    """Keep a file of a customer, of a stranger, or of COMPANY. The same file of the same owner is kept once, and gets
    the first answer. The memory used does not depend on the file's size.

    Raises Refusal `not-found` (the owner), `content-too-large`, `content-too-many`, `customer-erased`, or as
    `CommandExecutor.run`.
    """
    store = store_of(executor)
    # Before the bytes are taken in: nothing is kept for whom nobody knows.
    _check_owner(executor, owner_id)
    with answering():
        content = store.keep(owner_id, parts)
    id = id_of(content.name)
    known = executor.read(CONTENT, id).state
    with answering():
        if known is not None and known.destroyed:
            # A process died before it removed the bytes.
            store.remove(owner_id, content.name)
            raise Overloaded("the file was being removed; send it again")
        # A file that is recorded was checked then, and stays as it was found.
        verdict = None if known else store.verdict(owner_id, content.name)

    def work() -> UnitOfWork:
        owner: list[Change] = []
        if kind_of(owner_id) == STRANGER.kind:
            stranger = executor.existing(STRANGER, owner_id)
            owner.append(Change(owner_id, stranger, []))
        elif owner_id != COMPANY:
            customer = executor.existing(CUSTOMER, owner_id)
            owner.append(Change(owner_id, customer, []))
        before = executor.load(CONTENT, id)
        kept = recorded_as(owner_id, content, verdict)
        subject = owner_id if owner else None
        return UnitOfWork(id, [Change(id, before, [] if before.state else [kept]), *owner], subject=subject)

    streams = [id] if owner_id == COMPANY else [id, owner_id]
    try:
        answer = executor.run(context, work, body=body_of(context, owner_id, id), streams=streams)
    except SubjectErased:
        # Erased while the file came in: its bytes may have been written after all others were removed.
        destroy(executor, owner_id)
        raise
    quarantined = of(executor, id).quarantined
    return FileKept(answer, content.size, content.type, content.plain_sum, quarantined)


def recorded_as(owner_id: str, content: Content, verdict: Verdict | None = None) -> ContentKept:
    """The event that records a file."""
    return ContentKept(
        content_id=id_of(content.name),
        owner_id=owner_id,
        size=content.size,
        type=content.type,
        sha256=content.plain_sum,
        verdict=verdict,
    )


def read(
    executor: CommandExecutor, content_id: str, start: int = 0, end: int | None = None, *, quarantined: bool = False
) -> Iterator[bytes]:
    """The bytes of content from `start` up to `end`, or to its end. `quarantined`: also where it is quarantined. The
    first part was checked when this returns; a later part that cannot be read raises SealBroken or OSError.

    Raises Refusal `not-found`, `content-quarantined`, `content-missing`, `customer-erased`, `unavailable`.
    """
    content = of(executor, content_id)
    if content.quarantined and not quarantined:
        raise not_served()
    with answering():
        parts = store_of(executor).read(content.owner_id, name_of(content_id), start, end)
        first = next(parts, b"")
    return _after(first, parts)


def read_rest(executor: CommandExecutor, content_id: str) -> Rest:
    """The rest of what a customer sent (`commands.conversation.as_sent`). Raises Refusal as `read`."""
    try:
        return Rest.model_validate_json(b"".join(read(executor, content_id)))
    except (ValidationError, SealBroken):
        # Never its content, which the error would quote.
        raise Refusal("content-missing", "the log names this file, and it cannot be read: antiphon doctor") from None


@dataclass(frozen=True, slots=True)
class Sent:
    """Content as a message has it: what it is, and its name there."""

    content: KeptContent
    name: str


def sent(
    executor: CommandExecutor, conversation_id: str, version: int, content_id: str, *, only_of: str | None = None
) -> Sent:
    """The content that a line of a conversation has. `only_of`: the customer who has to see the line. A line that was
    taken out has none.

    Raises Refusal `not-found`, UnreadableEvent, Overloaded.
    """
    log = executor.log
    recorded = log.one(conversation_id, version) if kind_of(conversation_id) == CONVERSATION.kind else None
    event = recorded.event if recorded else None
    taken_out = (conversation_id, version) in log.vault.withheld()
    if not isinstance(event, MessageReceived | MessageSent) or taken_out:
        raise NotFound("the line")
    if only_of is not None and only_of not in (event.customer_id, event.participant_id):
        raise NotFound("the line")
    for each in (*event.attachments, *_more_attachments(executor, event)):
        if each.content_id == content_id:
            content = of(executor, content_id)
            # Each message was checked as it came; whoever reads relies on no command.
            if content.owner_id in (event.customer_id, event.participant_id, COMPANY):
                return Sent(content, each.name)
    raise NotFound(f"the {CONTENT.kind}")


def _more_attachments(executor: CommandExecutor, event: MessageReceived | MessageSent) -> Iterator[RecordedAttachment]:
    if isinstance(event, MessageReceived):
        yield from event.more_attachments
        # Read only where the file is none of those that the event holds.
        if event.rest is not None and event.rest.attachments:
            yield from read_rest(executor, event.rest.content_id).more_attachments


def attached(command: ConversationCommand) -> Sequence[RecordedAttachment]:
    """The attachments of a command's message, if any."""
    match command:
        case OpenConversation() | ReceiveMessage():
            return (*command.attachments, *command.more_attachments)
        case SendReply():
            return command.attachments
        case _:
            return ()


def ids_in(attachments: Iterable[RecordedAttachment]) -> list[str]:
    """The ids of the content that attachments name."""
    return [each.content_id for each in attachments if each.content_id is not None]


def check_attached(
    executor: CommandExecutor, attachments: Iterable[RecordedAttachment], person_id: str, *, to_them: bool = False
) -> None:
    """Check the content that attachments of a message name: it exists, and is of the person who said the message, or to
    whom it is said, or the company's own. Part of other commands. Raises Refusal as `check_may_be_sent`."""
    for each in ids_in(attachments):
        check_may_be_sent(each, executor.existing(CONTENT, each).state, person_id, to_them=to_them)


def named_in(executor: CommandExecutor, event: Event) -> list[str]:
    """The ids of all content that an event of a conversation names, as far as the content store tells."""
    if not isinstance(event, MessageReceived | MessageSent):
        return [event.rest.content_id] if isinstance(event, FromCustomer) and event.rest else []
    ids = ids_in(event.attachments)
    if isinstance(event, MessageReceived):
        ids += [*ids_in(event.more_attachments), *([event.rest.content_id] if event.rest else [])]
        # What is missing names nothing more.
        with suppress(Refusal):
            ids += ids_in(_more_attachments(executor, event))
    return list(dict.fromkeys(ids))


def remove_destroyed(executor: CommandExecutor, content_ids: Iterable[str]) -> None:
    """Remove the bytes of those files that were destroyed. A repeat does the rest. Raises Refusal `unavailable`."""
    for each in content_ids:
        content = executor.read(CONTENT, each).existing(CONTENT.kind).state
        if content.destroyed and executor.content is not None:
            with answering():
                executor.content.remove(content.owner_id, name_of(each))


def of(executor: CommandExecutor, content_id: str) -> KeptContent:
    """What is known of content. Raises Refusal `not-found`, also of what was destroyed."""
    content = executor.read(CONTENT, content_id).existing(CONTENT.kind).state
    if content.destroyed:
        raise NotFound(f"the {CONTENT.kind}")
    return content


def destroy(executor: CommandExecutor, *owner_ids: str) -> None:
    """Remove all files of these people, whose keys are destroyed. A repeat does the rest. Raises Refusal
    `unavailable`."""
    if executor.content is not None:
        with answering():
            for each in owner_ids:
                executor.content.forget(each)


def destroy_erased(executor: CommandExecutor) -> None:
    """Remove the files of everybody whose key is destroyed: a process died amid an erasure, or a folder was restored.
    Raises Refusal `unavailable`."""
    if executor.content is not None:
        with answering():
            owners = list(executor.content.owners())
        destroy(executor, *sorted(executor.log.vault.destroyed(owners)))


def store_of(executor: CommandExecutor) -> ContentStore:
    """The content store of this process. Raises Refusal `unavailable`."""
    if executor.content is None:
        raise Overloaded("this process keeps no files; ask another one")
    return executor.content


def _check_owner(executor: CommandExecutor, owner_id: str) -> None:
    if owner_id == COMPANY:
        return
    if kind_of(owner_id) == STRANGER.kind:
        erased = executor.read(STRANGER, owner_id).existing(STRANGER.kind).state.erased
    else:
        erased = executor.read(CUSTOMER, owner_id).existing(CUSTOMER.kind).state.erased
    if erased:
        raise SubjectErased(owner_id)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


@contextmanager
def answering() -> Iterator[None]:
    """Within: errors of the content store are refusals."""
    try:
        yield
    except ContentTooLarge as error:
        raise Refusal("content-too-large", f"{error}; send a smaller file") from None
    except ContentTooMany as error:
        raise Refusal("content-too-many", f"{error}; this one was not kept") from None
    except (ContentMissing, SealBroken, FileNotFoundError):
        raise Refusal(
            "content-missing", "the log names this file, and it is not in the content store, whole: antiphon doctor"
        ) from None
    except OSError:
        raise Overloaded("the content store does not answer, or is full; try again shortly") from None
