"""What a refusal or a list says helps whoever reads it: none of these sent people the wrong way before."""

from __future__ import annotations

import httpx
import pytest

from tests.api.conftest import agent, api, company
from tests.cli.conftest import Antiphon, antiphon

__all__ = ["agent", "antiphon", "api", "company"]


def test_a_path_that_is_no_route_is_not_called_an_id(agent: httpx.Client) -> None:
    assert agent.get("/nonsense").json()["detail"] == "there is no such route; /docs lists them"


def test_who_leaves_and_is_not_there_is_a_handle_to_check(antiphon: Antiphon) -> None:
    refused = antiphon("leave", "nosuch")
    assert (refused.status, "nobody has the handle nosuch; check it" in refused.err) == (2, True)


def test_an_id_is_whole_on_a_narrow_terminal(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    id = antiphon("open", "inquiry", "word", "--from", "ada@x.example").id
    monkeypatch.setenv("COLUMNS", "40")
    assert id in antiphon("inbox").out


def test_what_was_asked_for_otherwise_than_by_an_id_is_named(agent: httpx.Client, antiphon: Antiphon) -> None:
    address = agent.get("/customers/by-contact", params={"kind": "mail", "value": "nobody@nowhere.example"})
    number = agent.get("/orders", params={"number": "none-such"})
    assert (address.status_code, number.status_code) == (404, 404)
    assert address.json()["detail"] == "not known here; check its kind and its value"
    assert number.json()["detail"] == "not known here; check the number"
    refused = antiphon("by-contact", "nobody@nowhere.example")
    assert "a customer with this contact point is not known here; check how it is written" in refused.err
