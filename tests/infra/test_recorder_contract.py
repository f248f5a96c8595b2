"""The library's own cases for a recorder, run on ours."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests.persistence import ApplicationRecorderTestCase

from infra.log.recorder import Recorder
from infra.postgres.database import Database
from tests.support.databases import Databases


class TestRecorder(ApplicationRecorderTestCase[Recorder]):
    """Its cases write versions from 0 and bytes that are not JSON: uniqueness is checked, not density."""

    INITIAL_VERSION = 0

    @pytest.fixture(autouse=True)
    def given_an_empty_log(self, databases: Databases) -> Iterator[None]:
        self.open: list[Recorder] = []
        with databases.fresh() as urls:
            self.url = urls.database_url
            yield
            for recorder in self.open:
                recorder.close()

    def new_originator_id(self) -> str:
        return f"thing-{uuid.uuid4()}"

    def create_recorder(self) -> Recorder:
        recorder = Recorder(Database(self.url, "appender"))
        self.open.append(recorder)
        return recorder

    def test_subscription_yields_what_was_and_what_comes_in_order(self) -> None:
        # Given
        recorder = self.create_recorder()
        stream = self.new_originator_id()
        recorder.insert_events([self._event(stream, version) for version in range(3)])
        # When
        with recorder.subscribe(gt=1) as tail:
            recorder.insert_events([self._event(stream, 3)])
            seen = [each.id for each in itertools.islice(tail, 3)]
        # Then
        assert seen == [2, 3, 4]

    @staticmethod
    def _event(stream: str, version: int) -> StoredEvent:
        return StoredEvent(stream, version, "topic", b"state")


del ApplicationRecorderTestCase
