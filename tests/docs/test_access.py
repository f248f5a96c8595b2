"""docs/access.md says who may call what, as the code does."""

from __future__ import annotations

import re
from pathlib import Path

from api.edge.access import ANYBODY
from tests.support.calling import calls

PAGE = (Path(__file__).parents[2] / "docs" / "access.md").read_text()


def test_the_table_says_of_every_route_whom_it_is_for() -> None:
    columns = re.search(r"^\| route \| (.*) \|$", PAGE, re.MULTILINE)
    assert columns
    roles = columns[1].split(" | ")
    assert set(roles) == set(ANYBODY)
    rows = {
        route: {role for role, cell in zip(roles, cells.split("|"), strict=False) if cell.strip() == "yes"}
        for route, cells in re.findall(r"^\| `([A-Z]+ /[^`]*)` \|(.*)\|$", PAGE, re.MULTILINE)
    }
    assert rows == {f"{call.method} {call.path}": set(call.roles) for call in calls()}
