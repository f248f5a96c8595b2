"""A mail server for development, which keeps what it gets in a folder and sends nothing on."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.mail.server import MailServer, Received

MOST_KEPT = 200
"""How many mails are kept, the last ones."""
MOST_BYTES = 30_000_000


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """Within: the server listens on this machine, at the port that it gives. Each mail is a file of `folder`, for its
    owner only, and its recipients are the first line of its header."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def take(received: Received) -> Sequence[bool]:
        names = sorted(each.name for each in folder.glob("*.eml"))
        number = int(names[-1].partition(".")[0]) + 1 if names else 1
        to = ", ".join(each.encode("ascii", "replace").decode() for each in received.recipients)
        part = folder / f"{number:06}.part"
        with open(part, "xb", opener=_for_owner) as file:
            file.write(f"X-Recipients: {to}\r\n".encode() + received.raw)
        part.rename(folder / f"{number:06}.eml")
        for name in names[: -MOST_KEPT + 1]:
            (folder / name).unlink(missing_ok=True)
        return [True] * len(received.recipients)

    address = socket.create_server(("127.0.0.1", 0))
    port: int = address.getsockname()[1]
    with MailServer(address, take, lambda _: True, name="sink.localhost", most_bytes=MOST_BYTES):
        yield port


def kept(folder: Path, last: int) -> list[bytes]:
    """The last mails that the server kept, the oldest first."""
    names = sorted(each.name for each in folder.glob("*.eml")) if folder.is_dir() else []
    return [(folder / name).read_bytes() for name in names[-last:]]


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
