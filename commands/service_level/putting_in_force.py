"""The use case "put in force": a file of policies and calendars is decided as a whole, then appended at once."""

from __future__ import annotations

from datetime import date, datetime

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, KeyKind, UnitOfWork
from commands.service_level.revising import KEYS, Kind, Revising
from domain.kernel.refusal import Refusal
from domain.kernel.values import Fields
from domain.service_level.calendar import CorrectCalendar, EditCalendar, WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy
from domain.service_level.policy_file import PoliciesInFile, PolicyInFile

Date = str | date | datetime


def put_in_force(
    executor: CommandExecutor,
    policies: PoliciesInFile,
    context: Context,
    *,
    effective_from: Date | None = None,
    correct_from: Date | None = None,
) -> list[tuple[str, Answer]]:
    """Write what does not exist yet; edit what exists, `effective_from` a future date on, or correct it, since
    `correct_from`. Conversations choose a new policy from then on, or since then, too. Answers each by name, in the
    order of the file, calendars first.

    All of the file is one append: one refusal keeps out the whole. Raises Refusal `calendar-exists` and `policy-exists`
    (without a date), `calendar-unknown`, or as `Revising` and `CommandExecutor.run`.
    """
    dated = {"effective_from": effective_from, "correct_from": correct_from}
    given = {name: value for name, value in dated.items() if value is not None}
    if len(given) > 1:
        raise Refusal("input-invalid", "give one date: an edit is about what comes, a correction is not")
    names = _names(policies)
    if not names:
        return []

    def work() -> UnitOfWork:
        revising = Revising(executor, context)
        for name, keys in policies.calendars.items():  # first, because a new policy may name a new calendar
            _calendar(revising, name, keys, given)
        for name, policy in policies.policies.items():
            _policy(revising, name, policy, given)
        return revising.unit()

    answer = executor.run(context, work, body=body_of(context, policies, given), names=names)
    # Looked up by name: a repeat finds the ids that the first run drew.
    ids = [(name, executor.find(kind, name)) for kind, name in names]
    return [(name, Answer(id, answer.position, answer.repeated)) for name, id in ids if id is not None]


def _names(policies: PoliciesInFile) -> list[tuple[KeyKind, str]]:
    return [
        *((KEYS["calendar"], name) for name in policies.calendars),
        *((KEYS["policy"], name) for name in policies.policies),
    ]


def _calendar(revising: Revising, name: str, keys: Fields, dated: Fields) -> None:
    id = revising.named("calendar", name)
    if id is None:
        revising.write_calendar(WriteCalendar(name=name, opening_hours=OpeningHours.model_validate(keys)))
    else:
        change = CorrectCalendar if "correct_from" in dated else EditCalendar
        revising.change_calendar(id, change.model_validate({**keys, **_date(dated, "calendar", name)}))


def _policy(revising: Revising, name: str, policy: PolicyInFile, dated: Fields) -> None:
    keys = policy.model_dump(exclude_none=True)
    if calendar := keys.pop("calendar", None):
        keys["calendar_id"] = revising.named("calendar", calendar)
        if keys["calendar_id"] is None:
            raise Refusal("calendar-unknown", f"there is no calendar {calendar}; write it into the file, too")
    id = revising.named("policy", name)
    if id is None:
        revising.write_policy(WritePolicy.model_validate({"name": name, "terms": keys, **dated}))
    else:
        change = CorrectPolicy if "correct_from" in dated else EditPolicy
        revising.change_policy(id, change.model_validate({**keys, **_date(dated, "policy", name)}))


def _date(dated: Fields, kind: Kind, name: str) -> Fields:
    if not dated:
        raise Refusal(
            "policy-exists" if kind == "policy" else "calendar-exists",
            f"there is a {kind} {name}: give the date from which it reads otherwise (--from), or since which it should "
            "have (--since)",
        )
    return dated
