"""Signals count people, by month in the company's zone; merged customers are one person until the merge is undone."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer import erasing
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.decision_table import put
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as handling
from commands.signal import items, merging, routing, themes
from commands.signal.evidence import SignalEvidence
from commands.signal.suggesting import suggest
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote
from domain.customer import ChangeSegment, MergeCustomer, SeparateCustomer
from domain.kernel.event import Actor
from domain.signal.assessment import assess
from domain.signal.commands import MergeSignal, RouteSignal, SeparateSignal, ShipSignal
from domain.signal.identity import signal_id
from domain.signal.item import CorrectItem, FileItem, MarkPassage, SuggestTheme, WithdrawItem
from domain.signal.limits import SignalLimits
from domain.signal.theme import AddTheme, MergeTheme, SeparateTheme, SplitTheme, UndoThemeSplit, theme_id
from domain.staff import FormTeam
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from projections.signal import shown, signals, verbatims
from projections.signal.evidence import SignalEvidenceInViews
from projections.signal.items import (
    SuggestionCorrections,
    ThemeCorrections,
    by_id,
    corrections,
    suggestion_corrections,
)
from tests.support.companies import AGENT, GATEWAY
from tests.support.feedback import LEAKS, THEMES
from tests.support.following import catch_up
from tests.support.open_work import Shown
from tests.support.signal_evidence import FEW, Given

SYSTEM = Context(Actor(id="system-signal-items", kind="system"))
ZONE = "Europe/Berlin"
COMPLAINT = "The kettle drips from the spout whenever it is more than half full, and the table is wet"
MIDNIGHT = datetime(2026, 5, 31, 22, tzinfo=UTC)  # in Berlin, June begins


class Company:
    """People who say that kettles leak, and what the signal shows of it."""

    def __init__(self, executor: CommandExecutor, log: Log, projector: Database) -> None:
        self.executor, self._log, self._projector = executor, log, projector
        self._said = count()
        put(executor, {"themes": THEMES}, AGENT)

    def says(
        self,
        who: str,
        at: datetime = MIDNIGHT,
        theme: str = "leaks",
        channel: str = "mail",
        kind: str = "complaint",
        text: str | None = None,
    ) -> str:
        """Somebody writes about kettles, each time something else unless a text is given; answers the item."""
        text = text or f"It drips {next(self._said)} times"
        delivery = Delivery(
            channel, f"{who} {at} {theme} {text}", ContactPoint("handle", who), text, product_area="kettles"
        )
        id = deliver(self.executor, delivery, GATEWAY).id
        did = "return" if kind == "behaviour" else None
        fields = {
            "kind": kind,
            "did": did,
            "conversation_id": id,
            "part": f"{at} {text}",
            "theme": theme,
            "said_at": at,
        }
        return items.file(self.executor, FileItem.model_validate(fields), SYSTEM).id

    def customer(self, who: str) -> str:
        return customers.register(self.executor, [ContactPoint("handle", who)], GATEWAY).id

    def opened(self, who: str) -> str:
        """A conversation about nothing that anybody makes."""
        return deliver(self.executor, Delivery("mail", who, ContactPoint("handle", who), "Hello"), GATEWAY).id

    def shown(self, id: str = LEAKS) -> signals.SignalRow | None:
        catch_up(self._log, self._projector)
        with self._projector.connection() as connection:
            return signals.one(connection, ZONE, id)

    def connection(self) -> AbstractContextManager[Connection]:
        return self._projector.connection()

    def counts(self) -> tuple[int, int, int]:
        found = self.shown()
        return (found.people, found.items, found.doers) if found else (0, 0, 0)

    def windows(self) -> dict[str, tuple[int, int]]:
        catch_up(self._log, self._projector)
        with self._projector.connection() as connection:
            return {each.month: (each.people, each.items) for each in signals.windows(connection, ZONE, [LEAKS])}

    @property
    def evidence(self) -> SignalEvidence:
        catch_up(self._log, self._projector)
        return SignalEvidenceInViews(self._projector, ZONE, lambda _: None)


@pytest.fixture
def company(executor: CommandExecutor, log: Log, projector: Database) -> Company:
    return Company(executor, log, projector)


def test_people_count_once_by_month_in_the_companys_zone(company: Company) -> None:
    # Given
    for who, at in (("ada", MIDNIGHT - timedelta(seconds=1)), ("ada", MIDNIGHT), ("ada", MIDNIGHT + timedelta(days=1))):
        company.says(who, at)
    company.says("bo")
    company.says("cy", kind="behaviour")
    company.says("dee", theme="other")
    # Then
    assert company.counts() == (2, 4, 1)
    assert company.windows() == {"2026-05": (1, 1), "2026-06": (2, 3)}
    found = company.evidence.evidence(LEAKS)
    assert found is not None
    assert [(each.items, each.channel) for each in found.contributors] == [(3, "mail"), (1, "mail")]
    # All four are active customers of the area; dee says something else of it, and cy says nothing.
    assert found.base.people == 4
    assert assess(found).strength == "thin"
    june = company.evidence.evidence(LEAKS, "2026-06")
    assert june is not None
    assert sorted(each.items for each in june.contributors) == [1, 2]
    assert company.evidence.evidence("signal-none") is None


def test_people_of_merged_signals_count_once_until_that_is_undone(company: Company) -> None:
    # Given
    for who, theme in (("ada", "leaks"), ("bo", "leaks"), ("ada", "drips"), ("cy", "drips")):
        company.says(who, theme=theme)
    executor, drips = company.executor, signal_id("kettles", "drips", "production")
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    for theme in ("leaks", "drips"):
        asked = RouteSignal(area="kettles", theme=theme, stage="production", team_id=team, because="Somebody fell")
        routing.route(executor, asked, AGENT, Given(of_any=FEW))

    def counted() -> list[tuple[int, int, int, int]]:
        """Of each signal its people, items, windows' people, and people that were weighed."""
        company.shown()
        with company.connection() as connection:
            found = [shown.in_full(connection, ZONE, SignalLimits(), id) for id in (LEAKS, drips)]
            rows = {row.signal_id: row.people for row in shown.listed(connection, ZONE, SignalLimits()).rows}
        both = [each for each in found if each is not None]
        assert [each.signal.people for each in both] == [rows[LEAKS], rows[drips]]
        weighed = [int(each.assessment.reasons[0].numbers["people"]) for each in both]
        return [
            (each.signal.people, each.signal.items, each.windows[0].people, people)
            for each, people in zip(both, weighed, strict=True)
        ]

    apart = [(2, 2, 2, 2), (2, 2, 2, 2)]
    assert counted() == apart
    # When
    merging.merge(executor, drips, MergeSignal(into=LEAKS), AGENT)
    # Then
    assert counted() == [(3, 4, 3, 3), (2, 2, 2, 2)]
    # When
    merging.separate(executor, drips, SeparateSignal(), AGENT)
    # Then
    assert counted() == apart


