"""A mail is read whatever its bytes are: it shows a text or says why not, and nothing of it is lost silently."""

from __future__ import annotations

import time

import pytest

from domain.mail.mail import Mail, Mailbox
from infra.mail.parsing import FIELD_BYTES, NESTING, parse
from infra.mail.parts import MOST_FILES

HELP = "help@shop.example"
PLAIN = (
    b"From: Ada <ada@example.org>\r\nTo: help@shop.example\r\nSubject: The kettle\r\nMessage-ID: <1@example.org>\r\n"
)


def read(head: bytes, body: bytes = b"It drips.\r\n") -> Mail:
    return parse(head + b"\r\n" + body, HELP)


def parts(kind: bytes, *pieces: bytes) -> bytes:
    return b"\r\n".join([b"--b\r\n" + piece for piece in pieces] + [b"--b--\r\n"])


def multipart(kind: str, *pieces: bytes) -> Mail:
    return read(PLAIN + f"Content-Type: multipart/{kind}; boundary=b\r\n".encode(), parts(kind.encode(), *pieces))


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nIt drips."
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>It <b>drips</b>.</p><script>alert(1)</script>"
FILE = b'Content-Type: image/png\r\nContent-Disposition: attachment; filename="leak.png"\r\n\r\n\x89PNG'


def test_a_plain_mail_shows_who_said_what() -> None:
    mail = read(
        PLAIN + b"In-Reply-To: <0@shop.example>\r\nReferences: <a@b> <0@shop.example>\r\nCc: bob@example.org\r\n"
    )
    assert mail.sender == Mailbox("ada@example.org", "Ada")
    assert (mail.to, mail.cc) == ((Mailbox(HELP),), (Mailbox("bob@example.org"),))
    assert (mail.subject, mail.body, mail.body_from) == ("The kettle", "It drips.", "plain")
    assert (mail.message_id, mail.in_reply_to) == ("<1@example.org>", ("<0@shop.example>",))
    assert mail.references == ("<a@b>", "<0@shop.example>")
    assert (mail.no_body, mail.cut, mail.automatic, mail.forwards) == (None, (), None, False)


def test_plain_text_comes_before_html_and_html_is_read_as_text() -> None:
    assert multipart("alternative", TEXT, HTML).body == "It drips."
    mail = multipart("alternative", HTML)
    assert (mail.body, mail.body_from) == ("It drips.", "html")


def test_files_are_kept_with_their_names() -> None:
    mail = multipart("mixed", TEXT, FILE)
    assert mail.body == "It drips."
    assert [(each.name, each.type, each.content) for each in mail.files] == [("leak.png", "image/png", b"\x89PNG")]


def test_a_mail_within_the_mail_is_a_file_and_a_forward() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + PLAIN + b"\r\nThe other mail."
    mail = multipart("mixed", TEXT, inner)
    assert mail.forwards
    assert mail.body == "It drips."
    assert b"The other mail." in mail.files[0].content


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (read(PLAIN, b""), "empty"),
        (multipart("mixed", FILE), "only-files"),
        (multipart("encrypted", b"Content-Type: application/octet-stream; name=a.asc\r\n\r\nsecret"), "encrypted"),
        (multipart("report", b"Content-Type: message/delivery-status\r\n\r\nAction: failed"), "report"),
    ],
)
def test_a_mail_without_a_text_says_why(mail: Mail, why: str) -> None:
    assert (mail.body, mail.no_body) == ("", why)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        (b"; charset=iso-8859-1", "Gr\u00fc\u00dfe".encode("latin-1")),
        (b"; charset=utf-8", "Gr\u00fc\u00dfe".encode()),
        (b"; charset=no-such-thing", "Gr\u00fc\u00dfe".encode()),
        (b"", "Gr\u00fc\u00dfe".encode()),
        (b"; charset=us-ascii", "Gr\u00fc\u00dfe".encode()),
    ],
)
def test_a_text_is_read_in_its_coding_also_where_none_is_declared(charset: bytes, text: bytes) -> None:
    assert read(PLAIN + b"Content-Type: text/plain" + charset + b"\r\n", text).body == "Gr\u00fc\u00dfe"


