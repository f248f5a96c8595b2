"""A time without a zone was taken as UTC by one verb and refused by others. It is refused at every edge; a day is
read in the company's zone. Verbs: `tests/cli/test_times_have_a_zone.py`; routes: `tests/api/test_forms.py`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from cli.verbs.service_level.scenario_file import parsed
from commands.conversation.delivering import deliver
from commands.executor.context import Context, happened
from commands.executor.executor import CommandExecutor
from consumers.imports.source import Unsound, day, reported_by
from consumers.inbound.messages import EXAMPLES, TYPES, Received
from consumers.inbound.taking_in import take_in
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.kernel.time import TimePrecision
from domain.kernel.versioned import Since
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy
from infra.log.memory import MemoryLog
from tests.support.companies import mail

NOW = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
"""In Berlin, it is half past midnight of 2 June."""
BERLIN = "Europe/Berlin"
TODAY, TOMORROW = date(2026, 6, 2), date(2026, 6, 3)
NAIVE = "2026-05-04T09:30:00"
GATEWAY = Context(Actor(id="service-gateway", kind="service"))


@pytest.fixture
def executor() -> Iterator[CommandExecutor]:
    """Commands of a company in Berlin, over a log in memory."""
    executor = CommandExecutor(MemoryLog(lambda: NOW), lambda: NOW, BERLIN)
    yield executor
    executor.close()


# -- refused


@pytest.mark.parametrize("topic", TYPES)
def test_what_comes_in_over_a_topic_says_its_zone(topic: str) -> None:
    _, adapter = TYPES[topic]
    assert adapter.validate_python(EXAMPLES[topic])
    with pytest.raises(ValidationError, match="a time without a zone"):
        adapter.validate_python({**EXAMPLES[topic], "occurred_at": NAIVE})


STEP = {"at": "2026-05-04T09:30:00Z", "conversation": "X", "open": "inquiry", "by": "customer"}
CHANGE = {"at": "2026-05-04T09:30:00Z", "policy": "P", "targets": {"first_reply": "PT1H"}}


@pytest.mark.parametrize(
    "content",
    [
        {"steps": [{**STEP, "at": NAIVE}]},
        {"steps": [{**STEP, "at": datetime.fromisoformat(NAIVE)}]},  # as YAML gives it, unquoted
        {"steps": [{**STEP, "recorded_at": NAIVE}]},
        {"ask": [{"now": NAIVE}]},
        {"ask": [{"now": STEP["at"], "known_at": NAIVE}]},
        {"steps": [{**CHANGE, "at": NAIVE, "effective_from": "2026-06-01"}]},
    ],
)
def test_what_a_scenario_says_has_its_zone(content: dict[str, Any]) -> None:
    sound = {"steps": [STEP, {**CHANGE, "effective_from": "2026-06-01"}], "ask": [{"now": STEP["at"]}]}
    assert len(parsed(sound).steps) == 2
    with pytest.raises(Refusal, match="a time without a zone") as refused:
        parsed(content)
    assert refused.value.code == "scenario-invalid"


@pytest.mark.parametrize(
    "change", [lambda at: EditPolicy(effective_from=at), lambda at: CorrectPolicy(correct_from=at)]
)
@pytest.mark.parametrize("naive", [NAIVE, datetime.fromisoformat(NAIVE), "2026-05-04 09:30", "2026-05-04T9"])
def test_a_change_of_rules_is_from_a_day_or_an_instant(change: Callable[[Since], object], naive: Any) -> None:
    assert change(date(2026, 5, 4))
    with pytest.raises(ValidationError, match="offset"):
        change(naive)


# -- a day


@pytest.mark.parametrize("precision", ["exact", "day"])
def test_a_day_on_which_it_happened_is_a_range(executor: CommandExecutor, precision: TimePrecision) -> None:
    # When
    id = deliver(executor, mail(1), happened(GATEWAY, TODAY, precision, executor.zone)).id
    # Then
    envelope = executor.log.streams([id])[id][0].envelope
    assert (envelope.occurred_at, envelope.time_precision) == (datetime(2026, 6, 1, 22, tzinfo=UTC), "day")


def test_a_day_that_has_not_begun_is_in_the_future(executor: CommandExecutor) -> None:
    with pytest.raises(Refusal) as refused:
        deliver(executor, mail(1), happened(GATEWAY, TOMORROW, "exact", executor.zone))
    assert refused.value.code == "time-ahead"
    # In New York it is still 1 June.
    with pytest.raises(Refusal) as refused:
        deliver(executor, mail(1), happened(GATEWAY, TODAY, "exact", "America/New_York"))
    assert refused.value.code == "time-ahead"


def test_a_time_later_today_that_stands_for_a_day_is_todays(executor: CommandExecutor) -> None:
    # Given
    noon = datetime(2026, 6, 2, 10, tzinfo=UTC)
    # When
    id = deliver(executor, mail(1), happened(GATEWAY, noon, "day", executor.zone)).id
    # Then
    assert executor.log.streams([id])[id][0].envelope.occurred_at == datetime(2026, 6, 1, 22, tzinfo=UTC)
    for at, precision in ((noon, "exact"), (noon, "unknown"), (noon + timedelta(days=1), "day")):
        with pytest.raises(Refusal) as refused:
            deliver(executor, mail(2), happened(GATEWAY, at, precision, executor.zone))  # type: ignore[arg-type]
        assert refused.value.code == "time-ahead"


def test_a_gateway_may_name_a_day(executor: CommandExecutor) -> None:
    # Given
    topic = "inbound.messages.v1"
    value = {**EXAMPLES[topic], "occurred_at": TODAY.isoformat()}
    headers = {
        "ce_specversion": "1.0", "ce_type": "antiphon.inbound.message.v1", "ce_source": "/gateway", "ce_id": "1",
    }  # fmt: skip
    received = Received(
        topic, 0, 0, str(value["thread"]).encode(), json.dumps(value).encode(),
        [(name, text.encode()) for name, text in headers.items()],
    )  # fmt: skip
    # When
    take_in(executor, received)
    # Then
    (envelope, *_) = [each.envelope for each in executor.log.everything() if "conversation" in each.originator_id]  # type: ignore[attr-defined]
    assert (envelope.occurred_at, envelope.time_precision) == (datetime(2026, 6, 1, 22, tzinfo=UTC), "day")


def test_a_day_in_an_import_is_of_the_companys_zone() -> None:
    # Given
    here = NOW.astimezone(ZoneInfo(BERLIN))
    # Then
    context = reported_by(GATEWAY.actor, day("2026-06-02", here, "%Y-%m-%d"))
    assert (context.occurred_at, context.time_precision) == (datetime(2026, 6, 1, 22, tzinfo=UTC), "day")
    for now in (here - timedelta(hours=1), NOW):
        with pytest.raises(Unsound, match="in the future"):
            day("2026-06-02", now, "%Y-%m-%d")
