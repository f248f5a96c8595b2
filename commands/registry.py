"""The command registry: each command by name, with its class, its handler, its kind of stream and who may ask.

A new command is one line of `COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

from commands import confirmation as confirmations
from commands import decision_table as decision_tables
from commands import hold as holds
from commands import measure as measures
from commands import message as messages
from commands import order as orders
from commands import promise as promises
from commands import stranger as strangers
from commands import subscription as subscriptions
from commands import token as tokens
from commands import webhook as webhooks
from commands.attention import contacting, contributors
from commands.conversation import handlers as conversations
from commands.conversation import merging, participating, removing, splitting, suggestions
from commands.customer import comparing, deferred, failing, putting_right
from commands.customer import handlers as customers
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.open_work import OpenWork
from commands.requested_by import on_request
from commands.service_level import handlers as service_level
from commands.signal import handlers as signals
from commands.signal import items, routing, suggesting, themes
from commands.signal import merging as signal_merging
from commands.signal.evidence import SignalEvidence
from commands.staff import handlers as staffing
from commands.staff import leaving
from commands.survey import handlers as surveys
from domain import confirmation, customer, hold, message, promise, staff, stranger, subscription, token, webhook
from domain.attention.contacts import ATTENTION, OweClosing, OweContributors, ReviewContacts
from domain.confirmation import CONFIRMATIONS
from domain.conversation import commands as conversation
from domain.conversation.merging import MergeInto, RecordReliance, Separate
from domain.conversation.participants import AddParticipant, RemoveParticipant
from domain.conversation.removing import RemoveMessage
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.state import CONVERSATION
from domain.conversation.suggestions import DismissSuggestion
from domain.customer import CUSTOMER
from domain.decision_table.published import TABLE, PublishTable
from domain.hold import HOLDS
from domain.kernel.stream import Stream
from domain.kernel.values import Frozen
from domain.measure.citation import CITATION, CiteFigures
from domain.message import MESSAGE
from domain.order import commands as order
from domain.order.state import ORDER
from domain.promise import PROMISE
from domain.service_level import calendar
from domain.service_level.calendar import CALENDAR
from domain.service_level.policy import POLICY
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy
from domain.signal import commands as signal
from domain.signal import item, theme
from domain.signal.item import ITEM
from domain.signal.state import SIGNAL
from domain.signal.theme import THEME
from domain.staff import STAFF, TEAM
from domain.stranger import STRANGER
from domain.subscription import SUBSCRIPTION
from domain.survey import SURVEY, AnswerSurvey, CloseSurvey, OpenSurvey, OweQuestion
from domain.token import TOKEN
from domain.webhook import WEBHOOK

Role = Literal["agent", "lead", "customer", "design", "auditor", "service", "privacy"]

DESK: tuple[Role, ...] = ("agent", "lead")
"""The roles that answer customers."""
BOTS: tuple[Role, ...] = (*DESK, "service")
"""The roles that answer customers, and the bots and gateways that help."""
CUSTOMERS: tuple[Role, ...] = ("customer", "service")
"""The roles that speak for a customer: the customer, or a gateway."""
LEAD: tuple[Role, ...] = ("lead",)
PRIVACY: tuple[Role, ...] = ("privacy",)
ERASERS: tuple[Role, ...] = ("lead", "privacy")
"""The roles that erase people, and take single messages out: leads, and data protection officers."""
SIGNAL_TEAMS: tuple[Role, ...] = ("lead", "design")
"""The roles that take signals and answer them, each for their own team; leads for any."""
THEME_OWNERS: tuple[Role, ...] = ("lead", "design")
"""The roles that keep the catalogue of themes. Whatever names items of any team, such as a split, is for leads, who see
them."""
NOBODY: tuple[Role, ...] = ()
"""No caller of the API. Reactions, timers, other commands and the command line run these commands."""

C = TypeVar("C", bound=Frozen)
C_co = TypeVar("C_co", bound=Frozen, covariant=True)
C_contra = TypeVar("C_contra", bound=Frozen, contravariant=True)


@dataclass(frozen=True, slots=True)
class Ports:
    """What handlers need beside the command."""

    executor: CommandExecutor
    open_work: OpenWork
    signal_evidence: SignalEvidence


@dataclass(frozen=True, slots=True)
class AskedCommand(Generic[C_co]):
    """A command, and what its caller adds.

    `target`: the id of the command's stream, where the command does not name the stream itself. `expected_version`: the
    version that the caller saw. `only_of`: the customer to whom the stream has to belong. A handler that cannot heed
    what was given raises TypeError.
    """

    command: C_co
    context: Context
    target: str = ""
    expected_version: int | None = None
    only_of: str | None = None

    def check_heeded(self, *heeded: str) -> None:
        """Check that nothing was given that the handler would ignore. Raises TypeError."""
        for name in ("expected_version", "only_of"):
            if getattr(self, name) is not None and name not in heeded:
                raise TypeError(f"{type(self.command).__name__} does not heed {name}")


Handler = Callable[[Ports, AskedCommand[C]], Answer]


@dataclass(frozen=True, slots=True)
class RegisteredCommand(Generic[C]):
    """One command. `stream`: the kind of stream that the command changes or begins. `roles`: which callers of the API
    may run the command."""

    name: str
    command: type[C]
    stream: Stream[Any, Any]  # Any: nobody reads the state through the registry
    handler: Handler[C]
    roles: tuple[Role, ...]

    # Any: JSON.
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the command."""
        return self.command.model_json_schema()


