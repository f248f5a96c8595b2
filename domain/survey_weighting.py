"""What the answers of a sample say of its audience: each segment counts as it does in the audience, however many of it
answered (post-stratification; Cochran, Sampling Techniques, 1977, section 5A.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.statistics import Interval, effective_size, wilson_of


@dataclass(frozen=True, slots=True)
class WeightedAnswers:
    """`shares`: of each answer, weighted like the audience, with its interval. `effective`: how many equally weighted
    answers say as much (Kish 1965). `unheard`: the part of the audience that is of segments of which nobody answered,
    and for which nobody speaks."""

    shares: Mapping[str, tuple[float, Interval]]
    effective: float
    unheard: float


def weighted(said: Mapping[str | None, Mapping[str, int]], people: Mapping[str | None, int]) -> WeightedAnswers:
    """Weight the answers. `said`: by segment, how many gave each answer. `people`: of the audience, by segment."""
    counted = {segment: sum(answers.values()) for segment, answers in said.items()}
    heard = {segment: size for segment, size in people.items() if counted.get(segment)}
    audience, speaking = sum(people.values()), sum(heard.values())
    if not speaking:
        return WeightedAnswers({}, 0.0, 1.0 if audience else 0.0)
    weight = {segment: size / speaking / counted[segment] for segment, size in heard.items()}
    effective = effective_size(weight[segment] for segment in heard for _ in range(counted[segment]))
    shares: dict[str, float] = {}
    for segment in heard:
        for answer, number in said[segment].items():
            shares[answer] = shares.get(answer, 0.0) + number * weight[segment]
    found = {answer: (share, wilson_of(share, effective)) for answer, share in shares.items()}
    return WeightedAnswers(found, effective, 1 - speaking / audience)
