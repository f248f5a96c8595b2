"""How `antiphon run` has somebody open the desk: its address, and for the embedded sample links that sign in."""

from __future__ import annotations

import time

from cli.display.terminal import one_line
from cli.wiring.composition import Antiphon
from domain.staff import Role
from infra.settings.desk import DeskSettings
from projections import staff as staffing
from web.door.development import Links
from web.door.serving import issuer

ROLES: tuple[Role, ...] = ("agent", "lead", "design", "auditor")
"""Those whose screens the desk has; it prints a link for somebody of each."""
LINK_SECONDS = 12 * 3600
"""How long a printed link signs in."""


def url(settings: DeskSettings, port: int) -> str:
    """The desk's URL, for browsers on this machine. `port`: at which it listens."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return settings.origin or f"http://{f'[{here}]' if ':' in here else here}:{port}"


def show(parts: Antiphon, port: int) -> None:
    """Print where the desk is, on a terminal, and a link for somebody of each role where the secret was made here."""
    desk = url(parts.settings.desk, port)
    own = issuer(parts.settings)
    print(f"\nThe desk is at {desk}/")
    if own is None:
        return
    links = Links(own.secret)
    until = int(time.time()) + LINK_SECONDS
    with parts.database("reader") as reader, reader.connection() as connection:
        people = [each for each in staffing.of_team(connection, None) if each.left_at is None]
    for role in ROLES:
        if found := next((each for each in people if _is(role, each)), None):
            print(f"Open it as {one_line(found.name)} ({role}):\n  {desk}{links.path(found.id, until)}")
    print("A link signs in on this machine, for 12 hours; whoever has it acts in that name.\n", flush=True)


def _is(role: Role, entry: staffing.Entry) -> bool:
    return role in entry.roles
