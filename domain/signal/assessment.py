"""How far the evidence of a signal can be trusted, with every reason and the numbers behind it (`docs/signals.md`)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from domain.signal.evidence import Evidence
from domain.statistics import Proportion, difference, effective_size, fit, wilson

Strength = Literal["contradicted", "skewed", "thin", "strong"]

PRECEDENCE: tuple[Strength, ...] = ("contradicted", "skewed", "thin", "strong")
"""The first of these that any reason gives is the strength."""

LOUDEST = 0.05
"""The part of the contributors that counts as the loudest: one in twenty, at least one person."""


@dataclass(frozen=True, slots=True)
class EvidenceLimits:
    """From where on evidence counts as strong. Shares lie between 0 and 1."""

    fewest_people: int = 30
    least_share: float = 0.06
    """Of the area's active customers: the lower end of the interval reaches it."""
    least_effective: float = 0.5
    """How many people the contributors are worth once they are weighted like the base, as a part of their number."""
    largest_effect: float = 0.3
    """Cohen's w of the contributors' segments or channels against the base."""
    chance: float = 0.01
    """A difference that is more likely than this by chance alone counts for nothing."""
    most_of_the_loudest: float = 0.4
    """Of all items, the share of the loudest contributors."""
    most_prompted: float = 0.7
    """Of the contributors, the share of those who were asked."""
    most_copies: float = 0.3
    """Of the contributors, the share of those whose text is a near-copy of what at least two other people sent."""
    most_words_without_deeds: float = 0.1
    """How much larger the share of those who say so may be than the share of those who do so."""
    segment_matters_from: float = 0.05
    """A segment of the base that is smaller is not missed where nobody of the segment is heard."""


STANDARD = EvidenceLimits()


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was looked at."""

    code: str
    against: Strength | None
    """What it makes of the signal; None where nothing speaks against it."""
    numbers: Mapping[str, float]
    names: tuple[str, ...] = ()
    """Segments or channels that the numbers are about."""
    what_would_help: str = ""
    """What would make the evidence strong; empty where nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The strength, and all that was looked at."""

    strength: Strength
    reasons: tuple[Reason, ...]

    @property
    def against(self) -> tuple[Reason, ...]:
        """What speaks against the signal, the weightiest first."""
        found = [reason for reason in self.reasons if reason.against]
        return tuple(sorted(found, key=lambda reason: PRECEDENCE.index(reason.against or "strong")))


def assess(evidence: Evidence, limits: EvidenceLimits = STANDARD) -> Assessment:
    """Weigh the evidence. Every reason is given, also those that speak for the signal."""
    reasons = tuple(_reasons(evidence, limits))
    found = {reason.against or "strong" for reason in reasons}
    return Assessment(next(strength for strength in PRECEDENCE if strength in found), reasons)


def _reasons(evidence: Evidence, limits: EvidenceLimits) -> Iterator[Reason]:
    yield _people(evidence, limits)
    yield _share(evidence, limits)
    yield _weighted(evidence, limits)
    yield _unlike_the_base(evidence, "segments", limits)
    yield _unlike_the_base(evidence, "channels", limits)
    yield _not_heard(evidence, limits)
    if evidence.asked:
        yield _not_asked(evidence)
    yield _loudest(evidence, limits)
    yield _prompted(evidence, limits)
    yield _copies(evidence, limits)
    if evidence.behaviour:
        yield _behaviour(evidence, limits)


def _people(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    people = len(evidence.contributors)
    missing = limits.fewest_people - people
    return Reason(
        "people",
        "thin" if missing > 0 else None,
        {"people": people, "fewest": limits.fewest_people},
        what_would_help=f"{missing} more people say so" if missing > 0 else "",
    )


def _share(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    people, base = len(evidence.contributors), evidence.base.people
    # Who was a customer when they said so and is none now still said so.
    counted = Proportion(people, max(base, people))
    interval = wilson(counted)
    thin = interval.low < limits.least_share
    return Reason(
        "share",
        "thin" if thin else None,
        {"share": counted.share, "low": interval.low, "high": interval.high, "least": limits.least_share, "of": base},
        what_would_help=f"{_missing(counted, limits.least_share)} more of {counted.of} customers say so"
        if thin
        else "",
    )


def _missing(counted: Proportion, least: float) -> int:
    """How many more would have to say so, until the interval's lower end reaches `least`."""
    low, high = counted.count, counted.of
    while low < high:
        middle = (low + high) // 2
        if wilson(Proportion(middle, counted.of)).low >= least:
            high = middle
        else:
            low = middle + 1
    return low - counted.count


