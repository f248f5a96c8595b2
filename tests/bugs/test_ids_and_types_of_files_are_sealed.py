"""What a sender calls a file is the sender's own text: it is sealed, also in its id and type, and gone once erased."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from pydantic_core import from_json, to_json

from domain.conversation.events import MessageReceived, MessageSent
from domain.conversation.interaction import RecordedAttachment
from domain.kernel.event import Event
from domain.kernel.personal import ERASED
from infra.keys.subject_keys import SubjectKeys
from infra.log.mapper import SealingMapper
from tests.support.golden import FOLDER, FixedKeys, stored

FILE = RecordedAttachment(id="ada-lovelace.pdf", name="mine.pdf", type="ada/lovelace", size=1, sha256="0" * 64)
SAID: dict[str, Any] = {"message_id": "message-1", "customer_id": "customer-1", "channel": "mail", "body": "x"}
EVENTS = (
    MessageReceived(**SAID, attachments=(FILE,), more_attachments=(FILE,)),
    MessageSent(**SAID, attachments=(FILE,)),
)
FORMER = (
    "conversation.message-received.v4.json",
    "conversation.message-received.v5.json",
    "conversation.message-sent.v4.json",
)


class NoKeys(FixedKeys):
    """A vault in which everybody's key is destroyed."""

    def of_subjects(self, subjects: Iterable[str]) -> dict[str, SubjectKeys | None]:
        """None."""
        return dict.fromkeys(subjects)


def files(event: Event) -> list[tuple[str, str]]:
    """Id and type of each file of a message."""
    assert isinstance(event, MessageReceived | MessageSent)
    more = event.more_attachments if isinstance(event, MessageReceived) else ()
    return [(each.id, each.type) for each in (*event.attachments, *more)]


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_stored_tells_nothing_of_the_file(event: Event) -> None:
    # When
    document = stored(event)
    # Then
    assert b"lovelace" not in document.state
    assert SealingMapper(FixedKeys()).to_domain_event(document).event == event
    assert set(files(SealingMapper(NoKeys()).to_domain_event(document).event)) == {(ERASED, ERASED)}


@pytest.mark.parametrize("name", FORMER)
def test_an_older_message_is_read_as_it_was_until_its_erasure(name: str) -> None:
    # Given a message as a former release stored it, with id and type as they came
    golden = json.loads((FOLDER / name).read_bytes())
    document = StoredEvent(
        originator_id=golden["stored"]["originator_id"],
        originator_version=golden["stored"]["originator_version"],
        topic=golden["stored"]["topic"],
        state=to_json(golden["stored"]["state"]),
    )
    data = from_json(document.state)["d"]["attachments"][0]
    # Then
    held = files(SealingMapper(FixedKeys()).to_domain_event(document).event)
    assert (data["id"], data["type"]) in held
    assert set(files(SealingMapper(NoKeys()).to_domain_event(document).event)) == {(ERASED, ERASED)}
