"""A view's table is made once: a row that changed is another version of the view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from domain.conversation.events import PolicySet
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Refusal
from infra.views.schema import prepare_views
from infra.views.view import AnyView, Target
from tests.support.databases import Databases


@dataclass(frozen=True, slots=True)
class Lamp:
    """A row."""

    id: str
    lit: int


@dataclass(frozen=True, slots=True)
class ColouredLamp:
    """The same with one column more."""

    id: str
    lit: int
    colour: str


class Lamps(AnyView):
    """A view of these."""

    name = "lamps"
    row: Any = Lamp
    key = ("id",)
    reads = frozenset({PolicySet})

    def keys(self, recorded: Recorded[Event]) -> Iterable[Target]:
        yield (recorded.originator_id,)

    def fold(self, row: Any, recorded: Recorded[Event]) -> Any:
        return row


class ColouredLamps(Lamps):
    """Changed, and of the same version."""

    row = ColouredLamp


class NewLamps(ColouredLamps):
    """Changed, and of another version."""

    version = Lamps.version + 1


def test_a_changed_row_without_a_new_version_is_refused(databases: Databases) -> None:
    with databases.fresh() as urls:
        # Given
        assert prepare_views(urls.database_url, [Lamps()]) == [f"lamps_v{Lamps.version}"]
        assert prepare_views(urls.database_url, [Lamps()]) == []
        # When
        with pytest.raises(Refusal) as refused:
            prepare_views(urls.database_url, [ColouredLamps()])
        # Then
        assert refused.value.code == "view-changed"
        assert prepare_views(urls.database_url, [NewLamps()]) == [f"lamps_v{NewLamps.version}"]
