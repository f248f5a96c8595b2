"""Decision tables over the API: published by a lead, read, and tried on what was decided, with nothing recorded."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.support.feedback import THEMES, complain
from tests.support.serving import Company, client

WRITTEN: dict[str, Any] = THEMES.model_dump(mode="json", exclude_none=True)


def test_a_table_is_published_read_and_tried_on_what_was_decided(
    api: str, company: Company, executor: CommandExecutor, log: Log
) -> None:
    with client(api, company.lead) as lead, client(api, company.agent) as agent:
        # Given
        published = lead.post("/tables", json={"name": "themes", "table": WRITTEN, "reason": "as we speak"}).json()
        for who, theme in (("ada", "leaks"), ("bea", "leaks"), ("ada", "drips")):
            complain(executor, who, theme)
        # When leaks become a matter of design
        draft = deepcopy(WRITTEN)
        draft["rules"][0]["then"]["stage"] = '"design"'
        position = log.position()
        tried = lead.post(f"/tables/{published['id']}/trial", json={"table": draft}).json()
        old = lead.post(f"/tables/{published['id']}/trial", json={"table": draft, "since": "2100-01-01T00:00:00Z"})
        # Then
        assert {name: tried[name] for name in ("inputs", "changed", "refused_by_both")} == {
            "inputs": 3, "changed": 2, "refused_by_both": 0,
        }  # fmt: skip
        (change,) = tried["changes"]
        assert change["number"] == 2
        assert change["before"]["results"] == [{"theme": '"leaks"', "stage": '"production"'}]
        assert change["after"]["results"] == [{"theme": '"leaks"', "stage": '"design"'}]
        assert change["examples"][0] == {"theme": '"leaks"'}
        assert old.json()["inputs"] == 0
        assert log.position() == position, "nothing was recorded"
        # And every version is read with its author and its reason
        agent.headers["At-Least"] = str(published["position"])
        (version,) = agent.get(f"/tables/{published['id']}").json()["versions"]
        assert (version["name"], version["version"], version["reason"]) == ("themes", 1, "as we speak")
        assert version["table"]["rules"][0]["then"] == {"theme": '"leaks"', "stage": '"production"'}
        assert [each["id"] for each in agent.get("/tables").json()["versions"]] == [published["id"]]
        # And only leads publish, what makes sense
        assert agent.post("/tables", json={"name": "themes", "table": draft}).status_code == 403
        draft["rules"][0]["when"]["theme"] = "[1.."
        assert lead.post("/tables", json={"name": "themes", "table": draft}).json()["code"] == "table-not-understood"
