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


def test_somebody_is_added_before_they_write_and_removed(api: str, agent: httpx.Client, company: Company) -> None:
    path = f"/conversations/{company.conversation}/participants"
    with client(api, company.customer) as customer:
        # Given
        assert agent.post(path, json={"reason": "her colleague"}).status_code == 422
        # When
        done(agent.post(path, json={"contact": BOB, "reason": "her colleague"}), customer, agent)
        # Then
        (bob,) = read(agent, path)["participants"]
        assert (bob["contact"], bob["channel"], bob["until"]) == ("bob@example.net", "mail", None)
        who = bob["participant_id"]
        # When
        removal = {"participant_id": who, "reason": "works elsewhere"}
        done(agent.post(f"{path}/removal", json=removal), customer, agent)
        # Then
        assert agent.post(f"{path}/removal", json=removal).json()["code"] == "participant-unknown"
        (bob,) = read(agent, path)["participants"]
        assert bob["until"] > bob["since"]
        (*_, last) = read(agent, f"/conversations/{company.conversation}/history")["lines"]
        assert (last["field"], last["old"], last["reason"]) == ("participant", who, "works elsewhere")
        lines = read(customer, f"/me/conversations/{company.conversation}")["lines"]
        told = [(each["what"], each["text"], each["participant_id"]) for each in lines if each["kind"] == "participant"]
        assert told == [("mail", "bob@example.net", who), ("left", None, who)]


def test_a_participant_sees_only_what_was_said_by_and_to_them(
    api: str, agent: httpx.Client, gateway: httpx.Client, company: Company
) -> None:
    # Given another customer, who writes in the customer's thread
    eve = done(gateway.post("/customers", json={"contacts": [{"kind": "mail", "value": "eve@example.org"}]}))["id"]
    delivered(gateway, "evesword", {"kind": "mail", "value": "eve@example.org"})
    replies = f"/conversations/{company.conversation}/replies"
    done(agent.post(replies, json={"body": "to the customer"}))
    last = agent.post(replies, json={"body": "to eve", "to": eve})
    with client(api, eve) as theirs, client(api, company.customer) as customer:
        done(last, theirs, agent, customer)
        # When
        written = theirs.post(f"/conversations/{company.conversation}/messages", json={"body": "eve again"})
        done(written, theirs, agent, customer)
        # Then
        both = [("customer", "evesword"), ("company", "to eve"), ("customer", "eve again")]
        mine = read(theirs, "/me/messages")["messages"]
        assert [(each["by"], each["text"]) for each in mine] == both
        assert [(each["by"], each["text"]) for each in read(theirs, "/me/record")["messages"]] == both
        assert theirs.get(f"/me/conversations/{company.conversation}").status_code == 404
        assert read(theirs, "/me/conversations")["conversations"] == []
        # and asks for nothing else there
        for what, said in (("verdicts", {"answered": True}), ("withdrawal", {}), ("person-requests", {})):
            answer = theirs.post(f"/conversations/{company.conversation}/{what}", json=said)
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        # The customer sees all of it, and agents what Eve said as hers.
        assert ("participant", "eve again", eve) in spoken(read(customer, f"/me/conversations/{company.conversation}"))
        assert ("company", "to eve", eve) in spoken(read(customer, f"/me/conversations/{company.conversation}"))
        assert [each["text"] for each in read(agent, f"/customers/{eve}/messages")["messages"]] == [
            text for _, text in both
        ]
        assert read(customer, "/me/messages")["messages"] == []
