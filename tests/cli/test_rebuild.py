"""A view that was changed behind the followers' back is found, named and put right."""

from __future__ import annotations

import re

from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.views.tables import Table
from projections.conversation.inbox import INBOX
from tests.cli.conftest import Antiphon


def test_a_changed_row_is_named_without_its_content_and_rebuilt(antiphon: Antiphon, database_urls: Urls) -> None:
    # Given
    id = antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org", "--subject", "Hours").id
    assert antiphon("rebuild", "inbox", "--verify").out == "inbox: 1 row at position 5, equal to a replay from zero\n"
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute(f"UPDATE {Table(INBOX).name.as_string()} SET subject = 'Rumour', messages_in = 7".encode())
    # When
    found = antiphon("rebuild", "inbox", "--verify")
    # Then
    assert found.status == 1
    assert found.out.splitlines() == [
        "inbox: 1 row at position 5; 1 differs from a replay from zero",
        f"  {id}: subject, messages_in",
        "put it right with: antiphon rebuild inbox",
    ]
    # When a replay is hashed, whatever the live table says
    hashed = antiphon("rebuild", "inbox", "--hash").out
    mended = antiphon("rebuild", "inbox")
    # Then
    assert mended.status == 0
    assert re.fullmatch(r"inbox: 1 row at position 5, sha256 [0-9a-f]{64}\n", hashed)
    assert antiphon("rebuild", "inbox", "--hash").out == hashed
    assert "input-invalid" in antiphon("rebuild", "inbox", "--hash", "--verify").err
    assert antiphon("rebuild", "inbox", "--verify").status == 0
    assert "Hours" in antiphon("inbox").out
