"""The advisory locks of the log's database, each for one thing. Who takes the same number waits for each other, so no
number stands anywhere else; the function `antiphon.append` has 4711."""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final = 4712
"""One process migrates at a time."""
LOOKS: Final = 4713
"""Shared by those who record looks; whoever has it alone knows that no look with a lower id is still to come."""
MAIL_SENDER: Final = 4714
"""Of the one process that sends mails, as long as it sends."""
MAIL_FETCHER: Final = 4715
"""Of the one process that fetches the mailbox, as long as it fetches."""
