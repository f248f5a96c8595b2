"""A command that a former release took, and that comes again after an upgrade, is the same command.

A gateway sends a message again where it heard no answer, and nothing makes that likelier than a restart. What a repeat
has to bring again is kept as a fingerprint; a field that a command gained since would make it another one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.conversation.delivering import Delivery
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context, body_of
from commands.registry import BY_CLASS
from domain.conversation.commands import Participant, ReceiveMessage
from domain.conversation.interaction import Attachment
from domain.kernel.event import Actor
from domain.kernel.values import LATER

FORMER: dict[str, list[str]] = json.loads((Path(__file__).with_suffix(".json")).read_text())
"""The fields that count, by command, in the order in which they are written."""
GATEWAY = Context(Actor(id="service-mail", kind="service", roles=("service",)), command_id="one")
ADA = ContactPoint("mail", "ada@example.org", "Ada")
FILE = Attachment(id="f", name="f.png", type="image/png", size=1, sha256="0" * 64)


@pytest.mark.parametrize("command", BY_CLASS, ids=lambda command: command.__name__)
def test_the_fields_that_count_stay(command: type) -> None:
    fields = command.model_fields.items()  # type: ignore[attr-defined]
    counted = [name for name, field in fields if not field.default_factory and LATER not in field.metadata]
    assert counted == FORMER.get(command.__name__), "mark a new field LATER; put a new command into the file of them"


def test_a_command_is_written_as_by_a_former_release() -> None:
    assert body_of(GATEWAY, ReceiveMessage(body="It leaks", attachments=(FILE,)), "conversation-1") == (
        b'ReceiveMessage{"body":"It leaks","channel":null,"language":null,"attachments":[{"id":"f","name":"f.png",'
        b'"type":"image/png","size":1,"sha256":"' + b"0" * 64 + b'"}],"reopens":true}\x00"conversation-1"\x00null\x00'
        b'"exact"\x00null'
    )


def test_a_delivery_is_written_as_by_a_former_release() -> None:
    assert body_of(GATEWAY, Delivery("mail", "m1", ADA, "It leaks", attachments=(FILE,))) == (
        b'{"channel":"mail","channel_message_id":"m1","contact":{"kind":"mail","value":"ada@example.org","name":"Ada"},'
        b'"body":"It leaks","thread":null,"kind":"inquiry","subject":null,"language":null,"product_area":null,'
        b'"attachments":[{"id":"f","name":"f.png","type":"image/png","size":1,"sha256":"' + b"0" * 64 + b'"}],'
        b'"order_number":null}\x00null\x00"exact"\x00null'
    )


def test_a_new_field_that_is_used_counts() -> None:
    said = ReceiveMessage(body="It leaks")
    by_another = said.model_copy(update={"participant": Participant(participant_id="stranger-1")})
    assert body_of(GATEWAY, said) != body_of(GATEWAY, by_another)
    assert Delivery("mail", "m1", ADA).content != Delivery("mail", "m1", ADA, automatic=True).content
