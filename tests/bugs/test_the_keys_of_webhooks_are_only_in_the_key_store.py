"""The keys of webhooks are shown once, and are in no log line, table, list, backup or export, in whatever form."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

from commands.executor.executor import CommandExecutor
from commands.webhook import SUBJECT
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.cli.conftest import Antiphon, antiphon  # noqa: F401
from tests.consumers.test_webhooks import came, said, sending
from tests.support.databases import superuser_url
from tests.support.endpoint import endpoint
from tests.support.following import catch_up
from tests.support.marker_scan import Place, database, files
from tests.support.marker_scan import said as told
from tests.support.serving import Company, client, served


def forms(secret: bytes) -> Iterator[bytes]:
    """A secret as it may be written; of base64, what its neighbours do not change."""
    yield from (secret, secret.hex().encode(), secret.hex().upper().encode())
    for offset in range(3):
        encoded = b64encode(bytes(offset) + secret)
        yield encoded[-(-offset * 8 // 6) : (offset + len(secret)) * 8 // 6]


def leaks(secrets: list[bytes], places: list[Place]) -> list[str]:
    """The places that hold one of these secrets."""
    return [name for name, text in places for secret in secrets if any(form in text for form in forms(secret))]


def test_the_keys_of_webhooks_are_only_in_the_key_store(
    antiphon: Antiphon,  # noqa: F811
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    server: EmbeddedPostgres,
    tmp_path: Path,
) -> None:
    company = Company.founded(executor)
    output = ""

    def ran(*arguments: str) -> str:
        nonlocal output
        done = antiphon(*arguments)
        assert done.status == 0, done.err
        output += done.out + done.err
        return done.out

    with endpoint() as their:
        # Given keys of both kinds, made on the command line and over HTTP, that have signed
        made = []
        for more in ((), ("--ed25519",)):
            done = antiphon("webhooks", "register", their.url, "--channel", "mail", *more)
            id, shown = done.id, done.out.splitlines()[1]
            made.append((id, shown))
        made.append((made[0][0], antiphon("webhooks", "rotate", made[0][0]).out.splitlines()[1]))
        with served(executor, database_urls) as url, client(url, company.lead) as lead:
            register = {"url": their.url, "channels": ["mail"]}
            answer = lead.post("/webhooks", json=register).raise_for_status().json()
            made.append((answer["id"], answer["key"]))
            listed = lead.get("/webhooks").raise_for_status().content
            with sending(executor, projector):
                said(executor, 10, "one")
                came(their, 3)
        # When
        catch_up(log, projector)
        ran("webhooks", "list")
        for id, _ in made:
            ran("webhooks", "show", id)
        ran("log")
        ran("doctor")
        ran("audit", "trail", "--actor", company.lead)
        ran("backup", str(tmp_path / "log.backup"))
        ran("webhooks", "retire", made[0][0])
    # Then
    secrets = [b64decode(shown.removeprefix("whsec_")) for _, shown in made if shown.startswith("whsec_")]
    assert len(secrets) == 3
    secrets += [log.vault.key(f"{SUBJECT}{id}") for id, _ in made]
    secrets.append(hmac.digest(log.vault.key(f"{SUBJECT}{made[1][0]}"), b"ed25519 1", "sha256"))
    places = [
        *database("log", superuser_url(server, database_urls.database_url)),
        *database("vault", superuser_url(server, database_urls.vault_url)),
        *files(tmp_path),
        *told("output", output),
        *told("GET /webhooks", listed),
        *told("posts", b"".join(each.body for each in their.posts)),
    ]
    assert leaks(secrets, places) == []
    assert len(places) > 10
    # And the scan sees what is there
    assert leaks(secrets, [*told("shown", made[0][1])]) == ["shown"]
