"""A bundle for auditors, as JSON: events with their proofs, the checkpoint that covers them, and earlier ones.

Whoever has a bundle needs nothing else to check it: `wrong` asks no database, and derives each verdict of a clock
again. Imports the standard library and `cryptography` only: a bundle carries this very file.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from audit import merkle
from audit.leaf import StoredRow, decoded
from audit.note import Checkpoint, NoteInvalid, PublicKey, opened
from audit.second_reading.checking import Stated, wrong_verdict, zones_needed
from audit.zones import SaidZones, wrong_zones

FORMAT = 3


@dataclass(frozen=True, slots=True)
class ProvedEvent:
    """An event with its proof. `texts`: its personal texts by field, which are sealed in the leaf; nothing proves
    them."""

    index: int
    leaf: str
    proof: list[str]
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class EarlierCheckpoint:
    """A checkpoint, and the proof that the bundle's checkpoint extends it."""

    note: str
    proof: list[str]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds. `about`: whom or what it is about; `keys`: the public keys of the installation, to be
    compared with a copy of one's own. `verdicts`: of all clocks of its conversations, as of `as_of`; `zone`: the
    company's; `zones`: files of the IANA database, by the names of the zones, and `zone_proofs` that the checkpoint
    covers them."""

    about: str
    keys: list[str]
    checkpoint: str
    earlier: list[EarlierCheckpoint]
    events: list[ProvedEvent]
    verdicts: list[Stated]
    as_of: str
    zone: str
    zones: dict[str, str]
    zone_proofs: dict[str, Any]
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        """The bundle as JSON."""
        return asdict(self)

    @classmethod
    def of(cls, document: Any) -> Self:
        """Read a bundle. Raises ValueError."""
        try:
            if document["format"] != FORMAT:
                raise ValueError("the bundle is of another format than this program")
            given = dict(document)
            given["earlier"] = [EarlierCheckpoint(**each) for each in document["earlier"]]
            given["events"] = [ProvedEvent(**each) for each in document["events"]]
            bundle = cls(**given)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is not a bundle") from error
        bundle._check_types()
        return bundle

    def _check_types(self) -> None:
        """Check what JSON does not: a bundle may be written by anybody. Raises ValueError."""
        texts = [self.about, self.checkpoint, self.as_of, self.zone]
        texts += [*(each.note for each in self.earlier), *(each.leaf for each in self.events)]
        lists = [self.keys, *(each.proof for each in self.earlier), *(each.proof for each in self.events)]
        if not all(isinstance(each, list) for each in (self.verdicts, *lists)):
            raise ValueError("this is not a bundle: a list is expected")
        if not all(isinstance(each.texts, dict) for each in self.events):
            raise ValueError("this is not a bundle: texts stand by field")
        if not all(isinstance(each, dict) for each in (self.zones, self.zone_proofs)):
            raise ValueError("this is not a bundle: zones stand by name")
        if not all(isinstance(each, dict) for each in self.verdicts):
            raise ValueError("this is not a bundle: a verdict stands by field")
        texts += [text for each in self.zones.items() for text in each]
        texts += [text for each in lists for text in each]
        texts += [text for each in self.events for text in each.texts.values()]
        if not all(isinstance(each, str) for each in texts):
            raise ValueError("this is not a bundle: a text is expected")
        if not all(type(each.index) is int for each in self.events):
            raise ValueError("this is not a bundle: an index is a number")

    def rows(self) -> Iterator[StoredRow]:
        """The stored rows of the events. Raises ValueError."""
        return (decoded(unpacked(each.leaf)) for each in self.events)


def packed(hashes: Sequence[bytes]) -> list[str]:
    """Bytes as they stand in a bundle."""
    return [base64.b64encode(each).decode() for each in hashes]


def unpacked(text: str) -> bytes:
    """Bytes out of a bundle. Raises ValueError."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError) as error:
        raise ValueError("base64 is expected") from error


def wrong(bundle: Bundle, keys: Sequence[PublicKey]) -> str | None:
    """The first thing that is wrong with a bundle, in words; None if all that it holds is proved. `keys`: those that
    count."""
    try:
        checkpoint = opened(bundle.checkpoint, keys)
    except NoteInvalid as error:
        return f"the checkpoint: {error}"
    for number, earlier in enumerate(bundle.earlier, 1):
        if why := _not_extended(earlier, checkpoint, keys):
            return f"the earlier checkpoint {number}: {why}"
    last = -1
    versions: dict[str, int] = {}
    for each in bundle.events:
        try:
            leaf = unpacked(each.leaf)
            row, proof = decoded(leaf), [unpacked(hash) for hash in each.proof]
        except ValueError as error:
            return f"the event with the index {each.index}: {error}"
        where = f"position {row.position} ({row.stream} version {row.version})"
        if not merkle.is_included(merkle.leaf_hash(leaf), each.index, checkpoint.size, proof, checkpoint.root):
            return f"{where}: the event is not the one that the checkpoint covers"
        if each.index <= last:
            return f"{where}: the event is twice in the bundle, or out of order"
        if row.version != versions.get(row.stream, 0) + 1:
            return f"{where}: an event of this stream before it is missing"
        last, versions[row.stream] = each.index, row.version
    return _wrong_verdict(bundle, checkpoint)


def _wrong_verdict(bundle: Bundle, checkpoint: Checkpoint) -> str | None:
    rows = list(bundle.rows())
    try:
        zones = {name: unpacked(file) for name, file in bundle.zones.items()}
        missing = zones_needed(rows, bundle.zone) - zones.keys()
        said = SaidZones.of(checkpoint)
    except ValueError as error:
        return f"the time zones: {error}"
    if missing:
        return f"the time zones: the file of {min(missing)} is missing"
    if said is not None and (why := wrong_zones(said, bundle.zone, zones, bundle.zone_proofs)):
        return why
    return wrong_verdict(bundle.verdicts, rows, bundle.as_of, bundle.zone, zones)


def _not_extended(earlier: EarlierCheckpoint, checkpoint: Checkpoint, keys: Sequence[PublicKey]) -> str | None:
    try:
        former = opened(earlier.note, keys)
        proof = [unpacked(each) for each in earlier.proof]
    except ValueError as error:
        return str(error)
    if not merkle.is_consistent(former.size, former.root, checkpoint.size, checkpoint.root, proof):
        return "the checkpoint does not extend it"
    return None
