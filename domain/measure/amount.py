"""Values of measures as people read them."""

from __future__ import annotations

from domain.measure.definition import Unit


def amount(value: float, unit: Unit) -> str:
    """A value: a share in per cent, so many, or a duration in the two greatest of its units."""
    if unit == "share":
        return f"{value:.1%}"
    if unit != "seconds":
        return f"{value:g}" if value == round(value) else f"{value:.2f}"
    parts = [(value // 86_400, "d"), (value % 86_400 // 3_600, "h"), (value % 3_600 // 60, "min"), (value % 60, "s")]
    first = next((number for number, (amount, _) in enumerate(parts) if amount >= 1), len(parts) - 1)
    return " ".join(f"{int(amount)} {name}" for amount, name in parts[first : first + 2] if amount >= 1) or "0 s"


def open_hours(seconds: float) -> str:
    """How much of open hours; in hours and minutes, because a day of them has not 24."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return (
        f"{minutes} min" if not hours else f"{hours} h" if hours >= 100 or not minutes else f"{hours} h {minutes} min"
    )
