"""Command handlers of feedback items: file one of what is recorded, mark a passage, correct and withdraw an item.

What an item is about is decided by the table `themes` that is in force, and the decision is recorded with the item. An
item that no table decides is filed all the same, and says why: what people said is never refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from commands import decision_table as tables
from commands.customer.handlers import check_theirs
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from commands.signal import same_texts
from commands.signal.said_text import SaidText, said_text, text_of
from domain.conversation.events import InteractionAdded, MessageReceived, NoteAdded
from domain.conversation.removing import place_of_message
from domain.conversation.state import CONVERSATION, Conversation
from domain.customer import CUSTOMER
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.order.state import ORDER
from domain.signal import item
from domain.signal.item import (
    ITEM,
    CorrectItem,
    FileItem,
    ItemCorrected,
    ItemDecided,
    ItemFiled,
    ItemKind,
    ItemState,
    MarkPassage,
    RecordedPlacement,
    RecordedSource,
    SaidPlacement,
    Stance,
    WithdrawItem,
)

TABLE = "themes"
"""The name of the decision table that says what items are about."""
OUTPUTS = {"area": "product_area", "stance": "stance"} | {each: each for each in ("theme", "step", "stage", "weight")}
"""The outputs of the table that count, each with what it says of an item."""

MOST_PRODUCTS = 20
"""Of how many products of an order the table is asked what the order means."""


def file(executor: CommandExecutor, command: FileItem, context: Context) -> Answer:
    """File an item of a conversation or an order, once. Before a table `themes` is published, the company collects no
    items. An order is an item only where the table says whether it is for a signal or against. Raises Refusal
    `table-unpublished`, `not-found`, `not-theirs`, or as `CommandExecutor.run`."""
    source = command.conversation_id or command.order_id or ""
    id = item.item_id(source, command.part, command.kind)
    if executor.find(*tables.named(TABLE)) is None:
        raise Refusal("table-unpublished", f"no table {TABLE} is published; publish one with antiphon tables put")
    if command.did == "order" and not _takes_orders(executor, context):
        raise Refusal("table-unpublished", f"no table {TABLE} says what an order means: it needs an output stance")
    body = body_of(context, command)
    command = _as_said(executor, command)
    text = text_of(executor, command)

    def work() -> UnitOfWork:
        channel = language = area = None
        product, products, order_id = command.product, [], command.order_id
        if command.conversation_id:
            conversation = executor.existing(CONVERSATION, command.conversation_id).state
            customer_id = conversation.customer_id
            channel, language, area = conversation.channel, conversation.language, conversation.product_area
            # A number that nobody has told us of, or a mistyped one, keeps no feedback back: its order is not placed.
            if command.order_id and executor.load(ORDER, command.order_id).state is not None:
                check_theirs(executor, ORDER, command.order_id, customer_id)
            order_id = command.order_id or _only_order(conversation)
            product = product or _only_product(executor, order_id, customer_id)
        else:
            order = executor.existing(ORDER, source).state
            customer_id = order.customer_id
            products = [line.item for line in order.facts.lines]
            product = product or next(iter(products), None)
        filed = ItemFiled(
            item_id=id,
            person_id=customer_id,
            kind=command.kind,
            did=command.did,
            source=RecordedSource(
                customer_id=customer_id,
                conversation_id=command.conversation_id,
                order_id=order_id,
                part=command.part,
                message_id=command.message_id,
            ),
            channel=channel,
            language=language or (text.language if text else None),
            segment=executor.existing(CUSTOMER, customer_id).state.segment,
            prompted=command.prompted,
            said_at=command.said_at,
            placement=RecordedPlacement(product_area=command.product_area or area),
            product=product,
        )
        if command.did == "order":
            return _ordered(executor, filed, context, products)
        return _filing(executor, filed, context, {"theme": command.theme, "product": product}, text, command.again)

    streams = [id, *filter(None, (command.conversation_id, command.order_id))]
    marks = same_texts.names(text.marks if text else ())
    return executor.run(context, work, body=body, streams=streams, names=[tables.named(TABLE), *marks])


def mark(executor: CommandExecutor, conversation_id: str, command: MarkPassage, context: Context) -> Answer:
    """Mark a passage of what a customer, or another participant, wrote; or of what a colleague noted about our own
    process. The item names the passage and copies nothing.

    Raises Refusal `not-found`, `message-unknown`, `message-not-received`, `passage-empty`, or as `CommandExecutor.run`.
    """
    executor.read(CONVERSATION, conversation_id).existing(CONVERSATION.kind)
    stream = executor.log.streams([conversation_id], opened=False)[conversation_id]
    recorded = stream[place_of_message(stream, command.message_id) - 1]
    # Of a long conversation, this one text is opened.
    opened = executor.log.one(conversation_id, recorded.originator_version)
    message = None if opened is None else opened.event
    noted = isinstance(message, NoteAdded) and recorded.envelope.actor.kind == "agent"
    if not isinstance(message, MessageReceived) and not noted:
        raise Refusal(
            "message-not-received",
            "only what customers wrote or colleagues noted is feedback; name a message of theirs",
        )
    assert isinstance(message, MessageReceived | NoteAdded)
    if not message.body[command.start : command.end].strip():
        raise Refusal("passage-empty", "there are no words between start and end; count the message's characters")
    # Whatever lies behind the message's end is no passage: else one passage would be many items.
    end = min(command.end, len(message.body))
    part = f"{command.message_id} {command.start}-{end}"
    kind: ItemKind = "colleague-note" if noted else "passage"
    whose = recorded.envelope.actor.id if isinstance(message, NoteAdded) else message.whose
    id = item.item_id(conversation_id, part, kind)
    text = said_text(message.body, [(command.start, end)])

    def work() -> UnitOfWork:
        conversation = executor.existing(CONVERSATION, conversation_id).state
        customer = executor.load(CUSTOMER, whose).state
        language = message.language or conversation.language if isinstance(message, MessageReceived) else None
        order_id = _only_order(conversation)
        product = _only_product(executor, order_id, conversation.customer_id)
        filed = ItemFiled(
            item_id=id,
            person_id=whose,
            kind=kind,
            source=RecordedSource(
                customer_id=conversation.customer_id,
                conversation_id=conversation_id,
                order_id=order_id,
                part=part,
                message_id=command.message_id,
                start=command.start,
                end=end,
            ),
            channel=message.channel if isinstance(message, MessageReceived) else None,
            language=language or (text.language if text else None),
            segment=customer.segment if customer else None,
            said_at=recorded.at,
            placement=RecordedPlacement(
                product_area=command.product_area or conversation.product_area, theme=command.theme
            ),
            product=product,
        )
        return _filing(executor, filed, context, {"theme": command.theme, "product": product}, text, again=True)

    streams = [id, conversation_id, *([] if noted else [whose])]
    marks = same_texts.names(text.marks if text else ())
    body = body_of(context, command, conversation_id)
    return executor.run(context, work, body=body, streams=streams, names=[tables.named(TABLE), *marks])


def _only_order(conversation: Conversation) -> str | None:
    """The order that a conversation is about; None where it is about several, or nobody named one."""
    return next(iter(conversation.order_ids)) if len(conversation.order_ids) == 1 else None


def _only_product(executor: CommandExecutor, order_id: str | None, customer_id: str) -> str | None:
    """What was ordered; None where it was several things, or is not known."""
    order = executor.load(ORDER, order_id).state if order_id else None
    if order is None or order.customer_id != customer_id:
        return None
    products = {line.item for line in order.facts.lines}
    return products.pop() if len(products) == 1 else None


def act(executor: CommandExecutor, id: str, command: CorrectItem | WithdrawItem, context: Context) -> Answer:
    """Correct or withdraw an item. Raises Refusal as `domain.signal.item.decide` and `CommandExecutor.run`."""
    filed = as_filed(executor, [id]) if isinstance(command, CorrectItem) else {}

    def work() -> UnitOfWork:
        before = executor.existing(ITEM, id)
        if isinstance(command, CorrectItem):
            events = corrected(executor, before.state, command, filed[id], context)
        else:
            events = item.decide(before.state, command, id)
        return UnitOfWork(id, [Change(id, before, events)], subject=before.state.customer_id)

    return executor.run(context, work, body=body_of(context, command, id), streams=[id], names=[tables.named(TABLE)])


def as_filed(executor: CommandExecutor, ids: Sequence[str]) -> dict[str, ItemFiled]:
    """Each of these items as it was filed first: that never changes, so that it is read outside of a command's turn.
    What is no item is left out."""
    for id in ids:
        executor.read(ITEM, id).existing(ITEM.kind)
    firsts = {id: stream[0].event for id, stream in executor.log.streams(ids, opened=False).items()}
    return {id: first for id, first in firsts.items() if isinstance(first, ItemFiled)}


def corrected(
    executor: CommandExecutor, state: ItemState, command: CorrectItem, filed: ItemFiled, context: Context
) -> list[Event]:
    """The events of a correction; part of commands. Where somebody names another theme, and no stage is known, the
    table says what the theme means: so the item comes to its signal."""
    events = item.decide(state, command, filed.item_id)
    for each in events:
        assert isinstance(each, ItemCorrected)
        if each.placement.theme != each.previous.theme and each.placement.stage is None:
            placed = filed.model_copy(update={"placement": each.placement})
            said = {"theme": each.placement.theme, "product": filed.product}
            return [*events, *decided(executor, placed, said, context.counted_at(executor.clock()))[1:]]
    return events


def _as_said(executor: CommandExecutor, command: FileItem) -> FileItem:
    """The item of a corrected kind with what the interaction's own event says: the item counts when it was said, and
    not when it was corrected."""
    if not command.again or command.conversation_id is None:
        return command
    for each in executor.log.streams([command.conversation_id], opened=False)[command.conversation_id]:
        said = each.event
        if isinstance(said, InteractionAdded) and said.interaction_id == command.part:
            told = {"order_id": said.order_id, "product_area": said.product_area, "theme": said.theme}
            return command.model_copy(update={**told, "said_at": each.at})
    return command


def _takes_orders(executor: CommandExecutor, context: Context) -> bool:
    found = tables.table_in_force(executor, TABLE, context.counted_at(executor.clock()))
    return found is not None and "stance" in {each.name for each in found[0].outputs}


def _ordered(executor: CommandExecutor, filed: ItemFiled, context: Context, products: list[str]) -> UnitOfWork:
    """An order as an item: by the first product that the table takes for a signal, or else against one."""
    before = executor.load(ITEM, filed.item_id)
    found: dict[Stance, list[Event]] = {}
    if before.state is None:
        for product in list(dict.fromkeys(products))[:MOST_PRODUCTS]:
            _, *further = events = decided(executor, filed, {"product": product}, context.counted_at(executor.clock()))
            if further and isinstance(further[0], ItemDecided) and (stance := further[0].placement.stance):
                found.setdefault(stance, events)
    change = Change(filed.item_id, before, found.get("for") or found.get("against") or [])
    return UnitOfWork(filed.item_id, [change], subject=filed.source.customer_id)


def _filing(
    executor: CommandExecutor,
    filed: ItemFiled,
    context: Context,
    said: dict[str, str | None],
    text: SaidText | None,
    again: bool,
) -> UnitOfWork:
    id, customer_id = filed.item_id, filed.source.customer_id
    before = executor.load(ITEM, id)
    if before.state is not None and not (before.state.withdrawn and again):
        return UnitOfWork(id, [Change(id, before, [])], subject=customer_id)
    events = decided(executor, filed, said, context.counted_at(executor.clock()))
    keys: Sequence[tuple[KeyKind, str, str]] = []
    if text is not None:
        like, keys = same_texts.found(executor, text.marks, id, filed.person_id)
        events.append(text.compared(id, like))
    # A note is sealed under the key of the conversation's customer, and goes with them.
    others = filed.person_id != customer_id and filed.kind != "colleague-note"
    participant = filed.person_id if others else None
    return UnitOfWork(id, [Change(id, before, events)], [*keys], subject=customer_id, participant=participant)


def decided(executor: CommandExecutor, filed: ItemFiled, said: dict[str, str | None], now: datetime) -> list[Event]:
    """The item as it is filed, and what the table says; part of commands. The table decides what nobody said: whoever
    marks a passage and names its theme knows better."""
    given = {
        "kind": filed.kind,
        "did": filed.did,
        "area": filed.placement.product_area,
        "channel": filed.channel,
        "language": filed.language,
        "segment": filed.segment,
        "prompted": filed.prompted,
        **said,
    }
    try:
        decision = tables.decided(executor, TABLE, given, now)
    except Refusal as refusal:
        return [filed.model_copy(update={"undecided": refusal.code})]
    if decision is None or not decision.outputs:
        return [filed.model_copy(update={"undecided": "no-table" if decision is None else "no-rule"})]
    (result, *_) = decision.results()
    answered = {OUTPUTS[name]: value for name, value in result.items() if name in OUTPUTS and value is not None}
    # Of an item that was filed before, a person may have said the weight; else it is what nobody said.
    nobodys = {"weight"} if filed.placement.weight == RecordedPlacement().weight else set()
    known = filed.placement.model_dump(exclude_none=True, exclude=nobodys)
    try:
        placement = SaidPlacement.model_validate({**answered, **known})
    except ValidationError:
        return [filed.model_copy(update={"undecided": "output-unknown"})]
    decided = RecordedPlacement(**placement.model_dump())
    return [filed, ItemDecided(item_id=filed.item_id, placement=decided, decision=decision)]
