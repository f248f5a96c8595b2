"""What each role of the databases may do, to each table and each function, is what docs/rights.md says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from infra.embedded.postgres import Urls
from infra.postgres.database import Role, connect

PAGE = (Path(__file__).parents[2] / "docs" / "rights.md").read_text()
ROLES: tuple[Role, ...] = ("appender", "projector", "reader", "auditor", "keykeeper")

MIGRATIONS = "public.antiphon_migrations"
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_SCHEMAS: LiteralString = "('antiphon', 'views', 'vault', 'public')"
_TABLES: LiteralString = f"""
SELECT namespace.nspname || '.' || relation.relname, role, privilege,
    has_table_privilege('antiphon_' || role, relation.oid, privilege),
    ARRAY(
        SELECT attname::text FROM pg_attribute
        WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
            AND privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
            AND has_column_privilege('antiphon_' || role, relation.oid, attnum, privilege)
        ORDER BY attname
    )
FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace,
    unnest(%s::text[]) AS role, unnest(%s::text[]) AS privilege
WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'f') AND namespace.nspname IN {_SCHEMAS}
"""
_FUNCTIONS: LiteralString = f"""
SELECT namespace.nspname || '.' || function.proname, role,
    has_function_privilege('antiphon_' || role, function.oid, 'EXECUTE')
    AND has_schema_privilege('antiphon_' || role, namespace.oid, 'USAGE')
FROM pg_proc AS function JOIN pg_namespace AS namespace ON namespace.oid = function.pronamespace,
    unnest(%s::text[]) AS role
WHERE namespace.nspname IN {_SCHEMAS}
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = function.oid AND deptype = 'e')
"""
_OWNED: LiteralString = f"""
SELECT namespace.nspname || '.' || relation.relname, role FROM pg_class AS relation
JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace, unnest(%s::text[]) AS role
WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'f') AND namespace.nspname IN {_SCHEMAS}
    AND pg_has_role('antiphon_' || role, relation.relowner, 'MEMBER')
"""
_CHANGED: LiteralString = f"""
SELECT nspname, role FROM pg_namespace, unnest(%(roles)s::text[]) AS role
WHERE nspname IN {_SCHEMAS} AND has_schema_privilege('antiphon_' || role, oid, 'CREATE')
UNION ALL
SELECT function.proname, role FROM pg_proc AS function
JOIN pg_namespace AS namespace ON namespace.oid = function.pronamespace, unnest(%(roles)s::text[]) AS role
WHERE namespace.nspname IN {_SCHEMAS} AND pg_has_role('antiphon_' || role, function.proowner, 'MEMBER')
"""
"""What a role may create in, or alter and drop, beside its tables."""

Rights = dict[tuple[str, str], str]
"""What a role may do, as the page writes it, by the name of a table or a function and the role."""


def written(title: str, first: str) -> list[list[str]]:
    """The rows of the page's table in this section whose first column has this head."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    starts = [number for number, line in enumerate(lines) if lines[min(number + 1, len(lines) - 1)][0] == "---"]
    (begin,) = [number for number in starts if lines[number][0] == first]
    end = min((number for number in starts if number > begin), default=len(lines))
    return [lines[begin], *lines[begin + 2 : end]]


def written_tables(title: str) -> Rights:
    head, *rows = written(title, "table")
    return {
        (_named(row[0]), role): right for row in rows for role, right in zip(head[1:], row[1:], strict=True) if right
    }


def _named(cell: str) -> str:
    (name,) = re.findall(r"^`(.+?)`", cell)
    return str(name)


def _together(name: str) -> str:
    """The name under which the page has a table or a function."""
    return "views.…" if name.startswith("views.") else name


def there(connection: psycopg.Connection[Any]) -> Rights:
    """What the catalogue says of tables; of views, what it says of each."""
    owned = {(name, role) for name, role in connection.execute(_OWNED, [list(ROLES)])}
    letters: dict[tuple[str, str], dict[str, str]] = {}
    for name, role, privilege, whole, columns in connection.execute(_TABLES, [list(ROLES), list(PRIVILEGES)]):
        rights = letters.setdefault((name, role), {})
        if whole or columns:
            rights[privilege] = privilege[0] if whole else f"{privilege[0]} ({', '.join(columns)})"
            if privilege in ("TRUNCATE", "REFERENCES", "TRIGGER"):
                rights[privilege] = privilege
    found: Rights = {}
    for (name, role), rights in letters.items():
        said = "owns" if (name, role) in owned else " ".join(rights[each] for each in PRIVILEGES if each in rights)
        key = _together(name), role
        # A view that differs from the others shows what it is.
        found[key if found.setdefault(key, said) == said else (name, role)] = said
    return {key: said for key, said in found.items() if said}


def test_the_rights_to_tables_are_those_that_are_written(database_urls: Urls) -> None:
    with connect(database_urls.database_url) as connection:
        log = there(connection)
    with connect(database_urls.vault_url) as connection:
        vault = there(connection)
    # Every role may read which migrations were applied, in either database; the page says so of those that work there.
    of_log = {key: said for key, said in log.items() if key != (MIGRATIONS, "keykeeper")}
    of_vault = {key: said for key, said in vault.items() if key[0] != MIGRATIONS or key[1] == "keykeeper"}
    assert of_log == written_tables("The log's database")
    assert of_vault == written_tables("The vault")


def test_the_rights_to_functions_are_those_that_are_written(database_urls: Urls) -> None:
    _, *rows = written("The log's database", "function")
    expected = {(_named(name), role) for name, roles in rows for role in roles.split(", ")}
    found: dict[str, set[str]] = {}
    with connect(database_urls.database_url) as connection:
        for name, role, may in connection.execute(_FUNCTIONS, [list(ROLES)]):
            found.setdefault(name, set()).update({role} if may else ())
    assert {(_together(name), role) for name, roles in found.items() for role in roles} == expected
    # Then each function of views may be executed by the same roles
    assert len({frozenset(roles) for name, roles in found.items() if name.startswith("views.")}) == 1


def changeable(*connections: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    """What roles may create, alter or drop."""
    for connection in connections:
        yield from connection.execute(_CHANGED, {"roles": list(ROLES)})


def test_nobody_but_the_keykeeper_may_create_alter_or_drop(database_urls: Urls) -> None:
    with connect(database_urls.database_url) as log, connect(database_urls.vault_url) as vault:
        assert set(changeable(log, vault)) == {("vault", "keykeeper")}


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("GRANT TRUNCATE ON antiphon.log TO antiphon_auditor", "TRUNCATE"),
        ("GRANT UPDATE (state) ON antiphon.log TO antiphon_appender", "U (state)"),
        ("GRANT DELETE ON ALL TABLES IN SCHEMA antiphon TO PUBLIC", "D"),
    ],
)
def test_a_right_that_is_given_besides_is_seen(database_urls: Urls, given: LiteralString, seen: str) -> None:
    with connect(database_urls.database_url) as connection, connection.transaction(force_rollback=True):
        before = there(connection)
        # When
        connection.execute(given)
        # Then
        more = {said for key, said in there(connection).items() if before.get(key) != said}
        assert any(seen in said for said in more)
