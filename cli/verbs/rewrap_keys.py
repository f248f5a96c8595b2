"""`antiphon rewrap-keys`: ends a change of the master key."""

from __future__ import annotations

import typer

from cli.wiring.composition import antiphon
from domain.kernel.refusal import Refusal
from infra.settings.settings import Settings


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("rewrap-keys")(rewrap_keys)


def rewrap_keys() -> None:
    """Wrap each key of the key store anew that is wrapped under ANTIPHON_OTHER_MASTER_KEY.

    Then only ANTIPHON_MASTER_KEY is needed. No event is touched, and everything else may run meanwhile. Killed at any
    point, a repeat does the rest."""
    if Settings.load().keys.other_master_key is None:
        raise Refusal("settings-invalid", "set ANTIPHON_OTHER_MASTER_KEY to the former master key; nothing was changed")
    done = 0
    with antiphon() as parts:
        # Other processes may still make keys under the former master key: each turn finds those of the turn before.
        while found := parts.executor.log.vault.rewrap():
            done += found
    print(f"{done} keys wrapped anew; when every process has this ANTIPHON_MASTER_KEY, take the other one out")
