"""Feedback items: what somebody said or did about what the company makes, or about how it works. Each is a stream of
its own, which names its source and copies none of its words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, assert_never
from uuid import UUID, uuid5

from pydantic import Field

from domain.decision_table.deciding import TableDecision
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import Flag, Frozen, Label, RecordedValue, Whole
from domain.signal.identity import Stage

ItemKind = Literal["feedback", "complaint", "verdict", "passage", "survey-answer", "behaviour", "colleague-note"]
"""Where an item comes from. `behaviour`: what somebody did, kept apart from what people say. `colleague-note`: what a
colleague noted about our own process, such as a bottleneck between departments; a colleague is no customer."""
Deed = Literal["return", "cancellation", "failed-step", "order"]
Stance = Literal["for", "against"]
"""What an item says of its signal, as the table answers it: somebody says so, or does so; or the contrary. An item
without a stance is for the signal, and a deed without a stance is held against nothing that people say."""
JourneyStep = Literal["find", "buy", "receive", "use", "help"]
"""A step of the customer's way: to find, to buy, to receive, to use, to get help."""

_ITEMS = UUID("5f7a4f0a-2c5e-5b0f-8d5b-0c1f5f1f6b52")
"""The namespace of items. It never changes: another one would file everything a second time."""


def item_id(source: str, part: str, kind: ItemKind) -> str:
    """The id of the item of this kind from a source: the id of a stream, and the part of the stream, such as the id of
    a message. Always the same for the same three, so that filing twice is filing once."""
    return f"item-{uuid5(_ITEMS, chr(0).join((source, part, kind)))}"


# -- events


class RecordedPlacement(RecordedValue):
    """What an item is about, in events; None where nobody said. `theme`: the key of a theme. `weight`: how much the
    item counts where items are weighed; people always count once. `stance`: for the signal, or against; version 1 of
    the events has none."""

    product_area: Text | None = None
    theme: Text | None = None
    step: JourneyStep | None = None
    stage: Stage | None = None
    weight: Decimal = Decimal(1)
    stance: Stance | None = None


class RecordedSource(RecordedValue):
    """Where an item comes from, in events. `part`: the part of the source stream. `start`, `end`: the characters of the
    passage within the message."""

    customer_id: str
    conversation_id: str | None = None
    order_id: str | None = None
    part: Text
    message_id: str | None = None
    start: int | None = None
    end: int | None = None


class ItemFiled(Event, name="item.filed", published_as=None):
    """An item was filed. `person_id`: the customer, the stranger or the colleague who said or did it. `said_at`: when.
    `prompted`: we asked, as in a survey. `product`: the company's word for what was ordered, where one is known.
    `undecided`: why no table decided what the item is about. Version 2 has no notes of colleagues, and
    version 3 no product."""

    schema_version = 4
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged, 3: unchanged}

    item_id: str
    person_id: str
    kind: ItemKind
    did: Deed | None = None
    source: RecordedSource
    channel: Text | None = None
    language: Text | None = None
    segment: Text | None = None
    prompted: bool = False
    said_at: Instant
    placement: RecordedPlacement
    product: Text | None = None
    undecided: Text | None = None


class ItemDecided(Event, name="item.decided", published_as=None):
    """The decision table `themes` decided what the item is about. The decision is recorded whole."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    item_id: str
    placement: RecordedPlacement
    decision: TableDecision


class ItemCorrected(Event, name="item.corrected", published_as=None):
    """A person corrected what the item is about; `previous` is what was said before."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    item_id: str
    placement: RecordedPlacement
    previous: RecordedPlacement


class RecordedSuggestion(RecordedValue):
    """A theme that a text model suggests, in events. `probability`: how likely it is, as the model says (0 to 1)."""

    theme: Text
    probability: Decimal


class ItemThemeSuggested(Event, name="item.theme-suggested", published_as=None):
    """A text model suggested what the item is about, the likeliest theme first. `model`: its version, with the hash of
    all that it learned. `sure`: the model is right so often that no person need confirm it; then `placement` has the
    first theme. So that replaying the log never asks a model."""

    item_id: str
    suggestions: tuple[RecordedSuggestion, ...]
    sure: bool
    model: Text
    placement: RecordedPlacement


class ItemWithdrawn(Event, name="item.withdrawn", published_as=None):
    """The item counts no longer: it was no feedback, or its source says something else by now."""

    item_id: str


