"""A few of the histories that chance makes up, each a test of its own: quick enough to be run for each mutant."""

from __future__ import annotations

import json
import random

import pytest

from cli.verbs.service_level.scenario import answers
from tests.cli.test_scenarios_against_oracle import first_difference
from tests.conftest import SEED
from tests.oracle.answers import answer
from tests.support.sla_histories import history


@pytest.mark.parametrize("number", range(20))
def test_a_history_is_judged_as_the_second_reading_judges_it(number: int) -> None:
    # Other ones than those that are compared all at once
    scenario = history(random.Random(f"{SEED} one history {number}"))
    assert first_difference(answer(scenario), answers(scenario)) == "", json.dumps(scenario)
