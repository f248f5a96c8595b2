"""A product area or a segment that somebody outside wrote is a text in a spreadsheet, and no formula."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from domain.measure.as_csv import as_csv
from domain.measure.figure import Figure, FigureRow
from domain.measure.period import periods


@pytest.mark.parametrize("begins", "=+-@\t\r")
def test_no_spreadsheet_runs_what_a_customer_wrote(begins: str) -> None:
    # Given
    (span,) = periods(date(2026, 1, 1), date(2027, 1, 1), "whole", "UTC")
    written = f'{begins}HYPERLINK("//x.example","wheels")'
    # When
    _, line = csv.reader(io.StringIO(as_csv([FigureRow(span, written, Figure(too_small=True))]), newline=""))
    # Then
    assert f"'{written}" in line