def test_merged_customers_are_one_person_until_the_merge_is_undone(company: Company) -> None:
    # Given
    for who in ("ada", "ada-at-work", "ada-on-tour", "bo"):
        company.says(who)
    ada, work, tour = (company.customer(who) for who in ("ada", "ada-at-work", "ada-on-tour"))
    before = company.shown(), company.evidence.evidence(LEAKS), company.evidence.contributors(LEAKS)
    # When
    for one, into in ((tour, work), (work, ada)):
        customers.act(company.executor, MergeCustomer(customer_id=one, into=into), AGENT)
    # Then
    assert company.counts() == (2, 4, 0)
    assert [each.person_id for each in company.evidence.contributors(LEAKS)].count(ada) == 3
    merged = company.evidence.evidence(LEAKS)
    assert merged is not None
    assert (len(merged.contributors), merged.base.people) == (2, 2)
    # When
    for one in (work, tour):
        customers.act(company.executor, SeparateCustomer(customer_id=one), AGENT)
    # Then
    assert (company.shown(), company.evidence.evidence(LEAKS), company.evidence.contributors(LEAKS)) == before


def test_what_colleagues_noted_is_no_word_of_a_customer(company: Company) -> None:
    # Given
    executor = company.executor
    company.says("ada")
    before = company.evidence.evidence(LEAKS)
    conversation = company.opened("bo")
    noted = AddNote(body="Service waits for production")
    conversations.act(executor, conversation, noted, AGENT)
    for theme in ("leaks", "lid"):
        passage = MarkPassage(message_id=noted.note_id, start=0, end=20 + len(theme), theme=theme)
        id = items.mark(executor, conversation, passage, AGENT).id
        items.act(executor, id, CorrectItem(product_area="kettles", stage="production"), AGENT)
    # When
    found, lid = company.shown(), company.shown(signal_id("kettles", "lid", "production"))
    # Then
    assert found is not None
    assert (found.people, found.items, found.doers, found.colleagues) == (1, 1, 0, 1)
    assert company.evidence.evidence(LEAKS) == before
    assert len(company.evidence.contributors(LEAKS)) == 1
    # And of a signal that nobody else speaks of, nobody is said to
    assert lid is not None
    assert (lid.people, lid.items, lid.colleagues) == (0, 0, 1)
    alone = company.evidence.evidence(lid.signal_id)
    assert alone is not None
    assert assess(alone).strength == "thin"
    # And its words are those of the note
    with company.connection() as connection:
        (said,) = verbatims.newest(connection, lid.signal_id, 9)
    assert (said.kind, said.words) == ("colleague-note", "Service waits for produ")


