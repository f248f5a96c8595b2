"""Which texts count as nearly the same."""

from __future__ import annotations

import random

import pytest

from domain.signal.near_copies import FEWEST_WORDS, marks

TEXT = (
    "the kettle that i bought in may drips from the spout whenever it is more than half full and the table is wet "
    "every morning so please send me another one or give me my money back"
)
SAID = TEXT.split(" ")


def alike(one: list[str], other: list[str]) -> bool:
    return not set(marks(one)).isdisjoint(marks(other))


@pytest.mark.parametrize(
    "other",
    [SAID, ["hello", *SAID], [*SAID, "thank", "you"], [*SAID[:9], "leaks", *SAID[10:]], [*SAID[:20], *SAID[21:]]],
)
def test_a_text_with_a_word_more_or_less_is_a_near_copy(other: list[str]) -> None:
    assert alike(SAID, other)


@pytest.mark.parametrize(
    "other", [SAID[::-1], SAID[:12], ["the", "parcel", "came", "in", "may", "and", "the", "box", "was", "wet"]]
)
def test_other_words_or_another_order_are_no_copy(other: list[str]) -> None:
    assert not alike(SAID, other)


def test_of_few_words_only_the_same_are_a_copy() -> None:
    few = SAID[: FEWEST_WORDS - 1]
    assert alike(few, list(few))
    assert not alike(few, [*few, "now"])
    assert not alike(few, few[:-1])
    assert marks([]) == ()


def test_texts_of_the_same_few_words_in_other_orders_are_told_apart() -> None:
    # Given texts in which any pair of words is rare
    drawn = random.Random(7)
    vocabulary = [f"word{number}" for number in range(300)]
    texts = [[drawn.choice(vocabulary) for _ in range(30)] for _ in range(200)]
    # Then
    assert len({mark for text in texts for mark in marks(text)}) == sum(len(marks(text)) for text in texts)


def test_the_marks_of_a_text_never_change() -> None:
    # Else what is said tomorrow would be no copy of what was said yesterday.
    assert marks(SAID)[0] == "word-pairs-1 0 9aef26168cc6f9"
    assert marks(["it", "drips"]) == ("word-pairs-1 it drips",)
