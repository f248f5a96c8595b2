"""A row's JSON is the same whether it is kept beside the row or made as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar

from psycopg import sql

from domain.conversation.events import Opened
from domain.kernel.event import Recorded
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.views.columns import Document
from infra.views.schema import prepare_views
from infra.views.tables import Table
from infra.views.versions import drop
from infra.views.view import WIPED, Target, View


@dataclass(frozen=True, slots=True)
class Thing:
    """A column of each kind."""

    id: str
    said: Annotated[str | None, WIPED]
    number: int | None
    amount: Decimal | None
    day: date | None
    at: datetime | None
    words: tuple[str, ...]
    documents: tuple[Document, ...]
    so: bool = False


class Kept(View[Thing, Opened]):
    """Things that keep their JSON."""

    name = "kept"
    row = Thing
    key = ("id",)
    document: ClassVar[Mapping[str, str] | None] = MappingProxyType({})

    def keys(self, recorded: Recorded[Opened]) -> Iterable[Target]:
        """None."""
        return ()

    def fold(self, row: Thing | None, recorded: Recorded[Opened]) -> Thing | None:
        """Nothing."""
        return row


class Made(Kept):
    """The same of things that do not."""

    document = None


NOTHING = Thing("nothing", None, None, None, None, None, (), ())
FULL = Thing(
    "full", 'a "word"\n\\ \u202e €', 2**60, Decimal("10.50"), date(2026, 3, 29),
    datetime(2026, 3, 29, 1, 30, 0, 120, UTC), ("a", 'b"'), ({"name": "ü", "size": 1},), True,
)  # fmt: skip


def test_the_kept_json_is_what_any_session_makes_and_goes_with_the_table(database_urls: Urls) -> None:
    # Given
    prepare_views(database_urls.database_url, [Kept()])
    table = Table(Kept())
    with connect(database_urls.database_url, "owner") as owner:
        # When rows come in by either way, from sessions elsewhere in the world, and change
        owner.execute("SET timezone = 'Australia/Lord_Howe'; SET datestyle = 'German'")
        table.copy(owner, [(NOTHING, 1), (FULL, 2)])
        table.upsert(owner, [(("changed",), replace(FULL, id="changed"), 3)])
        table.upsert(owner, [(("changed",), replace(FULL, id="changed", said="[erased]", documents=()), 4)])
        # Then
        owner.execute("SET timezone = 'UTC'; RESET datestyle")
        made = sql.SQL("SELECT t.document::text, {}::text FROM {} AS t").format(Table(Made()).as_json({}), table.name)
        both = owner.execute(made).fetchall()
        assert len(both) == 3
        assert all(kept == made for kept, made in both)
        assert any("[erased]" in kept for kept, _ in both)
        # And
        drop(owner, "kept", 1)
        assert owner.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'kept%%'").fetchone() == (0,)
