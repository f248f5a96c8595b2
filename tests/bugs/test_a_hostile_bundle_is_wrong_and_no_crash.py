"""Whoever checks a bundle is told what is wrong with it, also where the bundle is broken on purpose."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from audit.second_reading.hours import zone_of, zones_of
from audit.verify import main

BERLIN = (files("tzdata") / "zoneinfo" / "Europe" / "Berlin").read_bytes()


def test_a_broken_time_zone_is_refused_or_read_and_ends_no_process() -> None:
    refused = 0
    for seed in range(300):
        chance, file = random.Random(seed), bytearray(BERLIN)
        for _ in range(chance.randint(1, 6)):
            file[chance.randrange(60 if seed % 2 else len(file))] = chance.randrange(256)
        try:
            with zones_of({"Europe/Berlin": bytes(file)}):
                datetime(2026, 6, 1, tzinfo=UTC).astimezone(zone_of("Europe/Berlin"))
        except (ValueError, IndexError, OverflowError):
            refused += 1
    assert 0 < refused < 300


def test_a_bundle_that_nobody_can_read_is_wrong(tmp_path: Path) -> None:
    for broken in ("[" * 100_000, "{}", '{"format": 2}', "null", "\x00"):
        (tmp_path / "bundle.json").write_text(broken)
        found = main(tmp_path, [])
        assert found is not None
        assert found.startswith("bundle.json: ")
