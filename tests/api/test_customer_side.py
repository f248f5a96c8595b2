"""The customer's side over HTTP: what is theirs, in a shape of its own, and what they may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.serving import Company, client


@pytest.fixture
def customer(api: str, company: Company) -> Iterator[httpx.Client]:
    """The customer's app."""
    with client(api, company.customer) as calling:
        yield calling


def done(answer: httpx.Response, *readers: httpx.Client) -> Any:
    """What a command answered; whoever reads next sees its effect. Raises httpx.HTTPStatusError."""
    answer.raise_for_status()
    for reader in readers:
        reader.headers["At-Least"] = answer.headers["Position"]
    return answer.json()


def read(calling: httpx.Client, path: str, **params: Any) -> Any:
    """What is shown there. Raises httpx.HTTPStatusError."""
    return calling.get(path, params=params).raise_for_status().json()


def test_how_they_want_to_be_reached_is_theirs_to_say_and_both_sides_read_the_same(
    customer: httpx.Client, agent: httpx.Client, company: Company
) -> None:
    # When
    mine = f"/customers/{company.customer}"
    done(customer.put(f"{mine}/preferences", json={"channel": "phone", "quiet": True}))
    done(agent.put(f"{mine}/consents", json={"purpose": "surveys", "given": True}))
    done(customer.put(f"{mine}/consents", json={"purpose": "newsletter", "given": True}))
    done(customer.put(f"{mine}/consents", json={"purpose": "newsletter", "given": False}), customer, agent)
    # Then
    contact = read(customer, "/me/contact")["contact"]
    assert contact == read(agent, f"{mine}/contact")["contact"]
    assert (contact["channel"], contact["language"], contact["quiet"]) == ("phone", None, True)
    assert [(each["purpose"], each["given"], each["by"]) for each in contact["consents"]] == [
        ("newsletter", False, "customer"),
        ("surveys", True, "agent"),
    ]
    assert contact["points"] == [{"kind": "mail", "value": "ada@example.org"}]
