"""How far evidence can be trusted: each reason by itself, and plants that must not pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.signal.assessment import PRECEDENCE, STANDARD, Reason, assess
from domain.signal.evidence import Base, Behaviour, Contributor, Evidence
from domain.statistics import Proportion, wilson
from tests.support.signal_plants import PLANTS, TRUE, assessed, strong

BASE = Base({"home": 600, "trade": 400}, {"mail": 700, "phone": 300})


def people(count: int, *, trade: float = 0.4, phone: float = 0.3) -> tuple[Contributor, ...]:
    """So many of them, of both segments and over both channels."""
    return tuple(
        Contributor(
            f"customer-{number}",
            "trade" if number < trade * count else "home",
            "phone" if (number * 7) % count < phone * count else "mail",
        )
        for number in range(count)
    )


GOOD = Evidence(people(120), BASE)


def reason(evidence: Evidence, code: str) -> Reason:
    (found,) = (each for each in assess(evidence).reasons if each.code == code)
    return found


def against(evidence: Evidence) -> dict[str, str | None]:
    return {each.code: each.against for each in assess(evidence).against}


def test_many_people_of_all_kinds_who_say_so_by_themselves_are_strong() -> None:
    found = assess(GOOD)
    assert (found.strength, found.against) == ("strong", ())
    assert [each.code for each in found.reasons] == [
        *("people", "share", "effective-size", "segments", "channels", "not-heard", "loudest", "prompted", "copies")
    ]
    assert all(each.what_would_help == "" for each in found.reasons)


def test_few_people_are_thin_and_it_is_said_how_many_more_it_takes() -> None:
    found = reason(Evidence(people(20), Base({"home": 60, "trade": 40}, {"mail": 70, "phone": 30})), "people")
    assert (found.against, found.what_would_help) == ("thin", "10 more people say so")


def test_a_small_share_is_thin_and_it_is_said_how_many_more_it_takes() -> None:
    # Given
    evidence = Evidence(people(60), BASE)
    # When
    found = reason(evidence, "share")
    # Then
    assert (found.against, found.numbers["share"]) == ("thin", 0.06)
    missing = int(found.what_would_help.split()[0])
    assert (
        wilson(Proportion(60 + missing, 1_000)).low
        >= STANDARD.least_share
        > wilson(Proportion(59 + missing, 1_000)).low
    )
    assert "share" not in against(Evidence(people(60 + missing), BASE))


def test_who_is_no_customer_any_more_still_said_so() -> None:
    found = reason(Evidence(people(50), Base({"home": 6, "trade": 4}, {"mail": 10})), "share")
    assert (found.against, found.numbers["share"], found.numbers["of"]) == (None, 1, 10)


def test_people_of_one_segment_are_skewed() -> None:
    found = reason(Evidence(people(120, trade=0.95), BASE), "segments")
    assert (found.against, found.names) == ("skewed", ("trade",))


def test_people_of_one_channel_are_skewed() -> None:
    found = reason(Evidence(people(120, phone=1), BASE), "channels")
    assert (found.against, found.names) == ("skewed", ("phone",))


def test_a_segment_of_which_nobody_is_heard_is_named() -> None:
    # Given
    evidence = Evidence(people(120, trade=0), BASE)
    # Then
    assert (reason(evidence, "not-heard").against, reason(evidence, "not-heard").names) == ("skewed", ("trade",))
    assert reason(evidence, "not-heard").what_would_help == "hear trade"
    # When only others were asked
    asked = replace(evidence, asked={"home": 300})
    # Then
    assert reason(asked, "not-heard").what_would_help == "ask trade: nobody was asked"
    assert (reason(asked, "not-asked").against, reason(asked, "not-asked").names) == (None, ("trade",))


def test_a_segment_that_was_not_asked_is_named_also_where_it_is_heard() -> None:
    found = reason(replace(GOOD, asked={"home": 300}), "not-asked")
    assert (found.against, found.names, found.numbers) == (None, ("trade",), {"segments": 1, "asked": 300})
    assert reason(replace(GOOD, asked={"home": 300, "trade": 1}), "not-asked").names == ()


def test_a_silence_that_chance_explains_is_named_and_refutes_nothing() -> None:
    evidence = Evidence(people(40, trade=0), Base({"home": 940, "trade": 60}, {"mail": 700, "phone": 300}))
    found = reason(evidence, "not-heard")
    assert (found.against, found.names) == (None, ("trade",))


def test_a_few_loud_people_are_skewed() -> None:
    loud = tuple(replace(each, items=60) if number < 6 else each for number, each in enumerate(people(120)))
    found = reason(replace(GOOD, contributors=loud), "loudest")
    assert (found.against, found.numbers["people"], found.numbers["items"]) == ("skewed", 6, 474)


def test_everybody_who_is_as_loud_as_everybody_else_is_not() -> None:
    alike = tuple(replace(each, items=60) for each in people(120))
    assert reason(replace(GOOD, contributors=alike), "loudest").against is None
    assert reason(Evidence(people(2), BASE), "loudest").against is None


def test_people_who_only_say_so_when_asked_are_skewed() -> None:
    asked = tuple(replace(each, prompted=number % 10 < 8) for number, each in enumerate(people(120)))
    assert reason(replace(GOOD, contributors=asked), "prompted").against == "skewed"


def test_one_text_of_many_people_is_skewed_and_of_two_it_is_not() -> None:
    copied = tuple(replace(each, copy_group="one" if number < 60 else None) for number, each in enumerate(people(120)))
    assert reason(replace(GOOD, contributors=copied), "copies").against == "skewed"
    pairs = tuple(replace(each, copy_group=f"pair {number // 2}") for number, each in enumerate(people(120)))
    assert reason(replace(GOOD, contributors=pairs), "copies").against is None


def test_words_without_deeds_contradict() -> None:
    says, does = (
        Behaviour(Proportion(110, 200), Proportion(66, 200)),
        Behaviour(Proportion(110, 200), Proportion(104, 200)),
    )
    assert reason(replace(GOOD, behaviour=says), "behaviour").against == "contradicted"
    assert reason(replace(GOOD, behaviour=does), "behaviour").against is None


def test_the_weightiest_reason_decides() -> None:
    # Given
    skewed_and_thin = Evidence(people(12, trade=1), BASE)
    contradicted = replace(skewed_and_thin, behaviour=Behaviour(Proportion(200, 200), Proportion(2, 200)))
    # Then
    assert {"thin", "skewed"} <= set(against(skewed_and_thin).values())
    assert assess(skewed_and_thin).strength == "skewed"
    assert assess(contradicted).strength == "contradicted"
    assert assess(contradicted).against[0].code == "behaviour"


def test_nobody_is_thin() -> None:
    assert assess(Evidence((), Base({}, {}))).strength == "thin"


def test_a_person_who_is_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="counts once"):
        Evidence((*people(3), people(1)[0]), BASE)


contributors = st.builds(
    Contributor,
    person_id=st.uuids().map(str),
    segment=st.sampled_from(["home", "trade", "abroad"]),
    channel=st.sampled_from(["mail", "phone", "fax"]),
    items=st.integers(1, 50),
    prompted=st.booleans(),
    copy_group=st.sampled_from([None, "one", "two"]),
)


@given(st.lists(contributors, max_size=80, unique_by=lambda each: each.person_id))
def test_any_evidence_is_weighed_and_in_any_order_alike(said: list[Contributor]) -> None:
    # Given
    evidence = Evidence(tuple(said), BASE)
    turned = replace(evidence, contributors=tuple(reversed(said)))
    # When
    found = assess(evidence)
    # Then
    assert found.strength in PRECEDENCE
    assert all(bool(each.what_would_help) == (each.against is not None) for each in found.reasons)
    assert assess(turned).strength == found.strength


def test_no_plant_passes_and_what_is_true_is_not_held() -> None:
    # When (`make bench` runs a thousand companies)
    found = {kind: strong(assessments) for kind, assessments in assessed({**PLANTS, **TRUE}, 12, 1985).items()}
    # Then
    assert {kind: found[kind] for kind in PLANTS} == dict.fromkeys(PLANTS, 0)
    assert {kind: found[kind] for kind in TRUE} == dict.fromkeys(TRUE, 1)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("loud minority", "share"), ("survey only", "prompted"), ("one channel", "channels"),
        ("one segment", "segments"), ("copies", "copies"), ("words without deeds", "behaviour"),
        ("New Coke", "behaviour"),
    ],
)  # fmt: skip
def test_each_plant_is_held_for_what_was_planted(kind: str, code: str) -> None:
    (found,) = assessed({kind: PLANTS[kind]}, 1, 7)[kind]
    assert code in {each.code for each in found.against}
