"""When a signal comes to an outcome, everybody who contributed is owed the news of it, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from commands import registry
from commands.registry import AskedCommand, Ports
from domain.attention.contacts import ATTENTION, stream_of
from domain.customer import MergeCustomer, SeparateCustomer
from domain.kernel.event import Draft, Envelope, Recorded
from domain.kernel.refusal import NotFound
from domain.signal.events import SignalDeclined, SignalPlanned, SignalShipped
from domain.signal.evidence import Contribution
from infra.log.application import Log
from process.attention import SignalAnswers
from tests.support.companies import AGENT
from tests.support.contacting import DAY, NOON, SIGNAL, SYSTEM, Company, texts
from tests.support.open_work import Shown
from tests.support.signal_evidence import NothingSaid

SHIPPED = SignalShipped(
    signal_id=SIGNAL, area="frames", theme="size", stage="design", team_id="team-1", what="A smaller frame"
)


class Said(NothingSaid):
    """The port of evidence: what was said."""

    def __init__(self, *contributions: Contribution) -> None:
        self._contributions = contributions

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        return self._contributions


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def company(log: Log) -> Iterator[Company]:
    company = Company(log)
    company.publish(texts(de="{area} ist da."))
    yield company
    company.executor.close()


def answered(company: Company, said: Said, event: SignalShipped | SignalPlanned | SignalDeclined = SHIPPED) -> None:
    """The signal comes to an outcome, at position 700 of the log, and the reaction runs."""
    envelope = Envelope(event_id="event-1", actor=AGENT.actor)
    recorded: Recorded[SignalShipped | SignalPlanned | SignalDeclined]
    recorded = Draft(SIGNAL, 3, event, envelope).recorded(700, NOON)
    for request in SignalAnswers().react(recorded):
        registry.ask(
            Ports(company.executor, Shown(), said), AskedCommand(request.command, SYSTEM, target=request.target)
        )


def test_each_contributor_is_owed_once_and_told_where_they_said_it(company: Company, log: Log) -> None:
    # Given
    ada, bea = company.customer(), company.customer()
    there, other, beas = company.conversation(ada), company.conversation(ada), company.conversation(bea)
    said = Said(
        Contribution(ada, "item-1"),
        Contribution(ada, "item-2", there, "mail", "de"),
        Contribution(ada, "item-3", other, "chat", "de"),
        Contribution(bea, "item-4", beas, "chat", "de"),
        Contribution("stranger-1", "item-5", beas, "mail"),
    )
    # When
    answered(company, said)
    end = log.position()
    answered(company, said)
    # Then
    assert log.position() == end
    for each in (ada, bea):
        company.review(each, DAY)
    assert [each.channel for each in company.said(there)] == ["mail"]
    assert company.bodies([beas]) == ["frames ist da."]
    assert company.said(other) == []
    assert company.attention(ada).told == {"700"}


def test_customers_who_are_one_person_are_each_owed_for_what_they_said(company: Company) -> None:
    # Given two customers, one of them merged into the other, as the evidence counts people
    ada, bea = company.customer(), company.customer()
    there, beas = company.conversation(ada), company.conversation(bea)
    company.does(MergeCustomer(customer_id=bea, into=ada))
    answered(company, Said(Contribution(ada, "item-1", there), Contribution(ada, "item-2", beas)))
    company.review(ada, DAY)
    assert len(company.said(there, beas)) == 1
    # When
    company.does(SeparateCustomer(customer_id=bea))
    company.review(bea)
    # Then
    assert len(company.said(there)) == len(company.said(beas)) == 1


def test_an_outcome_is_refused_while_no_contributor_is_known(company: Company) -> None:
    with pytest.raises(NotFound):
        answered(company, Said())


def test_what_somebody_said_in_anothers_conversation_is_not_told_there(company: Company) -> None:
    # Given
    ada, bea = company.customer(), company.customer()
    there = company.conversation(ada)
    # When
    answered(company, Said(Contribution(bea, "item-1", there)))
    company.review(bea, DAY)
    # Then
    assert company.executor.read(ATTENTION, stream_of(ada)).state is None
    assert company.blocked(bea) == [("no-conversation", None)]


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (SHIPPED, "shipped"),
        (SignalPlanned(**SHIPPED.model_dump()), "planned"),
        (SignalDeclined(**SHIPPED.model_dump(exclude={"what"}), because="Too few"), "declined"),
    ],
)
def test_each_outcome_is_told_as_what_it_is(
    company: Company, event: SignalShipped | SignalPlanned | SignalDeclined, outcome: str
) -> None:
    ada = company.customer()
    answered(company, Said(Contribution(ada, "item-1", company.conversation(ada))), event)
    assert [each.owed.outcome for each in company.attention(ada).waiting.values()] == [outcome]
