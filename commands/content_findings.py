"""What the content store holds, as compared with the log: what is missing, quarantined or left over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from commands.content import answering
from domain.content import CONTENT, ContentDestroyed, ContentKept, name_of
from domain.kernel.refusal import Refusal
from infra.content.store import ContentStore
from infra.log.application import Log


@dataclass(slots=True)
class ContentFindings:
    """What is kept, as compared with the log. `quarantined`: how many of these files. `missing`: the
    ids of content whose file is not there or is cut off. `left_over`: how many files nobody recorded; `of_erased`:
    people whose key is destroyed, and whose files are there.
    """

    kept: int = 0
    quarantined: int = 0
    missing: list[str] = field(default_factory=list)
    left_over: int = 0
    of_erased: list[str] = field(default_factory=list)


PAGE = 500
"""How many events the comparison reads of the log at once, and how many files it compares."""


def compare(log: Log, store: ContentStore) -> ContentFindings:
    """Compare the content store with the log. Raises UnreadableEvent, Refusal `unavailable`."""
    found, recorded = ContentFindings(), dict[str, set[str]]()
    for page in _kept_files(log):
        erased = log.vault.destroyed({each.owner_id for each in page})
        for event in (each for each in page if each.owner_id not in erased):
            recorded.setdefault(event.owner_id, set()).add(name_of(event.content_id))
            if _is_there(store, event):
                found.kept += 1
                found.quarantined += event.quarantined
            else:
                found.missing.append(event.content_id)
    with answering():
        names = {owner: set(store.names(owner)) for owner in store.owners()}
    found.of_erased = sorted(log.vault.destroyed(names))
    found.left_over = sum(len(names[each] - recorded.get(each, set())) for each in names.keys() - {*found.of_erased})
    return found


def _kept_files(log: Log) -> Iterator[Sequence[ContentKept]]:
    """What was recorded of all files that were not destroyed, some files at a time."""
    kept: dict[str, ContentKept] = {}
    after = "", 0
    while page := log.of_kind(CONTENT.kind, after, PAGE):
        for recorded in page:
            match recorded.event:
                case ContentKept() as event:
                    # With the first event of a stream, all those before have come to their ends.
                    if len(kept) >= PAGE:
                        yield list(kept.values())
                        kept.clear()
                    kept[event.content_id] = event
                case ContentDestroyed():
                    kept.pop(recorded.originator_id, None)
        after = page[-1].originator_id, page[-1].originator_version
    yield list(kept.values())


def _is_there(store: ContentStore, event: ContentKept) -> bool:
    try:
        with answering():
            return store.size(event.owner_id, name_of(event.content_id)) == event.size
    except Refusal as refusal:
        if refusal.code != "content-missing":
            raise
        return False
