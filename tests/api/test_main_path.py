"""A message comes in, an agent reads it, answers, and reads their own answer."""

from __future__ import annotations

import httpx

from tests.support.serving import Company


def test_an_agent_reads_answers_and_reads_the_answer(
    agent: httpx.Client, gateway: httpx.Client, company: Company
) -> None:
    # Given a message in a thread of its own
    said = {
        "channel": "mail",
        "channel_message_id": "m-77",
        "contact": {"kind": "mail", "value": "bea@example.org", "name": "Bea"},
        "body": "Where is my order? ‮ <b>now</b>",
        "kind": "complaint",
        "subject": "late",
    }
    taken_in = gateway.post("/deliveries", json=said)
    assert taken_in.status_code == 201, taken_in.text
    id, position = taken_in.json()["id"], taken_in.headers["Position"]

    # When the agent reads the inbox, no earlier than that, and answers on what they saw
    inbox = agent.get("/inbox", params={"kind": "complaint"}, headers={"At-Least": position})
    assert [item["conversation_id"] for item in inbox.json()["items"]] == [id]
    assert int(inbox.headers["Position"]) >= int(position)
    seen = agent.get(f"/conversations/{id}", headers={"At-Least": position})  # the inbox may be ahead of it
    reply = {"body": "It comes tomorrow."}
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": "k1"}
    answered = agent.post(f"/conversations/{id}/replies", json=reply, headers=headers)
    assert answered.status_code == 201, answered.text
    again = agent.post(f"/conversations/{id}/replies", json=reply, headers=headers)
    changed = agent.post(f"/conversations/{id}/replies", json={"body": "no"}, headers=headers)
    late = agent.post(f"/conversations/{id}/replies", json=reply, headers={"If-Match": seen.headers["ETag"]})

    # Then it was answered once, in order, and what does not fit is refused with its code
    assert again.json() == answered.json()
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency-key-reused")
    assert (late.status_code, late.json()["code"]) == (412, "version-changed")
    after = agent.get(f"/conversations/{id}", headers={"At-Least": str(answered.json()["position"])}).json()
    assert [line["text"] for line in after["lines"] if line["kind"] in ("received", "sent")] == [
        said["body"],
        reply["body"],
    ]
    assert after["conversation"]["waiting_since"] is None
    assert after["lines"][-1]["author_id"] == company.agent

    # And what is far away is not waited for
    assert agent.get("/inbox", headers={"At-Least": "999999999"}).status_code == 425


def test_what_a_customer_says_on_the_telephone_is_taken_down_by_the_agent(
    agent: httpx.Client, company: Company
) -> None:
    # Given a conversation that waits for the customer
    path = f"/conversations/{company.conversation}"
    agent.put(f"{path}/status", json={"status": "waiting_on_customer"}).raise_for_status()
    # When they call
    taken = agent.post(f"{path}/messages", json={"body": "It has come.", "channel": "phone"})
    # Then it is what the customer said, its line tells who took it down, and it is the company's turn
    assert taken.status_code == 201, taken.text
    seen = agent.get(path, headers={"At-Least": taken.headers["Position"]}).json()
    said = [line for line in seen["lines"] if line["kind"] == "received"][-1]
    assert (said["text"], said["author_id"]) == ("It has come.", company.agent)
    assert seen["conversation"]["status"] == "open"
    assert seen["conversation"]["waiting_since"] is not None


def test_pages_of_everything_go_on_where_the_last_one_ended(agent: httpx.Client, company: Company) -> None:
    # Given a conversation of some length
    notes = f"/conversations/{company.conversation}/notes"
    noted = [agent.post(notes, json={"body": f"note {number}"}) for number in range(7)]
    assert [each.status_code for each in noted] == [201] * 7
    headers = {"At-Least": noted[-1].headers["Position"]}

    # When it is read two lines at a time
    url: str = f"/conversations/{company.conversation}/history"
    whole = agent.get(url, headers=headers).json()["lines"]
    lines, cursor = [], None
    for _ in range(20):
        page = agent.get(url, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        lines += page["lines"]
        cursor = page["cursor"]
        if cursor is None:
            break

    # Then nothing is missing and nothing comes twice
    assert lines == whole
    assert [line["version"] for line in lines] == list(range(1, len(lines) + 1))
    for path in ("/inbox", f"/customers/{company.customer}", "/staff", "/teams", "/me"):
        assert agent.get(path, headers=headers).status_code == 200, path
