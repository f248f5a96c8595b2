"""A process that writes a file into a content backend, and never ends it; for tests that kill it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from infra.content.backend import Backend
from infra.content.bucket import PART, Bucket
from infra.content.folder import Folder


def main() -> None:
    """Arguments: the owner, and the backend's place in JSON: a folder, or the arguments of a bucket."""
    owner, place = sys.argv[1], json.loads(sys.argv[2])
    backend: Backend = Folder(Path(place)) if isinstance(place, str) else Bucket(**place)
    with backend.writing(owner) as writing:
        writing.write(bytes(2 * PART + 5))
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
