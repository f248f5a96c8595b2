"""What our own mail server found of a mail's sender is kept with the mail, and a mail that failed is trusted less."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.executor.executor import CommandExecutor
from commands.mail import receive, tokens_of
from consumers.mail.taking_in import CONTEXT
from domain.conversation.events import MailTakenIn
from infra.log.application import Log
from infra.mail.parsing import parse
from tests.support.mails import HELP, in_memory, raw_mail, taken_in

FAILED = "Authentication-Results: mx.shop.example; dmarc=fail; spf=pass\r\n"


@pytest.fixture
def log(memory_log: Log) -> Log:
    return memory_log


@pytest.fixture
def executor(log: Log, tmp_path: Path) -> CommandExecutor:
    return in_memory(log, tmp_path)


def taken(executor: CommandExecutor, log: Log, raw: bytes, recipient: str = HELP) -> tuple[str, MailTakenIn]:
    mail = parse(raw, recipient, envelope_sender="a@b.example", authserv_ids=["mx.shop.example"])
    id = receive(executor, mail, HELP, CONTEXT, by_people=["@example.org"]).id
    return id, taken_in(log, id)[-1][1]


def test_what_our_mail_server_found_is_kept(executor: CommandExecutor, log: Log) -> None:
    _, mail = taken(executor, log, raw_mail(more=FAILED.replace("fail", "pass")))
    assert [(each.method, each.result) for each in mail.authentication] == [("dmarc", "pass"), ("spf", "pass")]
    assert not mail.sender_failed


def test_what_others_say_of_a_sender_is_stripped(executor: CommandExecutor, log: Log) -> None:
    theirs = FAILED.replace("mx.shop", "mx.eve")
    _, mail = taken(
        executor, log, raw_mail(more=theirs + "ARC-Authentication-Results: i=1; mx.shop.example; spf=pass\r\n")
    )
    assert (mail.authentication, mail.sender_failed) == ((), False)


def test_a_mail_that_failed_says_so_and_no_setting_for_its_sender_holds(executor: CommandExecutor, log: Log) -> None:
    automatic = "Auto-Submitted: auto-replied\r\n"
    _, mail = taken(executor, log, raw_mail(more=FAILED + automatic))
    assert (mail.sender_failed, mail.automatic_because) == (True, "auto-submitted")
    _, other = taken(executor, log, raw_mail(id="2@example.org", more=automatic))
    assert (other.sender_failed, other.automatic_because) == (False, None)


def test_a_mail_that_failed_joins_by_a_token_only(executor: CommandExecutor, log: Log) -> None:
    begun, _ = taken(executor, log, raw_mail())
    apart, _ = taken(executor, log, raw_mail("Still.", id="2@example.org", more=FAILED))
    address = tokens_of(executor).address(HELP, begun)
    joined, mail = taken(executor, log, raw_mail("Still.", id="3@example.org", more=FAILED), address)
    assert apart != begun
    assert (joined, mail.joined_by, mail.sender_failed) == (begun, "address-token", True)
