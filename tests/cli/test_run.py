"""`antiphon run` as people run it: started, its advice pasted, stopped with Ctrl-C, and started again."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from infra.embedded.postgres import EmbeddedPostgres
from tests.support import cli
from tests.support.api_process import free_port
from tests.support.cli import PROGRAM
from tests.support.pasting import Shell
from tests.support.serving import PLAIN
from tests.support.waiting import wait_until

SECONDS = 60


PORT = free_port()
DESK_PORT = free_port()
ENVIRONMENT = {
    "ANTIPHON_API_PORT": str(PORT),
    "ANTIPHON_DESK_PORT": str(DESK_PORT),
    "COLUMNS": "80",
    "PYTHONUNBUFFERED": "1",
    "TERM": "dumb",
}


class Running:
    """One `antiphon …` in a session of its own; what it prints goes to files, which never fill up as pipes do.

    With a `terminal`, what it prints goes there first.
    """

    def __init__(self, home: Path, arguments: Sequence[str], number: int, *, terminal: bool = False) -> None:
        self._out, self._err = home / f"{number}.out", home / f"{number}.err"
        with self._out.open("wb") as file, self._err.open("w") as err:
            screen, out = os.openpty() if terminal else (None, os.dup(file.fileno()))
            self.process = subprocess.Popen(
                [PROGRAM, *arguments], cwd=home, stdout=out, stderr=err, start_new_session=True,
                env=os.environ | ENVIRONMENT | {"ANTIPHON_HOME": str(home)},
            )  # fmt: skip
            os.close(out)
        if screen is not None:
            threading.Thread(target=self._watch, args=[screen], daemon=True).start()

    def _watch(self, screen: int) -> None:
        # Reading fails once nobody has the other side any more.
        with self._out.open("ab", buffering=0) as file, suppress(OSError):
            while said := os.read(screen, 65_536):
                file.write(said)
        os.close(screen)

    @property
    def out(self) -> str:
        return self._out.read_bytes().decode().replace("\r\n", "\n")

    @property
    def err(self) -> str:
        return self._err.read_text()

    def logged(self, event: str, **fields: str) -> list[dict[str, Any]]:
        """The log lines of this event, with these fields."""
        lines = [json.loads(line) for line in self.err.splitlines() if line.startswith("{")]
        return [line for line in lines if line.items() >= {"event": event, **fields}.items()]

    def wait_for(self, event: str, **fields: str) -> None:
        wait_until(lambda: self.logged(event, **fields), SECONDS, f"it logs {event} {fields}")

    def stop(self, how: signal.Signals) -> int:
        """Tell it to end, and wait until it has; its exit status."""
        self.process.send_signal(how)
        return self.process.wait(SECONDS)


@contextmanager
def running(home: Path, *arguments: str, number: int = 1, terminal: bool = False) -> Iterator[Running]:
    it = Running(home, arguments, number, terminal=terminal)
    try:
        yield it
    finally:
        if it.process.poll() is None:
            it.process.kill()
            it.process.wait()
        EmbeddedPostgres(home).stop()


def begun(home: Path, *arguments: str) -> cli.Running:
    return cli.Running(ENVIRONMENT | {"ANTIPHON_HOME": str(home)}, home, *arguments)


def run(home: Path, *arguments: str) -> cli.Running:
    it = begun(home, *arguments)
    it.ended(SECONDS)
    return it


def servers(home: Path) -> list[int]:
    """PostgreSQL's processes over this home."""
    commands = ((process.pid, process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))
    return [pid for pid, command in commands if any(str(home / "postgres") in part for part in command)]


def pasted(out: str) -> list[str]:
    """The commands that it says to try next."""
    lines = out.partition("Try next")[2].splitlines()
    return [line for line in lines if line.startswith(("export ", "TOKEN=", "curl ", str(PROGRAM)))]


def called(path: str) -> httpx.Response:
    """What the API answers; while it starts, whoever calls waits."""
    return httpx.get(f"http://127.0.0.1:{PORT}{path}", timeout=SECONDS, verify=PLAIN)


