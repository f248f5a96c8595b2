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
from infra.subscriptions.quarantine import all_quarantined
from infra.views.view import fold_in_memory
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.following import rows, verify_all
from tests.support.waiting import wait_until_followed

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
    recorded_events = list(whole(log))
    assert_log(recorded_events, acknowledged)
    names = [(view.name, view.version) for view in VIEWS]
    wait_until_followed(projector, names, log.position(), seconds)
    with projector.connection() as connection:
        quarantined = all_quarantined(connection)
    assert not quarantined, f"taken in twice, or not at all: {quarantined[:5]}"
    lines = {key for key, (row, _) in rows(projector, HISTORY).items() if row is not None}
    said = {
        (e.originator_id, e.originator_version) for e in recorded_events if e.originator_id.startswith("conversation-")
    }
    assert lines == said, f"lost: {sorted(said - lines)[:5]}; from nowhere: {sorted(lines - said)[:5]}"
    # What people told a follower moves positions, of which a fold in memory knows nothing; the replay below does.
    requested = any(isinstance(recorded.event, RetryRequested) for recorded in recorded_events)
    for view in VIEWS:
        held, due = rows(projector, view), fold_in_memory(view, recorded_events)
        if requested:
            held, due = ({key: (row, 0) for key, (row, _) in each.items()} for each in (held, due))
        wrong = [key for key in held.keys() | due.keys() if held.get(key) != due.get(key)]
        assert not wrong, f"{view.name} is wrong in {len(wrong)} rows, such as {held.get(wrong[0])}: {wrong[0]}"
    verify_all(log, projector, owner_url)


def assert_log(recorded_events: list[Recorded[Event]], acknowledged: Mapping[str, Answer]) -> None:
    """The log holds what was acknowledged, each once and where it was said to be, and no stream has a hole."""
    versions: Counter[str] = Counter()
    last = 0
    for recorded in recorded_events:
        versions[recorded.originator_id] += 1
        assert recorded.originator_version == versions[recorded.originator_id], f"a hole in {recorded.originator_id}"
        assert recorded.position > last, "positions do not rise"
        last = recorded.position
    ends: dict[str | None, int | None] = {}
    times: Counter[str | None] = Counter()
    for recorded in recorded_events:
        ends[recorded.envelope.command_id] = recorded.position
        times[recorded.envelope.command_id] += isinstance(recorded.event, _SAID)
    for command_id, answer in acknowledged.items():
        assert times[command_id] == 1, f"{command_id} is in the log {times[command_id]} times"
        assert ends[command_id] == answer.position, f"{command_id} ends at {ends[command_id]}, answered {answer}"
    twice = [command_id for command_id, count in times.items() if command_id and count > 1]
    assert not twice, f"in the log twice: {twice[:5]}"


def assert_said_once(recorded_events: Iterable[Recorded[Event]], words: Iterable[str]) -> None:
    """Each of these words, which nobody else says, is in the log once, under whatever command id it came."""
    times = Counter(recorded.event.body for recorded in recorded_events if isinstance(recorded.event, _SAID))
    wrong = [(word, times[word]) for word in words if times[word] != 1]
    assert not wrong, f"not said once: {wrong[:5]}"


def whole(log: Log) -> Iterator[Recorded[Event]]:
    """Every recorded event of the log, in order."""
    after = 0
    while records := log.read(after):
        yield from log.recorded_events(records)
        after = records[-1].id
