"""`antiphon token`: a token for development."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from api.edge.access import known
from cli.wiring import actors
from cli.wiring.composition import antiphon
from cli.wiring.serving import tokens
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("token")(token)


def token(
    who: Annotated[str, typer.Argument(help="A staff member's handle, or customer-…, staff-…, service-….")],
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 365, help="How long it holds.")] = 12,
) -> None:
    """Print a token with which WHO may call the API; only if this installation shares a secret with the issuer."""
    with antiphon() as parts:
        is_id = kind_of(who) in ("staff", "customer", "service") and "-" in who
        id = known(parts.executor, who).id if is_id else actors.colleague(parts.executor, who)
        assert id is not None
        if kind_of(id) == "service" and parts.settings.tokens.services.find(id) is None:
            raise NotFound(f"{id}, which ANTIPHON_SERVICES does not name,", check="the name")
        print(tokens(parts.settings).issue(id, timedelta(hours=hours)))
