"""To which conversation a mail belongs: stories, the strongest evidence first."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.mail.mail import Mail, Mailbox
from domain.mail.subjects import bare_subject, changed
from domain.mail.threading import MOST_REFERENCES, evidence
from domain.mail.tokens import MailTokens

TOKENS = MailTokens(bytes(32))
ONE, OTHER, THIRD = (f"conversation-{UUID(int=number)}" for number in (1, 2, 3))
OURS = TOKENS.message_id(f"message-{UUID(int=9)}", ONE, "shop.example")
ADDRESS = TOKENS.address("help@shop.example", THIRD)
SEEN = {"<seen@mail.example>": OTHER}
MAIL = Mail("help@shop.example", b"", 0, "<new@mail.example>", Mailbox("ada@example.org"))


def found(mail: Mail) -> list[tuple[str, str]]:
    return [(each.joined_by, each.conversation_id) for each in evidence(mail, TOKENS, SEEN.get)]


def test_a_mail_without_evidence_belongs_nowhere() -> None:
    assert found(replace(MAIL, subject="Re: the kettle", references=("<unseen@mail.example>",))) == []


@pytest.mark.parametrize(
    "mail",
    [replace(MAIL, recipient=ADDRESS), replace(MAIL, to=(Mailbox(ADDRESS),)), replace(MAIL, cc=(Mailbox(ADDRESS),))],
)
def test_a_token_in_the_address_is_the_strongest_evidence(mail: Mail) -> None:
    mail = replace(mail, in_reply_to=(OURS,), references=tuple(SEEN), subject=TOKENS.tag(OTHER))
    assert found(mail) == [
        ("address-token", THIRD), ("own-message-id", ONE), ("known-message-id", OTHER), ("subject-tag", OTHER),
    ]  # fmt: skip


def test_the_mail_that_is_answered_counts_before_older_ones() -> None:
    assert found(replace(MAIL, in_reply_to=tuple(SEEN), references=(OURS,)))[0] == ("known-message-id", OTHER)
    assert found(replace(MAIL, references=(OURS, *SEEN)))[0] == ("known-message-id", OTHER)


@pytest.mark.parametrize(
    "subject",
    ["Re: [#4711] the kettle", "Ticket 4711", f"[#{UUID(int=1)}]", ONE, TOKENS.tag(ONE)[:-2] + "]", ONE.upper()],
)
def test_a_bare_number_or_id_in_a_subject_proves_nothing(subject: str) -> None:
    assert found(replace(MAIL, subject=subject)) == []


def test_an_id_that_looks_like_ours_proves_nothing() -> None:
    forged = OURS.replace(OURS[60:64], "aaaa")
    assert found(replace(MAIL, in_reply_to=(forged,))) == []


def test_a_common_ancestor_that_nobody_saw_here_joins_nothing() -> None:
    assert found(replace(MAIL, references=("<ancestor@mail.example>", "<parent@mail.example>"))) == []


def test_a_forward_brings_ids_and_subject_of_another_mail() -> None:
    mail = replace(MAIL, forwards=True, references=(OURS,), subject=f"Fwd: {TOKENS.tag(ONE)}")
    assert found(mail) == []
    assert found(replace(mail, recipient=TOKENS.address("help@shop.example", ONE))) == [("address-token", ONE)]


def test_a_mail_of_ours_that_comes_back_belongs_where_it_was_said() -> None:
    assert found(replace(MAIL, message_id=OURS)) == [("own-message-id", ONE)]


def test_two_brands_share_one_proof() -> None:
    for mailbox in ("help@shop.example", "care@other.example"):
        assert found(replace(MAIL, recipient=TOKENS.address(mailbox, ONE))) == [("address-token", ONE)]


def test_no_more_ids_are_looked_at_than_the_limit() -> None:
    asked: list[str] = []

    def known(id: str) -> None:
        asked.append(id)

    mail = replace(MAIL, references=tuple(f"<{number}@mail.example>" for number in range(1000)))
    assert list(evidence(mail, TOKENS, known)) == []
    assert asked == [f"<{number}@mail.example>" for number in range(999, 999 - MOST_REFERENCES, -1)]


@pytest.mark.parametrize("prefix", ["Re: ", "AW: Re: ", "SV:", "RE[2]: ", "回复：", "Antw: FW: ", "Ynt: "])
def test_an_answered_subject_is_the_same_in_any_language(prefix: str) -> None:
    assert bare_subject(f"{prefix}The  kettle {TOKENS.tag(ONE)}") == "The kettle"
    assert not changed(f"{prefix}The kettle", "the kettle")
    assert changed(f"{prefix}The pot", "the kettle")
    assert not changed(None, "the kettle")
