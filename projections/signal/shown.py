"""Signals as people look at them: how strong each is and which team has it; of one, its months and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from domain.signal.after_shipping import BeforeAndAfter, before_and_after, spans
from domain.signal.assessment import Assessment, Strength
from domain.signal.evidence import Base, Evidence
from domain.signal.limits import SignalLimits
from domain.signal.merging import together
from domain.signal.state import SignalStatus
from domain.statistics import Proportion
from infra.postgres.database import Connection
from infra.views.selection import Page
from infra.views.view import AnyView
from projections.signal import board, signals
from projections.signal.signals import SignalRow, SignalWindow

READS: tuple[AnyView, ...] = (*signals.READS, board.BOARD)
"""The views that signals are shown from."""


@dataclass(frozen=True, slots=True)
class SignalShown(SignalRow):
    """A signal in all its months, and how far its evidence can be trusted. `people`: how many people say so; merged
    customers are one. `doers`: how many do so (returns, cancellations, failed steps). `colleagues`: how many noted so
    of our own process. `team_id`, `status`: the team that has it, and where it stands there; null where it was routed
    to nobody. `merged_into`: the signal that is answered for both."""

    strength: Strength
    team_id: str | None
    status: SignalStatus | None
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A segment or a channel: how many of the contributors are of it, and how many active customers of the area."""

    name: str
    contributors: int
    base: int


@dataclass(frozen=True, slots=True)
class SignalInFull:
    """One signal: its months, and what its strength rests on, in all or in the month that was asked for. `parts`: the
    signals that were merged into it, whose people and items count here, too."""

    signal: SignalShown
    parts: Sequence[str]
    windows: list[SignalWindow]
    assessment: Assessment
    segments: list[GroupShown]
    channels: list[GroupShown]


