"""`antiphon openapi` prints the contract, with nothing set up."""

from __future__ import annotations

import json

from api.server import routes
from tests.cli.conftest import Antiphon


def test_the_contract_is_printed(antiphon: Antiphon) -> None:
    ran = antiphon("openapi")
    assert ran.status == 0
    assert json.loads(ran.out) == routes().openapi()
