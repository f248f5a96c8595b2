"""Any command there is, drawn by hypothesis, for a company that grows while they are carried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from commands.registry import BY_CLASS
from domain import customer, survey, webhook
from domain.conversation.commands import CameBy, ChosenContact, OpenConversation, Participant, ReceiveMessage, SendReply
from domain.conversation.interaction import Attachment
from domain.conversation.participants import AddParticipant, RemoveParticipant
from domain.conversation.suggestions import DismissSuggestion
from domain.decision_table.written import TableWritten
from domain.kernel.ids import new_id
from domain.kernel.values import Frozen
from domain.measure.citation import CitedQuestion, CiteFigures
from domain.order.commands import OrderLine, PartOrderLine, PlaceOrder
from domain.service_level.opening_hours import Holidays, OpeningHours
from domain.service_level.policy import METRICS, ReopenMode, Selects, Subject, Terms
from domain.signal import commands as signal
from domain.signal import theme
from domain.signal.item import CorrectItem, FileItem, MarkPassage, TextSuggestion
from domain.stranger import LeaveStrangerApart
from projections.catalogue import VIEWS
from tests.support.second_reading import drawn_table

Command = Frozen
T = TypeVar("T")


@dataclass
class Company:
    """The ids there are by now, by kind."""

    ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, id: str) -> None:
        """There is one more."""
        kind = self.ids.setdefault(id.partition("-")[0], [])
        if id not in kind:
            kind.append(id)

    def some(self, kind: str) -> SearchStrategy[str]:
        """One of a kind, now and then one that does not exist."""
        return one_of([*self.ids.get(kind, []), f"{kind}-nobody"])

    def target(self, command: type[Command]) -> SearchStrategy[str]:
        """What a command of this class may be asked of."""
        return self.some(kind_asked(command))


def kind_asked(command: type[Command]) -> str:
    """The kind of stream that a command of this class is asked of, or begins."""
    return BY_CLASS[command].stream.kind


def one_of(found: Sequence[T]) -> SearchStrategy[T]:
    """One of what was found. Unlike `sampled_from`, what is drawn does not depend on how much there is, which in a
    database that several examples share is never the same twice."""
    return st.integers(0, 99).map(lambda number: found[number % len(found)])


def command_classes() -> list[type[Command]]:
    """Every command there is."""
    return sorted(BY_CLASS, key=lambda each: (each.__module__, each.__name__))


def drawn(command: type[Command], company: Company) -> SearchStrategy[Command]:
    """Commands of this class, for this company. Raises KeyError for a field nobody has said how to draw."""
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for name, info in command.model_fields.items():
        if info.default_factory is not None:
            continue  # an id it draws itself
        values = _OWN[command, name] if (command, name) in _OWN else _FIELDS[name]
        always = info.is_required() or (command, name) in _ALWAYS
        (required if always else optional)[name] = values(company)
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: command(**given))


DUE = tuple(datetime(2100, 1, day, tzinfo=UTC) for day in range(1, 5))
"""Dates that promises are due on, few enough to come up again. They never pass by themselves."""

_LETTERS = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
_TEXTS = st.text(_LETTERS, min_size=1, max_size=12)
_CONTACTS = st.sampled_from(["ada@example.org", "0301234567", "+49 30 1234567"]) | _TEXTS
"""Few enough to come up again, and any."""
_CAME = st.builds(CameBy, contact_kind=st.just("mail"), contact=_CONTACTS, channel_message_id=_TEXTS, thread=_TEXTS)
_LABELS = st.sampled_from(["delivery", "billing", "returns", "Größe"])
_DIGITS = "0123456789abcdef"
_ZONES = st.sampled_from(["Europe/Berlin", "Pacific/Auckland"])
_HOURS = st.sampled_from([{"mon-fri": ("09:00-17:00",)}, {}, {"mon-sun": ("00:00-24:00",)}, {"sat": ("25:00-26:00",)}])
_DURATIONS = st.integers(0, 9 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
_TARGETS = st.dictionaries(st.sampled_from(METRICS), _DURATIONS, max_size=3)
_MODES = st.sampled_from(get_args(ReopenMode))
_SELECTS = st.builds(Selects, kinds=st.sampled_from([(), ("complaint",)]), channels=st.sampled_from([(), ("mail",)]))


def _attachments(_: Company) -> SearchStrategy[tuple[Attachment, ...]]:
    one = st.builds(
        Attachment,
        id=st.just("attachment-1"),
        name=_TEXTS,
        type=st.just("image/png"),
        size=st.integers(0, 10**6),
        sha256=st.text(_DIGITS, min_size=64, max_size=64),
    )
    return st.lists(one, max_size=2).map(tuple)


def _lines(_: Company) -> SearchStrategy[tuple[OrderLine, ...]]:
    prices = st.none() | st.decimals(0, 1000, places=2)
    return st.lists(st.builds(OrderLine, item=_LABELS, count=st.integers(1, 9), price=prices), max_size=2).map(tuple)


def _part_lines(_: Company) -> SearchStrategy[tuple[PartOrderLine, ...]]:
    return st.lists(st.builds(PartOrderLine, item=_LABELS, count=st.integers(1, 9)), max_size=2).map(tuple)


def _one_of(*values: Any) -> Callable[[Company], SearchStrategy[Any]]:
    return lambda _: st.sampled_from(values)


def _any(strategy: SearchStrategy[Any]) -> Callable[[Company], SearchStrategy[Any]]:
    return lambda _: strategy


def _known(kind: str) -> Callable[[Company], SearchStrategy[Any]]:
    return lambda company: company.some(kind)


def _kind_known(company: Company) -> SearchStrategy[str]:
    return st.sampled_from(["handle"] if "handle" in company.ids else ["mail", "phone", "handle", "account"])


def _contact_known(company: Company) -> SearchStrategy[str]:
    return company.some("handle") if "handle" in company.ids else _CONTACTS


_FIELDS: dict[str, Callable[[Company], SearchStrategy[Any]]] = {
    **{name: _any(_TEXTS) for name in ("body", "subject", "because", "resolution", "name", "number", "text")},
    "tracking": _any(_TEXTS),
    **{name: _any(_LABELS) for name in ("product_area", "theme", "segment", "carrier", "compared")},
    **{name: _one_of(()) for name in ("adjusted", "more_attachments")},
    **{name: _any(st.booleans()) for name in ("automatic", "reopens", "answered", "delivery", "quiet")},
    **{name: _any(st.booleans()) for name in ("in_full", "undamaged", "documents_right")},
    **{name: _one_of(*DUE) for name in ("due_at", "detected_at")},
    **{f"{kind}_id": _known(kind) for kind in ("conversation", "customer", "order", "team", "staff", "stranger")},
    **{f"{kind}_id": _known(kind) for kind in ("interaction", "message")},
    "agent_id": lambda company: one_of([*company.ids.get("staff", []), "staff-nobody", "service-bot"]),
    "into": _known("customer"),
    "state": _one_of("queued", "sent", "failed", "delivered", "read"),
    "code": _one_of("mailbox-full"),
    "outcome_id": _one_of("1", "2", "3"),
    "outcome": _one_of("planned", "shipped", "declined"),
    "signal_id": _one_of("signal-1"),
    "kind": _one_of("inquiry", "complaint", "order", "feedback"),
    "channel": _one_of("mail", "chat", "phone"),
    "language": _one_of("de", "en", "pt-BR"),
    "opened_by": _one_of("customer", "company"),
    "purpose": _one_of("newsletter", "surveys"),
    "priority": _one_of("low", "normal", "high", "urgent"),
    "status": _one_of("open", "waiting_on_customer", "on_hold", "resolved"),
    "shared": _any(st.booleans()),
    "contact_kind": _one_of("mail", "phone", "handle", "account"),
    "roles": _one_of((), ("agent",), ("agent", "lead")),
    "handle": _any(st.text("abc", min_size=1, max_size=3)),
    "attachments": _attachments,
    "lines": _part_lines,
    "parcel": _one_of("P1", "P2", "P3"),
    "placed_on": _any(st.dates()),
    "item_count": _any(st.integers(0, 100)),
    "value": _any(st.decimals(-1000, 1000, places=2)),
    "currency": _one_of("EUR", "USD"),
    "follower": _one_of(*(view.name for view in VIEWS)),
    "version": _one_of(1),
    **{name: _known("conversation") for name in ("stream", "into")},
    "position": _any(st.integers(1, 100)),
    "again": _any(st.booleans()),
    "opening_hours": _any(st.builds(OpeningHours, zone=_ZONES, hours=_HOURS)),
    "zone": _any(_ZONES),
    "hours": _any(_HOURS),
    "closed": _any(st.lists(st.dates(), max_size=2).map(tuple)),
    "part_days": _any(st.dictionaries(st.dates(), st.just(("09:00-13:00",)), max_size=2)),
    "holidays": _one_of(Holidays(country="DE"), Holidays(country="XX")),
    "terms": lambda company: st.builds(
        Terms, calendar_id=company.some("calendar"), targets=_TARGETS, reopen=_MODES, selects=_SELECTS
    ),
    "targets": _any(_TARGETS),
    "by_priority": _any(st.dictionaries(st.sampled_from(["low", "urgent"]), _TARGETS, max_size=2)),
    "reopen": _any(_MODES),
    "on_customer_message": _one_of("reopen", "keep"),
    "selects": _any(_SELECTS),
    "warn_before": _one_of((), (timedelta(minutes=10),)),
    "notes_count": _any(st.booleans()),
    "total_resolution_pauses": _one_of((), ("on_hold",), ("waiting_on_customer", "on_hold")),
    "tells_policy_breaches": _any(st.booleans()),
    "participants_count": _any(st.booleans()),
    "subject": _any(st.sampled_from(get_args(Subject))),
    "table": _any(drawn_table(most_rules=2).map(TableWritten.model_validate)),
    "effective_from": _one_of(*DUE, date(2100, 1, 2), date(2000, 1, 1)),
    **{name: _any(_LABELS) for name in ("part", "product")},
    "did": _one_of("return", "cancellation", "failed-step"),
    **{name: _any(st.booleans()) for name in ("prompted", "sure")},
    "suggestions": _one_of((TextSuggestion(theme="lid", probability=Decimal("0.9")),)),
    "model": _one_of("themes sha256:1", "themes sha256:2"),
    "said_at": _one_of(datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 6, 4, tzinfo=UTC)),
    "step": _one_of("receive", "use"),
    "weight": _any(st.integers(0, 9).map(Decimal)),
    "correct_from": _one_of(datetime(2000, 1, 1, tzinfo=UTC), date(2001, 1, 1)),
    **{f"{kind}_id": _known(kind) for kind in ("calendar", "policy")},
    "area": _one_of("wheels", "frames"),
    "stage": _one_of("design", "sales"),
    "month": _one_of("2026-11", None),
    **{name: _any(_TEXTS) for name in ("question", "answer", "what")},
    "launch_area": _any(_LABELS),
    "until": _one_of(None, *DUE),
    "hold_id": _known("hold"),
    "requested_by": _known("customer"),
    "retry_seconds": _one_of(None, (), (5, 60)),
    "confirmation_id": _known("confirmation"),
    "url": _one_of("https://gateway.example/antiphon"),
    "channels": _one_of(("mail",), ("mail", "chat")),
    "events": _one_of(()),
    "algorithm": _one_of("hmac", "ed25519"),
    "after": _any(st.integers(0, 9)),
    "stream_id": lambda company: st.none() | company.some("conversation"),
    "token_id": _one_of("1f", "2e"),
    "expires_at": _one_of(*DUE),
    "conversation_ids": lambda company: st.lists(company.some("conversation"), max_size=2).map(tuple),
}
_OWN: dict[tuple[type[Command], str], Callable[[Company], SearchStrategy[Any]]] = {
    (customer.RegisterCustomer, "customer_id"): lambda company: company.some("customer") | st.builds(_new_customer),
    (SendReply, "template"): lambda _: st.sampled_from(["delay", "thanks"]),
    (SendReply, "template_version"): lambda _: st.integers(1, 3),
    (SendReply, "to"): lambda company: company.some("customer") | company.some("stranger"),
    (SendReply, "to_contact"): lambda _: st.builds(ChosenContact, contact_kind=st.just("mail"), contact=_CONTACTS),
    **{(each, "came"): lambda _: _CAME for each in (OpenConversation, ReceiveMessage)},
    **{
        (each, "participant"): lambda company: st.builds(
            Participant,
            participant_id=company.some("customer") | company.some("stranger"),
            contact_kind=st.just("mail"),
            contact=_TEXTS,
        )
        for each in (AddParticipant, ReceiveMessage)
    },
    (RemoveParticipant, "participant_id"): lambda company: company.some("customer") | company.some("stranger"),
    (LeaveStrangerApart, "other_id"): lambda company: company.some("customer") | company.some("stranger"),
    (PlaceOrder, "lines"): _lines,
    (CiteFigures, "question"): lambda _: st.builds(
        CitedQuestion,
        measure=st.just("promise_kept"),
        begin=st.just(date(2026, 9, 1)),
        end=st.just(date(2026, 10, 1)),
        by=st.just("month"),
        zone=_ZONES,
    ),
    **{(CiteFigures, name): _one_of(1, 2) for name in ("version", "position")},
    (CiteFigures, "counted_at"): _one_of(datetime(2026, 10, 2, tzinfo=UTC)),
    (CiteFigures, "figures"): _one_of("[]"),
    (customer.AddContactPoint, "value"): _any(_CONTACTS),
    **{
        (each, name): values
        for each in (
            customer.RemoveContactPoint,
            customer.MoveContactPoint,
            customer.ShareContactPoint,
            customer.ClearContactPoint,
        )
        for name, values in {"contact_kind": _kind_known, "value": _contact_known}.items()
    },
    (customer.DismissProposal, "what"): _one_of("same-person", "two-people"),
    (customer.DismissProposal, "other_id"): _known("customer"),
    (DismissSuggestion, "other_id"): _known("conversation"),
    (FileItem, "kind"): _one_of("feedback", "complaint", "verdict", "behaviour"),
    (MarkPassage, "theme"): _one_of("leaks", "delivery"),
    (theme.AddTheme, "key"): _one_of("leaks", "delivery"),
    **{(each, "into"): _known("theme") for each in (theme.MergeTheme, theme.SplitTheme)},
    **{
        (each, "item_ids"): lambda company: st.lists(company.some("item"), min_size=1, max_size=2).map(tuple)
        for each in (theme.GiveTheme, theme.SplitTheme)
    },
    (theme.UndoThemeSplit, "split_id"): _known("split"),
    (MarkPassage, "start"): _any(st.integers(0, 3)),
    (MarkPassage, "end"): _any(st.integers(1, 9)),
    (CorrectItem, "theme"): _one_of("leaks", "delivery"),
    (customer.AddContactPoint, "compared"): _one_of(None),
    (customer.MoveContactPoint, "into"): _known("customer"),
    (signal.RouteSignal, "theme"): _one_of("out-of-true", "too-dear"),
    (signal.MergeSignal, "into"): _known("signal"),
    (survey.OpenSurvey, "question"): _one_of("effort", "yes-no", "text"),
    (survey.OpenSurvey, "choices"): _one_of(()),
    (survey.OpenSurvey, "texts"): _one_of({"en": "How? {token}"}),
    (survey.OpenSurvey, "product_area"): _one_of("wheels"),
    (survey.OpenSurvey, "signal_id"): _one_of(None),
    (survey.OpenSurvey, "segments"): _one_of((), ("trade",)),
    (survey.OpenSurvey, "themes"): _one_of({}),
    (survey.OpenSurvey, "margin"): _one_of(0.05, 0.1),
    (survey.OpenSurvey, "expected_response"): _one_of(0.5, 1.0),
    (survey.OpenSurvey, "closes_at"): _one_of(*DUE),
    (survey.AnswerSurvey, "token"): _any(_TEXTS),
    (survey.OweQuestion, "survey_id"): _known("survey"),
    (webhook.ChangeWebhookState, "state"): _one_of("enabled", "disabled"),
    (webhook.ChangeWebhookState, "because"): _one_of("asked", "gone"),
}


_ALWAYS = {(survey.OpenSurvey, "product_area"), (webhook.RegisterWebhook, "channels")}
"""Fields that may be left out, but not by the commands that are drawn here: a survey names an area or a signal, and a
webhook channels or events."""


def _new_customer() -> str:
    return new_id("customer")
