"""Where Kafka is set, what runs takes in what is delivered, and lets replies leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.log.application import Log
from tests.support import cli
from tests.support.companies import AGENT
from tests.support.exactly_once import whole
from tests.support.inbound import Gateway, message, wait_until_taken_in
from tests.support.published import read
from tests.support.recorded import recorded_as


def test_a_message_comes_in_and_its_reply_goes_out(
    database_urls: Urls,
    executor: CommandExecutor,
    log: Log,
    kafka: Kafka,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap_servers)
    monkeypatch.setenv("ANTIPHON_TOPIC_PREFIX", kafka.prefix)
    gateway = Gateway(kafka)
    gateway.send([message("m1", "t1", "it drips")])
    gateway.close()
    # When
    running = cli.start(database_urls, tmp_path, "run", "followers")
    try:
        wait_until_taken_in(kafka, 25)
        (said,) = recorded_as(MessageReceived, whole(log))
        conversations.act(executor, said.originator_id, SendReply(body="a new one is on its way"), AGENT)
        replies = read(kafka, bool, 30, "outbound.messages.v1")
    finally:
        status = running.stop()
    # Then
    assert said.event.body == "it drips"
    assert [json.loads(each.value)["body"] for each in replies] == ["a new one is on its way"]
    assert status == 0
