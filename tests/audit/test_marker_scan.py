"""The scan that says "nowhere" finds what is there: in every form, in every kind of place."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from infra.embedded.postgres import EmbeddedPostgres, Urls
from tests.support.databases import superuser_url
from tests.support.marker_scan import STEM, database, files, markers_in, said, scan

MARKER = f"{STEM}-thing-ü"


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_marker_is_found_in_every_form_wherever_it_stands(before: str) -> None:
    # Given
    text = f"{before}{MARKER} and so on"
    forms = {
        "utf-8": text.encode(),
        "utf-16": text.encode("utf-16"),
        "json": json.dumps(text).encode(),
        "url": quote(text).encode(),
        "hex": text.encode().hex().upper().encode(),
        "base64": base64.b64encode(text.encode()),
    }
    for form, content in forms.items():
        # When
        found = scan([MARKER, f"{STEM}-another"], said("here", content))
        # Then
        assert (MARKER, "here", form) in [(each.marker, each.place, each.form) for each in found]
        assert f"{STEM}-another" not in markers_in(found)


def test_a_marker_that_was_cut_is_found_as_what_is_left_of_it() -> None:
    assert markers_in(scan([MARKER], said("here", MARKER[:-3]))) == {STEM}


def test_where_there_is_none_none_is_found() -> None:
    assert scan([MARKER], said("here", "nothing to see")) == []


def test_files_are_looked_into_also_compressed_ones(tmp_path: Path) -> None:
    # Given
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "plain").write_text(MARKER)
    (tmp_path / "backup.gz").write_bytes(gzip.compress(MARKER.encode()))
    # When
    found = scan([MARKER], files(tmp_path))
    # Then
    assert {Path(each.place).name for each in found} == {"plain", "backup.gz"}


def test_a_database_is_looked_into_tables_bytes_samples_and_all(server: EmbeddedPostgres, database_urls: Urls) -> None:
    # Given
    url = superuser_url(server, database_urls.database_url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (said text, bytes bytea)")
        connection.execute("INSERT INTO kept VALUES (%s, NULL), (NULL, %s)", [MARKER, json.dumps(MARKER).encode()])
        words = "tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple', reverse(said))) STORED"
        connection.execute(f"CREATE TABLE searched (said text, words {words})".encode())
        connection.execute("INSERT INTO searched VALUES (reverse(%s))", [MARKER])
        connection.execute("CREATE TABLE sampled AS SELECT %s AS said FROM generate_series(1, 50)", [MARKER])
        connection.execute("ANALYZE sampled")
        connection.execute("DELETE FROM sampled")
        # When
        found = scan([MARKER], database("log", url))
    # Then
    assert {(each.place, each.form) for each in found} == {
        ("log: dump", "utf-8"),
        ("log: public.kept", "utf-8"),
        ("log: public.kept", "json"),
        ("log: public.searched", "utf-8"),
        ("log: samples", "utf-8"),
    }
