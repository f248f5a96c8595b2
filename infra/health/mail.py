"""The check of mailboxes that are fetched by IMAP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from infra.health.check import Check, Reading, Sources

_FETCHED = """
SELECT extract(epoch FROM clock_timestamp() - succeeded_at)::float8, succeeded_at, late_seconds
FROM antiphon.mail_fetched WHERE wanted ORDER BY succeeded_at LIMIT 1"""


class MailIsFetched(Check):
    """The mailbox that is fetched by IMAP: nobody else would notice that it is not."""

    name = "mailbox"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_mail_fetched_age_seconds": "How long ago all of the mailbox was taken in; 0 where none is fetched.",
        "antiphon_mail_fetched_late": "Whether that is longer ago than ANTIPHON_MAIL_IMAP_LATE_MINUTES.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """When a fetching succeeded last."""
        row = sources.connection.execute(_FETCHED).fetchone()
        if row is None:
            yield Reading("no mailbox is fetched", values=dict.fromkeys(self.metrics, 0.0))
            return
        seconds, at, late_seconds = row
        late = seconds > late_seconds
        values = dict(zip(self.metrics, (seconds, float(late)), strict=True))
        wrong = (
            "no mail was fetched since then: see `mailbox-away` and `mail-deferred` in the log of `antiphon run mail`"
        )
        yield Reading(f"all of it was taken in at {at:%Y-%m-%d %H:%M:%S} UTC", wrong if late else None, values)
