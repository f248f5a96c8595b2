"""The people and things in the examples of the contract. They tell one story: Ada's kettle leaks, Bo answers, it is
resolved."""

from __future__ import annotations

ADA = "customer-0199c5a0-77c4-7d11-9e5b-0c8f2f6f9a01"
BOB = "stranger-0199c5a0-7a05-7b63-8f1d-4e6a9c2b7d22"
ADA_AT_WORK = "customer-0199c5a0-5b21-7c43-8a70-6d2e9f1b4a12"
HOLD = "hold-0199c5a0-77c4-7d11-9e5b-0c8f2f6f9a01-1"
CONFIRMATION = "confirmation-0199c5a0-77c4-7d11-9e5b-0c8f2f6f9a01-1"
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
LAUNCH = "launch-0199c5a4-3b21-7c10-8e7d-4a9b2c6f1d05"
LEAKS_THEME = "theme-b9c1c3c0-7d6b-5a3e-8f04-15a1c7b2d301"
DRIPS_THEME = "theme-4b8f2a76-93f1-5c47-9d5e-6a0e8f7c1b02"
SPLIT = "split-0199c5a4-3b20-7f31-8c58-4d9f1e6a8b03"
DRIPPING = "item-0f5b1c7e-6a2d-5e84-b1c9-7d3e5f8a9c04"
PROMISE = "promise-0199c5a4-2f10-7e26-9b47-3c8e0d5f7a11"
SURVEY = "survey-0199a3f6-4d51-7e20-9c6a-8b2d4f1a6c30"
TO_ANSWER = "0199a3f6-4d51-7e20-9c6a-8b2d4f1a6c30.0199c5a0-77c4-7d11-9e5b-0c8f2f6f9a01.q1wJ0v6sV3o8n2kX4yTzAg"
CITATION = "citation-0199a3f5-6e80-7c31-9b4e-2d5f8a1c3b70"
TABLE = "table-0199a3f5-2c40-7d11-8e5f-9b1c3a7d5e21"
WEBHOOK = "webhook-0199a3f7-2d60-7a41-8c5e-9f1b3d7a6e20"
DUE = "2100-12-31T16:00:00Z"
"""Far in the future: a promise for a past date is refused, and readers paste examples as they are."""
CORRELATION_ID = "request-0199c5a4-10c0-7d5a-9a85-7f2b4e0c9d10"
LEAK_PICTURE = "content-3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8551"

PICTURE = {
    "id": "a1",
    "name": "leak.jpg",
    "type": "image/jpeg",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
