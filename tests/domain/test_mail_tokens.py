"""Tokens prove that a mail belongs to a conversation; what was changed, guessed or borrowed proves nothing."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.tokens import TOKEN_CHARACTERS, MailTokens, OwnMessage

OURS = MailTokens(bytes(32))
THEIRS = MailTokens(bytes(range(32)))
IDS = st.uuids().map(str)


@given(IDS)
def test_an_address_proves_its_conversation_in_any_case(id: str) -> None:
    address = OURS.address("help@shop.example", f"conversation-{id}")
    assert len(address) == len("help@shop.example") + TOKEN_CHARACTERS
    for written in (address, address.upper(), f" {address} "):
        assert OURS.in_address(written) == f"conversation-{id}"


@given(IDS, IDS)
def test_a_message_id_of_ours_says_which_message_it_is(message: str, conversation: str) -> None:
    id = OURS.message_id(f"message-{message}", f"conversation-{conversation}", "shop.example")
    said = OwnMessage(f"message-{message}", f"conversation-{conversation}")
    for written in (id, id.upper(), id.strip("<>")):
        assert OURS.in_message_id(written) == said


@given(IDS)
def test_a_subject_proves_its_conversation_wherever_its_tag_stands(id: str) -> None:
    tag = OURS.tag(f"conversation-{id}")
    for subject in (tag, f"Re: {tag} the kettle", f"AW: [#4711] the kettle {tag.lower()}"):
        assert OURS.in_subject(subject) == f"conversation-{id}"


@given(IDS, st.data())
def test_a_token_with_one_sign_changed_proves_nothing(id: str, data: st.DataObject) -> None:
    address = OURS.address("help@shop.example", f"conversation-{id}")
    begin = len("help+c.")
    at = data.draw(st.integers(begin, begin + 42))
    sign = data.draw(st.sampled_from([each for each in "abcxyz234.+@" if each != address[at]]))
    assert OURS.in_address(address[:at] + sign + address[at + 1 :]) is None


@given(IDS, IDS)
def test_a_token_of_another_installation_or_purpose_proves_nothing(one: str, other: str) -> None:
    conversation = f"conversation-{one}"
    assert THEIRS.in_address(OURS.address("help@shop.example", conversation)) is None
    assert THEIRS.in_subject(OURS.tag(conversation)) is None
    assert THEIRS.in_message_id(OURS.message_id(f"message-{other}", conversation, "a.example")) is None
    tag = OURS.tag(conversation).strip("[#]")
    assert OURS.in_address(f"help+c.{tag}@shop.example") is None


@given(st.text(max_size=200))
def test_no_text_makes_a_reader_of_tokens_fail(text: str) -> None:
    assert OURS.in_address(text) is None
    assert OURS.in_message_id(text) is None
    assert OURS.in_subject(text) is None


def test_a_bare_id_proves_nothing() -> None:
    id = UUID(int=7)
    for guess in (f"help+c.{id}@shop.example", f"help+{id}@shop.example", f"help+conversation-{id}@shop.example"):
        assert OURS.in_address(guess) is None
    assert OURS.in_message_id(f"<message-{id}@shop.example>") is None
    assert OURS.in_subject(f"[#{id}]") is None
    assert OURS.in_subject("[#4711]") is None


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MailTokens(bytes(16))
