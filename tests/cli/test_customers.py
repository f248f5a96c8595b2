"""`antiphon customers` lists every customer once, and finds them by a name or a contact point."""

from __future__ import annotations

import shlex

from tests.cli.conftest import Antiphon


def wrote(antiphon: Antiphon, sender: str, name: str) -> None:
    antiphon("open", "inquiry", "word", "--from", sender, "--name", name)


def ids(shown: str) -> list[str]:
    return [line.strip() for line in shown.splitlines() if line.startswith("    customer-")]


def test_customers_are_listed_page_by_page_and_found(antiphon: Antiphon) -> None:
    # Given
    assert antiphon("customers").out == "no customers found\n"
    for sender, name in (("a@x.example", "Ada Berg"), ("b@x.example", "Bo"), ("c@x.example", "Cy \x1b[31mBerger")):
        wrote(antiphon, sender, name)
    # When
    first = antiphon("customers", "--limit", "2").out
    more = shlex.split(first.splitlines()[-1].removeprefix("more: "))[1:]
    second = antiphon(*more).out
    # Then every customer is there once, and nothing that a terminal obeys
    assert len({*ids(first), *ids(second)}) == len(ids(first)) + len(ids(second)) == 3
    assert "\x1b" not in first + second
    # And each is found by what it is called or reached by
    named = antiphon("customers", "--name", "BERG", "--limit", "1").out
    again = antiphon(*shlex.split(named.splitlines()[-1].removeprefix("more: "))[1:]).out
    assert ids(named) + ids(again) == [ids(first)[0], ids(second)[0]]
    reached = antiphon("customers", "--contact", "B@X.example").out
    assert reached.splitlines() == ["Bo", f"    {ids(first)[1]}", "    mail: b@x.example"]
    assert antiphon("customers", "--contact", "nobody@x.example").status == 2
    assert antiphon("customers", "--contact", "b@x.example", "--name", "Bo").status == 2
    assert antiphon("customers", "--name", "%").out == "no customers found\n"
