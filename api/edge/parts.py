"""What every route works with: the parts of the process, and the values of request headers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from anyio import CapacityLimiter, from_thread
from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge.access import Access, Calling
from api.edge.computing import while_wanted
from api.edge.conditional import digest
from api.edge.correlation import kept_instead_of
from api.edge.exporting import Exporting
from api.edge.metrics import Metrics
from api.edge.readiness import Readiness
from api.edge.replaying import Replaying, Then
from api.edge.visibility import Visibility, named_conversations
from api.live.streams import Streams
from commands import registry
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.registry import AskedCommand, Ports
from commands.service_level.facts import ClockFacts
from domain.company_words import CompanyWords
from domain.customer import CUSTOMER, WithdrawConsent
from domain.kernel.adjusted import Adjusted
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.kernel.time import WrittenInstant
from domain.kernel.values import Frozen
from domain.webhook import Webhook
from infra.postgres.database import Database
from infra.subscriptions.read_your_writes import ReadYourWrites
from infra.trail.looks import LookRecorder
from infra.views.reader import Reader
from infra.views.selection import Selection
from infra.views.view import AnyView
from projections.conversation.inbox import INBOX
from projections.open_work import OpenWorkInViews
from projections.signal.evidence import SignalEvidenceInViews

AT_LEAST_SECONDS = 2.0
"""How long a read waits, at most, for its position."""

LARGE_BODIES_AT_ONCE = 2
"""How many large bodies are parsed at the same time: more of them would only take the interpreter from one another, and
from the event loop."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one API process. `database` is the reader's, for reads of more than one statement. `large_bodies`,
    `computations`, `replays`: the turns of these. `words`: those that customers may name.
    `posted`: takes in what a webhook posts under an id, and answers the code of a dead letter. `text_model`: the file
    of the model that suggests themes, which need not be there."""

    executor: CommandExecutor
    database: Database
    access: Access
    visibility: Visibility
    reader: Reader
    positions: ReadYourWrites
    streams: Streams
    metrics: Metrics
    clock_facts: ClockFacts
    replay: Replaying
    looks: LookRecorder
    readiness: Readiness
    large_bodies: CapacityLimiter
    computations: CapacityLimiter
    replays: CapacityLimiter
    words: CompanyWords
    export: Exporting
    posted: Callable[[Webhook, str, bytes], str | None] | None = None
    text_model: FilePath | None = None


# Dependencies are coroutines although they wait for nothing: FastAPI runs any other in a thread of its own.


async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


TheParts = Annotated[Parts, Depends(_parts)]

ID = r"^[a-z]{1,19}-[A-Za-z0-9-]{1,80}$"
"""The pattern of ids: a kind and a drawn part, at most 100 characters."""

Id = Annotated[str, Path(pattern=ID)]
IdQuery = Annotated[str | None, Query(pattern=ID)]
Cursor = Annotated[str | None, Query(max_length=1000, description="Where to go on: the `cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at once, at most.")]

# -- commands


async def _context(
    request: Request,
    caller: Calling,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="Names this command for good: sent again with the same body, it is done once and answered as "
            "the first time; with another body it is refused.",
        ),
    ] = None,
) -> Context:
    # Envelopes are not sealed, outlive an erasure, and go to topics.
    kept = idempotency_key and kept_instead_of(request.app.state.parts.executor, idempotency_key)
    return Context(
        caller.actor,
        command_id=idempotency_key,
        kept_command_id=kept,
        correlation_id=request.state.correlation_id,
        traceparent=request.state.traceparent,
    )


TheContext = Annotated[Context, Depends(_context)]


async def _expected_version(
    caller: Calling,
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            pattern=r'^"[0-9]{1,15}(-[0-9a-f]{16})?"$',
            description="The ETag that the caller saw; refused where the conversation has changed since.",
        ),
    ] = None,
) -> int | None:
    if if_match is not None and caller.actor.kind == "customer":
        # No read gives customers a version, and to guess one would count what the company did and does not show.
        raise Refusal("input-invalid", "header: If-Match: customers have no ETag of a conversation; leave it out")
    return None if if_match is None else int(if_match.strip('"').partition("-")[0])


ExpectedVersion = Annotated[int | None, Depends(_expected_version)]


class Done(BaseModel):
    """What a command was about, and the position at which its effect shows: send it as `At-Least` to read the
    effect."""

    id: str
    position: int


class AdjustedField(BaseModel):
    """A field that is not recorded in full as it was sent, and what was done to it."""

    field: str
    how: Literal["cut", "normalised", "dropped"]


class Taken(Done):
    """As `Done`, for what a customer sent. `adjusted`: the fields that are not recorded in full as they were sent; what
    was cut off or dropped is kept with the event."""

    adjusted: list[AdjustedField]


class Replied(Done):
    """As `Done`, for a reply. `warnings`: what whoever wrote it should know; the reply leaves all the same.
    `contact-point-fails`: replies to the contact point to which it goes did not arrive."""

    warnings: list[Literal["contact-point-fails"]]


def taken(answer: Answer, adjusted: Iterable[Adjusted], status: int = 200) -> Response:
    """The answer of a command with what a customer sent."""
    return done(answer, status, adjusted=[{"field": each.field, "how": each.how} for each in adjusted])


def done(answer: Answer, status: int = 200, **more: Any) -> Response:
    """The answer of a command, with further fields."""
    body = to_json({"id": answer.id, "position": answer.position, **more})
    return Response(body, status, {"Position": str(answer.position)}, "application/json")


def ask(
    parts: Parts,
    command: Frozen,
    context: Context,
    target: str = "",
    *,
    expected_version: int | None = None,
    only_of: str | None = None,
) -> Answer:
    """Run a command by its handler in the command registry, in a route's thread. Raises Refusal `word-unknown`,
    `not-found` (a conversation that the caller does not see), or as the handler."""
    if context.actor.kind == "customer" and not _takes_back(parts, command):
        parts.words.check(command)
    if named_conversations(command):
        from_thread.run(parts.visibility.check_named, context.actor, command)
    asked = AskedCommand(command, context, target, expected_version, only_of)
    return registry.ask(Ports(parts.executor, _open_work(parts), _signal_evidence(parts)), asked)


def _takes_back(parts: Parts, command: Frozen) -> bool:
    """Whether the command withdraws a consent that was given, whatever its purpose was called then."""
    if not isinstance(command, WithdrawConsent):
        return False
    state = parts.executor.read(CUSTOMER, command.customer_id).state
    return state is not None and command.purpose in state.consents


def _open_work(parts: Parts) -> OpenWorkInViews:
    """Open work for use cases, which raise Refusal `position-not-reached`."""

    def reached(views: Collection[AnyView], position: int) -> None:
        from_thread.run(wait_for_views, parts, views, position)

    return OpenWorkInViews(parts.database, reached)


def _signal_evidence(parts: Parts) -> SignalEvidenceInViews:
    """Evidence of signals for use cases, which raise Refusal `position-not-reached`."""

    def reached(views: Collection[AnyView]) -> None:
        from_thread.run(wait_for_views, parts, views, parts.executor.log.position())

    return SignalEvidenceInViews(parts.database, parts.executor.zone, reached)


# -- reads


async def _then(
    request: Request,
    caller: Calling,
    as_of: Annotated[
        WrittenInstant | None, Query(description="As of this time, by what is known now; by default, as it stands.")
    ] = None,
    known_at: Annotated[
        WrittenInstant | None, Query(description="As known at this time: by what had been recorded until then.")
    ] = None,
) -> Then | None:
    if as_of is None and known_at is None:
        return None
    if caller.teams_seen is not None:
        # Whose a conversation was then says nothing of who may see it now.
        raise Refusal("forbidden", "what was is for those who see every team: leads, auditors and services")
    return Then(Instants(as_of, known_at), while_wanted(request))


TheThen = Annotated[Then | None, Depends(_then)]
"""The other time that a read is asked for; None: as everything stands now."""


async def _at_least(
    at_least: Annotated[
        int | None,
        Header(
            alias="At-Least",
            ge=0,
            le=2**63 - 1,
            description="The position that the answer has to hold; waited for a short while.",
        ),
    ] = None,
) -> int:
    return at_least or 0


AtLeast = Annotated[int, Depends(_at_least)]


async def wait_for_selections(
    parts: Parts, selections: Iterable[Selection[Any]], position: int, *, teams_seen: Sequence[str] | None = None
) -> None:
    """Wait until these selections have reached a position; narrowed by team, so has the view of whose a conversation
    is. Raises Refusal `position-not-reached`."""
    views = [selection.table.view for selection in selections]
    await wait_for_views(parts, views if teams_seen is None else [*views, INBOX], position)


async def wait_for_views(parts: Parts, views: Iterable[AnyView], position: int) -> None:
    """Wait until these views have reached a position. Raises Refusal `position-not-reached`."""
    names = {(view.name, view.version) for view in views}
    if position and not await parts.positions.reached(names, position, AT_LEAST_SECONDS):
        raise Refusal("position-not-reached", "what is read is not that far yet; ask again shortly")


def json_answer(body: bytes, position: int, *, version: int | None = None, tagged: bool = True) -> Response:
    """JSON from the database as an answer, with its position and an ETag: for one stream with its `version`, for
    If-Match; always with what the answer shows, for If-None-Match."""
    headers = {"Position": str(position)}
    if tagged:
        shown = digest(body)
        headers["ETag"] = f'W/"{shown}"' if version is None else f'"{version}-{shown}"'
    return Response(body, 200, headers, "application/json")
