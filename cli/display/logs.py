"""The format of logs, in one place: on stderr, readable on a terminal, else one JSON document per line.

Logs hold no personal text: only ids, counts and error codes. An exception is logged by type and place in the code; its
message may quote what somebody wrote, and is left out, whoever logs it.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextlib import suppress
from functools import partial
from typing import Literal, TextIO

import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, WrappedLogger

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

PLACES = 15
"""How many places of a traceback are logged: the last ones."""


Format = Literal["auto", "json", "text"]


def configure(
    to: TextIO | None = None, *, level: str = "info", format: Format = "auto", part: str | None = None
) -> None:
    """Set up the logs of this process, ours and those of libraries; `to`: instead of stderr. `auto`: readable on a
    terminal, else JSON. `part`: which part of a run this process is, for each of its lines."""
    to = to or sys.stderr
    stamped: list[structlog.typing.Processor] = [
        merge_contextvars,
        _without_words,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if part is not None:
        stamped.insert(0, partial(_of_part, part))
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(lambda event, **_: _document(event))
    if format == "text" or (format == "auto" and to.isatty()):
        stamped.append(_without_nothing)
        renderer = structlog.dev.ConsoleRenderer(pad_event_to=0, colors=to.isatty())
    handler = logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, _LEVELS[level]), force=True)
    # A pool that cannot connect repeats so with the server's name; the caller that waits gets an error anyway.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    # Likewise Kafka's clients, at every attempt to connect.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    # Ours bypass the standard library's loggers, which would take a request longer than its route.
    structlog.configure(
        processors=[*stamped, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: _Lines(to),
    )


_document = json.JSONEncoder(ensure_ascii=False, default=repr).encode
"""What `json.dumps` does with these options, which makes an encoder anew for each line: in four times as long."""


class _Lines:
    """Writes lines; if the stream is closed, logging goes on without output."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    def info(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._to.write(f"{line}\n")
            self._to.flush()

    debug = warning = error = critical = info


def _of_part(part: str, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Several parts write to one place. A line about a part names that one."""
    event.setdefault("part", part)
    return event


def _without_nothing(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """For people: a request without a code has no `code=None`."""
    return {key: value for key, value in event.items() if value is not None}


def _without_words(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    if isinstance(found, tuple):
        found = found[1]
    elif found is not None and not isinstance(found, BaseException):
        found = sys.exc_info()[1] if found else None
    if found is not None:
        event["error"] = _kinds(found)
        event["at"] = [f"{place.filename}:{place.lineno} {place.name}" for place in _way(found)]
    return event


def _kinds(error: BaseException) -> str:
    """The type of an error, and the types of its causes."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return type(error).__qualname__ + (f" from {_kinds(cause)}" if cause else "")


def _way(error: BaseException) -> traceback.StackSummary:
    # Without source lines: only the place, never the content.
    return traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), limit=-PLACES, lookup_lines=False)
