"""The content store: sealed, named by what is sealed, kept once for each person, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import random
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import puremagic
import pytest
from puremagic.main import magic_footer_array, magic_header_array

from infra.content.folder import Folder
from infra.content.media_type import HEAD, SHOWN_INLINE, UNKNOWN, media_type
from infra.content.sealing import CHUNK, HEADER, TAG, claim_of
from infra.content.store import ContentMissing, ContentStore, ContentTooLarge, ContentTooMany
from infra.file_to_write import NotAFile
from infra.keys.sealing import SealBroken
from infra.keys.vault import SubjectErased
from infra.log.memory import MemoryVault
from tests.support.marker_scan import STEM, files, scan

ADA, BOB = "customer-ada", "customer-bob"
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault(lambda: datetime.now(UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "content")


@pytest.fixture
def store(folder: Folder, vault: MemoryVault) -> ContentStore:
    return ContentStore(folder, vault, most_bytes=4 * CHUNK, most_files=20)


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def in_parts(whole: bytes, size: int = 10_000) -> Iterator[bytes]:
    yield from (whole[at : at + size] for at in range(0, len(whole), size))


def path_of(tmp_path: Path, owner: str, name: str) -> Path:
    return tmp_path / "content" / owner / "content" / name


# -- what is kept is given back


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_and_so_does_any_range_of_it(size: int, store: ContentStore) -> None:
    # Given
    whole = content(size)
    kept = store.keep(ADA, in_parts(whole))
    # Then
    assert (kept.size, store.size(ADA, kept.name)) == (size, size)
    assert b"".join(store.read(ADA, kept.name)) == whole
    assert kept.plain_sum == hashlib.sha256(whole).hexdigest()
    edges = sorted({0, 1, size // 2, CHUNK - 1, CHUNK, CHUNK + 1, max(size - 1, 0), size, size + 9})
    for start in edges:
        for end in (edge for edge in edges if edge >= start):
            assert b"".join(store.read(ADA, kept.name, start, end)) == whole[start:end], (start, end)


def test_its_name_is_the_sum_of_what_is_sealed(store: ContentStore, tmp_path: Path) -> None:
    # When
    kept = store.keep(ADA, [content(CHUNK + 1)])
    # Then
    path = path_of(tmp_path, ADA, kept.name)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == kept.name
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert store.is_whole(ADA, kept.name)
    assert list(store.names(ADA)) == [kept.name]
    assert list(store.owners()) == [ADA]


def test_the_same_file_of_one_person_is_kept_once(store: ContentStore) -> None:
    # When
    names = [store.keep(ADA, in_parts(content(size), part)).name for size in (5, CHUNK) for part in (1_000, 7)]
    # Then
    assert len(set(names)) == len(list(store.names(ADA))) == 2


def test_the_same_file_of_two_people_is_kept_twice(store: ContentStore, vault: MemoryVault) -> None:
    # When
    of_ada, of_bob = (store.keep(who, [content(99)]) for who in (ADA, BOB))
    # Then
    assert of_ada.name != of_bob.name
    plain = bytes.fromhex(of_ada.plain_sum)
    assert claim_of(vault.key(ADA), plain) != claim_of(vault.key(BOB), plain)
    with pytest.raises(ContentMissing):
        store.read(ADA, of_bob.name)


def test_a_file_whose_bytes_are_gone_is_kept_anew(store: ContentStore, tmp_path: Path) -> None:
    # Given
    gone = store.keep(ADA, [content(99)]).name
    path_of(tmp_path, ADA, gone).unlink()
    assert not store.is_whole(ADA, gone)
    # When
    kept = store.keep(ADA, [content(99)])
    # Then
    assert b"".join(store.read(ADA, kept.name)) == content(99)


def test_memory_does_not_grow_with_the_file(folder: Folder, vault: MemoryVault) -> None:
    # Given
    large = ContentStore(folder, vault, most_bytes=10**9, most_files=5)
    parts, size = 500, 50_000
    tracemalloc.start()
    try:
        # When
        kept = large.keep(ADA, (bytes(size) for _ in range(parts)))
        read = sum(len(part) for part in large.read(ADA, kept.name))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Then
    assert read == parts * size
    assert peak < 20 * CHUNK


# -- what is erased, and what is seen of it


def test_nothing_of_a_file_can_be_told_without_the_key(store: ContentStore, vault: MemoryVault, tmp_path: Path) -> None:
    # Given
    kept = store.keep(ADA, [f"{STEM}secret".encode() * 10_000])
    # Then
    seen = list(files(tmp_path))
    assert len(seen) == 2
    assert scan([f"{STEM}secret"], seen) == []
    assert kept.plain_sum.encode() not in b"".join(content + name.encode() for name, content in seen)
    # When
    vault.destroy(ADA)
    # Then
    with pytest.raises(SubjectErased):
        store.read(ADA, kept.name)
    with pytest.raises(SubjectErased):
        store.keep(ADA, [b"more"])


def test_whoever_is_forgotten_leaves_no_file(store: ContentStore) -> None:
    # Given
    for who in (ADA, BOB):
        store.keep(who, [content(5)])
    # When
    for _ in range(2):
        store.forget(ADA)
    # Then
    assert list(store.owners()) == [BOB]
    assert list(store.names(ADA)) == []


# -- what is broken is found


def changed(sealed: bytes, how: str) -> bytes:
    first, second = HEADER, HEADER + CHUNK + TAG
    match how:
        case "a bit":
            return sealed[:-1] + bytes([sealed[-1] ^ 1])
        case "its salt":
            return sealed[: HEADER - 1] + bytes([sealed[HEADER - 1] ^ 1]) + sealed[HEADER:]
        case "its beginning":
            return b"x" + sealed[1:]
        case "two chunks in another order":
            return (
                sealed[:first]
                + sealed[second : second + CHUNK + TAG]
                + sealed[first:second]
                + sealed[second * 2 - first :]
            )
        case "without its last chunk":
            return sealed[: second * 2 - first]
        case "cut within a chunk":
            return sealed[:-9]
        case "cut to an empty chunk":
            return sealed[:-5]
        case "longer":
            return sealed + b"x"
        case _:
            return b""


@pytest.mark.parametrize(
    "how",
    ["a bit", "its salt", "its beginning", "two chunks in another order", "without its last chunk",
     "cut within a chunk", "cut to an empty chunk", "longer", "empty"],
)  # fmt: skip
def test_what_was_changed_does_not_open(how: str, store: ContentStore, tmp_path: Path) -> None:
    # Given
    kept = store.keep(ADA, [content(2 * CHUNK + 5)])
    path = path_of(tmp_path, ADA, kept.name)
    # When
    path.write_bytes(changed(path.read_bytes(), how))
    # Then
    with pytest.raises(SealBroken):
        b"".join(store.read(ADA, kept.name))
    assert not store.is_whole(ADA, kept.name)


def test_what_was_moved_to_another_person_does_not_open(store: ContentStore, tmp_path: Path) -> None:
    # Given
    of_ada, of_bob = (store.keep(who, [content(5)]).name for who in (ADA, BOB))
    # When
    path_of(tmp_path, BOB, of_bob).rename(path_of(tmp_path, ADA, of_ada))
    # Then
    with pytest.raises(SealBroken):
        b"".join(store.read(ADA, of_ada))


# -- limits, and paths


def test_a_file_over_the_limit_leaves_nothing(store: ContentStore, tmp_path: Path) -> None:
    with pytest.raises(ContentTooLarge):
        store.keep(ADA, in_parts(content(4 * CHUNK + 1)))
    assert list(files(tmp_path)) == []
    assert store.keep(ADA, in_parts(content(4 * CHUNK))).size == 4 * CHUNK


def test_one_person_has_so_many_files_and_no_more(folder: Folder, vault: MemoryVault) -> None:
    # Given
    few = ContentStore(folder, vault, most_bytes=10, most_files=2)
    names = [few.keep(ADA, [content(size)]).name for size in (1, 2)]
    # Then
    with pytest.raises(ContentTooMany):
        few.keep(ADA, [content(3)])
    assert few.keep(ADA, [content(2)]).name == names[1]
    assert few.keep(BOB, [content(3)]).size == 3


def test_a_sender_who_breaks_off_leaves_nothing(store: ContentStore, tmp_path: Path) -> None:
    # Given
    def broken() -> Iterator[bytes]:
        yield content(CHUNK * 2)
        raise ConnectionError

    # When
    with pytest.raises(ConnectionError):
        store.keep(ADA, broken())
    # Then
    assert list(files(tmp_path)) == []


def test_what_a_killed_process_was_writing_is_removed_once_old(folder: Folder, tmp_path: Path) -> None:
    # Given
    with folder.writing(ADA):
        pass
    for name, age in (("old", 7_200), ("new", 0)):
        path = tmp_path / "content" / "unfinished" / name
        path.write_bytes(b"half of it")
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    # Then
    assert folder.remove_unfinished(3_600) == 1
    assert [Path(name).name for name, _ in files(tmp_path)] == ["new"]


@pytest.mark.parametrize("link", ["content", f"content/{ADA}", f"content/{ADA}/content", "content/unfinished"])
def test_nothing_is_written_through_a_link(link: str, store: ContentStore, tmp_path: Path) -> None:
    # Given
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / link).symlink_to(elsewhere)
    # Then
    with pytest.raises(NotAFile):
        store.keep(ADA, [b"words"])
    assert list(elsewhere.rglob("*")) == []


@pytest.mark.parametrize("name", ["../../x", "", "a" * 63, "A" * 64, "a" * 64 + "\n", "/etc/passwd"])
def test_a_name_is_a_sum_and_leads_nowhere_else(name: str, store: ContentStore) -> None:
    with pytest.raises(NotAFile):
        store.read(ADA, name)
    with pytest.raises(NotAFile):
        store.forget(name)


# -- what a file is


@pytest.mark.parametrize(
    ("head", "type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"%PDF-1.7\n%", "application/pdf"),
        (b"<html><script>alert(1)</script>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "image/svg+xml"),
        ("Grüße\tand\r\nwords".encode(), "text/plain"),
        (("x" * (HEAD - 1) + "ü").encode()[:HEAD], "text/plain"),
        (b"words\x1b[31m", UNKNOWN),
        (b"\x00\x01\x02" * 30, UNKNOWN),
        (b"", UNKNOWN),
    ],
)  # fmt: skip
def test_the_type_is_what_the_first_bytes_tell(head: bytes, type: str) -> None:
    assert media_type(head) == type


def test_nothing_that_runs_is_shown_in_place() -> None:
    assert not {"text/html", "image/svg+xml", "application/pdf", UNKNOWN} & SHOWN_INLINE


def test_a_type_is_told_as_the_library_tells_it(chance: random.Random) -> None:
    """Whatever signs stand in a file, where they stand or elsewhere, and whatever was asked before."""
    begins = chance.sample([each for each in magic_header_array if each.offset + len(each.byte_match) <= HEAD], 20)
    heads = [b"x" * each.offset + each.byte_match + b"x" * length for each in begins for length in (0, 9)]
    heads += [b"<a>" + each.byte_match + b"x" * (-each.offset - len(each.byte_match)) for each in magic_footer_array]
    heads += [chance.choice(heads)[: chance.randrange(1, 20)] + chance.choice(heads) for _ in range(20)]
    for head in chance.sample(heads, len(heads)):
        told = media_type(head[:HEAD])
        try:
            assert told == (puremagic.from_string(head[:HEAD], mime=True) or told)
        except puremagic.PureError:
            assert told in ("text/plain", UNKNOWN)
