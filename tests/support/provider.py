"""A real provider of OpenID Connect: npm's `oidc-provider`, as tests/web/provider/ locks it."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.serving import SECRET

FOLDER = Path(__file__).parents[1] / "web" / "provider"
CLIENT = ("desk", "a secret: with signs & blanks")
"""How provider.mjs knows the desk."""


def installed(folder: Path) -> Path:
    """A folder with the provider and its packages. Skips the test where there is no Node."""
    if missing := [name for name in ("node", "npm") if shutil.which(name) is None]:
        pytest.skip(f"no {' and no '.join(missing)} here: signing in with a provider is not tried")
    made = Path(shutil.copytree(FOLDER, folder / "provider"))
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    subprocess.run(npm, cwd=made, check=True, capture_output=True, timeout=120)
    return made


@contextmanager
def provider(folder: Path, port: int, redirect: str, token_seconds: int = 3600) -> Iterator[str]:
    """A provider at this port, whose tokens are signed as the API of the tests takes them. Gives the issuer."""
    secret = base64.b64encode(SECRET).decode()
    command = ["node", "provider.mjs", str(port), redirect, secret, str(token_seconds)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "listening\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            running.kill()
