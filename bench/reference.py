"""What the paths are measured against: PostgreSQL doing the least that could be asked of it, by its own tools."""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from infra.embedded import postgres_program
from infra.postgres.database import Connection, connect

_PGBENCH = postgres_program.of_the_wheel() / "bin" / "pgbench"

_EVENT = """
CREATE TABLE public.reference (
    position           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    originator_id      text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL,
    topic              text COLLATE "C" NOT NULL,
    state              bytea NOT NULL,
    recorded_at        timestamptz NOT NULL,
    UNIQUE (originator_id, originator_version)
)"""
# 432 bytes of values, found by position and by stream, as in the log; and nothing else of what the log does.
_APPEND_EVENT = f"""
INSERT INTO public.reference (originator_id, originator_version, topic, state, recorded_at)
VALUES ('conversation-' || uuidv7(), 1, 'conversation.message-received', '{"x" * 338}', clock_timestamp());
"""


@dataclass(frozen=True, slots=True)
class Commits:
    """Rows (one a commit) a second, and how long one took on average, in milliseconds."""

    rows_per_second: float
    mean_ms: float


def commits(url: str, *, connections: int, seconds: int) -> Commits:
    """pgbench with prepared statements: each connection commits one row of an event after the other."""
    with connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS public.reference")
        connection.execute(_EVENT)
    parts = urlsplit(url)
    place = parse_qs(parts.query)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_APPEND_EVENT)
        script.flush()
        said = subprocess.run(
            [
                *(str(_PGBENCH), "--no-vacuum", "--protocol=prepared", f"--file={script.name}"),
                *(f"--client={connections}", f"--jobs={min(2, connections)}", f"--time={seconds}"),
                *(f"--host={place['host'][0]}", f"--port={place['port'][0]}", f"--username={parts.username}"),
                parts.path.removeprefix("/"),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return Commits(_number(r"tps = ([\d.]+)", said), _number(r"latency average = ([\d.]+) ms", said))


def two_commits(connection: Connection, *, times: int, pause: float) -> float:
    """The median time of two bare commits in a row, in milliseconds, with a pause in seconds after each pair."""
    connection.execute("CREATE TABLE IF NOT EXISTS public.bare (position bigint)")
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        connection.execute("INSERT INTO public.bare VALUES (1)")
        connection.execute("INSERT INTO public.bare VALUES (2)")
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(pause)
    return statistics.median(taken)


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, f"pgbench said something new: {text}"
    return float(found[1])
