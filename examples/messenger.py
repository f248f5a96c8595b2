"""A messenger such as WhatsApp: told of replies by a webhook, and telling by signed posts what customers say.

    antiphon webhooks register http://127.0.0.1:8090/antiphon --channel messenger     # prints id and key, once
    API=… WEBHOOK=webhook-… WEBHOOK_KEY=whsec_… PROVIDER=… PROVIDER_SECRET=… python examples/messenger.py

Needs `httpx` and `standardwebhooks`; and `ANTIPHON_WEBHOOK_PRIVATE=1`, where it runs beside Antiphon.

It has two neighbours. Antiphon posts replies to `/antiphon`; they go to the provider's `POST /messages`, with a
reference that it tells again. The provider calls back at `/provider`: messages of customers, and how far ours have
come; both go to Antiphon's `POST /webhooks/{id}/inbound`. Neither neighbour gets a 2xx before the other one has it, so
that nothing is lost whatever dies in between: then it comes again. Which replies were sent is in one file of SQLite
(`STATE`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

MOST_BYTES = 2_000_000
"""The most bytes of a post. One of Antiphon's holds a reply of at most 100,000 characters, and what is around it."""

webhook, key = os.environ["WEBHOOK"], Webhook(os.environ["WEBHOOK_KEY"])
provider_secret = os.environ["PROVIDER_SECRET"].encode()
state = os.environ.get("STATE", "messenger.sqlite")
antiphon = httpx.Client(base_url=os.environ.get("API", "http://127.0.0.1:8000"), timeout=30)
provider = httpx.Client(base_url=os.environ["PROVIDER"], timeout=10)


@contextmanager
def file() -> Iterator[sqlite3.Connection]:
    """Within: the file, written to at the end."""
    with closing(sqlite3.connect(state, timeout=30)) as connection, connection:
        yield connection


# -- what the company says


def send(webhook_id: str, reply: dict[str, Any]) -> None:
    """Send a reply through the provider, once however often it is posted. Raises httpx.HTTPError: it has to come
    again."""
    with file() as known:
        if known.execute("SELECT 1 FROM sent WHERE webhook_id = ?", (webhook_id,)).fetchone():
            return
    reference = f"{reply['conversation_id']} {reply['message_id']}"
    if reply["to"] is None or reply["to"]["kind"] != "phone":
        told_back(reference, "failed", "no-number")
    else:
        message = {"to": reply["to"]["value"], "text": reply["body"], "reference": reference}
        provider.post("/messages", json=message).raise_for_status()
    # Where this program dies before this line, the reply is sent twice, unless the provider drops a repeated reference.
    with file() as known:
        known.execute("INSERT OR IGNORE INTO sent VALUES (?)", (webhook_id,))


# -- what customers say, and how far replies have come


def tell(id: str, kind: str, **data: Any) -> None:
    """Post to Antiphon, signed; once it is answered, it is kept there. Raises httpx.HTTPError: it has to come again."""
    body = json.dumps({"type": f"antiphon.inbound.{kind}.v1", "data": data})
    at = datetime.now(UTC)
    signature = key.sign(id, at, body)
    signed = {"webhook-id": id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    antiphon.post(f"/webhooks/{webhook}/inbound", content=body, headers=signed).raise_for_status()


def called_back(told: dict[str, Any]) -> None:
    """Pass on what the provider tells: messages, and how far ours have come. Raises httpx.HTTPError."""
    for each in told.get("messages", ()):
        tell(
            f"message-{each['id']}".replace(".", "-"),
            "message",
            channel="messenger",
            message_id=each["id"],
            contact={"kind": "phone", "value": each["from"], "name": each.get("name")},
            thread=each["from"],
            body=each.get("text"),
            occurred_at=each["at"],
        )
    for each in told.get("statuses", ()):
        told_back(each["reference"], each["status"], each.get("code"))


def told_back(reference: str, state: str, code: str | None) -> None:
    """Report how far the message of a reference has come. Raises httpx.HTTPError."""
    conversation_id, message_id = reference.split(" ")
    id = f"{message_id}-{state}"
    tell(id, "delivery", message_id=message_id, conversation_id=conversation_id, state=state, code=code)


class Gateway(BaseHTTPRequestHandler):
    """Takes the posts of both neighbours, and believes what is signed."""

    timeout = 30

    def do_POST(self) -> None:
        """204: done with; 401: not signed by the neighbour; 503: the other neighbour does not have it yet."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal() and int(length) <= MOST_BYTES):
            return self.answer(413)
        body = self.rfile.read(int(length))
        try:
            match self.path:
                case "/antiphon":
                    told = key.verify(body, dict(self.headers.items()))
                    send(self.headers["webhook-id"], told["data"])
                case "/provider":
                    mac = hmac.new(provider_secret, body, hashlib.sha256).hexdigest()
                    if not hmac.compare_digest(f"sha256={mac}".encode(), self.headers.get("X-Signature", "").encode()):
                        return self.answer(401)
                    called_back(json.loads(body))
                case _:
                    return self.answer(404)
        except WebhookVerificationError:
            return self.answer(401)
        except (ValueError, KeyError, TypeError) as error:
            print(f"not understood: {type(error).__name__}", flush=True)
            return self.answer(400)
        except httpx.HTTPError as error:
            print(f"not passed on: {type(error).__name__}", flush=True)
            return self.answer(503)
        return self.answer(204)

    def answer(self, status: int) -> None:
        """Answer with this status."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: what customers do is theirs."""


def main() -> None:
    """Serve until Ctrl-C."""
    with file() as known:
        known.execute("CREATE TABLE IF NOT EXISTS sent (webhook_id TEXT PRIMARY KEY)")
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8090"))), Gateway)
    print(f"The gateway is at http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
