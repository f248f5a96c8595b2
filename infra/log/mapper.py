"""The mapper: events to bytes and back, sealed and versioned. An event that cannot be read is named, with the
reason."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
)
from eventsourcing.utils import register_topic
from pydantic import ValidationError
from pydantic_core import from_json, to_json

import domain.catalogue
from domain.kernel.event import EVENTS, Draft, Envelope, Event, Recorded
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.kernel.values import Fields
from infra.keys.sealing import EventSeals, Replace, SealBroken, fields_of, replace_personal
from infra.keys.vault import Vault
from infra.log.reason import opened_envelope, sealed_envelope, subjects_of

for _name, _event_class in domain.catalogue.EVENTS.items():
    register_topic(_name, _event_class)


@dataclass(frozen=True)
class Record(Notification):
    """A stored event at its position (`id`), with the time at which the log took it in."""

    recorded_at: datetime


class UnreadableEvent(MapperDeserialisationError, Refusal):
    """A stored event that this version of the project cannot read; `code` says why. Never its content."""

    def __init__(self, code: str, stored: StoredEvent, why: str) -> None:
        place = f"{stored.topic} in {stored.originator_id} version {stored.originator_version}"
        Refusal.__init__(self, code, f"{place}: {why}")


class SealingMapper(Mapper[str]):
    """Writes `{"v": schema version, "e": envelope, "d": data}` as JSON, personal texts and the reason sealed.

    Old versions are upcast on read. A newer version is refused: to drop what one does not understand would lose it.
    """

    def __init__(self, vault: Vault) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self._vault = vault

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Seal and encode a draft. Raises SubjectErased, Overloaded."""
        assert isinstance(domain_event, Draft)
        return self.to_stored_events([domain_event])[0]

    def to_stored_events(self, drafts: Sequence[Draft[Event]]) -> list[StoredEvent]:
        """Seal and encode many drafts. Raises SubjectErased, Overloaded."""
        # Step by step, not draft by draft: a processor repeats what it has just done in half of the time.
        documents = [draft.event.model_dump(mode="json") for draft in drafts]
        seals = EventSeals(self._vault.of_subject)
        envelopes: list[Envelope | Fields] = [draft.envelope for draft in drafts]
        for number, (draft, data) in enumerate(zip(drafts, documents, strict=True)):
            place = f"{draft.originator_id}/{draft.originator_version}/"
            sealed = partial(_sealed, seals, place)
            replace_personal(type(draft.event), data, sealed)
            if draft.envelope.reason:
                envelopes[number] = sealed_envelope(draft, data, sealed) or draft.envelope
        # The envelope without fields that are None. (Data keeps its None.)
        states = [
            to_json({"v": draft.event.schema_version, "e": envelope, "d": data}, exclude_none=True)
            for draft, envelope, data in zip(drafts, envelopes, documents, strict=True)
        ]
        return [
            StoredEvent(draft.originator_id, draft.originator_version, draft.event.stored_name, state)
            for draft, state in zip(drafts, states, strict=True)
        ]

    def to_domain_event(self, stored_event: StoredEvent) -> Draft[Event]:
        """Decode and open one event, wherever it stands in the log. Raises UnreadableEvent, Overloaded."""
        return self._to_drafts([stored_event], opened=True)[0]

    def to_recorded(self, records: Sequence[Record], *, opened: bool = True) -> list[Recorded[Event]]:
        """Decode many records, and open them with one query to the key store; without `opened`, personal texts read as
        erased and the key store is not asked. Raises UnreadableEvent for the first record that cannot be read."""
        drafts = self._to_drafts(records, opened=opened)
        return [draft.recorded(each.id, each.recorded_at) for each, draft in zip(records, drafts, strict=True)]

    def _to_drafts(self, stored: Sequence[StoredEvent], *, opened: bool) -> list[Draft[Event]]:
        parsed = [_parse(each) for each in stored]
        if not opened:
            return [_draft(each, *parts, _erased, _erased) for each, parts in zip(stored, parsed, strict=True)]
        subjects = {field.subject(data) for cls, _, data, _ in parsed for field in fields_of(cls) if field.of in data}
        subjects.update(subject for cls, envelope, data, _ in parsed for subject in subjects_of(cls, envelope, data))
        keys = self._vault.of_subjects(subjects) if subjects else {}
        withheld = self._vault.withheld() if subjects else frozenset()
        there = {subject: each for subject, each in keys.items() if each is not None}
        opening = _Opening(keys.keys() - there.keys(), keys.keys(), EventSeals(there.__getitem__))
        return [
            _draft(each, *parts, _erased, _erased)
            if _place(each) in withheld
            else _draft(each, *parts, partial(_opened, each, opening), partial(_never_sealed, opening))
            for each, parts in zip(stored, parsed, strict=True)
        ]

    def subjects(self, stored: Sequence[StoredEvent]) -> set[str]:
        """The people under whose keys texts of these events are sealed. Raises UnreadableEvent."""
        found: set[str] = set()

        def note(text: str, subject: str, field: str) -> str:
            found.add(subject)
            return text

        for each in stored:
            event_class, _, data, version = _parse(each)
            replace_personal(event_class, data, note, version=version, unsealed=_erased)
        return found

    def to_events(self, stored: Sequence[StoredEvent]) -> list[Event]:
        """Decode events for decisions: without envelopes, and with every personal text read as erased, since no
        decision depends on one. The key store is not asked. Raises UnreadableEvent for the first that cannot be
        read."""
        events = []
        for each in stored:
            event_class, _, data, _ = _parse(each)
            try:
                events.append(event_class.model_validate(replace_personal(event_class, data, _erased)))
            except _MISFITS as error:
                raise _invalid(each, error) from None
        return events


