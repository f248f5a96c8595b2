"""The one place that says how logs look: on stderr, readable on a terminal, a JSON document a line elsewhere.

Logs hold no personal text: ids, counts and error codes only.
"""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Set up the logs of this process, ours and those of the libraries we use."""
    stamped: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer(pad_event_to=0)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for ours in ("run", "followers"):
        logging.getLogger(ours).setLevel(logging.INFO)
    # A pool that cannot connect says so again and again, with the server's name; whoever waits for it is told.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*stamped, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