def test_nearly_the_same_text_of_one_person_counts_once(company: Company) -> None:
    # Given one person at two contact points, and another person with nearly the same words
    for number, who in enumerate(("ada", "ada", "ada-at-work", "bo")):
        company.says(who, text=f"{COMPLAINT} {'again ' * number}")
    company.says("ada", text="And the lid is loose")
    ada, work = company.customer("ada"), company.customer("ada-at-work")
    assert company.counts() == (3, 4, 0)
    before = company.shown(), company.evidence.evidence(LEAKS)
    # When
    customers.act(company.executor, MergeCustomer(customer_id=work, into=ada), AGENT)
    # Then
    assert company.counts() == (2, 3, 0)
    assert company.windows() == {"2026-06": (2, 3)}
    merged = company.evidence.evidence(LEAKS)
    assert merged is not None
    assert sorted(each.items for each in merged.contributors) == [1, 2]
    # When
    customers.act(company.executor, SeparateCustomer(customer_id=work), AGENT)
    # Then
    assert (company.shown(), company.evidence.evidence(LEAKS)) == before


def test_a_text_that_goes_round_speaks_against_the_signal(company: Company) -> None:
    # Given
    for who in ("ada", "bo", "cy", "dee"):
        company.says(who, text="It drips" if who == "dee" else COMPLAINT)
    company.says("eve", text="It drips")
    # When
    before = company.evidence.evidence(LEAKS)
    # Then what is said in a few words is no copy
    assert before is not None
    groups = Counter(each.copy_group for each in before.contributors)
    assert sorted(groups.values()) == [2, 3]
    assert groups[None] == 2
    reason = next(each for each in assess(before).reasons if each.code == "copies")
    assert (reason.against, reason.numbers["people"]) == ("skewed", 3)
    # And who is erased is counted as before
    erasing.erase(company.executor, company.customer("ada"), AGENT, Shown())
    assert company.evidence.evidence(LEAKS) == before


