"""Replies by templates over HTTP: the approved text is what was said, and what is missing is named."""

from __future__ import annotations

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
    tables.publish(executor, PublishTable.model_validate({"name": "reply-templates", "table": CONTENT}), AGENT)
    answer = agent.post(path, json=body).json()
    said = [(each.body, each.language) for each in events_of(log, id) if isinstance(each, MessageSent)]
    assert answer.get("code") == code
    assert said == ([] if code else [("Dear Ada", "en")])