def listed(
    connection: Connection,
    zone: str,
    limits: SignalLimits,
    *,
    area: str | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[SignalShown]:
    """Signals, those with the most people of their own first, each with what was said for its parts; of one product
    area where it is given. Each is weighed, which takes its time: ask for few. Raises Refusal `cursor-invalid`."""
    page = signals.read(connection, zone, area=area, cursor=cursor, limit=limit)
    # Signals of one area are held against the same customers, which take the longest to read.
    bases, said = dict[str, Base](), dict[str, signals.Said]()
    for area in {each.product_area for each in page.rows}:
        bases[area] = signals.base(connection, zone, area)
        ids = [each.signal_id for each in page.rows if each.product_area == area]
        said |= signals.said(connection, zone, area, ids)
    routed = board.by_id(connection, (each.signal_id for each in page.rows))
    rows = []
    for each in page.rows:
        stands = routed.get(each.signal_id)
        parts = stands.parts if stands else ()
        evidence = _evidence(connection, zone, each, parts, of=bases[each.product_area], by=said[each.signal_id])
        whole = signals.together(connection, zone, each, parts)
        rows.append(_shown(whole, _assess(limits, each, evidence), stands))
    return Page(rows, page.cursor)


def in_full(
    connection: Connection, zone: str, limits: SignalLimits, id: str, month: str | None = None
) -> SignalInFull | None:
    """A signal by its id, with its parts; None where no item belongs to it. `month`, such as `2026-11`: weigh what was
    said then."""
    signal = signals.one(connection, zone, id)
    if signal is None:
        return None
    stands = board.by_id(connection, [id]).get(id)
    parts = stands.parts if stands else ()
    evidence = _evidence(connection, zone, signal, parts, month)
    assessment = _assess(limits, signal, evidence)
    segments, channels = signals.mix(evidence.contributors)
    return SignalInFull(
        signal=_shown(signals.together(connection, zone, signal, parts), assessment, stands),
        parts=parts,
        windows=signals.windows(connection, zone, [id, *parts]),
        assessment=assessment,
        segments=_groups(segments, evidence.base.segments),
        channels=_groups(channels, evidence.base.channels),
    )


@dataclass(frozen=True, slots=True)
class MonthWeighed:
    """A signal by what was said in one month: its strength, and how many of the area's active customers said so."""

    month: str
    assessment: Assessment
    share: Proportion


def by_month(
    connection: Connection, zone: str, limits: SignalLimits, found: SignalInFull, most: int = 12
) -> list[MonthWeighed]:
    """The last so many months of a signal up to the last in which somebody said or did anything, in order; also those
    between in which nobody did."""
    if not found.windows:
        return []
    weighed = []
    for month in _months(found.windows[0].month, found.windows[-1].month)[-most:]:
        evidence = _evidence(connection, zone, found.signal, found.parts, month)
        people = len(evidence.contributors)
        share = Proportion(people, max(people, evidence.base.people))
        weighed.append(MonthWeighed(month, _assess(limits, found.signal, evidence), share))
    return weighed


@dataclass(frozen=True, slots=True)
class AfterShipping:
    """What people said before something was shipped, and after: of the area, and of others, where nothing was shipped.
    `begin`, `end`: what is looked at; null where less than a day was collected on either side. Each comparison is null
    where nobody was active."""

    shipped_at: datetime
    begin: datetime | None
    end: datetime | None
    area: BeforeAndAfter | None
    comparison: BeforeAndAfter | None


def after_shipping(
    connection: Connection, zone: str, id: str, now: datetime, compare_with: str | None = None
) -> AfterShipping | None:
    """Whether it helped; None where the signal, or the one it was merged into, was not shipped. `compare_with`: another
    product area; without it, all others together."""
    routed = board.by_id(connection, [id]).get(id)
    if routed is not None and routed.merged_into is not None:
        routed = board.by_id(connection, [routed.merged_into]).get(routed.merged_into)
    if routed is None or routed.status != "shipped" or routed.answered_at is None:
        return None
    within = spans(signals.collected_since(connection), routed.answered_at, now)
    if within is None:
        return AfterShipping(routed.answered_at, None, None, None, None)
    about = [(each.theme, each.stage) for each in (routed, *board.by_id(connection, routed.parts).values())]
    own = signals.around(connection, zone, about, routed.area, within, other=False)
    area, other = (routed.area, True) if compare_with is None else (compare_with, False)
    compared = signals.around(connection, zone, about, area, within, other=other)
    return AfterShipping(
        routed.answered_at, within.begin, within.end, before_and_after(*own), before_and_after(*compared)
    )


def evidence_of(
    connection: Connection, zone: str, signal: SignalRow, most: int = 12
) -> Iterator[tuple[str | None, Evidence]]:
    """What a signal rests on in all (None), and in each of its last so many months in which somebody said so."""
    months = [each.month for each in signals.windows(connection, zone, [signal.signal_id]) if each.people]
    for month in (None, *months[-most:]):
        yield month, signals.evidence(connection, zone, signal, month)


def _evidence(
    connection: Connection,
    zone: str,
    signal: SignalRow,
    parts: Sequence[str],
    month: str | None = None,
    *,
    of: Base | None = None,
    by: signals.Said | None = None,
) -> Evidence:
    """The evidence of a signal and its parts, as it is weighed when the signal is routed. `of`, `by`: as of
    `signals.evidence`, of the signal itself."""
    own = signals.evidence(connection, zone, signal, month, of=of, by=by)
    theirs = (signals.evidence(connection, zone, replace(signal, signal_id=each), month, of=own.base) for each in parts)
    return together([own, *theirs]) or own


def _assess(limits: SignalLimits, signal: SignalRow, evidence: Evidence) -> Assessment:
    return limits.assess(evidence, signal.product_area, signal.theme, signal.stage)


def _months(first: str, last: str) -> list[str]:
    year, month = map(int, first.split("-"))
    found = [first]
    while found[-1] < last:
        year, month = year + month // 12, month % 12 + 1
        found.append(f"{year:04}-{month:02}")
    return found


def _shown(signal: SignalRow, assessment: Assessment, routed: board.BoardRow | None) -> SignalShown:
    return SignalShown(
        **asdict(signal),
        strength=assessment.strength,
        team_id=routed.team_id if routed else None,
        status=routed.status if routed else None,
        merged_into=routed.merged_into if routed else None,
    )


def _groups(contributors: signals.Mix, base: signals.Mix) -> list[GroupShown]:
    names: Iterable[str] = {*contributors, *base}
    ordered = sorted(names, key=lambda name: (-base.get(name, 0), name))
    return [GroupShown(each, contributors.get(each, 0), base.get(each, 0)) for each in ordered]
