"""The one checker of the fault tests: nothing lost, nothing twice, nothing left behind, whatever happened before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from commands.executor.unit_of_work import Answer
from domain.conversation.events import MessageReceived, MessageSent, NoteAdded
from domain.kernel.event import Event, Recorded
from domain.subscription import RetryRequested
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import wait_until_reached
from infra.subscriptions.quarantine import all_quarantined
from infra.views.view import fold_in_memory
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.following import rows, verify_all

CAUGHT = "lost|taken in twice|is wrong|to the log's end"
"""What the checker says of followers that do not take each event in exactly once."""

_SAID = (MessageReceived, MessageSent, NoteAdded)


def assert_exactly_once(
    log: Log,
    projector: Database,
    owner_url: str,
    acknowledged: Mapping[str, Answer],
    seconds: float = 30,
) -> None:
    """Whoever runs the followers has brought them to the log's end by themselves, and every view is right.

    `acknowledged` holds the answers by command id of commands that say one thing each. Raises AssertionError, naming
    the first thing that does not hold.
    """
    entries = list(whole(log))
    assert_log(entries, acknowledged)
    names = [(view.name, view.version) for view in VIEWS]
    reached = wait_until_reached(projector, names, log.position(), seconds)
    assert reached, f"within {seconds} s the views did not come to the log's end by themselves"
    with projector.connection() as connection:
        quarantined = all_quarantined(connection)
    assert not quarantined, f"taken in twice, or not at all: {quarantined[:5]}"
    lines = {key for key, (row, _) in rows(projector, HISTORY).items() if row is not None}
    said = {(e.originator_id, e.originator_version) for e in entries if e.originator_id.startswith("conversation-")}
    assert lines == said, f"lost: {sorted(said - lines)[:5]}; from nowhere: {sorted(lines - said)[:5]}"
    # What people told a follower moves positions, of which a fold in memory knows nothing; the replay below does.
    told = any(isinstance(entry.event, RetryRequested) for entry in entries)
    for view in VIEWS:
        held, due = rows(projector, view), fold_in_memory(view, entries)
        if told:
            held, due = ({key: (row, 0) for key, (row, _) in each.items()} for each in (held, due))
        wrong = [key for key in held.keys() | due.keys() if held.get(key) != due.get(key)]
        assert not wrong, f"{view.name} is wrong in {len(wrong)} rows, such as {held.get(wrong[0])}: {wrong[0]}"
    verify_all(log, projector, owner_url)


def assert_log(entries: list[Recorded[Event]], acknowledged: Mapping[str, Answer]) -> None:
    """The log holds what was acknowledged, each once and where it was said to be, and no stream has a hole."""
    versions: Counter[str] = Counter()
    last = 0
    for entry in entries:
        versions[entry.originator_id] += 1
        assert entry.originator_version == versions[entry.originator_id], f"a hole in {entry.originator_id}"
        assert entry.position > last, "positions do not rise"
        last = entry.position
    ends: dict[str | None, int | None] = {}
    times: Counter[str | None] = Counter()
    for entry in entries:
        ends[entry.envelope.command_id] = entry.position
        times[entry.envelope.command_id] += isinstance(entry.event, _SAID)
    for command_id, answer in acknowledged.items():
        assert times[command_id] == 1, f"{command_id} is in the log {times[command_id]} times"
        assert ends[command_id] == answer.position, f"{command_id} ends at {ends[command_id]}, answered {answer}"
    twice = [command_id for command_id, count in times.items() if command_id and count > 1]
    assert not twice, f"in the log twice: {twice[:5]}"


def assert_said_once(entries: Iterable[Recorded[Event]], words: Iterable[str]) -> None:
    """Each of these words, which nobody else says, is in the log once, under whatever command id it came."""
    times = Counter(entry.event.body for entry in entries if isinstance(entry.event, _SAID))
    wrong = [(word, times[word]) for word in words if times[word] != 1]
    assert not wrong, f"not said once: {wrong[:5]}"


def whole(log: Log) -> Iterator[Recorded[Event]]:
    """Every entry of the log, in order."""
    after = 0
    while records := log.read(after):
        yield from log.entries(records)
        after = records[-1].id
