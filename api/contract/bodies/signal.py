"""The bodies of requests about items, themes and signals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.contract.bodies.fields import IdText
from domain.kernel.time import WrittenDayOrInstant, until_end
from domain.kernel.values import Frozen, Label, Remark, Whole
from domain.signal import commands as signal
from domain.signal.identity import Stage
from domain.signal.item import JourneyStep, ThemeKey, Weight
from domain.signal.theme import MOST_GIVEN, MOST_SPLIT


class PassageBody(Frozen):
    """A passage of a message: the characters from `start` up to `end`, as the message's text counts them (characters,
    not bytes). Area and theme, where the reader knows them."""

    message_id: IdText
    start: Annotated[Whole, Field(ge=0, lt=2**31)]
    end: Annotated[Whole, Field(ge=1, lt=2**31)]
    product_area: Label | None = None
    theme: ThemeKey | None = None


class PlacementBody(Frozen):
    """What an item is about; what is left out stays as it was."""

    product_area: Label | None = None
    theme: ThemeKey | None = None
    step: JourneyStep | None = None
    stage: Stage | None = None
    weight: Weight | None = None


class ThemeBody(Frozen):
    """A theme: its key, which never changes, and its name for people. Neither is personal."""

    key: ThemeKey
    name: Label


class ThemeNameBody(Frozen):
    """The name of a theme."""

    name: Label


class ThemeGiftBody(Frozen):
    """The items that are of the theme. The reason is kept, and not sealed: no personal text."""

    item_ids: Annotated[tuple[IdText, ...], Field(min_length=1, max_length=MOST_GIVEN)]
    reason: Remark | None = None


class ThemeSplitBody(Frozen):
    """The items that are of another theme. The reason is kept, and not sealed: no personal text."""

    into: IdText
    item_ids: Annotated[tuple[IdText, ...], Field(min_length=1, max_length=MOST_SPLIT)]
    reason: Remark | None = None


class ThemeSplitUndoBody(Frozen):
    """The split that is undone. The reason is kept, and not sealed: no personal text."""

    split_id: IdText
    reason: Remark | None = None


class ItemWithdrawalBody(Frozen):
    """Why an item counts no longer; no personal text."""

    reason: Remark


class SignalRouting(Frozen):
    """Where a signal goes. With a team and a reason, also past the published table; with a reason, also where the
    evidence is not strong. Nothing personal belongs in the reason."""

    product_area: Label
    theme: ThemeKey
    stage: Stage
    month: signal.Month | None = None
    team_id: IdText | None = None
    because: Remark | None = None

    def command(self) -> signal.RouteSignal:
        """The command for this body."""
        said = dict(self)
        return signal.RouteSignal(area=said.pop("product_area"), **said)


class SignalAnswer(Frozen):
    """What the team that has a signal answers. `text`: the question, the plan, or the reason; nothing personal belongs
    in it. `due_at`: by when there is a launch; a date means the end of that day in the company's zone."""

    answer: signal.AnswerKind
    text: Remark | None = None
    due_at: WrittenDayOrInstant | None = None
    launch_area: Label | None = None
    team_id: IdText | None = None
    conversation_ids: Annotated[tuple[IdText, ...], Field(max_length=signal.MOST_CONVERSATIONS)] = ()

    def command(self, zone: str) -> signal.SignalCommand:
        """The command for this body. Raises as `domain.signal.commands.answer`."""
        return signal.answer(
            self.answer,
            self.text,
            due_at=None if self.due_at is None else until_end(self.due_at, zone),
            launch_area=self.launch_area,
            team_id=self.team_id,
            conversation_ids=self.conversation_ids,
        )


class SignalFinding(Frozen):
    """What the team of a signal wanted to know."""

    answer: Remark
