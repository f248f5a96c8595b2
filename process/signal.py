"""The reactions of signals: they file feedback items from what is recorded, route what has become strong, and put
before agents what a team asks back.

Nothing is filed before a decision table `themes` is published, and nothing routed before one `signal-routing` is.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.conversation.commands import AddNote
from domain.conversation.events import AnswerJudged, InteractionAdded, KindChanged
from domain.kernel.event import Recorded
from domain.order.events import Cancelled, Delivered, DeliveryChecked, Placed, Returned
from domain.signal.commands import RouteSignal
from domain.signal.events import SignalAskedBack
from domain.signal.identity import signal_id
from domain.signal.item import (
    Deed,
    FileItem,
    ItemCorrected,
    ItemDecided,
    ItemFiled,
    ItemKind,
    ItemSplitOff,
    ItemSplitUndone,
    ItemThemeSuggested,
    WithdrawItem,
    item_id,
)
from process.reaction import Reaction, Request

_Reads = InteractionAdded | KindChanged | AnswerJudged | Placed | Cancelled | Returned | Delivered | DeliveryChecked

PLACED = "1"
"""The part of an order that says what was ordered: its first event."""


class SignalItems(Reaction[_Reads]):
    """Files feedback and complaints, the verdict "this did not answer me", returns, cancellations and deliveries that
    were not as they should be; and orders, as far as the table says what an order means. Where the kind of an
    interaction is corrected, its item is withdrawn or filed; where an order is cancelled whole, its item is withdrawn.
    """

    name = "signal-items"
    begins = "at-end"
    # An item that is to be withdrawn may never have been filed.
    ignores = frozenset({"customer-erased", "not-found", "table-unpublished"})

    def react(self, recorded: Recorded[_Reads]) -> Iterable[Request]:
        """The items that follow."""
        match event := recorded.event:
            case InteractionAdded():
                if (kind := _counts(event.kind)) is not None:
                    yield _interaction(
                        recorded, kind, event.interaction_id, event.order_id, event.product_area, event.theme
                    )
            case KindChanged():
                if (former := _counts(event.previous)) is not None:
                    id = item_id(recorded.originator_id, event.interaction_id, former)
                    yield Request(id, WithdrawItem())
                if (kind := _counts(event.kind)) is not None:
                    yield _interaction(recorded, kind, event.interaction_id, again=True)
            case AnswerJudged():
                if not event.answered:
                    part = str(recorded.originator_version)
                    command = FileItem(
                        kind="verdict",
                        conversation_id=recorded.originator_id,
                        part=part,
                        message_id=event.message_id,
                        said_at=recorded.at,
                    )
                    yield Request(item_id(recorded.originator_id, part, "verdict"), command)
            case Placed():
                yield _deed(recorded, "order", [])
            case Cancelled():
                if not event.lines:
                    yield Request(item_id(recorded.originator_id, PLACED, "behaviour"), WithdrawItem())
                yield _deed(recorded, "cancellation", [each.item for each in event.lines])
            case Returned():
                yield _deed(recorded, "return", [each.item for each in event.lines])
            case Delivered() | DeliveryChecked():
                if False in (event.in_full, event.undamaged, event.documents_right):
                    yield _deed(recorded, "failed-step", [each.item for each in event.lines])


_Placed = ItemFiled | ItemDecided | ItemCorrected | ItemThemeSuggested | ItemSplitOff | ItemSplitUndone


class StrongSignals(Reaction[_Placed]):
    """Routes a signal once its evidence is strong, by the published table. Whatever is held, or was answered before, a
    person may route."""

    name = "signal-routing"
    begins = "at-end"
    ignores = frozenset(
        {
            "customer-erased", "not-found", "table-unpublished", "signal-held", "signal-answered", "signal-merged",
            "signal-unplaced",
        }
    )  # fmt: skip

    def react(self, recorded: Recorded[_Placed]) -> Iterable[Request]:
        """The signal that the item belongs to is weighed again."""
        placed = recorded.event.placement
        if placed.product_area is not None and placed.theme is not None and placed.stage is not None:
            command = RouteSignal(area=placed.product_area, theme=placed.theme, stage=placed.stage)
            yield Request(signal_id(command.area, command.theme, command.stage), command)


class SignalQuestions(Reaction[SignalAskedBack]):
    """Puts what a team asks back before agents: as a note on each conversation in which they are to ask."""

    name = "signal-questions"
    begins = "at-end"

    def react(self, recorded: Recorded[SignalAskedBack]) -> Iterable[Request]:
        """A note that names the signal, which the finding is told of."""
        event = recorded.event
        body = f"To ask for {event.signal_id} ({event.area}, {event.theme}, {event.stage}): {event.question}"
        for conversation_id in event.conversation_ids:
            yield Request(conversation_id, AddNote(body=body))


def _counts(kind: str) -> ItemKind | None:
    match kind:
        case "feedback":
            return "feedback"
        case "complaint":
            return "complaint"
        case _:
            return None


def _interaction(
    recorded: Recorded[_Reads],
    kind: ItemKind,
    interaction_id: str,
    order_id: str | None = None,
    product_area: str | None = None,
    theme: str | None = None,
    *,
    again: bool = False,
) -> Request:
    command = FileItem(
        kind=kind,
        conversation_id=recorded.originator_id,
        order_id=order_id,
        part=interaction_id,
        product_area=product_area,
        theme=theme,
        said_at=recorded.at,
        again=again,
    )
    return Request(item_id(recorded.originator_id, interaction_id, kind), command)


def _deed(recorded: Recorded[_Reads], did: Deed, products: list[str]) -> Request:
    part = str(recorded.originator_version)
    command = FileItem(
        kind="behaviour",
        did=did,
        order_id=recorded.originator_id,
        part=part,
        product=products[0] if products else None,
        said_at=recorded.at,
    )
    return Request(item_id(recorded.originator_id, part, "behaviour"), command)
