"""Measures of ease: what customers say of a step of their way, asked or of their own accord."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.measure.conversation import NONE
from domain.measure.definition import COUNTED, HIT, MISS, Measure
from domain.signal.item import JourneyStep

EASE_SLICES = ("step", "product_area", "channel", "language", "segment")
"""By what things said are grouped."""
_NO_STEP, _UNPROMPTED, _NO_SCORE = "no-step", "unprompted", "no-score"
_POPULATION = (
    "feedback, complaints, passages, verdicts and answers to surveys, as they were filed and stand; not what somebody "
    "did, and no colleague's note"
)
_WITHOUT_STEP = "nobody said of which step of the customer's way it is"


@dataclass(frozen=True, slots=True)
class SaidFacts:
    """Something that a person said. `step`: of their way; None where nobody said. `prompted`: we asked. `score`: how
    much effort it took, from 1 (very little) to 7 (very much), where that was the question."""

    id: str
    customer_id: str
    said_at: datetime
    step: JourneyStep | None
    prompted: bool
    score: int | None = None
    product_area: str | None = None
    channel: str | None = None
    language: str | None = None
    segment: str | None = None

    @property
    def slices(self) -> dict[str, str]:
        """The values by which it is grouped."""
        return {name: getattr(self, name) or NONE for name in EASE_SLICES}


def _score(said: SaidFacts, _: datetime) -> str:
    if said.step is None:
        return _NO_STEP
    if not said.prompted:
        return _UNPROMPTED
    return _NO_SCORE if said.score is None else COUNTED


def _value(said: SaidFacts) -> float:
    assert said.score is not None
    return float(said.score)


def _prompted(said: SaidFacts, _: datetime) -> str:
    if said.step is None:
        return _NO_STEP
    return HIT if said.prompted else MISS


EASE: Measure[SaidFacts] = Measure(
    name="ease",
    version=1,
    question="How much effort does it take a customer to find, to buy, to follow a delivery?",
    population=_POPULATION,
    hit="the effort as they answer it, from 1 (very little) to 7 (very much). What nobody asked for has no score, and "
    "is counted beside it",
    exclusions=MappingProxyType({
        _NO_STEP: _WITHOUT_STEP,
        _UNPROMPTED: "said of their own accord, about this step",
        _NO_SCORE: "an answer to another question than that for the effort",
    }),
    time_basis="when it was said",
    better="less",
    owner="customer service",
    reads=("items", "survey_questions", "surveys"),
    at=lambda said: said.said_at,
    outcome=_score,
    unit="number",
    value=_value,
)  # fmt: skip
EASE_PROMPTED: Measure[SaidFacts] = Measure(
    name="ease_prompted",
    version=1,
    question="Of what customers say about a step of their way, how much do they say because we asked?",
    population=_POPULATION,
    hit="said as an answer to a survey; a miss: said of their own accord",
    exclusions=MappingProxyType({_NO_STEP: _WITHOUT_STEP}),
    time_basis="when it was said",
    better="less",
    owner="customer service",
    reads=("items", "survey_questions", "surveys"),
    at=lambda said: said.said_at,
    outcome=_prompted,
)
