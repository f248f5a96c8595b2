"""Lines as somebody pastes them into a shell: also where the machine has no curl, by sending what curl would send."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.serving import PLAIN

SECONDS = 60
CURL = shutil.which("curl")


@dataclass(frozen=True)
class Pasted:
    """What became of a line."""

    status: int
    out: str
    err: str


class Shell:
    """One shell, so to speak: what a line exports or sets, later ones have."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._set: list[str] = []

    def paste(self, line: str) -> Pasted:
        """Run one line to its end; of a stream that does not end (curl -N), the first event."""
        if assigned := re.match(r"(export )?(\w+)=", line):
            # Now, and once: what stands in $( ) is run when the line is pasted.
            ran = self._ran(f'set -e\n{line}\nprintf %s "${assigned[2]}"')
            self._set.append(f"{assigned[0]}{shlex.quote(ran.out)}")
            return Pasted(ran.status, "", ran.err)
        arguments = shlex.split(line)
        if arguments[0] != "curl" or (CURL and "-N" not in arguments):
            return self._ran(line)
        return self._followed(line) if CURL else sent(shlex.split(self._expanded(line)))

    def _script(self, line: str) -> list[str]:
        return ["/bin/sh", "-c", "\n".join([*self._set, line])]

    def _ran(self, line: str) -> Pasted:
        ran = subprocess.run(
            self._script(line), cwd=self._folder, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        return Pasted(ran.returncode, ran.stdout, ran.stderr)

    def _followed(self, line: str) -> Pasted:
        with subprocess.Popen(
            self._script(f"exec {line}"), cwd=self._folder, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            lines = []
            while (said := process.stdout.readline()).strip():
                lines.append(said)
            process.terminate()
        return Pasted(0, "".join(lines), "")

    def _expanded(self, line: str) -> str:
        values = dict(shlex.split(each)[-1].split("=", 1) for each in self._set) | os.environ
        return re.sub(r"\$(\w+)", lambda name: values[name[1]], line)


def sent(curl: Sequence[str]) -> Pasted:
    """Send what this curl command would. Raises AssertionError where it has an option that is not known here."""
    headers: dict[str, str] = {}
    body: str | None = None
    url = ""
    rest = iter(curl[1:])
    for each in rest:
        match each:
            case "-sS" | "-N":
                pass
            case "-w":
                next(rest)  # what is written after the answer
            case "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            case "-d":
                body = next(rest)
            case _:
                assert each.startswith("http"), each
                url = each
    request = httpx.Request("POST" if body else "GET", url, headers=headers, content=body)
    with httpx.Client(timeout=SECONDS, verify=PLAIN) as client:
        answer = client.send(request, stream=True)
        if "-N" in curl:
            lines = []
            for line in answer.iter_lines():
                if not line:
                    break
                lines.append(line)
            answer.close()
            return Pasted(0, "\n".join(lines), "")
        return Pasted(0, answer.read().decode(), "")
