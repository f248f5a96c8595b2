"""An S3-compatible server for tests, S3Proxy, which keeps objects in memory: from its jars, where there are Java and
Maven; else the test is not run, and says so. Where all has to be there (CI), it fails."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import BaseError
from obstore.store import S3Store

from infra.content.bucket import Bucket
from infra.embedded.kafka_jars import jars, missing_programs
from tests.support.folders import short_folder
from tests.support.waiting import wait_until

ABSENT = "no S3-compatible store here: "
PINNED = Path(__file__).parent / "s3"
ACCESS_KEY, SECRET_KEY, REGION = "antiphon", "a-secret-of-the-tests", "us-east-1"
BUCKET = "people"
START_SECONDS, ATTEMPTS = 60, 3

_PROPERTIES = f"""\
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={ACCESS_KEY}
s3proxy.credential={SECRET_KEY}
s3proxy.endpoint=http://127.0.0.1:{{port}}
jclouds.provider=transient-nio2
jclouds.identity=any
jclouds.credential=any
"""


class S3Server:
    """A running server with one empty bucket."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def settings(self, prefix: str) -> dict[str, str]:
        """What leads to the bucket, as environment variables."""
        return {
            "ANTIPHON_CONTENT_BUCKET": BUCKET,
            "ANTIPHON_CONTENT_PREFIX": prefix,
            "ANTIPHON_CONTENT_ENDPOINT": self.endpoint,
            "ANTIPHON_CONTENT_REGION": REGION,
            "ANTIPHON_CONTENT_ACCESS_KEY": ACCESS_KEY,
            "ANTIPHON_CONTENT_SECRET_KEY": SECRET_KEY,
        }

    def access(self, prefix: str, *, name: str = BUCKET, secret_key: str = SECRET_KEY) -> dict[str, str]:
        """What leads to the bucket, as arguments of `Bucket`."""
        keys = {"access_key": ACCESS_KEY, "secret_key": secret_key}
        return {"name": name, "prefix": prefix, "endpoint": self.endpoint, "region": REGION, **keys}

    def bucket(self, prefix: str, *, name: str = BUCKET, secret_key: str = SECRET_KEY) -> Bucket:
        """The bucket under a prefix, as the content store uses it."""
        return Bucket(**self.access(prefix, name=name, secret_key=secret_key))

    def objects(self, prefix: str) -> dict[str, bytes]:
        """All objects under a prefix, as the store has them."""
        store = self._store(BUCKET, prefix)
        paths = [each["path"] for page in obstore.list(store) for each in page]
        return {path: bytes(obstore.get(store, path).bytes()) for path in paths}

    def change(self, prefix: str, path: str, content: bytes | None) -> None:
        """Write over an object, or remove it, as somebody else would."""
        store = self._store(BUCKET, prefix)
        if content is None:
            obstore.delete(store, path)
        else:
            obstore.put(store, path, content, use_multipart=False)

    def make_bucket(self) -> None:
        """Make the bucket. (The library makes none: to it, this is an object at the root, of which the answer has no
        ETag.)"""
        with suppress(BaseError):
            obstore.put(self._store(BUCKET, None, virtual_hosted=True), BUCKET, b"", use_multipart=False)
        obstore.list_with_delimiter(self._store(BUCKET, None))

    def _store(self, bucket: str, prefix: str | None, *, virtual_hosted: bool = False) -> S3Store:
        return S3Store(
            bucket,
            prefix=prefix,
            endpoint=self.endpoint,
            region=REGION,
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            virtual_hosted_style_request=virtual_hosted,
            client_options={"allow_http": True},
        )


@contextmanager
def running_s3() -> Iterator[S3Server]:
    """A server of our own, which ends with this context."""
    if missing := missing_programs():
        why = f"{ABSENT}no {' and no '.join(missing)}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{why}; with CI=true all has to be there")
        pytest.skip(why)
    classes = jars(pins=PINNED, name="s3")
    folder = short_folder("a-s3-")
    try:
        for attempt in range(ATTEMPTS):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            (folder / "s3.properties").write_text(_PROPERTIES.format(port=port))
            with _started(folder, classes) as process:
                wait_until(lambda: process.poll() is not None or _listens(port), START_SECONDS, "the S3 server listens")  # noqa: B023
                if process.poll() is not None:
                    assert attempt < ATTEMPTS - 1, (folder / "s3.log").read_text()[-2000:]
                    continue  # the port was taken meanwhile
                server = S3Server(f"http://127.0.0.1:{port}")
                server.make_bucket()
                yield server
                return
    finally:
        shutil.rmtree(folder)


@contextmanager
def _started(folder: Path, classes: Path) -> Iterator[subprocess.Popen[bytes]]:
    # The kernel ends the server with us, should we be killed.
    guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    java = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    java += [f"-Dlogback.configurationFile={PINNED / 'logback.xml'}", "-cp", f"{classes}/*"]
    with (
        (folder / "s3.log").open("ab") as log,
        subprocess.Popen(
            [*guard, *java, "org.gaul.s3proxy.Main", "--properties", str(folder / "s3.properties")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def a_prefix() -> str:
    """A prefix that no other test has."""
    return f"t{secrets.token_hex(6)}"


def skipped_for_want_of_s3(reports: list[pytest.TestReport]) -> list[str]:
    """The ids of the tests among these reports that were skipped because there is no S3-compatible server."""
    return [report.nodeid for report in reports if isinstance(report.longrepr, tuple) and ABSENT in report.longrepr[2]]