def test_a_longer_text_of_an_undeclared_coding_is_found_out() -> None:
    text = "\u0427\u0430\u0439\u043d\u0438\u043a \u043f\u0440\u043e\u0442\u0435\u043a\u0430\u0435\u0442 \u0441 \u043d\u0430\u0447\u0430\u043b\u0430 \u043c\u0430\u044f, \u0438 \u044f \u0445\u043e\u0447\u0443 \u0432\u0435\u0440\u043d\u0443\u0442\u044c \u0435\u0433\u043e."  # noqa: E501
    assert read(PLAIN, text.encode("cp1251")).body == text


def test_addresses_with_quotes_comments_and_other_alphabets_are_read() -> None:
    head = (
        'From: "Lovelace, Ada" <"ada l"@example.org> (at home)\r\n'
        "To: =?utf-8?q?J=C3=BCrgen=2C_Help?= <help@shop.example>, \u7528\u6237@\u4f8b\u5b50.example\r\n"
    ).encode()
    mail = read(head)
    assert mail.sender is not None
    assert mail.sender.address == '"ada l"@example.org'
    assert mail.sender.name is not None
    assert mail.sender.name.startswith("Lovelace, Ada")
    assert mail.to == (Mailbox(HELP, "J\u00fcrgen, Help"), Mailbox("\u7528\u6237@\u4f8b\u5b50.example"))


def test_a_line_break_in_a_coded_header_stays_no_line_break() -> None:
    mail = read(
        b"From: =?utf-8?q?Ada=0D=0ABcc=3A_eve=40example.org?= <ada@example.org>\r\nSubject: =?utf-8?q?a=0D=0Ab?=\r\n"
    )
    assert mail.sender == Mailbox("ada@example.org", "Ada Bcc: eve@example.org")
    assert mail.subject == "a b"


def test_who_sent_a_mail_without_from_is_told_by_the_envelope() -> None:
    assert parse(b"Subject: a\r\n\r\nb", HELP, envelope_sender="ada@example.org").sender == Mailbox("ada@example.org")
    null = parse(b"Subject: a\r\n\r\nb", HELP, envelope_sender="")
    assert (null.sender, null.automatic) == (None, "null-sender")


def test_what_is_beyond_a_limit_is_cut_and_said() -> None:
    long = read(PLAIN + b"References: " + b"<a@b>\r\n " * FIELD_BYTES + b"<c@d>\r\nCc: bob@example.org\r\n")
    assert long.cut == ("header",)
    assert (long.subject, long.cc, long.body) == ("The kettle", (Mailbox("bob@example.org"),), "It drips.")
    many = multipart("mixed", TEXT, *[FILE] * (MOST_FILES + 5))
    assert many.cut == ("parts",)
    assert (many.body, len(many.files)) == ("It drips.", MOST_FILES)
    assert parse(PLAIN + b"\r\nIt dri", HELP, size=1000).cut == ("size",)


