"""A long catch-up keeps a few pages in memory, however long the log is."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc

import pytest

from domain.conversation.events import NoteAdded
from domain.kernel.event import Draft, Envelope
from domain.kernel.ids import new_id
from infra.log.append import Append, Appended
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.pages import LogPage, Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.companies import AGENT

pytestmark = pytest.mark.faults


def test_a_long_catch_up_keeps_few_pages_and_grows_no_further(
    log: Log, projector: Database, chance: random.Random, long: bool
) -> None:
    # Given
    thousands = 100 if long else 8
    envelope = Envelope(event_id=new_id("event"), actor=AGENT.actor)
    for _ in range(2 * thousands):
        stream = new_id("conversation")
        note = NoteAdded(note_id=new_id("note"), customer_id="customer-1", body=chance.randbytes(500).hex())
        recorded_events = [Draft(stream, version, note, envelope) for version in range(1, 501)]
        (answer,) = log.append_all([Append(log.sealed(recorded_events))], time.monotonic() + 30)
        assert isinstance(answer, Appended)
    pages = Pages(log, 500)
    lease_holders = [LeaseHolder(Projector(view), log, pages, projector, "me", seconds=30) for view in VIEWS]
    bytes_held = []
    tracemalloc.start()
    try:
        # When
        while any([lease_holder.step() for lease_holder in lease_holders]):  # noqa: C419 -- every one of them takes its step
            gc.collect()
            bytes_held.append(tracemalloc.get_traced_memory()[0])
            assert sum(isinstance(each, LogPage) for each in gc.get_objects()) <= Pages.KEPT + 1
    finally:
        tracemalloc.stop()
    # Then
    assert [lease_holder.position for lease_holder in lease_holders] == [log.position()] * len(lease_holders)
    early, late = max(bytes_held[5:9]), max(bytes_held[-4:])
    assert late < early * 1.2, f"{early} bytes after a few pages, {late} at the end"
