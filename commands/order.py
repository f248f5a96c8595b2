"""Command handlers of orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from commands.customer.contact_points import ContactPoint, names_of
from commands.customer.handlers import FoundByName, told_name
from commands.customer.links import shown_as
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain import promise
from domain.customer import CUSTOMER
from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.order import decisions as order
from domain.order.commands import OrderCommand, PlaceOrder
from domain.order.events import AboutPart, DeliveryChecked
from domain.order.number import former_spellings, normalised
from domain.order.state import ORDER, Order
from domain.promise import PROMISE, KeepPromise, WithdrawPromise


def order_for(
    executor: CommandExecutor, command: PlaceOrder, context: Context, *, takes_number: bool = True
) -> FoundByName:
    """The order with this number, known or new; a known one is amended by what is told otherwise, which may end the
    promise of its delivery. Part of other commands.

    A new order takes the id under which its customer's messages name it already. In logs of a former release, an order
    of which nothing is told may be one that a customer only named: another customer's order gets the number.

    Another system's record is a fact, also where another customer's order has the number: both orders are kept and
    marked. `takes_number`: the number leads to this order from then on. A person's record is refused there:
    `order-number-taken`.
    """
    if command.number is None:
        return _new(executor, command)
    number = _Number.of(executor, command.customer_id, command.number)
    if number.order is not None:
        if number.is_theirs:
            return FoundByName(number.order.state.order_id, amendment(executor, number.order, command, context))
        if number.is_taken or number.order.state.told:
            if not _is_system(context):
                other = number.order.state.order_id
                raise Refusal("order-number-taken", f"{other} of another customer has this number; check who ordered")
            return _contested(executor, command, context, number, number.order, takes_number=takes_number)
    key = _key(command.number)
    if number.named is None:
        reference = _reference(command.customer_id, command.number)
        return _new(executor, command, (*key, command.order_id), (*reference, command.order_id))
    own = executor.load(ORDER, number.named)
    if own.state is not None:  # the number led to another customer's order, and that customer is erased
        return FoundByName(
            number.named, amendment(executor, own.existing("order"), command, context), [(*key, number.named)]
        )
    return _new(executor, command.model_copy(update={"order_id": number.named}), (*key, number.named))


def _contested(
    executor: CommandExecutor,
    command: PlaceOrder,
    context: Context,
    number: _Number,
    other: Loaded[Order],
    *,
    takes_number: bool,
) -> FoundByName:
    """The order of a customer whose number the order `other` of another customer has."""
    assert command.number is not None
    key, reference = _key(command.number), _reference(command.customer_id, command.number)
    id, other_id = number.named or command.order_id, other.state.order_id
    command, own = command.model_copy(update={"order_id": id}), executor.load(ORDER, id)
    unique_keys = [] if number.named else [(*reference, id)]
    if own.state is not None and not takes_number:
        return FoundByName(id, amendment(executor, own.existing("order"), command, context), unique_keys)
    ended: Sequence[Change] = ()
    if own.state is None:
        told = order.decide(None, command, executor.clock())
    else:
        amended, *ended = amendment(executor, own.existing("order"), command, context)
        told = list(amended.events)
    state = Change(id, own, told).after().state
    assert isinstance(state, Order)
    mine = Change(id, own, [*told, *order.contest_number(state, other_id, leads_here=takes_number)])
    theirs = Change(other_id, other, order.contest_number(other.state, id, leads_here=not takes_number))
    if not takes_number:
        return FoundByName(id, [mine, theirs], unique_keys)
    return FoundByName(id, [mine, theirs, *ended], [*unique_keys, (*key, id)], release=[key])


def amendment(
    executor: CommandExecutor, known: Loaded[Order], command: PlaceOrder, context: Context
) -> Sequence[Change]:
    """The changes of an order that is told again, with the end of its promise where that follows. Part of other
    commands."""
    id = known.state.order_id
    brings_text = None in executor.named(*_reason_keys(executor, id, _whatever_its_id(command)))
    amended = Change(id, known, order.amend(known.state, command, brings_text=brings_text))
    return [amended, *_promise_ended(executor, known.state, amended, context)]


def order_named(executor: CommandExecutor, customer_id: str, number: str) -> FoundByName:
    """The order that a customer means by a number: the customer's own, placed or not. Part of other commands.

    What a customer writes takes no number away from anybody, and finds nobody else's order. Where no order is known,
    the order's id is drawn here, and the order gets this id if it is ever placed.
    """
    known = _Number.of(executor, customer_id, number)
    if known.order is not None and known.is_theirs:
        return FoundByName(known.order.state.order_id)
    if known.named is not None:
        return FoundByName(known.named)
    drawn = new_id("order")
    return FoundByName(drawn, unique_keys=[(*_reference(customer_id, number), drawn)])


def place(
    executor: CommandExecutor, command: PlaceOrder, context: Context, *, told: ContactPoint | None = None
) -> Answer:
    """Record an order of a known customer. An order number leads to one order: the same number again finds the same
    order, and amends it where something else is told. `told`: the contact point by which the customer was found, whose
    name is taken where none is known. Raises Refusal `not-found`, `order-number-taken` (a person, by another customer),
    or as `CommandExecutor.run`."""

    check_typed(command, context)

    def work() -> UnitOfWork:
        executor.existing(CUSTOMER, command.customer_id)
        found = order_for(executor, command, context)
        before = found.changes[0].before.state
        whose = before.customer_id if isinstance(before, Order) else command.customer_id
        named = told_name(executor, told, command.customer_id) if told else []
        changes = [*found.changes, *named]
        reasons = _reason_keys(executor, found.id, _whatever_its_id(command))
        kept = [(*key, found.id) for key in reasons if executor.named(key) == [None]]
        return UnitOfWork(found.id, changes, [*found.unique_keys, *kept], subject=whose, release=found.release)

    names = names_of(executor, [told]) if told else []
    return executor.run(context, work, body=body_of(context, command), streams=[command.customer_id], names=names)


def act(executor: CommandExecutor, order_id: str, command: OrderCommand, context: Context) -> Answer:
    """Run any other command on an order: ship, deliver, check, cancel or return it, or a part of it.

    A standing promise of the delivery is kept once all is delivered, as of when the last part came, or withdrawn if the
    order will not come any more. Raises Refusal as `domain.order.decisions.decide` and `CommandExecutor.run`.
    """
    check_typed(command, context)
    numbers = [_part_key(order_id, number) for number in command.numbers]
    reasons = _reason_keys(executor, order_id, command)

    def work() -> UnitOfWork:
        before = executor.existing(ORDER, order_id)
        holders = executor.named(*numbers)
        part = next((int(holder) for holder in holders if holder is not None), None)
        now = context.counted_at(executor.clock())
        told = executor.named(*reasons)
        brings_text = None in (*holders, *told)
        takes_all = _is_system(context)
        events = order.decide(before.state, command, now, part=part, brings_text=brings_text, takes_all=takes_all)
        times: list[tuple[KeyKind, str]] = []
        if context.occurred_at is not None:
            again = order.decide(before.state, command, now, part=part, brings_text=True, takes_all=takes_all)
            times = [_time_key(executor, order_id, each, context) for each in again]
            if not events and None in executor.named(*times):
                events = [order.at_another_time(each, context.occurred_at) for each in again]
        changed = Change(order_id, before, events)
        tells = [part if part is not None else event.part for event in events if isinstance(event, AboutPart)]
        free = [number for number, holder in zip(numbers, holders, strict=True) if holder is None]
        unique_keys = [(*number, str(tells[0])) for number in free if tells]
        unique_keys += [(*reason, order_id) for reason, holder in zip(reasons, told, strict=True) if holder is None]
        unique_keys += [(*time, order_id) for time in times if events and executor.named(time) == [None]]
        ended = _promise_ended(executor, before.state, changed, context)
        return UnitOfWork(order_id, [changed, *ended], unique_keys, subject=before.state.customer_id)

    return executor.run(context, work, body=body_of(context, command, order_id), streams=[order_id])


def order_id(executor: CommandExecutor, number: str) -> str | None:
    """The id of the order with this number, in any spelling, if any."""
    return next(filter(None, (executor.find(*key) for key in keys_of(number))), None)


def keys_of(number: str) -> list[tuple[KeyKind, str]]:
    """The unique keys under which an order with this number may be known: first the one that new orders get."""
    return [_key(number), *(("order-number", spelling) for spelling in former_spellings(number))]


def _promise_ended(executor: CommandExecutor, before: Order, changed: Change, context: Context) -> list[Change]:
    """The end of the promise of the delivery that follows from a change of the order, if any."""
    after = changed.after().state
    if before.promise_id is None or not isinstance(after, Order):
        return []
    ending: KeepPromise | WithdrawPromise
    if after.parts.complete and not before.parts.complete:
        ending = KeepPromise()
    elif after.status in ("cancelled", "returned") and before.status not in ("cancelled", "returned"):
        ending = WithdrawPromise()
    else:
        return []
    promised = executor.existing(PROMISE, before.promise_id)
    if promised.state.end is not None:
        return []
    now = context.counted_at(executor.clock())
    came_at = after.parts.came_at if isinstance(ending, KeepPromise) else None
    as_of = replace(context, occurred_at=came_at) if came_at is not None and came_at > now else None
    return [Change(before.promise_id, promised, promise.decide(promised.state, ending, now), as_of)]


def _whatever_its_id(command: PlaceOrder) -> PlaceOrder:
    """The command without whose it is, by which no repeat is told."""
    return command.model_copy(update={"customer_id": "", "order_id": ""})


def _reason_keys(executor: CommandExecutor, order_id: str, command: OrderCommand) -> list[tuple[KeyKind, str]]:
    """The key of a step with a reason, or of which something is kept: texts are not among what decisions know, so that
    the key tells a repeat."""
    if getattr(command, "because", None) is None and not command.adjusted:
        return []
    step = executor.fingerprint(command).hex()
    return [("order-reason", f"{order_id}\x00{step}")]


def _time_key(executor: CommandExecutor, order_id: str, event: Event, context: Context) -> tuple[KeyKind, str]:
    """The key of a time that was told of a step: the order keeps no times among what decisions know, so that the key
    tells a repeat."""
    step = "order.delivered" if isinstance(event, DeliveryChecked) else event.stored_name
    said = context.occurred_at.isoformat() if context.occurred_at else ""
    of = event.part if isinstance(event, AboutPart) else getattr(event, "lines", ())
    told = executor.fingerprint(step, str(of), said, context.time_precision).hex()
    return "order-reason", f"{order_id}\x00at\x00{told}"


def check_typed(command: OrderCommand, context: Context) -> None:
    """Check that what a person typed fits as it is; only what an order system tells is a fact, in whatever form. Raises
    Refusal `input-invalid`."""
    if command.adjusted and not _is_system(context):
        fields = list(dict.fromkeys(each.field for each in command.adjusted))
        if "step" in fields:
            raise Refusal("input-invalid", "lines: name those of the parcel that were cancelled")
        wrong = "too long, too large, not in the right form, or none of this step's"
        raise Refusal("input-invalid", f"{', '.join(fields)}: {wrong}; correct it")


def _is_system(context: Context) -> bool:
    return context.actor.kind in ("service", "system")


def _part_key(order_id: str, number: str) -> tuple[KeyKind, str]:
    return "order-part", f"{order_id}\x00{normalised(number)}"


@dataclass(frozen=True, slots=True)
class _Number:
    """What a number stands for. `order`: the order that has the number. `is_theirs`: that order is this customer's.
    `is_taken`: the order has the number as this release compares numbers. `named`: what this customer means by it."""

    order: Loaded[Order] | None
    is_theirs: bool
    is_taken: bool
    named: str | None

    @classmethod
    def of(cls, executor: CommandExecutor, customer_id: str, number: str) -> _Number:
        """Look the number up, with one query."""
        named, *holders = executor.named(_reference(customer_id, number), *keys_of(number))
        found = next(filter(None, holders), None)
        order = None if found is None else executor.existing(ORDER, found)
        theirs = order is not None and _same_person(executor, order.state.customer_id, customer_id)
        return cls(order, theirs, holders[0] is not None, named)


def _key(number: str) -> tuple[KeyKind, str]:
    return "order", normalised(number)


def _reference(customer_id: str, number: str) -> tuple[KeyKind, str]:
    return "order-reference", f"{customer_id}\x00{normalised(number)}"


def _same_person(executor: CommandExecutor, one: str, other: str) -> bool:
    if one == other:
        return True
    if executor.load(CUSTOMER, other).state is None:
        return False  # a customer who is registered by this very command
    return shown_as(executor.load, one) == shown_as(executor.load, other)


def _new(executor: CommandExecutor, command: PlaceOrder, *unique_keys: tuple[KeyKind, str, str]) -> FoundByName:
    events = order.decide(None, command, executor.clock())
    return FoundByName(command.order_id, [Change(command.order_id, NOTHING, events)], unique_keys)
