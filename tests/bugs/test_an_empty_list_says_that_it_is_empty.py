"""A list with nothing in it says so: without a word, nobody knows whether the verb has looked."""

from __future__ import annotations

from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]

LISTS = (
    "inbox", "inbox --counts", "customers", "proposals", "promises", "search kettle", "signals list", "signals board",
    "survey list", "retention show", "confirmations list", "holds list", "themes list", "sla rules", "tables list",
    "parked list", "dead-letters list", "webhooks list", "tokens list", "measures list",
)  # fmt: skip


def test_an_empty_list_says_that_it_is_empty(antiphon: Antiphon) -> None:
    found = {verb: antiphon(*verb.split()) for verb in LISTS}
    assert {verb: (ran.status, ran.err) for verb, ran in found.items() if ran.status or not ran.out.strip()} == {}
