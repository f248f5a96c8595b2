"""What the browser runs is what the sources say: compiled anew, everything that is committed comes out byte by byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import desk_build
from tests.support.desk_build import DESK

pytestmark = pytest.mark.processes


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder, but for the pages about it."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix != ".md"
    }


@pytest.mark.timeout(400)  # npm fetches the packages of the lock, where they are not here yet
def test_what_is_committed_is_what_the_sources_compile_to(tmp_path: Path, long: bool) -> None:
    if missing := desk_build.missing():
        pytest.skip(f"no {' and no '.join(missing)} here: the desk is not compiled")
    # When
    desk_build.compiled(tmp_path)
    # Then: else run `python -m tests.support.desk_build`
    assert files(tmp_path / "built") == files(DESK / "built")
    types = "contract.d.ts"  # additions to the contract leave the rest as it is; what the desk cannot take fails above
    assert not long or (tmp_path / "source" / types).read_bytes() == (DESK / "source" / types).read_bytes()
    vendored = files(DESK / "vendor")
    del vendored["fluent-bundle/LICENSE"]  # the package comes without; Apache-2.0, as Antiphon
    assert files(tmp_path / "vendor") == vendored


def test_the_lock_names_no_registry() -> None:
    lock = (DESK / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert lock.count('"integrity"') > 20
