"""The use case "erase a customer": the key is destroyed, the log records the erasure, the customer's files are removed,
views wipe the customer's text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from commands import content, letters
from commands import hold as holds
from commands import promise as promises
from commands import stranger as strangers
from commands.conversation import handlers as conversations
from commands.conversation.merging import changes
from commands.customer import handlers as customers
from commands.customer.handlers import LinkedMeanwhile
from commands.customer.links import linked
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.hold import UnderHold
from commands.open_work import OpenWork, settle_all
from commands.staff import erasing as erasing_staff
from domain import promise
from domain.conversation.commands import ChangeStatus
from domain.conversation.decisions import decide
from domain.conversation.events import CLOSED
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER, EraseCustomer
from domain.hold import ErasureDeferred
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.promise import PROMISE, WithdrawPromise
from domain.staff import STAFF, EraseStaff
from domain.stranger import STRANGER, EraseStranger


def erase(
    executor: CommandExecutor,
    customer_id: str,
    context: Context,
    open_work: OpenWork,
    *,
    waited: ErasureDeferred | None = None,
) -> Answer:
    """Erase a customer for good, with every customer linked at that instant: merged customers are one person. Who was
    linked stays known (`customer_links.linked`). A repeat finds the first erasure. The answer's position also shows
    what was ended with it. Raises Refusal `not-found`, `unavailable`, and as `open_work`.

    While a legal hold stands on one of them, on a conversation of theirs or on one in which they took part, nothing is
    erased: the erasure waits (`commands/hold.py`), and the answer has the id of what waits. `waited`: what is done now;
    it erases nobody who was linked since it was asked for.

    First, open conversations are resolved and standing promises withdrawn: after the erasure nobody could act on them,
    and they would wait for ever. Then again, once nothing more can come in: the customer may have written in between.
    If the process dies half-way, or the log is restored from before, a repeat does the rest.

    The keys are destroyed before the events are appended. If the process dies in between, `apply_erasures` brings the
    events later, from the key store's list of erasures; an event without a destroyed key would be a lie. Then the files
    of these customers go: nobody can open them any more. Raises Refusal `unavailable` where they cannot be removed.
    """
    first = customers.check_may_erase(executor, customer_id, context)
    if first is not None and kind_of(first.id) == holds.DEFERRED:
        return first
    each_by_itself = replace(context, command_id=None)
    keyless: set[str] = set()
    settled = 0
    more = set(linked(executor.read, customer_id))
    asked_for = {*waited.people, customer_id} if waited and waited.people else None
    kept = set() if asked_for is None else more - asked_for
    more -= kept
    while True:
        try:
            begin(executor, more, each_by_itself, open_work, same=kept)
        except UnderHold as held:
            what = (
                waited
                if waited and not keyless
                else holds.erasure_of(held.customer_id if keyless else customer_id, context, more)
            )
            by, body = (each_by_itself, None) if keyless else (context, customers.erasure_body(customer_id, context))
            deferred = holds.defer(executor, held, what, by, body)
            if deferred is None:
                continue
            if not keyless:
                return deferred
            # Who turned out to be the same person when it was too late to stop stays, and is erased later.
            kept |= more
            more = set()
        for id in sorted(more):
            settled = max(settled, _settle(executor, id, each_by_itself, open_work))
        executor.log.vault.destroy(*more)
        letters.destroy(executor, *more)
        keyless |= more
        try:
            answer = customers.erase(executor, customer_id, keyless, context, kept=kept)
        except LinkedMeanwhile as meanwhile:
            more = set(meanwhile.customer_ids)
            if asked_for is not None:
                kept |= more - asked_for
                more &= asked_for
            continue
        content.destroy(executor, *sorted(keyless))
        for id in sorted(keyless):
            settled = max(settled, _settle(executor, id, each_by_itself, open_work))
        # What a repeat ends shows later than the erasure itself.
        return replace(answer, position=max(answer.position, settled))


def begin(
    executor: CommandExecutor,
    people: Collection[str],
    context: Context,
    open_work: OpenWork,
    *,
    same: Collection[str] = (),
) -> None:
    """Begin to erase these people, if no legal hold covers anything of theirs or of who is the `same` person. Raises
    UnderHold, and as `open_work`."""
    there = sorted(id for id in people if not holds.erased(executor.read, id))
    position = executor.log.position()
    took_part_in = (each for id in there for each in open_work.of_participant(id, position))
    if there:
        holds.begin_erasure(executor, there, context, same=same, took_part_in=took_part_in)


def _settle(executor: CommandExecutor, customer_id: str, context: Context, open_work: OpenWork) -> int:
    """Resolve the open conversations of one customer, and withdraw the standing promises. As `settle_all`."""
    return settle_all(
        lambda position: open_work.of_customer(customer_id, position),
        lambda id: _end(executor, id, context),
        executor.log.position(),
    )


def _end(executor: CommandExecutor, id: str, context: Context) -> int:
    try:
        if kind_of(id) == "promise":
            return promises.act(executor, id, WithdrawPromise(), context).position
        return conversations.act(executor, id, ChangeStatus(status="resolved"), context).position
    except Refusal as refusal:
        if refusal.code == "customer-erased":
            return _end_of_erased(executor, id, context).position
        # It is a part, and the conversation that shows it is resolved; or it ended meanwhile.
        if refusal.code not in ("conversation-merged", "promise-ended"):
            raise
        return 0


def _end_of_erased(executor: CommandExecutor, id: str, context: Context) -> Answer:
    """Resolve the conversation, or withdraw the promise, of somebody who is erased. The events hold no text, so that no
    key is needed; and the unit of work names nobody, so that no tombstone refuses it."""

    def work() -> UnitOfWork:
        now = executor.clock()
        if kind_of(id) == "promise":
            promised = executor.existing(PROMISE, id)
            ended = [] if promised.state.end else promise.decide(promised.state, WithdrawPromise(), now)
            return UnitOfWork(id, [Change(id, promised, ended)])
        before = executor.existing(CONVERSATION, id)
        if before.state.merged_into is not None or before.state.status in CLOSED:
            return UnitOfWork(id, [Change(id, before, [])])
        command = ChangeStatus(status="resolved")
        return UnitOfWork(id, changes(executor.load, id, before, command, decide(before.state, command, now)))

    return executor.run(context, work, streams=[id])


def apply_erasures(executor: CommandExecutor, *, files: bool = True) -> list[str]:
    """Make key store and log agree on who was erased, after a crash half-way or a restore of either of them. Answers
    the ids of customers, strangers and staff whose erasure only one of the two had recorded.

    Customers linked at the erasure are on the list, too; a restored log may have links that were undone since.

    Call this before anything else starts. `files`: remove the files of everybody who is erased, too; else a process
    that stays does. Raises Overloaded.
    """
    log, vault = executor.log, executor.log.vault
    forgotten = {subject for subject, _ in vault.erasures()}
    tombstones = log.tombstones()
    restored = sorted(tombstones - forgotten)
    for subject in restored:
        vault.destroy(subject)
    # A restored log may be older than some of these customers.
    people = [
        subject
        for subject in sorted(forgotten - tombstones)
        if kind_of(subject) in (CUSTOMER.kind, STRANGER.kind, STAFF.kind)
    ]
    late = [subject for subject, history in log.histories(people).items() if history]
    context = Context(Actor(id="system-vault", kind="system"), reason="the vault's list of erasures")
    letters.destroy(executor, *late)
    for subject in late:
        if kind_of(subject) == "customer":
            customers.act(executor, EraseCustomer(customer_id=subject), context)
        elif kind_of(subject) == STAFF.kind:
            erasing_staff.record_erasure(executor, EraseStaff(staff_id=subject), context)
        else:
            strangers.record_erasure(executor, EraseStranger(stranger_id=subject), context)
    if files:
        content.destroy_erased(executor)
    return restored + late
