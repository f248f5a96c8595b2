"""A lease that has run out is taken from a holder whose session waits for its client, whatever it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from psycopg.conninfo import make_conninfo

from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, connect
from infra.subscriptions.lease import Lease
from projections.conversation.inbox import INBOX
from tests.support.waiting import wait_until

ANSWER = b"SELECT repeat('x', 1000) FROM generate_series(1, 10000)"
"""Its answer is longer than what a socket holds."""


def test_a_lease_is_taken_from_who_reads_no_answer(database_urls: Urls) -> None:
    with former_holder(database_urls) as former:
        former.pgconn.send_query(ANSWER)
        former.pgconn.flush()
        assert_taken(database_urls)


def test_a_lease_is_taken_from_who_asked_for_a_flush_and_no_more(database_urls: Urls) -> None:
    with former_holder(database_urls) as former:
        former.pgconn.enter_pipeline_mode()
        # Having flushed, the server counts the session as one that is not idle, and shows the contrary.
        former.pgconn.send_flush_request()
        former.pgconn.flush()
        assert_taken(database_urls)


@contextmanager
def former_holder(urls: Urls) -> Iterator[Connection]:
    """A holder in whose transaction the row is, and that the server is to end after 0.5 s of idleness."""
    impatient = make_conninfo(urls.database_url, options="-c idle_in_transaction_session_timeout=500ms")
    with closing(connect(impatient, "projector")) as former:
        lease = Lease.take(former, INBOX.name, INBOX.version, "former", seconds=0.5)
        assert lease is not None
        former.execute("BEGIN")
        lease.move(former, 0)
        yield former


def assert_taken(urls: Urls) -> None:
    with connect(urls.database_url, "projector") as standby:
        wait_until(
            lambda: Lease.take(standby, INBOX.name, INBOX.version, "standby", seconds=0.5), 20, "the lease is taken"
        )
