"""Bundles of histories that are played in memory, with real proofs and a real signature."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from audit import merkle
from audit.bundle import Bundle, ProvedEvent, packed
from audit.leaf import StoredRow, encoded
from audit.note import Checkpoint, Signer
from audit.stated import stated_verdicts, zone_files
from cli.verbs.service_level import scenario, scenario_file
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from tests.support.sla_histories import history
from tests.support.trees import nodes_of

SIGNER = Signer("antiphon/test/1", bytes(range(32)))


@dataclass(frozen=True)
class Played:
    """A history as the log has it: its stored rows, its events, and the company's zone."""

    rows: list[StoredRow]
    recorded_events: list[Recorded[Event]]
    zone: str
    as_of: datetime

    @classmethod
    def of(cls, seed: str) -> Played:
        """The history that this seed makes, some time after its last event."""
        chance = random.Random(seed)
        told = scenario_file.parsed(history(chance))
        play = scenario._Play(told)
        try:
            play.answers()
            records, recorded_events = play._log.read(0, 100_000, 2**30), play._log.everything()
        finally:
            play.close()
        rows = [
            StoredRow(
                each.id, str(each.originator_id), each.originator_version, each.topic, each.recorded_at, each.state
            )
            for each in records
        ]
        as_of = rows[-1].recorded_at + timedelta(hours=chance.choice((0, 1, 30, 200)))
        return cls(rows, recorded_events, told.head.zone, as_of)

    def bundle(self) -> Bundle:
        """The bundle of all that clocks rest on."""
        rows = [row for row in self.rows if kind_of(row.stream) in ("conversation", "policy", "calendar")]
        stated = stated_verdicts(self.recorded_events, self.as_of, self.zone)
        zones = zone_files(self.recorded_events, self.zone)
        empty = Bundle(
            "a history", [str(SIGNER.public_key)], "", [], [], stated, self.as_of.isoformat(), self.zone, zones, {}
        )
        return signed(empty, rows)


def signed(bundle: Bundle, rows: Sequence[StoredRow]) -> Bundle:
    """The bundle with these rows, under a checkpoint of them all: as whoever has the key can forge it."""
    leaves = [encoded(row) for row in rows]
    node = nodes_of([merkle.leaf_hash(leaf) for leaf in leaves])
    root = merkle.root(node, len(rows))
    checkpoint = Checkpoint(SIGNER.name, len(rows), root, rows[-1].position, datetime.fromisoformat(bundle.as_of))
    events = [
        ProvedEvent(index, packed([leaf])[0], packed(merkle.inclusion(node, index, len(rows))), {})
        for index, leaf in enumerate(leaves)
    ]
    return replace(bundle, checkpoint=checkpoint.signed([SIGNER]), events=events)


def edited(row: StoredRow, **data: Any) -> StoredRow:  # Any: JSON
    """The row with other data."""
    state = json.loads(row.state)
    return replace(row, state=json.dumps({**state, "d": {**state["d"], **data}}).encode())
