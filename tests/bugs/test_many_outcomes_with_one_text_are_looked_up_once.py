"""However many outcomes a person waits for, the table of texts is asked once for each outcome and language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from domain.decision_table import deciding
from infra.log.memory import MemoryLog
from tests.support.contacting import DAY, Company, texts


@pytest.fixture
def company(memory_log: MemoryLog) -> Iterator[Company]:
    company = Company(memory_log)
    company.publish(texts(de="{theme} ist da."))
    yield company
    company.executor.close()


def test_one_review_asks_the_table_once_for_each_language(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    ada = company.customer()
    german, polish = company.conversation(ada), company.conversation(ada, "pl")
    for number in range(30):
        company.owe(ada, number, german if number % 2 else polish)
    asked: list[object] = []

    decide = deciding.decide

    def counted(table: Any, name: str, version: int, given: Any) -> Any:  # Any: as of `decide`
        if name == "closing-messages":
            asked.append(given["language"])
        return decide(table, name, version, given)

    monkeypatch.setattr(deciding, "decide", counted)
    # When
    company.review(ada, DAY)
    # Then
    (sent,) = company.said(german)
    assert sent.body.count("ist da.") == 15
    assert len(asked) == 6, "no more than without the other 28"
