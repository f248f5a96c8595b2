"""The clocks of a conversation over HTTP: as of any time, and as they were known at any time."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx

from commands import conversations, sla
from commands.handling import Handling
from domain.conversation_commands import SendReply
from domain.sla_policy import CorrectPolicy
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries


def test_a_clock_names_what_it_was_judged_by_and_is_told_as_of_then_and_as_known_then(
    agent: httpx.Client, handling: Handling
) -> None:
    # Given a conversation that nobody put under a policy, and an answer
    policy_id = policy_for_inquiries(handling)
    conversation_id = conversations.deliver(handling, mail(7, "t7", "7@example.org"), GATEWAY).id
    path = f"/conversations/{conversation_id}/clocks"
    (running,) = agent.get(path).raise_for_status().json()["clocks"]
    asked = datetime.fromisoformat(running["started_at"])
    position = conversations.act(handling, conversation_id, SendReply(body="Here"), AGENT).position
    # Then the policy that fits was chosen, and the answer is what it was judged by
    now = agent.get(path).raise_for_status().json()
    (first,) = now["clocks"]
    assert (running["state"], first["state"], first["policy_id"]) == ("running", "met", policy_id)
    assert (first["policy_version"], first["calendar_version"], first["target"]) == (1, 1, "PT1H")
    assert first["positions"][-1] == position
    assert datetime.fromisoformat(first["due_at"]) == asked + timedelta(hours=1)
    # When the target should have been tighter ever since
    known_at = now["now"]
    tighter = CorrectPolicy(correct_from=asked, targets={"first_reply": timedelta()})
    sla.change_policy(handling, policy_id, tighter, AGENT)
    # Then it is missed, and was not as it was known then
    (corrected,) = agent.get(path).raise_for_status().json()["clocks"]
    assert (corrected["state"], corrected["policy_version"]) == ("met-late", 2)
    assert corrected["detected_at"] is not None
    (known,) = agent.get(path, params={"known_at": known_at}).raise_for_status().json()["clocks"]
    assert known["state"] == "met"
    # And before it was opened, there is no conversation
    early = agent.get(path, params={"as_of": (asked - timedelta(minutes=1)).isoformat()})
    assert (early.status_code, early.json()["code"]) == (404, "not-found")