@pytest.mark.timeout(420)  # more than a dozen processes, one after the other
def test_what_it_says_to_try_works_and_the_next_run_has_the_same_data(home: Path) -> None:
    # Given
    with running(home, "run", terminal=True) as first:
        first.wait_for("running", what="all")
        wait_until(lambda: "Ctrl-C stops it" in first.out, SECONDS, "all of it is printed")
        assert "took in the sample" in first.out
        assert all(word in first.out for word in ("Greta Lindqvist", "[urgent, disputed]", "Workshop / lukas"))
        shown = re.findall(r"^(strong|held: thin|shipped) +(\d+) people +(.*)$", first.out, re.MULTILINE)
        assert {
            ("strong", "32", "lights, too-dim, design"),
            ("held: thin", "4", "delivery, late-delivery, distribution"),
            ("shipped", "3", "billing, charged-twice, sales"),
        } <= set(shown)
        assert max(len(line) for line in first.out.partition("Try next")[0].splitlines()) <= 80
        # When
        shell = Shell(home)
        commands = pasted(first.out)
        # The first verb is the program itself, started by the shell; a start each would take longer than all the rest.
        first_verb = next(line for line in commands if line.startswith(str(PROGRAM)))
        loaded = [line for line in commands if line.startswith(str(PROGRAM)) and line != first_verb]
        ran = [(line, run(home, *shlex.split(line)[1:]) if line in loaded else shell.paste(line)) for line in commands]
        results = [result for line, result in ran if line.startswith(str(PROGRAM))]
        (token,) = (line for line in commands if line.startswith("TOKEN="))
        assert re.fullmatch(rf"TOKEN=\$\({PROGRAM} token \w+\)", token), "no token stands on the screen"
        inbox, conversation, reply, live = (result for line, result in ran if line.startswith("curl "))
        # Then
        verbs = [shlex.split(line)[1] for line in commands if line.startswith(str(PROGRAM))]
        assert verbs == [
            *("reply", "show", "show", "sla", "sla", "sla", "inbox", "signals", "signals"),
            *("inbox", "log", "rebuild", "doctor", "erase", "show"),
        ]
        assert [(result.status, result.err) for _, result in ran] == [(0, "")] * len(ran)
        assert "Thank you for your patience" in results[1].out
        assert "verdicts would be others" in results[3].out
        assert "policy everybody, version 1" in results[5].out
        assert results[6].out.startswith("due ")
        assert "new: lights, too-dim, design; 32 people, strong" in results[8].out
        assert "led by" in results[12].out
        assert "[erased]" in results[14].out
        assert "Thank you for your patience" not in results[14].out
        # And over HTTP
        assert all("complaint" in item["kinds"] for item in json.loads(inbox.out)["items"])
        read = json.loads(conversation.out)
        assert "Thank you for your patience" in json.dumps(read["lines"])
        assert json.loads(reply.out)["id"] == read["conversation"]["conversation_id"]
        assert "event: state" in live.out
        assert called("/docs").status_code == 200
        # When
        assert first.stop(signal.SIGINT) == 0
        assert "Traceback" not in first.err
        assert servers(home) == [], "the last one stops PostgreSQL"
    events = len(run(home, "log").out.splitlines())
    # And again
    with running(home, "run", number=2) as second:
        second.wait_for("running", what="all")
        wait_until(lambda: "The desk is at" in second.out, SECONDS, "both addresses are printed")
        addresses = f"The API is at http://127.0.0.1:{PORT}\nThe desk is at http://127.0.0.1:{DESK_PORT}\n"
        assert second.out == addresses, "no words of anybody and no token into a file"
        assert not second.logged("sample-taken-in")
        assert called("/readyz").json()["checks"]["log"]["position"] >= events
        assert second.stop(signal.SIGTERM) == 0
        assert "Traceback" not in second.err
        assert servers(home) == []
    assert len(run(home, "log").out.splitlines()) == events


def test_a_part_that_dies_is_started_again_and_none_outlives_the_whole(home: Path) -> None:
    with running(home, "run") as it:
        it.wait_for("running", what="all")
        parts = {line["part"]: line["pid"] for line in it.logged("part-started")}
        for part in ("api", "followers"):
            # When
            os.kill(parts[part], signal.SIGKILL)
            # Then
            assert called("/livez").status_code == 200, "whoever calls waits"
            it.wait_for("part-ended", part=part)
            wait_until(lambda: len(it.logged("part-started", part=part)) == 2, SECONDS, f"{part} starts")  # noqa: B023
        again = [line["pid"] for line in it.logged("part-started")]
        wait_until(lambda: called("/readyz").status_code == 200, SECONDS, "it is ready again")
        # When
        it.process.kill()
        it.process.wait()
        # Then
        wait_until(lambda: not any(psutil.pid_exists(pid) for pid in again), SECONDS, "its parts end")
        wait_until(lambda: servers(home) == [], SECONDS, "the last one stops PostgreSQL")


def test_an_api_may_run_alone_and_a_taken_port_is_refused_at_once(home: Path) -> None:
    with running(home, "run", "api") as api:
        api.wait_for("running", what="api")
        # When
        for what in ("all", "api"):
            refused = run(home, "run", what)
            # Then
            assert (refused.status, refused.out) == (2, "")
            assert refused.err.startswith("antiphon: port-taken: ")
            assert len(refused.err.splitlines()) == 1
        assert called("/livez").status_code == 200
        assert api.stop(signal.SIGHUP) == 0
        assert (api.out, servers(home)) == ("", [])


def test_subscriptions_run_alone_and_share_the_server_with_verbs_at_once(home: Path) -> None:
    # Given
    with running(home, "run", "followers") as subscriptions:
        subscriptions.wait_for("running")
        # When
        verbs = [
            begun(home, "open", "inquiry", f"Word {number}", "--from", f"n{number}@example.org") for number in range(2)
        ]
        # Then
        assert [verb.ended(SECONDS) for verb in verbs] == [0, 0]
        shown = run(home, "inbox").out
        assert all(verb.out.split()[0] in shown for verb in verbs)
        assert subscriptions.out == "", "it says nothing but its logs"
        assert "Word" not in subscriptions.err
        # When PostgreSQL dies, it is started again, and the same followers go on.
        server = EmbeddedPostgres(home).pid
        assert server is not None
        os.kill(server, signal.SIGKILL)
        subscriptions.wait_for("postgres-started-again")
        assert run(home, "open", "inquiry", "Word 2", "--from", "n2@example.org").status == 0
        assert "Word 2" in run(home, "inbox").out
        # When
        subscriptions.process.kill()
        subscriptions.process.wait()
        # Then a verb takes over the server, finds the views led by a dead leader, and stops the server.
        assert "Word 1" in run(home, "inbox").out
        assert servers(home) == []


in_the_long_form = pytest.mark.faults, pytest.mark.long_only


@pytest.mark.parametrize(
    "how", [signal.SIGTERM, *(pytest.param(how, marks=in_the_long_form) for how in (signal.SIGINT, signal.SIGHUP))]
)
def test_it_can_be_stopped_while_it_starts(home: Path, how: signal.Signals) -> None:
    with running(home, "run") as it:
        wait_until(lambda: (home / "postgres").exists(), SECONDS, "PostgreSQL is being made")
        assert it.stop(how) == 0
        assert "Traceback" not in it.err
        assert servers(home) == []