def test_merged_themes_are_one_signal_until_the_merge_is_undone(company: Company) -> None:
    # Given
    executor, drips = company.executor, signal_id("kettles", "drips", "production")
    for who, theme in (("ada", "leaks"), ("bo", "leaks"), ("ada", "drips"), ("cy", "drips")):
        company.says(who, theme=theme)
    leaking, dripping = (themes.add(executor, AddTheme(key=key, name=key), AGENT).id for key in ("leaks", "drips"))

    def rows() -> list[signals.SignalRow]:
        company.shown()
        with company.connection() as connection:
            return list(signals.read(connection, ZONE).rows)

    def rests() -> list[tuple[object, int, int]]:
        """Of each signal: its row, how many contributions it has, and of how many people."""
        with company.connection() as connection:
            found = [signals.one(connection, ZONE, id) for id in (LEAKS, drips)]
        evidence = company.evidence
        people = [len(each.contributors) for id in (LEAKS, drips) if (each := evidence.evidence(id)) is not None]
        return list(zip(found, [len(evidence.contributors(id)) for id in (LEAKS, drips)], people, strict=True))

    before = rows(), rests()
    # When
    themes.merge(executor, dripping, MergeTheme(into=leaking), AGENT)
    # Then
    (merged,) = rows()
    assert (merged.signal_id, merged.theme, merged.people, merged.items) == (LEAKS, "leaks", 3, 4)
    # And a team that has the signal of the part answers who contributed to that one
    assert [each[1:] for each in rests()] == [(4, 3), (2, 2)]
    assert rests()[0][0] == merged
    assert rests()[1] == before[1][1]
    # When
    themes.separate(executor, dripping, SeparateTheme(), AGENT)
    # Then
    assert (rows(), rests()) == before


def test_a_split_theme_is_two_signals_until_the_split_is_undone(company: Company) -> None:
    # Given
    executor = company.executor
    item, _ = company.says("ada"), company.says("bo")
    leaking, _ = (themes.add(executor, AddTheme(key=key, name=key), AGENT).id for key in ("leaks", "lid"))

    def row() -> object:
        company.shown()
        with company.connection() as connection:
            return by_id(connection, item)

    before = row()
    # When
    split = SplitTheme(into=theme_id("lid"), item_ids=(item,))
    undo = UndoThemeSplit(split_id=themes.split(executor, leaking, split, AGENT).id)
    # Then
    assert company.counts() == (1, 1, 0)
    # When
    themes.undo_split(executor, leaking, undo, AGENT)
    # Then
    assert (company.counts(), row()) == ((2, 2, 0), before)


def test_what_has_no_theme_is_found_with_its_words_until_it_is_given_one(company: Company) -> None:
    # Given
    company.says("ada")
    ids = [company.says(who, theme="unheard-of", text=f"It squeaks, {who}") for who in ("ada", "bo")]
    erasing.erase(company.executor, company.customer("bo"), AGENT, Shown())

    def found() -> list[tuple[str, str]]:
        company.shown()
        with company.connection() as connection:
            return [(each.item_id, each.words or "") for each in verbatims.without_theme(connection, 9)]

    # Then
    assert found() == [(ids[0], "It squeaks, ada")]
    # When
    items.act(company.executor, ids[0], CorrectItem(theme="squeaks"), AGENT)
    # Then
    assert found() == []


def test_corrected_and_withdrawn_items_count_where_they_belong(company: Company) -> None:
    # Given
    first, second = company.says("ada"), company.says("bo")
    # When
    items.act(company.executor, first, CorrectItem(theme="lid"), AGENT)
    # Then
    assert company.counts() == (1, 1, 0)
    # When
    items.act(company.executor, second, WithdrawItem(), AGENT)
    # Then
    assert company.shown() is None


def test_themes_tell_how_often_they_were_corrected(company: Company) -> None:
    # Given
    first, _, third = company.says("ada"), company.says("bo"), company.says("cy", theme="drips")
    items.act(company.executor, first, CorrectItem(theme="lid"), AGENT)
    items.act(company.executor, third, CorrectItem(weight=Decimal(3)), AGENT)
    # When
    company.shown()
    with company.connection() as connection:
        found = corrections(connection)
    # Then
    assert found == [ThemeCorrections("leaks", 2, 1, "lid"), ThemeCorrections("drips", 1, 0, None)]
    assert found[0].share == 0.5


