"""The API under test: a real server on a port of its own, with followers behind it, and callers with tokens."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx

from api.edge.limits import Limits
from api.edge.serving import Server
from api.edge.tokens import Tokens
from api.server import application
from audit.replay import Replay
from cli.display import logs
from cli.wiring import serving
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.kernel.event import Actor
from domain.staff import FormTeam, JoinStaff
from infra.embedded.postgres import Urls
from infra.settings.api import ApiSettings
from tests.support.companies import GATEWAY, mail
from tests.support.waiting import wait_until

SECRET = b"a secret of the tests, 32 bytes long"
TOKENS = Tokens(SECRET, "antiphon", "antiphon")
LIMITS = replace(serving.limits(ApiSettings()), calls_per_minute=10**9, stranger_calls_per_minute=10**9)
"""The usual ones, but that tests call as often as they like."""
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For each httpx client: none calls by TLS here, and reading the machine's certificates would take 25 ms a client."""
OPERATOR = Context(Actor(id="operator-test", kind="agent", roles=("operator",)))


@dataclass(frozen=True)
class Company:
    """Somebody of each role, and a conversation of the customer's: ids by which tests act."""

    agent: str
    lead: str
    design: str
    auditor: str
    privacy: str
    service: str
    customer: str
    team: str
    conversation: str

    @classmethod
    def founded(cls, executor: CommandExecutor) -> Company:
        """Take all of them up."""
        team = staffing.form_team(executor, FormTeam(name="Care"), OPERATOR).id

        def joined(*roles: Any) -> str:
            command = JoinStaff(handle=roles[0], name=f"The {roles[0]}", roles=roles, team_id=team)
            return staffing.join(executor, command, OPERATOR).id

        conversation = deliver(executor, mail(1), GATEWAY).id
        return cls(
            agent=joined("agent"),
            lead=joined("lead"),
            design=joined("design"),
            auditor=joined("auditor"),
            privacy=joined("privacy"),
            service="service-mail",
            customer=executor.read(conversation).state.customer_id,
            team=team,
            conversation=conversation,
        )


def token(subject: str) -> str:
    """A token that holds for an hour."""
    return TOKENS.issue(subject, timedelta(hours=1))


@contextmanager
def served(
    executor: CommandExecutor, urls: Urls, limits: Limits = LIMITS, tokens: Tokens = TOKENS, **options: Any
) -> Iterator[str]:
    """The API over these, at the URL this gives."""
    logs.configure()  # structlog's own way shows every local of an exception's way, which takes it half a minute
    listening = socket.create_server(("127.0.0.1", 0))
    app = application(
        executor, urls.database_url, tokens, replay=Replay, export=serving.EXPORTING, limits=limits, **options
    )
    server = Server(app, limits)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        # The socket takes connections before the parts of the API are made: what a test patches then met either.
        wait_until(lambda: server.started or not thread.is_alive(), 30, "the API has started")
        assert thread.is_alive(), "the API does not start"
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
        assert not thread.is_alive(), "the API does not stop"


def client(url: str, subject: str | None) -> httpx.Client:
    """Whoever calls, with a token of theirs."""
    headers = {"Authorization": f"Bearer {token(subject)}"} if subject else {}
    return httpx.Client(base_url=url, headers=headers, timeout=20, verify=PLAIN)
