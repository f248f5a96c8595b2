"""The key file of checkpoints: who signs now, and whose signatures are known from before."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from domain.kernel.refusal import Refusal
from infra.file_to_write import file_there
from infra.keys.master_key import decoded, fresh_key, make_once

KNOWN = "known "


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a key file says. `secrets`: the keys that sign, 32 bytes each; `known`: public keys of former ones, as text.

    Its lines: a key in base64, as `openssl rand -base64 32` prints it; or `known` and a public key.
    """

    secrets: tuple[bytes, ...]
    known: tuple[str, ...] = ()

    @classmethod
    def read(cls, file: Path, *, make: bool = True) -> KeyFile:
        """Read a key file, which is made at the first call if `make`. Raises Refusal `checkpoint-key-missing`,
        `master-key-invalid`, `home-not-usable`."""
        if make:
            make_once(file)
        try:
            lines = [line.strip() for line in file.read_text().splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal("checkpoint-key-missing", f"the key of checkpoints cannot be read: {error}") from error
        secrets = tuple(decoded(line, str(file)) for line in lines if not line.startswith(KNOWN))
        if not secrets:
            raise Refusal("checkpoint-key-missing", f"{file} holds no key; `openssl rand -base64 32` makes one")
        return cls(secrets, tuple(line.removeprefix(KNOWN) for line in lines if line.startswith(KNOWN)))


def rotate(file: Path, former: tuple[str, ...]) -> None:
    """Replace the keys that sign by a new one; `former`: the public keys to be known from now on. Raises Refusal
    `home-not-usable`."""
    lines = [fresh_key(), *(f"{KNOWN}{each}" for each in former)]
    fresh = file.with_name(f"{file.name}.rotated")
    try:
        file_there(file)
        file_there(fresh)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write("".join(f"{line}\n" for line in lines))
            handle.flush()
            os.fsync(handle.fileno())
        fresh.rename(file)
    except OSError as error:
        raise Refusal("home-not-usable", f"{error}; name a key file in a folder that is yours to write to") from error
