"""The route to which gateways post what comes in, signed instead of with a token. It is not in OpenAPI: the Standard
Webhooks specification says how it is called."""

from __future__ import annotations

import time

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from api.edge.parts import Parts, TheParts
from commands import webhook as webhooks
from domain.kernel.refusal import NotFound, Refusal
from domain.webhook import Webhook
from infra.webhooks import signing

router = APIRouter(include_in_schema=False)

MOST_BYTES = 1_100_000
"""The most bytes of a post: a message of the topic, and what is around it."""


@router.post("/webhooks/{id}/inbound")
async def take_in_posted(id: str, request: Request, parts: TheParts) -> Response:
    """Take in a message or a delivery report of a webhook's channels. A post that was taken in before changes nothing;
    one that cannot be taken in is kept as a dead letter, and need not come again. Raises Refusal `signature-invalid`,
    `body-too-large`, `unavailable`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refusal("body-too-large", f"a post has {MOST_BYTES:,} bytes at most")
    code = await to_thread.run_sync(_taken, parts, id, dict(request.headers), bytes(body))
    return Response(to_json({"fate": "dead" if code else "taken-in", "code": code}), 202, None, "application/json")


def _taken(parts: Parts, id: str, headers: dict[str, str], body: bytes) -> str | None:
    if parts.posted is None:
        raise Refusal("unavailable", "this process takes in no posts; try again shortly")
    webhook = _signer(parts, id)
    keys = webhooks.keys(parts.executor, webhook) if webhook else []
    # Whoever cannot sign does not learn which webhooks there are.
    message_id = signing.check(keys, headers, body, time.time())
    if webhook is None:
        raise Refusal("signature-invalid", "no webhook signs so")
    return parts.posted(webhook, message_id, body)


def _signer(parts: Parts, id: str) -> Webhook | None:
    try:
        webhook = webhooks.there(parts.executor, id) if id.startswith("webhook-") and len(id) < 100 else None
    except NotFound:
        return None
    # With Ed25519, we have the private key, and the other side cannot sign. One to which nothing is posted any more may
    # still bring what customers say: `disabled` is about our posts.
    return webhook if webhook is not None and webhook.algorithm == "hmac" else None
