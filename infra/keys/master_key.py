"""The master key, which wraps all keys of the key store: read from a text, or made once for a local installation."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from contextlib import suppress
from pathlib import Path

from domain.kernel.refusal import Refusal
from infra.file_to_write import file_there

KEY_BYTES = 32


def decoded(text: str, where: str) -> bytes:
    """Decode the key from base64. Raises Refusal `master-key-invalid`, which names `where` the text stood."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Refusal(
            "master-key-invalid", f"{where} must hold {KEY_BYTES} bytes in base64; `openssl rand -base64 32` makes them"
        )
    return key


def fresh_key() -> str:
    """A new key, in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def make_once(file: Path) -> None:
    """Make a key file that only its owner can read, unless there is one; of several processes at once, one wins.

    The file is on disk when this returns: losing it would lose all personal data. Raises Refusal `home-not-usable`.
    """
    try:
        # A link that leads to a key is a mounted secret; a link that leads nowhere is no place for a new key.
        if file.exists():
            return
        file_there(file)
        file.parent.mkdir(exist_ok=True)
        file.parent.chmod(0o700)
        # Written beside and then linked, so that no process ever reads half a key.
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(fresh_key().encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
        _sync_folder(file.parent)
    except OSError as error:
        raise Refusal("home-not-usable", f"{error}; set ANTIPHON_HOME to a folder that is yours to write to") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
