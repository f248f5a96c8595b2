"""The routes of commands on signals: where a signal goes, what its team answers, and that two signals are one."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract.bodies import signal as bodies
from api.contract.bodies.merging import MergeBody, Separation
from api.edge.parts import Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from domain.signal import commands as c

router = APIRouter(route_class=StrictJSON, tags=["signals"])

OF_A_PART = ("not-found", "signal-merged", "signal-answered")
"""The codes that a signal answers that is a part, or has its outcome."""


@router.post(
    "/signals",
    **changing(
        c.RouteSignal,
        codes=(
            *OF_A_PART, "signal-held", "signal-routed", "signal-unplaced", "reason-missing", "team-unknown",
            "table-unpublished", "table-input-invalid", "decision-ambiguous", "position-not-reached",
        ),
        status=201,
    ),
)  # fmt: skip
def route_signal(body: bodies.SignalRouting, parts: TheParts, context: TheContext) -> Response:
    """Route a signal to the team that the published table `signal-routing` names, or that a person names with a reason.
    A signal that a team has already stays there."""
    return done(ask(parts, body.command(), context), 201)


@router.put(
    "/signals/{id}/answer",
    **changing(c.PlanSignal, codes=(*OF_A_PART, "signal-planned", "no-launch", "due-in-past")),
)
def answer_signal(id: Id, body: bodies.SignalAnswer, parts: TheParts, context: TheContext) -> Response:
    """Answer a signal for the team that has it: acknowledge it, ask back, plan with or without a launch, give the
    launch another date, ship, decline, or hand it on."""
    return done(ask(parts, body.command(parts.executor.zone), context, id))


@router.put("/signals/{id}/finding", **changing(c.AnswerQuestion, codes=(*OF_A_PART, "nothing-asked")))
def answer_question(id: Id, body: bodies.SignalFinding, parts: TheParts, context: TheContext) -> Response:
    """Tell the team what it asked back."""
    return done(ask(parts, c.AnswerQuestion(answer=body.answer), context, id))


@router.post(
    "/signals/{id}/merge",
    **changing(
        c.MergeSignal,
        codes=(
            "not-found", "merge-with-itself", "merge-cycle", "merged-already", "target-merged", "signal-has-parts",
            "areas-differ", "parts-too-many",
        ),
    ),
)  # fmt: skip
def merge_signal(id: Id, body: MergeBody, parts: TheParts, context: TheContext) -> Response:
    """Merge a signal into another one of the same product area, which is answered for both. Each person counts once.
    The merge can be undone at any time, exactly."""
    return done(ask(parts, c.MergeSignal(into=body.into), replace(context, reason=body.reason), id))


@router.post("/signals/{id}/separation", **changing(c.SeparateSignal, codes=("not-found", "not-merged")))
def separate_signal(id: Id, body: Separation, parts: TheParts, context: TheContext) -> Response:
    """Undo a merge: the signal stands as it stood before; what happened to the other one since stays there."""
    return done(ask(parts, c.SeparateSignal(), replace(context, reason=body.reason), id))
