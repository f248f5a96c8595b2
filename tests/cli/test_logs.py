"""Logging never stops what logs."""

from __future__ import annotations

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
