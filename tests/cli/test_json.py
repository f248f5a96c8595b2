"""`--json`: what verbs list, as one JSON document per line."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import Antiphon


def documents(shown: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shown.splitlines()]


def test_what_is_listed_is_one_document_per_line_and_safe_to_show(antiphon: Antiphon) -> None:
    # Given
    for sender, name in (("a@x.example", "Ada \x1b[31m\u202eBerg"), ("b@x.example", "Bo")):
        antiphon("open", "inquiry", "a kettle\nleaks", "--from", sender, "--name", name)
    # When
    first = antiphon("customers", "--limit", "1", "--json").out
    # Then
    row, more = documents(first)
    assert row["name"] == "Ada \x1b[31m\u202eBerg"
    assert row["points"] == [{"kind": "mail", "value": "a@x.example", "shared": False, "failing": None}]
    assert not {"\x1b", "\u202e"} & {*first}
    # And the last line leads on
    (last,) = documents(antiphon("customers", "--json", "--cursor", more["cursor"]).out)
    assert last["name"] == "Bo"
    # And so do the other lists
    waiting = documents(antiphon("inbox", "--json").out)
    assert [each["customer_id"] for each in waiting] == [row["customer_id"], last["customer_id"]]
    assert waiting[0]["opened_at"].endswith("Z")
    assert [each["waiting"] for each in documents(antiphon("inbox", "--counts", "--json").out)] == [2]
    (found,) = documents(antiphon("search", "kettle", "--customer", last["customer_id"], "--json").out)
    assert found["passage"]["customer_id"] == last["customer_id"]
    for empty in (("promises",), ("parked", "list"), ("dead-letters", "list"), ("inbox", "--status", "resolved")):
        assert antiphon(*empty, "--json").out == "", "nothing there is no line"
