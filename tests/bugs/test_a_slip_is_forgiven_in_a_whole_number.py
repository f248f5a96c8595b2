"""A slip is forgiven in a number as a whole, however it is written. It was forgiven in each group of its digits, which
found other people's phone numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, connect
from infra.views.tables import Table
from projections.search import finding
from projections.search.finding import EVERYTHING
from projections.search.passage import SEARCH, Kind, Passage, indexed

WRITTEN: list[tuple[Kind, str]] = [
    ("contact-point", "+49 170 1234567"),
    ("contact-point", "0170/1234567"),
    ("contact-point", "+491701234567"),
    ("order", "2024-11-4711"),
    ("order", "1234567"),
    ("order", "PO 1234567 of 2024"),
    ("name", "Studio 1234 Berlin"),
]

ALIKE = [
    ("1234576", {"1234567", "PO 1234567 of 2024"}),  # and not a group of the phone numbers
    ("123456", {"1234567", "PO 1234567 of 2024"}),
    ("4712", set()),
    ("+49 170 1234576", {"+49 170 1234567", "+491701234567", "0170/1234567"}),
    ("+49 (0)170/123 45 76", {"+49 170 1234567", "+491701234567", "0170/1234567"}),
    ("+49 171 0234567", {"+49 170 1234567", "+491701234567", "0170/1234567"}),  # two swapped, over a blank
    ("0170 123467", {"0170/1234567"}),
    ("2024-11-4712", {"2024-11-4711"}),
    ("po 1234576", {"PO 1234567 of 2024"}),
    ("1243 Berlni", {"Studio 1234 Berlin"}),
]


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[Connection]:
    with connect(database_urls.database_url, "projector") as connection:
        passages = [
            Passage(place, "customer-a", "it", kind, datetime(2026, 6, 1, tzinfo=UTC), text)
            for place, (kind, text) in enumerate(WRITTEN, start=1)
        ]
        Table(SEARCH).copy(connection, [(indexed(each), each.place) for each in passages])
    with connect(database_urls.database_url, "reader") as connection:
        yield connection


def test_a_slip_in_a_number_finds_whole_numbers(reader: Connection) -> None:
    for asked, alike in ALIKE:
        found = finding.read(reader, EVERYTHING, asked).rows
        assert {each.passage.text for each in found if each.alike} == alike, asked
