"""The files of time zones by which clocks count, as leaves of a tree, whose root checkpoints say.

Imports the standard library only: a bundle for auditors carries this very file.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit import merkle
from audit.note import Checkpoint


@dataclass(frozen=True, slots=True)
class SaidZones:
    """What a checkpoint says of time zones: the company's, and the root hash over so many files."""

    company: str
    files: int
    root: bytes

    def lines(self) -> tuple[str, ...]:
        """The further lines of a checkpoint."""
        return f"zone {self.company}", f"zones {self.files} {base64.b64encode(self.root).decode()}"

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> SaidZones | None:
        """What a checkpoint says; None of one that says nothing of zones. Raises ValueError."""
        said = {line.partition(" ")[0]: line.split(" ")[1:] for line in checkpoint.more}
        if "zone" not in said or "zones" not in said:
            return None
        (company,), (count, root) = said["zone"], said["zones"]
        return cls(company, int(count), base64.b64decode(root, validate=True))


def zone_leaf(name: str, file: bytes) -> bytes:
    """The hash of the leaf of a zone's file."""
    return merkle.leaf_hash(len(name.encode()).to_bytes(4, "big") + name.encode() + file)


def wrong_zones(said: SaidZones, company: str, zones: Mapping[str, bytes], proofs: Mapping[str, Any]) -> str | None:
    """The first zone that a checkpoint does not cover, in words; None if all are covered. `proofs`: by zone, the index
    of its file and the hashes of the inclusion proof, in base64."""
    if company != said.company:
        return f"the time zones: the company's is {said.company} in the checkpoint, and {company} in the bundle"
    for name in sorted(zones):
        try:
            index, proof = proofs[name]["index"], _hashes(proofs[name]["proof"])
            if type(index) is not int:
                raise ValueError("an index is a number")
        except (KeyError, TypeError, ValueError) as error:
            return f"the time zones: the proof of {name} cannot be read ({type(error).__name__})"
        if not merkle.is_included(zone_leaf(name, zones[name]), index, said.files, proof, said.root):
            return f"the time zones: the file of {name} is not the one that the checkpoint covers"
    return None


def _hashes(packed: Sequence[str]) -> list[bytes]:
    return [base64.b64decode(each, validate=True) for each in packed]
