"""What a live stream shows: selections with their parameters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.views.selection import Selection


@dataclass(frozen=True, slots=True)
class Resource:
    """Selections that are shown together, with their parameters. `witness` has rows where something of that id
    exists."""

    selections: Sequence[Selection[Any]]
    given: Mapping[str, Sequence[str] | str | bool | None]
    witness: Selection[Any] | None = None

    @property
    def mark(self) -> str:
        """The resource's identity: what a client holds of one resource says nothing about another."""
        text = json.dumps([[each.name for each in self.selections], sorted(self.given.items())])
        return hashlib.sha256(text.encode()).hexdigest()[:16]
