"""`antiphon run` as people run it: started, its advice pasted, stopped with Ctrl-C, and started again."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from infra.embedded import EmbeddedPostgres
from tests.support.cli import PROGRAM
from tests.support.waiting import wait_until

SECONDS = 60


class Running:
    """One `antiphon …` in a session of its own; what it prints goes to files, which never fill up as pipes do."""

    def __init__(self, home: Path, arguments: Sequence[str], number: int) -> None:
        self._out, self._err = home / f"{number}.out", home / f"{number}.err"
        with self._out.open("w") as out, self._err.open("w") as err:
            self.process = subprocess.Popen(
                [PROGRAM, *arguments], cwd=home, stdout=out, stderr=err, start_new_session=True,
                env=os.environ | {"ANTIPHON_HOME": str(home), "COLUMNS": "80", "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    @property
    def out(self) -> str:
        return self._out.read_text()

    @property
    def err(self) -> str:
        return self._err.read_text()

    def wait_for(self, event: str) -> None:
        wait_until(lambda: f'"event": "{event}"' in self.err, SECONDS, f"it logs {event}")

    def stop(self, how: signal.Signals) -> int:
        """Tell it to end, and wait until it has; its exit status."""
        self.process.send_signal(how)
        return self.process.wait(SECONDS)


@contextmanager
def running(home: Path, *arguments: str, number: int = 1) -> Iterator[Running]:
    it = Running(home, arguments, number)
    try:
        yield it
    finally:
        if it.process.poll() is None:
            it.process.kill()
            it.process.wait()
        EmbeddedPostgres(home).stop()


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ANTIPHON_HOME": str(home)}
    return subprocess.run(
        [PROGRAM, *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
    )


def servers(home: Path) -> list[int]:
    """PostgreSQL's processes over this home."""
    commands = ((process.pid, process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))
    return [pid for pid, command in commands if any(str(home / "postgres") in part for part in command)]


def pasted(out: str) -> list[str]:
    """The commands that it says to try next."""
    lines = out.partition("Try next")[2].splitlines()
    return [line for line in lines if line.startswith(("export ", str(PROGRAM)))]


def test_what_it_says_to_try_works_and_the_next_run_goes_on_with_the_same_data(home: Path) -> None:
    # Given
    with running(home, "run") as first:
        first.wait_for("running")
        assert "took in the sample" in first.out
        assert all(word in first.out for word in ("Greta Lindqvist", "[urgent, disputed]", "Workshop / lukas"))
        assert max(len(line) for line in first.out.partition("Try next")[0].splitlines()) <= 80
        # When
        commands = pasted(first.out)
        verbs = [shlex.split(command)[1] for command in commands]
        results = [
            subprocess.run(
                ["/bin/sh", "-c", command], cwd=home, capture_output=True, text=True, check=False, timeout=SECONDS
            )
            for command in [f"{commands[0]}; {command}" for command in commands[1:]]
        ]
        # Then
        assert verbs[1:] == ["reply", "show", "show", "inbox", "log", "rebuild", "doctor", "erase", "show"]
        assert [(ran.returncode, ran.stderr) for ran in results] == [(0, "")] * len(results)
        assert "Thank you for your patience" in results[1].stdout
        assert "led by" in results[6].stdout
        assert "[erased]" in results[8].stdout
        assert "Thank you for your patience" not in results[8].stdout
        # When
        assert first.stop(signal.SIGINT) == 0
        assert "Traceback" not in first.err
        assert servers(home) == [], "the last one stops PostgreSQL"
    events = len(run(home, "log").stdout.splitlines())
    # And again
    with running(home, "run", number=2) as second:
        second.wait_for("running")
        assert "took in the sample" not in second.out
        assert second.stop(signal.SIGTERM) == 0
        assert "Traceback" not in second.err
        assert servers(home) == []
    assert len(run(home, "log").stdout.splitlines()) == events


def test_followers_run_alone_and_share_the_server_with_verbs_at_once(home: Path) -> None:
    # Given
    with running(home, "run", "followers") as followers:
        followers.wait_for("running")
        # When
        verbs = [
            subprocess.Popen(
                [PROGRAM, "open", "inquiry", f"Word {number}", "--from", f"n{number}@example.org"],
                cwd=home, env=os.environ | {"ANTIPHON_HOME": str(home)}, stdout=subprocess.PIPE, text=True,
            )
            for number in range(2)
        ]  # fmt: skip
        said = [verb.communicate(timeout=SECONDS)[0] for verb in verbs]
        # Then
        assert [verb.returncode for verb in verbs] == [0, 0]
        shown = run(home, "inbox").stdout
        assert all(line.split()[0] in shown for line in said)
        assert followers.out == "", "it says nothing but its logs"
        assert "Word" not in followers.err
        # When PostgreSQL dies, it is started again, and the same followers go on.
        server = EmbeddedPostgres(home).pid
        assert server is not None
        os.kill(server, signal.SIGKILL)
        followers.wait_for("postgres-started-again")
        assert run(home, "open", "inquiry", "Word 2", "--from", "n2@example.org").returncode == 0
        assert "Word 2" in run(home, "inbox").stdout
        # When
        followers.process.kill()
        followers.process.wait()
        # Then a verb takes over the server, finds the views led by a dead leader, and stops the server.
        assert "Word 1" in run(home, "inbox").stdout
        assert servers(home) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_can_be_stopped_while_it_starts(home: Path, how: signal.Signals) -> None:
    with running(home, "run") as it:
        wait_until(lambda: (home / "postgres").exists(), SECONDS, "PostgreSQL is being made")
        assert it.stop(how) == 0
        assert "Traceback" not in it.err
        assert servers(home) == []
