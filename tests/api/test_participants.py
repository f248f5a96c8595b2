"""Participants over HTTP: who said a line, what the customer and agents see of it, and a stranger's own record."""

from __future__ import annotations

from typing import Any

import httpx

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.api.test_customer_side import done, read
from tests.support.following import verify_all
from tests.support.serving import Company, client

BOB = {"kind": "mail", "value": "bob@example.net", "name": "Bob"}


def delivered(gateway: httpx.Client, body: str, contact: dict[str, str], *readers: httpx.Client) -> Any:
    message = {"channel": "mail", "channel_message_id": body, "thread": "t1", "contact": contact, "body": body}
    return done(gateway.post("/deliveries", json=message), *readers)


def spoken(page: Any) -> list[tuple[Any, ...]]:
    """Who said what, of a page of the customer's side."""
    return [(line["by"], line["text"], line["participant_id"]) for line in page["lines"] if line["kind"] == "message"]


def test_somebody_elses_words_are_shown_as_theirs_and_erased_with_them(
    api: str, agent: httpx.Client, gateway: httpx.Client, company: Company, log: Log, projector: Database,
    database_urls: Urls,
) -> None:  # fmt: skip
    with client(api, company.customer) as customer, client(api, company.lead) as lead:
        # When
        delivered(gateway, "bobsword", BOB, customer, agent, lead)
        # Then
        (bob,) = read(agent, f"/conversations/{company.conversation}/participants")["participants"]
        who = bob["participant_id"]
        assert (bob["contact_kind"], bob["contact"], bob["channel"]) == ("mail", "bob@example.net", "mail")
        mine = read(customer, f"/me/conversations/{company.conversation}")
        assert spoken(mine) == [("customer", "word 1", None), ("participant", "bobsword", who)]
        (joined,) = [line for line in mine["lines"] if line["kind"] == "participant"]
        assert (joined["text"], joined["participant_id"]) == ("bob@example.net", who)
        record = read(agent, f"/strangers/{who}")
        assert (record["stranger"]["value"], record["stranger"]["name"]) == ("bob@example.net", "Bob")
        assert [line["text"] for line in record["messages"]] == ["bobsword"]
        (found,) = read(agent, "/search", words="bobsword")["found"]
        assert found["passage"]["participant_id"] == who
        assert agent.get(f"/customers/{who}").status_code == 404
        # When
        done(lead.post(f"/strangers/{who}/erasure", json={"reason": "asked"}), customer, agent)
        # Then
        mine = read(customer, f"/me/conversations/{company.conversation}")
        assert spoken(mine) == [("customer", "word 1", None), ("participant", "[erased]", who)]
        assert read(agent, f"/strangers/{who}")["stranger"]["value"] == "[erased]"
        assert read(agent, "/search", words="bobsword")["found"] == []
    verify_all(log, projector, database_urls.database_url)
