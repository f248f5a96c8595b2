"""`python -m bench`: each path against its reference, measured in turn in the same run. Shown, never asserted."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.append import append, append_size
from bench.business_time import business_time
from bench.catch_up import catch_up, row_hashes
from bench.clock_bytes import clock_bytes
from bench.clock_fold import clock_fold
from bench.clock_growth import clock_growth
from bench.clock_rounds import judged_anew, noticed
from bench.fold import fold
from bench.history_page import history_page
from bench.inbound import inbound
from bench.items import items_catch_up, signals_weighed
from bench.mail import mail_in
from bench.memory import memory
from bench.posting import post, post_two
from bench.proof_scan import proof_scan
from bench.publish import publish
from bench.replay import replay
from bench.rows import FULL, QUICK, Row, Size, table
from bench.search import search_size
from bench.signals import false_hold, false_pass
from bench.tailing import missed
from bench.visible import visible_at_20, visible_at_200
from bench.watch import watch
from cli.wiring.composition import collect_rarely
from domain.kernel.refusal import Refusal
from infra.embedded import postgres_program
from infra.embedded.postgres import EmbeddedPostgres
from tests.support.databases import Databases

ROWS: Mapping[str, Callable[[Databases, Size], Row]] = {
    "append": append,
    "append-size": append_size,
    "fold": fold,
    "clock-fold": clock_fold,
    "clock-growth": clock_growth,
    "clock-bytes": clock_bytes,
    "judged-anew": judged_anew,
    "noticed": noticed,
    "business-time": business_time,
    "missed": missed,
    "publish": publish,
    "inbound": inbound,
    "mail-in": mail_in,
    "catch-up": catch_up,
    "visible-20": visible_at_20,
    "visible-200": visible_at_200,
    "memory": memory,
    "history-page": history_page,
    "replay": replay,
    "proof-scan": proof_scan,
    "row-hashes": row_hashes,
    "search-size": search_size,
    "watch": watch,
    "items-catch-up": items_catch_up,
    "signals-weighed": signals_weighed,
    "false-pass": false_pass,
    "false-hold": false_hold,
    "post": post,
    "post-two": post_two,
}
NEEDS_KAFKA = frozenset({"publish", "inbound"})
RESULTS = Path(__file__).parent / "results"


@contextmanager
def server() -> Iterator[Databases]:
    """A PostgreSQL of our own with its durable settings, in a folder that goes afterwards."""
    home = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))
    home.chmod(0o711)  # as root, the server runs as somebody else
    postgres = EmbeddedPostgres(home)
    postgres.start()
    try:
        yield Databases(postgres)
    finally:
        postgres.stop()
        shutil.rmtree(home)


def measure(databases: Databases, names: Sequence[str], size: Size) -> Iterator[Row]:
    """The rows asked for, one after the other; one that needs what is not here is left out, and says so."""
    for name in names:
        try:
            yield ROWS[name](databases, size)
        except Refusal as refusal:
            if name not in NEEDS_KAFKA or refusal.code != "kafka-not-installed":
                raise
            print(f"{name:<12} not measured: {refusal.what_to_do}", flush=True)


def document(rows: Sequence[Row], size: Size, at: datetime) -> dict[str, Any]:
    """A run as JSON: its rows, how large it was, and where it ran."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "postgresql": postgres_program.version(),
        "machine": platform.machine(),
        "size": repr(size),
        "rows": [row.document() for row in rows],
    }


def main() -> None:
    """Measure, print the table, and keep the run as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=ROWS, metavar="ROW", help=f"one of {', '.join(ROWS)}")
    parser.add_argument("--rounds", type=int, help="how often each side is measured (the median counts)")
    parser.add_argument("--quick", action="store_true", help="smaller and shorter: within three minutes")
    asked = parser.parse_args()
    size = QUICK if asked.quick else FULL
    if asked.rounds:
        size = replace(size, rounds=max(1, asked.rounds))
    began, at = time.monotonic(), datetime.now(UTC)
    rows = []
    collect_rarely()  # as every process of ours does
    with server() as databases:
        for row in measure(databases, asked.only or list(ROWS), size):
            print(table([row]), flush=True)
            rows.append(row)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{at:%Y-%m-%dT%H%M%S}.json"
    file.write_text(json.dumps(document(rows, size, at), indent=2) + "\n")
    unreached = [row.name for row in rows if not row.reached]
    print(f"\n{len(rows)} rows in {time.monotonic() - began:.0f} s; {file}")
    print(f"not reached: {', '.join(unreached)}" if unreached else "all reached")


if __name__ == "__main__":
    main()
