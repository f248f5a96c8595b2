"""Dialogues keep both voices in order, although nobody knows when anything was said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commands.executor.executor import CommandExecutor
from commands.order import order_id
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.importing import everything, imported, names, read, wrong


def turn(speaker: str, words: str, *frames: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "speaker": speaker,
        "utterance": words,
        "frames": [{"service": service, "state": {"active_intent": intent}} for service, intent in frames],
    }


SGD: dict[str, Any] = {
    "dialogue_id": "9_00001",
    "services": ["Trains_1", "Hotels_2"],
    "turns": [
        turn("USER", "A train to Bergen, please.", ("Trains_1", "FindTrains")),
        turn("SYSTEM", "When?"),
        turn("USER", "Tomorrow.", ("Trains_1", "FindTrains")),
        turn("SYSTEM", "When?"),
        turn("USER", "In the morning! And a bed.", ("Trains_1", "FindTrains"), ("Hotels_2", "SearchHotel")),
    ],
}

ABCD: dict[str, Any] = {
    "convo_id": 41,
    "scenario": {
        "personal": {
            "customer_name": "ada quist", "email": "aquist@example.org", "member_level": "gold",
            "phone": "(555) 010-0199", "username": "aquist1",
        },
        "order": {
            "order_id": "778800", "purchase_date": "2019-11-06", "num_products": "1", "street_address": "1 Low Road",
        },
        "product": {"names": ["plain jeans"], "amounts": [94]},
        "flow": "product_defect",
        "subflow": "return_size",
    },
    "original": [
        ["agent", "Hi!"], ["customer", "These do not fit."], ["action", "Account has been pulled up."],
        ["agent", "Hi!"], ["agent", "Please send them back."],
    ],
}  # fmt: skip


def with_(element: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {**element, **changed}


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_an_sgd_dialogue_is_one_conversation_with_both_voices_in_order(executor: CommandExecutor, log: Log) -> None:
    # When
    result = imported(executor, "sgd", json.dumps([SGD], indent=1))
    # Then
    assert result.said == "imported 1, unchanged 0, rejected 0"
    recorded_events = everything(log)
    assert names(recorded_events) == [
        "registered", "opened", "interaction-added", "message-received", "message-sent", "message-received",
        "message-sent", "interaction-added", "message-received",
    ]  # fmt: skip
    assert [recorded.event.body for recorded in recorded_events if hasattr(recorded.event, "body")] == [
        turn["utterance"] for turn in SGD["turns"]
    ]  # fmt: skip
    brought = [
        recorded.event for recorded in recorded_events if recorded.event.stored_name == "conversation.interaction-added"
    ]
    assert [(each.kind, each.product_area, each.theme) for each in brought] == [
        ("inquiry", "Trains_1", "FindTrains"), ("inquiry", "Hotels_2", "SearchHotel"),
    ]  # fmt: skip
    assert {recorded.envelope.time_precision for recorded in recorded_events} == {"unknown"}
    assert {recorded.envelope.occurred_at for recorded in recorded_events} == {None}
    assert recorded_events[4].envelope.actor.kind == "bot"


def test_a_dialogue_that_went_on_adds_only_its_new_turns(executor: CommandExecutor, log: Log) -> None:
    # Given
    short = with_(SGD, turns=SGD["turns"][:3])
    imported(executor, "sgd", json.dumps([short]))
    end = log.position()
    # When
    result = imported(executor, "sgd", json.dumps([SGD]))
    # Then
    assert result.said == "imported 1, unchanged 0, rejected 0"
    assert names(everything(log, end)) == ["message-sent", "interaction-added", "message-received"]
    assert imported(executor, "sgd", json.dumps([SGD])).said == "imported 0, unchanged 1, rejected 0"


def test_an_abcd_dialogue_brings_its_customer_and_order(executor: CommandExecutor, log: Log) -> None:
    # When
    result = imported(executor, "abcd", json.dumps({"train": [ABCD], "dev": [with_(ABCD, convo_id=42)]}))
    # Then
    assert result.said == "imported 2, unchanged 0, rejected 0"
    recorded_events = everything(log)
    first = [recorded for recorded in recorded_events if recorded.originator_id == recorded_events[-1].originator_id]
    assert names(first) == [
        "opened", "interaction-added", "note-added", "message-sent", "message-received", "note-added", "message-sent",
        "message-sent",
    ]  # fmt: skip
    registered = [recorded.event for recorded in recorded_events if recorded.event.stored_name == "customer.registered"]
    assert [(each.name, each.segment) for each in registered] == [("ada quist", "gold")]
    ways = [
        recorded.event for recorded in recorded_events if recorded.event.stored_name == "customer.contact-point-added"
    ]
    assert [(each.contact_kind, each.value) for each in ways] == [
        ("mail", "aquist@example.org"), ("phone", "(555) 010-0199"), ("handle", "aquist1"),
    ]  # fmt: skip
    (placed,) = [recorded for recorded in recorded_events if recorded.event.stored_name == "order.placed"]
    assert (placed.event.number, placed.event.item_count) == ("778800", 1)
    assert [(each.item, each.count, str(each.price)) for each in placed.event.lines] == [("plain jeans", 1, "94")]
    assert placed.envelope.time_precision == "day"
    interaction = first[1].event
    assert (interaction.kind, interaction.order_id) == ("complaint", placed.originator_id)
    assert first[2].event.body == "num_products: 1\nstreet_address: 1 Low Road"
    assert imported(executor, "abcd", json.dumps([ABCD])).said == "imported 0, unchanged 1, rejected 0"


def test_an_order_number_of_another_customer_is_kept_and_stays(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "abcd", json.dumps([ABCD]))
    first = order_id(executor, "778800")
    other = with_(ABCD, convo_id=43, scenario=with_(ABCD["scenario"], personal={"email": "ben@example.org"}))
    # When
    result = imported(executor, "abcd", json.dumps([other]))
    # Then
    assert result.said == "imported 1, unchanged 0, rejected 0"
    marks = [each.event for each in everything(log) if each.event.stored_name == "order.number-contested"]
    assert [each.leads_here for each in marks] == [False, True]
    assert order_id(executor, "778800") == first
    assert imported(executor, "abcd", json.dumps([other])).said == "imported 0, unchanged 1, rejected 0"


BAD = [
    ('{"dialogue_id": "x", "turns": [{"speaker": "USER", "utterance": "unfinished', "not-json"),
    ('{"dialogue_id": "x", "turns": [{"speaker": "USER", "utterance": "a "quoted" word"}]}', "not-json"),
    ('{"dialogue_id": "x", "turns": [{"speaker": "USER", "utterance": "a\x00b"}]}', "nul-byte"),
    ('{"dialogue_id": "x", "turns": [{"speaker": "SYSTEM", "utterance": "a\\u0000b"}]}', "value-invalid"),
    ('{"dialogue_id": "x", "turns": [{"speaker": "USER", "utterance": "a\udcfeb"}]}', "not-utf8"),
    ('{"dialogue_id": "x", "turns": [{"speaker": "NOBODY", "utterance": "a"}]}', "value-invalid"),
    ('{"dialogue_id": "x", "turns": []}', "value-invalid"),
    ('{"dialogue_id": "x", "turns": ' + "[" * 100_000 + "}", "not-json"),
    ('{"convo_id": "x"}', "wrong-element"),
    ("17", "wrong-element"),
    ("null", "wrong-element"),
]


@pytest.mark.parametrize(("bad", "code"), BAD, ids=[f"{code}-{number}" for number, (_, code) in enumerate(BAD)])
@pytest.mark.parametrize("between", [", ", ",\n  "])
def test_a_bad_element_takes_no_good_one_along(bad: str, code: str, between: str) -> None:
    # Given
    good = [json.dumps(with_(SGD, dialogue_id=f"good{number}")) for number in range(4)]
    content = "[" + between.join([good[0], bad, bad, good[1], good[2], bad, good[3]]) + "]"
    # When
    found = read("sgd", content.encode("utf-8", "surrogateescape"))
    # Then
    lines = [2, 3, 6] if "\n" in between else [1, 1, 1]
    assert wrong(found) == [(line, code) for line in lines]
    assert len(found) == 7


def test_a_customers_words_are_taken_in_whatever_signs_they_hold() -> None:
    content = '[{"dialogue_id": "x", "turns": [{"speaker": "USER", "utterance": "a\\u0000b"}]}]'
    assert wrong(read("sgd", content.encode())) == []


def test_a_file_cut_short_gives_all_whole_elements() -> None:
    # Given
    content = json.dumps([with_(SGD, dialogue_id=f"good{number}") for number in range(3)], indent=2)
    # When
    found = read("sgd", content[: content.index("good2") + 200])
    # Then
    (bad,) = wrong(found)
    assert bad[1] == "cut-short"
    assert bad[0] == content[: content.index("good2")].count("\n")
    assert len(found) == 3


def test_a_file_of_another_kind_is_refused(executor: CommandExecutor) -> None:
    for kind, content in (("sgd", json.dumps([ABCD])), ("abcd", json.dumps([SGD])), ("sgd", "a,b\n")):
        with pytest.raises(Refusal, match="file-unrecognised"):
            imported(executor, kind, content)
