"""ICAP servers for tests: c-icap, from Debian, where it is installed; else the test is not run, and says so. And one
that gives any answer, also such as no server should."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from tests.support.folders import short_folder
from tests.support.waiting import wait_until

ABSENT = "no ICAP server here: no c-icap with libc-icap-mod-contentfiltering"
START_SECONDS = 60

_SETTINGS = """\
PidFile {folder}/pid
CommandsSocket {folder}/commands
TmpDir {folder}
ServerLog {folder}/server.log
AccessLog {folder}/access.log
Port 127.0.0.1:{port}
StartServers 1
MaxServers 1
ModulesDir {services}
ServicesDir {services}
TemplateDir {templates}
LoadMagicFile {magic}
Service echo srv_echo.so
Service filter srv_content_filtering.so
srv_content_filtering.MaxBodyData 8M
srv_content_filtering.Match Worm body /a.worm/ score=1
srv_content_filtering.Action block score{{Worm}}
"""


@contextmanager
def running_icap() -> Iterator[str]:
    """The URL of a server of our own, which ends with this context. Its service `filter` blocks texts with "a worm",
    its service `echo` changes nothing."""
    program = shutil.which("c-icap")
    prefix = Path(program).parents[1] if program else Path("/usr")
    services = next(iter(sorted(prefix.glob("lib/*/c_icap"))), prefix)
    if program is None or not (services / "srv_content_filtering.so").exists():
        pytest.skip(ABSENT)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = short_folder("a-icap-")
    templates, magic = prefix / "share" / "c_icap" / "templates", prefix.parent / "etc" / "c-icap" / "c-icap.magic"
    settings = _SETTINGS.format(folder=folder, port=port, services=services, templates=templates, magic=magic)
    (folder / "settings").write_text(settings)
    # The kernel ends the server with us, should we be killed.
    guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    try:
        with (folder / "output").open("wb") as output, subprocess.Popen(
            [*guard, program, "-N", "-D", "-f", str(folder / "settings")],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                wait_until(
                    lambda: process.poll() is not None or _listens(port), START_SECONDS, "the ICAP server listens"
                )
                assert process.poll() is None, (folder / "output").read_text()[-2000:]
                yield f"icap://127.0.0.1:{port}"
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
    finally:
        shutil.rmtree(folder)


@contextmanager
def answering(answer: bytes, after: bytes = b"0\r\n\r\n") -> Iterator[str]:
    """The URL of a server that reads up to `after`, gives this answer to everybody, and closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    calling, _ = server.accept()
                    with calling, suppress(OSError):
                        read = b""
                        while after not in read and (more := calling.recv(65_536)):
                            read = read[-len(after) :] + more
                        calling.sendall(answer)
                        # With bytes unread, a close would take the answer back.
                        calling.shutdown(socket.SHUT_WR)
                        while calling.recv(65_536):
                            pass

        serving = Thread(target=serve, daemon=True)
        serving.start()
        yield f"icap://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        serving.join()


def skipped_for_want_of_icap(reports: list[pytest.TestReport]) -> list[str]:
    """The ids of the tests among these reports that were skipped because there is no ICAP server."""
    return [report.nodeid for report in reports if isinstance(report.longrepr, tuple) and ABSENT in report.longrepr[2]]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
