"""The files of the pages, in memory: what a browser loads, its types, tags and the policy under which it runs."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

DESK = Path(str(files("web") / "desk"))
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ftl": "text/plain; charset=utf-8",
}
SERVED = ("built", "vendor", "words", "desk.css", "icon.svg")
"""What of the folder a browser gets, under /desk/. Sources and the compiler's files stay."""
_IMPORT_MAP = re.compile(rb'<script type="importmap">(.*?)</script>', re.DOTALL)
SMALLEST_COMPRESSED = 1000


@dataclass(frozen=True, slots=True)
class File:
    """One file, as it is and compressed. `tag`: its ETag."""

    type: str
    body: bytes
    compressed: bytes | None
    tag: str

    @classmethod
    def read(cls, path: Path) -> File:
        """Read a file of the pages."""
        body = path.read_bytes()
        compressed = gzip.compress(body, 9, mtime=0) if len(body) >= SMALLEST_COMPRESSED else None
        return cls(TYPES[path.suffix], body, compressed, f'"{hashlib.sha256(body).hexdigest()[:16]}"')

    def answer(self, request: Request) -> Response:
        """This file, or 304 where the browser has it. It asks each time: a new release is seen at the next load."""
        headers = {"ETag": self.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = self.body
        if self.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = self.compressed, "gzip"
        return Response(body, headers=headers, media_type=self.type)


class Pages:
    """All files of the desk, read once."""

    def __init__(self, folder: Path = DESK) -> None:
        self.page = File.read(folder / "index.html")
        self._files = {
            str(path.relative_to(folder)): File.read(path)
            for name in SERVED
            for path in sorted([folder / name, *(folder / name).rglob("*")])
            if path.is_file() and path.suffix in TYPES
        }

    def find(self, name: str) -> File | None:
        """The file of this name under /desk/."""
        return self._files.get(name)

    def policy(self) -> str:
        """The Content-Security-Policy of the page: its own files only, nothing inline. The import map has to stand in
        the page, so it is named by its hash. Nothing may turn text into code or markup (Trusted Types)."""
        found = _IMPORT_MAP.search(self.page.body)
        assert found is not None, "the page has an import map"
        hashed = base64.b64encode(hashlib.sha256(found[1]).digest()).decode()
        return (
            f"default-src 'none'; script-src 'self' 'sha256-{hashed}'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
