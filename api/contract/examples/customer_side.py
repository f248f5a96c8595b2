"""The examples of requests and answers about what customers see themselves, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.customer import CONTACT
from api.contract.examples.message import RECEIPT
from api.contract.examples.order import SHOWN_ORDER
from api.contract.examples.promise import SHOWN_PROMISE
from api.contract.examples.search import FOUND
from api.contract.examples.story import ADA, ASKED, KETTLE, PICTURE


def _without_reason(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: each for name, each in document.items() if name != "because"}


MY_CONVERSATION = {
    "conversation_id": KETTLE,
    "subject": "The kettle leaks",
    "channel": "mail",
    "language": "en",
    "opened_at": "2025-10-02T08:15:00+00:00",
    "brought": ["complaint"],
    "closed": None,
    "next_move": "company",
    "stages": [
        {"stage": "received", "at": "2025-10-02T08:15:00+00:00"},
        {"stage": "taken-up", "at": "2025-10-02T08:31:00+00:00"},
        {"stage": "answered", "at": None},
        {"stage": "closed", "at": None},
    ],
    "waiting_since": "2025-10-02T08:15:00+00:00",
    "person_requested_at": None,
    "answered": None,
    "merged_into": None,
    "split_from": None,
    "bidi": False,
}


_OF_THE_COMPANY = ("customer_id", "made_by", "made_by_kind", "ended_by", "signal_id", "area")


_MY_PROMISE = {
    **{name: each for name, each in SHOWN_PROMISE.items() if name not in _OF_THE_COMPANY},
    "revisions": [
        {
            "due_at": "2100-12-31T16:00:00+00:00",
            "previous": "2099-12-31T16:00:00+00:00",
            "because": "Its maker goes on making them.",
            "at": "2025-10-02T15:30:00+00:00",
        }
    ],
}


_MY_ORDER = {
    name: [_without_reason(each) for each in value] if name in ("parcels", "cancellations") else value
    for name, value in SHOWN_ORDER.items()
    if name not in ("customer_id", "because", "perfect", "contradictions", "same_number", "number_leads_to")
}


MY_LINE = {
    "kind": "message",
    "by": "customer",
    "at": "2025-10-02T08:15:00+00:00",
    "time_precision": "exact",
    "late": False,
    "about": ASKED,
    "what": None,
    "text": "It drips at the base when it is more than half full.",
    "channel": "mail",
    "language": "en",
    "automatic": False,
    "attachments": [PICTURE],
    "bidi": False,
    "adjusted": [],
    "as_sent": None,
    "content": None,
    "participant_id": None,
    "removed": False,
    "subject": None,
}


_MY_MESSAGE = {
    "conversation_id": KETTLE,
    **{name: value for name, value in MY_LINE.items() if name not in ("kind", "what", "participant_id")},
}


_MY_FOUND = {
    "kind": "message",
    "by": "customer",
    "conversation_id": KETTLE,
    "order_id": None,
    "at": "2025-10-02T08:15:00Z",
    "time_precision": "exact",
    "about": ASKED,
    "language": "en",
    "participant_id": None,
    "snippet": FOUND["snippet"],
    "alike": False,
    "bidi": False,
}

REQUESTS: Mapping[str, Any] = {
    "open_my_conversation": {
        "kind": "complaint",
        "subject": "The kettle leaks",
        "body": "It drips at the base when it is more than half full.",
        "language": "en",
        "order_number": "K-2291",
    },
    "change_zone": {"zone": "Europe/London"},
    "choose_preferences": {"channel": "mail", "language": "en", "quiet": True},
    "consent": {"purpose": "newsletter", "given": False},
}

ANSWERS: Mapping[str, Any] = {
    "open_my_conversation": {"id": KETTLE, "position": 4714, "adjusted": []},
    **{name: {"id": ADA, "position": 4714} for name in ("choose_preferences", "change_zone", "consent")},
    "read_my_contact": {"position": 4711, "contact": CONTACT},
    "read_my_conversations": {"position": 4711, "conversations": [MY_CONVERSATION], "cursor": None},
    "read_my_conversation": {
        "position": 4711,
        "conversation": MY_CONVERSATION,
        "hear_by": _MY_PROMISE,
        "lines": [MY_LINE],
        "receipts": [RECEIPT],
        "cursor": None,
    },
    "read_my_promises": {"position": 4715, "promises": [_MY_PROMISE], "cursor": None},
    "read_my_messages": {"position": 4711, "messages": [_MY_MESSAGE], "cursor": None},
    "read_my_looks": {
        "position": 4711,
        "looks": [
            {
                "at": "2026-06-12T14:31:07Z",
                "roles": ["agent"],
                "what": "conversations",
                "purpose": "complaint",
                "live": False,
                "until": None,
            }
        ],
        "cursor": None,
    },
    "read_my_orders": {"position": 4711, "orders": [_MY_ORDER], "cursor": None},
    "read_my_record": {
        "position": 4711,
        "contact": CONTACT,
        "orders": [_MY_ORDER],
        "promises": [_MY_PROMISE],
        "messages": [_MY_MESSAGE],
        "conversations": [{"conversation": MY_CONVERSATION, "lines": [MY_LINE]}],
    },
    "search_mine": {"position": 4711, "found": [_MY_FOUND], "cursor": None},
}
