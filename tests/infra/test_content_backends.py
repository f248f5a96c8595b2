"""The contract of a place for sealed bytes, kept by a folder and by an S3-compatible store."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

import psutil
import pytest

from infra.content.backend import Backend
from infra.content.bucket import PART, Bucket, BucketError
from infra.content.folder import Folder
from infra.content.sealing import CHUNK
from infra.content.store import ContentMissing, ContentStore
from infra.file_to_write import NotAFile
from infra.keys.vault import SubjectErased
from infra.log.memory import MemoryVault
from tests.support.marker_scan import STEM, scan
from tests.support.objects import S3Server, a_prefix

ADA, BOB = "customer-ada", "customer-ada-2"
ROOT = Path(__file__).parents[2]
NAME, OTHER = "a" * 64, "b" * 64
SIZES = (0, 1, PART, PART + 1, 2 * PART + 5)


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def write(backend: Backend, owner: str, name: str, whole: bytes) -> None:
    with backend.writing(owner) as writing:
        for at in range(0, len(whole), 300_000):
            writing.write(whole[at : at + 300_000])
        writing.keep(name)


def read(backend: Backend, owner: str, name: str, start: int = 0, end: int = 10**9) -> bytes:
    return b"".join(backend.read(owner, name, start, end))


class Contract:
    """What every backend promises."""

    def everything(self) -> dict[str, bytes]:
        """All that the place holds, by path, as somebody else would see it."""
        raise NotImplementedError

    @pytest.mark.parametrize("size", SIZES)
    def test_bytes_come_back_and_so_does_any_range(self, backend: Backend, size: int) -> None:
        # Given
        whole = content(size)
        write(backend, ADA, NAME, whole)
        # Then
        assert backend.size(ADA, NAME) == size
        assert read(backend, ADA, NAME) == whole
        for start, end in ((0, 1), (1, 7), (PART - 2, PART + 2), (size - 3, size), (size, size + 9)):
            if start >= 0:
                assert read(backend, ADA, NAME, start, end) == whole[start:end], (start, end)

    def test_what_is_there_is_listed_by_owner_and_name(self, backend: Backend) -> None:
        # Given
        assert (list(backend.owners()), list(backend.names(ADA)), list(backend.kept())) == ([], [], [])
        for owner, name, size in ((ADA, NAME, 5), (ADA, OTHER, PART + 3), (BOB, NAME, 0)):
            write(backend, owner, name, content(size))
        # Then
        assert sorted(backend.owners()) == [ADA, BOB]
        assert sorted(backend.names(ADA)) == [NAME, OTHER]
        assert sorted(backend.kept()) == [(ADA, NAME, 5), (ADA, OTHER, PART + 3), (BOB, NAME, 0)]
        assert backend.size(BOB, OTHER) is None
        with pytest.raises(FileNotFoundError):
            read(backend, BOB, OTHER)

    def test_what_is_there_under_a_name_stays(self, backend: Backend) -> None:
        # Given
        write(backend, ADA, NAME, b"first")
        # When
        write(backend, ADA, NAME, content(PART + 1))
        # Then
        assert (read(backend, ADA, NAME), backend.unfinished(), len(self.everything())) == (b"first", 0, 1)

    @pytest.mark.parametrize("size", [5, PART + 1])
    def test_what_is_not_kept_leaves_nothing(self, backend: Backend, size: int) -> None:
        # When
        with suppress(ConnectionError), backend.writing(ADA) as writing:
            writing.write(content(size))
            raise ConnectionError
        # Then
        assert (self.everything(), backend.unfinished()) == ({}, 0)

    def test_what_is_removed_is_gone_and_nothing_else(self, backend: Backend) -> None:
        # Given
        for name, size in ((NAME, PART + 1), (OTHER, 5)):
            write(backend, ADA, name, content(size))
        write(backend, BOB, NAME, b"Bob's")
        for _ in range(2):
            # When
            backend.remove(ADA, NAME)
            # Then
            assert (backend.size(ADA, NAME), read(backend, ADA, OTHER)) == (None, content(5))
        assert len(self.everything()) == 2
        for _ in range(2):
            # When
            backend.remove_all(ADA)
            # Then
            assert (list(backend.owners()), list(self.everything().values())) == ([BOB], [b"Bob's"])

    def test_a_note_is_written_over_and_goes_with_its_owner(self, backend: Backend) -> None:
        # Given
        assert backend.note(ADA, NAME) is None
        for text in (b"one", b"two"):
            backend.write_note(ADA, NAME, text)
            assert backend.note(ADA, NAME) == text
        assert backend.note(BOB, NAME) is None
        # When
        backend.remove_all(ADA)
        # Then
        assert (backend.note(ADA, NAME), self.everything()) == (None, {})

    @pytest.mark.parametrize("place", ["../x", "", "customer-a/b", "A" * 64, "a" * 64 + "\n"])
    def test_an_owner_and_a_name_lead_nowhere_else(self, backend: Backend, place: str) -> None:
        for asked in (
            lambda: backend.size(ADA, place),
            lambda: backend.note(ADA, place),
            lambda: write(backend, place, NAME, b"x"),
            lambda: write(backend, ADA, place, b"x"),
            lambda: backend.remove_all(place),
        ):
            with pytest.raises(NotAFile):
                asked()
        assert self.everything() == {}

    def test_an_interrupted_file_is_seen_and_never_read(self, backend: Backend) -> None:
        # Given a process that goes no further
        abandoned = backend.writing(ADA)
        abandoned.__enter__().write(content(2 * PART))
        # Then
        assert (list(backend.kept()), list(backend.names(ADA)), backend.unfinished()) == ([], [], 1)
        assert backend.remove_unfinished(3_600) == 0
        assert backend.remove_unfinished(-3_600) == 1
        assert (self.everything(), backend.unfinished()) == ({}, 0)

    def test_the_store_keeps_its_promises_there(self, backend: Backend) -> None:
        # Given
        vault = MemoryVault(lambda: datetime.now(UTC))
        store = ContentStore(backend, vault, most_bytes=9 * PART, most_files=2)
        whole = f"{STEM}secret ".encode() * (PART // 10)
        # When
        kept, again = (store.keep(ADA, (whole[at : at + 70_000] for at in range(0, len(whole), 70_000))) for _ in "12")
        # Then
        assert (again, list(store.kept())) == (kept, [(ADA, kept.name, len(whole))])
        assert b"".join(store.read(ADA, kept.name)) == whole
        assert b"".join(store.read(ADA, kept.name, PART - 9, PART + CHUNK)) == whole[PART - 9 : PART + CHUNK]
        assert store.is_whole(ADA, kept.name)
        seen = self.everything()
        assert scan([f"{STEM}secret"], seen.items()) == []
        assert hashlib.sha256(whole).hexdigest() not in f"{seen}"
        # When the key is destroyed, and then the bytes
        vault.destroy(ADA)
        with pytest.raises(SubjectErased):
            store.read(ADA, kept.name)
        store.forget(ADA)
        # Then
        assert self.everything() == {}
        with pytest.raises(ContentMissing):
            store.read(ADA, kept.name)

    @pytest.mark.faults
    @pytest.mark.processes
    def test_a_put_that_is_killed_half_way_leaves_nothing_readable(self, backend: Backend, place: object) -> None:
        # Given
        write(backend, ADA, OTHER, b"before")
        uploading = subprocess.Popen(
            [sys.executable, "-m", "tests.support.upload_process", ADA, json.dumps(place)],
            stdin=PIPE,
            stdout=PIPE,
            cwd=ROOT,
        )
        with uploading:
            assert uploading.stdout is not None
            try:
                assert uploading.stdout.readline() == b"ready\n"
            finally:
                # When
                uploading.kill()
        # Then
        assert (list(backend.kept()), backend.unfinished()) == ([(ADA, OTHER, 6)], 1)
        assert backend.size(ADA, NAME) is None
        # And an erasure reaches it, or a later start.
        backend.remove_unfinished(-3_600)
        assert list(self.everything().values()) == [b"before"]

    @pytest.mark.faults
    @pytest.mark.long_only
    def test_memory_stays_flat_with_a_large_file(self, backend: Backend) -> None:
        # Given
        store = ContentStore(backend, MemoryVault(lambda: datetime.now(UTC)), most_bytes=10**9, most_files=2)
        part = bytes(1_000_000)
        store.keep(ADA, [part] * 10)
        before = psutil.Process().memory_info().rss
        # When
        kept = store.keep(BOB, (part for _ in range(150)))
        size = sum(len(each) for each in store.read(BOB, kept.name))
        # Then
        assert size == 150_000_000
        assert psutil.Process().memory_info().rss - before < 60_000_000


class TestFolder(Contract):
    """The default place."""

    @pytest.fixture
    def backend(self, tmp_path: Path) -> Backend:
        self.root = tmp_path / "content"
        return Folder(self.root)

    @pytest.fixture
    def place(self) -> object:
        return str(self.root)

    def everything(self) -> dict[str, bytes]:
        return {str(each): each.read_bytes() for each in self.root.rglob("*") if each.is_file()}


class TestBucket(Contract):
    """An S3-compatible store."""

    @pytest.fixture
    def backend(self, s3: S3Server) -> Backend:
        self.s3, self.prefix = s3, a_prefix()
        return s3.bucket(self.prefix)

    @pytest.fixture
    def place(self) -> object:
        return self.s3.access(self.prefix)

    def everything(self) -> dict[str, bytes]:
        return self.s3.objects(self.prefix)

    def test_a_small_file_is_one_object(self, backend: Backend) -> None:
        write(backend, ADA, NAME, content(PART))
        (path,) = self.everything()
        assert path.startswith(f"{ADA}/content/{NAME}/{PART}-")

    def test_a_file_that_lost_a_part_is_found_and_not_read(self, backend: Backend) -> None:
        # Given
        write(backend, ADA, NAME, content(3 * PART))
        lost = next(path for path in self.everything() if "/parts/" in path)
        # When
        self.s3.change(self.prefix, lost, None)
        # Then
        assert list(backend.kept()) == [(ADA, NAME, 2 * PART)]
        with pytest.raises(FileNotFoundError):
            read(backend, ADA, NAME)

    def test_an_erasure_reaches_what_a_killed_process_left(self, backend: Backend) -> None:
        # Given
        abandoned = backend.writing(ADA)
        abandoned.__enter__().write(content(2 * PART))
        # When
        backend.remove_all(ADA)
        # Then
        assert self.everything() == {}

    def test_a_file_whose_process_died_after_all_stays(self, backend: Backend) -> None:
        # Given
        abandoned = backend.writing(ADA)
        writing = abandoned.__enter__()
        writing.write(content(2 * PART))
        writing.keep(NAME)
        # When
        assert backend.remove_unfinished(-3_600) == 1
        # Then
        assert (read(backend, ADA, NAME), backend.unfinished()) == (content(2 * PART), 0)

    def test_what_others_put_there_is_passed_over(self, backend: Backend) -> None:
        # Given
        write(backend, ADA, NAME, b"ours")
        for path in (
            f"{ADA}/content/x/1-2",
            f"{ADA}/x",
            "logs/a",
            f"unfinished/{ADA}",
            "readme",
        ):
            self.s3.change(self.prefix, path, b"theirs")
        # Then
        assert (list(backend.owners()), list(backend.names(ADA)), list(backend.kept())) == (
            [ADA], [NAME], [(ADA, NAME, 4)],
        )  # fmt: skip
        assert read(backend, ADA, NAME) == b"ours"
        assert backend.remove_unfinished(-3_600) == 0

    def test_the_environment_of_other_tools_opens_no_way_without_tls(
        self, s3: S3Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
        with pytest.raises(BucketError, match="does not answer"):
            list(Bucket("people", region="r", access_key="k", secret_key="s").owners())
        monkeypatch.setenv("AWS_SKIP_SIGNATURE", "perhaps")
        with pytest.raises(BucketError, match="not understood"):
            Bucket("people")

    def test_what_the_store_refuses_is_said_without_a_key(self, s3: S3Server, backend: Backend) -> None:
        refusing = (
            (s3.bucket(self.prefix, secret_key="wrong"), "the store answers 403 SignatureDoesNotMatch"),
            (s3.bucket(self.prefix, name="nobodys"), "there is no such bucket"),
            (Bucket("x", endpoint="http://127.0.0.1:1", region="r", access_key="k", secret_key="s"), "does not answer"),
        )
        for bucket, words in refusing:
            with pytest.raises(BucketError, match=words):
                list(bucket.owners())
            with pytest.raises(OSError, match=words):
                write(bucket, ADA, NAME, b"x")
        assert self.everything() == {}
