"""Who may be contacted unasked: wishes first, then the budget, then the hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from domain.attention.budget import STANDARD, Allowed, Blocked, Budget, Occasion, Wishes, may_contact
from domain.attention.policy import budget_by
from domain.attention.quiet_hours import QuietHours
from domain.decision_table.deciding import decide
from domain.decision_table.published import TablePublished, in_force
from domain.decision_table.table import read_table
from domain.decision_table.written import RecordedTable
from domain.kernel.refusal import Refusal

BERLIN = Wishes("Europe/Berlin")
NOON = datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
DAY = timedelta(days=1)
NIGHT = QuietHours(20 * 60, 8 * 60)
TWICE_A_WEEK = Budget(2, 7 * DAY, NIGHT, "surveys")


def budget_at(versions: Sequence[TablePublished], occasion: Occasion, at: datetime) -> Budget:
    """The budget by the version in force at an instant."""
    found = in_force(versions, at)
    decision = found and decide(read_table(found[1]), "attention", found[0], {"occasion": occasion})
    return budget_by(decision, occasion)


def published(since: datetime, **outputs: str) -> TablePublished:
    kinds = {"within": "days and time duration", "gather": "days and time duration"}
    kinds |= {"consent": "string", "consent_needed": "boolean"}
    content: dict[str, Any] = {
        "hit_policy": "first",
        "inputs": [{"name": "occasion", "type": "string"}],
        "outputs": [{"name": name, "type": kinds.get(name, "number")} for name in outputs],
        "rules": [{"when": {"occasion": '"survey"'}, "then": outputs}],
    }
    return TablePublished(table_name="attention", content=RecordedTable.model_validate(content), effective_from=since)


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes("UTC"), Allowed()),
        (Wishes("UTC", consents={"surveys": True}), Allowed()),
        (Wishes("UTC", consents={"surveys": False}), Blocked("consent-refused")),
        (Wishes("UTC", quiet=True, consents={"surveys": True}), Blocked("quiet")),
        (Wishes("UTC", erased=True, quiet=True), Blocked("erased")),
        (Wishes("Asia/Tokyo"), Blocked("quiet-hours", datetime(2026, 6, 1, 23, tzinfo=UTC))),
    ],
)
def test_a_persons_wishes_and_clock_decide_first(wishes: Wishes, expected: Allowed | Blocked) -> None:
    assert may_contact([], TWICE_A_WEEK, wishes, datetime(2026, 6, 1, 12, tzinfo=UTC)) == expected


def test_where_consent_is_needed_silence_is_none() -> None:
    assert may_contact([], STANDARD["survey"], BERLIN, NOON) == Blocked("consent-missing")
    assert may_contact([], STANDARD["closing"], BERLIN, NOON) == Allowed()


def test_a_spent_budget_says_when_the_first_contact_no_longer_counts() -> None:
    # Given
    history = [NOON - 6 * DAY, NOON - DAY, NOON - 30 * DAY]
    # When
    spent = may_contact(history, TWICE_A_WEEK, BERLIN, NOON)
    # Then
    assert spent == Blocked("budget-spent", NOON + DAY)
    assert may_contact(history, TWICE_A_WEEK, BERLIN, NOON + DAY) == Allowed()
    assert may_contact(history, TWICE_A_WEEK, BERLIN, NOON + DAY - timedelta(seconds=1)) == spent


def test_a_retry_never_falls_into_quiet_hours() -> None:
    night = NOON.replace(hour=23)
    spent = may_contact([night - 6 * DAY, night - DAY], TWICE_A_WEEK, BERLIN, NOON)
    assert spent == Blocked("budget-spent", (night + DAY + timedelta(hours=9)))


def test_of_a_budget_lowered_to_less_the_last_contacts_count() -> None:
    history = [NOON - days * DAY for days in (1, 2, 3)]
    lowered = may_contact(history, Budget(1, 7 * DAY, NIGHT), BERLIN, NOON)
    assert lowered == Blocked("budget-spent", NOON + 6 * DAY)
    assert may_contact(history, Budget(0, 7 * DAY, NIGHT), BERLIN, NOON) == Blocked("budget-spent")


@pytest.mark.parametrize("hours", [NIGHT, QuietHours(0, 150), QuietHours(125, 180), QuietHours(60, 60)])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_quiet_hours_end_at_their_first_end_also_when_clocks_change(hours: QuietHours, zone: str) -> None:
    for month, day in ((3, 29), (4, 5), (10, 25), (11, 1)):
        for quarter in range(4 * 24):
            at = datetime(2026, month, day, tzinfo=UTC) + quarter * timedelta(minutes=15)
            end = hours.first_after(at, zone)
            assert not hours.cover(end, zone)
            # An end that clocks skip comes within the hour that they skip.
            quiet = range(0, int((end - at).total_seconds()) // 60 - 60, 5)
            assert all(hours.cover(at + timedelta(minutes=each), zone) for each in quiet)


def test_an_end_that_comes_twice_is_the_first_that_lies_ahead() -> None:
    # Given clocks that go back from three to two
    half_past_two = QuietHours(0, 150)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # Then
    assert half_past_two.first_after(first - timedelta(minutes=1), "Europe/Berlin") == first
    assert half_past_two.first_after(first + timedelta(minutes=35), "Europe/Berlin") == first + timedelta(hours=1)


def test_a_budget_is_that_of_the_version_in_force() -> None:
    # Given
    versions = [published(NOON, most="1"), published(NOON + DAY, most="3", within='duration("P7D")', quiet_from="22")]
    # Then
    assert budget_at(versions, "survey", NOON - DAY) == STANDARD["survey"]
    assert budget_at(versions, "survey", NOON).most == 1
    later = budget_at(versions, "survey", NOON + DAY)
    assert (later.most, later.within, later.quiet_hours) == (3, 7 * DAY, QuietHours(22 * 60, 8 * 60))
    assert later.consent == "surveys"


@pytest.mark.parametrize(
    ("outputs", "says"),
    [
        ({"most": "-1"}, "a number from 0 on"),
        ({"most": "1.5"}, "`most` is a whole number"),
        ({"quiet_from": "24"}, "24 o'clock"),
        ({"quiet_until": "7.001"}, "hours of the day"),
        ({"consent": "null", "within": 'duration("P0D")'}, "a period"),
    ],
)
def test_a_table_that_says_no_budget_is_refused_with_what_is_wrong(outputs: dict[str, str], says: str) -> None:
    with pytest.raises(Refusal, match=f"table-invalid: table attention, occasion survey: .*{says}"):
        budget_at([published(NOON, **outputs)], "survey", NOON)


def test_an_occasion_for_which_no_rule_is_there_is_refused() -> None:
    with pytest.raises(Refusal, match="no rule decides"):
        budget_at([published(NOON, most="1")], "closing", NOON)


def test_the_table_of_the_page_says_the_standard_budgets() -> None:
    # Given
    page = (Path(__file__).parents[2] / "docs" / "attention.md").read_text()
    written = yaml.load(page.split("```yaml attention.yaml\n")[1].split("```")[0], yaml.BaseLoader)
    content = RecordedTable.model_validate(written["tables"]["attention"])
    version = TablePublished(table_name="attention", content=content, effective_from=NOON)
    # Then
    for occasion, budget in STANDARD.items():
        assert budget_at([version], occasion, NOON) == budget
