"""What a team asks back is put before agents, in each conversation in which they are to ask, once."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import pytest

from commands import registry
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.conversation.events import NoteAdded
from domain.signal.commands import AskBack, RouteSignal
from domain.signal.events import SignalAskedBack
from domain.staff import FormTeam
from infra.log.application import Log
from process.reaction import Reactor
from process.signal import SignalQuestions
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.exactly_once import whole
from tests.support.open_work import Shown
from tests.support.recorded import recorded_as
from tests.support.signal_evidence import FEW, Given, NothingSaid


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what follows from events, nothing of a database."""
    return memory_log


def test_what_a_team_asks_back_is_a_note_where_agents_are_to_ask(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, ben, _ = (deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(3))
    team_id = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    command = RouteSignal(area="wheels", theme="wobbles", stage="production", team_id=team_id, because="Somebody fell")
    id = route(executor, command, AGENT, Given(of_any=FEW)).id
    signals.act(executor, id, AskBack(question="Which year?", conversation_ids=(ada, ben)), AGENT)
    # When, also twice
    asked = recorded_as(SignalAskedBack, whole(log))
    for _ in range(2):
        reactor = Reactor(SignalQuestions(), partial(registry.ask, Ports(executor, Shown(), NothingSaid())))
        reactor.take(asked, cast(Any, None))  # Any: it uses no connection
    # Then
    notes = recorded_as(NoteAdded, whole(log))
    assert {each.originator_id: each.event.body for each in notes} == dict.fromkeys(
        (ada, ben), f"To ask for {id} (wheels, wobbles, production): Which year?"
    )
    assert len(notes) == 2
