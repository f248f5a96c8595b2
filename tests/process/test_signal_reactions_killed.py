"""The reactions of signals, killed at each of their appends: nobody is told twice, and nobody is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any, ClassVar, cast

import pytest

from commands import registry
from commands.attention.contacting import review
from commands.conversation.delivering import deliver
from commands.conversation.handlers import act as converse
from commands.customer import handlers as customers
from commands.decision_table import publish, put
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.registry import Ports
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from commands.survey import handlers as surveys
from commands.survey.token import token
from domain.attention.contacts import ClosingOwed, QuestionOwed, ReviewContacts
from domain.conversation.commands import AddInteraction
from domain.conversation.events import NoteAdded
from domain.customer import GiveConsent
from domain.decision_table.written import TableWritten
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import new_id
from domain.signal.commands import AskBack, DeclineSignal, RouteSignal
from domain.signal.events import SignalRouted
from domain.signal.evidence import Contribution, Evidence
from domain.signal.identity import signal_id
from domain.signal.item import ItemFiled
from domain.staff import FormTeam
from domain.survey import AnswerSurvey, OpenSurvey, OweQuestion, Reachable
from infra.log.application import Log
from process.attention import SignalAnswers
from process.reaction import AnyReaction, Reactor
from process.signal import SignalItems, SignalQuestions, StrongSignals
from process.survey import SurveyItems, SurveySamples
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.contacting import AT_ONCE_AND_ALWAYS, SYSTEM
from tests.support.exactly_once import whole
from tests.support.open_work import Shown
from tests.support.signal_evidence import FEW, STRONG, Given

pytestmark = pytest.mark.faults

PEOPLE = 3
THEMES: dict[str, Any] = {
    "hit_policy": "first",
    "inputs": [{"name": "kind", "type": "string"}],
    "outputs": [{"name": name, "type": "string"} for name in ("area", "theme", "stage")],
    "rules": [{"then": {"area": '"brakes"', "theme": '"squeaks"', "stage": '"production"'}}],
}
ROUTING: dict[str, Any] = {
    "hit_policy": "first",
    "inputs": [{"name": "stage", "type": "string"}],
    "outputs": [{"name": "team", "type": "string"}],
    "rules": [{"then": {"team": '"Production"'}}],
}


class Killed(BaseException):
    """The process dies."""


class Said(Given):
    """Evidence, and the people of whom the test knows who they are."""

    def __init__(self, contributions: Sequence[Contribution], strong: Evidence = STRONG) -> None:
        super().__init__(of_any=strong)
        self._contributions = contributions

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        return self._contributions


class Drawn(Reactor):
    """Broken: draws a command id each time, so that a repeat takes effect again."""

    def _command_id(self, recorded: Recorded[Event], target: str) -> str:
        return new_id("request")


class Forgetful(Reactor):
    """Broken: holds what it began for done, as if its position moved first."""

    begun: ClassVar[set[int]] = set()
    """It outlives a restart, as a position does."""

    def take(self, page: Sequence[Recorded[Event]], connection: Any) -> None:  # Any: it uses none
        for recorded in page:
            if recorded.position not in self.begun:
                self.begun.add(recorded.position)
                super().take([recorded], connection)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what a crash leaves behind is what was appended, and nothing else."""
    return memory_log


def company(executor: CommandExecutor) -> Said:
    """People who complained, a signal that was asked back and declined, a survey that they answered, and another one
    that was only opened."""
    themes, routing = TableWritten.model_validate(THEMES), TableWritten.model_validate(ROUTING)
    put(executor, {"themes": themes, "signal-routing": routing}, AGENT)
    team_id = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    said = []
    for number in range(PEOPLE):
        id = deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY).id
        converse(executor, id, AddInteraction(kind="complaint"), AGENT)
        person = executor.read(id).state.customer_id
        said.append(Contribution(person, f"item-{number}", id, "mail", "en"))
    command = RouteSignal(area="wheels", theme="wobbles", stage="production", team_id=team_id, because="Somebody fell")
    id = route(executor, command, AGENT, Given(of_any=FEW)).id
    asked = tuple(each.conversation_id for each in said if each.conversation_id)
    signals.act(executor, id, AskBack(question="Which year?", conversation_ids=asked), AGENT)
    signals.act(executor, id, DeclineSignal(because="Too dear"), AGENT)
    _surveyed(executor, {each.person_id: each.conversation_id or "" for each in said})
    return Said(said)


