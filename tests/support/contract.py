"""The contract of the API as it is kept, which tests/api/test_openapi.py compares with what the routes say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_bytes())
"""Read rather than built, which takes a second in each process that collects tests."""
