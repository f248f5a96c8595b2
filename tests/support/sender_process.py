"""A process that posts to webhooks, to be killed. `main` is its inside, `SenderProcess` its handle. Also: a sender that
is broken on purpose."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from consumers.webhooks.sender import Sender
from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, Database
from infra.webhooks import deliveries
from infra.webhooks.deliveries import Claimed
from infra.webhooks.posting import Poster
from tests.support.child import Child, work_until_told
from tests.support.companies import opened


class SenderProcess(Child):
    """A child that posts. `broken`: it counts a post as taken before it is made."""

    def __init__(self, urls: Urls, *, broken: bool = False) -> None:
        super().__init__("tests.support.sender_process", urls.database_url, urls.vault_url, "broken" if broken else "")


def _claim_as_delivered(
    connection: Connection, webhook_ids: Sequence[str], most: int, each: int, seconds: float
) -> list[Claimed]:
    claimed = _claim(connection, webhook_ids, most, each, seconds)
    for one in claimed:
        deliveries.settle(connection, one, "delivered")
    return claimed


_claim = deliveries.claim


def main() -> None:
    """Post until told otherwise."""
    parser = argparse.ArgumentParser()
    for name in ("database_url", "vault_url", "broken"):
        parser.add_argument(name)
    given = parser.parse_args()
    urls = Urls(given.database_url, given.vault_url)
    if given.broken:
        deliveries.claim = _claim_as_delivered
    database = Database(urls.database_url, "projector")
    with (
        opened(urls) as executor,
        Sender(
            executor,
            database,
            Poster(private=True, seconds=5),
            schedule=(0.0,) * 20,
            claim_seconds=2.0,
            lease_seconds=1.0,
            poll_seconds=0.1,
        ),
    ):
        work_until_told()
    database.close()


if __name__ == "__main__":
    main()
