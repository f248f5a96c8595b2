"""Checkpoints as signed notes: who signed counts, and nothing in a note can be changed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from audit.note import Checkpoint, NoteInvalid, PublicKey, Signer, opened, read

OURS, WITNESS = Signer("antiphon/here/1", bytes(32)), Signer("antiphon/here/1/witness", bytes([7] * 32))
OTHERS = Signer("antiphon/here/1", bytes([9] * 32))
CHECKPOINT = Checkpoint("antiphon/here/1", 12, bytes(range(32)), 15, datetime(2026, 7, 1, 12, 30, 15, 250, UTC))
KEYS = [OURS.public_key, WITNESS.public_key]


def test_a_note_is_written_as_the_specification_says() -> None:
    # The form: text, empty line, and for each signature an em dash, the name, and base64 of four bytes and signature.
    text, _, signatures = CHECKPOINT.signed([OURS, WITNESS]).partition("\n\n")
    assert text.split("\n")[:3] == ["antiphon/here/1", "12", base64.b64encode(bytes(range(32))).decode()]
    first, second = signatures.splitlines()
    assert first.startswith("— antiphon/here/1 ")
    assert second.startswith("— antiphon/here/1/witness ")
    assert base64.b64decode(first.split(" ")[2])[:4] == OURS.public_key.id
    assert len(base64.b64decode(first.split(" ")[2])) == 4 + 64


def test_a_public_key_reads_as_the_specification_says() -> None:
    # The example of the specification for signed notes (PeterNeumann).
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = PublicKey.parse(text)
    assert (key.name, key.id.hex(), str(key)) == ("PeterNeumann", "c74f20a3", text)
    note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert signature[:4] == key.id
    assert key.accepts(note, signature[4:])
    assert not key.accepts(note + " ", signature[4:])


def test_what_was_signed_is_read() -> None:
    assert opened(CHECKPOINT.signed([OURS]), KEYS) == CHECKPOINT
    assert opened(CHECKPOINT.signed([OTHERS, WITNESS]), KEYS) == CHECKPOINT, "a signature by nobody we know is left out"


@pytest.mark.parametrize("signers", [[], [OTHERS], [Signer("antiphon/there/1", bytes(32))]])
def test_a_note_that_no_known_key_signed_does_not_count(signers: list[Signer]) -> None:
    note = CHECKPOINT.signed(signers)
    assert read(note) == CHECKPOINT
    with pytest.raises(NoteInvalid):
        opened(note, KEYS)


def test_no_byte_of_a_note_can_be_changed() -> None:
    note = CHECKPOINT.signed([OURS]).encode()
    for at in range(len(note)):
        for mask in (1, 32, 128):
            changed = note[:at] + bytes([note[at] ^ mask]) + note[at + 1 :]
            with pytest.raises(NoteInvalid):
                opened(changed.decode(errors="replace"), KEYS)


@pytest.mark.parametrize("text", ["", "+", "a+b+c", "antiphon+00000000+AQ==", str(OURS.public_key)[:-4]])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        PublicKey.parse(text)
