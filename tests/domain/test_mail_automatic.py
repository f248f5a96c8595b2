"""Whether a person wrote a mail, by what its header says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from domain.mail.automatic import automatic
from domain.mail.mail import AutomaticBecause

AUTOMATIC: list[tuple[Mapping[str, str], AutomaticBecause]] = [
    ({"auto-submitted": "auto-replied"}, "auto-submitted"),
    ({"auto-submitted": "(vacation) Auto-Generated; owner=a"}, "auto-submitted"),
    ({"precedence": "Bulk"}, "precedence"),
    ({"precedence": "auto_reply"}, "precedence"),
    ({"list-id": "Kettles <kettles.example.org>"}, "mailing-list"),
    ({"list-unsubscribe": "<mailto:off@example.org>"}, "mailing-list"),
    ({"x-auto-response-suppress": "DR, OOF, AutoReply"}, "auto-response-suppress"),
    ({"x-autoreply": "yes"}, "auto-reply"),
    ({"content-type": 'multipart/report; report-type="delivery-status"; boundary=x'}, "delivery-report"),
    ({"content-type": "multipart/report; report-type=disposition-notification"}, "disposition-report"),
    ({"content-type": "Multipart/Report; report-type=feedback-report"}, "abuse-report"),
    ({"content-type": "multipart/report; boundary=x"}, "report"),
    ({"content-type": "message/delivery-status"}, "delivery-report"),
    ({"return-path": " <> "}, "null-sender"),
    ({"x-failed-recipients": "ada@example.org"}, "mail-system"),
]
BY_PEOPLE: list[Mapping[str, str]] = [
    {},
    {"auto-submitted": "no"},
    {"auto-submitted": "No (a person wrote it)"},
    {"precedence": "first-class"},
    {"x-auto-response-suppress": "None"},
    {"return-path": "<ada@example.org>"},
    {"content-type": "multipart/mixed; boundary=report-type"},
]


def of(headers: Mapping[str, str], envelope: str | None = "ada@example.org") -> AutomaticBecause | None:
    return automatic(
        lambda name: [headers[name]] if name in headers else [], envelope_sender=envelope, sender="ada@example.org"
    )


@pytest.mark.parametrize(("headers", "because"), AUTOMATIC)
def test_what_no_person_wrote_is_told_by_its_header(headers: Mapping[str, str], because: AutomaticBecause) -> None:
    assert of(headers) == because


@pytest.mark.parametrize("headers", BY_PEOPLE)
def test_what_a_person_wrote_is_not_automatic(headers: Mapping[str, str]) -> None:
    assert of(headers) is None


def test_the_null_sender_of_the_envelope_is_automatic() -> None:
    assert of({}, "") == "null-sender"
    assert of({}, None) is None


def test_a_mail_system_is_known_by_its_address() -> None:
    said = automatic(lambda _: [], envelope_sender=None, sender='"MAILER-DAEMON"@mx.example.org')
    assert said == "mail-system"
