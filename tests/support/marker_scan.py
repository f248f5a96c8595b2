"""Looks for words that must be nowhere: in whatever form, in whatever place text may have been stored.

A *marker* is a word that stands in one personal text and nowhere else. A *place* is a name and what stands there. Where
a new kind of place stores text, its generator belongs in here, so that every erasure is looked for there, too.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from infra.embedded import postgres_program
from infra.log.backup_file import FORMAT, FORMER

Place = tuple[str, bytes]

STEM = "mqzk7wvxj2"
"""What every marker begins with, so that large places are searched fast."""


@dataclass(frozen=True, order=True)
class Found:
    """A marker in a place, in one of the forms text takes."""

    marker: str
    place: str
    form: str


def scan(markers: Iterable[str], places: Iterable[Place]) -> list[Found]:
    """Every marker in every place, in every form; as STEM, what is left of one that was cut or written otherwise."""
    wanted = {marker: _forms(marker) for marker in markers}
    assert all(marker.startswith(STEM) for marker in wanted)
    lengths = {len(part) for forms in wanted.values() for parts in forms.values() for part in parts}
    found: set[Found] = set()
    for name, content in places:
        if stems := _beginning_with_stem(content.lower(), lengths):
            whole = {
                Found(marker, name, form)
                for marker, forms in wanted.items()
                for form, beginnings in stems.items()
                if not beginnings.isdisjoint(forms[form])
            }
            found |= whole or {Found(STEM, name, form) for form in stems}
    return sorted(found)


def _beginning_with_stem(content: bytes, lengths: set[int]) -> dict[str, set[bytes]]:
    """The forms in which STEM is there, each with what begins there, cut to each of these lengths: in every form a
    marker begins as STEM does."""
    stems: dict[str, set[bytes]] = {}
    for form, parts in _forms(STEM).items():
        for part in parts:
            at = content.find(part)
            while at >= 0:
                stems.setdefault(form, set()).update(content[at : at + length] for length in lengths)
                at = content.find(part, at + 1)
    return stems


def markers_in(found: Iterable[Found]) -> set[str]:
    """Which markers were found."""
    return {each.marker for each in found}


@cache
def _forms(text: str) -> dict[str, list[bytes]]:
    """The same text as it may be written, in lower case: places are compared in lower case, too."""
    plain = text.encode()
    as_bytes = {
        "utf-8": [plain],
        "utf-16": [text.encode("utf-16-le"), text.encode("utf-16-be")],
        "json": [json.dumps(text)[1:-1].encode()],
        "url": [quote(text, safe="").encode()],
        "hex": [plain.hex().encode()],
        "base64": [_base64_at(plain, offset) for offset in range(3)],
    }
    return {form: [part.lower() for part in parts] for form, parts in as_bytes.items()}


def _base64_at(plain: bytes, offset: int) -> bytes:
    # Its neighbours share the characters at either end; those in between are its own.
    encoded = base64.b64encode(bytes(offset) + plain)
    begin = -(-offset * 8 // 6)
    return encoded[begin : (offset + len(plain)) * 8 // 6]


# -- places


def said(name: str, text: str | bytes) -> Iterator[Place]:
    """What was printed, logged or answered."""
    yield name, text.encode() if isinstance(text, str) else text


def files(folder: Path, *, but: Path | None = None) -> Iterator[Place]:
    """Every file under a folder, also what is inside a compressed one; `but` what is under another."""
    # Not rglob, which fails over a folder that a running server removes meanwhile.
    found = (
        Path(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if but not in Path(parent, name).parents
    )
    for path in sorted(found):
        if path.is_symlink() or not path.is_file():
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # a running server removes files
            continue
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        elif content.startswith(FORMAT):  # what `antiphon backup` writes
            content += _postgres("pg_restore", "--file=-", given=content[content.index(FORMER) :])
        yield str(path), content


def database(name: str, superuser_url: str) -> Iterator[Place]:
    """All that a database holds and shows: a plain dump, each table's values as their bytes, the planner's samples of
    them, and the statements its sessions ran last."""
    yield f"{name}: dump", _postgres("pg_dump", f"--dbname={superuser_url}")
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
        ).fetchall()
        for schema, table in tables:
            # Binary: a dump writes bytea in hex, in which a text inside another encoding would not be seen.
            yield (
                f"{name}: {schema}.{table}",
                _copied(
                    connection,
                    # By a query, since what PostgreSQL computes, such as the words of a text, is not copied otherwise.
                    sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT BINARY)").format(sql.Identifier(schema, table)),
                ),
            )
        samples = "most_common_vals::text, histogram_bounds::text, most_common_elems::text"
        for what, query in (
            ("samples", f"SELECT tablename, attname, {samples} FROM pg_stats"),
            ("statements", "SELECT query FROM pg_stat_activity WHERE datname = current_database()"),
        ):
            yield f"{name}: {what}", _copied(connection, sql.SQL("COPY ({}) TO STDOUT").format(sql.SQL(query)))


def tables(places: Iterable[Place], prefix: str) -> Iterator[Place]:
    """Those of a database's places whose table's name begins so, such as `views.`."""
    return ((name, content) for name, content in places if name.partition(": ")[2].startswith(prefix))


def _postgres(program: str, *arguments: str, given: bytes | None = None) -> bytes:
    command = [str(postgres_program.of_the_wheel() / "bin" / program), *arguments]
    return subprocess.run(command, check=True, capture_output=True, input=given).stdout


def _copied(connection: psycopg.Connection, copy: sql.Composed) -> bytes:
    with connection.cursor() as cursor, cursor.copy(copy) as out:
        return b"".join(bytes(part) for part in out)


def messages(records: Iterable[Any]) -> Iterator[Place]:
    """What Kafka's consumers are given: keys, values, and headers."""
    for record in records:
        where = f"{record.topic} {record.partition}:{record.offset}"
        yield f"{where} key", record.key or b""
        yield f"{where} value", record.value or b""
        yield from ((f"{where} {name}", value) for name, value in record.headers)
