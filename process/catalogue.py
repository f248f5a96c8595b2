"""The catalogue of all reactions and kinds of timers, for the host, the command line and the tests."""

from __future__ import annotations

from process.attention import ContactReviews, ContactTimers, SignalAnswers
from process.confirmation import ConfirmedActs
from process.customer import ContactComparisons, MergesReliedOn
from process.hold import DeferredErasures, HoldTimers
from process.promise import PromiseTimers
from process.reaction import AnyReaction
from process.retention import RetentionTimers
from process.service_level import ClockTimers
from process.signal import SignalItems, SignalQuestions, StrongSignals
from process.survey import SurveyItems, SurveySamples
from process.watch import TimerHandler

REACTIONS: tuple[AnyReaction, ...] = (
    ContactComparisons(), ContactReviews(), DeferredErasures(), MergesReliedOn(),
    SignalAnswers(), SignalItems(), SignalQuestions(), StrongSignals(), SurveyItems(), SurveySamples(),
    ConfirmedActs(),
)  # fmt: skip

TIMER_HANDLERS: tuple[type[TimerHandler], ...] = (
    PromiseTimers, ClockTimers, ContactTimers, HoldTimers, RetentionTimers,
)  # fmt: skip
