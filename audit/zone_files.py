"""The files of time zones of this release, out of the pinned package, and the proofs that a checkpoint covers them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from audit import merkle
from audit.zones import SaidZones, zone_leaf

_DATABASE = files("tzdata")


def zone_file(name: str) -> bytes:
    """The file of a zone. Raises OSError."""
    return _DATABASE.joinpath("zoneinfo", *name.split("/")).read_bytes()


def said_zones(company: str) -> SaidZones:
    """What checkpoints say of time zones. `company`: the company's."""
    names, leaves = _tree()
    return SaidZones(company, len(names), _subtree(leaves))


def zone_proofs(names: Iterable[str]) -> Mapping[str, Any]:
    """By zone, the index of its file and the hashes of the inclusion proof, in base64."""
    known, leaves = _tree()

    def node(level: int, number: int) -> bytes:
        return _subtree(leaves[number << level : (number + 1) << level])

    return {
        name: {
            "index": known[name],
            "proof": [base64.b64encode(each).decode() for each in merkle.inclusion(node, known[name], len(leaves))],
        }
        for name in sorted(names)
    }


@cache
def _tree() -> tuple[Mapping[str, int], tuple[bytes, ...]]:
    """The zones in the order of their names, and the hashes of their files."""
    names = sorted((_DATABASE / "zones").read_text().split())
    return {name: number for number, name in enumerate(names)}, tuple(
        zone_leaf(each, zone_file(each)) for each in names
    )


def _subtree(leaves: Iterable[bytes]) -> bytes:
    growing = merkle.Growing()
    for each in leaves:
        growing.add(each)
    return growing.root()
