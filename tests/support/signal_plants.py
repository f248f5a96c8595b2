"""Feedback of a simulated company: signals that are true, and signals of each kind that must not pass for one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.signal.assessment import Assessment, assess
from domain.signal.evidence import Base, Behaviour, Contributor, Evidence
from domain.statistics import Proportion

CUSTOMERS = 5_000
SEGMENTS = {"families": 0.35, "singles": 0.25, "students": 0.15, "retired": 0.15, "trade": 0.10}
CHANNELS = {"mail": 0.5, "phone": 0.2, "web": 0.2, "chat": 0.1}
GOES_ON = 0.3
"""How likely whoever said it once says it once more."""
NOISE = 0.004
"""The part of all customers who say so whatever is planted."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody of the base."""

    id: str
    segment: str
    channel: str


class Company:
    """Customers in five segments, who use one of four channels each."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        segments = chance.choices(list(SEGMENTS), list(SEGMENTS.values()), k=CUSTOMERS)
        channels = chance.choices(list(CHANNELS), list(CHANNELS.values()), k=CUSTOMERS)
        self.customers = [
            Customer(f"customer-{number}", segment, channel)
            for number, (segment, channel) in enumerate(zip(segments, channels, strict=True))
        ]
        self.base = Base(Counter(segments), Counter(channels))

    def some(self, part: float) -> list[Customer]:
        """Each customer with this likelihood."""
        return [each for each in self.customers if self._chance.random() < part]

    def items(self) -> int:
        """How often somebody says it: mostly once."""
        count = 1
        while self._chance.random() < GOES_ON:
            count += 1
        return count

    def heard(
        self, customers: list[Customer], *, loud: int = 1, prompted: float = 0.0, copies: float = 0.0
    ) -> tuple[Contributor, ...]:
        """What these say, and the noise besides. `loud`: how many times as often; `prompted`, `copies`: the part of
        them who were asked, and who send the same text."""
        said = {
            each.id: Contributor(
                each.id, each.segment, each.channel, loud * self.items(),
                self._chance.random() < prompted, "one text" if self._chance.random() < copies else None,
            )
            for each in customers
        }  # fmt: skip
        noise = {each.id: Contributor(each.id, each.segment, each.channel, self.items()) for each in self.some(NOISE)}
        return tuple((noise | said).values())

    def of(self, count: int, part: float) -> Proportion:
        """How many of so many do something, each with this likelihood."""
        return Proportion(sum(self._chance.random() < part for _ in range(count)), count)


def broad(part: float) -> Callable[[Company], Evidence]:
    """A true signal: this part of all customers say so, of any segment, over any channel, and some were asked."""

    def evidence(company: Company) -> Evidence:
        said = company.heard(company.some(part), prompted=0.15, copies=0.02)
        return Evidence(said, company.base, behaviour=Behaviour(company.of(400, 0.6), company.of(400, 0.57)))

    return evidence


def loud_minority(company: Company) -> Evidence:
    """Of a hundred customers five say so, ten times as often as others would."""
    return Evidence(company.heard(company.some(0.05), loud=10), company.base)


def survey_only(company: Company) -> Evidence:
    """Whoever is asked says so; hardly anybody says so by themselves."""
    return Evidence(company.heard(company.some(0.15), prompted=0.95), company.base)


def one_channel(company: Company) -> Evidence:
    """Of those who use the telephone two thirds say so, and nobody else."""
    by_phone = [each for each in company.some(0.65) if each.channel == "phone"]
    return Evidence(company.heard(by_phone), company.base)


def one_segment(company: Company) -> Evidence:
    """Of the students most say so, and nobody else."""
    return Evidence(company.heard([each for each in company.some(0.8) if each.segment == "students"]), company.base)


def copies(company: Company) -> Evidence:
    """One text goes round: many people send it, some of them in words of their own."""
    return Evidence(company.heard(company.some(0.12), copies=0.6), company.base)


def words_without_deeds(company: Company) -> Evidence:
    """Of a hundred who say they will not order again, twelve do not."""
    said = company.heard(company.some(0.12))
    return Evidence(
        said, company.base, behaviour=Behaviour(Proportion(len(said), len(said)), company.of(len(said), 0.12))
    )


def new_coke(company: Company) -> Evidence:
    """A blind taste prefers the new drink, by 55 to 45 in the hundred; of those who buy, a third take the new one."""
    tasted = company.some(0.2)
    preferred = [each for each in tasted if company.of(1, 0.55).count]
    behaviour = Behaviour(Proportion(len(preferred), len(tasted)), company.of(1_000, 0.33))
    asked = Counter(each.segment for each in tasted)
    return Evidence(company.heard(preferred, prompted=0.6), company.base, asked, behaviour)


PLANTS: Mapping[str, Callable[[Company], Evidence]] = {
    "loud minority": loud_minority,
    "survey only": survey_only,
    "one channel": one_channel,
    "one segment": one_segment,
    "copies": copies,
    "words without deeds": words_without_deeds,
    "New Coke": new_coke,
}
"""What must not pass for a strong signal."""

TRUE: Mapping[str, Callable[[Company], Evidence]] = {f"broad, {part:.0%}": broad(part) for part in (0.08, 0.12, 0.2)}
"""What should."""


def assessed(kinds: Mapping[str, Callable[[Company], Evidence]], runs: int, seed: int) -> dict[str, list[Assessment]]:
    """The assessments of each kind of signal, in so many companies."""
    found: dict[str, list[Assessment]] = {kind: [] for kind in kinds}
    for run in range(runs):
        company = Company(random.Random(f"{seed} {run}"))
        for kind, evidence in kinds.items():
            found[kind].append(assess(evidence(company)))
    return found


def strong(assessments: list[Assessment]) -> float:
    """The part that passed."""
    return sum(each.strength == "strong" for each in assessments) / len(assessments)
