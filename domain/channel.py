"""Channels: the ways over which messages come and go."""

from __future__ import annotations

from collections.abc import Mapping

from domain.customer.contact_point import ContactKind

CONTACT_KINDS: Mapping[str, ContactKind] = {"mail": "mail", "phone": "phone", "sms": "phone"}
"""The kind of contact point that a channel uses, where it is no channel's own."""
