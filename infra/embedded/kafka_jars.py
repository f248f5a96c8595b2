"""The jars of Apache Kafka: resolved once by Maven as jars/pom.xml pins them, and compared with their SHA-256 sums
before each use. Tests resolve the jars of another server in the same way."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from domain.kernel.refusal import Refusal

# Java and Maven read these files themselves, so they need paths; pip always unpacks a wheel.
PINNED = Path(str(files("infra.embedded") / "jars"))
"""The folder of the pins (pom.xml, SHA256SUMS) and of the settings of the broker's log."""

JAVA = 17
RESOLVE_SECONDS = 600


def missing_programs() -> list[str]:
    """The ones of `java` and `mvn` that this machine lacks."""
    return [program for program in ("java", "mvn") if shutil.which(program) is None]


def jars(cache: Path | None = None, pins: Path = PINNED, name: str = "kafka") -> Path:
    """The folder of jars, under `cache` (default: ~/.cache/antiphon), resolved at the first call. `pins`: the folder
    with pom.xml and SHA256SUMS; `name`: what the folder's name begins with.

    Raises Refusal `kafka-not-installed`, `kafka-jars-differ`.
    """
    cache = cache or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "antiphon"
    pinned = (pins / "pom.xml").read_bytes() + (pins / "SHA256SUMS").read_bytes()
    folder = cache / f"{name}-{hashlib.sha256(pinned).hexdigest()[:12]}"
    if not folder.exists():
        _resolve(pins, folder)
    _compare(folder, pins)
    return folder


def _resolve(pins: Path, folder: Path) -> None:
    if missing := missing_programs():
        raise Refusal(
            "kafka-not-installed",
            f"a broker of our own needs Java {JAVA} and Maven, and there is no {' and no '.join(missing)} here; "
            "on Debian: apt-get install openjdk-17-jre-headless maven; or set KAFKA_BOOTSTRAP_SERVERS",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside, and renamed when complete: no other process, and no later run, finds half of it.
    with tempfile.TemporaryDirectory(prefix="kafka.unfinished-", dir=folder.parent) as unfinished:
        fresh = Path(unfinished) / "jars"
        command = ["mvn", "-q", "-B", "-f", str(pins / "pom.xml"), "dependency:copy-dependencies"]
        try:
            output = subprocess.run(
                [*command, "-DincludeScope=runtime", f"-DoutputDirectory={fresh}"],
                capture_output=True,
                text=True,
                timeout=RESOLVE_SECONDS,
                check=True,
            )
            assert fresh.is_dir(), output.stdout
        except (OSError, subprocess.SubprocessError) as error:
            words = str(getattr(error, "stdout", None) or error).strip()
            raise Refusal("kafka-not-installed", f"Maven could not fetch the jars: {words[-500:]}") from error
        _compare(fresh, pins)
        with suppress(OSError):  # another process was faster
            fresh.rename(folder)


def _compare(folder: Path, pins: Path) -> None:
    lines = [line.split() for line in (pins / "SHA256SUMS").read_text().splitlines()]
    pinned = {name: digest for digest, name in lines}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.iterdir()}
    if found != pinned:
        wrong = sorted(name for name in found.keys() | pinned.keys() if found.get(name) != pinned.get(name))
        raise Refusal(
            "kafka-jars-differ",
            f"{folder} is not what {pins / 'SHA256SUMS'} pins: {', '.join(wrong[:5])}; nothing of it was run; "
            "remove the folder, and it is fetched anew",
        )
