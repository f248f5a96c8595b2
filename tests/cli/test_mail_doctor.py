"""`antiphon mail doctor` says whether mails come in, leave, and find their way back."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from commands.executor.executor import CommandExecutor
from consumers.mail.taking_in import MailIntake
from infra.mail.server import MailServer
from tests.cli.conftest import Antiphon
from tests.support.api_process import free_port
from tests.support.exactly_once import whole
from tests.support.mails import BOOK, HELP


@pytest.fixture
def port(executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where mails come in; the same server is the one behind us."""
    address = socket.create_server(("127.0.0.1", 0))
    port: int = address.getsockname()[1]
    monkeypatch.setenv("ANTIPHON_MAIL_MAILBOXES", f"{HELP}=Shop help,care@brand.example")
    monkeypatch.setenv("ANTIPHON_MAIL_PORT", str(port))
    monkeypatch.setenv("ANTIPHON_MAIL_SMARTHOST", f"127.0.0.1:{port}")
    monkeypatch.setenv("ANTIPHON_MAIL_SMARTHOST_SECURITY", "none")
    with (
        MailIntake(executor, BOOK) as intake,
        MailServer(address, intake.take, intake.accepts, name="shop.example", most_bytes=1_000_000),
    ):
        yield port


def test_a_mail_to_ourselves_comes_back(antiphon: Antiphon, port: int, executor: CommandExecutor) -> None:
    ran = antiphon("mail", "doctor", "--to-myself")
    assert (ran.status, ran.err) == (0, ""), ran.out
    assert [line.split()[1] for line in ran.out.splitlines() if line.startswith("ok")] == [
        "address", "token", "bounce", "address", "token", "bounce", "in", "out", "myself",
    ]  # fmt: skip
    assert "all is well" in ran.out
    assert "customer.contact-point-added" not in [each.event.stored_name for each in whole(executor.log)]


def test_what_is_wrong_is_said_with_what_to_do(antiphon: Antiphon, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_MAIL_PORT", str(free_port()))
    monkeypatch.setenv("ANTIPHON_MAIL_SMARTHOST", f"127.0.0.1:{free_port()}")
    ran = antiphon("mail", "doctor")
    assert ran.status == 1
    assert "in: start it: antiphon run mail" in ran.out
    assert "out: see to ANTIPHON_MAIL_SMARTHOST" in ran.out


def test_without_addresses_of_ours_it_says_how_to_name_them(antiphon: Antiphon) -> None:
    ran = antiphon("mail", "doctor")
    assert ran.status == 1
    assert "ANTIPHON_MAIL_MAILBOXES" in ran.out
