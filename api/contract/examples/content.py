"""The examples of requests and answers about files, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import LEAK_PICTURE, PICTURE

ANSWERS: Mapping[str, Any] = {
    **{
        name: {
            "id": LEAK_PICTURE,
            "position": 4714,
            "size": 48213,
            "type": "image/jpeg",
            "sha256": PICTURE["sha256"],
            "quarantined": False,
        }
        for name in ("send_content", "send_content_of_stranger", "send_my_content", "send_own_content")
    },
    "read_content": "the bytes of the file",
    "read_mail_html": "<!DOCTYPE html>\n<html>…</html>",
}
