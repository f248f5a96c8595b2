"""Which signal something belongs to."""

from __future__ import annotations

from domain.kernel.ids import kind_of
from domain.signal.identity import signal_id


def test_the_id_of_a_signal_never_changes() -> None:
    # Stored events name the id, so that it is a contract.
    assert signal_id("wheels", "out-of-true", "production") == "signal-aa8d17bc-2297-51ef-a64f-8a24b58fe333"


def test_area_theme_and_stage_each_make_another_signal() -> None:
    three = ("wheels", "out-of-true", "production")
    others = {
        ("frames", "out-of-true", "production"),
        ("wheels", "late", "production"),
        ("wheels", "out-of-true", "design"),
        ("wheels ", "out-of-true", "production"),
    }
    assert kind_of(signal_id(*three)) == "signal"
    assert len({signal_id(*each) for each in {three, *others}}) == 1 + len(others)
    assert signal_id("a b", "c", "design") != signal_id("a", "b c", "design")
