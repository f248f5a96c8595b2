"""Checks of the processes of `antiphon run`, by what each reports of itself in the log's database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from infra.health.check import Check, Reading, Sources

SILENT = "interval '1 minute'"
"""A process that was silent for so long does not run any more."""
RECENT = timedelta(minutes=10)
"""For how long a restart of a part is a finding of doctor's."""
LONG_WAIT_SECONDS = 2.0
"""How long a command may wait for its batch before doctor calls the queue slow."""

_QUERY = f"""
SELECT what, version, host, pid, started_at, clock_timestamp(), state FROM antiphon.processes
WHERE seen_at > clock_timestamp() - {SILENT} ORDER BY what, host, pid"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ProcessState:
    """What a process reports of itself, beside what and where it is."""

    resident_bytes: int = 0
    queued_commands: int = 0
    queued_seconds: float = 0.0
    """How long the command that has waited the longest has waited so far."""
    restarts: Mapping[str, int] | None = None
    """How often `antiphon run` has restarted each of its parts."""
    restarted_at: datetime | None = None
    inbound_behind: Mapping[str, int] | None = None
    """How many messages of each topic this process has still to take in; None where it takes in none."""
    inbound_failures: int = 0
    """How many attempts to take messages in have failed since one succeeded."""


@dataclass(frozen=True, slots=True)
class Process:
    """One running process."""

    what: str
    version: str
    host: str
    pid: int
    started_at: datetime
    now: datetime
    stored: Mapping[str, object]

    @property
    def state(self) -> ProcessState:
        """What the process reported last; a process of another release may report something else."""
        known = {name: value for name, value in self.stored.items() if name in ProcessState.__dataclass_fields__}
        if isinstance(at := known.get("restarted_at"), str):
            known["restarted_at"] = datetime.fromisoformat(at)
        return ProcessState(**known)  # type: ignore[arg-type]  # as `Reporter` writes it


def running(sources: Sources) -> list[Process]:
    """All processes that run now."""
    rows = sources.connection.execute(_QUERY).fetchall()
    return [Process(*row) for row in rows]


class ProcessesRun(Check):
    """The processes of this installation and their releases."""

    name = "processes"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_processes": "Processes of `antiphon run` by what they do and by release.",
        "antiphon_processes_resident_bytes": "Memory of those processes.",
    }
    labels = ("what", "release")

    def read(self, sources: Sources) -> Iterable[Reading]:
        """One reading for each kind and release that runs."""
        kinds: dict[tuple[str, str], list[Process]] = defaultdict(list)
        for each in running(sources):
            kinds[each.what, each.version].append(each)
        for (what, version), those in kinds.items():
            memory = sum(each.state.resident_bytes for each in those)
            places = ", ".join(f"{each.host} pid {each.pid}" for each in those)
            values = {"antiphon_processes": len(those), "antiphon_processes_resident_bytes": memory}
            yield Reading(f"{what} {version}: {places}, {memory // 2**20} MiB", None, values, (what, version))
        if not kinds:
            yield Reading("none runs now")


class CommandsWait(Check):
    """Commands that wait for their batch."""

    name = "commands"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_queued_commands": "Commands that wait for their batch.",
        "antiphon_queued_commands_oldest_seconds": "How long the command that has waited the longest has waited.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """How many commands wait in all processes, and for how long."""
        states = [each.state for each in running(sources)]
        waiting = sum(each.queued_commands for each in states)
        seconds = max((each.queued_seconds for each in states), default=0.0)
        values = {"antiphon_queued_commands": waiting, "antiphon_queued_commands_oldest_seconds": seconds}
        wrong = None
        if seconds > LONG_WAIT_SECONDS:
            wrong = f"a command has waited for {seconds:.1f} seconds: is the database slow, or a process overloaded?"
        yield Reading(f"{waiting} wait", wrong, values)


class PartsRestart(Check):
    """Parts of `antiphon run` that died and were restarted."""

    name = "restarts"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_part_restarts": "How often `antiphon run` has restarted a part since it began."
    }
    labels = ("part",)

    def read(self, sources: Sources) -> Iterable[Reading]:
        """One reading for each part."""
        counts: dict[str, int] = defaultdict(int)
        recent = False
        for each in running(sources):
            for part, count in (each.state.restarts or {}).items():
                counts[part] += count
            recent |= each.state.restarted_at is not None and each.state.restarted_at > each.now - RECENT
        for part, count in counts.items():
            wrong = f"{part} died and was restarted a moment ago: see its log" if recent and count else None
            yield Reading(f"{part}: {count}", wrong, {"antiphon_part_restarts": count}, (part,))
        if not counts:
            yield Reading("nothing of `antiphon run` is restarted here")


class TopicsAreRead(Check):
    """Messages on topics that were not taken in yet."""

    name = "topics"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_inbound_behind": "Messages of a topic that were not taken in yet, as far as the consumers know.",
        "antiphon_inbound_failures": "Failed attempts in a row to take messages in; 0 while all is well.",
    }
    labels = ("topic",)

    def read(self, sources: Sources) -> Iterable[Reading]:
        """One reading for each topic that is read."""
        behind: dict[str, int] = defaultdict(int)
        failures: dict[str, int] = defaultdict(int)
        consuming = [each.state for each in running(sources) if each.state.inbound_behind is not None]
        for state in consuming:
            for topic, count in (state.inbound_behind or {}).items():
                behind[topic] += count
                failures[topic] = max(failures[topic], state.inbound_failures)
        for topic, count in sorted(behind.items()):
            values = {"antiphon_inbound_behind": count, "antiphon_inbound_failures": failures[topic]}
            wrong = None
            if failures[topic]:
                wrong = f"taking in {topic} fails, {failures[topic]} times in a row: see `inbound-waits` in the log"
            yield Reading(f"{topic}: {count} behind", wrong, values, (topic,))
        if not behind:
            yield Reading("no process reads topics now")