def _weighted(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    heard = Counter(each.segment for each in evidence.contributors)
    people, base = len(evidence.contributors), evidence.base.people
    weights = {
        segment: (evidence.base.segments.get(segment, 0) / base) / (count / people) if base else 1.0
        for segment, count in heard.items()
    }
    effective = effective_size(weights[each.segment] for each in evidence.contributors)
    part = effective / people if people else 0.0
    thin = part < limits.least_effective
    return Reason(
        "effective-size",
        "thin" if thin else None,
        {"effective": effective, "people": people, "part": part, "least": limits.least_effective},
        what_would_help="people of the segments that are rare among the contributors are heard, too" if thin else "",
    )


def _unlike_the_base(evidence: Evidence, what: Literal["segments", "channels"], limits: EvidenceLimits) -> Reason:
    segments = what == "segments"
    seen = Counter(each.segment if segments else each.channel for each in evidence.contributors)
    base = evidence.base.segments if segments else evidence.base.channels
    found = fit(seen, base)
    skewed = found.probability < limits.chance and found.effect > limits.largest_effect
    return Reason(
        what,
        "skewed" if skewed else None,
        {
            "chi-square": found.statistic,
            "degrees": found.degrees,
            "probability": found.probability,
            "effect": found.effect,
            "largest": limits.largest_effect,
        },
        _more_than_their_share(seen, base) if skewed else (),
        f"people of other {what} say so as well" if skewed else "",
    )


def _more_than_their_share(seen: Mapping[str, int], base: Mapping[str, int]) -> tuple[str, ...]:
    people, whole = sum(seen.values()), sum(base.values())
    return tuple(sorted(name for name in seen if seen[name] * whole > base.get(name, 0) * people))


def _not_heard(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    """Segments of which nobody contributed; a survey that asked nobody of them is said as what it is.

    A silent segment speaks against the signal where chance does not explain the silence.
    """
    heard, base, people = {each.segment for each in evidence.contributors}, evidence.base, len(evidence.contributors)
    large = {name: count for name, count in base.segments.items() if count >= limits.segment_matters_from * base.people}
    silent = {name: (1 - count / base.people) ** people for name, count in large.items() if count and name not in heard}
    not_asked = tuple(sorted(name for name in silent if evidence.asked and not evidence.asked.get(name)))
    skewed = any(probability < limits.chance for probability in silent.values())
    help_ = f"ask {', '.join(not_asked)}: nobody was asked" if not_asked else f"hear {', '.join(sorted(silent))}"
    return Reason(
        "not-heard",
        "skewed" if skewed else None,
        {"segments": len(silent), "not-asked": len(not_asked), "of": len(large)},
        tuple(sorted(silent)),
        help_ if skewed else "",
    )


def _not_asked(evidence: Evidence) -> Reason:
    """Segments of the base, also small ones, of which a survey asked nobody: said, and not held against the signal."""
    missing = sorted(name for name, people in evidence.base.segments.items() if people and not evidence.asked.get(name))
    numbers = {"segments": len(missing), "asked": sum(evidence.asked.values())}
    return Reason("not-asked", None, numbers, tuple(missing))


def _loudest(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    items = sorted((each.items for each in evidence.contributors), reverse=True)
    loudest = math.ceil(LOUDEST * len(items))
    share = sum(items[:loudest]) / sum(items) if items else 0.0
    # One of a few people is always more than one in twenty: how few they are is said elsewhere.
    skewed = len(items) > 1 and share > max(limits.most_of_the_loudest, 2 * loudest / len(items))
    return Reason(
        "loudest",
        "skewed" if skewed else None,
        {"share": share, "people": loudest, "items": sum(items), "most": limits.most_of_the_loudest},
        what_would_help="more than a few loud people say so" if skewed else "",
    )


def _prompted(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    counted = Proportion(sum(each.prompted for each in evidence.contributors), len(evidence.contributors))
    skewed = counted.share > limits.most_prompted
    return Reason(
        "prompted",
        "skewed" if skewed else None,
        {"share": counted.share, "people": counted.count, "most": limits.most_prompted},
        what_would_help="people say so without being asked" if skewed else "",
    )


def _copies(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    groups = Counter(each.copy_group for each in evidence.contributors if each.copy_group is not None)
    copied = sum(count for count in groups.values() if count > 2)
    counted = Proportion(copied, len(evidence.contributors))
    skewed = counted.share > limits.most_copies
    return Reason(
        "copies",
        "skewed" if skewed else None,
        {"share": counted.share, "people": copied, "groups": len(groups), "most": limits.most_copies},
        what_would_help="people say so in words of their own" if skewed else "",
    )


def _behaviour(evidence: Evidence, limits: EvidenceLimits) -> Reason:
    assert evidence.behaviour is not None
    said, did = evidence.behaviour.said, evidence.behaviour.did
    interval = difference(said, did)
    contradicted = interval.low > limits.most_words_without_deeds
    return Reason(
        "behaviour",
        "contradicted" if contradicted else None,
        {
            "said": said.share,
            "did": did.share,
            "low": interval.low,
            "high": interval.high,
            "most": limits.most_words_without_deeds,
        },
        what_would_help="people do what they say" if contradicted else "",
    )
