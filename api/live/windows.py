"""Live windows: the first rows of a resource, so many at most, and all of them anew whenever one of them changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from api.edge.json_documents import document, members
from api.live.live_queries import LiveQueries
from api.live.resources import Resource
from infra.views.cursor import decoded, encoded


class FollowWindow:
    """One client's way through a window, in steps. Each event is a `state` with the whole window.

    So an event says nothing of rows outside of the window: not that there are any, nor when they change. The id of an
    event holds a digest of the window that it showed.
    """

    complete = True

    def __init__(self, resource: Resource, limit: int, queries: LiveQueries, last_event_id: str | None) -> None:
        self._resource = resource
        self._limit = limit
        self.mark = f"{resource.mark}.{limit}"
        self._queries = queries
        self._shown = _digest_of(last_event_id, self.mark) if last_event_id else None
        self._known: dict[tuple[str, int], int] = {}

    @property
    def known(self) -> Mapping[tuple[str, int], int]:
        """By view and version, the position up to which the client knows the window."""
        return self._known

    async def step(self) -> bytes | None:
        """The next event; None where the window shows what it showed. Raises Overloaded."""
        selections = self._resource.selections
        parts = [selection.page(limit=self._limit) for selection in selections]
        question = self.mark, tuple(sorted(self._known.items()))
        found = await self._queries.query(question, parts, self._limit, self._resource.given)
        views = (selection.table.view for selection in selections)
        self._known = {(view.name, view.version): rows.position for view, rows in zip(views, found, strict=True)}
        shown = hashlib.sha256(b"\n".join(rows.rows for rows in found)).hexdigest()[:32]
        if shown == self._shown:
            return None
        self._shown = shown
        collections = {
            selection.name: b"{%s}" % members(changed=rows.rows, gone=b"[]")
            for selection, rows in zip(selections, found, strict=True)
        }
        data = document(min(self._known.values()), complete=b"true", **collections).replace(b"\n", b"")
        return b"event: state\nid: %s\ndata: %s\n\n" % (encoded([self.mark, shown]).encode(), data)


def _digest_of(last_event_id: str, mark: str) -> str | None:
    """The digest in an event id; None for an id of another window, or of none: then the client begins anew."""
    try:
        of, shown = decoded(last_event_id)
    except (ValueError, TypeError):
        return None
    return shown if of == mark and isinstance(shown, str) else None
