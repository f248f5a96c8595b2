"""Every id in a command is looked up: it names something that is there, of the right kind, and the same customer's.

The fields come from the command registry, so that a new one fails here until somebody says what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from api.edge.parts import ID
from commands import content as contents
from commands import registry
from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.registry import COMMANDS, AskedCommand, Ports
from domain import customer, hold, message, staff, stranger
from domain.confirmation import Confirm, DoConfirmed
from domain.content import COMPANY
from domain.conversation import commands as c
from domain.conversation.interaction import RecordedAttachment
from domain.conversation.merging import MergeInto, RecordReliance, Separate
from domain.conversation.participants import AddParticipant, RemoveParticipant
from domain.conversation.removing import RemoveMessage
from domain.conversation.splitting import SplitMessage
from domain.conversation.state import CONVERSATION
from domain.conversation.suggestions import DismissSuggestion
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.kernel.values import Fields, Frozen
from domain.order.commands import PlaceOrder
from domain.promise import MakePromise
from domain.service_level import calendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Terms
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy
from domain.signal import commands as signal
from domain.signal import item, theme
from domain.survey import OpenSurvey
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.contract import CONTRACT
from tests.support.drawn import DUE
from tests.support.four_eyes import let_wait
from tests.support.open_work import Shown
from tests.support.signal_evidence import FEW, Given

WHY = Context(AGENT.actor, reason="looked into it")
Path = tuple[str, ...]

NOT_LOOKED_UP: Mapping[str, str] = {
    "open-conversation attachments.sha256": "a hash of bytes",
    "open-conversation more_attachments.sha256": "a hash of bytes",
    "receive-message attachments.sha256": "a hash of bytes",
    "receive-message more_attachments.sha256": "a hash of bytes",
    "write-calendar opening_hours.hours": "spans of time",
    "send-reply to_contact.contact_of": "the handler finds out whose the contact point is, whatever is asked",
    "register-customer customer_id": "the command begins the customer, under an id that is drawn for it",
    **{
        f"file-item {name}_id": "looked up where a table says what items are about (tests/commands/test_items.py)"
        for name in ("conversation", "order")
    },
    "file-item message_id": "of the very event that asks for the item",
    **dict.fromkeys(
        [
            "owe-closing customer_id",
            "owe-closing outcome_id",
            "owe-closing signal_id",
            "owe-closing conversation_id",
            "owe-contributors outcome_id",
            "owe-contributors signal_id",
            "review-contacts customer_id",
            "owe-question customer_id",
            "owe-question survey_id",
            "record-reliance into",
            "expire-holds customer_id",
            "resume-erasures customer_id",
        ],
        "no caller sends it: a reaction takes it from events that are recorded",
    ),
    "give-back agent_id": "compared with the conversation's agent, and not recorded",
    "retry follower": "the command line looks it up, and no caller of the API sends it",
    "retry stream": "the command line looks it up, and no caller of the API sends it",
    "skip follower": "compared with what is quarantined, which takes a database",
    "skip stream": "compared with what is quarantined, which takes a database",
    "revoke-token subject": "what a token says that was checked; the command line alone asks",
    "retry-webhook stream_id": "any stream that there is (tests/commands/test_webhooks.py)",
}
"""Texts of no type of their own that are no ids of ours, and ids that are looked up otherwise."""
LOOKED_UP = {
    "not-found", "not-theirs", "message-unknown", "message-not-received", "interaction-unknown", "participant-unknown",
    "customers-differ",
}  # fmt: skip
"""The codes that say that an id is wrong."""
ANYBODYS = {
    "receive-message participant.participant_id", "merge-stranger stranger_id", "separate-stranger stranger_id",
    "erase-stranger stranger_id", "add-participant participant.participant_id", "ask-back conversation_ids",
    "erase-stranger requested_by", "hold-conversation conversation_id", "leave-stranger-apart stranger_id",
}  # fmt: skip
"""Where what another customer has is meant as well: anybody may take part, a stranger is nobody's, and a signal is
everybody's."""
OF_PARTICIPANTS = {
    "erase-customer requested_by", "erase-stranger requested_by", "dismiss-proposal other_id",
    "leave-stranger-apart other_id",
    "receive-message participant.participant_id", "send-reply to", "add-participant participant.participant_id",
}  # fmt: skip
"""Where a customer is meant, or a stranger."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


# -- which fields are ids


def ids_in(model: type[BaseModel], path: Path = ()) -> Iterator[Path]:
    """The fields of plain text: whatever is written, a label or a word of a list has a type of its own."""
    for name, field in model.model_fields.items():
        if field.default_factory is not None:
            continue  # drawn here
        for bare in bare_types(field.annotation):
            if bare is str and not any(hasattr(mark, "func") or hasattr(mark, "pattern") for mark in field.metadata):
                yield (*path, name)
            elif isinstance(bare, type) and issubclass(bare, BaseModel):
                yield from ids_in(bare, (*path, name))


def bare_types(annotation: Any) -> Iterator[Any]:
    """The types of a field: of each side of a union, without None. A text with a rule of its own is none of them."""
    if get_origin(annotation) is Annotated or isinstance(annotation, type):
        if annotation is not NoneType:
            yield annotation
        return
    for each in get_args(annotation):
        yield from bare_types(each)


FIELDS = {f"{command.name} {'.'.join(path)}" for command in COMMANDS for path in ids_in(command.command)}


# -- what each command is asked with


def furnished(executor: CommandExecutor, who: str) -> dict[str, str]:
    """What one customer has, by kind, and the company."""

    def ask(command: Frozen, target: str = "") -> str:
        return registry.ask(Ports(executor, Shown(), Given(of_any=FEW)), AskedCommand(command, WHY, target=target)).id

    def write(number: int, thread: str, sender: str = who) -> str:
        return deliver(executor, mail(number, f"{who}-{thread}", f"{sender}@example.org"), GATEWAY).id

    conversation, other = write(1, "1"), write(2, "2")
    write(1, "1", f"{who}-colleague")
    received, reply = c.ReceiveMessage(body="And this?"), c.SendReply(body="On its way")
    for said in (received, reply):
        ask(said, conversation)
    state = executor.read(CONVERSATION, conversation).existing("conversation").state
    team = ask(staff.FormTeam(name=f"team {who}"))
    burning, other_signal = (
        ask(signal.RouteSignal(area=who, theme=about, stage="design", team_id=team, because="It burns"))
        for about in ("wobbles", "out-of-true")
    )
    hours = OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",)})
    calendar_id = ask(calendar.WriteCalendar(name=f"calendar {who}", opening_hours=hours))
    terms = Terms(calendar_id=calendar_id, targets={"first_reply": timedelta(hours=1)})
    order = ask(PlaceOrder(customer_id=state.customer_id))
    themes = [ask(theme.AddTheme(key=f"{key}-of-{who}", name=key)) for key in ("leaks", "drips", "lid")]
    marked = [
        ask(item.MarkPassage(message_id=received.message_id, start=0, end=end, theme=f"leaks-of-{who}"), conversation)
        for end in (3, 4)
    ]
    own = contents.keep(executor, COMPANY, [b"our terms"], WHY)  # which anybody may be sent
    return {
        "content": own.answer.id,
        "customer": state.customer_id,
        "conversation": conversation,
        "other conversation": other,
        "hold": ask(hold.HoldConversation(conversation_id=other)),
        "received": received.message_id,
        "message": reply.message_id,
        "interaction": next(iter(state.interactions)),
        "stranger": next(iter(state.participants)),
        "order": order,
        "promise": ask(MakePromise(customer_id=state.customer_id, order_id=order, text="Soon", due_at=DUE[0])),
        "signal": burning,
        "other signal": other_signal,
        "theme": themes[0],
        "other theme": themes[1],
        "item": marked[0],
        "split": ask(theme.SplitTheme(into=themes[2], item_ids=(marked[1],)), themes[0]),
        "team": team,
        "staff": ask(staff.JoinStaff(handle=who, name=who, team_id=team)),
        "calendar": calendar_id,
        "confirmation": let_wait(executor, state.customer_id),
        "policy": ask(WritePolicy(name=f"policy {who}", terms=terms)),
    }


def valid(ada: Mapping[str, str], bo: Mapping[str, str], who: str) -> dict[str, Frozen]:
    """A command of each class with ids in it, about what Ada has, by name. No id of them is wrong."""
    hours = timedelta(hours=2)
    reach: Fields = {"contact_kind": "mail", "value": f"{who}@example.org"}
    terms = RecordedAttachment(
        id="a1", name="terms", type="text/plain", size=9, sha256="0" * 64, content_id=ada["content"]
    )
    files: Fields = {"attachments": (terms,), "more_attachments": (terms,)}
    commands: list[Frozen] = [
        c.OpenConversation(
            customer_id=ada["customer"],
            kind="inquiry",
            channel="mail",
            order_id=ada["order"],
            policy_id=ada["policy"],
            **files,
        ),
        c.AddInteraction(kind="complaint", order_id=ada["order"]),
        c.ReceiveMessage(body="Me too", participant=c.Participant(participant_id=ada["stranger"]), **files),
        c.SendReply(body="Yes", to=ada["stranger"]),
        c.Assign(team_id=ada["team"], agent_id=ada["staff"]),
        c.HandOver(team_id=ada["team"], agent_id=ada["staff"]),
        c.SetPolicy(policy_id=ada["policy"]),
        c.ChangeKind(kind="complaint", interaction_id=ada["interaction"]),
        c.JudgeAnswer(answered=False, message_id=ada["message"]),
        MergeInto(into=ada["other conversation"]),
        DismissSuggestion(other_id=ada["other conversation"]),
        RecordReliance(into=ada["other conversation"]),
        SplitMessage(message_id=ada["received"], kind="inquiry", order_id=ada["order"]),
        AddParticipant(participant=c.Participant(participant_id=bo["customer"])),
        RemoveParticipant(participant_id=ada["stranger"]),
        RemoveMessage(message_id=ada["message"]),
        message.ReportDelivery(conversation_id=ada["conversation"], state="delivered"),
        customer.ChangeName(customer_id=ada["customer"], name="Ada"),
        customer.ChangeLanguage(customer_id=ada["customer"], language="de"),
        customer.ChangeSegment(customer_id=ada["customer"], segment="trade"),
        customer.AddContactPoint(customer_id=ada["customer"], contact_kind="handle", value="ada"),
        customer.RemoveContactPoint(customer_id=ada["customer"], **reach),
        customer.MoveContactPoint(customer_id=ada["customer"], into=bo["customer"], **reach),
        customer.ShareContactPoint(customer_id=ada["customer"], **reach),
        customer.ClearContactPoint(customer_id=ada["customer"], **reach),
        customer.CompareContactPoints(customer_id=ada["customer"]),
        customer.DismissProposal(customer_id=ada["customer"], what="same-person", other_id=bo["customer"]),
        customer.ChoosePreferences(customer_id=ada["customer"], channel="mail"),
        customer.ChangeZone(customer_id=ada["customer"], zone="Europe/Berlin"),
        customer.GiveConsent(customer_id=ada["customer"], purpose="surveys"),
        customer.WithdrawConsent(customer_id=ada["customer"], purpose="surveys"),
        customer.MergeCustomer(customer_id=ada["customer"], into=bo["customer"]),
        customer.SeparateCustomer(customer_id=ada["customer"]),
        customer.EraseCustomer(customer_id=ada["customer"], requested_by=ada["customer"]),
        stranger.LeaveStrangerApart(stranger_id=ada["stranger"], other_id=bo["customer"]),
        stranger.MergeStranger(stranger_id=ada["stranger"], into=ada["customer"]),
        stranger.SeparateStranger(stranger_id=ada["stranger"]),
        stranger.EraseStranger(stranger_id=ada["stranger"], requested_by=ada["stranger"]),
        hold.HoldCustomer(customer_id=ada["customer"]),
        hold.HoldConversation(conversation_id=ada["conversation"]),
        hold.ReleaseHold(hold_id=ada["hold"]),
        Confirm(confirmation_id=ada["confirmation"]),
        DoConfirmed(confirmation_id=ada["confirmation"]),
        PlaceOrder(customer_id=ada["customer"]),
        MakePromise(
            customer_id=ada["customer"],
            conversation_id=ada["conversation"],
            order_id=ada["order"],
            text="Soon",
            due_at=DUE[0],
        ),
        signal.RouteSignal(area=who, theme="dear", stage="sales", team_id=ada["team"], because="It burns"),
        signal.AskBack(question="Which?", conversation_ids=(ada["conversation"],)),
        signal.HandOnSignal(team_id=bo["team"], because="Theirs"),
        signal.MergeSignal(into=ada["other signal"]),
        theme.MergeTheme(into=ada["other theme"]),
        theme.GiveTheme(item_ids=(ada["item"],)),
        theme.SplitTheme(into=ada["other theme"], item_ids=(ada["item"],)),
        theme.UndoThemeSplit(split_id=ada["split"]),
        staff.JoinStaff(handle=f"eve-of-{who}", name="Eve", team_id=ada["team"]),
        staff.MoveStaff(staff_id=ada["staff"], team_id=bo["team"]),
        staff.ChangeRoles(staff_id=ada["staff"], roles=("lead",)),
        staff.LeaveStaff(staff_id=ada["staff"]),
        staff.EraseStaff(staff_id=ada["staff"]),
        WritePolicy(name=f"another of {who}", terms=Terms(calendar_id=ada["calendar"], targets={"first_reply": hours})),
        item.FileItem(
            kind="complaint",
            conversation_id=ada["conversation"],
            order_id=ada["order"],
            part=ada["interaction"],
            said_at=LONG_AGO,
        ),
        item.MarkPassage(message_id=ada["received"], start=0, end=3),
        OpenSurvey(question="text", texts={"en": "How? {token}"}, signal_id=ada["signal"], closes_at=DUE[0]),
        EditPolicy(calendar_id=ada["calendar"], targets={"first_reply": hours}, effective_from=DUE[0]),
        CorrectPolicy(calendar_id=ada["calendar"], targets={"first_reply": hours}, correct_from=LONG_AGO),
    ]
    return {registry.BY_CLASS[type(each)].name: each for each in commands}


def target(command: Frozen, ada: Mapping[str, str]) -> str:
    """What the command is asked of, where the command does not name that itself."""
    kind = registry.BY_CLASS[type(command)].stream.kind
    return ada[kind] if kind in ("conversation", "message", "policy", "signal", "theme") else ""


def asked(executor: CommandExecutor, command: Frozen, of: str) -> str:
    """The code with which the command is refused, or that it is done."""
    try:
        registry.ask(Ports(executor, Shown(), Given(of_any=FEW)), AskedCommand(command, WHY, target=of))
    except Refusal as refusal:
        return refusal.code
    return "done"


def at(command: Frozen, path: Path) -> str:
    """The id at this place; of a list, in its one item."""
    found: Any = command
    for name in path:
        found = getattr(found[0] if isinstance(found, tuple) else found, name)
    return str(found[0] if isinstance(found, tuple) else found)


def with_id(command: Frozen, path: Path, id: str) -> Frozen:
    """The command with another id at this place."""
    name, *rest = path
    held = getattr(command, name)
    if isinstance(held, tuple) and not rest:
        return command.model_copy(update={name: (id,)})
    if isinstance(held, tuple):
        return command.model_copy(update={name: (with_id(held[0], tuple(rest), id),)})
    inner = with_id(held, tuple(rest), id) if rest else id
    return command.model_copy(update={name: inner})


def wrong(field: str, right: str, ada: Mapping[str, str], bo: Mapping[str, str]) -> dict[str, str]:
    """The ids that may not stand where this one does: what there is not, what is of another kind, what is Bo's."""
    kind = kind_of(right)
    both = ("customer", "stranger") if field in OF_PARTICIPANTS else ()
    found = {"of nothing": f"{kind}-0190d4c3-0000-7000-8000-000000000000"}
    found |= {f"a {each}": id for each, id in ada.items() if kind_of(id) not in (kind, *both)}
    if kind in ("conversation", "message", "interaction", "order", "stranger") and field not in ANYBODYS:
        found |= {f"Bo's {each}": id for each, id in bo.items() if kind_of(id) == kind}
    if field == "judge-answer message_id":
        found |= {"said by Ada": ada["received"]}
    return found


