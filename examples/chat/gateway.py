"""A chat on a company's web site: brings what visitors say, and shows them what the company answers.

    API=http://127.0.0.1:8000 GATEWAY_TOKEN=$(antiphon token service-chat) python examples/chat/gateway.py

Needs `httpx`. A page can keep no token, so the page speaks to this program, and this program to Antiphon: it delivers
with `POST /deliveries`, and asks `GET /outbox`. Whoever opens the page gets a secret in a cookie; its hash is the
handle by which Antiphon knows the visitor. What both sides said is in one file of SQLite (`STATE`).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

HERE = Path(__file__).parent
FILES = {"/": ("index.html", "text/html; charset=utf-8"), "/chat.js": ("chat.js", "text/javascript; charset=utf-8")}
MOST_BYTES = 500_000
"""The most bytes of what a visitor sends at once."""
POLL_SECONDS = 1.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS lines (
    number INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    message_id TEXT, conversation_id TEXT, seen INTEGER NOT NULL DEFAULT 0, reported INTEGER NOT NULL DEFAULT 0,
    UNIQUE (visitor, id));
CREATE TABLE IF NOT EXISTS begun (position INTEGER NOT NULL);
"""

state = os.environ.get("STATE", "chat.sqlite")
antiphon = httpx.Client(
    base_url=os.environ.get("API", "http://127.0.0.1:8000"),
    headers={"Authorization": f"Bearer {os.environ['GATEWAY_TOKEN']}"},
    timeout=30,
)


@contextmanager
def file() -> Iterator[sqlite3.Connection]:
    """Within: the file, written to at the end."""
    with closing(sqlite3.connect(state, timeout=30)) as connection, connection:
        yield connection


# -- what visitors say


def said(visitor: str, id: str, body: str) -> None:
    """Deliver what a visitor said, and keep it for the page. The same id again changes nothing. Raises
    httpx.HTTPError: then the page sends it again."""
    antiphon.post(
        "/deliveries",
        json={
            "channel": "chat",
            "channel_message_id": f"{visitor}/{id}",
            "thread": visitor,
            "contact": {"kind": "handle", "value": visitor},
            "body": body,
        },
    ).raise_for_status()
    with file() as lines:
        lines.execute("INSERT OR IGNORE INTO lines (visitor, id, body) VALUES (?, ?, ?)", (visitor, id, body))


# -- what the company answers


def heard(visitor: str, after: int) -> list[dict[str, Any]]:
    """The visitor's lines after this number. Whoever asks so has seen those before."""
    with file() as lines:
        lines.execute("UPDATE lines SET seen = 1 WHERE visitor = ? AND number <= ?", (visitor, after))
        rows = lines.execute(
            "SELECT number, body, message_id IS NOT NULL FROM lines WHERE visitor = ? AND number > ? ORDER BY number",
            (visitor, after),
        ).fetchall()
    return [{"number": number, "body": body, "ours": bool(ours)} for number, body, ours in rows]


def outbox(after: int, **more: Any) -> Any:
    """A page of the outbox."""
    return antiphon.get("/outbox", params={"channel": "chat", "after": after, **more}).raise_for_status().json()


def begin() -> int:
    """The position of the log at which this gateway began: what was said before is not for it."""
    with file() as lines:
        if known := lines.execute("SELECT position FROM begun").fetchone():
            return int(known[0])
        position = int(outbox(0, limit=1)["position"])
        lines.execute("INSERT INTO begun VALUES (?)", (position,))
        return position


def report(message_id: str, conversation_id: str, **reached: str) -> None:
    """Tell how far a message has come. The first report is the acknowledgement."""
    told = {"conversation_id": conversation_id, **reached}
    antiphon.put(f"/messages/{message_id}/delivery", json=told).raise_for_status()


def poll() -> None:
    """Keep what waits for the page, report it, and report what visitors have seen."""
    after = begin()
    while True:
        page = outbox(after)
        for message in page["messages"]:
            ids = message["message_id"], message["conversation_id"]
            if message["to"] is None:
                report(*ids, state="failed", code="no-visitor")
                continue
            with file() as lines:
                lines.execute(
                    "INSERT OR IGNORE INTO lines (visitor, id, body, message_id, conversation_id) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (message["to"]["value"], message["event_id"], message["body"], *ids),
                )
            report(*ids, state="sent")
        after = page["after"]
        if not page["more"]:
            break
    with file() as lines:
        unreported = (
            "SELECT message_id, conversation_id FROM lines WHERE seen AND NOT reported AND message_id IS NOT NULL"
        )
        seen = lines.execute(unreported).fetchall()
    for message_id, conversation_id in seen:
        report(message_id, conversation_id, state="delivered")
        with file() as lines:
            lines.execute("UPDATE lines SET reported = 1 WHERE message_id = ?", (message_id,))


def poll_for_ever() -> None:
    """Poll, and try again whatever came in between."""
    while True:
        try:
            poll()
        except httpx.HTTPError as error:
            print(f"Antiphon does not answer as it should: {type(error).__name__}", flush=True)
        time.sleep(POLL_SECONDS)


# -- the page


class Page(BaseHTTPRequestHandler):
    """Serves the page, and what its script asks for."""

    timeout = 30

    def do_GET(self) -> None:
        """The page, its script, or what was said."""
        asked = urlsplit(self.path)
        if asked.path in FILES:
            name, kind = FILES[asked.path]
            return self.answer(200, kind, (HERE / name).read_bytes())
        if asked.path != "/heard":
            return self.answer(404)
        after = parse_qs(asked.query).get("after", [""])[0]
        if not (after.isascii() and after.isdecimal() and len(after) < 16):
            return self.answer(400)
        return self.answer(200, "application/json", json.dumps(heard(self.visitor(), int(after))).encode())

    def do_POST(self) -> None:
        """Take what the visitor said: 204 once Antiphon has it; 503: send it again."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/said" or not (length.isascii() and length.isdecimal() and int(length) <= MOST_BYTES):
            return self.answer(400)
        try:
            told = json.loads(self.rfile.read(int(length)))
            id, body = str(told["id"])[:100], str(told["body"])
        except (ValueError, KeyError, TypeError):
            return self.answer(400)
        try:
            said(self.visitor(), id, body)
        except httpx.HTTPError:
            return self.answer(503)
        return self.answer(204)

    def visitor(self) -> str:
        """Who asks: by the secret in the cookie, or a new one."""
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get("chat")
        except CookieError:
            found = None
        self.secret = found.value if found and len(found.value) == 43 else secrets.token_urlsafe(32)
        return hashlib.sha256(self.secret.encode()).hexdigest()[:32]

    def answer(self, status: int, kind: str = "text/plain", body: bytes = b"") -> None:
        """Answer; nothing but this page may use what it holds."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'self'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if hasattr(self, "secret"):
            # Behind TLS, add `Secure`.
            self.send_header("Set-Cookie", f"chat={self.secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: what visitors do is theirs."""


def main() -> None:
    """Serve and poll until Ctrl-C."""
    with file() as lines:
        lines.executescript(SCHEMA)
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Page)
    threading.Thread(target=poll_for_ever, daemon=True).start()
    print(f"The chat is at http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
