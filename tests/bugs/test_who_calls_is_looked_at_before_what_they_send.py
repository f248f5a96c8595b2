"""Nobody learns from a refusal what a body has to look like, or that it was read, before it is known who asks."""

from __future__ import annotations

import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from tests.support.serving import Company, client, served

BODIES = [b"{", b"[" * 5_000, b'{"name": "a", "name": "b"}', b"\xff", b""]


@pytest.mark.parametrize("body", BODIES, ids=["cut off", "too deep", "a name twice", "no text", "none"])
def test_a_body_of_whatever_form_is_refused_for_who_sends_it(
    executor: CommandExecutor, database_urls: Urls, body: bytes
) -> None:
    company = Company.founded(executor)
    callers = {None: (401, "token-missing"), company.auditor: (403, "forbidden"), company.lead: (422, "input-invalid")}
    with served(executor, database_urls) as url:
        for who, refused in callers.items():
            with client(url, who) as caller:
                # When
                answer = caller.post("/teams", content=body, headers={"Content-Type": "application/json"})
                # Then
                assert (answer.status_code, answer.json()["code"]) == refused
