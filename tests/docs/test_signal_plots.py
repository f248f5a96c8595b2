"""The plots of the page on signals are those that the script draws from the complaints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.signal_plots import THEMES, complaints, plots, weekly
from domain.signal.trend import change_point
from domain.statistics import Proportion

ROOT = Path(__file__).parents[2]


def test_the_plots_are_what_the_script_draws(shared_data: Callable[[str], Path]) -> None:
    # When
    drawn = plots(shared_data("cfpb_complaints.csv"))
    # Then
    page = (ROOT / "docs" / "signals.md").read_text()
    for name, plot in drawn.items():
        assert (ROOT / "docs" / "signals" / name).read_text() == plot, f"python -m bench.signal_plots draws {name} anew"
        assert f"(signals/{name})" in page


def test_what_the_page_says_of_the_plots_holds(shared_data: Callable[[str], Path]) -> None:
    found = complaints(shared_data("cfpb_complaints.csv"))
    assert len(found) == 1210
    assert change_point(weekly(found, THEMES["information"])) is None
    changed = change_point(weekly(found, THEMES["investigation"]))
    assert changed is not None
    renamed = weekly(found, "Problem with a company's investigation into an existing problem")
    merged = [
        Proportion(one.count + other.count, one.of)
        for one, other in zip(weekly(found, THEMES["investigation"]), renamed, strict=True)
    ]
    assert change_point(merged) is None
    assert (changed.before.count, changed.before.of, changed.after.count, changed.after.of) == (313, 1119, 0, 91)
