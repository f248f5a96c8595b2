"""`antiphon mail html` writes the HTML of a mail to a page in which nothing runs."""

from __future__ import annotations

from pathlib import Path

from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.cli.conftest import Antiphon
from tests.support.mails import raw_mail, take, taken_in


def test_the_html_of_a_mail_is_shown_without_what_runs(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, tmp_path: Path
) -> None:
    html = "<p>It <b>drips</b>.</p><script>leak()</script><img src=https://leak.example>"
    ((said, _),) = taken_in(log, take(executor, raw_mail(html, more="Content-Type: text/html\r\n")).id)
    kept = said.attachments[0].content_id
    assert kept is not None
    ran = antiphon("mail", "html", kept, str(tmp_path / "mail.html"))
    assert (ran.status, ran.err) == (0, "")
    page = (tmp_path / "mail.html").read_text()
    assert "<p>It <b>drips</b>.</p>" in page
    assert "leak" not in page
