"""A registered service does what its scopes allow, on every route, and nothing else; any other service is shut out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.kernel.refusal import Refusal
from domain.service import Scope, Scopes, Services
from infra.embedded.postgres import Urls
from infra.settings.tokens import TokenSettings
from tests.support.calling import Call, calls
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.serving import client, served

DESCRIBED = "service-reads=read, service-brings=deliver, service-acts=act, service-mail=deliver:mail"
SCOPES: dict[str, Scope] = {"service-reads": "read", "service-brings": "deliver", "service-acts": "act"}
DELIVERING = {"deliver", "report_delivery", "send_content", "send_content_of_stranger", "read_outbox"}


@pytest.fixture
def limited(executor: CommandExecutor, database_urls: Urls) -> Iterator[str]:
    """An API that knows services with scopes, and no other; without views, which scopes do not concern."""
    with served(executor, database_urls, services=Services.of(DESCRIBED.split(","))) as url:
        yield url


def scope(call: Call) -> Scope:
    """What the page on access says that a call asks for."""
    return "deliver" if call.name in DELIVERING else "read" if call.method == "GET" else "act"


def code(answer: httpx.Response) -> str:
    """The code of a refusal, or none."""
    return "" if answer.is_success else str(answer.json()["code"])


def test_each_route_asks_a_service_for_its_scope(limited: str) -> None:
    of_services = [each for each in calls() if "service" in each.roles and each.name != "read_me"]
    assert {call.name for call in of_services} > DELIVERING
    with ExitStack() as open_:
        callers = {id: open_.enter_context(client(limited, id)) for id in SCOPES}
        for call in of_services:
            let_in = {SCOPES[id] for id, caller in callers.items() if code(tried(caller, call)) != "forbidden"}
            assert let_in == {scope(call)}, call.name


def tried(caller: httpx.Client, call: Call) -> httpx.Response:
    """A call with a body that fits nothing, on an id that nobody has: only whether it is let in counts."""
    return caller.request(call.method, call.path.replace("{id}", f"{call.kind}-none"), params={"x": "1"})


def test_who_may_deliver_over_one_channel_delivers_over_no_other(limited: str, executor: CommandExecutor) -> None:
    # Given answers over two channels
    sent = {}
    for channel in ("mail", "chat"):
        id = deliver(executor, replace(mail(1), channel=channel, channel_message_id=channel), GATEWAY).id
        sent[channel] = SendReply(body="word", channel=channel), id
        conversations.act(executor, id, sent[channel][0], AGENT)
    found = {}
    with client(limited, "service-mail") as gateway:
        for channel, (reply, id) in sent.items():
            # When the gateway of one channel brings a message and reports on an answer
            body = {
                "channel": channel,
                "channel_message_id": f"{channel}-2",
                "contact": {"kind": "mail", "value": "ada@example.org"},
                "kind": "inquiry",
                "body": "word",
            }
            report = {"conversation_id": id, "state": "sent"}
            found[channel] = (
                code(gateway.post("/deliveries", json=body)),
                code(gateway.put(f"/messages/{reply.message_id}/delivery", json=report)),
            )
    # Then
    assert found == {"mail": ("", ""), "chat": ("forbidden", "forbidden")}


def test_a_service_that_is_not_registered_is_not_known(limited: str) -> None:
    with client(limited, "service-other") as other, client(limited, "service-mail") as mine:
        assert code(other.get("/me")) == "token-invalid"
        assert mine.get("/me").json()["scopes"] == ["deliver:mail"]


@pytest.mark.parametrize(
    ("words", "scope", "channel", "refused"),
    [
        ("read+deliver", "deliver", "chat", False),
        ("deliver:mail+deliver:chat", "deliver", "chat", False),
        ("deliver:mail+deliver", "deliver", "chat", False),
        ("deliver:mail", "deliver", "chat", True),
        ("deliver:mail", "deliver", None, True),
        ("read", "act", None, True),
    ],
)
def test_scopes_are_read_as_they_are_written(words: str, scope: Scope, channel: str | None, refused: bool) -> None:
    scopes = Scopes.of(words)

    def check() -> None:
        scopes.check(scope)
        scopes.check_channel(channel)

    if refused:
        with pytest.raises(Refusal, match="forbidden"):
            check()
    else:
        check()


@pytest.mark.parametrize(
    "described", ["mail=read", "service-mail", "service-mail=", "service-mail=write", "service-mail=read:mail",
                  "service-mail=deliver:Mail", "service-mail=deliver:", "service-a=read,service-a=act"],
)  # fmt: skip
def test_a_registration_that_is_misspelt_is_refused(described: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_SERVICES", described)
    with pytest.raises(ValueError, match=r"service|channel"):
        TokenSettings()


def test_without_a_registration_any_service_may_do_everything() -> None:
    assert TokenSettings().services.find("service-any") == Scopes()
