"""Schema-Guided Dialogues: people ask a system for something, turn by turn. The source has no names and no times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import BaseModel, Field

from commands.importing import SourceFact, SourceRecord
from consumers.imports.json_elements import elements
from consumers.imports.source import ImportRecord, Reject, head, read_one, reported_by, unrecognised
from domain.conversation.commands import AddInteraction, OpenConversation, ReceiveMessage, SendReply
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id

_SERVICE = Actor(id="service-sgd", kind="service")
_SYSTEM = Actor(id="bot-sgd", kind="bot")
_ELEMENT = re.compile(r'\{\s*"dialogue_id"\s*:')


class State(BaseModel):
    """The person's intent, as the system understood it."""

    active_intent: str | None = None


class Frame(BaseModel):
    """The meaning of a turn for one service."""

    service: str
    state: State = State()

    @property
    def intent(self) -> str | None:
        """The intent, if there is one."""
        return None if self.state.active_intent in (None, "", "NONE") else self.state.active_intent


class Turn(BaseModel):
    """One utterance."""

    speaker: Literal["USER", "SYSTEM"]
    utterance: Annotated[str, Field(min_length=1)]
    frames: list[Frame] = []


class SgdDialogue(BaseModel):
    """One element of the file, as far as it is read."""

    dialogue_id: Annotated[str, Field(min_length=1)]
    services: list[str] = []
    turns: Annotated[list[Turn], Field(min_length=1)]


class Sgd:
    """A list of dialogues. A dialogue is identified by its id; a turn by its text and how often it was said before."""

    name = "sgd"
    is_history = True

    def read(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        """Each dialogue as a conversation, each service in it as an inquiry."""
        if b'"dialogue_id"' not in head(file):
            raise unrecognised(self.name, "there is a JSON list of dialogues, each with its dialogue_id and turns")
        for found in elements(file, _is_dialogue, _ELEMENT):
            if isinstance(found, Reject):
                yield found
            else:
                yield read_one(found.place, partial(_record, found.value))


def _is_dialogue(value: Any) -> bool:
    return isinstance(value, dict) and {"dialogue_id", "turns"} <= value.keys()


def _record(value: Any) -> SourceRecord:
    dialogue = SgdDialogue.model_validate(value)
    customer = RegisterCustomer(customer_id=new_id("customer"), language="en")
    return SourceRecord(
        source="sgd",
        id=dialogue.dialogue_id,
        customer=customer,
        context=reported_by(_SERVICE),
        facts=list(_facts(dialogue, customer.customer_id)),
    )


def _facts(dialogue: SgdDialogue, customer_id: str) -> Iterator[SourceFact]:
    customer = reported_by(Actor(id=customer_id, kind="customer"))
    repeats: Counter[tuple[str, str]] = Counter()
    brought: set[str] = set()
    for number, turn in enumerate(dialogue.turns):
        wanted = [frame for frame in turn.frames if frame.service not in brought] if turn.speaker == "USER" else []
        brought.update(frame.service for frame in wanted)
        if number == 0:
            first, *wanted = wanted or [Frame(service=next(iter(dialogue.services), "unknown"))]
            opened = OpenConversation(
                customer_id=customer_id, kind="inquiry", channel="chat", language="en",
                product_area=first.service, theme=first.intent,
            )  # fmt: skip
            yield SourceFact("opened", opened, customer)
        for frame in wanted:
            also = AddInteraction(kind="inquiry", product_area=frame.service, theme=frame.intent)
            yield SourceFact(f"brought\x00{frame.service}", also, customer)
        repeats[turn.speaker, turn.utterance] += 1
        what = f"{turn.speaker}\x00{turn.utterance}\x00{repeats[turn.speaker, turn.utterance]}"
        if turn.speaker == "USER":
            yield SourceFact(what, ReceiveMessage(body=turn.utterance, language="en"), customer)
        else:
            yield SourceFact(what, SendReply(body=turn.utterance, language="en"), reported_by(_SYSTEM))