def taken_all_the_same(executor: CommandExecutor) -> set[str]:
    """The fields in which a wrong id is taken."""
    ada, bo = (furnished(executor, who) for who in ("ada", "bo"))
    found = set()
    for name, command in valid(ada, bo, "ada").items():
        for path in ids_in(registry.BY_NAME[name].command):
            field = f"{name} {'.'.join(path)}"
            if field in NOT_LOOKED_UP:
                continue
            for id in wrong(field, at(command, path), ada, bo).values():
                end = executor.log.position()
                code = asked(executor, with_id(command, path, id), target(command, ada))
                if code not in LOOKED_UP or executor.log.position() != end:
                    found.add(field)
    return found


def test_each_field_of_each_command_is_known_here(executor: CommandExecutor) -> None:
    ada, bo = (furnished(executor, who) for who in ("ada", "bo"))
    asked_here = {
        f"{name} {'.'.join(path)}" for name in valid(ada, bo, "ada") for path in ids_in(registry.BY_NAME[name].command)
    }
    assert asked_here | NOT_LOOKED_UP.keys() == FIELDS
    assert len(asked_here - NOT_LOOKED_UP.keys()) >= 49


def test_each_id_in_a_body_is_a_field_of_a_command() -> None:
    schemas = CONTRACT["components"]["schemas"]
    sent = {
        name
        for schema in schemas.values()
        for name, field in schema.get("properties", {}).items()
        for each in (field, *field.get("anyOf", ()))
        if each.get("pattern") == ID
    }
    assert sent - {field.split(" ")[1].rpartition(".")[2] for field in FIELDS} == set()
    assert len(sent) >= 12


