"""The server of LMTP and SMTP: one answer for each recipient, after the mail was taken in; every input is bounded."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from infra.mail.server import MailServer, Received
from infra.mail.wire import LINE_BYTES

MAIL = b"Subject: a\r\n\r\nIt drips.\r\n"


@dataclass
class Taking:
    """Takes mails in, as a test wants it."""

    refused: Sequence[str] = ()
    fails: bool = False
    mails: list[Received] = field(default_factory=list)

    async def take(self, received: Received) -> Sequence[bool]:
        if self.fails:
            raise RuntimeError("a fault of ours")
        self.mails.append(received)
        return [each not in self.refused for each in received.recipients]


@contextmanager
def served(taking: Taking, most_bytes: int = 100_000, most_connections: int = 50) -> Iterator[tuple[str, int]]:
    address = socket.create_server(("127.0.0.1", 0))
    where = address.getsockname()
    accepts = lambda said: said.endswith("@shop.example")  # noqa: E731
    limits = {"most_bytes": most_bytes, "most_connections": most_connections}
    with MailServer(address, taking.take, accepts, name="mx.shop.example", **limits):
        yield where


@pytest.fixture
def taking() -> Taking:
    return Taking()


class Client:
    """Bytes sent and lines read, as they are."""

    def __init__(self, where: tuple[str, int]) -> None:
        self.socket = socket.create_connection(where, timeout=20)
        self._file = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answers(self, number: int) -> list[str]:
        return [self._file.readline().decode().rstrip("\r\n") for _ in range(number)]

    def close(self) -> None:
        self._file.close()
        self.socket.close()


@pytest.fixture
def client(taking: Taking) -> Iterator[Client]:
    with served(taking) as where:
        client = Client(where)
        yield client
        client.close()


def test_lmtp_answers_for_each_recipient(taking: Taking) -> None:
    taking.refused = ["two@shop.example"]
    with served(taking) as (host, port), smtplib.LMTP(host, port) as lmtp:
        lmtp.ehlo("me")
        lmtp.mail("ada@example.org")
        for who in ("one@shop.example", "two@shop.example", "three@other.example"):
            lmtp.rcpt(who)
        lmtp.putcmd("data")
        assert lmtp.getreply()[0] == 354
        lmtp.send(MAIL + b".\r\n")
        assert [lmtp.getreply()[0] for _ in range(2)] == [250, 451]
    (received,) = taking.mails
    assert received == Received("ada@example.org", ("one@shop.example", "two@shop.example"), MAIL, len(MAIL))


def test_smtp_gives_one_answer_for_all_recipients(taking: Taking) -> None:
    with served(taking) as (host, port), smtplib.SMTP(host, port) as smtp:
        smtp.sendmail("ada@example.org", ["one@shop.example"], MAIL)
        taking.refused = ["two@shop.example"]
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            smtp.sendmail("ada@example.org", ["one@shop.example", "two@shop.example"], MAIL)


def test_a_fault_of_ours_has_the_client_try_again(taking: Taking) -> None:
    taking.fails = True
    with served(taking) as (host, port), smtplib.LMTP(host, port) as lmtp:
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            lmtp.sendmail("ada@example.org", ["one@shop.example"], MAIL)
        taking.fails = False
        lmtp.sendmail("ada@example.org", ["one@shop.example"], MAIL)
    assert len(taking.mails) == 1


def test_commands_that_are_sent_ahead_are_answered_in_order(client: Client, taking: Taking) -> None:
    transaction = (
        b"MAIL FROM:<> BODY=8BITMIME SIZE=100\r\nRCPT TO:<one@shop.example>\r\nRCPT TO:<two@shop.example>\r\nDATA\r\n"
    )
    client.send(b"LHLO me\r\n" + transaction + MAIL + b".\r\nNOOP\r\nQUIT\r\n")
    codes = [each[:4] for each in client.answers(15)]
    assert codes == ["220 ", *["250-"] * 5, "250 ", "250 ", "250 ", "250 ", "354 ", "250 ", "250 ", "250 ", "221 "]
    assert taking.mails[0].sender == ""


@pytest.mark.parametrize(
    ("sent", "raw"),
    [
        (b"..a\r\n.\r\n", b".a\r\n"),
        (b".\r\n", b""),
        (b"a\r\n...\r\n.b\r\n.\r\n", b"a\r\n..\r\n.b\r\n"),
        (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),
        (b"a\r.\rb\n.\r\n.\r\n", b"a\r.\rb\n.\r\n"),
        (b"a" * 200_000 + b"\r\n.\r\n", b"a" * 100_000),
        (b"\xff\x00\r\n.\r\n", b"\xff\x00\r\n"),
    ],
)
@pytest.mark.parametrize("pieces", [1, 3, 100_000])
def test_a_mail_ends_at_a_line_that_is_a_dot_only(
    client: Client, taking: Taking, sent: bytes, raw: bytes, pieces: int
) -> None:
    client.send(b"LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<one@shop.example>\r\nDATA\r\n")
    client.answers(10)
    size = -(-len(sent) // pieces) if pieces < len(sent) else len(sent)
    for begin in range(0, len(sent), size):
        client.send(sent[begin : begin + size])
    assert client.answers(1)[0].startswith("250")
    assert taking.mails[0].raw == raw


def test_a_mail_beyond_the_limit_is_cut_and_its_size_is_known(client: Client, taking: Taking) -> None:
    client.send(b"LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<one@shop.example>\r\nDATA\r\n")
    client.answers(10)
    client.send((b"a" * 998 + b"\r\n") * 1000 + b".\r\n")
    assert client.answers(1)[0].startswith("250")
    assert (len(taking.mails[0].raw), taking.mails[0].size) == (100_000, 1_000_000)


def test_commands_out_of_order_and_too_many_mistakes_are_refused(client: Client) -> None:
    client.send(b"MAIL FROM:<a@b>\r\nLHLO me\r\nRCPT TO:<one@shop.example>\r\nDATA\r\nMAIL a@b\r\n")
    codes = [each[:3] for each in client.answers(11)]
    assert codes == ["220", "503", *["250"] * 6, "503", "503", "501"]
    client.send(b"WHAT\r\n" * 30)
    assert client.answers(19)[-2:] == ["421 4.7.0 too many mistakes", ""]


def test_a_line_that_never_ends_closes_the_connection(client: Client) -> None:
    client.answers(1)
    client.send(b"a" * (2 * LINE_BYTES))
    assert client.answers(1) == [""]


def test_more_connections_than_the_limit_are_told_to_come_again(taking: Taking) -> None:
    with served(taking, most_connections=1) as where:
        first, second = Client(where), Client(where)
        assert first.answers(1)[0].startswith("220")
        assert second.answers(1)[0].startswith("421")
        first.close()
        second.close()


def test_the_end_of_the_server_answers_who_waits(taking: Taking) -> None:
    with served(taking) as where:
        client = Client(where)
        assert client.answers(1)[0].startswith("220")
    assert client.answers(1)[0].startswith("421")
    client.close()
    assert not [each for each in threading.enumerate() if each.name == "mail-server"]
