"""What somebody names to be written may be a device, a pipe or a link, and stays what it is."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from consumers.imports.rejects import Rejects
from consumers.imports.source import Place, Reject
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import EmbeddedPostgres
from infra.file_to_write import NotAFile, file_there
from infra.keys.master_key import make_once
from infra.log import backup
from tests.refusals.of_starting import NO_VAULT, NOWHERE

Make = Callable[[Path], object]


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def _device(path: Path) -> None:
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))  # what /dev/null is


def _link_to_a_file(path: Path) -> None:
    (path.parent / "kept").touch()
    path.symlink_to("kept")


ODD = [
    pytest.param(Path.mkdir, id="folder"),
    pytest.param(os.mkfifo, id="pipe"),
    pytest.param(_socket, id="socket"),
    pytest.param(_device, id="device", marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")),
    pytest.param(_link_to_a_file, id="link"),
    pytest.param(lambda path: path.symlink_to("/nowhere"), id="dangling"),
    pytest.param(lambda path: path.symlink_to("/dev/null"), id="link-to-a-device"),
]


@pytest.mark.parametrize("make", ODD)
def test_rejects_replace_no_device_pipe_or_link(home: Path, make: Make) -> None:
    # Given
    path = home / "odd"
    make(path)
    before = os.lstat(path)
    # When
    with pytest.raises(Refusal) as refused, Rejects(path):
        pass
    # Then
    assert refused.value.code == "rejects-not-writable"
    assert os.lstat(path) == before


def test_rejects_look_again_when_they_are_written(home: Path) -> None:
    path = home / "odd"
    with Rejects(path) as rejects:
        os.mkfifo(path)
        with pytest.raises(Refusal) as refused:
            rejects.add(Reject(Place(1, 1, "a line"), "value-invalid", "why"))
    assert refused.value.code == "rejects-not-writable"
    assert stat.S_ISFIFO(os.lstat(path).st_mode)


@pytest.mark.parametrize("make", ODD)
@pytest.mark.parametrize("name", ["odd", ".odd.unfinished"])
def test_a_backup_replaces_no_device_pipe_or_link(home: Path, make: Make, name: str) -> None:
    # Given
    make(home / name)
    before = os.lstat(home / name)
    # When
    with pytest.raises(Refusal) as refused:
        backup.dump(NOWHERE, NO_VAULT, home / "odd", overwrite=True)
    # Then
    assert refused.value.code == "file-not-writable"
    assert os.lstat(home / name) == before


@pytest.mark.parametrize("name", ["users.lock", "starting.lock", "postgres.log", "sockets"])
def test_a_link_in_the_data_folder_is_not_followed(home: Path, name: str) -> None:
    # Given
    elsewhere = home / "elsewhere"
    elsewhere.mkdir(mode=0o750) if name == "sockets" else elsewhere.touch(mode=0o640)
    before = os.lstat(elsewhere)
    (home / "data").mkdir(mode=0o711)
    (home / "data" / name).symlink_to(elsewhere)
    # When
    with pytest.raises(Refusal, match="symbolic link") as refused, EmbeddedPostgres(home / "data").shared():
        pass
    # Then
    assert refused.value.code == "home-not-usable"
    assert os.lstat(elsewhere) == before


def test_no_key_is_made_where_a_link_leads_nowhere(home: Path) -> None:
    (home / "keys").mkdir()
    (home / "keys" / "master.key").symlink_to("/nowhere")
    with pytest.raises(Refusal, match="symbolic link") as refused:
        make_once(home / "keys" / "master.key")
    assert refused.value.code == "home-not-usable"


def test_a_regular_file_or_nothing_may_be_written(home: Path) -> None:
    assert not file_there(home / "new")
    (home / "new").touch()
    assert file_there(home / "new")
    with pytest.raises(NotAFile, match="is a folder"):
        file_there(home)
