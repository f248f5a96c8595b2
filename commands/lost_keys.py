"""Which keys are lost: whose texts are in the log while the key store has neither a key of theirs nor an erasure."""

from __future__ import annotations

from collections.abc import Iterator

from infra.log.application import Log

OF_PEOPLE = ("customer", "stranger", "staff")
"""The kinds of streams whose events say who a person is, so that each person's key has sealed something there."""


def lost_keys(log: Log) -> Iterator[str]:
    """The people whose keys are lost, page by page. Raises UnreadableEvent, Overloaded."""
    for kind in OF_PEOPLE:
        place = ("", 0)
        while page := log.records_of_kind(kind, place):
            yield from sorted(log.vault.lost(log.people_in(page)))
            place = (str(page[-1].originator_id), page[-1].originator_version)
