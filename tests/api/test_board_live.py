"""The board and its live stream: whoever follows it holds what is read, whatever a team writes and a caller sends."""

from __future__ import annotations

import httpx

from commands.executor.executor import CommandExecutor
from commands.signal import merging
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.signal.commands import MergeSignal, RouteSignal, SeparateSignal
from domain.staff import FormTeam
from tests.support.companies import AGENT
from tests.support.live_client import LiveClient, live_clients, read_whole
from tests.support.serving import Company, client
from tests.support.signal_evidence import FEW, Given
from tests.support.waiting import wait_until

INJECTED = "Soon\n\nevent: end\ndata: {}\n\n\x1b[2J<script>"
"""Were it not written as JSON, a follower would take this for events of its own."""


def routed(executor: CommandExecutor, theme: str, team_id: str) -> str:
    command = RouteSignal(area="kettles", theme=theme, stage="design", team_id=team_id, because=INJECTED)
    return route(executor, command, AGENT, Given(of_any=FEW)).id


def test_whoever_follows_the_board_holds_what_is_read(api: str, company: Company, executor: CommandExecutor) -> None:
    other_team = staffing.form_team(executor, FormTeam(name="Sales"), AGENT).id
    leaks, drips = (routed(executor, theme, company.team) for theme in ("leaks", "drips"))
    with client(api, company.lead) as lead, live_clients() as portal:
        areas = [{"product_area": each} for each in ("kettles", "lamps")]
        filters = [{}, {"lane": "planned"}, {"team_id": other_team}, *areas]
        clients = [LiveClient(portal, company.design, "/board", each).connect(api) for each in filters]

        def same() -> list[set[str]]:
            """What each holds, once that is what is read."""
            lead.headers["At-Least"] = str(executor.log.position())
            wholes = [read_whole(lead, "/board", each) for each in filters]
            for each, whole in zip(clients, wholes, strict=True):
                wait_until(lambda: each.now_holds() == whole, 30, f"held as read: {each.params}")  # noqa: B023
            every, *narrowed, kettles, lamps = [{id for (id,) in whole["signals"]} for whole in wholes]
            assert (kettles, lamps) == (every, set())
            return [every, *narrowed]

        def answer(**body: str) -> None:
            lead.put(f"/signals/{leaks}/answer", json=body).raise_for_status()

        # Given
        assert same() == [{leaks, drips}, set(), set()]
        # When a signal goes from lane to lane and to another team, and becomes a part and none again
        answer(answer="plan", text=INJECTED)
        assert same() == [{leaks, drips}, {leaks}, set()]
        answer(answer="hand-on", text=INJECTED, team_id=other_team)
        assert same() == [{leaks, drips}, set(), {leaks}]
        merging.merge(executor, drips, MergeSignal(into=leaks), AGENT)
        assert same() == [{leaks}, set(), {leaks}]
        merging.separate(executor, drips, SeparateSignal(), AGENT)
        assert same() == [{leaks, drips}, set(), {leaks}]
        # Then no text of a team became an event, and what was held of one filter is not taken for another's
        assert {name for each in clients for name, _ in each.events} <= {"state", "change"}
        clients[1].drop()
        clients[1].last_id, told = clients[0].last_id, len(clients[1].events)
        clients[1].connect(api)
        wait_until(lambda: len(clients[1].events) > told, 30, "told anew")
        assert clients[1].events[told][0] == "state"
        assert same() == [{leaks, drips}, set(), {leaks}]


def test_the_board_refuses_what_makes_no_sense(api: str, company: Company, executor: CommandExecutor) -> None:
    for theme in ("leaks", "drips"):
        routed(executor, theme, company.team)
    with client(api, company.design) as design, client(api, company.customer) as customer:
        design.headers["At-Least"] = str(executor.log.position())

        def code(caller: httpx.Client, path: str) -> str:
            answer = caller.get(path)
            return "" if answer.is_success else str(answer.json()["code"])

        for path in ("/board", "/board/live"):
            assert code(customer, path) == "forbidden"
            assert code(design, f"{path}?lane=routed") == "input-invalid"
            assert code(design, f"{path}?team_id='; DROP TABLE") == "input-invalid"
            assert code(design, f"{path}?{'&'.join(['lane=new'] * 51)}") == "input-invalid"
        assert code(design, "/board?cursor=abc") == "cursor-invalid"
        assert code(design, "/board?overdue=true&lane=new") == "input-invalid"
        assert design.get("/board?overdue=true").json()["signals"] == []
        page = design.get("/board?limit=1").json()
        assert len(page["signals"]) == 1
        assert len(design.get("/board", params={"cursor": page["cursor"]}).json()["signals"]) == 1
        assert design.get("/board?team_id=team-none").json()["signals"] == []
