"""An API or a door that cannot go on ends its process and says so, so that whoever looks after it starts it again."""

from __future__ import annotations

import socket

import pytest

from tests.cli.conftest import MASTER_KEY, Antiphon


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(("part", "code"), [("api", "api-ended"), ("desk", "desk-ended")])
def test_a_process_whose_server_has_stopped_ends(
    antiphon: Antiphon, part: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTIPHON_TOKEN_SECRET", MASTER_KEY)
    # Given an address on which no server can listen: one of datagrams
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as address:
        address.bind(("127.0.0.1", 0))
        # When
        ran = antiphon("run", part, "--socket-fd", str(address.dup().detach()))
    # Then
    assert ran.status == 2
    assert ran.err.splitlines()[-1].startswith(f"antiphon: {code}: ")