def test_a_wrong_id_is_refused_in_every_command(executor: CommandExecutor) -> None:
    assert taken_all_the_same(executor) == set()


def test_no_id_that_is_right_is_refused(executor: CommandExecutor) -> None:
    names = valid(furnished(executor, "ada"), furnished(executor, "bo"), "ada")
    for number, name in enumerate(names):
        # Given what nobody did anything to
        who = f"ada-{number}"
        ada, bo = furnished(executor, who), furnished(executor, f"bo-{number}")
        command = valid(ada, bo, who)[name]
        # When
        code = asked(executor, command, target(command, ada))
        # Then
        assert code not in LOOKED_UP, name


def test_a_look_up_that_is_left_out_is_found(executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "check_answer_there", lambda *_: None)
    assert taken_all_the_same(executor) == {"judge-answer message_id"}


def test_an_answer_is_judged_wherever_it_is_shown(executor: CommandExecutor) -> None:
    # Given two answers in each of two conversations that are shown as one
    ada = furnished(executor, "ada")
    whole, part = ada["conversation"], ada["other conversation"]
    replies = {id: [c.SendReply(body="One"), c.SendReply(body="Two")] for id in (whole, part)}
    for id, two in replies.items():
        for each in two:
            conversations.act(executor, id, each, AGENT)
    merging.merge(executor, part, MergeInto(into=whole), AGENT)
    # When the customer judges each of them, from where they see it
    for id in (whole, part):
        for reply in (*replies[whole], *replies[part]):
            answer = conversations.act(executor, id, c.JudgeAnswer(answered=True, message_id=reply.message_id), GATEWAY)
            # Then
            assert answer.id == id
    # and what is said elsewhere is no longer judged once they are two
    merging.separate(executor, part, Separate(), AGENT)
    of_whole = c.JudgeAnswer(answered=True, message_id=replies[whole][0].message_id)
    assert asked(executor, of_whole, part) == "message-unknown"
