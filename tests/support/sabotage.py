"""Ways to break the append function of a test's own database on purpose: for showing that the checkers see it."""

from __future__ import annotations

from infra.embedded.postgres import Urls
from infra.postgres.database import connect


def lock_off(urls: Urls) -> None:
    """Positions from a sequence and no lock: rows become visible out of order."""
    _rewrite(
        urls,
        ("LOCK TABLE append_lock IN SHARE UPDATE EXCLUSIVE MODE;", ""),
        ("last := coalesce(last, 0);", "last := 1000 * nextval('antiphon.loose'); PERFORM pg_sleep(0.01 * random());"),
        before="CREATE SEQUENCE antiphon.loose",
    )


def claims_off(urls: Urls) -> None:
    """Claims are neither looked at nor kept."""
    _rewrite(
        urls,
        ("WHERE k.key = c.key LIMIT 1", "WHERE false"),
        (
            "subject)\n    WHERE c.id IS NOT NULL AND NOT c.command = ANY (refused);",
            "subject) WHERE false;",
        ),
    )


def _rewrite(urls: Urls, *changes: tuple[str, str], before: str = "SELECT") -> None:
    with connect(urls.database_url, "owner") as owner:
        owner.execute(before.encode())
        (text,) = owner.execute("SELECT pg_get_functiondef('antiphon.append'::regproc)").fetchone() or ("",)
        for old, new in changes:
            assert old in text, f"the function no longer says {old}"
            text = text.replace(old, new)
        owner.execute(text.encode())
