"""What each version of a definition says of the same drawn facts, as hashes: a definition that changes without another
version is found.

python -m tests.support.measure_versions     adds the versions that are new; those that are kept stay as they are
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from domain.measure import catalogue
from domain.measure.clock import MeasuredClock
from domain.measure.contact import AskedOrder, ContactFacts
from domain.measure.conversation import SLICES, ConversationFacts
from domain.measure.cost import ConversationCost, OrderCost
from domain.measure.definition import COUNTED, HIT, MISS, OPEN, UNKNOWN, Measure
from domain.measure.ease import SaidFacts
from domain.measure.order import OrderFacts
from domain.measure.promise import PromiseFacts
from domain.measure.unasked import UnaskedMonth
from domain.measure.waiting import Spell

KEPT = Path(__file__).parents[1] / "domain" / "measure_versions.json"
FACTS: tuple[tuple[type[Any], tuple[Measure[Any], ...]], ...] = (
    (PromiseFacts, catalogue.OF_PROMISES), (OrderFacts, catalogue.OF_ORDERS), (Spell, catalogue.OF_SPELLS),
    (ConversationFacts, catalogue.OF_CONVERSATIONS), (MeasuredClock, catalogue.OF_CLOCKS),
    (ContactFacts, catalogue.OF_CONTACTS), (AskedOrder, catalogue.OF_ASKED_ORDERS),
    (SaidFacts, catalogue.OF_THINGS_SAID), (UnaskedMonth, catalogue.OF_UNASKED_MONTHS),
    (ConversationCost, catalogue.OF_COSTS), (OrderCost, catalogue.OF_ORDER_COSTS),
)  # fmt: skip
"""The facts of which measures are."""
NUMBER = 300
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = BEGIN + timedelta(days=20)


def hash_of(measure: Measure[Any]) -> str:
    """What a definition says of drawn facts: the period of each, its outcome and its value."""
    (kind,) = {kind for kind, some in FACTS if measure.name in {each.name for each in some}}
    random = Random(19)
    said: list[object] = [measure.unit, measure.better, sorted(measure.exclusions)]
    for _ in range(NUMBER):
        facts = _drawn(kind, random)
        at = measure.at(facts)
        outcome = None if at is None else measure.outcome(facts, NOW)
        value = measure.value(facts) if measure.value is not None and outcome == COUNTED else None
        said.append((str(at), outcome, value))
    return sha256(json.dumps(said).encode()).hexdigest()


def _drawn(kind: type[Any], random: Random) -> Any:
    return kind(**{name: _value(name, hint, random) for name, hint in get_type_hints(kind).items()})


def _value(name: str, hint: Any, random: Random) -> Any:
    kinds = get_args(hint)
    if NoneType in kinds:
        if name != "cost" and random.random() < 0.4:  # what is counted has a cost
            return None
        (hint,) = (each for each in kinds if each is not NoneType)
    if get_origin(hint) is Literal:
        return random.choice(get_args(hint))
    if get_origin(hint) is tuple:
        return ()
    if get_origin(hint) is Mapping:
        return dict.fromkeys(SLICES, "none") | {"kind": random.choice(("inquiry", "complaint", "order"))}
    if name == "outcome":
        return random.choice((HIT, MISS, COUNTED, OPEN, UNKNOWN, "merged"))
    draw: Mapping[Any, Any] = {
        datetime: BEGIN + timedelta(hours=random.randrange(40 * 24)),
        bool: random.random() < 0.5,
        int: random.randrange(6),
        float: random.randrange(60) / 4,
        str: f"{name}-{random.randrange(6)}",
    }
    return draw[hint]


def kept() -> dict[str, str]:
    """The hashes that are kept, by `name/version`."""
    found: dict[str, str] = json.loads(KEPT.read_text())
    return found


def present() -> dict[str, str]:
    """The hashes of the versions that there are."""
    return {
        f"{each.name}/{each.version}": hash_of(each) for name in catalogue.MEASURES for each in catalogue.versions(name)
    }


if __name__ == "__main__":
    before = kept() if KEPT.exists() else {}
    KEPT.write_text(json.dumps({**present(), **before}, indent=1, sort_keys=True) + "\n")
