"""What is stored stays readable: one golden document for every event name and version."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from domain.catalogue import EVENTS
from domain.customer import CustomerMerged
from domain.kernel.event import Envelope, Event
from infra.keys.sealing import fields_of, replace_personal
from tests.support import golden
from tests.support.golden import FOLDER, document, missing, wrong_with

FILES = sorted(FOLDER.glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def test_every_event_has_one() -> None:
    assert missing() == [], "write them with: python -m tests.support.golden"


def test_every_one_has_its_event() -> None:
    # An event that is gone or renamed leaves its document behind.
    assert [file.name for file in FILES if file.name.rpartition(".v")[0] not in EVENTS] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_reads_as_it_did_and_is_written_as_it_was(file: Path) -> None:
    document = read(file)
    assert f"{document['stored']['topic']}.v{document['stored']['state']['v']}.json" == file.name
    assert wrong_with(document) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_personal_text_stands_in_what_is_stored(file: Path) -> None:
    # Given
    document = read(file)
    event_class = EVENTS[document["stored"]["topic"]]
    texts: list[str] = []

    def listen(text: str, subject: str, field: str) -> str:
        texts.append(text)
        return text

    version = document["stored"]["state"]["v"]
    former = {"version": version, "unsealed": lambda text, subject, field: text}
    replace_personal(event_class, deepcopy(document["reads_as"]), listen, **former)
    # A field that a later version added is none of this document's.
    held = [field for field in fields_of(event_class) if document["reads_as"][field.path[0]] not in (None, [])]
    is_former = version < event_class.schema_version
    assert len(texts) >= len(held) > 0 or is_former or not fields_of(event_class)
    # Then
    stored = json.dumps(document["stored"], ensure_ascii=False)
    assert [text for text in texts if text in stored] == []


@pytest.mark.parametrize("event_class", EVENTS.values(), ids=lambda event_class: event_class.stored_name)
def test_every_personal_text_has_a_subject_without_whom_there_is_no_event(event_class: type[Event]) -> None:
    for field in fields_of(event_class):
        subject = event_class.model_fields[field.of]
        assert subject.is_required()
        assert subject.annotation is str


def test_a_field_renamed_in_the_code_is_caught() -> None:
    # Given a document of another time, when the field had another name
    document = read(FOLDER / "conversation.note-added.v1.json")
    document["stored"]["state"]["d"]["text"] = document["stored"]["state"]["d"].pop("body")
    # Then
    (wrong,) = wrong_with(document)
    assert wrong.startswith("data-invalid: conversation.note-added in conversation-01990000-")
    assert wrong.endswith("version 7: does not fit the event's fields: body, text")


def test_a_field_that_is_new_or_stands_elsewhere_is_caught() -> None:
    # Given
    document = read(FOLDER / "conversation.priority-changed.v1.json")
    data = document["stored"]["state"]["d"]
    # Then
    document["stored"]["state"]["d"] = data | {"colour": "red"}
    assert "colour" in wrong_with(document)[0]
    document["stored"]["state"]["d"] = data | {"priority": "low"}
    assert wrong_with(document) == ["it reads as something else"]
    document["stored"]["state"]["d"] = dict(reversed(data.items()))
    assert "it is written differently today" in wrong_with(document)[0]


def test_an_event_renamed_in_the_code_is_caught() -> None:
    # Given
    document = read(FOLDER / "team.formed.v1.json")
    document["stored"]["topic"] = "team.founded"
    renamed = {"team.founded": EVENTS["team.formed"]}
    # Then
    assert "name-unknown: team.founded" in wrong_with(document)[0]
    assert missing(renamed) == ["team.founded.v1.json"]


def test_a_choice_that_is_new_without_a_new_version_is_caught() -> None:
    # Given a document of another time, when a choice was narrower, and one of when the field was any text
    document = read(FOLDER / "conversation.opened.v3.json")
    wrong = ["a field has other choices today; raise its schema_version and add an upcast (docs/log.md)"]
    # Then
    assert "urgent" in document["choices"]["priority"]
    document["choices"]["priority"].remove("urgent")
    assert wrong_with(document) == wrong
    del document["choices"]
    assert wrong_with(document) == wrong


def test_a_choice_inside_another_value_is_pinned_too() -> None:
    choices = read(FOLDER / "policy.written.v3.json")["choices"]
    assert "first_reply" in choices["targets"]
    assert {"urgent", "first_reply"} <= set(choices["by_priority"])
    assert "complaint" in choices["selects.kinds"]


def test_the_choices_of_the_envelope_which_has_no_version_stay() -> None:
    # One more is data-invalid to a reader of the former release, and not version-newer: CHANGELOG.md has to say that
    # readers are upgraded first.
    assert golden.choices(Envelope) == {
        "actor.kind": ["customer", "agent", "bot", "system", "service"],
        "time_precision": ["exact", "day", "unknown", "ahead", "impossible"],
    }


def test_writing_the_missing_ones_touches_none_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    kept = tmp_path / "team.formed.v1.json"
    kept.write_text("kept")
    # When
    written = golden.write_missing()
    # Then
    assert len(written) == len(EVENTS) - 1
    assert kept.read_text() == "kept"
    assert golden.write_missing() == []


def test_a_document_is_what_the_mapper_stores_under_the_fixed_keys() -> None:
    # Given
    before = read(FOLDER / "customer.registered.v1.json")
    event = EVENTS["customer.registered"].model_validate(before["reads_as"])
    # Then
    assert document(event)["reads_as"] == before["reads_as"]
    assert golden.as_formerly(golden.stored(event), golden.stored_bytes(before)) == golden.stored_bytes(before)


def test_a_reason_is_sealed_as_it_was() -> None:
    # Given
    merged = CustomerMerged(customer_id="customer-1", into="customer-2")
    # Then
    envelope = json.loads(golden.stored(merged).state)["e"]
    assert envelope["reason_of"] == ["customer-1", "customer-2"]
    assert envelope["reason"] == (
        "AAAAAAAAAAAAAAAAZotKBX439vcRfWbRHoOf1IFzxL/3p7Da3bWfnCTNB6Iq2n1Tl6J8w+w2sAHyf03EtUjFUP5Mt8xIYruEzyLYH0Sfx3bOkFhN"
        "/qebiG8tPC8="
    )
