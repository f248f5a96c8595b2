"""What `antiphon show` says of mails that may be one matter."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor
from tests.cli.conftest import Antiphon
from tests.support.mails import raw_mail, take


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
