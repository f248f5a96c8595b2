"""Random histories, with late events, merges and splits that are undone, corrections, departures and erasures: what a
conversation shows as of a time and as known at a time equals a second reading that shares nothing with the program."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from audit.replay import Replay
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.conversation.merging import merge, separate
from commands.conversation.splitting import split, undo_split
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from commands.staff.leaving import leave
from domain.conversation import commands as c
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.staff import JoinStaff, LeaveStaff
from infra.postgres.database import Database
from projections.conversation import history
from tests.oracle import replayed
from tests.oracle.replayed import Line, Stored
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up
from tests.support.open_work import Shown, erase

STEPS = 25
INSTANTS = 6
"""So many pairs of instants are asked for, of each conversation of a history."""


@dataclass
class History:
    """Somebody with some conversations, to whom things happen at random. `stored`: every event, as it was said."""

    executor: CommandExecutor
    chance: random.Random
    name: str
    ids: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    number: int = 0
    begun: int = 0

    def go_on(self) -> None:
        """One step more."""
        step = self.chance.choices(
            [
                self.hear, self.answer, self.note, self.correct, self.merge, self.separate, self.split, self.undo,
                self.resolve, self.join_and_leave,
            ],
            [6, 3, 2, 2, 3, 2, 3, 2, 2, 1],
        )[0]  # fmt: skip
        with suppress(Refusal):
            step()
        self.remember()

    def remember(self) -> None:
        """Keep what the log holds since, before somebody is erased."""
        log = self.executor.log
        last = self.stored[-1].position if self.stored else self.begun
        for each in log.recorded_events(log.read(last)):
            data = each.event.model_dump()
            if "message_id" in data and each.event.stored_name == "conversation.message-received":
                self.messages.append(data["message_id"])
            self.stored.append(
                Stored(
                    each.originator_id,
                    each.originator_version,
                    each.position,
                    each.event.stored_name,
                    each.recorded_at,
                    each.at,
                    data,
                )
            )

    def begin(self) -> None:
        """The first message."""
        self.begun = self.executor.log.position()
        self.hear()
        self.remember()

    def one(self) -> str:
        """One of the conversations."""
        return self.chance.choice(self.ids)

    def hear(self) -> None:
        """The customer writes, in one of three threads; the gateway may be late to tell."""
        self.number += 1
        late = timedelta(minutes=self.chance.choice((0, 0, 1, 60, 3000)))
        said = replace(GATEWAY, occurred_at=self.executor.clock() - late) if late else GATEWAY
        delivery = mail(0, f"{self.name}-{self.chance.randrange(3)}", f"{self.name}@example.org")
        delivery = replace(delivery, channel_message_id=f"{self.name}-{self.number}", body=f"said {self.number}")
        id = deliver(self.executor, delivery, said).id
        if id not in self.ids:
            self.ids.append(id)

    def answer(self) -> None:
        """Somebody answers."""
        self.number += 1
        conversations.act(self.executor, self.one(), c.SendReply(body=f"answer {self.number}"), AGENT)

    def note(self) -> None:
        """Somebody notes something."""
        self.number += 1
        conversations.act(self.executor, self.one(), c.AddNote(body=f"note {self.number}"), AGENT)

    def correct(self) -> None:
        """The subject is corrected."""
        self.number += 1
        conversations.act(self.executor, self.one(), c.ChangeSubject(subject=f"subject {self.number}"), AGENT)

    def resolve(self) -> None:
        """The matter is resolved."""
        conversations.act(self.executor, self.one(), c.ChangeStatus(status="resolved"), AGENT)

    def merge(self) -> None:
        """Two conversations are one."""
        merge(self.executor, self.one(), MergeInto(into=self.one()), AGENT)

    def separate(self) -> None:
        """They are not."""
        separate(self.executor, self.one(), Separate(), AGENT)

    def split(self) -> None:
        """A message is about another matter."""
        command = SplitMessage(message_id=self.chance.choice(self.messages), kind="inquiry")
        self.ids.append(split(self.executor, self.one(), command, AGENT).id)

    def split_first(self) -> None:
        """The first message of the first conversation is about another matter."""
        command = SplitMessage(message_id=self.messages[0], kind="inquiry")
        self.ids.append(split(self.executor, self.ids[0], command, AGENT).id)

    def undo(self) -> None:
        """It is not."""
        undo_split(self.executor, self.one(), UndoSplit(), AGENT)

    def join_and_leave(self) -> None:
        """Somebody gets a conversation, and leaves the company."""
        self.number += 1
        handle = f"{self.name}-{self.number}"
        staff_id = staffing.join(self.executor, JoinStaff(handle=handle, name="Eve"), AGENT).id
        with suppress(Refusal):
            conversations.act(self.executor, self.one(), c.Assign(agent_id=staff_id), AGENT)
        leave(self.executor, LeaveStaff(staff_id=staff_id), AGENT, Shown())


def shown(replay: Replay, id: str, instants: Instants) -> tuple[list[Line], list[str]]:
    """What the program shows: lines, and each status that was given."""
    with replay.reader(id, instants) as then, then.connection() as connection:
        rows = history.read(connection, id).rows
    lines: list[Line] = []
    status: list[tuple[int, str]] = []
    for row in rows:
        if row.kind in ("received", "sent", "note") or row.field == "subject":
            lines.append((row.conversation_id, row.version, row.kind, row.text or ""))
        if row.field == "status" and row.conversation_id == id:
            status.append((row.place, row.new or ""))
    return lines, [each for _, each in sorted(status)]


def compared(executor: CommandExecutor, projector: Database, seed: int) -> int:
    """Play a history, and compare all its conversations at some instants. Answers how many lines were compared. Raises
    AssertionError."""
    chance = random.Random(seed)
    told = History(executor, chance, f"h{seed}-{executor.log.position()}")
    told.begin()
    for _ in range(STEPS):
        told.go_on()
    if chance.random() < 0.3:
        erase(executor, told.stored[0].data["customer_id"], AGENT)
        told.remember()
    catch_up(executor.log, projector)
    replay, number = Replay(executor.log, projector), 0
    times: list[datetime] = [at for each in told.stored for at in (each.recorded, each.happened)]
    for id in told.ids:
        for _ in range(INSTANTS):
            as_of, known_at = (chance.choice([None, *chance.sample(times, 3)]) for _ in range(2))
            lines, status = shown(replay, id, Instants(as_of=as_of, known_at=known_at))
            assert lines == replayed.lines(told.stored, id, as_of, known_at), (seed, id, as_of, known_at)
            assert status == replayed.status(told.stored, id, as_of, known_at), (seed, id, as_of, known_at)
            number += len(lines)
    return number


@pytest.mark.timeout(7200)
def test_what_is_replayed_is_what_a_second_reading_says(
    executor: CommandExecutor, projector: Database, long: bool
) -> None:
    compared_lines = [compared(executor, projector, seed) for seed in range(1000 if long else 3)]
    assert sum(compared_lines) > 100 * (1000 if long else 3) / 3


def test_a_kind_of_event_that_is_left_out_is_found(executor: CommandExecutor, projector: Database) -> None:
    # Given two threads that were merged and separated, and a message that was split off and returned
    told = History(executor, random.Random(0), "h")
    told.begin()
    told.hear()
    told.hear()
    while len(told.ids) < 2:
        told.hear()
    told.remember()
    one, other = told.ids[:2]
    for step in (
        lambda: merge(executor, one, MergeInto(into=other), AGENT),
        lambda: separate(executor, one, Separate(), AGENT),
        lambda: conversations.act(executor, one, c.ChangeSubject(subject="another"), AGENT),
        lambda: conversations.act(executor, one, c.SendReply(body="an answer"), AGENT),
        told.split_first,
        lambda: undo_split(executor, told.ids[-1], UndoSplit(), AGENT),
    ):
        step()
        told.remember()
    catch_up(executor.log, projector)
    replay = Replay(executor.log, projector)
    asked = [(id, each.recorded) for id in told.ids for each in told.stored]
    seen = [shown(replay, id, Instants(known_at=at))[0] for id, at in asked]

    def differs(stored: list[Stored]) -> bool:
        return seen != [replayed.lines(stored, id, None, at) for id, at in asked]

    # Then
    assert not differs(told.stored)
    for name in ("part-joined", "part-left", "message-split", "message-returned", "subject-changed"):
        assert differs([each for each in told.stored if each.name != f"conversation.{name}"]), name
