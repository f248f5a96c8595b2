"""Clients that tools generate from the contract play a story against a real API, in TypeScript and in Python: no type
is dropped, and what the contract does not allow does not compile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.serving import Company, token

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "docs" / "openapi.json"
STORIES = ROOT / "tests" / "clients"
PLAYED = {
    "subject": "late",
    "code": "idempotency-key-reused",
    "spoken": ["Where is my order?", "It comes tomorrow."],
    "opened": True,
}
"""What each story ends with."""

pytestmark = [pytest.mark.faults, pytest.mark.long_only, pytest.mark.processes]


def run(folder: Path, *command: str | Path, **environment: str) -> str:
    """What a program printed. Fails with what it said where it fails."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout


def callers(company: Company) -> list[str]:
    """The tokens of those who play."""
    return [token(company.service), token(company.agent), token(company.customer)]


def test_a_client_in_typescript_plays_a_story(api: str, company: Company, tmp_path: Path) -> None:
    if missing := [name for name in ("node", "npm") if shutil.which(name) is None]:
        pytest.skip(f"no {' and no '.join(missing)} here: the client in TypeScript is not tried")
    # Given
    folder = Path(shutil.copytree(STORIES / "typescript", tmp_path / "typescript"))
    run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    # When
    # Without the option, the tool takes a field that has a default for one that has to be sent (docs/api.md).
    option = "--default-non-nullable=false"
    run(folder, "node_modules/.bin/openapi-typescript", CONTRACT, option, "--output", "contract.d.ts")
    run(folder, "node_modules/.bin/tsc")
    played = run(folder, "node", "built/story.js", api, *callers(company))
    # Then
    assert json.loads(played) == PLAYED


def test_a_client_in_python_plays_a_story(api: str, company: Company, tmp_path: Path) -> None:
    # Given
    tools, made = tmp_path / "tools", tmp_path / "antiphon_client"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--require-hashes"]
    run(tmp_path, *pip, "--target", tools, "-r", ROOT / "requirements" / "clients.txt")
    paths: Mapping[str, str] = {"PYTHONPATH": f"{tools}:{tmp_path}", "PATH": f"{tools / 'bin'}:{os.environ['PATH']}"}
    # When
    generate = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    said = run(tmp_path, *generate, "--path", CONTRACT, "--output-path", made, "--fail-on-warning", **paths)
    played = run(tmp_path, sys.executable, STORIES / "python" / "story.py", api, *callers(company), **paths)
    # Then
    assert "WARNING" not in said
    assert json.loads(played) == PLAYED
