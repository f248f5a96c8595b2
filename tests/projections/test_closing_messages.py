"""Who is owed an outcome, who was told, and who was not and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.customer import MergeCustomer
from infra.log.application import Log
from infra.views.view import fold_in_memory
from projections.attention import CLOSING_MESSAGES, ClosingRow
from tests.support.contacting import DAY, NOON, Company, texts


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is folded, nothing of a database."""
    return memory_log


@pytest.fixture
def company(log: Log) -> Iterator[Company]:
    company = Company(log)
    yield company
    company.executor.close()


def rows(company: Company, *customers: str) -> list[ClosingRow]:
    placed = fold_in_memory(CLOSING_MESSAGES, company.contacts(*customers))
    return [row for _, (row, _) in sorted(placed.items()) if row is not None]


def test_each_outcome_says_who_waits_and_who_was_told(company: Company) -> None:
    # Given
    ada, bea = sorted((company.customer(), company.customer()))
    company.does(MergeCustomer(customer_id=bea, into=ada))
    where = {each: company.conversation(each) for each in (ada, bea)}
    for each, there in where.items():
        company.owe(each, 1, there)
    assert [(row.next_at, row.reason) for row in rows(company, ada, bea)] == [(NOON + DAY, None)] * 2
    # When
    company.review(ada, DAY)
    # Then
    assert [(row.next_at, row.reason) for row in rows(company, ada)] == [(NOON + 2 * DAY, "no-text")]
    # When
    company.publish(texts(de="Ja."))
    company.review(ada, DAY)
    # Then
    told, other = rows(company, ada, bea)
    (sent,) = company.said(where[ada])
    assert (told.told_at, told.message_id, told.reason) == (NOON + 2 * DAY, sent.message_id, None)
    assert (other.told_at, other.next_at, other.reason) == (None, None, "told-as-one-person")
