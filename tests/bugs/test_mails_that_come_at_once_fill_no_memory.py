"""Mails that come in together hold so much at most. Each was asked only before it came whether there was room: 50 that
began at once held all they had, and one that sent no further byte held it for 20 minutes."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from infra.mail.server import MOST_HELD, MailServer
from tests.infra.test_mail_server import Client, Taking
from tests.support.waiting import wait_until

MOST_BYTES = 100_000
CLIENTS = 14
ENVELOPE = b"LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<one@shop.example>\r\nRCPT TO:<two@shop.example>\r\nDATA\r\n"
LINES = (b"a" * 98 + b"\r\n") * 900


@pytest.fixture
def taking() -> Taking:
    return Taking()


@pytest.fixture
def server(taking: Taking) -> Iterator[MailServer]:
    address = socket.create_server(("127.0.0.1", 0))
    with MailServer(address, taking.take, lambda _: True, name="mx.shop.example", most_bytes=MOST_BYTES) as server:
        yield server


def test_what_is_beyond_has_to_come_again(server: MailServer, taking: Taking) -> None:
    # Given more mails than there is room for, all of which were let begin
    clients = [Client(server.address) for _ in range(CLIENTS)]
    for each in clients:
        each.send(ENVELOPE)
        assert each.answers(11)[-1].startswith("354")
    # When they come, and none of them ends
    for number, each in enumerate(clients):
        each.send(LINES)
        fit = min(number + 1, MOST_HELD)
        wait_until(lambda fit=fit: server.held >= fit * len(LINES), 20, "they are held")  # type: ignore[misc]
    # Then
    assert server.held <= MOST_HELD * MOST_BYTES + CLIENTS * 64 * 1024
    # When they end, the last one first
    answers = []
    for each in reversed(clients):
        each.send(b".\r\n")
        answers += [{answer[:3] for answer in each.answers(2)}]
        each.close()
    # Then each is taken in, or has to come again
    assert {"452"} in answers
    assert answers.count({"250"}) == len(taking.mails) >= MOST_HELD - 1
    assert answers.count({"250"}) + answers.count({"452"}) == CLIENTS
    wait_until(lambda: server.held == 0, 20, "nothing is held")
