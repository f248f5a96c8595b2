"""The former release beside this one: it refuses what it cannot read, and loses nothing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.embedded.postgres import Urls
from tests.cli.conftest import MASTER_KEY, Antiphon, antiphon

__all__ = ["antiphon"]  # the fixture

ROOT = Path(__file__).parents[2]
FORMER = "94ac05a"
"""Writes messages and changes of status as version 1; this release writes version 2."""

Former = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The former release's source, out of the history."""
    packed = subprocess.run(["git", "archive", FORMER], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"the former release, {FORMER}, is not in the history of this checkout")
    folder = tmp_path_factory.mktemp("former")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture
def former(sources: Path, database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Former:
    """`former("show", id)`: the former release on this test's databases."""
    monkeypatch.setenv("ANTIPHON_DEADLINE_SECONDS", "60")  # two releases at once, on whatever machine

    def run(*arguments: str, seconds: int = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from cli.main import main; main()", *arguments],
            cwd=sources,
            env={
                **os.environ,
                "PYTHONPATH": str(sources),
                "DATABASE_URL": database_urls.database_url,
                "VAULT_URL": database_urls.vault_url,
                "ANTIPHON_MASTER_KEY": MASTER_KEY,
                "ANTIPHON_HOME": str(tmp_path),
                "COLUMNS": "80",
                "ANTIPHON_DEADLINE_SECONDS": str(seconds),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def waits(ran: subprocess.CompletedProcess[str]) -> bool:
    """Whether a verb of the former release ended because its views do not get on."""
    return ran.returncode == 75 and "unavailable: the views" in ran.stderr


def test_in_the_order_of_the_page_nothing_is_set_aside_or_lost(former: Former, antiphon: Antiphon) -> None:
    # Given what the former release wrote, and what this one writes, whose subscriptions are at work
    theirs = former("open", "inquiry", "Old words", "--from", "bo@example.org").stdout.split(" at ")[0]
    opened = antiphon("open", "inquiry", "New words", "--from", "ada@example.org")
    assert opened.status == 0, opened.err
    ours = opened.id
    assert "New words" in antiphon("show", ours).out
    # When a process of the former release is asked once more
    refused = former("note", ours, "Of the former release")
    # Then it refuses what it cannot read and writes nothing,
    assert (refused.returncode, refused.stderr.split(": ")[1]) == (2, "version-newer")
    # and goes on with its own.
    assert former("note", theirs, "A regular").returncode == 0
    # And this release reads all of it, once the former versions of views are gone.
    assert antiphon("retire").status == 0
    assert antiphon("parked", "list").out.startswith("nothing")
    assert "A regular" in antiphon("show", theirs).out
    assert "Of the former release" not in antiphon("show", ours).out


@pytest.mark.faults
@pytest.mark.long_only
def test_what_a_former_subscription_cannot_open_is_lost_to_nobody(former: Former, antiphon: Antiphon) -> None:
    # Given a message of this release's, which the former release's subscriptions meet first
    ours = antiphon("open", "inquiry", "New words", "--from", "ada@example.org").id
    shown = former("show", ours, seconds=5)
    assert "New words" not in shown.stdout
    # Then they wait, and set nothing aside: a text under a key of its own looks to them as if it were damaged.
    assert waits(shown)
    assert antiphon("parked", "list").out.startswith("nothing")
    # When the former versions of views go
    assert antiphon("retire").status == 0
    # Then nothing is missing.
    assert antiphon("parked", "list").out.startswith("nothing")
    assert "New words" in antiphon("show", ours).out


@pytest.mark.faults
@pytest.mark.long_only
def test_what_the_former_release_merged_goes_on_here(former: Former, antiphon: Antiphon) -> None:
    # Given two conversations that the former release made one
    one, other = (
        former("open", "inquiry", words, "--from", "bo@example.org").stdout.split(" at ")[0]
        for words in ("Here", "There")
    )
    assert former("merge-conversation", one, other, "--reason", "the same").returncode == 0
    # Then this release shows them as one
    shown, listed = antiphon("show", other).out, antiphon("inbox").out
    assert "Here" in shown
    assert "There" in shown
    assert (one in listed, other in listed) == (False, True)
    # And takes them apart.
    assert antiphon("separate-conversation", one, "--reason", "two after all").status == 0
    listed = antiphon("inbox").out
    assert "Here" not in antiphon("show", other).out
    assert (one in listed, other in listed) == (True, True)
