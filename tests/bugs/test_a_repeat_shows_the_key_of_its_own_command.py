"""A caller without an answer repeats the call, and gets the key that came with it, whatever was done since."""

from __future__ import annotations

from commands import webhook as webhooks
from commands.executor.executor import CommandExecutor
from domain.webhook import RotateWebhookKey
from infra.embedded.postgres import Urls
from tests.support.companies import AGENT
from tests.support.serving import Company, client, served


def test_a_repeat_shows_the_key_that_the_command_made(executor: CommandExecutor, database_urls: Urls) -> None:
    lead = Company.founded(executor).lead
    with served(executor, database_urls) as url, client(url, lead) as calling:
        # Given
        register = {"url": "https://gateway.example/antiphon", "channels": ["messenger"]}
        first = calling.post("/webhooks", json=register, headers={"Idempotency-Key": "k1"}).raise_for_status().json()
        keys = f"/webhooks/{first['id']}/keys"
        reason = {"reason": "once a year"}
        second = calling.post(keys, json=reason, headers={"Idempotency-Key": "k2"}).raise_for_status().json()
        webhooks.act(executor, first["id"], RotateWebhookKey(), AGENT)
        # When
        again = calling.post("/webhooks", json=register, headers={"Idempotency-Key": "k1"}).raise_for_status().json()
        rotated = calling.post(keys, json=reason, headers={"Idempotency-Key": "k2"}).raise_for_status().json()
    # Then
    assert again == first
    assert rotated == second
    assert (
        len({first["key"], second["key"], webhooks.keys(executor, webhooks.there(executor, first["id"]))[-1].shown})
        == 3
    )
