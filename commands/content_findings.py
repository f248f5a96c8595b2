"""What the content store holds, as compared with the log: what is missing, quarantined or left over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from commands.content import answering
from domain.content import CONTENT, ContentDestroyed, ContentKept, name_of
from infra.content.store import ContentStore
from infra.log.application import Log


@dataclass(slots=True)
class ContentFindings:
    """What is kept, as compared with the log. `quarantined`: how many of these files. `missing`: the
    ids of content whose file is not there or is cut off. `left_over`: how many files nobody recorded; `of_erased`:
    people whose key is destroyed, and whose files are there; `unfinished`: how many files are coming in, or were when
    their process was killed.
    """

    kept: int = 0
    quarantined: int = 0
    missing: list[str] = field(default_factory=list)
    left_over: int = 0
    of_erased: list[str] = field(default_factory=list)
    unfinished: int = 0


PAGE = 500
"""How many events the comparison reads of the log at once."""


def compare(log: Log, store: ContentStore) -> ContentFindings:
    """Compare the content store with the log, in one pass through each. Raises UnreadableEvent, Refusal
    `unavailable`."""
    found, recorded = ContentFindings(), list[tuple[str, str, int, bool]]()
    for page in _kept_files(log):
        recorded += ((each.owner_id, each.content_id, each.size, each.quarantined) for each in page)
    # Only now: a file that is recorded meanwhile is there already.
    there: dict[str, dict[str, int | None]] = {}
    with answering():
        for owner, name, size in store.kept():
            there.setdefault(owner, {})[name] = size
        found.unfinished = store.unfinished()
    erased = log.vault.destroyed({owner for owner, *_ in recorded} | there.keys())
    for owner, content_id, size, quarantined in recorded:
        if owner in erased:
            continue
        if there.get(owner, {}).pop(name_of(content_id), None) == size:
            found.kept += 1
            found.quarantined += quarantined
        else:
            found.missing.append(content_id)
    found.of_erased = sorted(erased & there.keys())
    found.left_over = sum(len(names) for owner, names in there.items() if owner not in erased)
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