def _draft(
    stored: StoredEvent,
    event_class: type[Event],
    envelope: dict[str, Any],
    data: dict[str, Any],
    version: int,
    text: Replace,
    unsealed: Replace,
) -> Draft[Event]:
    try:
        return Draft(
            originator_id=str(stored.originator_id),
            originator_version=stored.originator_version,
            event=event_class.model_validate(
                replace_personal(event_class, data, text, version=version, unsealed=unsealed)
            ),
            envelope=Envelope.model_validate(opened_envelope(event_class, envelope, data, text, unsealed)),
        )
    except SealBroken as error:
        raise UnreadableEvent("seal-broken", stored, str(error)) from None
    except _MISFITS as error:
        raise _invalid(stored, error) from None


def _place(stored: StoredEvent) -> tuple[str, int]:
    return str(stored.originator_id), stored.originator_version


@dataclass(frozen=True, slots=True)
class _Opening:
    """What opens the texts of some events. `erased`: of whom the keys are destroyed; `known`: of whom there are any, or
    were."""

    erased: Set[str]
    known: Set[str]
    seals: EventSeals


def _opened(stored: StoredEvent, opening: _Opening, sealed: str, subject: str, at: str) -> str:
    if subject not in opening.known:
        raise UnreadableEvent("key-missing", stored, f"the key store has never had a key of {subject}")
    if subject in opening.erased:
        return ERASED
    place = f"{stored.originator_id}/{stored.originator_version}/"
    text = opening.seals.open(sealed, subject, place, at)
    return ERASED if text is None else text


def _never_sealed(opening: _Opening, text: str, subject: str, at: str) -> str:
    """A text of an event that was written before its field was sealed: nobody reads it once its person is erased."""
    return ERASED if subject in opening.erased else text


def _sealed(seals: EventSeals, place: str, text: str, subject: str, at: str) -> str:
    return seals.seal(text, subject, place, at)


def _erased(text: str, subject: str, at: str) -> str:
    return ERASED


_MISFITS = (ValidationError, LookupError, TypeError, AttributeError)
"""The errors of data that does not have the event's shape."""


def _invalid(stored: StoredEvent, error: Exception) -> UnreadableEvent:
    # Only where it fails, never the value: the text may be personal, and errors are logged.
    wrong = error.errors(include_input=False) if isinstance(error, ValidationError) else []
    where = ", ".join(".".join(map(str, each["loc"])) for each in wrong) or "its shape"
    return UnreadableEvent("data-invalid", stored, f"does not fit the event's fields: {where}")


def _parse(stored: StoredEvent) -> tuple[type[Event], dict[str, Any], dict[str, Any], int]:
    """The class, the envelope, the data brought up to date, and the version in which it was written."""
    event_class = EVENTS.get(stored.topic)
    if event_class is None:
        raise UnreadableEvent("name-unknown", stored, "this version of the project does not know the event")
    try:
        state = from_json(stored.state)
    except ValueError:
        state = None
    if not isinstance(state, dict):
        state = {}
    version, envelope, data = state.get("v"), state.get("e"), state.get("d")
    if not (isinstance(version, int) and version >= 1 and isinstance(envelope, dict) and isinstance(data, dict)):
        raise UnreadableEvent("not-decodable", stored, "its bytes are not one of our JSON documents")
    if version > event_class.schema_version:
        raise UnreadableEvent("version-newer", stored, f"written as version {version}; upgrade this process first")
    try:
        for old in range(version, event_class.schema_version):
            data = event_class.upcasts[old](data)
    except Exception as error:  # an upcast meets whatever was stored, and its error may quote that
        why = f"version {version} cannot be brought up to date ({type(error).__name__})"
        raise UnreadableEvent("upcast-failed", stored, why) from None
    return event_class, envelope, data, version
