"""A reaction appends commands, which no transaction of views can hold: it moves by itself. (It counted as one that
moves with the views, because of a method of the same name: then every page failed for all of them together.)"""

from __future__ import annotations

import pytest

from infra.subscriptions.extensions import Travelling
from infra.views.projector import Projector
from process.catalogue import REACTIONS
from process.reaction import AnyReaction, Reactor
from projections.catalogue import VIEWS


@pytest.mark.parametrize("reaction", REACTIONS, ids=lambda each: each.name)
def test_a_reaction_moves_by_itself(reaction: AnyReaction) -> None:
    assert not isinstance(Reactor(reaction, lambda _: pytest.fail("nothing is asked")), Travelling)


def test_views_move_together() -> None:
    assert all(isinstance(Projector(view), Travelling) for view in VIEWS)