def _surveyed(executor: CommandExecutor, there: Mapping[str, str]) -> None:
    publish(executor, AT_ONCE_AND_ALWAYS, AGENT)
    evidence = Given()
    evidence.audience = [Reachable(person, person, id, None) for person, id in there.items()]
    asked = OpenSurvey(
        question="yes-no",
        texts={"otherwise": "? {token}"},
        product_area="wheels",
        closes_at=datetime(2100, 1, 1, tzinfo=UTC),
    )
    id = surveys.open_(executor, asked, AGENT, evidence).id
    for person in there:
        customers.act(executor, GiveConsent(customer_id=person, purpose="surveys"), AGENT)
        surveys.owe(executor, OweQuestion(customer_id=person, survey_id=id), SYSTEM)
        review(executor, ReviewContacts(customer_id=person), SYSTEM)
        surveys.answer(executor, AnswerSurvey(token=token(executor, id, person), answer="no"), GATEWAY)
    surveys.open_(executor, asked.model_copy(update={"survey_id": new_id("survey")}), AGENT, evidence)


def killed(
    executor: CommandExecutor, said: Said, made: Callable[..., Reactor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reaction takes in the log; it dies at its first append, after a restart at its second one, and so on, by
    turns before and after the append."""
    of_surveys = (SurveySamples(), SurveyItems())
    for reaction in (SignalItems(), StrongSignals(), SignalQuestions(), SignalAnswers(), *of_surveys):
        for kill in count(1):
            if _survives(executor, said, partial(made, reaction), reaction, kill, monkeypatch):
                break


def _survives(
    executor: CommandExecutor,
    said: Said,
    made: Callable[..., Reactor],
    reaction: AnyReaction,
    kill: int,
    monkeypatch: pytest.MonkeyPatch,
) -> bool:
    done, run = count(1), executor.run

    def dies(*args: Any, **given: Any) -> Answer:  # Any: as of `run`
        last = next(done) == kill
        if last and kill % 2:
            raise Killed
        answer = run(*args, **given)
        if last:
            raise Killed
        return answer

    page = [each for each in whole(executor.log) if type(each.event) in reaction.reads]
    with monkeypatch.context() as patched:
        patched.setattr(executor, "run", dies)
        try:
            made(partial(registry.ask, Ports(executor, Shown(), said))).take(page, cast(Any, None))
        except Killed:
            return False
    return True


def wrong(log: Log) -> list[str]:
    """What happened twice, or never."""
    events = whole(log)
    found = Counter[object]()
    for recorded in events:
        match recorded.event:
            case ClosingOwed() as event:
                found["told", event.customer_id, event.outcome_id] += 1
            case QuestionOwed() as event:
                found["question", event.customer_id, event.survey_id] += 1
            case NoteAdded():
                found["asked", recorded.originator_id] += 1
            case ItemFiled():
                found["filed", recorded.originator_id] += 1
            case SignalRouted() if recorded.originator_id == signal_id("brakes", "squeaks", "production"):
                found["routed"] += 1
            case _:
                pass
    kinds = Counter(each if isinstance(each, str) else cast(tuple[str, ...], each)[0] for each in found)
    expected = {"told": PEOPLE, "asked": PEOPLE, "filed": 2 * PEOPLE, "question": 2 * PEOPLE, "routed": 1}
    return [
        *(f"{each} happened {times} times" for each, times in found.items() if times > 1),
        *(f"{kind}: {kinds[kind]} of {number}" for kind, number in expected.items() if kinds[kind] != number),
    ]


def test_killed_at_each_append_nobody_is_told_twice_and_none_forgotten(
    executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(executor, company(executor), Reactor, monkeypatch)
    assert wrong(log) == []


def test_command_ids_that_are_not_derived_are_caught(
    executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(executor, company(executor), Drawn, monkeypatch)
    assert any("asked" in each and "times" in each for each in wrong(log))


def test_a_position_that_moves_before_its_commands_is_caught(
    executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Forgetful, "begun", set())
    killed(executor, company(executor), Forgetful, monkeypatch)
    assert {each.partition(":")[0] for each in wrong(log)} >= {"told", "asked", "filed", "question"}