class RecordedRange(RecordedValue):
    """Characters of a text, in events: from `start` up to `end`."""

    start: int
    end: int


class ItemTextCompared(Event, name="item.text-compared", published_as=None):
    """The text behind the item was compared as it was taken in. `words`: how many were compared. `new`: the ranges that
    nobody had written before in the conversation; empty where nothing is new. `language`: the one that the words show,
    if any. `like`: the first item with nearly the same text, whoever said it. `methods`: how it was found."""

    item_id: str
    words: int
    new: tuple[RecordedRange, ...] = ()
    language: Text | None = None
    like: str | None = None
    methods: tuple[Text, ...]


class ItemSplitOff(Event, name="item.split-off", published_as=None):
    """The theme was split, and the item is of another theme from now on."""

    item_id: str
    placement: RecordedPlacement
    previous: RecordedPlacement
    split_id: str


class ItemSplitUndone(Event, name="item.split-undone", published_as=None):
    """A split of themes was undone: the item is about what it would be about without the split."""

    item_id: str
    placement: RecordedPlacement
    previous: RecordedPlacement
    split_id: str


ItemEvent = (
    ItemFiled | ItemDecided | ItemCorrected | ItemTextCompared | ItemThemeSuggested | ItemSplitOff | ItemSplitUndone
    | ItemWithdrawn
)  # fmt: skip


# -- state


@dataclass(frozen=True, slots=True)
class ItemState:
    """The aggregate state of an item. `customer_id`: whose conversation or order it comes from; `person_id`: who said
    or did it. `splits`: the splits of themes that put it where it is, each with the theme that it had before, the first
    one first. `asked_model`: the version of the text model that suggested its theme last."""

    customer_id: str
    placement: RecordedPlacement
    withdrawn: bool = False
    conversation_id: str | None = None
    splits: tuple[tuple[str, str], ...] = ()
    asked_model: str | None = None
    person_id: str = ""


def evolve(state: ItemState | None, event: ItemEvent) -> ItemState | None:
    """Fold one event into the state."""
    if isinstance(event, ItemFiled):
        source = event.source
        return ItemState(
            source.customer_id, event.placement, conversation_id=source.conversation_id, person_id=event.person_id
        )
    if state is None:
        return None
    match event:
        case ItemDecided():
            return replace(state, placement=event.placement)
        case ItemCorrected():
            # Whoever names another theme knows better than any split.
            splits = state.splits if event.placement.theme == state.placement.theme else ()
            return replace(state, placement=event.placement, splits=splits)
        case ItemSplitOff():
            added = (event.split_id, event.previous.theme or "")
            return replace(state, placement=event.placement, splits=(*state.splits, added))
        case ItemSplitUndone():
            return replace(state, placement=event.placement, splits=_without(state.splits, event.split_id))
        case ItemTextCompared():
            return state
        case ItemThemeSuggested():
            return replace(state, placement=event.placement, asked_model=event.model)
        case ItemWithdrawn():
            return replace(state, withdrawn=True)
        case _:
            assert_never(event)


def _without(splits: tuple[tuple[str, str], ...], split_id: str) -> tuple[tuple[str, str], ...]:
    """The splits without one of them: that which came after it has its former theme."""
    ids = [id for id, _ in splits]
    if split_id not in ids:
        return splits
    at = ids.index(split_id)
    later = [(id, splits[at][1] if place == 0 else former) for place, (id, former) in enumerate(splits[at + 1 :])]
    return (*splits[:at], *later)


ITEM = Stream("item", ItemEvent, evolve)


# -- commands

ThemeKey = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
"""The key of a theme: `wobbly-wheel`. Lower case, so that each has one spelling."""
MOST_WEIGHT = 1_000
Weight = Annotated[Decimal, Field(ge=0, le=MOST_WEIGHT, max_digits=12, decimal_places=6)]


class SaidPlacement(RecordedPlacement):
    """What an item is about, as somebody says it or a table answers it."""

    product_area: Label | None = None
    theme: ThemeKey | None = None
    weight: Weight = Decimal(1)


class FileItem(Frozen):
    """File an item of a conversation or of an order; reactions ask for it. `part`, `said_at`: as of the events. `theme`
    is the word of the source, `product` the company's word for what was ordered: both go into the table. `again`: the
    kind of an interaction was corrected; its own event says what was said and when, and a withdrawn item counts again.
    """

    kind: ItemKind
    did: Deed | None = None
    conversation_id: str | None = None
    order_id: str | None = None
    part: Label
    message_id: str | None = None
    product_area: Label | None = None
    theme: Label | None = None
    product: Label | None = None
    prompted: Flag = False
    said_at: Instant
    again: Flag = False


