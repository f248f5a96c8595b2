"""Checks of the log and of what reads it: views, reactions, publishers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from domain.kernel.ids import kind_of
from domain.webhook import WEBHOOK
from infra.health.check import Check, Reading, Sources, Thresholds
from infra.subscriptions.health import QUERY, Health, SubscriptionHealth
from infra.views.rebuild import SUFFIX
from infra.views.versions import live

LATE_SECONDS = 300.0
"""How far a subscription may lag behind while a process leads it, before doctor calls it late."""


class LogGrows(Check):
    """The log."""

    name = "log"
    metrics: ClassVar[Mapping[str, str]] = {"antiphon_log_position": "The log's last position."}

    def read(self, sources: Sources) -> Iterable[Reading]:
        """The log's last position."""
        row = sources.connection.execute("SELECT coalesce(max(position), 0) FROM antiphon.log").fetchone()
        position = row[0] if row else 0
        yield Reading(f"position {position}", values={"antiphon_log_position": position})

    def ready(self, health: Health, thresholds: Thresholds) -> Mapping[str, dict[str, Any]]:
        """The position; the log by itself is always ready."""
        return {"log": {"ok": True, "position": health.position}}


class SubscriptionsKeepUp(Check):
    """Every subscription: its lag, its lease, and the events that it quarantined."""

    name = "follower"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_follower_position": "The position a follower has come to.",
        "antiphon_follower_behind": "How many positions a follower is behind the log.",
        "antiphon_follower_behind_seconds": "How long ago the oldest event was recorded that a follower has not taken "
        "in.",
        "antiphon_follower_leased": "Whether a process leads the follower.",
        "antiphon_follower_parked": "Events that a follower set aside.",
    }
    labels = ("follower", "version")

    def __init__(self, views: Collection[tuple[str, int]]) -> None:
        """`views`: the names and versions that this release reads."""
        self._views = views

    def read(self, sources: Sources) -> Iterable[Reading]:
        """One reading for each subscription, and one for each view without its subscription."""
        health = Health.of(sources.connection.execute(QUERY).fetchall())
        shown = live(sources.connection)
        for key in sorted({*self._views, *health.subscriptions}):
            each = health.subscriptions.get(key)
            if each is None:
                yield Reading(f"{key[0]} v{key[1]} is not there", "run: antiphon migrate")
            else:
                retired = not each.leased and key not in self._views
                retired &= any(key < other and key[0] == other[0] for other in shown)
                yield self._reading(each, retired=retired)

    def _reading(self, each: SubscriptionHealth, *, retired: bool) -> Reading:
        name = f"{each.name} v{each.version}"
        behind = f"{each.behind} behind" if each.behind > 0 else "at the end"
        built = "" if each.live else "being built, "
        quarantined = f"{each.quarantined} parked, " if each.quarantined else ""
        holder = f"led by {each.holder} until {each.lease_until:%H:%M:%S} UTC" if each.leased else "nobody leads it now"
        wrong = None
        if each.name.endswith(SUFFIX) and not each.leased:
            wrong = (
                f"{name} is what a killed rebuild left, and no erasure wipes its texts: run any other verb with the "
                "owner's login, such as antiphon inbox, which drops it"
            )
        elif retired:
            wrong = f"{name} is shown no more and followed by nobody: antiphon retire {each.name}"
        elif each.quarantined:
            wrong = f"{name} has {each.quarantined} events parked: antiphon parked list"
        elif each.leased and each.live and each.behind_seconds > LATE_SECONDS and kind_of(each.name) != WEBHOOK.kind:
            wrong = f"{name} is late by {each.behind_seconds:.0f} seconds: see the log of the process that leads it"
        what = f"{name} at {each.position}, {behind}, {built}{quarantined}{holder}"
        values = {
            "antiphon_follower_position": each.position,
            "antiphon_follower_behind": each.behind,
            "antiphon_follower_behind_seconds": each.behind_seconds,
            "antiphon_follower_leased": float(each.leased),
            "antiphon_follower_parked": each.quarantined,
        }
        return Reading(what, wrong, values, (each.name, str(each.version)))

    def ready(self, health: Health, thresholds: Thresholds) -> Mapping[str, dict[str, Any]]:
        """The views: a process cannot answer reads from a view that is late, quarantines much, or is being built."""
        return {
            f"{name} v{version}": _view_ready(health.subscriptions.get((name, version)), thresholds)
            for name, version in self._views
        }


def _view_ready(each: SubscriptionHealth | None, thresholds: Thresholds) -> dict[str, Any]:
    if each is None:
        return {"ok": False}
    fit = each.live and each.quarantined <= thresholds.quarantined
    return {
        "ok": fit and each.behind_seconds <= thresholds.lag_seconds,
        "live": each.live,
        "position": each.position,
        "behind": each.behind,
        "behind_seconds": round(each.behind_seconds, 3),
        "leased": each.leased,
        "lease_seconds": None if each.lease_seconds is None else round(each.lease_seconds, 3),
        "parked": each.quarantined,
    }
