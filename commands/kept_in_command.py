"""Files that commands keep: what a message brings itself, and what is too long for an event. Bytes are written before
the command's turn, since a store that does not answer would hold up all commands of the process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from commands.content import destroy, recorded_as
from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead, ReadAheadNeeded
from domain.content import CONTENT, id_of
from domain.conversation.inline_files import FileParts, HeldFile
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from infra.content.check import Verdict
from infra.content.store import Content, ContentMissing, ContentStore, ContentTooLarge, ContentTooMany
from infra.keys.sealing import SealBroken
from infra.keys.vault import SubjectErased


def keep_in_command(executor: CommandExecutor, owner_id: str, whole: bytes) -> tuple[str, list[Event]] | None:
    """Keep what a person sent, for a command that is deciding: the content id, and the event that records it; None
    where there is no content store, or the store does not take it. What a command that fails leaves is left over.

    Raises as `keep_all_in_command`.
    """
    (kept,) = keep_all_in_command(executor, owner_id, [HeldFile(whole)], checked=False)
    return kept


def keep_all_in_command(
    executor: CommandExecutor, owner_id: str, files: Sequence[FileParts], *, checked: bool = True
) -> list[tuple[str, list[Event]] | None]:
    """The same for several files, in order. `checked`: they are files, which are checked as uploads are.

    The owner has to be the same each time the command is decided. Raises ReadAheadNeeded, Refusal `customer-erased`.
    """
    store = executor.content
    if store is None:
        return [None] * len(files)
    what, written = _what(owner_id, files), _writing(executor, store, owner_id, files, checked=checked)
    found = executor.read_ahead(what, {}, written)
    if isinstance(found, SubjectErased):
        raise found
    kept: list[tuple[str, list[Event]] | None] = []
    for each in found:
        if each is None:
            kept.append(None)
            continue
        id = id_of(each.content.name)
        known = executor.load(CONTENT, id).state
        if known is not None and known.destroyed:
            raise ReadAheadNeeded(what, written)
        kept.append((id, [] if known else [recorded_as(owner_id, each.content, each.verdict)]))
    return kept


@dataclass(frozen=True, slots=True)
class KeptAhead:
    """Files that were kept before a command was first decided: for the executor, what was read ahead, and the streams
    of the files."""

    read_ahead: Mapping[str, ReadAhead[_Kept]]
    streams: Sequence[str]


def keep_ahead(executor: CommandExecutor, owner_id: str, files: Sequence[FileParts]) -> KeptAhead:
    """Keep files that a command will want to keep with `keep_all_in_command`, for whose files they probably are. Where
    that is so, the command is decided once; else it keeps them for somebody else, as if nothing had been kept.

    Raises Overloaded.
    """
    if executor.content is None or not files:
        return KeptAhead({}, ())
    kept = _writing(executor, executor.content, owner_id, files, checked=True)()
    names = () if isinstance(kept.value, SubjectErased) else [each.content.name for each in kept.value if each]
    return KeptAhead({_what(owner_id, files): kept}, [*map(id_of, names)])


def _what(owner_id: str, files: Sequence[FileParts]) -> str:
    sums = hashlib.sha256(b"".join(each.sum for each in files)).hexdigest()
    return f"content of {owner_id}: {sums}"


def _writing(
    executor: CommandExecutor, store: ContentStore, owner_id: str, files: Sequence[FileParts], *, checked: bool
) -> Callable[[], ReadAhead[_Kept]]:
    def written() -> ReadAhead[_Kept]:
        try:
            return ReadAhead({}, [_written(executor, store, owner_id, each, checked=checked) for each in files])
        except SubjectErased as erased:
            return ReadAhead({}, erased)

    return written


@dataclass(frozen=True, slots=True)
class _InStore:
    """What is in the store, and what the check found."""

    content: Content
    verdict: Verdict | None


_Kept = Sequence[_InStore | None] | SubjectErased
"""For each file, what is in the store; or that the owner is erased."""


def _written(
    executor: CommandExecutor, store: ContentStore, owner_id: str, file: FileParts, *, checked: bool
) -> _InStore | None:
    """None where the store does not take it. Raises SubjectErased, Overloaded."""
    try:
        content = store.keep_soon(owner_id, file.parts())
        known = executor.read(CONTENT, id_of(content.name)).state
        if known is not None and known.destroyed:
            # A process died before it removed the bytes.
            store.remove(owner_id, content.name)
            content, known = store.keep_soon(owner_id, file.parts()), None
        return _InStore(content, store.verdict(owner_id, content.name) if checked and known is None else None)
    except (ContentTooLarge, ContentTooMany, ContentMissing, SealBroken, OSError):
        return None


def destroy_unused(executor: CommandExecutor, *drawn_ids: str) -> None:
    """Remove what was kept for these ids, which a command drew for new people, where they are nobody's: another command
    made the people known first, and the files are kept under their ids. What cannot be removed now is left over."""
    if executor.content is None:
        return
    with suppress(Refusal):
        # Without a key, nothing was kept: the store need not be asked.
        keys = executor.log.vault.keys(drawn_ids)
        destroy(executor, *(each for each in drawn_ids if keys.get(each) and executor.read(each).state is None))
