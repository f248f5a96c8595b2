"""What measures know of a conversation that a customer began: computed from its steps, in the order in which they
happened, whenever somebody recorded them. And what the measures of conversations have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from domain.conversation.events import CLOSED
from domain.measure.definition import OPEN, Measure, Unit
from domain.measure.rates import Touch
from domain.measure.step import ConversationStep

WINDOW = timedelta(days=7)
"""For so long after an answer, or a resolution, what happens shows whether that was all."""
SLICES = ("kind", "channel", "priority", "product_area", "language", "segment", "team")
"""By what conversations are grouped."""
NONE = "none"
"""The value of a slice where a conversation has none."""
MERGED, WITHDRAWN, NO_ANSWER, JUDGED, NO_PERSON = "merged", "withdrawn", "no-answer", "judged", "no-person"
EXCLUSIONS: Mapping[str, str] = MappingProxyType({
    MERGED: "another conversation shows it, and counts",
    WITHDRAWN: "the customer withdrew the matter before",
    NO_ANSWER: "resolved, and no person of the company had answered",
    JUDGED: "the customer gave a verdict, which counts in `first_time_right`",
    NO_PERSON: "resolved, and no person had answered: a miss of `person_reached`",
})  # fmt: skip
"""Why a conversation may be left out, with the meaning."""

_TOUCHES = ("answered", "noted", "assigned", "handed-over")


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """What is known of a conversation. Each time is None where that did not happen.

    `slices`: what it is about and who has it, as things stand, by the names of SLICES. `exact`: every time is known to
    the second. `answered_at`: the first answer by a person of the company. `verdict`: the customer's on that answer; a
    dispute counts whatever they said beside it. `handed_over_first`: it went to another team before that answer.
    `trouble_at`: what first showed after it that it was not all: the customer wrote again or disputed an answer, the
    conversation was opened again, or went to another team. `detoured`: the customer wrote again, or it went to another
    team, before it was resolved for the first time. `resolved_at`, `withdrawn_at`, `merged_at`: as it stands now.
    `reopened_at`: the first time after a resolution. `person_at`: the first answer by a person after the customer asked
    for one. `touched`: what people of the company did: answers, notes, assignments, hand-overs. `work_known`: something
    is recorded that a person or a bot of the company did; what is told by another system may leave all of it out.
    `repeated`: the customer began another one about the same product area within the window before.
    """

    id: str
    customer_id: str
    opened_at: datetime
    slices: Mapping[str, str]
    exact: bool = True
    answered_at: datetime | None = None
    verdict: bool | None = None
    handed_over_first: bool = False
    trouble_at: datetime | None = None
    disputed_at: datetime | None = None
    first_resolved_at: datetime | None = None
    detoured: bool = False
    reopened_at: datetime | None = None
    resolved_at: datetime | None = None
    withdrawn_at: datetime | None = None
    merged_at: datetime | None = None
    person_requested_at: datetime | None = None
    person_at: datetime | None = None
    hand_overs: int = 0
    touched: tuple[Touch, ...] = ()
    work_known: bool = True
    repeated: bool = False


def measure_of(
    name: str,
    question: str,
    hit: str,
    outcome: Callable[[ConversationFacts, datetime], str],
    exclusions: Sequence[str],
    *,
    population: str = "conversations that customers began",
    at: Callable[[ConversationFacts], datetime | None] = lambda facts: facts.opened_at,
    time_basis: str = "when the customer began the conversation",
    better: Literal["more", "less"],
    unit: Unit = "share",
    value: Callable[[ConversationFacts], float] | None = None,
) -> Measure[ConversationFacts]:
    """The first version of a measure of conversations."""
    return Measure(
        name=name,
        version=1,
        question=question,
        population=population,
        hit=hit,
        exclusions=MappingProxyType({why: EXCLUSIONS[why] for why in exclusions}),
        time_basis=time_basis,
        better=better,
        owner="customer service",
        reads=("conversation_steps",),
        at=at,
        outcome=outcome,
        unit=unit,
        value=value,
    )


def not_answered(facts: ConversationFacts) -> str:
    """The outcome of a conversation in which no person of the company answered."""
    if facts.merged_at is not None:
        return MERGED
    if facts.withdrawn_at is not None:
        return WITHDRAWN
    return OPEN if facts.resolved_at is None else NO_ANSWER


def conversations(steps: Iterable[ConversationStep]) -> list[ConversationFacts]:
    """The facts of all conversations that customers began, out of their steps, which come conversation by
    conversation."""
    found = (facts_of(each) for each in each_shown(steps))
    return _repeated([each for each in found if each is not None])


def each_shown(steps: Iterable[ConversationStep]) -> Iterator[list[ConversationStep]]:
    """The steps of each conversation as `shown`, of steps that come conversation by conversation."""
    return (shown(list(each)) for _, each in groupby(steps, key=lambda step: step.conversation_id))


def shown(steps: Sequence[ConversationStep]) -> list[ConversationStep]:
    """The steps of one conversation in the order of time, without what happened in a part that has left, and without
    messages that another conversation shows."""
    recorded = sorted(steps, key=lambda step: step.place)
    parts = next((step.parts or () for step in reversed(recorded) if step.what == "parts"), ())
    where = {step.about: step.value for step in recorded if step.what == "split"}
    return sorted(
        (
            step for step in recorded
            if (step.part is None or step.part in parts) and not (step.what == "wrote" and where.get(step.about))
        ),
        key=lambda step: (step.at, step.place),
    )  # fmt: skip


def facts_of(steps: Sequence[ConversationStep]) -> ConversationFacts | None:
    """The facts of one conversation out of its steps as `shown`. None where no customer began it: the company did, an
    automatic message, or somebody who split a message off."""
    opened = next((step for step in steps if step.what == "opened"), None)
    if opened is None or opened.value != "customer" or any(step.what == "split-from" for step in steps):
        return None
    answers = [step for step in steps if step.what == "answered" and step.by == "agent"]
    handed_over = [step for step in steps if step.what == "handed-over"]
    again = [step for step in steps if is_contact(step) and step.at > opened.at]
    disputes = [step for step in steps if step.what == "judged" and step.value == "not-answered"]
    statuses = _statuses(steps)
    resolved = [step.at for step, status, _ in statuses if status == "resolved"]
    reopened = [step for step, status, before in statuses if before == "resolved" and status not in CLOSED]
    merged = [step for step in steps if step.what == "merged"]
    requested = next((step for step in steps if step.what == "person-requested"), None)
    last, status, _ = statuses[-1] if statuses else (opened, "open", None)
    facts = ConversationFacts(
        id=opened.conversation_id,
        customer_id=opened.customer_id,
        opened_at=opened.at,
        slices=_slices(opened, steps),
        exact=all(step.exact for step in steps),
        disputed_at=disputes[0].at if disputes else None,
        first_resolved_at=resolved[0] if resolved else None,
        detoured=any(not resolved or step.at <= resolved[0] for step in (*again, *handed_over)),
        reopened_at=reopened[0].at if reopened else None,
        resolved_at=last.at if status == "resolved" else None,
        withdrawn_at=last.at if status == "withdrawn" else None,
        merged_at=merged[-1].at if merged and merged[-1].value else None,
        person_requested_at=requested.at if requested else None,
        person_at=next((each.at for each in answers if requested and _place(each) > _place(requested)), None),
        hand_overs=len(handed_over),
        work_known=any(step.by in ("agent", "bot") for step in steps),
        touched=tuple(Touch(each.what, each.at) for each in steps if each.what in _TOUCHES and each.by == "agent"),
    )
    if not answers:
        return facts
    first = answers[0]
    verdicts = [step.value == "answered" for step in steps if step.what == "judged" and step.about == first.about]
    trouble = [step.at for step in (*again, *disputes, *handed_over, *reopened) if _place(step) > _place(first)]
    return replace(
        facts,
        answered_at=first.at,
        verdict=all(verdicts) if verdicts else None,
        handed_over_first=any(_place(step) < _place(first) for step in handed_over),
        trouble_at=min(trouble, default=None),
    )


def is_contact(step: ConversationStep) -> bool:
    """Whether the customer came to us: wrote, or brought something."""
    return step.what == "wrote" or (step.what == "brought" and step.by == "customer")


def status_after(step: ConversationStep) -> str | None:
    """The status to which a step led, where it led to one. What happens in a part may open the whole again."""
    if step.what == "status":
        return step.value
    return "open" if step.reopens else None


def _place(step: ConversationStep) -> tuple[datetime, int]:
    return step.at, step.place


def _statuses(steps: Iterable[ConversationStep]) -> list[tuple[ConversationStep, str, str]]:
    """The steps that led to a status: to which, and from which."""
    found: list[tuple[ConversationStep, str, str]] = []
    before = "open"
    for step in steps:
        if (status := status_after(step)) is not None:
            found.append((step, status, before))
            before = status
    return found


def _slices(opened: ConversationStep, steps: Iterable[ConversationStep]) -> dict[str, str]:
    found = {
        "channel": opened.channel, "priority": opened.priority, "language": opened.language,
        "product_area": opened.product_area, "segment": opened.segment,
    }  # fmt: skip
    interaction: str | None = None
    for step in steps:
        match step.what:
            case "brought" if step.part is None:
                found["product_area"] = found["product_area"] or step.product_area
                if interaction is None:
                    interaction, found["kind"] = step.about, step.value
            case "kind" if step.about == interaction:
                found["kind"] = step.value
            case "priority" | "language":
                found[step.what] = step.value
            case "product-area":
                found["product_area"] = step.value
            case "assigned" | "handed-over":
                found["team"] = step.team_id
            case _:
                pass
    return {name: found.get(name) or NONE for name in SLICES}


def _repeated(found: list[ConversationFacts]) -> list[ConversationFacts]:
    """These, each with whether another one of its customer and product area began within the window before."""
    last: dict[tuple[str, str], datetime] = {}
    repeated = set[str]()
    for each in sorted(found, key=lambda each: (each.opened_at, each.id)):
        whose = each.customer_id, each.slices["product_area"]
        if whose in last and each.opened_at - last[whose] <= WINDOW:
            repeated.add(each.id)
        last[whose] = each.opened_at
    return [replace(each, repeated=each.id in repeated) if each.id in repeated else each for each in found]
