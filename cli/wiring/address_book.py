"""Our mail addresses, and where mails for development are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from domain.kernel.refusal import Refusal
from infra.settings.settings import Settings

DEVELOPMENT = {"help@shop.example": "Shop help"}
"""The address book of `make run`."""


def mailboxes(settings: Settings) -> Mapping[str, str | None]:
    """Our addresses with the name of each; none where mails are not for us."""
    return settings.mail.address_book or (DEVELOPMENT if settings.mail.embedded_mail else {})


def mailboxes_needed(settings: Settings) -> Mapping[str, str | None]:
    """The same. Raises Refusal `mail-not-set` where mails are not for us."""
    if book := mailboxes(settings):
        return book
    raise Refusal("mail-not-set", "name our addresses in ANTIPHON_MAIL_MAILBOXES (docs/mail.md)")


def sink_folder(settings: Settings) -> Path:
    """Where the mail server for development keeps what it gets."""
    return settings.home.folder / "mail" / "sent"