# -- adapters, by the shape of the handler


class _Versioned(Protocol[C_contra]):
    def __call__(
        self, executor: CommandExecutor, id: str, command: C_contra, context: Context, *, expected_version: int | None
    ) -> Answer: ...


def _plain(handler: Callable[[CommandExecutor, C, Context], Answer]) -> Handler[C]:
    """The command names its stream, or begins one."""

    def run(ports: Ports, asked: AskedCommand[C]) -> Answer:
        asked.check_heeded()
        return handler(ports.executor, asked.command, asked.context)

    return run


def _of(handler: Callable[[CommandExecutor, str, C, Context], Answer]) -> Handler[C]:
    """The caller names the stream."""

    def run(ports: Ports, asked: AskedCommand[C]) -> Answer:
        asked.check_heeded()
        return handler(ports.executor, asked.target, asked.command, asked.context)

    return run


def _versioned(handler: _Versioned[C]) -> Handler[C]:
    """The caller names the stream, and may give the version that they saw."""

    def run(ports: Ports, asked: AskedCommand[C]) -> Answer:
        asked.check_heeded("expected_version")
        version = asked.expected_version
        return handler(ports.executor, asked.target, asked.command, asked.context, expected_version=version)

    return run


def _conversation(ports: Ports, asked: AskedCommand[conversation.ConversationCommand]) -> Answer:
    return conversations.act(
        ports.executor,
        asked.target,
        asked.command,
        asked.context,
        expected_version=asked.expected_version,
        only_of=asked.only_of,
    )


def _customer(ports: Ports, asked: AskedCommand[customer.CustomerCommand]) -> Answer:
    asked.check_heeded("only_of")
    return customers.act(ports.executor, asked.command, asked.context, only_of=asked.only_of)


def _erase(ports: Ports, asked: AskedCommand[customer.EraseCustomer]) -> Answer:
    asked.check_heeded()
    context = on_request(ports.executor, asked.context, asked.command.requested_by)
    ports.executor.read(CUSTOMER, asked.command.customer_id).existing(CUSTOMER.kind)  # else a stranger would go, too
    return confirmations.erase(ports.executor, asked.command.customer_id, context, ports.open_work)


def _erase_stranger(ports: Ports, asked: AskedCommand[stranger.EraseStranger]) -> Answer:
    asked.check_heeded()
    context = on_request(ports.executor, asked.context, asked.command.requested_by)
    ports.executor.read(STRANGER, asked.command.stranger_id).existing(STRANGER.kind)
    return confirmations.erase(ports.executor, asked.command.stranger_id, context, ports.open_work)


def _erase_staff(ports: Ports, asked: AskedCommand[staff.EraseStaff]) -> Answer:
    asked.check_heeded()
    ports.executor.read(STAFF, asked.command.staff_id).existing(STAFF.kind)  # else a customer would go, too
    return confirmations.erase(ports.executor, asked.command.staff_id, asked.context, ports.open_work)


