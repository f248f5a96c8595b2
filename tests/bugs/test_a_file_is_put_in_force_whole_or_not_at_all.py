"""`sla put` appended entry by entry: what it refused in the end had left the first part of the file in force."""

from __future__ import annotations

from pathlib import Path

from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.cli import finished

WRITTEN = """
calendars: {Berlin: {zone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}}}
policies: {standard: {calendar: Berlin, targets: {first_reply: PT1H}}}
"""
HALF_GOOD = """
calendars: {Berlin: {zone: Europe/Paris}, Paris: {zone: Europe/Paris, hours: {mon-fri: ["10:00-18:00"]}}}
policies: {standard: {calendar: Lyon, targets: {first_reply: PT2H}}}
"""


def test_of_a_file_refused_in_part_nothing_is_put_in_force(log: Log, database_urls: Urls, tmp_path: Path) -> None:
    # Given
    file = tmp_path / "policy.yaml"
    file.write_text(WRITTEN)
    assert finished(database_urls, tmp_path, "sla", "put", str(file)).status == 0
    end = log.position()
    # When the last entry of the next file is refused
    file.write_text(HALF_GOOD)
    refused = finished(database_urls, tmp_path, "sla", "put", str(file), "--since", "2026-01-01")
    # Then
    assert (refused.status, "calendar-unknown" in refused.err, refused.out) == (2, True, "")
    assert log.position() == end