def bomb(depth: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return PLAIN + head + TEXT


HOSTILE: list[bytes] = [
    b"", b"\x00", b"\r\n\r\n", b":", b"From", b"From: \xff\xfe <\xff@>\r\n\r\n", b"a" * 1_000_000,
    b"From: " + b"(" * 100_000 + b"\r\n\r\n", b"To: " + b"<" * 100_000 + b"\r\n\r\n", b"\n" * 1_000_000,
    b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\r\n\r\n", b"Content-Type: " + b";a=b" * 100_000 + b"\r\n\r\na",
    b"Content-Type: text/html\r\n\r\n" + b"<div>" * 300_000, b"Content-Type: text/html\r\n\r\n" + b"<" * 1_000_000,
    b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 60_000, b"A: b\r\n" * 100_000 + b"\r\na",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000, bomb(50), bomb(5_000),
    b"Content-Type: message/rfc822\r\n\r\n" * 10_000, b"Content-Type: text/plain; charset=utf-7\r\n\r\n+AAA" * 1000,
    b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=" * 1_000_000,
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" * 10_000,
    b"Content-Type: text/html\r\n\r\n" + b"&amp" * 400_000, b"Message-ID: " + b"<" * 16_000 + b"\r\n\r\n",
]  # fmt: skip

MIXED = PLAIN + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
HTML_MAIL = PLAIN + b"Content-Type: text/html\r\n\r\n"
HOSTILE += [MIXED + b"--b\r\n" + head + b"\r\n\r\nIt drips.\r\n--b--\r\n" for head in (
    b"Content-Type: text/plain" + b"; a=b" * 100_000, b"Content-Type: text/plain" + b";\r\n a=b" * 100_000,
    b"Content-Disposition: attachment" + b"".join(b";\r\n filename*%d*=utf-8''%%41" % n for n in range(20_000)),
    b'Content-Disposition: attachment; filename="' + b"=?utf-8?q?a?= " * 50_000 + b'"',
    b"Content-Transfer-Encoding: " + b"a " * 200_000, b"X: a\r\n" * 100_000,
    b"Content-Type: message/rfc822\r\n\r\nSubject: " + b"=?utf-8?q?a?= " * 50_000,
)] + [
    MIXED + (b"--b\r\nContent-Type: text/plain" + b"; a=b" * 400 + b"\r\n\r\nhi\r\n") * 500 + b"--b--\r\n",
    MIXED + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>x</p>" * 5_000) * 100 + b"--b--\r\n",
    HTML_MAIL + b"<table><tr><td>" + b"w" * 100_000 + b"</td><td>x</td></tr>" + b"<tr><td>y</td></tr>" * 8_000,
    PLAIN + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"9a" * 100_000,
]  # fmt: skip
"""What is bounded in a mail's own header is bounded in those of its parts, too; and a table takes as much room as its
text, not as its rows times its widest cell."""


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_bytes_are_read_within_two_seconds(raw: bytes) -> None:
    began = time.process_time()
    mail = parse(raw, HELP, envelope_sender="eve@example.org")
    assert time.process_time() - began < 2
    assert mail.body.strip() or mail.no_body
    assert mail.raw == raw


def test_files_with_long_names_keep_them_among_many_parts() -> None:
    name = "\u4f8b" * 80
    coded = "".join(f"%{each:02X}" for each in name.encode())
    head = f"Content-Type: image/png\r\nContent-Disposition: attachment;\r\n filename*=utf-8''{coded}\r\n\r\n"
    mail = multipart("mixed", TEXT, *[head.encode() + b"\x89PNG"] * 50)
    assert mail.cut == ()
    assert [each.name for each in mail.files] == [name] * 50


def test_a_wide_table_keeps_its_words() -> None:
    rows = b"<tr><td>one</td><td>two</td></tr>" * 3_000
    mail = read(PLAIN + b"Content-Type: text/html\r\n", b"<table>" + rows + b"</table>")
    assert mail.body.split() == ["one", "two"] * 3_000


def test_deep_nesting_is_cut_and_said() -> None:
    assert parse(bomb(NESTING + 1), HELP).cut == ("parts",)
    assert parse(bomb(NESTING - 1), HELP).body == "It drips."


def test_a_boundary_is_the_beginning_of_its_line() -> None:
    mail = read(
        PLAIN + b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"--b (1)\r\n\r\nIt drips.\r\n--b 2\r\n\r\nStill.\r\n--b--\t.\r\n",
    )
    assert mail.body == "It drips.\n\nStill."


def test_the_longer_of_two_boundaries_is_meant() -> None:
    inner = (
        b"Content-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n"
        + TEXT
        + b"\r\n--bb\r\n"
        + HTML
        + b"\r\n--bb--\r\n"
    )
    assert multipart("mixed", inner, b"\r\nStill.").body == "It drips.\n\nStill."


def test_a_boundary_of_parts_that_are_over_begins_another_part() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nIt drips."
    assert multipart("mixed", inner, b"\r\nStill.\r\n--i\r\n\r\nAlways.").body == "It drips.\n\nStill.\n\nAlways."


def test_a_part_of_two_types_shows_the_text_before_its_parts() -> None:
    types = b"Content-Type: multipart/alternative; boundary=i\r\nContent-Type: text/plain\r\n\r\n"
    two = types + "Grüße.".encode() + b"\r\n--i\r\n" + HTML
    assert multipart("mixed", two).body == "Grüße."


def test_html_beside_plain_text_is_shown_too() -> None:
    assert multipart("mixed", b"Content-Type: text/plain\r\n\r\nHello.", HTML).body == "Hello.\n\nIt drips."
