"""A database URL's own options stand, also against the ones we set for every session; the role stays ours."""

from __future__ import annotations

from urllib.parse import quote

from infra.embedded.postgres import Urls
from infra.postgres.database import connect


def test_the_options_of_a_url_win_over_ours(database_urls: Urls) -> None:
    options = quote("-c idle_in_transaction_session_timeout=3s -c role=none")
    with connect(f"{database_urls.database_url}&options={options}", "reader") as connection:
        timeout = connection.execute("SHOW idle_in_transaction_session_timeout").fetchone()
        role = connection.execute("SELECT current_user").fetchone()
    assert (timeout, role) == (("3s",), ("antiphon_reader",))