def _do_confirmed(ports: Ports, asked: AskedCommand[confirmation.DoConfirmed]) -> Answer:
    asked.check_heeded()
    return confirmations.carry_out(ports.executor, asked.command, asked.context, ports.open_work)


def _resume_erasures(ports: Ports, asked: AskedCommand[hold.ResumeErasures]) -> Answer:
    asked.check_heeded()
    return deferred.resume(ports.executor, asked.command, asked.context, ports.open_work)


def _leave(ports: Ports, asked: AskedCommand[staff.LeaveStaff]) -> Answer:
    asked.check_heeded()
    return leaving.leave(ports.executor, asked.command, asked.context, ports.open_work)


def _route(ports: Ports, asked: AskedCommand[signal.RouteSignal]) -> Answer:
    asked.check_heeded()
    return routing.route(ports.executor, asked.command, asked.context, ports.signal_evidence)


def _owe_contributors(ports: Ports, asked: AskedCommand[OweContributors]) -> Answer:
    asked.check_heeded()
    evidence = signal_merging.MergedEvidence(ports.signal_evidence, ports.executor)
    return contributors.owe_contributors(ports.executor, asked.command, asked.context, evidence)


def _open_survey(ports: Ports, asked: AskedCommand[OpenSurvey]) -> Answer:
    asked.check_heeded()
    return surveys.open_(ports.executor, asked.command, asked.context, ports.signal_evidence)


def _command(
    name: str,
    command: type[C],
    stream: Stream[Any, Any],  # Any: as of `RegisteredCommand.stream`
    handler: Handler[C],
    roles: tuple[Role, ...],
) -> RegisteredCommand[Any]:  # Any: each line has classes of its own, checked against each other here
    return RegisteredCommand(name, command, stream, handler, roles)


_DESK_AND_CUSTOMERS = (*DESK, *CUSTOMERS)
_begin = _plain(conversations.open_conversation)

