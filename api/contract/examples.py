"""The examples of the contract, by operation id. They tell one story: Ada's kettle leaks, Bo answers, it is
resolved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

ADA = "customer-0199c5a0-77c4-7d11-9e5b-0c8f2f6f9a01"
BOB = "stranger-0199c5a0-7a05-7b63-8f1d-4e6a9c2b7d22"
ADA_AT_WORK = "customer-0199c5a0-5b21-7c43-8a70-6d2e9f1b4a12"
HOLD = "hold-0199c5a0-77c4-7d11-9e5b-0c8f2f6f9a01-1"
KETTLE = "conversation-0199c5a0-77c5-7a52-8a0e-5b1f0a4c3d02"
LEAK = "interaction-0199c5a0-77c6-7f33-b1c4-7e2d9b5a6c03"
ANSWERED = "message-0199c5a0-9e01-7c15-8b3f-2a7d5c9e6b13"
ASKED = "message-0199c5a0-77c7-7b94-9d2a-1f6e8c4b7a04"
SAID = "message-0199c5a0-7a02-7d41-9c3e-5f7b1d8a2c05"
FORMER_PHONE = "+49 30 5550199"
TOASTER = "conversation-0199c5a1-0b3d-7e62-8f15-4a9c6e2d7b06"
ORDER = "order-0199c59f-20e8-7e76-9c41-3b8f0a6d5e06"
CARE = "team-0199a3f1-5a01-7d27-8d52-4c9e1b7f6a07"
REPAIRS = "team-0199a3f1-9c44-7a38-9e63-5d0f2c8a7b08"
BO = "staff-0199a3f2-6b18-7b49-8f74-6e1a3d9b8c09"
MAIL = "service-mail"
POLICY = "policy-0199a3f4-11b2-7c63-8d90-7a2b5c8e1f13"
CALENDAR = "calendar-0199a3f4-0d37-7b52-9c81-6f1a4b7d0e12"
ITEM = "item-c2d14516-01d2-5e69-8bbd-c2d7e9778080"
SIGNAL = "signal-6d080b7b-c9c5-5cb1-b7b4-beb637a3b890"
DRIPS = "signal-46b16f03-4b93-519b-839e-6f118ee69558"
LEAKS_THEME = "theme-b9c1c3c0-7d6b-5a3e-8f04-15a1c7b2d301"
DRIPS_THEME = "theme-4b8f2a76-93f1-5c47-9d5e-6a0e8f7c1b02"
SPLIT = "split-0199c5a4-3b20-7f31-8c58-4d9f1e6a8b03"
DRIPPING = "item-0f5b1c7e-6a2d-5e84-b1c9-7d3e5f8a9c04"
PROMISE = "promise-0199c5a4-2f10-7e26-9b47-3c8e0d5f7a11"
SURVEY = "survey-0199a3f6-4d51-7e20-9c6a-8b2d4f1a6c30"
TO_ANSWER = "0199a3f6-4d51-7e20-9c6a-8b2d4f1a6c30.0199c5a0-77c4-7d11-9e5b-0c8f2f6f9a01.q1wJ0v6sV3o8n2kX4yTzAg"
TABLE = "table-0199a3f5-2c40-7d11-8e5f-9b1c3a7d5e21"
DUE = "2100-12-31T16:00:00Z"
"""Far in the future: a promise for a past date is refused, and readers paste examples as they are."""
CORRELATION_ID = "request-0199c5a4-10c0-7d5a-9a85-7f2b4e0c9d10"

LEAK_PICTURE = "content-3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8551"

_PICTURE = {
    "id": "a1",
    "name": "leak.jpg",
    "type": "image/jpeg",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}

_TABLE_WRITTEN = {
    "hit_policy": "first",
    "inputs": [{"name": "stage", "type": "string"}],
    "outputs": [{"name": "team", "type": "string"}],
    "rules": [{"when": {"stage": '"production"'}, "then": {"team": '"Production"'}}],
    "otherwise": {"team": '"Service"'},
}

REQUESTS: Mapping[str, Any] = {
    "open_my_conversation": {
        "kind": "complaint",
        "subject": "The kettle leaks",
        "body": "It drips at the base when it is more than half full.",
        "language": "en",
        "order_number": "K-2291",
    },
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
        "attachments": [_PICTURE],
        "occurred_at": "2025-10-02T08:15:00Z",
    },
    "receive": {"body": "It also drips when it is nearly empty.", "channel": "chat"},
    "reply": {"body": "We are sorry. A new kettle leaves our house today.", "language": "en"},
    "note": {"body": "The third of this batch this week."},
    "mark_passage": {"message_id": ASKED, "start": 0, "end": 21, "product_area": "kettles", "theme": "leaks"},
    "correct_item": {"theme": "leaks", "step": "use", "stage": "production"},
    "open_survey": {
        "question": "yes-no",
        "texts": {"en": "Does your kettle pour without a drip now? https://example.org/answer#{token}"},
        "product_area": "kettles",
        "themes": {"no": "leaks"},
        "margin": 0.05,
        "expected_response": 0.4,
        "closes_at": DUE,
    },
    "answer_survey": {
        "token": TO_ANSWER,
        "answer": "no",
    },
    "withdraw_item": {"reason": "a question, and no feedback"},
    "add_theme": {"key": "leaks", "name": "Kettles that leak"},
    "rename_theme": {"name": "Water where none should be"},
    "merge_theme": {"into": DRIPS_THEME, "reason": "nobody tells them apart"},
    "separate_theme": {"reason": "the seal leaks, the spout drips"},
    "split_theme": {"into": DRIPS_THEME, "item_ids": [DRIPPING], "reason": "these are about the spout"},
    "undo_theme_split": {"split_id": SPLIT, "reason": "it was the seal after all"},
    "add_interaction": {"kind": "inquiry"},
    "request_person": {"because": "The answers do not fit."},
    "withdraw": {"because": "The new one came."},
    "judge": {"answered": False, "because": "The new one leaks, too."},
    "merge_conversation": {"into": KETTLE, "reason": "the same leak, by mail and by phone"},
    "separate_conversation": {"reason": "two kettles"},
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
    "register": {
        "contacts": [
            {"kind": "mail", "value": "ada@example.org", "name": "Ada Byron"},
            {"kind": "phone", "value": "+49 30 5550100"},
        ]
    },
    "choose_preferences": {"channel": "mail", "language": "en", "quiet": True},
    "consent": {"purpose": "newsletter", "given": False},
    "change_name": {"name": "Ada Lovelace", "reason": "said so on the phone"},
    "change_language": {"language": "de", "reason": "writes in German"},
    "change_segment": {"segment": "trade", "reason": "orders as a shop"},
    "add_contact_point": {"kind": "phone", "value": "+49 30 5550100", "reason": "said so on the phone"},
    "remove_contact_point": {"kind": "phone", "value": FORMER_PHONE, "reason": "never was theirs"},
    "move_contact_point": {"kind": "phone", "value": FORMER_PHONE, "into": ADA, "reason": "the number has a new owner"},
    "share_contact_point": {"kind": "mail", "value": "ada@example.org", "shared": True, "reason": "a family's mailbox"},
    "merge": {"into": ADA, "reason": "the same order number in both mails"},
    "dismiss_proposal": {"what": "same-person", "other_id": ADA, "reason": "father and son"},
    "separate": {"reason": "two people in one house"},
    "report_delivery": {"conversation_id": KETTLE, "state": "delivered", "occurred_at": "2025-10-02T09:30:12Z"},
    "erase": {"reason": "asked for by the customer, case 2025-118"},
    "merge_stranger": {"into": ADA, "reason": "writes from two addresses"},
    "separate_stranger": {"reason": "two people in one house"},
    "erase_stranger": {"reason": "asked for by mail, case 2025-119"},
    "hold_customer": {"reason": "lawsuit 12 O 34/26", "until": DUE},
    "hold_conversation": {"reason": "lawsuit 12 O 34/26"},
    "release_hold": {"reason": "the lawsuit is over"},
    "route_signal": {
        "product_area": "kettles",
        "theme": "leaks",
        "stage": "production",
        "team_id": REPAIRS,
        "because": "Somebody was scalded.",
    },
    "answer_signal": {"answer": "plan", "text": "A seal of another rubber.", "due_at": DUE},
    "answer_question": {"answer": "Those made since March."},
    "merge_signal": {"into": DRIPS, "reason": "the same seal"},
    "separate_signal": {"reason": "two seals"},
    "publish_table": {"name": "signal-routing", "table": _TABLE_WRITTEN, "reason": "leaks are a matter of production"},
    "try_version": {"table": _TABLE_WRITTEN},
    "form_team": {"name": "Care"},
    "join": {"handle": "bo", "name": "Bo Lindqvist", "roles": ["agent"], "team_id": CARE},
    "move": {"team_id": REPAIRS},
    "change_roles": {"roles": ["agent", "lead"]},
    "leave": {"reason": "The season is over"},
    "make_promise": {
        "customer_id": ADA,
        "text": "Spare parts for your kettle stay in stock until then.",
        "due_at": DUE,
        "conversation_id": KETTLE,
    },
    "revise_promise": {"due_at": DUE, "because": "Its maker goes on making them."},
    "end_promise": {"outcome": "kept"},
    "place_order": {
        "customer_id": ADA,
        "number": "K-2291",
        "placed_on": "2025-09-28",
        "item_count": 1,
        "value": "49.90",
        "currency": "EUR",
        "lines": [{"item": "kettle, 1.7 l", "count": 1, "price": "49.90"}],
    },
    "ship_order": {"carrier": "Parcel Post", "tracking": "PP 7781 2290"},
    "deliver_order": {"in_full": True, "undamaged": True},
    "check_delivery": {"documents_right": False},
    "cancel_order": {"because": "It is not made any more."},
    "return_order": {"because": "It leaks."},
    "set_policy": {"policy_id": POLICY},
    "write_policy": {
        "name": "standard",
        "calendar_id": CALENDAR,
        "targets": {"first_reply": "PT1H", "next_reply": "PT4H", "total_resolution": "P5D"},
        "by_priority": {"urgent": {"first_reply": "PT15M"}},
        "selects": {"kinds": ["complaint"], "product_areas": ["kettles"]},
    },
    "edit_policy": {"effective_from": "2100-01-01", "targets": {"first_reply": "PT30M"}, "reason": "We grew."},
    "correct_policy": {"correct_from": "2025-10-01", "reopen": "freeze", "reason": "As it was agreed."},
    "write_calendar": {
        "name": "Berlin",
        "zone": "Europe/Berlin",
        "hours": {"mon-fri": ["09:00-12:30", "13:30-18:00"]},
        "closed": ["2025-12-27"],
        "part_days": {"2025-12-24": ["09:00-13:00"]},
        "holidays": {"country": "DE", "subdivision": "BE"},
    },
    "edit_calendar": {"effective_from": "2100-01-01T00:00:00+01:00", "hours": {"mon-sat": ["08:00-20:00"]}},
    "correct_calendar": {"correct_from": "2025-10-01", "closed": ["2025-10-31"], "reason": "We were on a trip."},
}

_ITEM = {
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


_RECEIPT = {
    "message_id": ANSWERED,
    "conversation_id": KETTLE,
    "customer_id": ADA,
    "state": "delivered",
    "queued_at": None,
    "sent_at": "2025-10-02T09:30:02+00:00",
    "failed_at": None,
    "delivered_at": "2025-10-02T09:30:12+00:00",
    "read_at": None,
    "code": None,
}

_LINK = {
    "customer_id": ADA_AT_WORK,
    "merged_into": ADA,
    "merged_at": "2025-10-02T09:10:40.2+00:00",
    "merged_by": BO,
}

_CLOCK = {
    "metric": "first_reply",
    "instance": 1,
    "state": "met-late",
    "target": "PT1H",
    "started_at": "2026-03-03T09:00:00Z",
    "due_at": "2026-03-03T10:00:00Z",
    "stopped_at": "2026-03-03T10:10:00Z",
    "consumed_seconds": 4200,
    "over_seconds": 600,
    "breached_at": "2026-03-03T10:00:00Z",
    "detected_at": "2026-03-03T10:10:00Z",
    "breach_withdrawn": False,
    "cause": "time",
    "policy_id": "policy-0199c5a0-9d13-7c31-8a52-0e4b7f2d6a90",
    "policy_version": 1,
    "calendar_id": "calendar-0199c5a0-8b42-7f18-9c07-5d3a1e6b4f22",
    "calendar_version": 1,
    "calendar_never_opens": False,
    "precision": "exact",
    "stretches": [
        {
            "start": "2026-03-03T09:00:00Z",
            "end": "2026-03-03T10:10:00Z",
            "calendar_id": "calendar-0199c5a0-8b42-7f18-9c07-5d3a1e6b4f22",
        }
    ],
    "positions": [4690, 4711],
    "continues": False,
}
_RECORDED = {
    "conversation_id": KETTLE,
    "version": 3,
    "seen_version": 3,
    "unseen": False,
    "runs": True,
    "next_at": "2025-10-02T11:15:00Z",
    "clocks": [
        {
            "which": {"conversation_id": KETTLE, "metric": "first_reply", "number": 1},
            "instance": 1,
            "state": "running",
            "started_at": "2025-10-02T08:15:00Z",
            "due_at": "2025-10-02T12:15:00Z",
            "warn_at": ["2025-10-02T11:15:00Z"],
            "stopped_at": None,
            "target": "PT4H",
            "consumed_seconds": None,
            "over_seconds": None,
            "breached_at": None,
            "cause": None,
            "policy_id": "policy-0199c5a0-9d13-7c31-8a52-0e4b7f2d6a90",
            "policy_version": 1,
            "calendar_id": "calendar-0199c5a0-8b42-7f18-9c07-5d3a1e6b4f22",
            "calendar_version": 1,
            "positions": [4690],
            "detected_at": None,
            "withdrawn_at": None,
            "warned": [],
        }
    ],
}
_PROMISE = {
    "promise_id": PROMISE,
    "customer_id": ADA,
    "conversation_id": KETTLE,
    "order_id": None,
    "delivery": False,
    "text": "Spare parts for your kettle stay in stock until then.",
    "original_due_at": "2099-12-31T16:00:00+00:00",
    "due_at": "2100-12-31T16:00:00+00:00",
    "made_at": "2025-10-02T09:02:11.5+00:00",
    "made_by": BO,
    "made_by_kind": "agent",
    "state": "open",
    "revisions": [
        {
            "due_at": "2100-12-31T16:00:00+00:00",
            "previous": "2099-12-31T16:00:00+00:00",
            "because": "Its maker goes on making them.",
            "by": BO,
            "at": "2025-10-02T15:30:00+00:00",
        }
    ],
    "overdue_at": None,
    "ended_at": None,
    "ended_by": None,
    "because": None,
    "signal_id": None,
    "area": None,
}
_LAUNCH = {
    **_PROMISE,
    "promise_id": "launch-0199c5a9-3d20-7b57-8c68-1e9f4a7c2b14",
    "customer_id": None,
    "conversation_id": None,
    "text": "A seal of another rubber.",
    "signal_id": SIGNAL,
    "area": "kettles",
}


_ON_BOARD = {
    "signal_id": SIGNAL,
    "version": 3,
    "area": "kettles",
    "theme": "leaks",
    "stage": "production",
    "team_id": REPAIRS,
    "lane": "planned",
    "status": "planned",
    "strength": "strong",
    "people": 412,
    "routed_at": "2025-10-06T08:00:00+00:00",
    "changed_at": "2025-10-07T14:20:00+00:00",
    "changed_by": BO,
    "acknowledged_at": "2025-10-07T14:20:00+00:00",
    "answered_at": None,
    "said": "A seal of another rubber.",
    "launch_id": "launch-0199c5a9-3d20-7b57-8c68-1e9f4a7c2b14",
    "launch_area": "kettles",
    "launch_first_due_at": DUE,
    "launch_due_at": DUE,
    "overdue_at": None,
    "merged_into": None,
    "parts": [],
    "due_metric": None,
    "due_at": None,
    "missed_at": None,
}


def _without_reason(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: each for name, each in document.items() if name != "because"}


_ORDER: Mapping[str, Any] = {
    "order_id": ORDER,
    "customer_id": ADA,
    "status": "delivered",
    "number": "K-2291",
    "placed_at": "2025-09-28T18:20:00+00:00",
    "placed_on": "2025-09-28",
    "item_count": 1,
    "value": "49.90",
    "currency": "EUR",
    "lines": [{"item": "kettle, 1.7 l", "count": 1, "price": "49.90"}],
    "promise_id": None,
    "promised_at": None,
    "shipped_at": "2025-09-29T07:00:00+00:00",
    "carrier": "Parcel Post",
    "tracking": "PP 7781 2290",
    "delivered_at": "2025-10-01T10:12:00+00:00",
    "in_full": True,
    "undamaged": False,
    "documents_right": None,
    "cancelled_at": None,
    "returned_at": None,
    "because": None,
    "perfect": False,
    "conversations": [KETTLE],
    "parcels": [
        {
            "part": None,
            "number": None,
            "tracking": None,
            "because": None,
            "carrier": None,
            "lines": [],
            "returned_lines": [],
            "shipped_at": None,
            "delivered_at": "2025-10-01T10:12:00+00:00",
            "returned_at": None,
            "in_full": True,
            "undamaged": False,
            "documents_right": None,
        },
        {
            "part": 1,
            "number": None,
            "tracking": "PP 7781 2290",
            "because": None,
            "carrier": "Parcel Post",
            "lines": [],
            "returned_lines": [],
            "shipped_at": "2025-09-29T07:00:00+00:00",
            "delivered_at": None,
            "returned_at": None,
            "in_full": None,
            "undamaged": None,
            "documents_right": None,
        },
    ],
    "cancellations": [],
    "contradictions": [],
    "inexact": [],
    "same_number": [],
    "number_leads_to": None,
}

_POLICY = {
    "id": POLICY,
    "kind": "policy",
    "name": "standard",
    "versions": [
        {
            "version": 1,
            "since": None,
            "corrects": False,
            "says": {
                "calendar_id": CALENDAR,
                "targets": {"first_reply": "PT1H", "total_resolution": "P5D"},
                "by_priority": {},
                "reopen": "continue_excluding_solved",
                "on_customer_message": "reopen",
            },
            "recorded_at": "2025-09-01T08:00:00Z",
            "author_id": BO,
            "reason": None,
        }
    ],
}

_CALENDAR = {
    "id": CALENDAR,
    "kind": "calendar",
    "name": "Berlin",
    "versions": [
        {
            "version": 1,
            "since": None,
            "corrects": False,
            "says": {"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}, "closed": [], "part_days": {}},
            "recorded_at": "2025-09-01T07:55:00Z",
            "author_id": BO,
            "reason": None,
        }
    ],
}

_CONTACT = {
    "customer_id": ADA,
    "name": "Ada Byron",
    "points": [
        {"kind": "mail", "value": "ada@example.org", "shared": False},
        {"kind": "phone", "value": "+49 30 5550100", "shared": True},
    ],
    "channel": "mail",
    "language": "en",
    "quiet": True,
    "chosen_at": "2025-10-02T08:20:00+00:00",
    "consents": [{"purpose": "newsletter", "given": False, "at": "2025-10-02T08:20:00+00:00", "by": "customer"}],
}

_MY_CONVERSATION = {
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

_FEEDBACK_ITEM = {
    "item_id": ITEM,
    "person_id": ADA,
    "kind": "complaint",
    "did": None,
    "conversation_id": KETTLE,
    "order_id": None,
    "message_id": None,
    "first_character": None,
    "end_character": None,
    "channel": "mail",
    "language": "en",
    "segment": "trade",
    "prompted": False,
    "said_at": "2025-10-02T08:15:00+00:00",
    "product_area": "kettles",
    "theme": "leaks",
    "step": "use",
    "stage": "production",
    "weight": "1",
    "signal_id": SIGNAL,
    "undecided": None,
    "decided_by": "table",
    "table_version": 1,
    "rules": ["2"],
    "corrected": False,
    "withdrawn": False,
    "words": 12,
    "like_item": None,
}

_THEME = {
    "theme_id": LEAKS_THEME,
    "key": "leaks",
    "name": "Water where none should be",
    "version": 2,
    "changed_at": "2025-11-20T09:30:00+00:00",
    "changed_by": BO,
    "former_names": ["Kettles that leak"],
    "merged_into": None,
    "parts": [],
    "splits": [],
}

_SIGNAL = {
    "signal_id": SIGNAL,
    "product_area": "kettles",
    "theme": "leaks",
    "stage": "production",
    "people": 12,
    "items": 15,
    "doers": 4,
    "colleagues": 1,
    "first_said_at": "2025-09-12T07:20:00Z",
    "last_said_at": "2025-10-02T08:15:00Z",
    "strength": "thin",
    "team_id": REPAIRS,
    "status": "planned",
    "merged_into": None,
}

_CLOSING = {
    "customer_id": ADA,
    "outcome_id": "4705",
    "outcome": "shipped",
    "signal_id": SIGNAL,
    "area": "kettles",
    "theme": "leaks",
    "owed_at": "2025-11-20T09:30:00+00:00",
    "next_at": None,
    "reason": None,
    "told_at": "2025-11-21T09:30:00+00:00",
    "message_id": ANSWERED,
    "conversation_id": KETTLE,
}

_OF_THE_COMPANY = ("customer_id", "made_by", "made_by_kind", "ended_by", "signal_id", "area")
_MY_PROMISE = {
    **{name: each for name, each in _PROMISE.items() if name not in _OF_THE_COMPANY},
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
    for name, value in _ORDER.items()
    if name not in ("customer_id", "because", "perfect", "contradictions", "same_number", "number_leads_to")
}

_MY_LINE = {
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
    "attachments": [_PICTURE],
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
    **{name: value for name, value in _MY_LINE.items() if name not in ("kind", "what", "participant_id")},
}

_FOUND = {
    "passage": {
        "place": 4710,
        "customer_id": ADA,
        "stream": KETTLE,
        "kind": "received",
        "at": "2025-10-02T08:15:00Z",
        "text": "It drips at the base when it is more than half full.",
        "time_precision": "exact",
        "about": ASKED,
        "language": "en",
        "participant_id": None,
    },
    "snippet": [
        {"text": "It ", "hit": False},
        {"text": "drips", "hit": True},
        {"text": " at the base", "hit": False},
    ],
    "alike": False,
    "bidi": False,
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
    "snippet": _FOUND["snippet"],
    "alike": False,
    "bidi": False,
}


def _line(version: int, kind: str, **more: Any) -> dict[str, Any]:
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


_LINES = [
    _line(1, "opened", text="The kettle leaks", channel="mail", language="en"),
    _line(2, "interaction", about=LEAK, new="complaint"),
    _line(
        3,
        "received",
        about=ASKED,
        text="It drips at the base when it is more than half full.",
        channel="mail",
        language="en",
        attachments=[_PICTURE],
    ),
]


def _moment(place: int, stream: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "place": place,
        "customer_id": ADA,
        "stream": stream,
        "kind": kind,
        "at": "2025-10-02T08:15:00+00:00",
        "recorded_at": "2025-10-02T08:15:02.118204+00:00",
        "time_precision": "exact",
        "author_id": MAIL,
        "what": None,
        "text": None,
        "order_id": None,
        "item_count": None,
        "value": None,
        "currency": None,
        "bidi": False,
    } | more


def _event(name: str, position: int, **collections: tuple[list[Any], list[Any]]) -> str:
    fields = {each: {"changed": changed, "gone": gone} for each, (changed, gone) in collections.items()}
    data = json.dumps({"position": position, "complete": True, **fields})
    return f"event: {name}\nid: WyI0ZjVhIixbW{position}XV0=\ndata: {data}\n\n"


ANSWERS: Mapping[str, Any] = {
    **{
        name: {"id": KETTLE, "position": 4714}
        for name in (
            "reply", "note", "add_interaction", "assign", "hand_over", "change_priority", "set_policy", "change_kind",
            "change_subject", "change_product_area", "change_conversation_language", "change_status",
            "merge_conversation", "separate_conversation", "undo_split",
            "add_participant", "remove_participant",
        )
    },
    **{
        name: {"id": KETTLE, "position": 4714, "adjusted": []}
        for name in ("open_conversation", "open_my_conversation", "receive", "judge", "request_person", "withdraw")
    },
    "deliver": {"id": KETTLE, "position": 4714, "adjusted": [{"field": "language", "how": "normalised"}]},
    **{
        name: {"id": LEAK_PICTURE, "position": 4714, "size": 48213, "type": "image/jpeg", "sha256": _PICTURE["sha256"],
               "quarantined": False}
        for name in ("send_content", "send_content_of_stranger", "send_my_content", "send_own_content")
    },
    "read_content": "the bytes of the file",
    "read_as_sent": {
        "adjusted": [{"field": "language", "how": "normalised", "kept": "en_GB"}],
        "more_attachments": [],
    },
    "remove_message": {"id": KETTLE, "position": 4714, "waits": None},
    "split_message": {"id": TOASTER, "position": 4714},
    **{
        name: {"id": ADA, "position": 4714}
        for name in (
            "register", "choose_preferences", "consent", "change_name", "change_language", "change_segment",
            "add_contact_point", "remove_contact_point", "move_contact_point", "share_contact_point",
            "dismiss_proposal",
        )
    },
    **{name: {"id": ADA_AT_WORK, "position": 4714} for name in ("merge", "separate")},
    "erase": {"id": ADA, "position": 4714, "erased": [ADA, ADA_AT_WORK], "waits": None},
    **{name: {"id": HOLD, "position": 4714} for name in ("hold_customer", "hold_conversation", "release_hold")},
    "read_holds": {
        "position": 4714,
        "holds": [
            {
                "hold_id": HOLD,
                "customer_id": ADA,
                "conversation_id": KETTLE,
                "until": DUE,
                "placed_at": "2025-10-07T09:30:00.000000Z",
                "placed_by": BO,
                "reason": "lawsuit 12 O 34/26",
            }
        ],
        "waiting": [],
    },
    "report_delivery": {"id": ANSWERED, "position": 4720, "adjusted": []},
    **{
        name: {"id": SIGNAL, "position": 4714}
        for name in ("route_signal", "answer_signal", "answer_question", "merge_signal", "separate_signal")
    },
    "form_team": {"id": CARE, "position": 17},
    **{name: {"id": BO, "position": 18} for name in ("join", "move", "change_roles", "leave")},
    "read_inbox": {"position": 4711, "items": [_ITEM], "cursor": None, "names": {ADA: "Ada Byron"}},
    "count_inbox": {
        "position": 4711,
        "counts": [
            {"status": "open", "team_id": None, "number": 2, "without_agent": 2, "waiting": 1, "due_missed": 0},
        ],
        "more": [],
    },
    "read_conversation": {
        "position": 4711,
        "conversation": _ITEM,
        "clocks": [_RECORDED],
        "lines": _LINES,
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
    "read_stranger": {
        "position": 4711,
        "stranger": {
            "stranger_id": BOB,
            "contact_kind": "mail",
            "value": "bob@example.net",
            "name": "Bob",
            "met_at": "2025-10-02T09:02:00+00:00",
            "merged_into": None,
        },
        "messages": [
            _line(5, "received", about=SAID, text="I bought it for Ada.", channel="mail", participant_id=BOB),
        ],
        "cursor": None,
    },
    **{name: {"id": BOB, "position": 4714} for name in ("merge_stranger", "separate_stranger")},
    "erase_stranger": {"id": BOB, "position": 4714, "waits": None},
    "read_history": {"position": 4711, "lines": _LINES, "cursor": None},
    "read_customer": {
        "position": 4711,
        "links": [_LINK],
        "conversations": [_ITEM],
        "moments": [
            _moment(4709, KETTLE, "interaction", what="complaint"),
            _moment(4708, KETTLE, "opened", what="mail", text="The kettle leaks"),
            _moment(4707, ADA, "contact-point", what="mail", text="ada@example.org"),
            _moment(4706, ADA, "registered", text="Ada Byron"),
        ],
        "cursor": None,
    },
    "follow_inbox": _event("state", 4711, items=([_ITEM], [])) + _event("change", 4714, items=([], [[KETTLE]])),
    "follow_my_conversations": _event("state", 4711, conversations=([_MY_CONVERSATION], [])),
    "follow_my_conversation": _event(
        "state", 4711, conversation=([_MY_CONVERSATION], []), lines=([_MY_LINE], []), receipts=([], [])
    ),
    "follow_conversation": _event(
        "state", 4711, conversation=([_ITEM], []), clocks=([_RECORDED], []), lines=(_LINES, []), receipts=([], [])
    )
    + _event(
        "change",
        4720,
        conversation=([], []),
        clocks=([], []),
        lines=([], []),
        receipts=([_RECEIPT], []),
    ),
    "follow_customer": _event("state", 4711, links=([_LINK], []), conversations=([_ITEM], []), moments=([], []))
    + _event(
        "change",
        4714,
        links=([], []),
        conversations=([], []),
        moments=([_moment(4714, KETTLE, "status", what="resolved")], []),
    ),
    "read_board": {"position": 4711, "signals": [_ON_BOARD], "cursor": None},
    "follow_board": _event("state", 4711, signals=([_ON_BOARD], [])),
    "read_staff": {
        "position": 4711,
        "staff": [
            {
                "id": BO, "name": "Bo Lindqvist", "handle": "bo", "team_id": CARE, "roles": ["agent"], "left_at": None,
            },
        ],
        "cursor": None,
    },
    "read_teams": {
        "position": 4711,
        "teams": [{"id": CARE, "name": "Care", "handle": None, "team_id": None, "roles": [], "left_at": None}],
        "cursor": None,
    },
    **{name: {"id": ITEM, "position": 4716} for name in ("mark_passage", "correct_item", "withdraw_item")},
    **{
        name: {"id": LEAKS_THEME, "position": 4716}
        for name in ("add_theme", "rename_theme", "merge_theme", "separate_theme", "undo_theme_split")
    },
    "split_theme": {"id": SPLIT, "position": 4716},
    "read_themes": {"position": 4716, "themes": [_THEME], "cursor": None},
    "read_theme": {"position": 4716, "theme": _THEME},
    "read_theme_corrections": {
        "position": 4716,
        "corrections": [{"theme": "leaks", "decided": 41, "corrected": 3, "mostly": "drips"}],
    },
    "read_items": {"position": 4716, "items": [_FEEDBACK_ITEM], "cursor": None},
    "read_item": {"position": 4716, "item": _FEEDBACK_ITEM},
    "read_signals": {"position": 4716, "signals": [_SIGNAL], "cursor": None},
    "read_signal": {
        "position": 4716,
        "signal": _SIGNAL,
        "parts": [DRIPS],
        "windows": [
            {"month": "2025-09", "people": 11, "items": 14, "prompted": 0, "doers": 4},
            {"month": "2025-10", "people": 1, "items": 1, "prompted": 0, "doers": 0},
        ],
        "reasons": [
            {
                "code": "people",
                "against": "thin",
                "numbers": {"people": 12, "fewest": 30},
                "names": [],
                "what_would_help": "18 more people say so",
            },
        ],
        "segments": [{"name": "trade", "contributors": 12, "base": 140}],
        "channels": [{"name": "mail", "contributors": 12, "base": 140}],
    },
    **{
        name: {
            "position": 4716,
            "items": [_FEEDBACK_ITEM],
            "steps": [
                {
                    "id": SIGNAL,
                    "position": 4702,
                    "at": "2025-10-02T09:30:00Z",
                    "what": "signal.routed",
                    "by": BO,
                    "by_kind": "agent",
                    "said": "Somebody was scalded.",
                    "team_id": REPAIRS,
                    "table": None,
                    "table_version": None,
                    "rules": [],
                    "strength": "thin",
                    "people": 12,
                    "limits_version": 0,
                    "launch_id": None,
                    "due_at": None,
                    "other_id": None,
                    "product_area": None,
                    "theme": None,
                    "stage": None,
                }
            ],
            "launches": [
                {
                    "launch_id": "launch-0199c5a4-3b21-7c10-8e7d-4a9b2c6f1d05",
                    "signal_id": SIGNAL,
                    "area": "kettles",
                    "first_due_at": "2025-11-01T22:59:59Z",
                    "due_at": "2025-11-20T22:59:59Z",
                    "overdue_at": None,
                    "status": "shipped",
                }
            ],
            "closings": [_CLOSING],
            "more": False,
            "cursor": None,
        }
        for name in ("trace_signal", "trace_item")
    },
    **{
        name: {"position": 4716, "closings": [_CLOSING], "cursor": None}
        for name in ("read_closings_of_signal", "read_closings_of_customer")
    },
    **{name: {"id": SURVEY, "position": 4716} for name in ("open_survey", "answer_survey")},
    "read_survey": {
        "position": 4716,
        "survey_id": SURVEY,
        "question": "yes-no",
        "texts": {"en": "Does your kettle pour without a drip now? https://example.org/answer#{token}"},
        "product_area": "kettles",
        "signal_id": None,
        "margin": 0.05,
        "closes_at": DUE,
        "result": {
            "needed": 103,
            "drawn": 140,
            "asked": 131,
            "answered": 62,
            "enough": False,
            "answers": [
                {"answer": "yes", "people": 50, "low": 0.69, "high": 0.886},
                {"answer": "no", "people": 12, "low": 0.114, "high": 0.31},
            ],
            "texts": 0,
            "segments": [
                {
                    "segment": "trade",
                    "people": 140,
                    "drawn": 140,
                    "asked": 131,
                    "answered": 62,
                    "low": 0.39,
                    "high": 0.558,
                    "not_asked": {"consent-refused": 9},
                }
            ],
        },
    },
    "publish_table": {"id": TABLE, "position": 4716},
    "try_version": {
        "id": TABLE,
        "position": 4716,
        "inputs": 212,
        "changed": 3,
        "refused_by_both": 0,
        "changes": [
            {
                "before": {"results": [{"team": '"Service"'}], "refused": None},
                "after": {"results": [{"team": '"Production"'}], "refused": None},
                "number": 3,
                "examples": [{"stage": '"production"'}],
            }
        ],
    },
    **{
        name: {
            "position": 4716,
            "versions": [
                {
                    "id": TABLE,
                    "name": "signal-routing",
                    "version": 1,
                    "effective_from": "2025-10-01T09:00:00Z",
                    "table": _TABLE_WRITTEN,
                    "recorded_at": "2025-10-01T09:00:00Z",
                    "author_id": BO,
                    "reason": "leaks are a matter of production",
                }
            ],
            "cursor": None,
        }
        for name in ("read_tables", "read_table_versions")
    },
    "read_after_shipping": {
        "position": 4716,
        "after_shipping": {
            "shipped_at": "2025-11-20T09:30:00Z",
            "begin": "2025-10-21T09:30:00Z",
            "end": "2025-12-20T09:30:00Z",
            "area": {
                "before": {"people": 12, "of": 140, "share": 0.086, "low": 0.05, "high": 0.144},
                "after": {"people": 2, "of": 151, "share": 0.013, "low": 0.004, "high": 0.047},
                "change_low": -0.131,
                "change_high": -0.023,
                "verdict": "fell",
            },
            "comparison": None,
        },
    },
    "read_verbatims": {
        "position": 4716,
        "verbatims": [
            {
                "item_id": ITEM,
                "person_id": ADA,
                "kind": "complaint",
                "said_at": "2025-10-02T08:15:00+00:00",
                "conversation_id": KETTLE,
                "channel": "mail",
                "language": "en",
                "words": "It leaks from the spout whenever I pour.",
            }
        ],
    },
    **{name: {"id": PROMISE, "position": 4715} for name in ("make_promise", "revise_promise", "end_promise")},
    **{
        name: {"id": ORDER, "position": 4690, "adjusted": []}
        for name in ("place_order", "ship_order", "deliver_order", "check_delivery", "cancel_order", "return_order")
    },
    **{
        name: {"position": 4715, "promises": [_PROMISE], "cursor": None}
        for name in (
            "read_customers_promises", "read_conversations_promises", "read_orders_promises", "read_standing_promises",
        )
    },
    "read_signals_promises": {"position": 4715, "promises": [_LAUNCH], "cursor": None},
    "read_promise": {"position": 4715, "promise": _PROMISE},
    "read_orders": {"position": 4711, "orders": [_ORDER], "cursor": None},
    "read_order": {"position": 4711, "order": _ORDER},
    "find_order": {"id": ORDER},
    "read_by_contact": {"customer_id": ADA, "shown_as": ADA, "compared": "ada@example.org", "shared": False},
    "read_policies": {"position": 4711, "policies": [_POLICY], "cursor": None},
    "read_policy": {"position": 4711, "rule": _POLICY},
    "read_calendars": {"position": 4711, "calendars": [_CALENDAR], "cursor": None},
    "read_calendar": {"position": 4711, "rule": _CALENDAR},
    **{name: {"id": POLICY, "position": 4690} for name in ("write_policy", "edit_policy", "correct_policy")},
    **{name: {"id": CALENDAR, "position": 4690} for name in ("write_calendar", "edit_calendar", "correct_calendar")},
    "read_proposals": {
        "position": 4711,
        "proposals": [
            {
                "proposal_id": f"same-person {ADA} {ADA_AT_WORK}",
                "what": "same-person",
                "customer_id": ADA_AT_WORK,
                "other_id": ADA,
                "contact_kind": "phone",
                "conversation_id": None,
                "merged_into": None,
                "since": "2025-10-02T09:30:12+00:00",
            }
        ],
        "cursor": None,
    },
    "read_customers": {"position": 4711, "customers": [_CONTACT], "cursor": None},
    **{name: {"position": 4711, "contact": _CONTACT} for name in ("read_contact", "read_my_contact")},
    "read_my_conversations": {"position": 4711, "conversations": [_MY_CONVERSATION], "cursor": None},
    "read_my_conversation": {
        "position": 4711,
        "conversation": _MY_CONVERSATION,
        "hear_by": _MY_PROMISE,
        "lines": [_MY_LINE],
        "receipts": [_RECEIPT],
        "cursor": None,
    },
    "read_my_promises": {"position": 4715, "promises": [_MY_PROMISE], "cursor": None},
    "read_my_messages": {"position": 4711, "messages": [_MY_MESSAGE], "cursor": None},
    "read_customers_messages": {
        "position": 4711,
        "messages": [
            _line(6, "received", about=SAID, text="It is a gift.", channel="mail", participant_id=ADA_AT_WORK),
        ],
        "cursor": None,
    },
    "read_my_looks": {
        "position": 4711,
        "looks": [{"at": "2026-06-12T14:31:07Z", "roles": ["agent"], "what": "conversations"}],
        "cursor": None,
    },
    "read_my_orders": {"position": 4711, "orders": [_MY_ORDER], "cursor": None},
    "read_my_record": {
        "position": 4711,
        "contact": _CONTACT,
        "orders": [_MY_ORDER],
        "promises": [_MY_PROMISE],
        "messages": [_MY_MESSAGE],
        "conversations": [{"conversation": _MY_CONVERSATION, "lines": [_MY_LINE]}],
    },
    "read_clocks": {
        "now": "2026-03-03T12:00:00Z",
        "status": "open",
        "merged_into": None,
        "clocks": [_CLOCK],
        "cursor": None,
    },
    "read_signal_clocks": {
        "now": "2026-03-03T12:00:00Z",
        "status": "acknowledged",
        "merged_into": None,
        "clocks": [{**_CLOCK, "metric": "acknowledge"}],
        "cursor": None,
    },
    "search_mine": {"position": 4711, "found": [_MY_FOUND], "cursor": None},
    "find": {"position": 4711, "found": [_FOUND], "cursor": None},
    "read_me": {"id": BO, "kind": "agent", "roles": ["agent"], "team_id": CARE},
}  # fmt: skip

PROBLEMS: Mapping[str, str] = {
    "answer-invalid": "this question is answered by one of: yes, no",
    "audience-empty": "there is nobody to ask: no customer of the area, signal or segments that the survey names",
    "sample-too-large": "1537 people would be asked, and 1100 at most are; widen margin",
    "survey-answered": "this question was answered already, and an answer stays as it is",
    "survey-closed": "the survey is closed, and the token has expired with it",
    "survey-token-invalid": "no survey gave out this token; use the one of the message, as it is",
    "already-resolved": "it was resolved before; say in a verdict whether it answered",
    "body-too-large": "send less at once",
    "body-too-slow": "send the whole body within the deadline",
    "calendar-exists": "there is a calendar Berlin; edit it, or choose another name",
    "channel-unserved": "nobody brings it over this channel; name one of chat, mail, phone",
    "contact-point-taken": f"{ADA_AT_WORK} has it; move it from there, or share it",
    "content-missing": "the log names this file, and it is not in the content store, whole: antiphon doctor",
    "content-quarantined": "the file did not pass the check of this installation; only staff may save it, and say that "
    "they know: quarantined=true (antiphon fetch --quarantined)",
    "content-too-large": "a file has at most 50000000 bytes; send a smaller file",
    "content-too-many": "a person has at most 10000 files; this one was not kept",
    "contact-point-unknown": f"{ADA} has no such contact point; check the ids",
    "areas-differ": "the evidence is held against the customers of one product area; check the ids",
    "contact-point-unusable": "this is not a phone number; correct it, or name another kind",
    "contact-points-differ": f"{ADA} and {ADA_AT_WORK} have these contact points; merge them if it is one person, or "
    "move or share a contact point",
    "conversation-merged": f"it was merged into {KETTLE}: ask that of this one, or separate them",
    "cursor-invalid": "begin again without a cursor; it goes from one answer to the next",
    "customer-erased": f"{ADA} was erased; a later contact is a new customer",
    "customers-differ": "they are of two customers; if it is one person, merge these first",
    "decision-ambiguous": "the rules 2, 5 match, and the hit policy unique allows one; correct the table",
    "delivery-promised": f"{PROMISE} promises this delivery already; revise it",
    "due-in-past": "a promise is about what is still to come; name a later date",
    "correct-from-future": "a correction is about what was; to change what is to come, edit it",
    "effective-from-past": "an edit is about what is still to come; to change the past, correct it",
    "erasure-begun": "the customer's erasure began before, and cannot be stopped",
    "hold-ends-before": "`until` is not in the future; name a later time, or none",
    "holds-too-many": "100 holds stand on this customer; release those that are over",
    "forbidden": "this is for agent, lead",
    "holidays-unknown": "no holidays are known of XX; name a country by its two letters and a part of it by its ISO "
    "3166-2 code, or write the dates as `closed`",
    "idempotency-key-reused": "this command id was used for something else; draw a new one",
    "input-invalid": "body.body: String should have at least 1 character",
    "interaction-unknown": "the conversation has no such interaction; look at its history for the id",
    "merge-cycle": f"{ADA} was merged into {ADA_AT_WORK}, not the other way round",
    "merge-relied-on": f"first separate the conversations that were merged: {TOASTER} from {KETTLE}",
    "merge-with-itself": "nobody is merged into themselves; check the ids",
    "merged-already": f"{ADA_AT_WORK} was merged into {ADA}; separate them first",
    "message-not-received": "only what the customer said in this conversation is split off",
    "message-unknown": "the conversation has no such message; look at its history for the id",
    "no-launch": "the signal has no launch that is still to come; plan one",
    "not-found": "not known here; check the id",
    "not-merged": f"{ADA_AT_WORK} is merged into nobody; there is nothing to undo",
    "not-split": "it did not begin with a message that was split off, or that was undone already",
    "item-of-another-theme": f"{DRIPPING} is not of this theme; leave it out, or correct it",
    "theme-added-otherwise": "a theme has this key and another name; rename it, or take another",
    "item-withdrawn": "this item was withdrawn; mark the passage again if it is feedback",
    "passage-empty": "there are no words between start and end; count the message's characters",
    "nothing-asked": "the team did not ask anything that is still open",
    "nothing-left": "nothing else was said in this conversation; change its kind instead",
    "not-theirs": f"{ORDER} is not this customer's; check the ids",
    "nothing-said": "name at least one key to change",
    "nothing-to-judge": "there is no answer in this conversation yet",
    "opening-hours-invalid": "two of the hours of mon-fri overlap",
    "order-missing": "an interaction of kind order names its order_id",
    "order-number-taken": "an order of another customer has this number",
    "parcels-too-many": "an order has 500 parcels and returns at most",
    "order-step-misplaced": "this order is not to be delivered any more: it is cancelled",
    "outcome-unknown": "it may or may not have been recorded; repeat it with the same command id",
    "participants-too-many": "a conversation has at most 1000 participants; remove one",
    "participant-unknown": "nobody of this id takes part in the conversation; look at its participants",
    "parts-too-many": "a conversation has 100 parts at most; merge into another one",
    "person-requested": "the customer asked for a person; a person has to see to it",
    "policy-exists": "there is a policy standard; edit it, or choose another name",
    "position-not-reached": "what is read is not that far yet; ask again shortly",
    "promise-about-nothing": "a promise names the conversation or the order it is about; one of a delivery, the order",
    "promise-ended": "this promise was kept; make a new one",
    "range-unsatisfiable": "the file has 48213 bytes; ask for some of these",
    "reason-missing": "whoever routes a signal past the table says why",
    "resolution-misplaced": "a resolution is said when resolving; leave it out here",
    "signal-answered": "the signal was shipped; give a team and a reason to route it again",
    "signal-has-parts": f"{DRIPS} was merged into it; separate these first",
    "signal-held": "the evidence is thin; what speaks against it: people, share; wait for more, or give a reason to "
    "route it all the same",
    "signal-merged": f"it is a part of {DRIPS}; ask that of this one, or separate them",
    "signal-planned": "the signal is planned already; give its launch another date, or answer it",
    "signal-routed": f"the signal is with {REPAIRS} until it is answered; hand it on",
    "signal-unplaced": "the table names no team, or several; correct it, or give a team and why",
    "split-already": f"it was split off before: it is shown in {TOASTER}",
    "split-merged": f"{TOASTER} was merged into {KETTLE}; separate them first",
    "handle-reused": f"{BO} joined with this handle otherwise; choose another handle",
    "staff-left": "they left; have them join again first, with the same handle",
    "table-invalid": "rule 1: write then for team",
    "table-not-understood": 'table signal-routing, rule 1, input stage: write a text as "text"',
    "table-input-invalid": "weight: a value is missing",
    "table-unpublished": "no table signal-routing is in force; publish one with antiphon tables put",
    "target-merged": f"{ADA_AT_WORK} was merged into {ADA}; merge into that one",
    "target-unreachable": "the calendar is not open for so long within 200 years; name a shorter target, or longer "
    "opening hours",
    "team-unknown": "the table names a team that there is not; form it, or correct the table",
    "time-ahead": "occurred_at is later than now; repeat this at 2026-05-04T07:30:00Z, or send when it happened",
    "time-not-yours": "only gateways and imports may say when it happened; leave occurred_at out",
    "token-invalid": "get a new token from your issuer; `antiphon token` makes one for development",
    "token-missing": "send a token in the header: Authorization: Bearer …",
    "too-many-requests": "send fewer; wait for as long as Retry-After says",
    "unavailable": "the database does not answer; try again shortly",
    "version-changed": "it changed since it was read; read it again, and decide anew",
    "word-unknown": "theme: customers use the company's own words here; leave it out",
    "words-missing": "say at least one word to look for",
}
"""For each code, an example of the sentence that says what to do."""


def problem(code: str, status: int) -> dict[str, Any]:
    """An example of a problem document with this code."""
    return {
        "type": "about:blank",
        "title": code.replace("-", " "),
        "status": status,
        "code": code,
        "detail": PROBLEMS.get(code),
        "correlation_id": CORRELATION_ID,
    }
