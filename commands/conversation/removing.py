"""Taking a message out: the key store withholds its texts from every reader, and the log records by whom, and why."""

from __future__ import annotations

from collections.abc import Sequence

from commands import hold as holds
from commands.content import named_in, remove_destroyed
from commands.conversation.whole_streams import whole_streams
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import check_version
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.hold import UnderHold
from domain.content import CONTENT, decide_release
from domain.conversation.events import MessageSplit
from domain.conversation.removing import RemoveMessage, decide_removal, place_of_message, places_beside
from domain.conversation.state import CONVERSATION
from domain.hold import ErasureDeferred
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.personal import concerned
from domain.kernel.refusal import Refusal


def remove(
    executor: CommandExecutor,
    id: str,
    command: RemoveMessage,
    context: Context,
    *,
    expected_version: int | None = None,
    waited: ErasureDeferred | None = None,
) -> Answer:
    """Take a message out for good, with the bytes of each file that no other message names. Whoever repeats it, after
    a crash half-way, does the rest.

    While a legal hold covers the message, it stays: the removal waits (`commands/hold.py`), and the answer has the id
    of what waits. `waited`: what is done now.

    The texts are withheld before the event is appended: an event without that would be a lie. Raises Refusal
    `input-invalid` (no reason), `not-found`, `message-unknown`, `version-changed`, `unavailable`, or as
    `CommandExecutor.run`.
    """
    if not context.reason:
        raise Refusal("input-invalid", "reason: say why the message is taken out; no personal text")
    body = body_of(context, command, id)
    first = executor.check_command_id(context, body)
    if first is not None and kind_of(first.id) == holds.DEFERRED:
        return first
    before = executor.read(CONVERSATION, id).existing("conversation")
    check_version(before, expected_version)
    stream = executor.log.streams([id], opened=False)[id]
    version = place_of_message(stream, command.message_id)
    what = waited or holds.removal_of(id, command.message_id, context)
    if deferred := _begin_or_defer(executor, what, context, body, stream, before.state.customer_id):
        return deferred
    files = named_in(executor, stream[version - 1].event)
    for each in (version, *places_beside(stream, command.message_id)):
        executor.log.vault.withhold(id, each, concerned(stream[each - 1].event.model_dump()))

    def work() -> UnitOfWork:
        before = executor.existing(CONVERSATION, id)
        named = {each: executor.existing(CONTENT, each) for each in files}
        versions = {each: file.version for each, file in named.items()}
        whole = whole_streams(executor, {id: before.version, **versions})
        events = decide_removal(whole[id], command, before.state.customer_id)
        released = {each: decide_release(whole[each], each, command.message_id) for each in named}
        changes = [Change(each, named[each], found) for each, found in released.items() if found]
        return UnitOfWork(id, [Change(id, before, events), *changes], subject=before.state.customer_id)

    answer = executor.run(context, work, body=body, streams=[id, *files])
    remove_destroyed(executor, files)
    return answer


def _begin_or_defer(
    executor: CommandExecutor,
    what: ErasureDeferred,
    context: Context,
    body: bytes | None,
    stream: Sequence[Recorded[Event]],
    customer_id: str,
) -> Answer | None:
    """Begin the removal; or the answer of what waits, while a legal hold covers the message."""
    id, message_id = what.conversation_id, what.message_id
    assert id is not None
    assert message_id is not None
    split_into = [
        each.event.into
        for each in stream
        if isinstance(each.event, MessageSplit) and each.event.message_id == message_id
    ]
    while True:
        try:
            holds.begin_removal(executor, customer_id, id, message_id, [id, *split_into], context)
            return None
        except UnderHold as held:
            if deferred := holds.defer(executor, held, what, context, body):
                return deferred
