"""What the rows of views amount to, replayed from zero, goes into checkpoints; and is compared with another replay."""

from __future__ import annotations

from collections.abc import Iterable

from audit.note import Checkpoint
from infra.proof.view_hashes import ViewHash
from infra.views.rebuild import Rebuild
from infra.views.view import AnyView


def hash_of(view: AnyView, work: Rebuild, upto: int | None = None) -> ViewHash:
    """What the rows of a view amount to in a replay without texts, up to a position. `work`: such a rebuild of the
    view. Raises as `Rebuild.hashed`."""
    found = work.hashed(upto=upto)
    return ViewHash(view.name, view.version, found.position, found.sha256)


def last_said(checkpoints: Iterable[Checkpoint]) -> dict[str, ViewHash]:
    """By view, what the checkpoints said of it last."""
    said: dict[str, ViewHash] = {}
    for checkpoint in checkpoints:
        for found in filter(None, map(ViewHash.parse, checkpoint.more)):
            said[found.name] = found
    return said
