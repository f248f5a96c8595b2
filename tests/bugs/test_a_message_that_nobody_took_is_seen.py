"""A message over a channel whose gateway reports what it takes, and of which nothing is reported, is seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cli.verbs.conversation.show import shown
from commands import message as messages
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.channel import LATER, LOOKED_BACK, ServedChannels
from domain.conversation.commands import SendReply
from domain.kernel.refusal import Refusal
from domain.message import ReportDelivery
from infra.health.check import Reading, Sources
from infra.log.application import Log
from infra.postgres.database import Database
from infra.settings.settings import Settings
from projections import health
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SERVED = ServedChannels().reporting(["mail=10"])


@pytest.mark.parametrize(
    ("channel", "sent", "recorded", "untaken"),
    [
        ("mail", 9 * MINUTE, 9 * MINUTE, False),
        ("mail", 11 * MINUTE, 11 * MINUTE, True),
        ("chat", 11 * MINUTE, 11 * MINUTE, False),
        (None, 11 * MINUTE, 11 * MINUTE, False),
        ("mail", 12 * MINUTE + LATER, 11 * MINUTE, False),
        ("mail", LOOKED_BACK + 11 * MINUTE, LOOKED_BACK + 11 * MINUTE, False),
    ],
)
def test_a_gateway_has_its_time(channel: str | None, sent: timedelta, recorded: timedelta, untaken: bool) -> None:
    assert SERVED.untaken(channel, NOW - sent, NOW - recorded, NOW) is untaken


@pytest.mark.parametrize("value", ["telex=10", "mail", "mail=0", "mail=ten", "mail=10081", "mail=10,mial=10"])
def test_a_setting_that_is_misspelt_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_TAKEN_WITHIN", value)
    with pytest.raises(Refusal, match=r"settings-invalid: ANTIPHON_TAKEN_WITHIN: entry [12]: "):
        Settings.load()


def test_doctor_metrics_and_the_conversation_tell_of_it(
    executor: CommandExecutor, log: Log, projector: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given an answer that was sent a moment ago, over a channel whose gateway takes what comes at once
    id = deliver(executor, mail(1), GATEWAY).id
    reply = SendReply(body="On its way")
    conversations.act(executor, id, reply, AGENT)
    at_once = ServedChannels(taken_within={"mail": timedelta(0)})

    def found(channels: ServedChannels) -> tuple[Reading, str]:
        catch_up(log, projector)
        with projector.connection() as connection:
            (reading,) = health.MessagesAreTaken().read(Sources(connection, channels=channels))
        shown(projector, id, datetime.now(UTC) + MINUTE, channels=channels)()
        return reading, capsys.readouterr().out

    # Then it is seen where somebody says that the gateway reports
    told, printed = found(at_once)
    assert told.says.startswith("1 messages were sent and nobody took them, over mail, since 20")
    assert told.wrong
    assert told.values["antiphon_untaken_messages"] == 1
    assert told.values["antiphon_untaken_messages_oldest_seconds"] > 0
    assert "nobody took it" in printed
    for patient in (SERVED, ServedChannels()):
        well, printed = found(patient)
        assert (well.wrong, set(well.values.values())) == (None, {0.0})
        assert "nobody took it" not in printed
    # And no longer once the gateway has reported anything
    report = ReportDelivery(conversation_id=id, state="queued")
    messages.report_delivery(executor, reply.message_id, report, GATEWAY)
    taken, printed = found(at_once)
    assert (taken.wrong, taken.says) == (None, "gateways took what was sent")
    assert "queued" in printed
