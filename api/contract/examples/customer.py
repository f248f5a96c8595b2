"""The examples of requests and answers about customers, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.conversation import INBOX_ITEM, line
from api.contract.examples.story import ADA, ADA_AT_WORK, BO, FORMER_PHONE, KETTLE, MAIL, SAID

LINK = {
    "customer_id": ADA_AT_WORK,
    "merged_into": ADA,
    "merged_at": "2025-10-02T09:10:40.2+00:00",
    "merged_by": BO,
}


CONTACT = {
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
    "zone": "Europe/London",
}


def moment(place: int, stream: str, kind: str, **more: Any) -> dict[str, Any]:
    """A moment of Ada's timeline; `more`: the fields that are not as usual."""
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


REQUESTS: Mapping[str, Any] = {
    "register": {
        "contacts": [
            {"kind": "mail", "value": "ada@example.org", "name": "Ada Byron"},
            {"kind": "phone", "value": "+49 30 5550100"},
        ]
    },
    "change_name": {"name": "Ada Lovelace", "reason": "said so on the phone"},
    "change_language": {"language": "de", "reason": "writes in German"},
    "change_segment": {"segment": "trade", "reason": "orders as a shop"},
    "add_contact_point": {"kind": "phone", "value": "+49 30 5550100", "reason": "said so on the phone"},
    "remove_contact_point": {"kind": "phone", "value": FORMER_PHONE, "reason": "never was theirs"},
    "move_contact_point": {"kind": "phone", "value": FORMER_PHONE, "into": ADA, "reason": "the number has a new owner"},
    "clear_contact_point": {"kind": "mail", "value": "ada@example.org", "reason": "wrote that it works again"},
    "share_contact_point": {"kind": "mail", "value": "ada@example.org", "shared": True, "reason": "a family's mailbox"},
    "merge": {"into": ADA, "reason": "the same order number in both mails"},
    "dismiss_proposal": {"what": "same-person", "other_id": ADA, "reason": "father and son"},
    "separate": {"reason": "two people in one house"},
    "erase": {"reason": "asked for by the customer, case 2025-118"},
}

ANSWERS: Mapping[str, Any] = {
    **{
        name: {"id": ADA, "position": 4714}
        for name in (
            "register",
            "change_name",
            "change_language",
            "change_segment",
            "add_contact_point",
            "remove_contact_point",
            "move_contact_point",
            "share_contact_point",
            "clear_contact_point",
            "dismiss_proposal",
        )
    },
    **{name: {"id": ADA_AT_WORK, "position": 4714} for name in ("merge", "separate")},
    "erase": {"id": ADA, "position": 4714, "erased": [ADA, ADA_AT_WORK], "waits": None},
    "read_customer": {
        "position": 4711,
        "links": [LINK],
        "conversations": [INBOX_ITEM],
        "moments": [
            moment(4709, KETTLE, "interaction", what="complaint"),
            moment(4708, KETTLE, "opened", what="mail", text="The kettle leaks"),
            moment(4707, ADA, "contact-point", what="mail", text="ada@example.org"),
            moment(4706, ADA, "registered", text="Ada Byron"),
        ],
        "cursor": None,
    },
    "read_by_contact": {"customer_id": ADA, "shown_as": ADA, "compared": "ada@example.org", "shared": False},
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
    "read_customers": {"position": 4711, "customers": [CONTACT], "cursor": None},
    "read_contact": {"position": 4711, "contact": CONTACT},
    "read_customers_messages": {
        "position": 4711,
        "messages": [
            line(6, "received", about=SAID, text="It is a gift.", channel="mail", participant_id=ADA_AT_WORK),
        ],
        "cursor": None,
    },
}
