"""Files over HTTP: sent part by part, named by messages, read by who sees the message, and by ranges."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.kernel.ids import new_id
from infra.content.check import FileCheck
from infra.content.store import ContentStore
from tests.support.companies import GATEWAY, mail
from tests.support.serving import Company, client

LEAK = b"\x89PNG\r\n\x1a\n a leak" * 10_000
FILE = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def ada(api: str, company: Company) -> Iterator[httpx.Client]:
    """The customer."""
    with client(api, company.customer) as calling:
        yield calling


def sent(calling: httpx.Client, path: str, content: bytes = LEAK) -> dict[str, Any]:
    answer = calling.post(path, content=content, headers=FILE)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def attached(kept: dict[str, Any], name: str = "leak.png") -> dict[str, Any]:
    file = {each: kept[each] for each in ("size", "type", "sha256")}
    return {"id": "a1", "name": name, "content_id": kept["id"], **file}


def test_a_file_goes_with_a_message_and_is_read_by_who_sees_it(
    api: str, agent: httpx.Client, gateway: httpx.Client, ada: httpx.Client, company: Company,
    executor: CommandExecutor,
) -> None:  # fmt: skip
    # Given
    kept = sent(gateway, f"/customers/{company.customer}/content")
    assert (kept["size"], kept["type"]) == (len(LEAK), "image/png")
    assert kept["sha256"] == hashlib.sha256(LEAK).hexdigest()
    assert sent(ada, "/me/content")["id"] == kept["id"]
    message = {"body": "It leaks", "attachments": [attached(kept, "../so \u202egnp.png")]}
    # When
    said = ada.post(f"/conversations/{company.conversation}/messages", json=message).raise_for_status().json()
    # Then: both sides are shown where the file is,
    ada.headers["At-Least"] = agent.headers["At-Least"] = str(said["position"])
    line = ada.get(f"/me/conversations/{company.conversation}").json()["lines"][-1]
    assert line["attachments"][0]["content_id"] == kept["id"]
    path = f"{line['content']}&content_id={kept['id']}"
    whole = agent.get(f"/conversations/{company.conversation}").json()["lines"]
    (shown,) = (each for each in whole if each["attachments"])
    assert path == f"/conversations/{company.conversation}/content?version={shown['version']}&content_id={kept['id']}"
    # and read it, as what it is and no more;
    for reader in (ada, agent, gateway):
        answer = reader.get(path)
        assert (answer.status_code, answer.content) == (200, LEAK)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''so%20%E2%80%AEgnp.png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    # by ranges;
    for asked, status, part in (
        ("bytes=0-9", 206, LEAK[:10]), ("bytes=70000-", 206, LEAK[70_000:]), ("bytes=-5", 206, LEAK[-5:]),
        ("bytes=5-4", 200, LEAK), ("lines=1-2", 200, LEAK), ("bytes=1-2,5-6", 200, LEAK),
    ):  # fmt: skip
        answer = ada.get(path, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (status, part), asked
        if status == 206:
            assert answer.headers["Content-Range"].endswith(f"/{len(LEAK)}")
    refused = ada.get(path, headers={"Range": f"bytes={len(LEAK)}-"})
    assert (refused.status_code, refused.json()["code"]) == (416, "range-unsatisfiable")
    # and nobody else does, nor by another line.
    other = executor.read(deliver(executor, mail(7, "t7", "bob@example.org"), GATEWAY).id).state.customer_id
    with client(api, other) as bob, client(api, company.design) as design:
        assert bob.get(path).status_code == 404
        assert design.get(path).status_code == 403
    assert ada.get(path.replace(f"version={shown['version']}", "version=1")).status_code == 404
    assert ada.get(path.replace(kept["id"], "content-" + "0" * 64)).status_code == 404
    # When the message is taken out
    with client(api, company.lead) as lead:
        out = {"message_id": shown["about"], "reason": "sent by mistake"}
        lead.post(f"/conversations/{company.conversation}/removals", json=out).raise_for_status()
    # Then
    assert (ada.get(path).status_code, agent.get(path).status_code) == (404, 404)


def test_a_file_comes_with_the_first_message_of_a_stranger(
    api: str, agent: httpx.Client, gateway: httpx.Client, company: Company
) -> None:
    # Given somebody who never wrote, in a thread that is known, and whom the gateway makes known
    bob = {"kind": "mail", "value": "bob@example.net", "name": "Bob"}
    there = f"/conversations/{company.conversation}/participants"
    made = [gateway.post(there, json={"contact": bob}).raise_for_status().json() for _ in range(2)]
    gateway.headers["At-Least"] = str(made[-1]["position"])
    (known,) = gateway.get(there).raise_for_status().json()["participants"]
    kept = sent(gateway, f"/strangers/{known['participant_id']}/content")
    message = {"channel": "mail", "channel_message_id": new_id("mail"), "thread": "t1", "contact": bob}
    # When
    said_otherwise = [{**attached(kept), "type": "text/html"}]
    told = [gateway.post("/deliveries", json={**message, "attachments": said_otherwise}) for _ in range(2)]
    # Then
    first, again = (each.raise_for_status().json() for each in told)
    assert (first["id"], again["position"]) == (company.conversation, first["position"])
    assert first["adjusted"] == again["adjusted"] == [{"field": "attachments.0.type", "how": "normalised"}]
    agent.headers["At-Least"] = str(first["position"])
    lines = agent.get(f"/conversations/{company.conversation}").json()["lines"]
    (shown,) = (each for each in lines if each["attachments"])
    assert shown["participant_id"] == known["participant_id"]
    path = f"/conversations/{company.conversation}/content?version={shown['version']}&content_id={kept['id']}"
    assert agent.get(path).content == LEAK


def test_nobody_is_sent_the_file_of_another_customer(
    agent: httpx.Client, gateway: httpx.Client, ada: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    # Given
    other = executor.read(deliver(executor, mail(7, "t7", "bob@example.org"), GATEWAY).id).state.customer_id
    of_bob = attached(sent(gateway, f"/customers/{other}/content", b"<script>alert(1)</script>"))
    own = sent(agent, "/content", b"%PDF-1.7 terms")
    nobodys = {**of_bob, "content_id": "content-" + "0" * 64}
    replies, messages = (f"/conversations/{company.conversation}/{each}" for each in ("replies", "messages"))
    bring = {
        "channel": "mail", "channel_message_id": new_id("mail"),
        "contact": {"kind": "mail", "value": "ada@example.org"}, "body": "Look",
    }  # fmt: skip
    for calling, path, body in (
        (agent, replies, {"body": "Here"}),
        (ada, messages, {"body": "Here"}),
        (ada, "/me/conversations", {"body": "Here"}),
        (gateway, "/deliveries", bring),
    ):
        # When
        theirs, none = (calling.post(path, json={**body, "attachments": [each]}) for each in (of_bob, nobodys))
        # Then
        assert theirs.json()["code"] == ("not-found" if calling is ada else "not-theirs"), path
        assert (none.status_code, none.json()["code"]) == (404, "not-found"), path
    # But a customer opens a matter with a file of their own,
    mine = sent(ada, "/me/content")
    opened = ada.post("/me/conversations", json={"body": "", "attachments": [attached(mine)]}).raise_for_status().json()
    content = f"/conversations/{opened['id']}/content?version=3&content_id={mine['id']}"
    assert ada.get(content).content == LEAK
    # and the company's own goes to anybody, for saving only.
    reply = agent.post(replies, json={"body": "Our terms", "attachments": [attached(own, "terms.pdf")]})
    ada.headers["At-Least"] = str(reply.raise_for_status().json()["position"])
    line = ada.get(f"/me/conversations/{company.conversation}").json()["lines"][-1]
    answer = ada.get(f"{line['content']}&content_id={own['id']}")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''terms.pdf"
    assert answer.content == b"%PDF-1.7 terms"


def test_what_is_no_file_or_too_large_is_refused_and_leaves_nothing(
    api: str, agent: httpx.Client, ada: httpx.Client, company: Company, content: ContentStore
) -> None:
    def parts() -> Iterator[bytes]:
        yield from (bytes(100_000) for _ in range(11))

    path = f"/customers/{company.customer}/content"
    for odd, status, code in (
        ({"files": {"file": LEAK}}, 422, "input-invalid"),
        ({"data": {"file": "x"}}, 422, "input-invalid"),
        ({"content": LEAK, "headers": {"Content-Encoding": "gzip"}}, 422, "input-invalid"),
        ({"content": bytes(1_000_001)}, 413, "content-too-large"),
        ({"content": parts()}, 413, "content-too-large"),
    ):
        # When
        try:
            answer = agent.post(path, **odd)
        except httpx.TransportError:  # the connection ends while the rest is being sent
            continue
        # Then
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert agent.post("/customers/customer-nobody/content", content=LEAK).status_code == 404
    assert ada.post(path, content=LEAK).status_code == 403
    assert ada.post("/content", content=LEAK).status_code == 403
    with client(api, None) as stranger:
        assert stranger.post(path, content=LEAK).status_code == 401
    assert list(content.owners()) == []


def test_a_file_that_is_quarantined_is_for_staff_to_save(
    agent: httpx.Client, gateway: httpx.Client, ada: httpx.Client, company: Company, content: ContentStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Given
    monkeypatch.setattr(content, "_check", FileCheck("false", 60))
    kept = sent(ada, "/me/content")
    assert kept["quarantined"] is True
    # When
    message = {"body": "It leaks", "attachments": [attached(kept)]}
    said = ada.post(f"/conversations/{company.conversation}/messages", json=message).raise_for_status().json()
    ada.headers["At-Least"] = agent.headers["At-Least"] = str(said["position"])
    # Then
    mine = ada.get(f"/me/conversations/{company.conversation}").json()["lines"][-1]
    (shown,) = (
        each for each in agent.get(f"/conversations/{company.conversation}").json()["lines"] if each["attachments"]
    )
    assert (mine["attachments"][0]["quarantined"], shown["attachments"][0]["quarantined"]) == (True, True)
    path = f"{mine['content']}&content_id={kept['id']}"
    for reader, asked in ((ada, path), (gateway, path), (agent, path), (ada, f"{path}&quarantined=true")):
        refused = reader.get(asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "content-quarantined")
    saved = agent.get(f"{path}&quarantined=true")
    assert (saved.status_code, saved.content) == (200, LEAK)
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment;")
