"""`antiphon scenario`: plays a file of events and answers what the clocks say. In memory: no database, no network, no
wall clock; but the same commands, policies and clocks as anywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from cli.verbs.service_level import scenario_file as steps
from cli.verbs.service_level.scenario_answers import written
from cli.yaml_file import read_yaml
from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import clocks
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import (
    AddNote,
    ChangePriority,
    ChangeStatus,
    ConversationCommand,
    OpenConversation,
    Participant,
    ReceiveMessage,
    SendReply,
    SetPolicy,
    Withdraw,
)
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.state import CONVERSATION, Conversation
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import InputInvalid, Refusal
from domain.kernel.values import Frozen
from domain.order.commands import PlaceOrder
from domain.service_level.calendar import CorrectCalendar, EditCalendar, WriteCalendar
from domain.service_level.detection import Knowledge, Sweep
from domain.service_level.policy import Terms
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy
from domain.service_level.policy_file import PolicyInFile
from infra.log.memory import MemoryLog

_AGENT = Actor(id="staff-scenario", kind="agent", roles=("agent",))
_BOT = Actor(id="service-scenario-bot", kind="bot")
_GATEWAY = Actor(id="service-scenario", kind="service")
_PARTICIPANT = Participant(contact_kind="mail", contact="participant@example.org")
_WATCH = Actor(id="system-scenario-watch", kind="system")


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("scenario")(scenario)


def scenario(file: Annotated[Path, typer.Argument(help="A YAML file: what happened, and what is asked.")]) -> None:
    """Play FILE in memory, and print the answers of the clocks to its questions, as JSON."""
    print(json.dumps(answers(read_yaml(file)), indent=2))


def answers(content: Any) -> dict[str, Any]:
    """The answers to a scenario. Raises Refusal `scenario-invalid` or `scenario-step-refused`, which name the step."""
    played = _Play(steps.parsed(content))
    try:
        return played.answers()
    finally:
        played.close()


class _Play:
    """A company in memory, in which the scenario happens."""

    def __init__(self, scenario: steps.Scenario) -> None:
        self._scenario = scenario
        head = scenario.head
        instants = [each.at for each in scenario.steps] + [each.recorded for each in scenario.steps]
        instants += [each.now for each in head.ask] + [each.known_at for each in head.ask if each.known_at]
        self._now = min(instants, default=datetime(2026, 1, 1, tzinfo=UTC))
        self._log = MemoryLog(lambda: self._now)
        self._executor = CommandExecutor(self._log, lambda: self._now, zone=head.zone)
        self._ids: dict[tuple[str, str], str] = {}
        self._sweeps: list[Sweep] = []
        self._told_parts: set[str] = set()
        self._number = 0
        self._customer = customers.register(
            self._executor, [ContactPoint("mail", "scenario@example.org")], Context(_GATEWAY)
        ).id

    def close(self) -> None:
        self._executor.close()
        self._log.close()

    def answers(self) -> dict[str, Any]:
        head = self._scenario.head
        for name, hours in head.calendars.items():
            with self._named(f"calendar {name}"):
                write = WriteCalendar(name=name, opening_hours=hours)
                self._ids["calendar", name] = sla.write_calendar(self._executor, write, Context(_GATEWAY)).id
        for name, policy in head.policies.items():
            with self._named(f"policy {name}"):
                terms = Terms.model_validate(self._policy_keys(policy))
                write_policy = WritePolicy(name=name, terms=terms)
                self._ids["policy", name] = sla.write_policy(self._executor, write_policy, Context(_GATEWAY)).id
        # In the order of recording, which may differ from the order in which things happened.
        numbered = enumerate(self._scenario.steps, start=1)
        for number, step in sorted(numbered, key=lambda each: each[1].recorded):
            with self._named(f"step {number} ({_name(step)})"):
                if step.recorded < step.at:
                    raise Refusal("time-in-future", "it is recorded before it happens")
                self._now, self._number = step.recorded, number
                self._play(step)
        recorded, knowledge = self._log.everything(), self._knowledge()
        names = {id: name for (_, name), id in self._ids.items()}
        return {"answers": [written(each, knowledge.at(each.now, each.known_at), recorded, names) for each in head.ask]}

    def _play(self, step: steps.Step) -> None:
        executor = self._executor
        match step:
            case steps.Open():
                self._open(step)
            case steps.MergeStep():
                id, into = self._id("conversation", step.conversation), self._id("conversation", step.merge_into)
                merging.merge(executor, id, MergeInto(into=into), self._context(step))
            case steps.Undo():
                id = self._id("conversation", step.conversation)
                merging.separate(executor, id, Separate(), self._context(step))
            case steps.SplitStep():
                self._split(step)
            case steps.UndoSplitStep():
                id = self._id("conversation", step.conversation)
                splitting.undo_split(executor, id, UndoSplit(), self._context(step))
            case steps.InConversation():
                if not (isinstance(step, steps.Status) and self._is_shown(step)):
                    id = self._id("conversation", step.conversation)
                    conversations.act(executor, id, self._command(step), self._context(step))
            case steps.CalendarChange():
                calendar = _since(
                    step, EditCalendar, CorrectCalendar, step.model_dump(include=_keys(steps.ScenarioCalendarKeys))
                )
                sla.change_calendar(executor, self._id("calendar", step.calendar), calendar, self._context(step))
            case steps.PolicyChange():
                policy = _since(step, EditPolicy, CorrectPolicy, self._policy_keys(step))
                sla.change_policy(executor, self._id("policy", step.policy), policy, self._context(step))
            case steps.NewPolicyStep():
                self._write_policy(step)
            case steps.SweepStep():
                self._sweeps.append(Sweep(step.at, step.recorded, self._log.position()))
                if any(ask.told for ask in self._scenario.head.ask):
                    self._watch()

    def _write_policy(self, step: steps.NewPolicyStep) -> None:
        dated = {"effective_from": step.effective_from, "correct_from": step.correct_from}
        keys = {"name": step.write_policy, "terms": self._policy_keys(step)} | dated
        write = WritePolicy.model_validate({name: value for name, value in keys.items() if value is not None})
        self._ids["policy", step.write_policy] = sla.write_policy(self._executor, write, self._context(step)).id

    def _split(self, step: steps.SplitStep) -> None:
        self._check_new(step.into)
        id = self._id("conversation", step.conversation)
        split = SplitMessage(message_id=step.split, kind=step.kind)
        self._ids["conversation", step.into] = splitting.split(self._executor, id, split, self._context(step)).id

    def _watch(self) -> None:
        facts = ClockFacts(self._log, self._executor.zone)
        for (kind, _), id in self._ids.items():
            if kind == "conversation":
                clocks.evaluate(self._executor, facts, id, Context(_WATCH))

    def _check_new(self, name: str) -> None:
        if ("conversation", name) in self._ids:
            raise Refusal("conversation-exists", f"{name} was opened before")

    def _open(self, step: steps.Open) -> None:
        self._check_new(step.conversation)
        order_id = None
        if step.open == "order":
            place = PlaceOrder(customer_id=self._customer)
            order_id = orders.place(self._executor, place, self._context(step, _GATEWAY)).id
        opening = OpenConversation(
            customer_id=self._customer,
            kind=step.open,
            channel="web",
            opened_by="customer" if step.by == "customer" else "company",
            body=step.text,
            priority=step.priority,
            automatic=step.automatic,
            policy_id=None if step.policy is None else self._id("policy", step.policy),
            order_id=order_id,
        )
        answer = conversations.open_conversation(self._executor, opening, self._context(step))
        self._ids["conversation", step.conversation] = answer.id

    def _command(self, step: steps.InConversation) -> ConversationCommand:
        match step:
            case steps.Say() if step.by == "customer":
                message_id = step.message or new_id("message")
                return ReceiveMessage(body=step.say, automatic=step.automatic, message_id=message_id)
            case steps.Say() if step.by == "participant":
                return ReceiveMessage(body=step.say, automatic=step.automatic, participant=_PARTICIPANT)
            case steps.Say():
                to = self._participant(step) if step.to == "participant" else None
                return SendReply(body=step.say, automatic=step.automatic or step.by == "bot", to=to)
            case steps.NoteStep():
                return AddNote(body=step.note, again=True)
            case steps.Status():
                shows_other = self._told_parts.intersection(self._state(step).parts)
                return ChangeStatus(status=step.status, again=self._again(step) or bool(shows_other))
            case steps.InPriority():
                return ChangePriority(priority=step.priority, again=self._again(step))
            case steps.UnderPolicyStep():
                return SetPolicy(policy_id=self._id("policy", step.policy), again=self._again(step))
            case steps.WithdrawStep():
                return Withdraw()
            case _:
                raise AssertionError(step)

    def _again(self, step: steps.OnceMore) -> bool:
        """Whether it is recorded although it may be nothing new: in a part, it counts at what shows the part (S23)."""
        return step.again or self._state(step).merged_into is not None

    def _is_shown(self, step: steps.Status) -> bool:
        """Whether nothing new is said (S30) of a conversation of whose parts one was told a status. What shows then is
        the part's (S23), which the conversation's own events do not say: the clocks do."""
        id, state = self._id("conversation", step.conversation), self._state(step)
        if state.merged_into is not None:
            self._told_parts.add(id)
        if step.again or not self._told_parts.intersection(state.parts):
            return False
        return self._knowledge().conversations(self._now)[id].status == step.status

    def _knowledge(self) -> Knowledge:
        """What the clocks know by now."""
        of_rules = ("conversation", "policy", "calendar")
        recorded_events = [each for each in self._log.everything() if kind_of(each.originator_id) in of_rules]
        return Knowledge(recorded_events, self._sweeps, zone=self._scenario.head.zone)

    def _state(self, step: steps.InConversation) -> Conversation:
        id = self._id("conversation", step.conversation)
        return self._executor.read(CONVERSATION, id).existing(CONVERSATION.kind).state

    def _participant(self, step: steps.InConversation) -> str:
        found = self._executor.read(CONVERSATION, self._id("conversation", step.conversation)).state
        if found is None or not found.participants:
            raise Refusal("participant-unknown", "no other participant has written in it by then")
        return next(iter(found.participants))

    def _context(self, step: steps.Step, actor: Actor | None = None) -> Context:
        by = step.by if isinstance(step, steps.InConversation) else "agent"
        customer = Actor(id=self._customer, kind="customer")
        # With an id, two steps at the same instant count as two events.
        who = actor or {"customer": customer, "agent": _AGENT, "bot": _BOT, "participant": _GATEWAY}[by]
        context = Context(who, command_id=f"step {self._number}")
        precision = step.time_precision if isinstance(step, steps.InConversation) else "exact"
        if step.recorded == step.at and precision == "exact":
            return context
        return replace(context, occurred_at=step.at, time_precision=precision, reported_by=_GATEWAY)

    def _policy_keys(self, keys: PolicyInFile) -> dict[str, Any]:
        keys_given = keys.model_dump(include=_keys(PolicyInFile), exclude_none=True)
        if (calendar := keys_given.pop("calendar", None)) is not None:
            keys_given["calendar_id"] = self._id("calendar", calendar)
        return keys_given

    def _id(self, kind: str, name: str) -> str:
        if (kind, name) not in self._ids:
            raise Refusal("scenario-name-unknown", f"there is no {kind} {name} by then")
        return self._ids[kind, name]

    @contextmanager
    def _named(self, what: str) -> Iterator[None]:
        try:
            yield
        except ValidationError as error:
            raise Refusal("scenario-step-refused", f"{what}: {InputInvalid(error).what_to_do}") from None
        except Refusal as refusal:
            why = str(refusal)
            for (_, name), id in self._ids.items():
                why = why.replace(id, name)
            raise Refusal("scenario-step-refused", f"{what}: {why}") from None


def _keys(model: type[Frozen]) -> set[str]:
    return set(model.model_fields)


def _since(
    step: steps.CalendarChange | steps.PolicyChange, edit: Callable[..., Any], correct: Callable[..., Any], keys: Any
) -> Any:
    keys_given = {name: value for name, value in keys.items() if value is not None}
    if (step.effective_from is None) == (step.correct_from is None):
        raise Refusal("scenario-invalid", "say either effective_from or correct_from")
    if step.correct_from is not None:
        return correct(correct_from=step.correct_from, **keys_given)
    return edit(effective_from=step.effective_from, **keys_given)


def _name(step: steps.Step) -> str:
    return next(
        (getattr(step, key) for key in ("conversation", "policy", "calendar") if getattr(step, key, None)), "sweep"
    )
