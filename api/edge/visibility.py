"""Visibility by team at the edge: which teams' conversations a caller sees, and whether they see a certain one."""

from __future__ import annotations

from collections.abc import Sequence

from anyio import to_thread
from cachetools import TTLCache

from api.edge.single_flight import SingleFlight
from commands import decision_table as decision_tables
from commands.executor.executor import CommandExecutor
from domain.conversation.state import CONVERSATION
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.kernel.values import Frozen
from domain.promise import PROMISE
from domain.signal.item import ITEM
from domain.visibility import TABLE_NAME, is_open, sees_all, teams_seen
from infra.postgres.database import Database
from projections import staff as staffing
from projections import visibility
from projections.conversation import history

_PAGE = 500
_MOST_MERGES = 100
"""How far a conversation that the inbox does not have yet is followed to where it is shown."""


class Visibility:
    """What callers see of the conversations of teams, by the table in force and the teams there are. `database`: the
    reader's."""

    KNOWN_SECONDS = 2.0

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        self._executor = executor
        self._database = database
        self._known: TTLCache[str, frozenset[str] | None] = TTLCache(1, self.KNOWN_SECONDS)
        self._asked: SingleFlight[frozenset[str] | None] = SingleFlight()

    async def teams_seen(self, actor: Actor) -> tuple[str, ...] | None:
        """As `domain.visibility.teams_seen`; what was published counts within two seconds. Raises Overloaded."""
        if sees_all(actor):
            return None
        try:
            return teams_seen(actor, self._known[TABLE_NAME])
        except KeyError:
            found = await self._asked.run(TABLE_NAME, lambda: to_thread.run_sync(self._open_teams))
        self._known[TABLE_NAME] = found
        return teams_seen(actor, found)

    def _open_teams(self) -> frozenset[str] | None:
        table = decision_tables.in_force(self._executor, TABLE_NAME, self._executor.clock())
        if table is None:
            return None
        found: set[str] = set()
        cursor = None
        with self._database.connection() as connection:
            while True:
                page = staffing.TEAMS.read(connection, cursor=cursor, limit=_PAGE)
                found.update(team.id for team in page.rows if is_open(table, team.name))
                if (cursor := page.cursor) is None:
                    return frozenset(found)

    async def check(self, seen: Sequence[str], id: str) -> None:
        """Check that a caller sees what an id of a path names, if that is a conversation or of one. Raises NotFound,
        also where it does not exist; Overloaded."""
        await to_thread.run_sync(self._check, seen, id)

    async def check_line(self, seen: Sequence[str] | None, id: str, version: int) -> None:
        """Check that a caller sees the conversation that shows a line of this one: its message may have been split off
        into another. `seen` None: nothing is hidden. Raises NotFound, Overloaded."""
        if seen is not None:
            await to_thread.run_sync(self._check_line, seen, id, version)

    async def check_named(self, actor: Actor, command: Frozen) -> None:
        """Check that a caller sees the conversations that a command names. Raises NotFound, Overloaded."""
        if (seen := await self.teams_seen(actor)) is not None:
            for id in named_conversations(command):
                await to_thread.run_sync(self._check_known, seen, id)

    def _check(self, seen: Sequence[str], id: str) -> None:
        match kind_of(id):
            case CONVERSATION.kind:
                self._check_of(seen, id)
            case PROMISE.kind:
                self._check_of(seen, self._executor.read(PROMISE, id).existing(PROMISE.kind).state.conversation_id)
            case ITEM.kind:
                self._check_of(seen, self._executor.read(ITEM, id).existing(ITEM.kind).state.conversation_id)

    def _check_of(self, seen: Sequence[str], conversation_id: str | None) -> None:
        if conversation_id is not None and not self._shown(seen, conversation_id):
            raise NotFound("what is of the conversation")

    def _check_line(self, seen: Sequence[str], id: str, version: int) -> None:
        with self._database.connection() as connection:
            shown_at = history.shown_at(connection, id, version)
        self._check_of(seen, shown_at)

    def _check_known(self, seen: Sequence[str], id: str) -> None:
        # What does not exist is the command's to refuse: it may be the one that the command begins.
        if not self._shown(seen, id, unknown=True):
            raise NotFound("the conversation")

    def _shown(self, seen: Sequence[str], id: str, *, unknown: bool = False) -> bool:
        """Whether a caller sees a conversation. `unknown`: the answer where it does not exist."""
        with self._database.connection() as connection:
            shown = visibility.shown(connection, id, seen)
        if shown != "unknown":
            return shown == "shown"
        # The inbox does not have it yet: it was opened just now, so that the log has little of it.
        for _ in range(_MOST_MERGES):
            state = self._executor.read(CONVERSATION, id).state
            if state is None:
                return unknown
            if state.merged_into is None:
                return state.team_id is None or state.team_id in seen
            id = state.merged_into
        return False


def named_conversations(command: Frozen) -> list[str]:
    """The conversations that a command names in a field of its own."""
    values = (getattr(command, name) for name in type(command).model_fields)
    return [each for each in values if isinstance(each, str) and kind_of(each) == CONVERSATION.kind]
