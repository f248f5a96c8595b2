"""A complaint opens a conversation; what the export says about it later is added, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.importing import everything, imported, names, read, wrong

HEADER = (
    "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,Company,"
    "State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,"
    "Timely response?,Consumer disputed?,Complaint ID\n"
)


def line(
    id: int = 1,
    *,
    date: str = "2023-05-04",
    narrative: str = "",
    public: str = "",
    via: str = "Web",
    response: str = "Closed with explanation",
    timely: str = "Yes",
    disputed: str = "N/A",
) -> str:
    return (
        f"{date},Mortgage,Conventional,Escrow,Taxes,{narrative},{public},Bank of Nowhere,OR,97200,Older American,"
        f"N/A,{via},2023-05-05,{response},{timely},{disputed},{id}\n"
    )


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_complaint_without_words_is_an_interaction_with_a_resolution(executor: CommandExecutor, log: Log) -> None:
    # When
    result = imported(executor, "cfpb", HEADER + line())
    # Then
    assert result.said == "imported 1, unchanged 0, rejected 0"
    recorded_events = everything(log)
    assert names(recorded_events) == [
        "registered", "opened", "interaction-added", "note-added", "note-added", "status-changed",
    ]  # fmt: skip
    _, opened, interaction, filed, timely, resolved = recorded_events
    assert (opened.event.channel, opened.event.product_area, opened.event.segment) == (
        "web", "Mortgage", "Older American",
    )  # fmt: skip
    assert (interaction.event.kind, interaction.event.theme) == ("complaint", "Escrow")
    for expected_line in (
        "Complaint ID: 1",
        "Company: Bank of Nowhere",
        "Date sent to company: 2023-05-05",
        "ZIP code: 97200",
    ):
        assert expected_line in filed.event.body
    assert timely.event.body == "Timely response: Yes"
    assert (resolved.event.status, resolved.event.resolution) == ("resolved", "Closed with explanation")


def test_a_day_is_a_day_and_a_response_has_no_time_of_its_own(executor: CommandExecutor, log: Log) -> None:
    # When
    imported(executor, "cfpb", HEADER + line(public="Company disputes the facts"))
    # Then
    by_name = dict(zip(names(recorded_events := everything(log)), recorded_events, strict=True))
    opened, sent = by_name["opened"].envelope, by_name["message-sent"].envelope
    assert (opened.occurred_at, opened.time_precision) == (datetime(2023, 5, 4, tzinfo=UTC), "day")
    assert opened.actor.kind == "customer"
    # it stands after what was told before it
    assert (sent.occurred_at, sent.time_precision) == (opened.occurred_at, "unknown")


def test_the_words_are_a_message_and_in_progress_stays_open(executor: CommandExecutor, log: Log) -> None:
    # When
    words = '"They lost, ""twice"",\nmy papers."'
    imported(executor, "cfpb", HEADER + line(narrative=words, response="In progress", via="Postal mail"))
    # Then
    recorded_events = everything(log)
    assert names(recorded_events) == [
        "registered", "opened", "interaction-added", "message-received", "note-added", "note-added",
    ]  # fmt: skip
    assert recorded_events[3].event.body == 'They lost, "twice",\nmy papers.'
    assert recorded_events[3].event.channel == "postal-mail"


@pytest.mark.parametrize(("public", "message"), [("Company disputes the facts", True), ("", False)])
@pytest.mark.parametrize(("disputed", "answered"), [("Yes", False), ("No", True)])
def test_a_disputed_response_is_the_customers_verdict(
    executor: CommandExecutor, log: Log, public: str, message: bool, disputed: str, answered: bool
) -> None:
    # When
    imported(executor, "cfpb", HEADER + line(public=public, disputed=disputed))
    # Then
    recorded_events = everything(log)
    assert names(recorded_events)[-1] == "answer-judged"
    verdict = recorded_events[-1]
    assert verdict.event.answered is answered
    assert (verdict.event.message_id is not None) is message
    assert verdict.envelope.actor.id == verdict.event.customer_id


def test_a_rerun_adds_nothing_and_the_position_stays(executor: CommandExecutor, log: Log) -> None:
    # Given
    file = HEADER + line(1) + line(2, narrative="Help", disputed="Yes") + line(3, response="In progress")
    imported(executor, "cfpb", file)
    end = log.position()
    # When
    again = imported(executor, "cfpb", file)
    # Then
    assert again.said == "imported 0, unchanged 3, rejected 0"
    assert log.position() == end


def test_a_newer_export_adds_only_what_is_new(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "cfpb", HEADER + line(1, response="In progress") + line(2))
    end = log.position()
    # When
    newer = imported(executor, "cfpb", HEADER + line(1, response="Closed with monetary relief") + line(2))
    # Then
    assert newer.said == "imported 1, unchanged 1, rejected 0"
    (resolved,) = everything(log, end)
    assert (resolved.event.status, resolved.event.resolution) == ("resolved", "Closed with monetary relief")
    # When
    end = log.position()
    later = line(1, response="Closed with explanation", narrative="My words", disputed="Yes", timely="No")
    imported(executor, "cfpb", HEADER + later + line(2))
    # Then: words that are published late open nothing again, and another resolution is kept
    added = everything(log, end)
    assert names(added) == ["message-received", "note-added", "status-changed", "answer-judged"]
    assert (added[1].event.body, added[2].event.resolution) == ("Timely response: No", "Closed with explanation")
    # When an older export comes again
    end = log.position()
    older = imported(executor, "cfpb", HEADER + line(1, response="In progress") + line(2))
    # Then
    assert older.said == "imported 0, unchanged 2, rejected 0"
    assert log.position() == end


def test_the_same_complaint_twice_in_one_file_is_one(executor: CommandExecutor, log: Log) -> None:
    # When
    file = HEADER + line(1, response="In progress") + line(1) + line(1)
    dry = imported(executor, "cfpb", file, dry=True)
    result = imported(executor, "cfpb", file)
    # Then
    assert result.said == dry.said == "imported 2, unchanged 1, rejected 0"
    assert names(everything(log)).count("opened") == 1


def test_older_exports_have_other_columns_in_another_order(executor: CommandExecutor, log: Log) -> None:
    # Given
    old = (
        "\ufeffComplaint ID,Product,Issue,State,Submitted via,Date received,Company,Company response,"
        "Timely response?,Consumer disputed?\r\n"
        "11,Credit card,Billing disputes,CA,Referral,08/09/2012,Nowhere Card,Closed with relief,Yes,No\r\n"
        "12,Credit card,Billing disputes,CA,Email,08/10/12,Nowhere Card,Untimely response,No,\r\n"
    )
    # When
    result = imported(executor, "cfpb", old)
    # Then
    assert result.said == "imported 2, unchanged 0, rejected 0"
    recorded_events = everything(log)
    at = {
        recorded.envelope.occurred_at
        for recorded in recorded_events
        if recorded.event.stored_name == "conversation.opened"
    }
    assert at == {datetime(2012, 8, 9, tzinfo=UTC), datetime(2012, 8, 10, tzinfo=UTC)}
    bodies = [
        recorded.event.body for recorded in recorded_events if recorded.event.stored_name == "conversation.note-added"
    ]
    assert "Company response: Untimely response" in bodies
    assert "Timely response: No" in bodies


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_sites_json_says_the_same_as_its_csv(executor: CommandExecutor, log: Log, wrapped: bool) -> None:
    # Given
    element = {
        "date_received": "2023-05-04T12:00:00-05:00", "product": "Mortgage", "sub_product": "Conventional",
        "issue": "Escrow", "sub_issue": "Taxes", "complaint_what_happened": "", "company_public_response": None,
        "company": "Bank of Nowhere", "state": "OR", "zip_code": "97200", "tags": "Older American",
        "consumer_consent_provided": "N/A", "submitted_via": "Web", "date_sent_to_company": "2023-05-05",
        "company_response": "Closed with explanation", "timely": "Yes", "consumer_disputed": "N/A",
        "complaint_id": "1", "has_narrative": False,
    }  # fmt: skip
    imported(executor, "cfpb", HEADER + line())
    end = log.position()
    # When
    content = json.dumps([{"_index": "complaints", "_source": element} if wrapped else element])
    result = imported(executor, "cfpb", content)
    # Then: but for the note, whose columns are named differently, everything is known
    assert result.said == "imported 1, unchanged 0, rejected 0"
    assert names(everything(log, end)) == ["note-added"]


def test_an_impossible_date_and_one_to_come_are_rejected(executor: CommandExecutor) -> None:
    # When
    file = HEADER + line(1, date="2023-02-31") + line(2, date="2025-06-17") + line(3) + line(4, date="")
    # Then
    assert wrong(read("cfpb", file)) == [(2, "date-impossible"), (3, "date-impossible"), (5, "date-impossible")]


def test_a_number_cut_short_at_the_end_is_not_another_complaint() -> None:
    file = HEADER + line(7446803) + line(7446804)
    assert wrong(read("cfpb", file.removesuffix("\n"))) == []
    assert wrong(read("cfpb", file[:-4])) == [(3, "cut-short")]


def test_a_file_of_another_kind_is_refused(executor: CommandExecutor) -> None:
    for content in ("text,category\nwhy?,card_arrival\n", "", "\x00\x01"):
        with pytest.raises(Refusal, match="file-unrecognised"):
            imported(executor, "cfpb", content)
