"""Names to print for ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cli.display.terminal import one_line
from infra.postgres.database import Connection
from projections import staff as staffing
from projections import stranger as strangers
from projections.conversation.history import HistoryLine
from projections.conversation.inbox import Item
from projections.customer import timeline


def of_staff(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """By id, the name of each staff member on one line; of the operator and of services, the id itself."""
    asked = set(ids)
    found = staffing.by_id(connection, asked)
    return {id: one_line(found[id].name if id in found else id) for id in asked}


def staff_handles(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """By id, the handle of each staff member on one line; of the operator and of services, the id itself."""
    asked = set(ids)
    found = staffing.by_id(connection, asked)
    return {id: one_line((found[id].handle if id in found else None) or id) for id in asked}


class Names:
    """The names of the people in one conversation, of staff and of teams."""

    def __init__(self, people: Mapping[str, str], staff: Mapping[str, staffing.Entry], customer_id: str) -> None:
        self._people = people
        self._staff = staff
        self._customer_id = customer_id

    @classmethod
    def behind(cls, connection: Connection, customer_id: str, lines: Sequence[HistoryLine], item: Item) -> Names:
        """The names that appear in a conversation."""
        ids = {id for line in lines for text in (line.author_id, line.old, line.new) if text for id in text.split()}
        ids |= {id for id in (item.team_id, item.agent_id) if id}
        participants = {line.participant_id for line in lines if line.participant_id}
        # A part may be another customer's, merged with this one.
        customers = {customer_id, *(line.customer_id for line in lines)}
        people = timeline.names(connection, customers | participants) | strangers.names(connection, participants)
        return cls(people, staffing.by_id(connection, ids), customer_id)

    def of(self, id: str) -> str:
        """A name, on one line; an unknown id stays an id."""
        if member := self._staff.get(id):
            return one_line(member.name)
        return one_line(self._people.get(id, "(no name)" if id == self._customer_id else id))

    def each(self, value: str | None) -> str:
        """The text of an old or new value: a word, or the names of a team and a staff member."""
        return " / ".join(self.of(part) for part in value.split()).replace("_", " ") if value else "nobody"
