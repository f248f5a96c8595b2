"""Every call that the contract tells of, made as its example says, on what there is in a company."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from api.contract.examples import catalogue, story
from commands import content as contents
from commands import hold as holds
from commands import measure as measures
from commands import order as orders
from commands import promise as promises
from commands import stranger as strangers
from commands import webhook as webhooks
from commands.attention.contacting import review
from commands.conversation import handlers as conversations
from commands.conversation import merging, participating, splitting
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.decision_table import publish
from commands.executor.executor import CommandExecutor
from commands.message import report_delivery
from commands.service_level import handlers as sla
from commands.signal import handlers as signals
from commands.signal import items, themes
from commands.signal import merging as merging_signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from commands.survey import handlers as surveys
from commands.survey.token import token
from domain.attention.contacts import ReviewContacts
from domain.conversation.commands import OpenConversation, Participant, ReceiveMessage, SendReply
from domain.conversation.events import MessageReceived
from domain.conversation.interaction import Attachment
from domain.conversation.merging import MergeInto
from domain.conversation.participants import AddParticipant
from domain.conversation.splitting import SplitMessage
from domain.customer import GiveConsent, MergeCustomer
from domain.decision_table.published import PublishTable
from domain.decision_table.written import TableWritten
from domain.hold import HoldConversation
from domain.kernel.ids import new_id
from domain.measure.citation import CitedQuestion, CiteFigures
from domain.message import ReportDelivery
from domain.order.commands import DeliverOrder, PlaceOrder
from domain.promise import MakePromise
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Terms
from domain.service_level.policy_decisions import WritePolicy
from domain.signal.commands import AskBack, MergeSignal, PlanSignal, RouteSignal
from domain.signal.item import CorrectItem, MarkPassage
from domain.signal.theme import THEME, AddTheme, MergeTheme, SplitTheme
from domain.staff import JoinStaff, LeaveStaff
from domain.stranger import MergeStranger
from domain.survey import OpenSurvey, OweQuestion, Reachable
from domain.webhook import RegisterWebhook
from tests.support.asking import met
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.contacting import AT_ONCE_AND_ALWAYS
from tests.support.contract import CONTRACT
from tests.support.four_eyes import let_wait
from tests.support.serving import Company
from tests.support.signal_evidence import FEW, Given

UNKNOWN = "0199c5a0-0000-7000-8000-000000000000"
CITED = CiteFigures(
    question=CitedQuestion(
        measure="promise_kept", begin=date(2025, 9, 1), end=date(2025, 10, 1), by="month", zone="UTC"
    ),
    version=1,
    position=1,
    counted_at=datetime(2025, 10, 2, tzinfo=UTC),
    figures="[]",
)
"""Figures to be cited: none."""


@dataclass(frozen=True)
class Call:
    """One operation of the contract."""

    name: str
    method: str
    path: str
    roles: tuple[str, ...]
    body: Any
    query: Mapping[str, str]
    """What it cannot do without."""
    pages: bool
    """Whether it takes a cursor."""

    @property
    def kind(self) -> str:
        """What its id is an id of; empty where it has none."""
        kinds = {
            "conversations": "conversation", "customers": "customer", "staff": "staff", "promises": "promise",
            "orders": "order", "messages": "message", "policies": "policy", "calendars": "calendar",
            "strangers": "stranger", "items": "item", "signals": "signal", "tables": "table",
            "themes": "theme",
            "launches": "launch",
            "surveys": "survey",
            "holds": "hold",
            "webhooks": "webhook",
            "measures": "measure",
            "confirmations": "confirmation",
            "citations": "citation",
        }  # fmt: skip
        return kinds[self.path.partition("/{id}")[0].rpartition("/")[2]] if "{id}" in self.path else ""

    def made(self, calling: httpx.Client, id: str, names: Mapping[str, str]) -> httpx.Response:
        """The answer; of a live one, its head."""
        body = None if self.body is None else _with(names, self.body)
        if body is not None and self.name in ("write_policy", "write_calendar"):  # each time, so that it can be done
            body["name"] = new_id("name")
        path = self.path.replace("{id}", id)
        query = _with(names, self.query)
        with calling.stream(self.method, path, params=query, json=body) as answer:
            if not answer.headers["Content-Type"].startswith("text/event-stream"):
                answer.read()
            return answer


def needed_query(operation: dict[str, Any]) -> dict[str, str]:
    """What an operation of the contract cannot do without in its query, as its examples say."""
    return {
        each["name"]: each["schema"]["examples"][0]
        for each in operation["parameters"]
        if each.get("in") == "query" and each.get("required")
    }


def calls() -> Iterator[Call]:
    """Every one there is."""
    for path, operations in CONTRACT["paths"].items():
        for method, said in operations.items():
            content = said.get("requestBody", {"content": {}})["content"]
            body = content.get("application/json", {}).get("example")
            query = needed_query(said)
            pages = any(each.get("name") == "cursor" for each in said["parameters"])
            yield Call(said["operationId"], method.upper(), path, tuple(said["x-roles"]), body, query, pages)


@dataclass(frozen=True)
class Place:
    """A company where every call can be made: its conversation has an answer, and there is somebody to forget."""

    company: Company
    stranger: str
    to_forget: str
    names: dict[str, str]
    executor: CommandExecutor

    @classmethod
    def furnished(cls, executor: CommandExecutor, company: Company) -> Place:
        """Whatever the examples speak of is there."""
        picture = _picture(executor, company.customer)
        conversations.act(executor, company.conversation, SendReply(body="On its way", attachments=(picture,)), AGENT)
        interactions = executor.read(company.conversation).state.interactions
        others = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in (2, 3)]
        stranger, to_forget = (executor.read(id).state.customer_id for id in others)
        names = {
            story.ADA: company.customer,
            story.KETTLE: company.conversation,
            story.LEAK: next(iter(interactions)),
            story.ANSWERED: executor.read(company.conversation).state.last_answer_id,
            story.BO: company.agent,
            story.CARE: company.team,
            story.REPAIRS: company.team,
            story.ASKED: _first_message(executor, company.conversation),
            story.BOB: met(executor),
            story.LEAK_PICTURE: picture.content_id or "",
        }
        place = cls(company, stranger, to_forget, names, executor)
        report = ReportDelivery(conversation_id=company.conversation, state="queued")
        report_delivery(executor, names[story.ANSWERED], report, GATEWAY)
        names[story.PROMISE] = place._promise()
        names[story.ITEM] = place._item()
        names[story.LEAKS_THEME] = place._theme("read_theme")
        placement = CorrectItem(product_area="kettles", theme="leaks", stage="production")
        items.act(executor, names[story.ITEM], placement, AGENT)
        written = catalogue.REQUESTS["publish_table"]
        publishing = PublishTable(name=written["name"], table=TableWritten.model_validate(written["table"]))
        plan = PlanSignal(what="Another seal", due_at=datetime(2100, 1, 1, tzinfo=UTC))
        signals.act(executor, place._signal("trace_launch"), plan, AGENT)
        names[story.LAUNCH] = plan.launch_id
        names[story.TABLE] = publish(executor, publishing, AGENT).id
        publish(executor, PublishTable(name="reply-templates", table=TableWritten.model_validate(_TEMPLATES)), AGENT)
        names[story.SURVEY], names[story.TO_ANSWER] = place._survey()
        names[story.ORDER] = place._order(number="K-2291")
        hours = OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",)})
        names[story.CALENDAR] = sla.write_calendar(executor, WriteCalendar(name="all", opening_hours=hours), AGENT).id
        terms = Terms(calendar_id=names[story.CALENDAR], targets={"first_reply": timedelta(hours=1)})
        names[story.POLICY] = sla.write_policy(executor, WritePolicy(name="all", terms=terms), AGENT).id
        return place

    def id(self, call: Call) -> str:
        """What to make the call on."""
        if call.name == "erase":
            return self.to_forget
        # What is held is somebody else's, so that all else can be done to the company's customer.
        if call.name == "hold_conversation":
            return self._of_somebody_else()
        if call.kind == "webhook":
            return self.webhook()
        if call.kind == "hold":
            return self.hold()
        if call.kind == "confirmation":
            return self.confirmation()
        if call.kind == "citation":
            return self.citation()
        if call.name in ("remove_contact_point", "move_contact_point"):
            self.names[story.FORMER_PHONE] = phone = new_id("phone")
            return customers.register(self.executor, [ContactPoint("phone", phone)], AGENT).id
        # Each time, so that it can be done: somebody new, or somebody who was just merged.
        if call.name in ("merge", "separate", "dismiss_proposal", "hold_customer"):
            return self._somebody(merged=call.name == "separate")
        if call.name in ("change_roles", "leave"):  # else the callers are not who they were
            return self._colleague()
        # What ends is done to another one each time.
        if call.kind == "promise":
            return self._promise() if call.body else self.names[story.PROMISE]
        if call.kind == "item":
            return self._item() if call.body else self.names[story.ITEM]
        if call.kind == "theme":
            return self._theme(call.name) if call.body else self.names[story.LEAKS_THEME]
        if call.kind == "order":
            return self._order(call.name) if call.body else self.names[story.ORDER]
        if call.name in ("merge_conversation", "separate_conversation", "dismiss_suggestion"):
            return self._of_same_customer(merged=call.name == "separate_conversation")
        if call.name in ("split_message", "undo_split"):
            return self._of_two_matters(split=call.name == "undo_split")
        if call.name == "remove_participant":
            bob = Participant(participant_id=self.names[story.BOB])
            participating.add(self.executor, self.company.conversation, AddParticipant(participant=bob), AGENT)
        if call.name == "erase_staff":
            id = self._colleague()
            staffing.leave(self.executor, LeaveStaff(staff_id=id), AGENT)
            return id
        if call.name == "close_survey":  # one that nobody answers
            return self._survey()[0]
        if call.kind == "signal":
            return self._signal(call.name) if call.body or call.name == "read_signal_clocks" else story.SIGNAL
        if call.kind == "stranger":
            return self._stranger(merged=call.name == "separate_stranger") if call.body else self.names[story.BOB]
        who = self.company
        return {
            "conversation": who.conversation,
            "customer": who.customer,
            "staff": who.agent,
            "message": self.names[story.ANSWERED],
            "policy": self.names[story.POLICY],
            "calendar": self.names[story.CALENDAR],
            "table": self.names[story.TABLE],
            "survey": self.names[story.SURVEY],
            "launch": self.names[story.LAUNCH],
            "measure": "promise_kept",
        }.get(call.kind, "")

    def merged_conversation(self) -> str:
        """One that is shown at the company's."""
        return self._of_same_customer(merged=True)

    def hold(self) -> str:
        """One more legal hold, on somebody else."""
        command = HoldConversation(conversation_id=self._of_somebody_else())
        return holds.hold(self.executor, command, replace(AGENT, reason="lawsuit")).id

    def webhook(self) -> str:
        """One more webhook."""
        there = RegisterWebhook(url="https://gateway.example/antiphon", channels=("mail",))
        return webhooks.begin(self.executor, there, AGENT).id

    def confirmation(self) -> str:
        """One more erasure that waits for a second person, of somebody else, as an operator asked for it."""
        return let_wait(self.executor, self.executor.read(self._of_somebody_else()).state.customer_id)

    def citation(self) -> str:
        """One more citation, of what was promised in a month."""
        return measures.cite(self.executor, CITED.model_copy(update={"citation_id": new_id("citation")}), AGENT).id

    def _of_somebody_else(self) -> str:
        """A conversation of one customer more."""
        thread = new_id("thread")
        return deliver(self.executor, mail(4, thread, f"{thread}@example.org"), GATEWAY).id

    def _somebody(self, merged: bool) -> str:
        """One customer more."""
        id = customers.register(self.executor, [ContactPoint("handle", new_id("handle"))], AGENT).id
        if merged:
            customers.act(self.executor, MergeCustomer(customer_id=id, into=self.company.customer), AGENT)
        return id

    def _stranger(self, merged: bool) -> str:
        """One stranger more."""
        id = met(self.executor, new_id("bob"))
        if merged:
            strangers.link(self.executor, MergeStranger(stranger_id=id, into=self.company.customer), AGENT)
        return id

    def _colleague(self) -> str:
        """One staff member more."""
        return staffing.join(self.executor, JoinStaff(handle=new_id("handle"), name="Eve"), AGENT).id

    def _of_same_customer(self, *, merged: bool) -> str:
        """One more conversation of theirs, shown at the company's or not."""
        opening = OpenConversation(customer_id=self.company.customer, kind="inquiry", channel="mail", body="And this?")
        id = conversations.open_conversation(self.executor, opening, AGENT).id
        if merged:
            merging.merge(self.executor, id, MergeInto(into=self.company.conversation), AGENT)
        return id

    def _of_two_matters(self, *, split: bool) -> str:
        """A conversation of theirs with one message more, which was split off or not; what was split off."""
        id = self._of_same_customer(merged=False)
        said = ReceiveMessage(body="And that?")
        conversations.act(self.executor, id, said, GATEWAY)
        self.names[story.SAID] = said.message_id
        command = SplitMessage(message_id=said.message_id, kind="inquiry")
        return splitting.split(self.executor, id, command, AGENT).id if split else id

    def _theme(self, for_call: str) -> str:
        """One more, as far as it has to be for this call."""
        leaks, drips = (
            themes.add(self.executor, AddTheme(key=new_id("t"), name="Water"), AGENT).id for _ in ("leaks", "drips")
        )
        self.names[story.DRIPS_THEME] = drips
        if for_call == "separate_theme":
            themes.merge(self.executor, leaks, MergeTheme(into=drips), AGENT)
        if for_call == "give_theme":
            self.names[story.DRIPPING] = self._item()
        if for_call in ("split_theme", "undo_theme_split"):
            self.names[story.DRIPPING] = item = self._item()
            key = self.executor.read(THEME, leaks).existing("theme").state.key
            items.act(self.executor, item, CorrectItem(theme=key), AGENT)
            if for_call == "undo_theme_split":
                split = SplitTheme(into=drips, item_ids=(item,))
                self.names[story.SPLIT] = themes.split(self.executor, leaks, split, AGENT).id
        return leaks

    def _item(self) -> str:
        """One more, that is not withdrawn."""
        said = ReceiveMessage(body="It leaks")
        id = self._of_same_customer(merged=False)
        conversations.act(self.executor, id, said, GATEWAY)
        return items.mark(self.executor, id, MarkPassage(message_id=said.message_id, start=0, end=8), AGENT).id

    def _survey(self) -> tuple[str, str]:
        """One that asked somebody, and the token for their answer."""
        publish(self.executor, AT_ONCE_AND_ALWAYS, AGENT)
        who = self.company.customer  # customers answer with their own token only
        customers.act(self.executor, GiveConsent(customer_id=who, purpose="surveys"), AGENT)
        opening = OpenConversation(
            customer_id=who, kind="inquiry", channel="mail", product_area="kettles", language="en", body="Hm"
        )
        there = conversations.open_conversation(self.executor, opening, AGENT).id
        asked = Given()
        asked.audience = [Reachable(who, who, there, None)]
        survey = OpenSurvey.model_validate({**catalogue.REQUESTS["open_survey"], "margin": 0.5})
        id = surveys.open_(self.executor, survey, AGENT, asked).id
        surveys.owe(self.executor, OweQuestion(customer_id=who, survey_id=id), AGENT)
        review(self.executor, ReviewContacts(customer_id=who), AGENT)
        return id, token(self.executor, id, who)

    def _promise(self) -> str:
        """One more, that stands."""
        command = MakePromise(
            customer_id=self.company.customer,
            conversation_id=self.company.conversation,
            text="Soon",
            due_at=datetime.now(UTC) + timedelta(days=1),
        )
        return promises.make(self.executor, command, AGENT).id

    def _signal(self, for_call: str) -> str:
        """One more, as far as it has to be for this call."""
        area = new_id("area")

        def routed(theme: str) -> str:
            command = RouteSignal(
                area=area, theme=theme, stage="design", team_id=self.company.team, because="Somebody fell"
            )
            return route(self.executor, command, AGENT, Given(of_any=FEW)).id

        id = routed("leaks")
        if for_call == "answer_question":
            signals.act(self.executor, id, AskBack(question="Which ones?"), AGENT)
        if for_call == "merge_signal":
            self.names[story.DRIPS] = routed("drips")
        if for_call == "separate_signal":
            merging_signals.merge(self.executor, id, MergeSignal(into=routed("drips")), AGENT)
        return id

    def _order(self, for_call: str = "", number: str | None = None) -> str:
        """One more, as far as it has to be for this call."""
        command = PlaceOrder(customer_id=self.company.customer, number=number)
        id = orders.place(self.executor, command, AGENT).id
        if for_call in ("check_delivery", "return_order"):
            orders.act(self.executor, id, DeliverOrder(), AGENT)
        return id


def _with(names: Mapping[str, str], body: Any) -> Any:
    text = json.dumps(body)
    for example, real in names.items():
        text = text.replace(example, real)
    return json.loads(text)


def _first_message(executor: CommandExecutor, conversation_id: str) -> str:
    """The id of the first message that the customer wrote."""
    events = (each.event for each in executor.log.streams([conversation_id])[conversation_id])
    return next(event.message_id for event in events if isinstance(event, MessageReceived))


_TEMPLATES = {
    "hit_policy": "unique",
    "inputs": [{"name": "name", "type": "string"}, {"name": "language", "type": "string", "optional": True}],
    "outputs": [{"name": "text", "type": "string"}],
    "rules": [{"when": {"name": '"delay"'}, "then": {"text": '"Dear {name}, it takes {days} more days."'}}],
}


def _picture(executor: CommandExecutor, customer_id: str) -> Attachment:
    """A file of theirs, which a message may bring: also as a mail, it can be shown."""
    kept = contents.keep(executor, customer_id, [b"Content-Type: text/html\r\n\r\na leak"], AGENT)
    return Attachment(
        id="a1", name="leak.txt", type=kept.type, size=kept.size, sha256=kept.sha256, content_id=kept.answer.id
    )
