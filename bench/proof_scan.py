"""The whole log read and hashed, as `antiphon audit verify` does."""

from __future__ import annotations

import resource
import statistics
import time

from audit.verification import check
from bench.append import fill
from bench.rows import Row, Size
from infra.postgres.database import connect
from infra.proof.rows import stored_rows
from tests.support.databases import Databases

_SCAN = "SELECT max(md5(state)) FROM (SELECT state FROM antiphon.log ORDER BY position OFFSET 0) AS ordered"


def proof_scan(databases: Databases, size: Size) -> Row:
    """Events a second through leaf hashes and tree, by one process, against an ordered scan with md5 inside the
    server."""
    ratios, ours, processor, theirs = [], [], [], []
    with databases.fresh() as urls:
        fill(urls, size.log)
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with connect(urls.database_url, "auditor") as auditor:
            auditor.execute("SET max_parallel_workers_per_gather = 0")  # one core against one
            for _ in range(size.rounds):
                began = time.perf_counter()
                auditor.execute(_SCAN)
                theirs.append(size.log / (time.perf_counter() - began))
                began, used = time.perf_counter(), time.process_time()
                found = check(lambda after: stored_rows(auditor, after), [], lambda first, end: iter(()))
                ours.append(found.events / (time.perf_counter() - began))
                processor.append(found.events / (time.process_time() - used))
                ratios.append(ours[-1] / theirs[-1])
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident
    return Row(
        "proof-scan",
        f"{size.log:,} stored rows read in order, hashed as leaves and into the tree, events/s",
        "an ordered scan with md5 of each state, inside the server, rows/s",
        ">=",
        0.35,
        ratios,
        {
            "events/s": statistics.median(ours),
            "events/s of our processor time": statistics.median(processor),
            "rows/s": statistics.median(theirs),
            "grown KiB": grown,
        },
    )
