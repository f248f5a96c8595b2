"""The text behind a feedback item, as far as it is compared: its words, what of it is new, and its language.

The text is read once, as the item is taken in; what was found is recorded, so that nothing ever needs the text again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.executor.executor import CommandExecutor
from domain.conversation.events import AnswerJudged, MessageReceived, MessageSent
from domain.kernel.event import Event, Recorded
from domain.kernel.personal import ERASED
from domain.signal import language, near_copies
from domain.signal.item import FileItem, ItemTextCompared, RecordedRange
from domain.signal.new_text import MOST_CHARACTERS, Range, new_ranges
from infra.views.words import words as words_of

MOST_EARLIER = 20
"""With how many messages before it a text is compared, to find what is new."""


@dataclass(frozen=True, slots=True)
class SaidText:
    """What somebody said: its words as they compare, the ranges that are new, and the language that the words show."""

    words: tuple[str, ...]
    new: tuple[Range, ...]
    language: str | None
    marks: tuple[str, ...]

    def compared(self, id: str, like: str | None) -> ItemTextCompared:
        """The event that records it. `like`: the first item with nearly the same text."""
        return ItemTextCompared(
            item_id=id,
            words=len(self.words),
            new=tuple(RecordedRange(start=start, end=end) for start, end in self.new),
            language=self.language,
            like=like,
            methods=(near_copies.METHOD, language.METHOD),
        )


def said_text(text: str, new: Sequence[Range]) -> SaidText | None:
    """A text, and the ranges of it that are new: these are compared, or all of it where nothing is new. None where
    there are no words."""
    compared = "\n".join(text[start:end] for start, end in new) or text
    # A marked passage may be as long as a message.
    words = tuple(piece.folded for word in words_of(compared[:MOST_CHARACTERS]) for piece in word.pieces)
    return SaidText(words, tuple(new), language.language_of(words), near_copies.marks(words)) if words else None


def text_of(executor: CommandExecutor, command: FileItem) -> SaidText | None:
    """What the customer said of which an item is to be filed: the reason of a verdict, or what they had written last by
    then. None of what somebody did, and where there are no words or they are erased. Outside of a command's turn."""
    if command.conversation_id is None or command.kind == "behaviour":
        return None
    records = executor.log.records(command.conversation_id)
    stream = executor.log.recorded_events(records, opened=False)
    if command.kind == "verdict":
        places = [at for at, each in enumerate(stream) if str(each.originator_version) == command.part]
        earlier: list[int] = []
    else:
        written = [at for at, each in enumerate(stream) if isinstance(each.event, MessageReceived | MessageSent)]
        places = _last_by(stream, written, command.said_at)
        earlier = [at for at in written if places and at < places[0]][-MOST_EARLIER:]
    opened = [_text(each.event) for each in executor.log.recorded_events([records[at] for at in (*earlier, *places)])]
    if not places or (text := opened[-1]) is None:
        return None
    return said_text(text, new_ranges(text, filter(None, opened[:-1])))


def _last_by(stream: Sequence[Recorded[Event]], written: Sequence[int], at: datetime) -> list[int]:
    """What the customer had written last by an instant; or else first after it."""
    theirs = [
        place
        for place in written
        if isinstance(event := stream[place].event, MessageReceived) and event.participant_id is None
    ]
    return [place for place in theirs if stream[place].at <= at][-1:] or theirs[:1]


def _text(event: Event) -> str | None:
    match event:
        case AnswerJudged(because=text) | MessageReceived(body=text) | MessageSent(body=text):
            return None if text in (None, "", ERASED) else text
        case _:
            return None