# fmt: off
# Any: as of `_command`, which checked each line.
COMMANDS: tuple[RegisteredCommand[Any], ...] = (
    _command("open-conversation", conversation.OpenConversation, CONVERSATION, _begin, BOTS),
    _command("add-interaction", conversation.AddInteraction, CONVERSATION, _conversation, _DESK_AND_CUSTOMERS),
    _command("receive-message", conversation.ReceiveMessage, CONVERSATION, _conversation, _DESK_AND_CUSTOMERS),
    _command("send-reply", conversation.SendReply, CONVERSATION, _conversation, BOTS),
    _command("add-note", conversation.AddNote, CONVERSATION, _conversation, BOTS),
    _command("assign", conversation.Assign, CONVERSATION, _conversation, BOTS),
    _command("give-back", conversation.GiveBack, CONVERSATION, _conversation, NOBODY),
    _command("hand-over", conversation.HandOver, CONVERSATION, _conversation, BOTS),
    _command("change-priority", conversation.ChangePriority, CONVERSATION, _conversation, BOTS),
    _command("set-policy", conversation.SetPolicy, CONVERSATION, _conversation, BOTS),
    _command("change-kind", conversation.ChangeKind, CONVERSATION, _conversation, BOTS),
    _command("change-subject", conversation.ChangeSubject, CONVERSATION, _conversation, BOTS),
    _command("change-product-area", conversation.ChangeProductArea, CONVERSATION, _conversation, BOTS),
    _command(
        "change-conversation-language", conversation.ChangeConversationLanguage, CONVERSATION, _conversation, BOTS
    ),
    _command("change-status", conversation.ChangeStatus, CONVERSATION, _conversation, BOTS),
    _command("judge-answer", conversation.JudgeAnswer, CONVERSATION, _conversation, CUSTOMERS),
    _command("request-person", conversation.RequestPerson, CONVERSATION, _conversation, CUSTOMERS),
    _command("withdraw", conversation.Withdraw, CONVERSATION, _conversation, CUSTOMERS),
    _command("merge-conversation", MergeInto, CONVERSATION, _versioned(merging.merge), DESK),
    _command("separate-conversation", Separate, CONVERSATION, _versioned(merging.separate), DESK),
    _command("dismiss-suggestion", DismissSuggestion, CONVERSATION, _versioned(suggestions.dismiss), DESK),
    _command("record-reliance", RecordReliance, CONVERSATION, _of(merging.record_reliance), NOBODY),
    _command("split-message", SplitMessage, CONVERSATION, _versioned(splitting.split), DESK),
    _command("undo-split", UndoSplit, CONVERSATION, _versioned(splitting.undo_split), DESK),
    _command("add-participant", AddParticipant, CONVERSATION, _versioned(participating.add), BOTS),
    _command("remove-participant", RemoveParticipant, CONVERSATION, _versioned(participating.remove), BOTS),
    _command("remove-message", RemoveMessage, CONVERSATION, _versioned(removing.remove), ERASERS),
    _command("report-delivery", message.ReportDelivery, MESSAGE, _of(messages.report_delivery), ("service",)),
    _command("register-customer", customer.RegisterCustomer, CUSTOMER, _customer, BOTS),
    _command("change-name", customer.ChangeName, CUSTOMER, _customer, DESK),
    _command("change-language", customer.ChangeLanguage, CUSTOMER, _customer, DESK),
    _command("change-segment", customer.ChangeSegment, CUSTOMER, _customer, DESK),
    _command("add-contact-point", customer.AddContactPoint, CUSTOMER, _plain(putting_right.act), DESK),
    _command("remove-contact-point", customer.RemoveContactPoint, CUSTOMER, _plain(putting_right.act), DESK),
    _command("move-contact-point", customer.MoveContactPoint, CUSTOMER, _plain(putting_right.act), DESK),
    _command("share-contact-point", customer.ShareContactPoint, CUSTOMER, _plain(putting_right.act), DESK),
    _command("clear-contact-point", customer.ClearContactPoint, CUSTOMER, _plain(failing.clear), DESK),
    _command("compare-contact-points", customer.CompareContactPoints, CUSTOMER, _plain(comparing.compare), NOBODY),
    _command("dismiss-proposal", customer.DismissProposal, CUSTOMER, _plain(comparing.dismiss), DESK),
    _command("choose-preferences", customer.ChoosePreferences, CUSTOMER, _customer, _DESK_AND_CUSTOMERS),
    _command("change-zone", customer.ChangeZone, CUSTOMER, _customer, _DESK_AND_CUSTOMERS),
    _command("give-consent", customer.GiveConsent, CUSTOMER, _customer, _DESK_AND_CUSTOMERS),
    _command("withdraw-consent", customer.WithdrawConsent, CUSTOMER, _customer, _DESK_AND_CUSTOMERS),
    _command("merge-customer", customer.MergeCustomer, CUSTOMER, _customer, DESK),
    _command("separate-customer", customer.SeparateCustomer, CUSTOMER, _customer, DESK),
    _command("erase-customer", customer.EraseCustomer, CUSTOMER, _erase, ERASERS),
    _command("merge-stranger", stranger.MergeStranger, STRANGER, _plain(strangers.link), DESK),
    _command("separate-stranger", stranger.SeparateStranger, STRANGER, _plain(strangers.link), DESK),
    _command("leave-stranger-apart", stranger.LeaveStrangerApart, STRANGER, _plain(strangers.leave_apart), DESK),
    _command("erase-stranger", stranger.EraseStranger, STRANGER, _erase_stranger, ERASERS),
    _command("hold-customer", hold.HoldCustomer, HOLDS, _plain(holds.hold), PRIVACY),
    _command("hold-conversation", hold.HoldConversation, HOLDS, _plain(holds.hold), PRIVACY),
    _command("release-hold", hold.ReleaseHold, HOLDS, _plain(holds.end), PRIVACY),
    _command("confirm", confirmation.Confirm, CONFIRMATIONS, _plain(confirmations.give), ERASERS),
    _command("do-confirmed", confirmation.DoConfirmed, CONFIRMATIONS, _do_confirmed, NOBODY),
    _command("expire-holds", hold.ExpireHolds, HOLDS, _plain(holds.end_expired), NOBODY),
    _command("resume-erasures", hold.ResumeErasures, HOLDS, _resume_erasures, NOBODY),
    _command("place-order", order.PlaceOrder, ORDER, _plain(orders.place), BOTS),
    _command("ship-order", order.ShipOrder, ORDER, _of(orders.act), BOTS),
    _command("deliver-order", order.DeliverOrder, ORDER, _of(orders.act), BOTS),
    _command("check-delivery", order.CheckDelivery, ORDER, _of(orders.act), BOTS),
    _command("cancel-order", order.CancelOrder, ORDER, _of(orders.act), BOTS),
    _command("return-order", order.ReturnOrder, ORDER, _of(orders.act), BOTS),
    _command("make-promise", promise.MakePromise, PROMISE, _plain(promises.make), BOTS),
    _command("revise-promise", promise.RevisePromise, PROMISE, _of(promises.act), BOTS),
    _command("keep-promise", promise.KeepPromise, PROMISE, _of(promises.act), BOTS),
    _command("break-promise", promise.BreakPromise, PROMISE, _of(promises.act), BOTS),
    _command("withdraw-promise", promise.WithdrawPromise, PROMISE, _of(promises.act), BOTS),
    _command("detect-overdue", promise.DetectOverdue, PROMISE, _of(promises.detect_overdue), NOBODY),
    _command("form-team", staff.FormTeam, TEAM, _plain(staffing.form_team), LEAD),
    _command("join-staff", staff.JoinStaff, STAFF, _plain(staffing.join), LEAD),
    _command("move-staff", staff.MoveStaff, STAFF, _plain(staffing.move), LEAD),
    _command("change-roles", staff.ChangeRoles, STAFF, _plain(staffing.change_roles), LEAD),
    _command("leave-staff", staff.LeaveStaff, STAFF, _leave, LEAD),
    _command("erase-staff", staff.EraseStaff, STAFF, _erase_staff, ERASERS),
    _command("write-calendar", calendar.WriteCalendar, CALENDAR, _plain(service_level.write_calendar), LEAD),
    _command("edit-calendar", calendar.EditCalendar, CALENDAR, _of(service_level.change_calendar), LEAD),
    _command("correct-calendar", calendar.CorrectCalendar, CALENDAR, _of(service_level.change_calendar), LEAD),
    _command("write-policy", WritePolicy, POLICY, _plain(service_level.write_policy), LEAD),
    _command("edit-policy", EditPolicy, POLICY, _of(service_level.change_policy), LEAD),
    _command("correct-policy", CorrectPolicy, POLICY, _of(service_level.change_policy), LEAD),
    _command("file-item", item.FileItem, ITEM, _plain(items.file), NOBODY),
    _command("mark-passage", item.MarkPassage, CONVERSATION, _of(items.mark), DESK),
    _command("correct-item", item.CorrectItem, ITEM, _of(items.act), (*DESK, "design")),
    _command("suggest-theme", item.SuggestTheme, ITEM, _of(suggesting.suggest), NOBODY),
    _command("withdraw-item", item.WithdrawItem, ITEM, _of(items.act), (*DESK, "design")),
    _command("add-theme", theme.AddTheme, THEME, _plain(themes.add), THEME_OWNERS),
    _command("rename-theme", theme.RenameTheme, THEME, _of(themes.rename), THEME_OWNERS),
    _command("merge-theme", theme.MergeTheme, THEME, _of(themes.merge), THEME_OWNERS),
    _command("separate-theme", theme.SeparateTheme, THEME, _of(themes.separate), THEME_OWNERS),
    _command("give-theme", theme.GiveTheme, THEME, _of(themes.give), LEAD),
    _command("split-theme", theme.SplitTheme, THEME, _of(themes.split), LEAD),
    _command("undo-theme-split", theme.UndoThemeSplit, THEME, _of(themes.undo_split), LEAD),
    _command("publish-table", PublishTable, TABLE, _plain(decision_tables.publish), ("lead",)),
    _command("cite-figures", CiteFigures, CITATION, _plain(measures.cite), ("lead", "auditor")),
    _command("route-signal", signal.RouteSignal, SIGNAL, _route, SIGNAL_TEAMS),
    _command("acknowledge-signal", signal.AcknowledgeSignal, SIGNAL, _of(signals.act), SIGNAL_TEAMS),
    _command("ask-back", signal.AskBack, SIGNAL, _of(signals.act), SIGNAL_TEAMS),
    _command("answer-question", signal.AnswerQuestion, SIGNAL, _of(signals.act), ("agent", *SIGNAL_TEAMS)),
    _command("plan-signal", signal.PlanSignal, SIGNAL, _of(signals.act), SIGNAL_TEAMS),
    _command("revise-launch", signal.ReviseLaunch, SIGNAL, _of(signals.act), SIGNAL_TEAMS),
    _command("ship-signal", signal.ShipSignal, SIGNAL, _of(signals.act), SIGNAL_TEAMS),
    _command("decline-signal", signal.DeclineSignal, SIGNAL, _of(signals.act), SIGNAL_TEAMS),
    _command("hand-on-signal", signal.HandOnSignal, SIGNAL, _of(signals.act), SIGNAL_TEAMS),
    _command("merge-signal", signal.MergeSignal, SIGNAL, _of(signal_merging.merge), SIGNAL_TEAMS),
    _command("separate-signal", signal.SeparateSignal, SIGNAL, _of(signal_merging.separate), SIGNAL_TEAMS),
    _command("detect-launch-overdue", signal.DetectLaunchOverdue, SIGNAL, _of(signals.detect_overdue), NOBODY),
    _command("owe-closing", OweClosing, ATTENTION, _plain(contacting.owe_closing), NOBODY),
    _command("owe-contributors", OweContributors, ATTENTION, _owe_contributors, NOBODY),
    _command("review-contacts", ReviewContacts, ATTENTION, _plain(contacting.review), NOBODY),
    _command("open-survey", OpenSurvey, SURVEY, _open_survey, LEAD),
    _command("close-survey", CloseSurvey, SURVEY, _of(surveys.close), LEAD),
    _command("owe-question", OweQuestion, ATTENTION, _plain(surveys.owe), NOBODY),
    _command("answer-survey", AnswerSurvey, ATTENTION, _plain(surveys.answer), CUSTOMERS),
    _command("register-webhook", webhook.RegisterWebhook, WEBHOOK, _plain(webhooks.begin), LEAD),
    _command("rotate-webhook-key", webhook.RotateWebhookKey, WEBHOOK, _of(webhooks.act), LEAD),
    _command("retire-webhook-key", webhook.RetireWebhookKey, WEBHOOK, _of(webhooks.act), LEAD),
    _command("change-webhook-state", webhook.ChangeWebhookState, WEBHOOK, _of(webhooks.act), LEAD),
    _command("retry-webhook", webhook.RetryWebhook, WEBHOOK, _of(webhooks.act), LEAD),
    _command("replay-webhook", webhook.ReplayWebhook, WEBHOOK, _of(webhooks.act), LEAD),
    _command("change-webhook-schedule", webhook.ChangeWebhookSchedule, WEBHOOK, _of(webhooks.act), LEAD),
    _command("remove-webhook", webhook.RemoveWebhook, WEBHOOK, _of(webhooks.act), LEAD),
    _command("retry", subscription.Retry, SUBSCRIPTION, _plain(subscriptions.request), NOBODY),
    _command("skip", subscription.Skip, SUBSCRIPTION, _plain(subscriptions.request), NOBODY),
    _command("revoke-token", token.RevokeToken, TOKEN, _plain(tokens.revoke), NOBODY),
)
# fmt: on

# Any: as of `COMMANDS`.
BY_NAME: Mapping[str, RegisteredCommand[Any]] = {each.name: each for each in COMMANDS}
# Any: the same.
BY_CLASS: Mapping[type[Frozen], RegisteredCommand[Any]] = {each.command: each for each in COMMANDS}


def ask(ports: Ports, asked: AskedCommand[Frozen]) -> Answer:
    """Run a command by its registered handler. Raises Refusal as the handler."""
    return BY_CLASS[type(asked.command)].handler(ports, asked)
