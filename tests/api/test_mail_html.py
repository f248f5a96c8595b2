"""The HTML of a mail over HTTP, made safe; and what may be one matter, with the act that leaves two apart."""

from __future__ import annotations

import httpx

from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.support.mails import raw_mail, take, taken_in
from tests.support.recorded import events_of

HTML = "<p>It <b>drips</b>.</p><script>leak()</script><img src=https://leak.example onerror=leak()><style>p{}</style>"


def test_a_mail_is_shown_as_a_page_in_which_nothing_runs(
    agent: httpx.Client, executor: CommandExecutor, log: Log
) -> None:
    taken = take(executor, raw_mail(HTML, more="Content-Type: text/html\r\n"))
    ((said, _),) = taken_in(log, taken.id)
    version = next(i for i, each in enumerate(events_of(log, taken.id), 1) if each == said)
    asked = {"version": version, "content_id": said.attachments[0].content_id}
    answer = agent.get(f"/conversations/{taken.id}/mail-html", params=asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<p>It <b>drips</b>.</p>" in answer.text
    assert "leak" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert {"default-src 'none'", "sandbox"} <= set(policy.split("; "))
    assert answer.headers["Cache-Control"] == "no-store"
    # And of another line, nothing is shown
    assert agent.get(f"/conversations/{taken.id}/mail-html", params={**asked, "version": 1}).status_code == 404
    # And a mail without HTML has none
    plain = take(executor, raw_mail(id="2@example.org", subject="Bread"))
    ((said, _),) = taken_in(log, plain.id)
    asked = {"version": version, "content_id": said.attachments[0].content_id}
    assert agent.get(f"/conversations/{plain.id}/mail-html", params=asked).json()["code"] == "not-found"


def test_what_may_be_one_matter_is_suggested_until_it_is_dismissed(
    agent: httpx.Client, executor: CommandExecutor
) -> None:
    first = take(executor, raw_mail())
    second = take(executor, raw_mail("Still.", id="2@example.org", subject="Re: the  KETTLE"))

    def suggested(id: str, at_least: int) -> list[str]:
        answer = agent.get(f"/conversations/{id}/suggestions", headers={"At-Least": str(at_least)}).raise_for_status()
        return [each["conversation_id"] for each in answer.json()["suggestions"]]

    assert (suggested(first.id, second.position), suggested(second.id, second.position)) == ([second.id], [first.id])
    body = {"other_id": second.id, "reason": "another kettle"}
    done = agent.post(f"/conversations/{first.id}/suggestions/dismissal", json=body).raise_for_status().json()
    assert (suggested(first.id, done["position"]), suggested(second.id, done["position"])) == ([], [])
    again = agent.post(f"/conversations/{second.id}/suggestions/dismissal", json={"other_id": first.id})
    assert again.raise_for_status().json()["position"] >= 0
    # But nobody leaves apart what is not theirs both
    other = take(executor, raw_mail(id="3@example.org", sender="bo@example.org")).id
    answer = agent.post(f"/conversations/{first.id}/suggestions/dismissal", json={"other_id": other})
    assert answer.json()["code"] == "not-found"
