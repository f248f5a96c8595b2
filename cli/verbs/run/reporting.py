"""What the processes of `antiphon run` report of themselves."""

from __future__ import annotations

from cli.verbs.run.children import Children
from cli.wiring.composition import Antiphon
from consumers.inbound.consumer import Consumer
from infra.health.processes import ProcessState
from infra.health.reporting import Reporter, resident_bytes


def reporting(
    parts: Antiphon, what: str, *, consumer: Consumer | None = None, children: Children | None = None
) -> Reporter:
    """Reports this process within `with`, with its consumer of topics and the parts that it restarts."""

    def state() -> ProcessState:
        queued, seconds = parts.executor.waiting()
        return ProcessState(
            resident_bytes(),
            queued,
            seconds,
            restarts=children.restarts if children else None,
            restarted_at=children.restarted_at if children else None,
            inbound_behind=consumer.behind if consumer else None,
            inbound_failures=consumer.failures.in_a_row if consumer else 0,
        )

    return Reporter(parts.executor.log.database, what, state)
