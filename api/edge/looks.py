"""What a colleague or a service is shown of people is recorded before the answer leaves (`infra/trail/looks.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from anyio import to_thread
from fastapi import Request, Response

from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import Overloaded, Refusal
from infra.log.mapper import UnreadableEvent
from infra.trail.looks import Look, LookRecorder

_SUBJECTS = re.compile(rb'id": ?"((?:customer|stranger)-[A-Za-z0-9-]{1,90})"')
"""The members that name people: `id`, `customer_id`, `author_id`, … To find them by a list of names would take three
times as long, on each page."""

LIVE = "text/event-stream"
"""The media type of live streams."""

MOST_KEPT = 10_000
"""How many people a stream remembers to have shown."""

_PEOPLE = ("customer-", "stranger-")

_OWNED = frozenset({"conversation", "order", "promise"})
"""The kinds of what is a customer's."""

_OF_PEOPLE = _OWNED | {"customer", "stranger"}
"""The kinds of ids of what is somebody's."""


PURPOSE = "look-purpose"
"""The header in which a reader names the purpose of a look."""
PURPOSE_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}$"
_is_purpose = re.compile(PURPOSE_PATTERN).fullmatch


def purpose_of(request: Request) -> str | None:
    """For which purpose the caller looks, where one is given. Raises Refusal `input-invalid`."""
    purpose = request.headers.get(PURPOSE)
    if purpose is not None and not _is_purpose(purpose):
        # Not a sentence: looks hold no words about people, and so outlive an erasure.
        raise Refusal("input-invalid", "header: Look-Purpose: one word of a-z, 0-9 and -, at most 40 characters")
    return purpose


def subjects(shown: bytes) -> set[str]:
    """The people whose data a JSON document shows, as far as it names them."""
    return {id.decode() for id in _SUBJECTS.findall(shown)}


def shows(request: Request, *people: str | None) -> None:
    """Say whose data the answer shows, where the answer itself does not name them: a file, or some words."""
    request.state.shown = {id for id in people if id and id.startswith(_PEOPLE)}


async def record(request: Request, response: Response) -> None:
    """Record that the caller is shown this answer, if it has data of people. Customers see their own; a live stream
    records what it shows as it goes on. Raises Overloaded."""
    if request.method != "GET" or response.status_code >= 400 or request.state.caller.actor.kind == "customer":
        return
    if response.media_type == LIVE:
        return
    body = getattr(response, "body", None)
    people: set[str] = getattr(request.state, "shown", set())
    people = people | (subjects(body) if isinstance(body, bytes) else set())
    about = request.path_params.get("id", "")
    if not people and kind_of(about) in _OWNED:
        # Else neither the customer's trail nor the customer would tell of this look.
        people = await to_thread.run_sync(_owners, request, about)
    if people or kind_of(about) in _OF_PEOPLE:
        await recorder_of(request).record(look(request, people))


def _owners(request: Request, id: str) -> set[str]:
    """The customer whose conversation, order or promise this is; nobody where the log cannot be read, while views can.
    Raises Overloaded."""
    owner: str | None = None
    with suppress(UnreadableEvent):
        owner = getattr(request.app.state.parts.executor.read(id).state, "customer_id", None)
    return {owner} if owner else set()


class ShownLive:
    """What one live stream shows of people, from its beginning to its end."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._stream = new_id("stream")
        self._shown: set[str] = set()
        self._looked = False

    async def record(self, event: bytes) -> None:
        """Record the people in this event whom the stream did not show yet. Raises Overloaded."""
        if self._request.state.caller.actor.kind == "customer":
            return
        if people := subjects(event) - self._shown:
            await recorder_of(self._request).record(look(self._request, people, self._stream))
            self._looked = True
            # Whoever is forgotten here is recorded once more.
            self._shown = people if len(self._shown) > MOST_KEPT else self._shown | people

    def end(self) -> None:
        """Record that the stream has ended, as soon as may be."""
        if self._looked:
            with suppress(Overloaded):
                recorder_of(self._request).begin(look(self._request, (), self._stream, ended=True))


def look(request: Request, people: Iterable[str], stream: str | None = None, *, ended: bool = False) -> Look:
    """A look by the caller of this request at data of these people."""
    actor = request.state.caller.actor
    about = request.path_params.get("id")
    everybody = {*people, *([about] if about and about.startswith(_PEOPLE) else [])}
    return Look(
        actor_id=actor.id,
        actor_kind=actor.kind,
        roles=tuple(actor.roles),
        team=actor.team,
        route=request.scope["route"].path,
        about=about,
        subjects=tuple(sorted(everybody)),
        stream=stream,
        ended=ended,
        correlation_id=request.state.correlation_id,
        purpose=purpose_of(request),
    )


def recorder_of(request: Request) -> LookRecorder:
    """The recorder of this process."""
    recorder: LookRecorder = request.app.state.parts.looks
    return recorder
