"""Which question of a survey a person is asked, at one instant; or why they are not asked. And what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.attention.budget import Allowed, Budget, Wishes
from domain.attention.contacts import (
    Attention,
    ContactBlocked,
    Contacted,
    QuestionAnswered,
    QuestionOwed,
    Unasked,
    WaitReason,
)
from domain.attention.settling import A_DAY, answer_of, is_due
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.survey import Survey

_FOR_GOOD: tuple[WaitReason, ...] = ("no-conversation", "survey-closed")
"""What prevents a question and changes no more."""


class QuestionDelivery(Protocol):
    """How questions can be asked."""

    def prevented(self, owed: QuestionOwed) -> WaitReason | None:
        """Why a question cannot be asked, whatever the budget says; None where it can."""
        ...


@dataclass(frozen=True, slots=True)
class Asking:
    """What to do. `send`: the question that is asked; None: none. `blocked`: by customer, what was decided beside."""

    send: QuestionOwed | None = None
    blocked: Mapping[str, Sequence[Event]] = field(default_factory=dict)


def ask_next(
    person: Iterable[Attention], budget: Budget | None, wishes: Wishes, delivery: QuestionDelivery, now: datetime
) -> Asking:
    """Settle which questions a person is asked: at most one at once. `person`, `budget`: as of `settling.settle`. Of
    customers who are one person, one is asked for each survey."""
    person = sorted(person, key=lambda each: each.customer_id)
    sent = frozenset[str]().union(*(each.told for each in person))
    unasked = [
        one for each in person for one in each.questions.values()
        if one.owed.survey_id not in each.told and one.reason != "survey-closed"
    ]  # fmt: skip
    blocked: dict[str, list[Event]] = {}

    def block(one: Unasked, reason: WaitReason, retry_at: datetime | None) -> None:
        if (one.reason, one.next_at) != (reason, retry_at):
            blocked.setdefault(one.owed.customer_id, []).append(
                ContactBlocked(
                    customer_id=one.owed.customer_id,
                    occasion="survey",
                    outcome_ids=(one.owed.survey_id,),
                    reason=reason,
                    retry_at=retry_at,
                )
            )

    send: QuestionOwed | None = None
    answer = answer_of(person, budget, wishes, now)
    for one in sorted(unasked, key=lambda one: (one.owed.due_at, one.owed.survey_id, one.owed.customer_id)):
        if one.owed.survey_id in sent or (send is not None and one.owed.survey_id == send.survey_id):
            block(one, "told-as-one-person", None)
        elif wishes.erased:
            block(one, "erased", None)
        elif one.owed.closes_at <= now:
            block(one, "survey-closed", None)
        elif not is_due(one, answer, now):
            continue
        elif (prevented := delivery.prevented(one.owed)) is not None:
            block(one, prevented, None if prevented in _FOR_GOOD else min(now + A_DAY, one.owed.closes_at))
        elif not isinstance(answer, Allowed):
            reason, retry_at = answer
            block(one, reason, min(retry_at, one.owed.closes_at))
        elif send is None:
            send = one.owed
        else:
            block(one, "next-message", min(now + A_DAY, one.owed.closes_at))
    return Asking(send, blocked)


def asked(owed: QuestionOwed, message_id: str, at: datetime) -> Contacted:
    """The event that the question was sent."""
    return Contacted(
        customer_id=owed.customer_id,
        occasion="survey",
        message_id=message_id,
        conversation_id=owed.conversation_id,
        outcome_ids=(owed.survey_id,),
        texts_version=0,
        at=at,
    )


def answer(state: Attention | None, survey: Survey, said: str, message_id: str | None, now: datetime) -> list[Event]:
    """Decide the event of an answer; none where the customer answered just that before. `message_id`: of a text.

    Raises Refusal `survey-token-invalid` (they were not asked), `survey-answered`, `survey-closed`.
    """
    opened = survey.opened
    question = state.questions.get(opened.survey_id) if state else None
    if state is None or question is None or opened.survey_id not in state.told:
        raise Refusal(
            "survey-token-invalid", "this is no token of a question that was asked; use the one of the message"
        )
    before = state.answered.get(opened.survey_id)
    if before is not None:
        if before == (message_id or said):
            return []
        raise Refusal("survey-answered", "this question was answered already, and an answer stays as it is")
    if survey.closes_at <= now:
        raise Refusal("survey-closed", "the survey is closed, and the token has expired with it")
    return [
        QuestionAnswered(
            customer_id=state.customer_id,
            survey_id=opened.survey_id,
            answer=None if message_id else said,
            message_id=message_id,
            conversation_id=question.owed.conversation_id,
            product_area=opened.product_area,
            theme=opened.themes.get(said),
        )
    ]
