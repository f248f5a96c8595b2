"""Debian's Postfix and Dovecot for tests, each with a configuration and folders of its own, on ports of this machine.

Only with MAIL=1 (`.ci/run` installs both and sets it) and as root, whose rights they need to start; elsewhere the tests
that ask for them are skipped, counted and named.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from textwrap import dedent

import psutil
import pytest

from tests.support.api_process import free_port
from tests.support.folders import short_folder
from tests.support.waiting import wait_until

ASKED = os.environ.get("MAIL", "") not in ("", "0")
ABSENT = "no mail servers here: "
POSTFIX, DOVECOT = Path("/usr/sbin/postfix"), Path("/usr/sbin/dovecot")
USER, PASSWORD = "help", "secret"
_NOBODY = 65534
ROOT = Path(__file__).parents[2]

_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
showq unix n - n - - showq
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
mynetworks = 127.0.0.0/8
myhostname = mx.shop.example
mydestination =
alias_maps =
alias_database =
{example}
transport_maps = inline:{{ {{kept.example = discard:}}, {{slow.example = smtp:[127.0.0.1]:1}} }}
delay_warning_time = 1s
relayhost = [127.0.0.1]:{relay_port}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
"""

_IMAP = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
{example}
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


def _example(after: str, place: str, ours: str) -> str:
    """The lines of configuration that docs/mail.md shows behind these words, with our place in it."""
    page = (ROOT / "docs/mail.md").read_text()
    block = page[page.index(after) + len(after) :].strip("\n").partition("\n\n")[0]
    assert place in block
    return dedent(block).replace(place, ours)


def need_mail_servers() -> None:
    """The asking test needs them: it is not run without."""
    if not ASKED:
        pytest.skip(f"{ABSENT}MAIL=1 asks for them")
    missing = [each.name for each in (POSTFIX, DOVECOT) if not each.exists()]
    missing += [] if os.geteuid() == 0 else ["root"]
    if missing:
        pytest.fail(f"{ABSENT}MAIL=1, and no {' and no '.join(missing)}")


def skipped_for_want_of_mail_servers(reports: Sequence[pytest.TestReport]) -> list[str]:
    """The ids of the tests among these reports that were skipped for want of them."""
    return [report.nodeid for report in reports if isinstance(report.longrepr, tuple) and ABSENT in report.longrepr[2]]


class Postfix:
    """A Postfix that hands mails for shop.example over by LMTP, and all others to a server behind it."""

    def __init__(self, folder: Path, port: int, lmtp_port: int) -> None:
        self.folder, self.port, self.lmtp_port = folder, port, lmtp_port

    def send(self, raw: bytes, sender: str, *recipients: str) -> None:
        """Send a mail through it, as any mail program does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as smtp:
            smtp.sendmail(sender, recipients, raw)

    def set(self, setting: str) -> None:
        """Change a line of its configuration."""
        for command in (["postconf", "-c", self.config, setting], [str(POSTFIX), "-c", self.config, "reload"]):
            subprocess.run(command, check=True, capture_output=True, timeout=30)

    @property
    def config(self) -> str:
        """The folder of its configuration."""
        return str(self.folder / "conf")

    @property
    def log(self) -> str:
        """What it logged."""
        file = self.folder / "postfix.log"
        return file.read_text(errors="replace") if file.exists() else ""


@contextmanager
def postfix(relay_port: int) -> Iterator[Postfix]:
    """Within: it runs. `relay_port`: of the server behind it."""
    folder = short_folder("a-mta-")
    found = Postfix(folder, free_port(), free_port())
    example = _example("For Postfix:", "127.0.0.1:2525", f"127.0.0.1:{found.lmtp_port}")
    given = {
        "example": example,
        "folder": folder,
        "port": found.port,
        "lmtp_port": found.lmtp_port,
        "relay_port": relay_port,
    }
    for name in ("conf", "spool", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "conf" / "main.cf").write_text(_MAIN.format(**given))
    (folder / "conf" / "master.cf").write_text(_SERVICES.format(**given))
    command = [str(POSTFIX), "-c", found.config]
    with _running([*command, "start-fg"], folder, found.port):
        (master,) = _pids_of(folder / "spool" / "pid" / "master.pid")
        try:
            yield found
        finally:
            # What was started is a script, which would leave the master behind.
            subprocess.run([*command, "stop"], check=True, capture_output=True, timeout=30)
            wait_until(lambda: not psutil.pid_exists(master), 20, "Postfix has stopped")


def _pids_of(file: Path) -> list[int]:
    return [int(each) for each in file.read_text().split()]


@contextmanager
def dovecot() -> Iterator[int]:
    """Within: a Dovecot with a mailbox for USER, which is empty at first; its port."""
    folder, port = short_folder("a-imap-"), free_port()
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    os.chown(folder / "mail", _NOBODY, _NOBODY)
    config = folder / "dovecot.conf"
    example = _example("For Dovecot:", "/srv/mail", f"{folder}/mail")
    config.write_text(_IMAP.format(example=example, folder=folder, port=port, password=PASSWORD, nobody=_NOBODY))
    with _running([str(DOVECOT), "-F", "-c", str(config)], folder, port):
        yield port


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)

    def listens() -> bool:
        assert process.poll() is None, said.read_text(errors="replace") + "".join(
            each.read_text(errors="replace") for each in folder.glob("*.log")
        )
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
        return False

    try:
        wait_until(listens, 20, f"{command[0]} listens")
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
