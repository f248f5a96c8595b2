"""Calls, noted down: what a caller said goes in, and what somebody is to tell them by phone comes out as a list.

    export API=http://127.0.0.1:8000 GATEWAY_TOKEN=$(antiphon token service-phone)
    python examples/phone_notes.py note "+49 30 901820" "Asks when the technician comes" --name Ada
    python examples/phone_notes.py list
    python examples/phone_notes.py done message-…
    python examples/phone_notes.py failed message-… --code no-answer

Needs `httpx`. An answer over the channel `phone` is a call that somebody has to make: it stands in the list
(`GET /outbox`) until it is reported as made (`PUT /messages/{id}/delivery`).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx

ATTEMPTS = 5
PAUSE_SECONDS = 1.0

antiphon = httpx.Client(
    base_url=os.environ.get("API", "http://127.0.0.1:8000"),
    headers={"Authorization": f"Bearer {os.environ['GATEWAY_TOKEN']}"},
    timeout=30,
)


def asked(method: str, path: str, **more: Any) -> Any:
    """The answer, after a few attempts where none comes, or only later: each of these calls may be repeated. Raises
    httpx.HTTPError."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer = antiphon.request(method, path, **more)
        except httpx.TransportError:
            if attempt == ATTEMPTS:
                raise
        else:
            if attempt == ATTEMPTS or answer.status_code not in (425, 429, 503, 504):
                return answer.raise_for_status().json()
        time.sleep(PAUSE_SECONDS)
    raise AssertionError


def note(number: str, said: str, name: str | None, call: str) -> str:
    """Note a call down: the id of its conversation. The same call again changes nothing."""
    contact = {"kind": "phone", "value": number, "name": name}
    told = {"channel": "phone", "channel_message_id": call, "contact": contact, "body": said}
    return str(asked("POST", "/deliveries", json=told)["id"])


def waiting() -> Iterator[Any]:
    """The calls to be made, in order."""
    after, more = 0, True
    while more:
        page = asked("GET", "/outbox", params={"channel": "phone", "after": after})
        yield from page["messages"]
        after, more = page["after"], page["more"]


def report(message_id: str, **reached: str) -> None:
    """Report what came of a call that is in the list. Raises LookupError where it is not."""
    message = next((each for each in waiting() if each["message_id"] == message_id), None)
    if message is None:
        raise LookupError(f"{message_id} is not in the list")
    told = {"conversation_id": message["conversation_id"], **reached}
    asked("PUT", f"/messages/{message_id}/delivery", json=told)


def printable(text: str) -> str:
    """A text of others on one line, without signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def main() -> int:
    """Do what the command line says. Exit status 1: it did not succeed."""
    parser = argparse.ArgumentParser(description="Calls, noted down.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    noting = verbs.add_parser("note", help="note down what a caller said")
    noting.add_argument("number")
    noting.add_argument("said")
    noting.add_argument("--name", help="what the caller is called")
    noting.add_argument("--call", default=f"call-{uuid4()}", help="your id of the call; the same again changes nothing")
    verbs.add_parser("list", help="who is to be called, and what to tell them")
    for verb, what in (("done", "a call was made"), ("failed", "a call could not be made")):
        ending = verbs.add_parser(verb, help=what)
        ending.add_argument("message_id")
        if verb == "failed":
            ending.add_argument("--code", default="not-reached", help="why, as a word: no-answer")
    given = parser.parse_args()
    try:
        if given.verb == "note":
            print(note(given.number, given.said, given.name, given.call))
        elif given.verb == "list":
            for each in waiting():
                to = each["to"] or {"value": "no number", "name": None}
                print(each["message_id"], printable(f"{to['value']} {to['name'] or ''}: {each['body']}"))
        elif given.verb == "done":
            report(given.message_id, state="delivered")
        else:
            report(given.message_id, state="failed", code=given.code)
    except httpx.HTTPStatusError as error:
        print(f"refused: {error.response.status_code}", file=sys.stderr)
        return 1
    except (httpx.HTTPError, LookupError) as error:
        print(f"not done: {printable(str(error))}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
