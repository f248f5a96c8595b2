"""The same texts are found by the same words on every server, whatever its locale takes for a letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from infra.embedded.postgres import EmbeddedPostgres
from infra.postgres.database import connect
from infra.postgres.migrate import migrate
from infra.views.schema import prepare_views
from infra.views.tables import Table
from projections.search import finding
from projections.search.finding import EVERYTHING, Found
from projections.search.passage import SEARCH, Passage, indexed
from tests.support.databases import Databases

LOCALES = (
    "LOCALE_PROVIDER libc LOCALE 'C'",
    "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'",
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST' LOCALE 'C'",
)
"""All kinds that the embedded PostgreSQL knows. Its build has no ICU."""

TEXTS = [
    ("de", "Mein „Kessel“ leckt – die Größe stimmt"),
    ("fr", "L’eau a été réparée"),
    ("ru", "Чайники сломались «вчера»"),
    ("tr", "İSTANBUL’DA KIŞ ılık"),
    ("el", "Ο ΒΡΑΣΤΉΡΑΣ στάζει"),
    ("hi", "केतली टपक रही है"),
    ("ja", "漢字検索「ケトル」です"),
    ("th", "กาต้มน้ำรั่ว"),
    ("he", "הַקּוּמְקוּם דּוֹלֵף"),
    (None, "Wi‑Fi +49 (0)170/123-45 #K-2 Ⓐⓑ ᏣᎳᎩ ǅ ß"),
]
QUESTIONS = [
    "kessel", "grosse", "eau reparer", "чайник", "istanbul", "kış", "βραστηρας", "केतली", "検索", "ケトル", "น้ำ",
    "הקומקום", "wifi", "0170 12345", "k2", "ab", "ꮳꮃꭹ", "ǆ", "ss", "lec*", '"l\'eau a"',
]  # fmt: skip


@contextmanager
def database_with(server: EmbeddedPostgres, databases: Databases, locale: str) -> Iterator[str]:
    """A migrated database of this locale."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE other TEMPLATE template0 ENCODING 'UTF8' {locale}".encode())
    try:
        with databases.fresh() as beside:
            migrate(server.url("other"), beside.vault_url)
        prepare_views(server.url("other"), [SEARCH])
        yield server.url("other")
    finally:
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE other WITH (FORCE)")


def held(url: str) -> list[str]:
    """Put the texts into the view; what PostgreSQL holds of each."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    passages = [
        Passage(n, "customer-a", "conversation-1", "received", at, text, language=language)
        for n, (language, text) in enumerate(TEXTS, start=1)
    ]
    passages.append(Passage(99, "customer-a", "order-1", "order", at, "PO-2024/ǅ117é"))
    with connect(url, "projector") as connection:
        Table(SEARCH).copy(connection, [(indexed(each), each.place) for each in passages])
        rows = connection.execute("SELECT words::text FROM views.search_v6 ORDER BY place").fetchall()
    return [words for (words,) in rows]


def answers(url: str) -> list[Sequence[Found]]:
    """What each question finds, and how."""
    with connect(url, "reader") as connection:
        return [finding.read(connection, EVERYTHING, asked).rows for asked in QUESTIONS]


def by_postgresql(url: str) -> str:
    """How PostgreSQL itself splits a text."""
    with connect(url, "reader") as connection:
        row = connection.execute("SELECT to_tsvector('simple', 'Mein „KESSEL“ ÖL')::text").fetchone()
    assert row is not None
    return str(row[0])


def test_the_same_is_found_whatever_the_locale(server: EmbeddedPostgres, databases: Databases) -> None:
    # Given
    in_each, found, split = [], [], set()
    for locale in LOCALES:
        with database_with(server, databases, locale) as url:
            in_each.append(held(url))
            # When
            found.append(answers(url))
            split.add(by_postgresql(url))
    # Then: each question finds something, and the same everywhere.
    assert [asked for asked, rows in zip(QUESTIONS, found[0], strict=True) if not rows] == []
    assert all(each == found[0] for each in found)
    assert all(each == in_each[0] for each in in_each)
    # And: this could have failed. PostgreSQL splits otherwise with another locale.
    assert len(split) > 1
