"""The examples of requests and answers about conversations, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.service_level import RECORDED_CLOCKS
from api.contract.examples.story import (
    ADA,
    ANSWERED,
    ASKED,
    BO,
    BOB,
    CARE,
    KETTLE,
    LEAK,
    MAIL,
    PICTURE,
    POLICY,
    REPAIRS,
    SAID,
    TOASTER,
)

INBOX_ITEM = {
    "conversation_id": KETTLE,
    "version": 3,
    "customer_id": ADA,
    "channel": "mail",
    "priority": "normal",
    "opened_at": "2025-10-02T08:15:00+00:00",
    "last_at": "2025-10-02T08:15:00+00:00",
    "status": "open",
    "subject": "The kettle leaks",
    "language": "en",
    "product_area": "kettles",
    "segment": None,
    "team_id": None,
    "agent_id": None,
    "interactions": [LEAK],
    "kinds": ["complaint"],
    "waiting_since": "2025-10-02T08:15:00+00:00",
    "messages_in": 1,
    "messages_out": 0,
    "answered": None,
    "person_requested_at": None,
    "taken_up_at": None,
    "answered_at": None,
    "closed_at": None,
    "merged_into": None,
    "split_from": None,
    "members": [],
    "next_move": "company",
    "bidi": False,
    "due_at": "2025-10-02T12:15:00+00:00",
    "due_metric": "first_reply",
    "due_warned": False,
    "due_missed": False,
}


def line(version: int, kind: str, **more: Any) -> dict[str, Any]:
    """A line of the kettle's conversation; `more`: the fields that are not as usual."""
    return {
        "conversation_id": KETTLE,
        "version": version,
        "place": 4706 + version,
        "customer_id": ADA,
        "kind": kind,
        "author_id": MAIL,
        "author_kind": "service",
        "author_team": None,
        "occurred_at": "2025-10-02T08:15:00+00:00",
        "recorded_at": "2025-10-02T08:15:02.118204+00:00",
        "time_precision": "exact",
        "late": False,
        "about": None,
        "field": None,
        "old": None,
        "new": None,
        "text": None,
        "channel": None,
        "language": None,
        "automatic": False,
        "attachments": [],
        "reason": None,
        "parts": None,
        "split_into": None,
        "bidi": False,
        "adjusted": [],
        "participant_id": None,
        "removed": False,
    } | more


LINES = [
    line(1, "opened", text="The kettle leaks", channel="mail", language="en"),
    line(2, "interaction", about=LEAK, new="complaint"),
    line(
        3,
        "received",
        about=ASKED,
        text="It drips at the base when it is more than half full.",
        channel="mail",
        language="en",
        attachments=[PICTURE],
    ),
]

