"""JSON documents around rows that PostgreSQL wrote as JSON: composed as bytes, so that no row is parsed.

To parse rows and write them again would halve how many pages a process serves (docs/decisions/3-no-orm.md: 0.32 against
0.60 of a bare loop; bench row `history-page`). All other JSON is written from objects.
"""

from __future__ import annotations

from infra.views.page_query import Rows


def only(rows: Rows) -> bytes:
    """The only row of a page; null where there is none."""
    return rows.rows[1:-1] or b"null"


def members(**values: bytes) -> bytes:
    """The members of an object, without brackets. Names and values are JSON already, or need no escapes."""
    return b",".join(b'"%s":%s' % (name.encode(), value) for name, value in values.items())


def document(position: int, **values: bytes) -> bytes:
    """A document as of a position."""
    return b'{"position":%d,%s}' % (position, members(**values))


def page(position: int, cursor: str | None, **collections: bytes) -> bytes:
    """A page of collections, with the cursor of the next page."""
    # A cursor is base64, which needs no escapes.
    return document(position, **collections, cursor=b"null" if cursor is None else b'"%s"' % cursor.encode())
