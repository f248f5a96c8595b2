"""What is given to a team or a person that is not there is refused: else it would be in nobody's inbox."""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.conversation.commands import Assign, HandOver
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound
from domain.staff import FormTeam, JoinStaff, MoveStaff
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_nothing_is_given_to_a_team_or_person_that_is_not_there(executor: CommandExecutor, log: Log) -> None:
    # Given a conversation, a team and somebody in it
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    team_id = staffing.form_team(executor, FormTeam(name="Care"), AGENT).id
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo", team_id=team_id), AGENT).id
    end = log.position()
    # When it is given to others, also to what is something else
    for command in (
        Assign(team_id=new_id("team")),
        Assign(team_id=bo),
        Assign(team_id=team_id, agent_id=new_id("staff")),
        Assign(agent_id=conversation_id),
        HandOver(team_id=new_id("team"), because="theirs"),
        HandOver(team_id=team_id, agent_id=team_id, because="theirs"),
    ):
        with pytest.raises(NotFound):
            conversations.act(executor, conversation_id, command, AGENT)
    # and people are put into teams
    with pytest.raises(NotFound):
        staffing.move(executor, MoveStaff(staff_id=bo, team_id=new_id("team")), AGENT)
    with pytest.raises(NotFound):
        staffing.join(executor, JoinStaff(handle="eve", name="Eve", team_id=new_id("team")), AGENT)
    # Then nothing happened, and to those who are there, and to programs, it is given
    assert log.position() == end
    conversations.act(executor, conversation_id, HandOver(team_id=team_id, agent_id=bo, because="theirs"), AGENT)
    conversations.act(executor, conversation_id, Assign(team_id=team_id, agent_id="service-bot"), AGENT)
    assert log.position() == end + 2
