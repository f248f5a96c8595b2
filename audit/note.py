"""Checkpoints: the size and root hash of the tree at one moment, as signed notes (C2SP signed-note, tlog-checkpoint).

Imports the standard library and `cryptography` only: a bundle for auditors carries this very file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_SIGNATURE = "— "
_LINE = re.compile(r"[a-z]+( [!-~]+)+")


class NoteInvalid(ValueError):
    """A note that is not signed by a known key, or is not a checkpoint."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures. `name`: whose it is, the log's origin."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes before a signature that tell which key made it."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as `str` writes it. Raises NoteInvalid."""
        name, _, rest = text.strip().partition("+")
        id, _, data = rest.partition("+")
        key = cls(name, _base64(data)[1:])
        if not name or _base64(data)[:1] != _ED25519 or len(key.public) != 32 or key.id.hex() != id:
            raise NoteInvalid("a public key is name+id+base64, of kind Ed25519")
        return key

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether this key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs, under a name."""

    name: str
    secret: bytes

    @property
    def public_key(self) -> PublicKey:
        """The key that checks what this one signs."""
        private = Ed25519PrivateKey.from_private_bytes(self.secret)
        return PublicKey(self.name, private.public_key().public_bytes_raw())

    def line(self, text: str) -> str:
        """The line of the signature of a text."""
        signature = Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode())
        return f"{_SIGNATURE}{self.name} {base64.b64encode(self.public_key.id + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class OtherTree:
    """Another tree at the same moment, such as that over the trail of reads: its first `size` leaves, the last of which
    is `last`, have this root hash."""

    tree: str
    size: int
    root: bytes
    last: int

    def __str__(self) -> str:
        return f"tree {self.tree} {self.size} {base64.b64encode(self.root).decode()} {self.last}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree at one moment: the first `size` events of the log have this root hash. `position`: of the last of them;
    `at`: when the checkpoint was made, by the clock of the process that made it. `more`: further lines, each a word and
    what it says (`OtherTree`; the rows of a view)."""

    origin: str
    size: int
    root: bytes
    position: int
    at: datetime
    more: tuple[str, ...] = ()

    def beside(self, tree: str) -> OtherTree | None:
        """What is said of another tree. Raises NoteInvalid."""
        for line in self.more:
            match line.split(" "):
                case ["tree", name, size, root, last] if name == tree:
                    try:
                        found = OtherTree(name, int(size), _base64(root), int(last))
                    except ValueError as error:
                        raise NoteInvalid("a line of a tree is a name, a size, a root hash and a number") from error
                    if str(found) != line or len(found.root) != 32 or found.size < 1:
                        raise NoteInvalid("a line of a tree is not written as this software writes it")
                    return found
        return None

    @property
    def text(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        lines = (self.origin, self.size, root, f"position {self.position}", f"time {self.at.isoformat()}", *self.more)
        return "".join(f"{line}\n" for line in lines)

    def signed(self, signers: Iterable[Signer]) -> str:
        """The note: the text, and the signature of each signer."""
        return f"{self.text}\n{''.join(signer.line(self.text) for signer in signers)}"


def read(note: str) -> Checkpoint:
    """The checkpoint in a note, whoever signed it. Raises NoteInvalid."""
    lines = note.partition("\n\n")[0].split("\n")
    try:
        origin, size, root, position, at, *more = lines
        checkpoint = Checkpoint(
            origin,
            int(size),
            _base64(root),
            int(position.removeprefix("position ")),
            datetime.fromisoformat(at.removeprefix("time ")),
            tuple(more),
        )
    except ValueError as error:
        raise NoteInvalid("a checkpoint is an origin, a size, a root hash, a position and a time") from error
    # A number has many spellings, and only one of them was signed.
    if f"{checkpoint.text}\n" != note[: len(checkpoint.text) + 1] or len(checkpoint.root) != 32 or checkpoint.size < 1:
        raise NoteInvalid("a checkpoint is not written as this software writes it")
    if not all(map(_LINE.fullmatch, checkpoint.more)):
        raise NoteInvalid("a further line of a checkpoint is a word and what it says")
    for line in checkpoint.more:
        if line.startswith("tree "):
            checkpoint.beside(line.split(" ")[1])
    return checkpoint


def opened(note: str, keys: Sequence[PublicKey]) -> Checkpoint:
    """The checkpoint in a note that at least one of these keys signed; no signature of one of them may be wrong. Raises
    NoteInvalid."""
    checkpoint = read(note)
    text, accepted = checkpoint.text, False
    *lines, end = note[len(text) + 1 :].split("\n")
    if end:
        raise NoteInvalid("a note ends with a line break")
    for line in lines:
        name, _, data = line.removeprefix(_SIGNATURE).rpartition(" ")
        signature = _base64(data)
        if not line.startswith(_SIGNATURE) or len(signature) < 5:
            raise NoteInvalid("a line of signatures is not one")
        for key in keys:
            if (key.name, key.id) == (name, signature[:4]):
                if not key.accepts(text, signature[4:]):
                    raise NoteInvalid(f"the signature by {key.name} is wrong")
                accepted = True
    if not accepted:
        raise NoteInvalid("no known key has signed it")
    return checkpoint


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteInvalid("base64 is expected") from error
