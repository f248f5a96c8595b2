"""What a customer sent beyond our limits: what the answer says, what the history shows, who reads the rest, and its
end."""

from __future__ import annotations

import json

from domain.conversation.interaction import BODY_CHARACTERS
from domain.kernel.personal import ERASED
from tests.support.serving import Company, client

FILE = {"id": "f1", "size": 3, "sha256": "0" * 64}
LONG = "0123456789" * 10_000 + "and what was said last"


def test_it_is_said_in_answer_and_history_and_the_rest_is_read(api: str, company: Company) -> None:
    with client(api, company.service) as gateway, client(api, company.agent) as agent:
        # When
        sent = {
            "channel": "mail", "channel_message_id": "odd-1", "contact": {"kind": "mail", "value": "eve@example.org"},
            "body": LONG, "subject": "s" * 3_000, "language": "en_US",
            "attachments": [FILE],
        }  # fmt: skip
        answer = gateway.post("/deliveries", json=sent)
        nul = gateway.post(
            f"/conversations/{answer.json()['id']}/messages",
            content=json.dumps({"body": "a\x00b", "attachments": [FILE | {"name": None, "type": None}]}),
            headers={"Content-Type": "application/json"},
        )
        # Then
        assert answer.status_code == nul.status_code == 201, (answer.text, nul.text)
        told = [{"field": "subject", "how": "cut"}, {"field": "body", "how": "cut"}]
        told.append({"field": "language", "how": "normalised"})
        assert answer.json()["adjusted"] == told
        assert nul.json()["adjusted"] == [{"field": "body", "how": "normalised"}]
        id = answer.json()["id"]
        page = agent.get(f"/conversations/{id}", headers={"At-Least": nul.headers["Position"]}).json()
        (first,) = [line for line in page["lines"] if line["kind"] == "received" and line["about"]][:1]
        assert (first["adjusted"], first["language"]) == (told[1:], "en-US")
        assert first["text"] == LONG[:BODY_CHARACTERS]
        assert first["attachments"][0]["name"] == ""
        path = f"/conversations/{id}/as-sent?version={first['version']}"
        kept = agent.get(path).json()["adjusted"]
        assert [each["kept"] for each in kept] == [LONG[BODY_CHARACTERS:], "en_US"]
        # Then
        with client(api, page["conversation"]["customer_id"]) as eve, client(api, company.customer) as other:
            (mine,) = [line for line in eve.get(f"/me/conversations/{id}").json()["lines"] if line["as_sent"] == path]
            assert mine["adjusted"] == told[1:]
            assert eve.get(path).json()["adjusted"] == kept
            assert other.get(path).status_code == 404
        # When
        with client(api, company.lead) as lead:
            customer_id = page["conversation"]["customer_id"]
            erased = lead.post(f"/customers/{customer_id}/erasure", json={"reason": "asked"})
        # Then
        assert erased.status_code == 200, erased.text
        assert {each["kept"] for each in agent.get(path).json()["adjusted"]} == {ERASED}


def test_a_sender_of_any_form_is_taken_in(api: str, company: Company) -> None:
    odd = {"NUL": "e\x00ve@example.org", "too long": "e" * 2_000 + "@example.org", "nothing": ""}
    with client(api, company.service) as gateway:
        for number, (what, value) in enumerate(odd.items()):
            contact = {"kind": "mail", "value": value, "name": "E\x00" * 600}
            # When
            sent = {"channel": "mail", "channel_message_id": f"sender-{number}", "contact": contact, "body": "It leaks"}
            answer = gateway.post("/deliveries", json=sent)
            said = {"body": "It still leaks", "contact": contact}
            next_ = gateway.post(f"/conversations/{answer.json()['id']}/messages", json=said)
            # Then
            for each in (answer, next_):
                assert each.status_code == 201, (what, each.text)
                assert "contact.value" in [one["field"] for one in each.json()["adjusted"]]


def test_what_was_told_of_an_order_is_read_over_http(api: str, company: Company) -> None:
    with client(api, company.service) as shop, client(api, company.agent) as agent:
        # Given
        placed = {"customer_id": company.customer, "number": "as-told-1", "currency": "Euro", "lines": ["bell"]}
        order = shop.post("/orders", json=placed)
        assert order.status_code == 201, order.text
        id = order.json()["id"]
        # When
        ended = shop.put(f"/orders/{id}/cancellation", json={"parcel": "P-1", "because": "lost", "lines": []})
        # Then
        assert ended.status_code == 200, ended.text
        assert [each["field"] for each in ended.json()["adjusted"]] == ["step", "because"]
        row = agent.get(f"/orders/{id}", headers={"At-Least": ended.headers["Position"]}).json()["order"]
        assert (row["status"], len(row["parcels"])) == ("placed", 1)
        elsewhere = {"channel": "mail", "channel_message_id": "else-1", "body": "x"}
        contact = {"kind": "mail", "value": "else@example.org"}
        conversation = shop.post("/deliveries", json=elsewhere | {"contact": contact}).json()
        page = agent.get(f"/conversations/{conversation['id']}", headers={"At-Least": str(conversation["position"])})
        stranger = page.json()["conversation"]["customer_id"]
        kept: dict[str, str] = {}
        for version in dict.fromkeys(each["version"] for each in row["adjusted"]):
            path = f"/orders/{id}/as-sent?version={version}"
            answer = agent.get(path)
            kept |= {each["field"]: each["kept"] for each in answer.json()["adjusted"]}
            with client(api, company.customer) as customer, client(api, stranger) as other:
                assert customer.get(path).json() == answer.json()
                assert other.get(path).status_code == 404
        assert kept == {"currency": "Euro", "lines.0": "bell", "step": "cancelled", "because": "lost"}
        assert agent.get(f"/conversations/{id}/as-sent?version=1").status_code == 404
        # When a person says which parcel, and not what was in it
        typed = agent.put(f"/orders/{id}/cancellation", json={"parcel": "P-1"})
        # Then
        assert (typed.status_code, typed.json()["code"]) == (422, "input-invalid")
        assert "lines" in typed.json()["detail"]


def test_what_a_gateway_reported_is_read_over_http(api: str, company: Company) -> None:
    with client(api, company.service) as gateway, client(api, company.agent) as agent:
        # Given
        contact = {"kind": "mail", "value": "reported@example.org"}
        sent = {"channel": "mail", "channel_message_id": "reported-1", "contact": contact, "body": "It leaks"}
        id = gateway.post("/deliveries", json=sent).json()["id"]
        answered = agent.post(f"/conversations/{id}/replies", json={"body": "Sorry."})
        page = agent.get(f"/conversations/{id}", headers={"At-Least": answered.headers["Position"]}).json()
        (message,) = [line["about"] for line in page["lines"] if line["kind"] == "sent"]
        # When
        report = {"conversation_id": id, "state": "delivered", "code": ["250", "OK"]}
        told = gateway.put(f"/messages/{message}/delivery", json=report)
        # Then
        assert told.json()["adjusted"] == [{"field": "code", "how": "dropped"}]
        page = agent.get(f"/conversations/{id}", headers={"At-Least": told.headers["Position"]}).json()
        (receipt,) = page["receipts"]
        assert receipt["adjusted"] == [{"version": 1, "field": "code", "how": "dropped"}]
        path = f"/messages/{message}/as-sent?version=1"
        kept = agent.get(path)
        assert [each["kept"] for each in kept.json()["adjusted"]] == ['["250", "OK"]']
        with client(api, page["conversation"]["customer_id"]) as customer, client(api, company.customer) as other:
            assert customer.get(path).json() == kept.json()
            assert other.get(path).status_code == 404