def test_suggestions_tell_how_often_they_were_corrected(company: Company) -> None:
    # Given what no table decided: one stays open, one is confirmed, one is sure, and one is corrected
    said = [company.says(who, theme="hm") for who in ("ada", "bo", "cy", "di")]
    for number, id in enumerate(said):
        best = [{"theme": "leaks", "probability": "0.9"}]
        command = SuggestTheme.model_validate({"suggestions": best, "sure": number == 2, "model": "themes sha256:1"})
        suggest(company.executor, id, command, AGENT)
    items.act(company.executor, said[1], CorrectItem(theme="leaks"), AGENT)
    items.act(company.executor, said[3], CorrectItem(theme="lid"), AGENT)
    # When
    company.shown()
    with company.connection() as connection:
        found, decided = suggestion_corrections(connection), corrections(connection)
    # Then
    assert found == [SuggestionCorrections("leaks", 4, 3, 1, "lid")]
    assert found[0].share == pytest.approx(1 / 3)
    assert decided == [], "the table only said what the model's theme means"


def test_an_erasure_leaves_the_counts_as_they_were(company: Company) -> None:
    # Given
    for who in ("ada", "bo"):
        company.says(who)
    customers.act(company.executor, ChangeSegment(customer_id=company.customer("ada"), segment="trade"), AGENT)
    before = company.shown(), company.evidence.evidence(LEAKS)
    # When
    erasing.erase(company.executor, company.customer("ada"), AGENT, Shown())
    # Then
    assert (company.shown(), company.evidence.evidence(LEAKS)) == before


def test_signals_are_listed_with_the_most_people_first(company: Company, projector: Database) -> None:
    # Given
    for who in ("ada", "bo"):
        company.says(who)
    lid = company.says("ada", MIDNIGHT + timedelta(days=1))
    items.act(company.executor, lid, CorrectItem(theme="lid"), AGENT)
    company.shown()
    # When
    with projector.connection() as connection:
        first = signals.read(connection, ZONE, area="kettles", limit=1)
        second = signals.read(connection, ZONE, area="kettles", limit=1, cursor=first.cursor)
        nothing = signals.read(connection, ZONE, area="toasters")
    # Then
    assert [(each.theme, each.people) for page in (first, second) for each in page.rows] == [("leaks", 2), ("lid", 1)]
    assert second.cursor is None
    assert nothing.rows == []


def test_after_shipping_the_rates_before_and_after_are_compared(company: Company, projector: Database) -> None:
    # Given two of four who say so within ten days before something is shipped, and one of two afterwards
    def rates(days: int) -> shown.AfterShipping | None:
        company.shown()
        with projector.connection() as connection:
            return shown.after_shipping(connection, ZONE, LEAKS, shipped + timedelta(days=days))

    executor, shipped = company.executor, company.executor.clock()
    assert rates(10) is None
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    asked = RouteSignal(area="kettles", theme="leaks", stage="production", team_id=team, because="Somebody fell")
    routing.route(executor, asked, AGENT, Given(of_any=FEW))
    for who, theme, days in (("ada", "leaks", 20), ("bo", "leaks", 5), ("cy", "leaks", 5), ("dee", "other", 5)):
        company.says(who, shipped - timedelta(days=days), theme)
    handling.act(executor, LEAKS, ShipSignal(what="Another seal"), AGENT)
    for who, theme in (("eve", "leaks"), ("fay", "other")):
        company.says(who, shipped + timedelta(days=1), theme)
    # When
    soon, later = rates(0), rates(10)
    # Then
    assert later is not None
    assert later.area is not None
    assert (later.area.before.people, later.area.before.of) == (2, 4)
    assert (later.area.after.people, later.area.after.of) == (1, 2)
    assert later.area.verdict == "unclear"
    assert later.comparison is None, "nobody was active in another area"
    assert soon is not None
    assert (soon.begin, soon.area) == (None, None)
