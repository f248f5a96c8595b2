"""A bundle for auditors is put together: the events about something, with their proofs, as a zip file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from importlib.resources import files

from audit import merkle
from audit.bundle import Bundle, EarlierCheckpoint, ProvedEvent, packed
from audit.leaf import StoredRow, encoded
from audit.note import Checkpoint, NoteInvalid, PublicKey, opened
from audit.report import html
from audit.stated import stated_verdicts, zone_files
from audit.tree import TREE, StoredTree
from audit.zone_files import zone_proofs
from domain.kernel.event import Event, Recorded
from infra.keys.sealing import replace_personal
from infra.postgres.database import Connection
from infra.proof.places import CheckpointPlace
from infra.proof.rows import columns_at
from infra.proof.tiles import Tiles

MODULES = (
    "__init__", "bundle", "leaf", "merkle", "note", "report", "zones",
    *(f"second_reading/{each}" for each in (
        "__init__", "checking", "clocks", "conversation", "hours", "replay", "rules", "shown", "signals", "stored",
        "targets", "verdicts",
    )),
)  # fmt: skip
"""What `verify.py` imports, and a bundle carries."""


def bundle_of(
    about: str,
    recorded_events: Iterable[Recorded[Event]],
    connection: Connection,
    places: Sequence[CheckpointPlace],
    public: Sequence[PublicKey],
    zone: str,
) -> Bundle:
    """The bundle of these events, as the last checkpoint covers them; later ones are left out. `connection`: the
    auditor's; `zone`: the company's. Raises LookupError where there is no checkpoint, OSError, Overloaded."""
    note = places[0].last()
    if note is None:
        raise LookupError("there is no checkpoint yet")
    checkpoint = opened(note, public)
    by_position = {each.position: each for each in recorded_events if each.position <= checkpoint.position}
    indexes = Tiles(connection, TREE).indexes(list(by_position))
    tree = StoredTree(connection)
    proved = []
    for columns in columns_at(connection, list(by_position)):
        row = StoredRow(*columns)
        index = indexes[row.position]
        proof = merkle.inclusion(tree, index, checkpoint.size)
        leaf, *_ = packed([encoded(row)])
        proved.append(ProvedEvent(index, leaf, packed(proof), _texts(by_position[row.position])))
    ends = {proved[at].index for at in (0, -1)} if proved else set[int]()
    earlier = [
        EarlierCheckpoint(text, packed(merkle.consistency(tree, former.size, checkpoint.size)))
        for text, former in _earlier(places[0], public, ends)
        if former.size < checkpoint.size
    ]
    zones = zone_files(by_position.values(), zone)
    as_of = max([checkpoint.at, *(each.recorded_at for each in by_position.values())])
    return Bundle(
        about,
        [str(each) for each in public],
        note,
        earlier,
        proved,
        stated_verdicts(by_position.values(), as_of, zone),
        as_of.isoformat(),
        zone,
        zones,
        dict(zone_proofs(zones)),
    )


def zipped(bundle: Bundle) -> bytes:
    """The bundle as a zip file, with the report and with the program that checks it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bundle.json", json.dumps(bundle.as_json(), ensure_ascii=False, indent=1))
        file.writestr("report.html", html(bundle))
        source = files("audit")
        file.writestr("verify.py", (source / "verify.py").read_text())
        for each in MODULES:
            file.writestr(f"audit/{each}.py", (source / f"{each}.py").read_text())
    return out.getvalue()


def _texts(recorded: Recorded[Event]) -> dict[str, str]:
    """The personal texts of an event, by field, and the reason given for it, which is sealed as they are."""
    event, reason = recorded.event, recorded.envelope.reason
    found: dict[str, str] = {} if reason is None else {"reason": reason}

    def collect(text: str, subject: str, field: str) -> str:
        found[field] = text
        return text

    replace_personal(type(event), event.model_dump(mode="json"), collect)
    return found


def _earlier(
    place: CheckpointPlace, public: Sequence[PublicKey], indexes: set[int]
) -> Iterable[tuple[str, Checkpoint]]:
    """The first checkpoint that covers each of these leaves: by then, at the latest, the event was recorded."""
    wanted = sorted(indexes)
    for kept in place.notes():
        if not wanted:
            return
        try:
            checkpoint = opened(kept.text or "", public)
        except NoteInvalid:
            continue
        if checkpoint.size > wanted[0]:
            yield kept.text or "", checkpoint
            wanted = [each for each in wanted if each >= checkpoint.size]
