"""Blue/green versions of a view: one is built while another is read, then goes live; the former one is retired."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql

from infra.postgres.database import Connection, connect
from infra.views import row_json
from infra.views.view import AnyView

_LOGGER = structlog.get_logger("followers")

# Never behind a version that is read, so that nobody sees an older state after a newer one. A person decides about
# events that the new version has quarantined and the other has taken in.
_GO_LIVE = """
UPDATE antiphon.views AS new SET generation = 1 + (SELECT max(generation) FROM antiphon.views WHERE name = new.name)
WHERE (name, version) = (%(name)s, %(version)s) AND generation = 0
  AND (SELECT min(position) FROM antiphon.followers AS f WHERE (f.name, f.version) = (new.name, new.version))
    >= greatest(%(end)s, (
     SELECT max(f.position) FROM antiphon.followers AS f JOIN antiphon.views AS v USING (name, version)
     WHERE v.name = new.name AND v.generation > 0))
  AND (%(anyway)s OR NOT EXISTS (
    SELECT FROM antiphon.parked AS p
    WHERE (p.follower, p.version) = (new.name, new.version) AND EXISTS (
      SELECT FROM antiphon.views AS v WHERE v.name = new.name AND v.generation > 0 AND NOT EXISTS (
        SELECT FROM antiphon.parked AS o WHERE (o.follower, o.version, o.position) = (v.name, v.version, p.position)))))
RETURNING generation
"""


@dataclass(frozen=True, slots=True)
class ViewVersion:
    """One version of a view. `generation` 0: it is being built. `parked`: how many events are quarantined."""

    version: int
    generation: int
    position: int
    quarantined: int
    led: bool


def versions(connection: Connection, name: str) -> list[ViewVersion]:
    """All versions of a view in this database, in order."""
    rows = connection.execute(
        "SELECT version, generation, min(position), "
        "(SELECT count(DISTINCT p.position) FROM antiphon.parked AS p "
        "WHERE (p.follower, p.version) = (v.name, v.version)), "
        "coalesce(bool_or(lease_until > clock_timestamp()), false) "
        "FROM antiphon.views AS v JOIN antiphon.followers USING (name, version) "
        "WHERE name = %s GROUP BY name, version, generation ORDER BY version",
        (name,),
    )
    return [ViewVersion(*row) for row in rows]


def live(connection: Connection) -> set[tuple[str, int]]:
    """All views that may be read, by name and version."""
    rows = connection.execute("SELECT name, version FROM antiphon.views WHERE generation > 0")
    return {(name, version) for name, version in rows}


def is_live(connection: Connection, name: str, version: int) -> bool:
    """Whether this version may be read."""
    row = connection.execute(
        "SELECT generation > 0 FROM antiphon.views WHERE (name, version) = (%s, %s)", (name, version)
    ).fetchone()
    return row == (True,)


def position_in_sql(view: AnyView) -> sql.Composed:
    """The position that the view's rows have reached, as a subselect; NULL while this version is being built."""
    query = sql.SQL(
        "(SELECT min(f.position) FROM antiphon.views AS v JOIN antiphon.followers AS f USING (name, version) "
        "WHERE name = {} AND version = {} AND generation > 0)"
    )
    return query.format(sql.Literal(view.name), sql.Literal(view.version))


def position(connection: Connection, view: AnyView) -> int:
    """The position that the view has reached."""
    row = connection.execute(sql.SQL("SELECT {}").format(position_in_sql(view))).fetchone()
    return int(row[0] or 0) if row else 0


def generation_in_sql(view: AnyView) -> sql.Composed:
    """The view's generation, as a subselect: when it changes, positions do not tell what changed."""
    query = sql.SQL("(SELECT generation FROM antiphon.views WHERE name = {} AND version = {})")
    return query.format(sql.Literal(view.name), sql.Literal(view.version))


def go_live(connection: Connection, name: str, version: int, end: int, *, anyway: bool = False) -> bool:
    """Make a version live, if it has reached `end`, a position of the log, and is not behind a version that is read.
    Answers whether it is live.

    A version that has quarantined events which another has taken in goes live with `anyway` only.
    """
    if is_live(connection, name, version):  # nearly always
        return True
    values = {"name": name, "version": version, "end": end, "anyway": anyway}
    row = connection.execute(_GO_LIVE, values).fetchone()
    if row:
        _LOGGER.info("view-live", view=name, version=version, generation=row[0])
    return row is not None or is_live(connection, name, version)


def retire(owner_url: str, view: AnyView) -> list[int]:
    """Drop the versions that this one has replaced, unless a subscription still moves them. Answers which."""
    with connect(owner_url, "owner") as owner:
        return [version for _, version in _retired(owner, [view], only_unwiped=False)]


def retire_unwiped(owner: Connection, views: Iterable[AnyView]) -> list[tuple[str, int]]:
    """Retire, of each of these views, only versions that missed an erasure, whose texts nobody would wipe any more.
    Answers each by name and version."""
    return _retired(owner, views, only_unwiped=True)


def _retired(owner: Connection, views: Iterable[AnyView], *, only_unwiped: bool) -> list[tuple[str, int]]:
    by_name = {view.name: view for view in views}
    old = owner.execute(
        "SELECT v.name, v.version FROM unnest(%s::text[], %s::int[]) AS ours(name, version) "
        "JOIN antiphon.views AS live USING (name, version) JOIN antiphon.views AS v USING (name) "
        "WHERE v.version < ours.version AND live.generation > 0 ORDER BY 1, 2",
        (list(by_name), [view.version for view in by_name.values()]),
    ).fetchall()
    dropped: list[tuple[str, int]] = []
    for name, version in old:
        erasures = [event.stored_name for event in by_name[name].at_once]
        with suppress(psycopg.errors.LockNotAvailable), owner.transaction():
            owner.execute("SET LOCAL lock_timeout = '200ms'")
            if _abandoned(owner, name, version) and not (only_unwiped and not _unwiped(owner, name, version, erasures)):
                drop(owner, name, version)
                dropped.append((name, version))
    return dropped


def _abandoned(owner: Connection, name: str, version: int) -> bool:
    rows = owner.execute(
        "SELECT coalesce(lease_until > clock_timestamp(), false) FROM antiphon.followers "
        "WHERE (name, version) = (%s, %s) FOR UPDATE",
        (name, version),
    ).fetchall()
    return not any(leased for (leased,) in rows)


def _unwiped(owner: Connection, name: str, version: int, erasures: Iterable[str]) -> bool:
    found = owner.execute(
        "SELECT FROM antiphon.log WHERE topic = ANY (%s) AND position > "
        "(SELECT min(position) FROM antiphon.followers WHERE (name, version) = (%s, %s)) LIMIT 1",
        (list(erasures), name, version),
    )
    return found.fetchone() is not None


def drop(owner: Connection, name: str, version: int, suffix: str = "") -> None:
    """Drop one table of a view, and the state of its subscriptions. `suffix` as in `Table`."""
    table = sql.Identifier("views", f"{name}_v{version}{suffix}")
    owner.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
    if not suffix:
        owner.execute(sql.SQL("DROP FUNCTION IF EXISTS {}").format(row_json.function_of(name, version)))
    key = (name + suffix, version)
    owner.execute("DELETE FROM antiphon.parked WHERE (follower, version) = (%s, %s)", key)
    owner.execute("DELETE FROM antiphon.followers WHERE (name, version) = (%s, %s)", key)
    owner.execute("DELETE FROM antiphon.views WHERE (name, version) = (%s, %s)", key)
