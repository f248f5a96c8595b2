"""`antiphon` as people run it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from infra.embedded.postgres import Urls

PROGRAM = Path(sys.executable).parent / "antiphon"


def start(urls: Urls, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A running `antiphon` in this working folder, on these databases."""
    environment = {
        **os.environ,
        "DATABASE_URL": urls.database_url,
        "VAULT_URL": urls.vault_url,
        "ANTIPHON_MASTER_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "ANTIPHON_HOME": str(folder),
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [PROGRAM, *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(urls: Urls, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What became of one `antiphon …`."""
    process = start(urls, folder, *arguments)
    out, err = process.communicate(timeout=1_000)  # the test itself ends sooner
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
