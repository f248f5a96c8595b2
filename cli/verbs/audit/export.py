"""`antiphon audit export`: a bundle with which an auditor checks events without the installation."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from audit.export import bundle_of, zipped
from audit.replay import Replay
from cli.display.terminal import safe
from cli.verbs.customer.holds import told_if_it_waits
from cli.wiring.actors import As, actor
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.proof import checkpoints_of, keys_of, places_of, tree_grown
from cli.wiring.views import caught_up
from commands.confirmation import AskedExport, export_waits, take_export
from commands.executor.context import Context
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.service_level.signal_verdicts import stream_of
from domain.signal.events import SignalMerged, SignalPartJoined, SignalPartLeft
from domain.signal.state import SIGNAL
from domain.stranger import STRANGER
from infra.file_to_write import file_there
from infra.postgres.database import Database
from infra.trail import one_look
from infra.trail.exports import BUNDLE, exported


def export(
    out: Annotated[Path, typer.Option(help="The zip file to be written.")],
    conversation: Annotated[str | None, typer.Option(metavar="conversation-…", help="What is about it.")] = None,
    customer: Annotated[str | None, typer.Option(metavar="customer-…", help="What is about the customer.")] = None,
    clock: Annotated[
        str | None,
        typer.Option(
            metavar="clocks-…|signalclocks-…", help="What the clocks of a conversation, or of a signal, depend on."
        ),
    ] = None,
    signal: Annotated[str | None, typer.Option(metavar="signal-…", help="What the signal's clocks depend on.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; for who has to confirm it. No personal text.")] = None,
    confirmed: Annotated[
        str | None, typer.Option(metavar="confirmation-…", help="Another person confirmed it, under four eyes.")
    ] = None,
    as_: As = None,
) -> None:
    """Write the events about something, with proofs, policies, calendars, a report and a program that checks all of it.
    The trail has who did it. Where the policy wants a second person for exports, it waits for one first."""
    of_signal = clock is not None and kind_of(clock) == "signalclocks"
    kinds = {
        "conversation": conversation,
        "customer": customer,
        "signalclocks" if of_signal else "clocks": clock,
        SIGNAL.kind: signal,
    }
    given = [(kind, id) for kind, id in kinds.items() if id is not None]
    if len(given) != 1:
        raise Refusal("input-invalid", "name one of --conversation, --customer, --clock and --signal")
    ((kind, id),) = given
    if kind_of(id) != kind:
        raise NotFound(id)
    whose = {"clocks": CONVERSATION.kind, "signalclocks": SIGNAL.kind}.get(kind, kind)
    about = f"{whose}-{id.partition('-')[2]}"
    _check_place(out, force=force)
    with antiphon() as parts, caught_up(parts) as reader, parts.database("auditor") as auditor:
        found = {recorded.position: recorded for each in _streams(parts, reader, about).values() for recorded in each}
        if not any(recorded.originator_id == about for recorded in found.values()):
            raise NotFound(id)
        by = actor(parts.executor, as_)
        context = Context(by, reason=reason)
        # A bundle holds what the customer said, and is under four eyes as an export of it is; one of a signal does not.
        command = AskedExport(_whose(parts, about), confirmed) if kind_of(about) != SIGNAL.kind else None
        if command and (waits := export_waits(parts.executor, command, context)):
            told_if_it_waits(waits)
            print(f"then write it with: --confirmed {waits.id}")
            return
        found |= {recorded.position: recorded for recorded in parts.log.policy_events()}
        keys, places = keys_of(parts), places_of(parts)
        # Before anything is written: the file holds what people said, and no erasure reaches it.
        people = [each for recorded in found.values() for each in _people(recorded)]
        if people:
            one_look.record(parts.log.database, exported(by, BUNDLE, id, people))
        if command:
            take_export(parts.executor, command, context)
        with tree_grown(parts) as projector:
            checkpoints_of(parts, projector).make()
        with auditor.connection() as connection:
            zone = parts.settings.company.zone
            bundle = bundle_of(id, found.values(), connection, places, keys.public(), zone)
    _write(out, zipped(bundle))
    print(f"{safe(str(out))}: {len(bundle.events)} events; unpack it, and check it with: python verify.py KEY")


def _streams(parts: Antiphon, reader: Database, about: str) -> Mapping[str, Sequence[Recorded[Event]]]:
    """The streams that are about it; of a signal those on which its clocks rest, with all it was ever merged with."""
    if kind_of(about) != SIGNAL.kind:
        return Replay(parts.log, reader).streams(about)
    found: dict[str, Sequence[Recorded[Event]]] = {}
    more = {about}
    while more:
        found |= parts.log.streams(more)
        more = {each for id in more for recorded in found[id] for each in _merged(recorded.event)} - found.keys()
    return found | parts.log.streams([stream_of(id) for id in found])


def _merged(event: Event) -> Iterator[str]:
    """The signals with which a merge, or its undoing, ties this one."""
    match event:
        case SignalMerged():
            yield event.into
        case SignalPartJoined() | SignalPartLeft():
            yield from event.parts


def _whose(parts: Antiphon, about: str) -> str:
    """The customer whom a bundle is about: the conversation's, or themselves."""
    if kind_of(about) == CUSTOMER.kind:
        return about
    return parts.executor.read(CONVERSATION, about).existing(CONVERSATION.kind).state.customer_id


def _people(recorded: Recorded[Event]) -> Iterator[str]:
    """Customers and strangers of whom an event tells."""
    named = (
        recorded.originator_id,
        *(getattr(recorded.event, name, None) for name in ("customer_id", "participant_id")),
    )
    yield from (each for each in named if each and kind_of(each) in (CUSTOMER.kind, STRANGER.kind))


def _check_place(file: Path, *, force: bool) -> None:
    try:
        if file_there(file) and not force:
            raise Refusal("file-exists", f"{file} is there already; name another, or overwrite it with --force")
    except OSError as error:
        raise _not_writable(error) from error


def _write(file: Path, content: bytes) -> None:
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        file_there(unfinished)
        unfinished.unlink(missing_ok=True)
        # Readable by its owner only: it holds what people said.
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(content)
        file_there(file)
        unfinished.rename(file)
    except OSError as error:
        raise _not_writable(error) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _not_writable(error: OSError) -> Refusal:
    return Refusal("file-not-writable", f"{error}; name a file in a folder you may write to")
