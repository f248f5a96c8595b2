"""A file that a verb reads is a regular file, since a pipe keeps a verb waiting; and no key of it stands twice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from cli.yaml_file import read_texts, read_yaml
from domain.kernel.refusal import Refusal

AT = "2026-06-12T16:30:00Z"


@pytest.mark.parametrize(
    "verb",
    [
        ("scenario", "pipe"),
        ("calendar", "due", "--file", "pipe", "--calendar", "X", "--from", AT, "--budget", "PT1H"),
        ("sla", "dry-run", "pipe", "--from", AT, "--to", AT),
        ("tables", "check", "pipe"),
    ],
)
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_only_a_regular_file_is_read(
    verb: tuple[str, ...],
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Given
    monkeypatch.chdir(tmp_path)
    match kind:
        case "pipe":
            os.mkfifo("pipe")
        case "folder":
            Path("pipe").mkdir()
        case _:
            Path("pipe").symlink_to("/dev/zero")
    # When
    with pytest.raises(SystemExit) as ended:
        main([*verb])
    # Then
    said = capsys.readouterr().err
    assert (ended.value.code, said.split(": ")[1]) == (2, "file-not-readable")
    assert "pipe is not a regular file" in said


@pytest.mark.parametrize("read", [read_yaml, read_texts])
@pytest.mark.parametrize(
    "written", ["a: 1\nb: 2\na: 3\n", "x:\n  a: 1\n  a: 2\n", "{a: 1, 'a': 2}", "- {b: 1}\n- {a: 1, a: 1}\n"]
)
def test_a_key_that_stands_twice_is_refused(read: Any, written: str, tmp_path: Path) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text(written)
    with pytest.raises(Refusal, match=r"twice.yaml, line \d: a key stands there twice") as refused:
        read(file)
    assert refused.value.code == "file-not-yaml"


def test_what_is_merged_in_may_be_replaced(tmp_path: Path) -> None:
    file = tmp_path / "merged.yaml"
    file.write_text("one: &one {a: 1, b: 2}\ntwo: {<<: *one, a: 3}\n")
    assert read_yaml(file) == {"one": {"a": 1, "b": 2}, "two": {"a": 3, "b": 2}}
