"""A page of what is found among a hundred times as many messages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.rows import Row, Size
from infra.postgres.database import Connection, connect
from infra.views.schema import prepare_views
from infra.views.tables import Table
from projections.search import finding
from projections.search.finding import EVERYTHING, Scope
from projections.search.passage import SEARCH
from tests.support.databases import Databases

_TIMES = 15
_FEWER = 100

# Words as often as in a language (Zipf): the n-th of 30,000 comes up half as often as the one before n/2. Of thirteen
# places in the log, ten are messages, and three are a customer's name, address and order number.
_FILL = """
CREATE FUNCTION pg_temp.word(n int) RETURNS text LANGUAGE sql IMMUTABLE
RETURN left(translate(md5(n::text), '0123456789', 'ghijklmnop'), 4 + n % 7);
CREATE FUNCTION pg_temp.words(many int) RETURNS text LANGUAGE sql VOLATILE
RETURN (SELECT string_agg(pg_temp.word(exp(random() * ln(30000))::int), ' ') FROM generate_series(1, many));
SELECT setseed(0.5);
INSERT INTO views.search_v6
    (place, customer_id, stream, kind, at, text, time_precision, about, language, found_by, position, deleted)
SELECT place, customer_id, stream, kind, at, text, time_precision, about, language,
    (views.lexemes(text, language) || to_tsvector('views.words', CASE kind WHEN 'order' THEN replace(text, '-', '')
        WHEN 'contact-point' THEN replace(split_part(text, '@', 1), '.', '') ELSE '' END))::text, place, false
FROM (SELECT place, 'customer-' || lpad((place / 13)::text, 36, '0') AS customer_id,
    'conversation-' || lpad((place / 6)::text, 36, '0') AS stream,
    CASE place % 13 WHEN 10 THEN 'name' WHEN 11 THEN 'contact-point' WHEN 12 THEN 'order' WHEN 9 THEN 'note'
        ELSE (ARRAY['received', 'sent'])[1 + place % 2] END AS kind,
    now() AS at,
    CASE place % 13 WHEN 10 THEN initcap(pg_temp.words(2))
        WHEN 11 THEN pg_temp.words(1) || '.' || place || '@example.org' WHEN 12 THEN 'A-' || 100000 + place
        ELSE pg_temp.words(12 + place % 8) END AS text,
    'exact' AS time_precision, CASE WHEN place % 13 < 10 THEN 'message-' || lpad(place::text, 36, '0') END AS about,
    CASE WHEN place % 13 < 10 THEN (ARRAY['en', 'de', 'fr', NULL])[1 + place % 4] END AS language
FROM generate_series(1, {messages}::int * 13 / 10) AS place) AS passage;
"""
Times = Mapping[str, tuple[float, float]]

_NTH = "SELECT left(translate(md5(%s::text), '0123456789', 'ghijklmnop'), 4 + %s %% 7)"


def search_size(databases: Databases, size: Size) -> Row:
    """How long the slowest kind of question takes, against the same question to a hundredth of the messages. Of those
    that find something in both: what finds nothing makes no page."""
    ratios = []
    taken: Times = {}
    with _company(databases, size.search // _FEWER) as small, _company(databases, size.search) as large:
        questions = _questions(large)
        both = [
            name for name, asked in questions.items() if all(finding.read(one, *asked).rows for one in (small, large))
        ]
        for _ in range(size.rounds):
            taken = _asked(small, large, questions)
            ratios.append(max(more / fewer for name, (fewer, more) in taken.items() if name in both))
    return Row(
        "search-size",
        f"a page of 20 out of {size.search:,} messages; of {len(both)} kinds of questions, that which grew most",
        f"the same out of {size.search // _FEWER:,}",
        "<=",
        2,
        ratios,
        {f"{name} ms": round(ms, 2) for name, (_, ms) in taken.items()},
    )


def _questions(connection: Connection) -> Mapping[str, tuple[Scope, str]]:
    def word(n: int) -> str:
        row = connection.execute(_NTH.encode(), (n, n)).fetchone()
        assert row is not None
        return str(row[0])

    said = {f"word {n}": word(n) for n in (1, 10, 100, 1000, 10000)}
    said |= {"two words": f"{word(1)} {word(100)}", "prefix": f"{word(3)[:2]}*", "rare prefix": f"{word(2000)[:4]}*"}
    said |= {"number": "A-100181", "slip": "A-1001881", "domain": "exampel.org"}
    return {name: (EVERYTHING, asked) for name, asked in said.items()} | {
        "own": (Scope.of_customer("customer-" + "77".rjust(36, "0")), word(1))
    }


def _asked(few: Connection, many: Connection, questions: Mapping[str, tuple[Scope, str]]) -> Times:
    """By question, how many milliseconds it takes of either, in turn: the shortest of some, since what else goes on
    here only ever makes it longer, and the most of twelve would always be that."""
    taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in questions}
    for _ in range(_TIMES):
        for name, (scope, asked) in questions.items():
            for times, connection in zip(taken[name], (few, many), strict=True):
                began = time.perf_counter()
                finding.read(connection, scope, asked)
                times.append((time.perf_counter() - began) * 1000)
    return {name: (min(small), min(large)) for name, (small, large) in taken.items()}


@contextmanager
def _company(databases: Databases, messages: int) -> Iterator[Connection]:
    with databases.fresh() as urls:
        prepare_views(urls.database_url, [SEARCH])
        with connect(urls.database_url, "owner") as owner:
            owner.execute(_FILL.format(messages=messages).encode())
        with connect(urls.database_url) as login:
            login.execute("VACUUM ANALYZE " + Table(SEARCH).name.as_string())
        with connect(urls.database_url, "reader") as reader:
            yield reader
