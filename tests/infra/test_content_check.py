"""The check of a file: a command that gets the file on its standard input, and whose exit code is the verdict."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.content.check import FileCheck
from infra.keys.sealing import SealBroken
from tests.support.waiting import wait_until

pytestmark = pytest.mark.processes

LARGE = [bytes(64 * 1024)] * 40
"""More than a pipe holds."""


@pytest.mark.parametrize(
    ("command", "verdict"),
    [
        ("sh -c '! grep -q worm'", "passed"), ("sh -c 'cat > /dev/null; exit 1'", "quarantined"),
        ("sh -c 'exit 2'", "unchecked"), ("sh -c 'kill -9 $$'", "unchecked"), ("/not/there", "unchecked"),
        ("true", "passed"), ("false", "quarantined"),
    ],
)  # fmt: skip
def test_the_exit_code_is_the_verdict(command: str, verdict: str) -> None:
    assert FileCheck(command, 60).verdict([b"a leak", *LARGE]) == verdict


def test_the_command_gets_the_whole_file() -> None:
    count = f"{sys.executable} -c 'import sys; sys.exit(len(sys.stdin.buffer.read()) != {len(LARGE) * len(LARGE[0])})'"
    assert FileCheck(count, 60).verdict(LARGE) == "passed"
    assert FileCheck(count, 60).verdict([*LARGE, b"x"]) == "quarantined"


def test_a_command_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    # Given
    started = tmp_path / "pid"

    def parts() -> Iterator[bytes]:
        wait_until(lambda: started.exists() and started.read_text().strip(), 10, "the command did not start")
        yield from LARGE

    # When
    assert FileCheck(f"sh -c 'sleep 1000 & echo $! > {started}; wait'", 0.1).verdict(parts()) == "unchecked"
    # Then
    wait_until(lambda: ended(started.read_text().strip()), 10, "a child of the command goes on")


def test_the_command_gets_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", "secret")
    assert FileCheck("sh -c '! env | grep -q secret'", 60).verdict([b""]) == "passed"


def ended(process_id: str) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_file_that_cannot_be_read_ends_the_command() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a leak"
        raise SealBroken("changed")

    with pytest.raises(SealBroken):
        FileCheck("cat", 60).verdict(broken())
