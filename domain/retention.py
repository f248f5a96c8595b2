"""Retention: the company's rules on how long people's data are kept, read out of the published decision table
`retention`, version by version; and the record of each run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never, get_args

from domain.decision_table.deciding import decide
from domain.decision_table.table import DecisionTable
from domain.decision_table.values import Value
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.kernel.stream import Stream
from domain.kernel.time import Instant

TABLE_NAME = "retention"
INPUTS = frozenset({"quiet", "closed", "withdrawn", "complained", "ordered", "segment"})
"""What a table may ask of a person (`given`)."""
RECORDS_TABLE = "retention-of-records"
"""The table's one input is `what` is kept, and its output `keep` for how long; null or nothing: for good."""
What = Literal["looks", "unique-keys", "files", "dead-letters"]
"""What the rules on records are for: the trail of reads; unique keys that answer repeats; files of customers; messages
of topics that could not be taken in."""
LEAST = {"looks": timedelta(days=90), "unique-keys": timedelta(days=90)}
"""How long some of it is kept at least: for proof, and since a repeat has to find its first answer."""
RUNS = "retention-runs"
"""The id of the stream of all runs."""
EVERY = timedelta(days=1)
"""How long after a run the next one begins."""
GIVEN_UP = timedelta(hours=6)
"""A run that has not ended by then is begun anew: the process that ran it is gone."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What retention goes by, of one customer. `last_at`: when something last happened. `closed_at`: since when every
    conversation is closed and no promise stands; None while one is open. `withdrawn_at`: since when the customer
    refuses what they had consented to, and consents to nothing; None otherwise. `complained`, `ordered`: whether they
    ever did."""

    customer_id: str
    last_at: datetime
    closed_at: datetime | None
    withdrawn_at: datetime | None
    complained: bool
    ordered: bool
    segment: str | None

    def given(self, now: datetime) -> dict[str, Value]:
        """The inputs of the table: durations up to `now`, and facts."""
        return {
            "quiet": _since(self.last_at, now),
            "closed": None if self.closed_at is None else _since(self.closed_at, now),
            "withdrawn": None if self.withdrawn_at is None else _since(self.withdrawn_at, now),
            "complained": self.complained,
            "ordered": self.ordered,
            "segment": self.segment,
        }


def _since(at: datetime, now: datetime) -> timedelta:
    """A duration as tables take it: whole seconds; none where a time ahead of ours was told."""
    return timedelta(seconds=max(0, int((now - at).total_seconds())))


def check_rules(table: DecisionTable) -> None:
    """Check that a table can decide on people: no other inputs than `INPUTS`, and the output `erase`. Raises Refusal
    `table-invalid`."""
    if unknown := sorted({each.name for each in table.inputs} - INPUTS):
        inputs = ", ".join(sorted(INPUTS))
        raise Refusal("table-invalid", f"table {TABLE_NAME}: no input {unknown[0]}; there are {inputs}")
    if "erase" not in {each.name for each in table.outputs}:
        raise Refusal("table-invalid", f"table {TABLE_NAME}: name an output `erase`, of the type boolean")


def due(table: DecisionTable, version: int, facts: PersonFacts, now: datetime) -> bool:
    """Whether the rules say that this person is erased. Raises Refusal `table-input-invalid`, `decision-ambiguous`."""
    names = {each.name for each in table.inputs}
    given = {name: value for name, value in facts.given(now).items() if name in names}
    return any(result.get("erase") is True for result in decide(table, TABLE_NAME, version, given).results())


def check_records_rules(table: DecisionTable) -> None:
    """Check that a table can decide on records. Raises Refusal `table-invalid`."""
    if {each.name for each in table.inputs} != {"what"}:
        raise Refusal("table-invalid", f"table {RECORDS_TABLE}: its one input is `what`, of the type string")
    if "keep" not in {each.name for each in table.outputs}:
        raise Refusal("table-invalid", f"table {RECORDS_TABLE}: name an output `keep`, a days and time duration")
    for what in get_args(What):
        keep(table, 0, what)


def keep(table: DecisionTable, version: int, what: What) -> timedelta | None:
    """For how long the rules keep it; None: for good. Raises Refusal `table-invalid`, `table-input-invalid`,
    `decision-ambiguous`."""
    results = decide(table, RECORDS_TABLE, version, {"what": what}).results()
    found = results[0].get("keep") if results else None
    if found is None:
        return None
    if not isinstance(found, timedelta):
        raise Refusal("table-invalid", f'table {RECORDS_TABLE}: `keep` is a duration, such as duration("P730D")')
    if found < (least := LEAST.get(what, timedelta(days=1))):
        raise Refusal("table-invalid", f"table {RECORDS_TABLE}: {what} are kept for {least.days} days at least")
    return found


# -- events


class RetentionBegan(Event, name="retention.began", published_as=None):
    """A run by this version of the table began."""

    table_version: int


class RetentionRan(Event, name="retention.ran", published_as=None):
    """The run ended. `people`: who was looked at; `due`: who was to be erased by the rules. Of these, so many were
    `erased`, `held` by a legal hold, so that their erasure waits, and `failed`, to be tried again by the next run.
    `cut`: the rest is left to the next run."""

    table_version: int
    people: int
    due: int
    erased: int
    held: int
    failed: int
    cut: bool = False


class RecordsRemoved(Event, name="retention.records-removed", published_as=None):
    """What was from before an instant is gone. So many were `removed`, and `held` by legal holds. `cut`: the rest is
    left to the next run."""

    what: What
    table_version: int
    before: Instant
    removed: int
    held: int = 0
    cut: bool = False


RetentionEvent = RetentionBegan | RetentionRan | RecordsRemoved


# -- state


@dataclass(frozen=True, slots=True)
class Runs:
    """The aggregate state of all runs. `running`: the version of the table by which a run goes on; None: none does.
    `last`: what the last run came to."""

    running: int | None = None
    last: RetentionRan | None = None


def evolve(state: Runs | None, event: RetentionEvent) -> Runs:
    """Fold one event into the state."""
    state = state or Runs()
    match event:
        case RetentionBegan():
            return replace(state, running=event.table_version)
        case RetentionRan():
            return replace(state, running=None, last=event)
        case RecordsRemoved():
            return state
        case _:
            assert_never(event)


RETENTION = Stream("retention", RetentionEvent, evolve)
