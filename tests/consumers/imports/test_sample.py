"""The sample makes an inbox look alive; again it adds nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Refusal
from domain.staff import LeaveStaff, StaffJoined
from infra.log.application import Log
from infra.views.view import fold_in_memory
from projections.conversation.inbox import INBOX, Item
from tests.support.companies import AGENT
from tests.support.importing import NOW, everything, imported, read, wrong

SAMPLE = Path(__file__).parents[3] / "cli" / "sample" / "sample.toml"


def inbox(recorded_events: list[Recorded[Event]]) -> list[Item]:
    return [row for row, _ in fold_in_memory(INBOX, recorded_events).values() if row is not None]


def test_it_has_all_that_an_inbox_is_about(executor: CommandExecutor, log: Log) -> None:
    # When
    result = imported(executor, "sample", SAMPLE.read_bytes())
    # Then
    assert re.fullmatch(r"imported \d+, unchanged 0, rejected 0", result.said)
    recorded_events = everything(log)
    items = inbox(recorded_events)
    assert 12 <= len(items) <= 15
    assert {kind for item in items for kind in item.kinds} == {"inquiry", "complaint", "order", "feedback"}
    assert {item.status for item in items} == {"open", "waiting_on_customer", "on_hold", "resolved"}
    assert len({item.language for item in items}) >= 5
    assert {item.answered for item in items} == {True, False, None}
    assert len({item.team_id for item in items} - {None}) == 2
    waiting = sorted((NOW - item.waiting_since).total_seconds() / 3600 for item in items if item.waiting_since)
    assert waiting[0] < 1, "somebody has just written"
    assert waiting[-1] > 7 * 24, "somebody has waited for long"
    happened = {recorded.event.stored_name for recorded in recorded_events}
    assert {
        "conversation.handed-over",
        "conversation.note-added",
        "order.placed",
        "conversation.kind-changed",
    } <= happened
    teams = {recorded.envelope.actor.team for recorded in recorded_events} - {None}
    assert teams == {
        recorded.originator_id for recorded in recorded_events if recorded.event.stored_name == "team.formed"
    }


def test_a_rerun_adds_nothing_although_time_went_on(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "sample", SAMPLE.read_bytes())
    end = log.position()
    # When
    dry = imported(executor, "sample", SAMPLE.read_bytes(), dry=True)
    again = imported(executor, "sample", SAMPLE.read_bytes())
    # Then
    assert again.said == dry.said
    assert again.said.startswith("imported 0, unchanged ")
    assert again.said.endswith(", rejected 0")
    assert log.position() == end


def test_a_rerun_brings_nobody_back_who_left(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "sample", SAMPLE.read_bytes())
    for staff_id in {recorded.originator_id for recorded in everything(log) if isinstance(recorded.event, StaffJoined)}:
        staffing.leave(executor, LeaveStaff(staff_id=staff_id), AGENT)
    end = log.position()
    # When
    again = imported(executor, "sample", SAMPLE.read_bytes())
    # Then
    assert again.said.startswith("imported 0, unchanged ")
    assert again.said.endswith(", rejected 0")
    assert log.position() == end


def test_a_conversation_that_went_on_adds_only_that(executor: CommandExecutor, log: Log) -> None:
    # Given
    text = SAMPLE.read_text()
    imported(executor, "sample", text)
    end = log.position()
    # When
    more = text.replace(
        "\n# -- waiting for some hours", '\n[[conversation.then]]\nago = "1h"\nby = "jo"\nreplies = "Soon."\n', 1
    )
    imported(executor, "sample", more)
    # Then
    (sent,) = everything(log, end)
    assert sent.event.body == "Soon."


def conversation(then: str = "", **changed: str) -> str:
    lines = {"id": '"x"', "customer": '{ mail = "ada@example.org" }', "ago": '"1h"', "kind": '"inquiry"'}
    lines |= {"channel": '"mail"'} | changed
    return "[[conversation]]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items()) + then


def then(**said: str) -> str:
    return "[[conversation.then]]\n" + "".join(f"{name} = {value}\n" for name, value in said.items())


def crowd(people: str = '["Ada Lind", "Bo Ek", "Cy Day"]', then: str = "") -> str:
    lines = {
        "id": '"x"',
        "people": people,
        "segment": '["tour", "town"]',
        "customer": '{ language = "en" }',
        "ago": '["2d", "1h"]',
    }
    lines |= {"kind": '"feedback"', "channel": '["mail", "web", "chat"]', "says": '["Too dim.", "Dark."]'}
    return "[[crowd]]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items()) + then


def test_a_crowd_is_a_conversation_for_each_of_its_people(executor: CommandExecutor, log: Log) -> None:
    # Given
    text = crowd(then=then(ago='"30m"', says='"Thanks."').replace("conversation", "crowd"))
    # When
    assert imported(executor, "sample", text, history=True).said == "imported 3, unchanged 0, rejected 0"
    # Then
    assert imported(executor, "sample", text, history=True).said == "imported 0, unchanged 3, rejected 0"
    items = sorted(inbox(everything(log)), key=lambda item: item.channel)
    assert [(item.channel, item.segment) for item in items] == [("chat", "tour"), ("mail", "tour"), ("web", "town")]
    assert [item.waiting_since for item in items] == [None] * 3, "it is over"
    assert [item.messages_in for item in items] == [2] * 3, "each with all the steps"


def test_what_many_said_goes_in_whole(executor: CommandExecutor) -> None:
    # When
    result = imported(executor, "sample", SAMPLE.with_name("signals.toml").read_bytes(), history=True)
    # Then
    assert (result.said, result.wrong) == ("imported 39, unchanged 0, rejected 0", [])


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ('[[conversation]]\nid = "x"\n', "value-invalid"),
        (conversation(ago='"soon"'), "date-impossible"),
        (conversation(kind='"riddle"'), "value-invalid"),
        (conversation(subjekt='"?"'), "value-invalid"),
        (conversation(then(ago='"1h"', by='"nobody"', says='"?"')), "value-invalid"),
        (conversation(then(ago='"1h"', says='"?"', notes='"!"')), "value-invalid"),
        (conversation(then(ago='"1h"')), "value-invalid"),
        (conversation(kind='"order"'), "order-missing"),
        (conversation(ago=""), "not-toml"),
        (conversation(says='"a\x00b"'), "nul-byte"),
        (crowd(people="[]"), "value-invalid"),
        (crowd(people="[1]"), "value-invalid"),
        (crowd(people="7"), "value-invalid"),
        ('[[person]]\nhandle = "jo"\nname = "Jo"\nteam = "Nowhere"\n', "value-invalid"),
    ],
)
def test_a_wrong_block_is_rejected_and_the_others_go_in(executor: CommandExecutor, block: str, code: str) -> None:
    # When
    result = imported(executor, "sample", '[[team]]\nname = "One"\n\n' + block + '\n[[team]]\nname = "Two"\n')
    # Then
    assert result.said == "imported 2, unchanged 0, rejected 1"
    assert result.wrong == [(4, code)]


def test_a_file_without_blocks_is_refused() -> None:
    with pytest.raises(Refusal, match="file-unrecognised"):
        wrong(read("sample", "a = 1\n"))
