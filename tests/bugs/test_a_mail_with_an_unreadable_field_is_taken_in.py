"""A mail is read whatever stands in its fields. Comments within comments, in a field that the standard library reads by
itself, made reading fail: such a mail was never taken in, and came again and again."""

from __future__ import annotations

import pytest

from infra.mail.parsing import parse

NESTED = b"(" * 1_900


@pytest.mark.parametrize("field", ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version"])
@pytest.mark.parametrize("value", [NESTED, b"text/plain; charset=" + NESTED, b"7bit " + NESTED + b"\xff"])
def test_comments_within_comments_hide_no_text(field: str, value: bytes) -> None:
    hostile = field.encode() + b": " + value + b"\r\n"
    whole = b"From: ada@example.org\r\n" + hostile + b"\r\nIt drips.\r\n"
    part = b"From: ada@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + hostile
    for raw in (whole, part + b"\r\nIt drips.\r\n--b--\r\n"):
        mail = parse(raw, "help@shop.example")
        assert "It drips." in mail.body or any(b"It drips." in each.content for each in mail.files)


def test_parts_that_the_library_cannot_read_are_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise LookupError("a fault of the library's")

    monkeypatch.setattr("infra.mail.parsing.read_parts", fails)
    mail = parse(b"From: ada@example.org\r\nSubject: The kettle\r\n\r\nIt drips.\r\n", "help@shop.example")
    assert (mail.subject, mail.no_body) == ("The kettle", "unreadable")