REQUESTS: Mapping[str, Any] = {
    "open_conversation": {
        "customer_id": ADA,
        "kind": "complaint",
        "channel": "phone",
        "subject": "The kettle leaks",
        "body": "It drips at the base when it is more than half full.",
        "language": "en",
        "product_area": "kettles",
        "theme": "leaks",
        "priority": "high",
    },
    "deliver": {
        "channel": "mail",
        "channel_message_id": "<20251002.0815@example.org>",
        "thread": "<20251002.0815@example.org>",
        "contact": {"kind": "mail", "value": "ada@example.org", "name": "Ada Byron"},
        "kind": "complaint",
        "subject": "The kettle leaks",
        "body": "It drips at the base when it is more than half full.",
        "language": "en",
        "product_area": "kettles",
        "order_number": "K-2291",
        "attachments": [PICTURE],
        "occurred_at": "2025-10-02T08:15:00Z",
    },
    "receive": {"body": "It also drips when it is nearly empty.", "channel": "chat"},
    "reply": {"body": "We are sorry. A new kettle leaves our house today.", "language": "en"},
    "reply_from_template": {"template": "delay", "fields": {"name": "Ada", "days": "three"}, "language": "en"},
    "note": {"body": "The third of this batch this week."},
    "add_interaction": {"kind": "inquiry"},
    "request_person": {"because": "The answers do not fit."},
    "withdraw": {"because": "The new one came."},
    "judge": {"answered": False, "because": "The new one leaks, too."},
    "merge_conversation": {"into": KETTLE, "reason": "the same leak, by mail and by phone"},
    "separate_conversation": {"reason": "two kettles"},
    "dismiss_suggestion": {"other_id": KETTLE, "reason": "another device"},
    "split_message": {"message_id": SAID, "kind": "inquiry", "product_area": "toasters", "reason": "another device"},
    "undo_split": {"reason": "the same device"},
    "remove_message": {"message_id": ANSWERED, "reason": "an answer to somebody else"},
    "add_participant": {"contact": {"kind": "mail", "value": "bob@example.net"}, "reason": "sees to it for her"},
    "remove_participant": {"participant_id": BOB, "reason": "works elsewhere now"},
    "assign": {"team_id": CARE, "agent_id": BO},
    "hand_over": {"team_id": REPAIRS, "because": "It can be mended, and she would like that."},
    "change_priority": {"priority": "urgent"},
    "change_kind": {"kind": "complaint", "interaction_id": LEAK},
    "change_subject": {"subject": "The kettle leaks at the spout"},
    "change_product_area": {"product_area": "kettles"},
    "change_conversation_language": {"language": "de"},
    "change_status": {"status": "resolved", "resolution": "A new kettle was sent."},
    "set_policy": {"policy_id": POLICY},
}

ANSWERS: Mapping[str, Any] = {
    **{name: {"id": KETTLE, "position": 4714, "warnings": []} for name in ("reply", "reply_from_template")},
    **{
        name: {"id": KETTLE, "position": 4714}
        for name in (
            "note",
            "add_interaction",
            "assign",
            "hand_over",
            "change_priority",
            "set_policy",
            "change_kind",
            "change_subject",
            "change_product_area",
            "change_conversation_language",
            "change_status",
            "merge_conversation",
            "separate_conversation",
            "dismiss_suggestion",
            "undo_split",
            "add_participant",
            "remove_participant",
        )
    },
    **{
        name: {"id": KETTLE, "position": 4714, "adjusted": []}
        for name in ("open_conversation", "receive", "judge", "request_person", "withdraw")
    },
    "deliver": {"id": KETTLE, "position": 4714, "adjusted": [{"field": "language", "how": "normalised"}]},
    "read_as_sent": {
        "adjusted": [{"field": "language", "how": "normalised", "kept": "en_GB"}],
        "more_attachments": [],
    },
    "read_suggestions": {
        "position": 4711,
        "suggestions": [
            {
                "conversation_id": TOASTER,
                "customer_id": ADA,
                "subject": "The kettle drips",
                "opened_at": "2026-05-04T09:00:00Z",
                "status": "open",
            }
        ],
    },
    "remove_message": {"id": KETTLE, "position": 4714, "waits": None},
    "split_message": {"id": TOASTER, "position": 4714},
    "read_inbox": {"position": 4711, "items": [INBOX_ITEM], "cursor": None, "names": {ADA: "Ada Byron"}},
    "read_conversations": {"position": 4711, "items": [INBOX_ITEM], "cursor": None, "words": {KETTLE: "It drips."}},
    "count_inbox": {
        "position": 4711,
        "counts": [
            {"status": "open", "team_id": None, "number": 2, "without_agent": 2, "waiting": 1, "due_missed": 0},
        ],
        "more": [],
    },
    "read_conversation": {
        "position": 4711,
        "conversation": INBOX_ITEM,
        "clocks": [RECORDED_CLOCKS],
        "lines": LINES,
        "receipts": [],
        "cursor": None,
    },
    "read_participants": {
        "position": 4711,
        "participants": [
            {
                "participant_id": BOB,
                "since": "2025-10-02T09:02:00+00:00",
                "channel": "mail",
                "contact_kind": "mail",
                "contact": "bob@example.net",
                "conversation_id": KETTLE,
                "until": None,
            },
        ],
        "cursor": None,
    },
    "read_history": {"position": 4711, "lines": LINES, "cursor": None},
}
