"""The standing of a conversation in the columns of a view's row, with a document for each member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, cast

from domain.conversation.events import Status
from domain.conversation.interaction import InteractionKind
from domain.conversation.standing import Standing
from domain.conversation.waiting import Share, Unanswered, waits_since
from domain.kernel.time import Instant
from domain.kernel.values import Fields, Frozen


class StandingColumns(Protocol):
    """Anything with these columns. `members` is empty without parts; else it holds documents of Members, the
    conversation itself first, and the columns before `members` sum up all of them. The later columns are the
    conversation's own."""

    @property
    def conversation_id(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def person_requested_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def messages_in(self) -> int: ...
    @property
    def messages_out(self) -> int: ...
    @property
    def interactions(self) -> tuple[str, ...]: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    # Any: JSON, as a view keeps it.
    def members(self) -> tuple[Mapping[str, Any], ...]: ...
    @property
    def taken_up_at(self) -> datetime | None: ...
    @property
    # Any: as above.
    def unanswered(self) -> tuple[Mapping[str, Any], ...]: ...
    @property
    def last_answer_at(self) -> datetime | None: ...
    @property
    def for_person(self) -> bool: ...
    @property
    def taken(self) -> bool: ...


class Member(Frozen):
    """The document of one conversation among those that are shown as one. `reopened`, `for_person`: as in `Share`."""

    conversation_id: str
    waiting_since: Instant | None
    person_requested_at: Instant | None
    messages_in: int
    messages_out: int
    interactions: tuple[str, ...]
    kinds: tuple[InteractionKind, ...]
    reopened: bool
    for_person: bool
    stands_at: Instant | None = None

    @classmethod
    def of(cls, share: Share) -> Member:
        """The document of a share."""
        return cls.model_validate({name: getattr(share, name) for name in cls.model_fields})

    def json_document(self) -> Fields:
        """The document as JSON; with the place of who waits only where that is not `waiting_since`."""
        same = self.stands_at == self.waiting_since
        return self.model_dump(mode="json", exclude={"stands_at"} if same else None)

    def share(self) -> Share:
        """The share of the document. A part needs no more: no message is split off from a part."""
        return Share(
            self.conversation_id,
            unanswered=waits_since(self.waiting_since, self.stands_at or self.waiting_since),
            **self.model_dump(exclude={"conversation_id", "waiting_since", "stands_at"}),
        )


class Itself(Member):
    """The document of the conversation itself, as if it had no parts."""

    status: Status
    answered_at: Instant | None
    closed_at: Instant | None


def standing(row: StandingColumns) -> Standing:
    """The standing that a row holds."""
    # With parts, the columns sum up all members, and the first document holds what is the conversation's own.
    itself = Itself.model_validate(row.members[0]) if row.members else row
    own = Share(
        row.conversation_id,
        status=itself.status,
        unanswered=tuple(map(_unanswered, row.unanswered)),
        last_answer_at=row.last_answer_at,
        person_requested_at=itself.person_requested_at,
        taken_up_at=row.taken_up_at,
        closed_at=itself.closed_at,
        messages_in=itself.messages_in,
        messages_out=itself.messages_out,
        interactions=itself.interactions,
        kinds=cast(tuple[InteractionKind, ...], itself.kinds),
        for_person=row.for_person,
        taken=row.taken,
    )
    return Standing(own, tuple(Member.model_validate(each).share() for each in row.members[1:]))


def fields_of(standing: Standing, before: Standing, row: StandingColumns) -> Fields:
    """The columns of a row for a standing; `row` is the one of the standing `before`."""
    own = standing.own
    # Most conversations have no parts.
    together = standing if standing.parts else own
    documents = (Itself.of(own), *map(Member.of, standing.parts)) if standing.parts else ()
    # Mostly one is added to those that the row has.
    kept = len(row.unanswered) if own.unanswered[: len(row.unanswered)] == before.own.unanswered else 0
    return {
        "status": together.status,
        "waiting_since": together.waiting_since,
        "stands_at": together.stands_at,
        "person_requested_at": together.person_requested_at,
        "answered_at": together.answered_at,
        "closed_at": together.closed_at,
        "messages_in": together.messages_in,
        "messages_out": together.messages_out,
        "interactions": together.interactions,
        "kinds": together.kinds,
        "members": tuple(each.json_document() for each in documents),
        "taken_up_at": own.taken_up_at,
        "unanswered": (*row.unanswered[:kept], *map(_document, own.unanswered[kept:])),
        "last_answer_at": own.last_answer_at,
        "for_person": own.for_person,
        "taken": own.taken,
    }


def _document(each: Unanswered) -> Mapping[str, Any]:  # Any: JSON, as above
    stands_at = {"stands_at": each.stands_at.isoformat()} if each.stands_at else {}
    known = {"at": each.at.isoformat(), "message_id": each.message_id, "waits": each.waits, "elsewhere": each.elsewhere}
    return known | stands_at


def _unanswered(document: Mapping[str, Any]) -> Unanswered:  # Any: JSON, as above
    at, stands_at = datetime.fromisoformat(document["at"]), document.get("stands_at")
    known = document["message_id"], document["waits"], document["elsewhere"]
    return Unanswered(at, *known, datetime.fromisoformat(stands_at) if stands_at else None)