class MarkPassage(Frozen):
    """Mark a passage of a message of this conversation as feedback, or of a colleague's note, which is then about our
    own process: the characters from `start` up to `end`. `message_id`: of the message, or the note."""

    message_id: str
    start: Whole = Field(ge=0, lt=2**31)
    end: Whole = Field(ge=1, lt=2**31)
    product_area: Label | None = None
    theme: ThemeKey | None = None


class CorrectItem(Frozen):
    """Correct what an item is about; what is not given stays as it was."""

    product_area: Label | None = None
    theme: ThemeKey | None = None
    step: JourneyStep | None = None
    stage: Stage | None = None
    weight: Weight | None = None


class TextSuggestion(RecordedValue):
    """A theme that a text model suggests, as a command has it."""

    theme: ThemeKey
    probability: Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]


class SuggestTheme(Frozen):
    """Record which themes a text model of this version suggests, the likeliest first. `sure`: as the model says."""

    suggestions: Annotated[tuple[TextSuggestion, ...], Field(min_length=1, max_length=3)]
    sure: Flag
    model: Label


class WithdrawItem(Frozen):
    """Withdraw an item: it counts no longer. The reason stands in the envelope."""


# -- decisions


def decide(state: ItemState | None, command: CorrectItem | WithdrawItem, id: str) -> list[Event]:
    """Decide the events of a command on an item that was filed; [] where the command changes nothing.

    Raises Refusal `not-found`, `item-withdrawn`, `nothing-said`.
    """
    if state is None:
        raise NotFound("the item")
    if isinstance(command, WithdrawItem):
        return [] if state.withdrawn else [ItemWithdrawn(item_id=id)]
    if state.withdrawn:
        raise Refusal("item-withdrawn", "this item was withdrawn; mark the passage again if it is feedback")
    said = {name: value for name, value in command if value is not None}
    if not said:
        raise Refusal("nothing-said", "say what is to be corrected: area, theme, step, stage or weight")
    placement = state.placement.model_copy(update=said)
    if placement == state.placement:
        return []
    return [ItemCorrected(item_id=id, placement=placement, previous=state.placement)]


def suggest(state: ItemState | None, command: SuggestTheme, id: str) -> list[ItemThemeSuggested]:
    """Decide the event of a suggestion; [] where the item has a theme already or was withdrawn, and where this model
    was asked before. Raises NotFound."""
    if state is None:
        raise NotFound("the item")
    if state.withdrawn or state.placement.theme is not None or state.asked_model == command.model:
        return []
    theme = {"theme": command.suggestions[0].theme} if command.sure else {}
    return [
        ItemThemeSuggested(
            item_id=id,
            suggestions=tuple(RecordedSuggestion(**dict(each)) for each in command.suggestions),
            sure=command.sure,
            model=command.model,
            placement=state.placement.model_copy(update=theme),
        )
    ]


def item_withdrawn(id: str) -> Refusal:
    """The refusal to put an item that was withdrawn, one of several, to a theme."""
    return Refusal("item-withdrawn", f"{id} was withdrawn; leave it out")


def split_off(state: ItemState | None, id: str, theme: str, into: str, split_id: str) -> list[Event]:
    """Decide that an item of a theme is of another one. Raises Refusal `not-found`, `item-withdrawn`,
    `item-of-another-theme`."""
    if state is None:
        raise NotFound("the item")
    if state.withdrawn:
        raise item_withdrawn(id)
    if state.placement.theme != theme:
        raise Refusal("item-of-another-theme", f"{id} is not of this theme; leave it out, or correct it")
    placement = state.placement.model_copy(update={"theme": into})
    return [ItemSplitOff(item_id=id, placement=placement, previous=state.placement, split_id=split_id)]


def undo_split(state: ItemState, id: str, split_id: str) -> list[Event]:
    """Decide that an item is about what it would be about without a split; [] where somebody corrected it since."""
    former = dict(state.splits).get(split_id)
    if former is None:
        return []
    last, _ = state.splits[-1]
    placement = state.placement.model_copy(update={"theme": former}) if last == split_id else state.placement
    return [ItemSplitUndone(item_id=id, placement=placement, previous=state.placement, split_id=split_id)]
