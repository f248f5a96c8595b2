"""Logging never stops what logs."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

import pytest
import structlog

from cli.display import logs


@pytest.fixture
def torn() -> Iterator[TextIO]:
    """The log of this process; whoever took its lines is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    to = os.fdopen(writer, "w")
    logs.configure(to)
    yield to
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], force=True)
    with suppress(BrokenPipeError):
        to.close()


def test_who_logs_goes_on_when_nobody_takes_the_lines(torn: TextIO) -> None:
    # When
    for number in range(3):
        structlog.get_logger("api").info("request", number=number)
    structlog.get_logger("api").error("request-failed")
    # Then
    with pytest.raises(BrokenPipeError):
        torn.flush()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Where this process logs to."""
    yield io.StringIO()
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], force=True)


def test_what_people_read_names_nothing_that_is_not_there(lines: io.StringIO) -> None:
    logs.configure(lines, format="text")
    structlog.get_logger("api").info("request", status=200, code=None, caller=None)
    assert "request" in lines.getvalue()
    assert "status=200" in lines.getvalue()
    assert "None" not in lines.getvalue()


def test_machines_find_every_name_in_every_line(lines: io.StringIO) -> None:
    logs.configure(lines, format="json")
    structlog.get_logger("api").info("request", code=None)
    assert json.loads(lines.getvalue())["code"] is None


def test_each_line_names_the_part_that_wrote_it(lines: io.StringIO) -> None:
    logs.configure(lines, part="api")
    structlog.get_logger("api").info("request")
    logging.getLogger("library").warning("said")
    # But where it is about another part
    structlog.get_logger("run").info("part-started", part="followers")
    assert [json.loads(line)["part"] for line in lines.getvalue().splitlines()] == ["api", "api", "followers"]


def test_lines_below_the_level_are_not_written(lines: io.StringIO) -> None:
    logs.configure(lines, level="warning")
    structlog.get_logger("api").info("request")
    structlog.get_logger("api").warning("dead-letter")
    logging.getLogger("library").warning("said")
    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == ["dead-letter", "said"]
