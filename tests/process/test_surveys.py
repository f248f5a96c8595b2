"""A survey from its opening to its result: who is drawn is owed the question, asked by the watch, and answers; each
answer is an item that we asked for."""

from __future__ import annotations

from functools import partial

from commands import registry
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from commands.signal.routing import route
from commands.staff import handlers as staffing
from commands.survey import handlers as surveys
from commands.survey.token import token
from domain.customer import ChangeSegment, GiveConsent, MergeCustomer
from domain.kernel.event import Event, Recorded
from domain.signal.commands import RouteSignal
from domain.signal.item import ITEM, ItemDecided, ItemFiled
from domain.staff import FormTeam
from domain.survey import SURVEY, AnswerSurvey, OpenSurvey
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from process.attention import ContactTimers
from process.catalogue import REACTIONS
from process.reaction import Reactor
from process.survey import SurveyItems, SurveySamples
from process.watch import Watch
from projections import survey as view
from projections.signal.evidence import SignalEvidenceInViews
from tests.support.companies import AGENT, GATEWAY
from tests.support.contacting import AT_ONCE_AND_ALWAYS, Company
from tests.support.feedback import LEAKS, THEMES, complain
from tests.support.following import catch_up
from tests.support.open_work import Shown
from tests.support.signal_evidence import FEW, Given, NothingSaid


def _take(executor: CommandExecutor, reaction: SurveySamples | SurveyItems) -> None:
    """The reaction takes in the whole log, twice."""
    for _ in range(2):
        reactor = Reactor(reaction, partial(registry.ask, Ports(executor, Shown(), NothingSaid())))
        everything: list[Recorded[Event]] = list(executor.log.recorded_events(executor.log.read(0, 10_000)))
        reactor.take([each for each in everything if type(each.event) in reaction.reads], None)  # type: ignore[arg-type]


def test_a_survey_finds_what_its_sample_answers_and_who_did_not(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given five customers who spoke about kettles, two of whom are one person, and one who does not consent
    company = Company(log, executor)
    company.publish(AT_ONCE_AND_ALWAYS)
    put(executor, {"themes": THEMES}, AGENT)
    ada, work, bea, cy, dee = (complain(executor, who) for who in ("ada", "work", "bea", "cy", "dee"))
    company.does(MergeCustomer(customer_id=work, into=ada))
    company.does(ChangeSegment(customer_id=bea, segment="trade"))
    for each in (ada, work, bea, cy):
        company.does(GiveConsent(customer_id=each, purpose="surveys"))
    catch_up(log, projector)
    # When
    evidence = SignalEvidenceInViews(projector, "UTC", lambda _: None)
    opening = OpenSurvey.model_validate(
        {
            "question": "yes-no", "texts": {"otherwise": "Does it leak? {token}"}, "themes": {"yes": "leaks"},
            "signal_id": LEAKS, "closes_at": "2100-01-01T00:00:00Z",
        }
    )  # fmt: skip
    _routed(executor)
    id = surveys.open_(executor, opening, AGENT, evidence).id
    _take(executor, SurveySamples())
    catch_up(log, projector)
    reader = Database(database_urls.database_url, "reader")
    Watch(ContactTimers(executor, reader)).poll()
    reader.close()
    for who, said in ((bea, "yes"), (cy, "no")):
        surveys.answer(executor, AnswerSurvey(token=token(executor, id, who), answer=said), GATEWAY)
    _take(executor, SurveyItems())
    catch_up(log, projector)
    # Then
    survey = executor.read(SURVEY, id).existing("survey").state
    with projector.connection() as connection:
        found = view.result(connection, survey.opened, survey.answers)
    assert (found.needed, found.drawn, found.asked, found.answered, found.enough) == (4, 4, 3, 2, False)
    assert [(each.answer, each.people) for each in found.answers] == [("yes", 1), ("no", 1)]
    assert sum(each.people for each in found.segments) == 4
    assert {reason: n for each in found.segments for reason, n in each.not_asked.items()} == {"consent-missing": 1}
    # And each answer is an item that we asked for, once, about what its answer says
    events = [each.event for each in log.of_kind(ITEM.kind)]
    answers = [each for each in events if isinstance(each, ItemFiled) and each.kind == "survey-answer"]
    placed = {each.item_id: each.placement.theme for each in events if isinstance(each, ItemDecided)}
    about = {each.person_id: (each.prompted, placed.get(each.item_id)) for each in answers}
    assert (len(answers), about) == (2, {bea: (True, "leaks"), cy: (True, None)})
    assert {SurveySamples, SurveyItems} <= {type(each) for each in REACTIONS}
    assert dee not in about


def _routed(executor: CommandExecutor) -> None:
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    asked = RouteSignal(area="kettles", theme="leaks", stage="production", team_id=team, because="Somebody fell")
    route(executor, asked, AGENT, Given(of_any=FEW))
