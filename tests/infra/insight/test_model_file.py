"""The file of a text model is read whole and right, or not at all."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.kernel.refusal import Refusal
from infra.insight.model_file import read_model, write_model
from infra.insight.sentences import Floats, SentenceEncoder
from infra.insight.theme_model import ThemeModel

TEXTS = ["The brakes squeal.", "Wo ist mein Paket?", "", "I want my money back"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "themes.safetensors"


def refused(file: Path, encoder: SentenceEncoder) -> str:
    with pytest.raises(Refusal) as refusal:
        read_model(file, encoder)
    return refusal.value.code


def test_what_is_read_is_what_was_written(model: ThemeModel, encoder: SentenceEncoder, file: Path) -> None:
    version = write_model(model, file)
    read, its_version = read_model(file, encoder)
    assert its_version == version
    assert read.suggest(TEXTS, encoder) == model.suggest(TEXTS, encoder)
    assert (read.themes, read.calibration, read.encoder) == (model.themes, model.calibration, model.encoder)
    assert os.stat(file).st_mode & 0o777 == 0o600


def test_the_same_model_has_the_same_version(model: ThemeModel, file: Path) -> None:
    assert write_model(model, file) == write_model(model, file)


def test_a_damaged_file_is_refused_wherever_it_is_damaged(
    model: ThemeModel, encoder: SentenceEncoder, file: Path
) -> None:
    write_model(model, file)
    whole = file.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    places = [0, 3, 7, 8, 9, 40, header // 2, header - 1, header, header + 1, len(whole) // 2, len(whole) - 1]
    for at in places:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :])
        assert refused(file, encoder) == "model-unfit", at
    for size in (0, 1, 8, 9, header, len(whole) - 1):
        file.write_bytes(whole[:size])
        assert refused(file, encoder) == "model-unfit", size
    file.write_bytes(whole + b"\0")
    assert refused(file, encoder) == "model-unfit"


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b"7",
        b"{}",
        b'{"__metadata__": []}',
        b'{"__metadata__": {"about": []}}',
        b'{"__metadata__": {"about": "{}", "sha256": "0"}}',
        b"[" * 100_000,
        b'{"a": {"dtype": "F32", "shape": [9999999999], "data_offsets": [0, 39999999996]}}',
    ],
)
def test_a_header_of_any_other_form_is_refused(header: bytes, encoder: SentenceEncoder, file: Path) -> None:
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    assert refused(file, encoder) == "model-unfit"


class _Touches:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_a_pickle_is_refused_and_not_run(encoder: SentenceEncoder, file: Path) -> None:
    ran = file.with_name("ran")
    content = pickle.dumps(_Touches(ran))
    for first in (b"", len(content).to_bytes(8, "little")):
        file.write_bytes(first + content)
        assert refused(file, encoder) == "model-unfit"
    assert not ran.exists()
    pickle.loads(content)  # this one does run
    assert ran.exists()


@dataclass(frozen=True)
class _OtherWeights:
    version: str = "other weights"

    def encode(self, texts: Sequence[str]) -> Floats:
        raise NotImplementedError


def test_a_model_of_other_weights_is_refused(model: ThemeModel, file: Path) -> None:
    write_model(model, file)
    assert refused(file, _OtherWeights()) == "model-unfit"


def test_a_file_that_is_no_model_is_not_written_over(model: ThemeModel, file: Path) -> None:
    file.write_text("accounts")
    with pytest.raises(Refusal) as refusal:
        write_model(model, file)
    assert (refusal.value.code, file.read_text()) == ("file-exists", "accounts")


def test_a_link_or_a_folder_is_not_written_over(model: ThemeModel, file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file)
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder", "none/at-all"):
        with pytest.raises(Refusal) as refusal:
            write_model(model, tmp_path / name)
        assert refusal.value.code == "file-not-writable"
    assert not file.exists()


def test_what_is_no_file_is_not_read(encoder: SentenceEncoder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "none", "."):
        assert refused(tmp_path / name, encoder) == "file-not-readable"
