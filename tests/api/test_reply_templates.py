"""Replies by templates over HTTP: the approved text is what was said, and what is missing is named."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from commands import decision_table as tables
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageSent
from domain.decision_table.published import PublishTable
from infra.log.application import Log
from tests.domain.test_reply_templates import CONTENT
from tests.support.companies import AGENT
from tests.support.mails import raw_mail, take
from tests.support.recorded import events_of

OTHER = {**CONTENT, "rules": [{"when": {"name": '"delay"'}, "then": {"text": '"Hello, wait {days} days"'}}]}


def publish(executor: CommandExecutor, table: dict[str, Any]) -> None:
    tables.publish(executor, PublishTable.model_validate({"name": "reply-templates", "table": table}), AGENT)


def said(log: Log, id: str) -> list[tuple[str, str | None, str | None, int | None]]:
    events = [each for each in events_of(log, id) if isinstance(each, MessageSent)]
    return [(each.body, each.language, each.template, each.template_version) for each in events]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"template": "delay", "fields": {"name": "Ada"}, "language": "en"}, None),
        ({"template": "delay", "language": "en"}, "input-invalid"),
        ({"template": "thanks", "language": "en"}, "not-found"),
    ],
)
def test_a_reply_by_a_template_says_the_approved_text(
    agent: httpx.Client, executor: CommandExecutor, log: Log, body: dict[str, object], code: str | None
) -> None:
    id = take(executor, raw_mail()).id
    path = f"/conversations/{id}/replies/from-template"
    assert agent.post(path, json=body).json()["code"] == "table-unpublished"
    publish(executor, CONTENT)
    answer = agent.post(path, json=body).json()
    assert answer.get("code") == code
    assert said(log, id) == ([] if code else [("Dear Ada", "en", "delay", 1)])


def test_a_repeat_finds_the_reply_whatever_the_table_says_by_then(
    agent: httpx.Client, executor: CommandExecutor, log: Log
) -> None:
    id = take(executor, raw_mail()).id
    publish(executor, CONTENT)

    def post(name: str = "Ada") -> dict[str, Any]:
        body = {"template": "delay", "fields": {"name": name}, "language": "en"}
        key = {"Idempotency-Key": "k-1"}
        answer: dict[str, Any] = agent.post(f"/conversations/{id}/replies/from-template", json=body, headers=key).json()
        return answer

    first = post()
    # When the table has another text, with another field
    publish(executor, OTHER)
    # Then a repeat is the first reply, and another request is told apart
    assert post() == first
    assert post("Bo")["code"] == "idempotency-key-reused"
    assert said(log, id) == [("Dear Ada", "en", "delay", 1)]
