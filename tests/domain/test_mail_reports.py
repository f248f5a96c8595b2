"""What mail systems report of our mails is read: by the fields of RFC 3464, else by what they write in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.mail.reports import MailReport, delivery_report, own_message
from domain.mail.tokens import MailTokens
from infra.mail.parsing import parse
from tests.support.mails import dsn, raw_mail

TOKENS = MailTokens(bytes(32))
MESSAGE = "message-01990000-0000-7000-8000-000000000001"
CONVERSATION = "conversation-01990000-0000-7000-8000-000000000002"
OURS = TOKENS.message_id(MESSAGE, CONVERSATION, "shop.example")


def read(raw: bytes, *, envelope: str = "") -> MailReport | None:
    return delivery_report(parse(raw, "help@shop.example", envelope_sender=envelope))


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("Action: failed\nStatus: 5.1.1", MailReport("failed", "bounced-5-1-1")),
        ("action: FAILED (no such user)\nStatus: 4.4.7", MailReport("failed", "bounced-4-4-7")),
        ("Action: failed\nDiagnostic-Code: smtp; 550 no such\n user", MailReport("failed", "bounced-550")),
        ("Action: failed\nStatus: 2.0.0\nDiagnostic-Code: smtp;552 5.2.2", MailReport("failed", "bounced-5-2-2")),
        ("Action: failed", MailReport("failed", "bounced")),
        ("Action: delayed\nStatus: 4.4.1", MailReport("delayed")),
        ("Action: delivered\nStatus: 2.0.0", MailReport("delivered")),
        ("Action: relayed\nStatus: 2.0.0", MailReport("passed-on")),
        ("Action: delivered\n\nAction: failed\nStatus: 5.0.0", MailReport("failed", "bounced-5-0-0")),
        ("Action: exploded", None),
        ("\x00\xff:", None),
    ],
)  # fmt: skip
def test_the_fields_of_a_report_are_read(fields: str, found: MailReport | None) -> None:
    assert read(dsn(fields, returned=OURS)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Sorry.\n<ada@example.org>:\n550 5.1.1 no such user", MailReport("failed", "bounced-5-1-1")),
        ("Remote host said: 554 delivery error", MailReport("failed", "bounced-554")),
        ("We will go on trying: 4.4.1 no answer from host", MailReport("delayed")),
        ("Connected to 5.1.1.2 and all is well", None),
        ("Your ticket #550 is done", None),
    ],
)
def test_what_a_mail_system_writes_in_words_is_read(words: str, found: MailReport | None) -> None:
    assert read(raw_mail(words, sender="MAILER-DAEMON@mx.example")) == found


def test_recipients_that_are_named_as_failed_have_failed() -> None:
    raw = raw_mail("It did not work.", sender="mx@mx.example", more="X-Failed-Recipients: ada@example.org\r\n")
    assert read(raw) == MailReport("failed", "bounced")


@pytest.mark.parametrize("more", ["", "Auto-Submitted: auto-replied\r\n"])
def test_neither_people_nor_responders_report(more: str) -> None:
    assert read(raw_mail("My mail failed: 550 5.1.1", more=more), envelope="ada@example.org") is None


def test_the_mail_that_a_report_brings_back_is_found() -> None:
    found = own_message(parse(dsn("Action: failed", returned=OURS), "", envelope_sender=""), TOKENS)
    assert found is not None
    assert (found[0].message_id, found[0].conversation_id) == (MESSAGE, CONVERSATION)


def test_a_mail_that_is_brought_back_in_the_text_is_found() -> None:
    raw = raw_mail(f"--- Below is a copy:\nMessage-ID: {OURS}", sender="MAILER-DAEMON@mx.example")
    found = own_message(parse(raw, "", envelope_sender=""), TOKENS)
    assert found is not None
    assert found[1] == OURS


def test_an_id_that_somebody_made_up_is_not_found() -> None:
    made_up = MailTokens(bytes(31) + b"x").message_id(MESSAGE, CONVERSATION, "shop.example")
    assert own_message(parse(dsn("Action: failed", returned=made_up), "", envelope_sender=""), TOKENS) is None


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (dsn("Action: failed\nStatus: " + "5.1." * 100_000, returned=OURS), MailReport("failed", "bounced")),
        (dsn("\n\n" * 100_000 + "Action: failed", returned=OURS), None),
        (raw_mail("5.1." * 100_000, sender="MAILER-DAEMON@mx.example"), None),
    ],
    ids=["a long field", "many groups", "a long line"],
)
def test_hostile_reports_are_read_in_little_time(raw: bytes, found: MailReport | None) -> None:
    began = time.process_time()
    assert read(raw) == found
    assert time.process_time() - began < 2


def test_most_reports_of_real_systems_say_what_became(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("../mail/bounces")
    # Abuse reports and automatic answers are among them, which say nothing of a delivery.
    files = [each for each in sorted(folder.glob("*.eml")) if not each.name.startswith(("arf-", "rfc3834-"))]
    found = [read(each.read_bytes()) for each in files]
    assert len([each for each in found if each is not None]) >= 0.85 * len(files)
