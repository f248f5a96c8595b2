"""A lease that has run out is taken from a holder that stopped reading an answer halfway, as in a black hole."""

from __future__ import annotations

from contextlib import closing

from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.subscriptions.lease import Lease
from projections.conversation.inbox import INBOX
from tests.support.waiting import wait_until

ANSWER = b"SELECT repeat('x', 1000) FROM generate_series(1, 10000)"
"""Its answer is longer than what a socket holds."""


def test_a_lease_is_taken_from_who_reads_no_answer(database_urls: Urls) -> None:
    with (
        closing(connect(database_urls.database_url, "projector")) as former,
        connect(database_urls.database_url, "projector") as standby,
    ):
        # Given a holder whose transaction has the row, and who does not read what was asked for
        lease = Lease.take(former, INBOX.name, INBOX.version, "former", seconds=0.5)
        assert lease is not None
        former.execute("BEGIN")
        lease.move(former, 0)
        former.pgconn.send_query(ANSWER)
        former.pgconn.flush()
        # Then
        wait_until(
            lambda: Lease.take(standby, INBOX.name, INBOX.version, "standby", seconds=0.5), 20, "the lease is taken"
        )
