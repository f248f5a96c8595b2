"""What `antiphon show` says of mails that may be one matter."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor
from commands.mail import receive
from consumers.mail.taking_in import CONTEXT
from infra.mail.parsing import parse
from tests.cli.conftest import Antiphon
from tests.support.mails import HELP, raw_mail, take


def test_the_same_sender_and_subject_are_a_suggestion_only(antiphon: Antiphon, executor: CommandExecutor) -> None:
    first = take(executor, raw_mail()).id
    second = take(executor, raw_mail("Still.", id="2@example.org", subject="Re: the  KETTLE")).id
    take(executor, raw_mail("Bread.", id="3@example.org", subject="Bread"))
    take(executor, raw_mail(id="4@example.org", sender="bob@example.org"))
    assert len({first, second}) == 2
    for shown, other in ((first, second), (second, first)):
        perhaps = [line for line in antiphon("show", shown).out.splitlines() if line.startswith("perhaps")]
        assert len(perhaps) == 1
        assert f"one matter with {other}" in perhaps[0]


def test_a_mail_that_failed_is_no_suggestion_and_says_so(antiphon: Antiphon, executor: CommandExecutor) -> None:
    first = take(executor, raw_mail()).id
    forged = raw_mail("Pay there.", id="2@example.org", more="Authentication-Results: mx.shop.example; dmarc=fail\r\n")
    mail = parse(forged, HELP, envelope_sender="a@b.example", authserv_ids=["mx.shop.example"])
    second = receive(executor, mail, HELP, CONTEXT).id
    shown = {id: antiphon("show", id).out for id in (first, second)}
    assert not any(line.startswith("perhaps") for out in shown.values() for line in out.splitlines())
    assert "its sender did not send it, as far as our mail server knows; dmarc=fail" in " ".join(shown[second].split())
    assert "its sender" not in shown[first]
