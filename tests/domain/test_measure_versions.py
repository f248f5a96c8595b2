"""A definition that changes has another version: what each version says of the same facts is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.measure import catalogue
from domain.measure.definition import HIT, MISS
from domain.measure.promise import PROMISE_KEPT
from tests.support.measure_versions import hash_of, kept, present


def test_each_version_of_a_definition_says_what_it_said() -> None:
    # (python -m tests.support.measure_versions adds a new version.)
    assert present() == kept()


def test_every_version_that_was_is_there_and_says_what_changed() -> None:
    for name, measure in catalogue.MEASURES.items():
        versions = catalogue.versions(name)
        assert [each.version for each in versions] == list(range(1, measure.version + 1))
        assert all(each.changed for each in versions[1:])


@pytest.mark.parametrize("changed", [
    replace(PROMISE_KEPT, outcome=lambda facts, now: HIT if facts.ended == "kept" else MISS),
    replace(PROMISE_KEPT, at=lambda facts: facts.last_due_at),
    replace(PROMISE_KEPT, better="less"),
])  # fmt: skip
def test_a_definition_that_changed_without_a_version_is_found(changed: object) -> None:
    assert hash_of(changed) != kept()["promise_kept/1"]  # type: ignore[arg-type]
