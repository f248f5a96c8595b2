"""The reason of a command in its envelope: a colleague's free text, sealed under the keys of all people whom the event
names.

It is sealed under one key after the other, so that the erasure of any of them is its end. Beside a sealed reason,
`reason_of` says under whose keys, in the order of sealing. A former release sealed no reason: without `reason_of`, the
reason is as it was written, and nobody reads it once one of those people is erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.kernel.event import Draft, Event
from domain.kernel.personal import ERASED, concerned
from domain.kernel.values import Fields
from infra.keys.sealing import Replace
from infra.keys.vault import SubjectErased

PATH = "envelope.reason"
"""The path to which the seal is bound; no field of an event has it."""


def subjects_of(event_class: type[Event], envelope: Mapping[str, object], data: Mapping[str, object]) -> Iterable[str]:
    """Whose keys open the reason, or would if it was sealed; nobody's where there is none, or where it stays."""
    if not envelope.get("reason") or event_class.keeps_reason:
        return ()
    if "reason_of" not in envelope:
        return concerned(data)
    of = envelope["reason_of"]
    return of if isinstance(of, list) and all(isinstance(each, str) for each in of) else ()


def sealed_envelope(draft: Draft[Event], data: Mapping[str, object], sealed: Replace) -> Fields | None:
    """The envelope of a draft with this data, its reason sealed; None where there is nothing to seal.

    Who is erased has no key, and nothing more is written about them: the reason is sealed under the keys of the others.
    Where there are none, no reason is kept. Raises Overloaded.
    """
    envelope = draft.envelope.model_dump(mode="json", exclude_none=True)
    of = []
    for subject in (subjects := subjects_of(type(draft.event), envelope, data)):
        try:
            envelope["reason"] = sealed(envelope["reason"], subject, PATH)
        except SubjectErased:
            continue
        of.append(subject)
    if not subjects:
        return None
    return {**envelope, "reason_of": of} if of else {**envelope, "reason": ERASED}


def opened_envelope(
    event_class: type[Event], envelope: Fields, data: Mapping[str, object], text: Replace, unsealed: Replace
) -> Fields:
    """An envelope with its reason opened by `text`, or by `unsealed` where it was never sealed. Raises TypeError."""
    subjects = [*subjects_of(event_class, envelope, data)]
    opened = dict(envelope)
    was_sealed = opened.pop("reason_of", None) is not None
    if was_sealed and not subjects:
        raise TypeError("reason_of is no list of ids")
    open_with = text if was_sealed else unsealed
    for subject in reversed(subjects):
        if opened["reason"] == ERASED:
            break
        opened["reason"] = open_with(opened["reason"], subject, PATH)
    return opened
