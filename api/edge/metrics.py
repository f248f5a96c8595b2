"""The metrics of a process, in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from infra.health.check import Check, Reading

Readings = Sequence[tuple[Check, Sequence[Reading]]]
"""What each check found."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""The bounds of the histogram of durations, in seconds."""


class Metrics:
    """The metrics of one application. Labels are route templates, kinds and codes: few, and never a text or an id."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "antiphon_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "antiphon_request_seconds", "Time until the answer begins.", ("method", "route"),
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._commands = Counter(
            "antiphon_commands", "Commands by what became of them: done, or the code of the refusal.",
            ("kind", "outcome"), registry=self._registry,
        )  # fmt: skip
        self.live = Gauge("antiphon_live_streams", "Live streams open.", registry=self._registry)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request and its duration; status 0: the caller left before the answer."""
        counted = self._answered.get((method, route, status))
        if counted is None:
            # To look for it anew takes as long as to count.
            counted = self._requests.labels(method, route, status), self._seconds.labels(method, route)
            self._answered[method, route, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def command(self, kind: str, outcome: str) -> None:
        """Count an answered command."""
        self._commands.labels(kind, outcome).inc()

    def text(
        self, readings: Readings | None, pools: Mapping[str, Mapping[str, int]], appended: Mapping[str, int]
    ) -> bytes:
        """All metrics as text, with the readings of all checks (None: no answer), and the use of each pool."""
        sampled = CollectorRegistry()
        sampled.register(_Sampled([*_checks(readings), *_pools(pools), *_appended(appended)]))
        return generate_latest(self._registry) + generate_latest(sampled)


class _Sampled(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _checks(readings: Readings | None) -> Iterable[Metric]:
    up = float(readings is not None)
    yield GaugeMetricFamily("antiphon_database_up", "Whether the log's database answers.", up)
    for check, found in readings or ():
        for name, meaning in check.metrics.items():
            family = GaugeMetricFamily(name, meaning, labels=check.labels)
            for reading in found:
                if name in reading.values:
                    family.add_metric(reading.labels, reading.values[name])
            yield family


def _pools(pools: Mapping[str, Mapping[str, int]]) -> Iterable[Metric]:
    for name, stat, meaning in (
        ("size", "pool_size", "Connections of a pool."),
        ("free", "pool_available", "Connections of a pool that nobody uses."),
        ("most", "pool_max", "How many connections a pool may have."),
        ("waiting", "requests_waiting", "Who waits for a connection of a pool."),
    ):
        family = GaugeMetricFamily(f"antiphon_pool_{name}", meaning, labels=("pool",))
        for pool, stats in pools.items():
            family.add_metric((pool,), stats.get(stat, 0))
        yield family


def _appended(appended: Mapping[str, int]) -> Iterable[Metric]:
    for name, meaning in (
        ("calls", "Calls that appended to the log; each is one commit."),
        ("commands", "Commands that those calls brought along."),
    ):
        yield CounterMetricFamily(f"antiphon_append_{name}", meaning, appended[name])
