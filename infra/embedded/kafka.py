"""An embedded Kafka broker, a single node on free ports of 127.0.0.1: for tests, the bench and trials.

The broker belongs to the process that started it, and ends with that process.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from domain.kernel.refusal import Refusal
from infra.embedded import kafka_jars
from infra.file_to_write import file_there

HEAP = "512m"
ATTEMPTS = 3
"""How many times other ports are tried: a free port may be taken before the broker listens on it."""

_TICK_SECONDS = 0.02
_LOG_BYTES = 10 * 2**20
# After a kill, the broker must wait for the end of its former session: nine seconds by default.
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
"""


_ADDRESS = re.compile(r"^advertised\.listeners=PLAINTEXT://(127\.0\.0\.1:\d{1,5})$", re.MULTILINE)


class EmbeddedKafka:
    """The broker under one folder. `start`, `stop` and `kill` are for one owner; another thread may read its state."""

    def __init__(self, folder: Path, *, jars: Path | None = None, ready_seconds: float = 60.0) -> None:
        """`folder` holds its data, settings and log; `jars`: another folder than `kafka_jars.jars()`."""
        self.folder = Path(os.path.abspath(folder.expanduser()))
        self.log = self.folder / "kafka.log"
        self.ready_seconds = ready_seconds
        self._jars = jars
        self._data = self.folder / "data"
        self._ports: tuple[int, int] | None = None
        self._process: _Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id; None while the broker does not run."""
        return self._process.pid if self._process else None

    @property
    def bootstrap_servers(self) -> str:
        """The address for clients, once the broker was started; the same after every further start."""
        assert self._ports is not None, "a broker that was never started has no address"
        return f"127.0.0.1:{self._ports[0]}"

    def start(self) -> None:
        """Start the broker unless it runs, and wait until it answers. An interrupted start leaves no process behind.
        Raises Refusal `kafka-not-installed`, `kafka-jars-differ`, `kafka-not-started`, `home-not-usable`.
        """
        if self.pid is not None:
            return
        jars = self._jars or kafka_jars.jars()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file_there(self.log)
        except OSError as error:
            raise Refusal("home-not-usable", f"{error}; set ANTIPHON_HOME to a folder that is yours") from error
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        for attempt in range(ATTEMPTS):
            # Clients keep the address: only the first start looks for ports.
            again = self._ports is not None
            self._ports = self._ports or _free_ports()
            try:
                self._start(jars)
                return
            except Refusal:
                if again or attempt == ATTEMPTS - 1 or not self._address_taken():
                    raise
                self._ports = None

    def stop(self, seconds: float = 30.0) -> None:
        """Stop the broker in order; at once where that takes longer."""
        process = self._process
        if process is not None:
            process.signal(signal.SIGTERM)
            process.ended.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill the broker as a crash would (SIGKILL), and return when it is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def last_words(self, lines: int = 8) -> str:
        """The end of the broker's own log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def __enter__(self) -> EmbeddedKafka:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _start(self, jars: Path) -> None:
        assert self._ports is not None
        settings = self.folder / "server.properties"
        port, controller = self._ports
        java = ["java", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        java += [f"-Dlog4j2.configurationFile={kafka_jars.PINNED / 'log4j2.properties'}", "-cp", f"{jars}/*"]
        if not self._data.exists():
            fresh = self.folder / "data.unfinished"
            shutil.rmtree(fresh, ignore_errors=True)
            settings.write_text(_PROPERTIES.format(port=port, controller=controller, data=fresh))
            cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            tool = ["kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={cluster}"]
            self._run([*java, *tool, f"--config={settings}"], lambda: False)
            fresh.rename(self._data)
        settings.write_text(_PROPERTIES.format(port=port, controller=controller, data=self._data))
        self._run([*java, "kafka.Kafka", str(settings)], lambda: answers(self.bootstrap_servers))

    def _run(self, command: list[str], ready: Callable[[], bool]) -> None:
        """Run a command until it is ready, and leave it running; or until it has ended well. Raises Refusal."""
        until = time.monotonic() + self.ready_seconds
        self._process = process = _Process(command, self.log)
        try:
            process.start()
            while not ready():
                if process.ended.wait(_TICK_SECONDS):
                    if process.status == 0:
                        self._process = None
                        return
                    raise Refusal("kafka-not-started", f"see {self.log}; its end:\n{self.last_words()}")
                if time.monotonic() > until:
                    raise Refusal("kafka-not-started", f"it did not answer within {self.ready_seconds:g} s: {self.log}")
        except BaseException:
            self.kill()
            raise

    def _address_taken(self) -> bool:
        return "BindException" in self.last_words(40) or "already in use" in self.last_words(40)


class _Process:
    """A process that a thread of its own starts and waits for.

    In that thread, no signal handler cuts in between the fork and the moment at which we know the child; and the child
    is collected at its end, whoever ended it.
    """

    def __init__(self, command: list[str], log: Path) -> None:
        # `setpriv` (util-linux), where there is one, has the kernel end the child with its parent; the parent is the
        # thread that forks, which stays until the end.
        guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        self._command = [*guard, *command]
        self._log = log
        self._begun = threading.Event()
        self._unwanted = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._failed: OSError | None = None
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kafka", daemon=True)

    def start(self) -> None:
        """Start the process. Raises Refusal `kafka-not-started` where there is no such program."""
        self._thread.start()
        self._begun.wait()
        if self._failed is not None:
            raise Refusal("kafka-not-started", f"{self._failed}; a broker of our own needs Java {kafka_jars.JAVA}")

    @property
    def pid(self) -> int | None:
        """The process id; None once the process has ended."""
        return self._child.pid if self._child is not None and not self.ended.is_set() else None

    @property
    def status(self) -> int | None:
        """The exit status; None while the process runs."""
        return self._child.returncode if self._child else None

    def signal(self, how: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        if self._child is not None:
            self._child.send_signal(how)

    def kill(self) -> None:
        """Kill the process, and return when it is gone."""
        self._unwanted.set()
        if self._thread.is_alive():
            self._begun.wait()
            self.signal(signal.SIGKILL)
            self.ended.wait()

    def _run(self) -> None:
        try:
            with self._log.open("ab") as log:
                self._child = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    # A session of its own: Ctrl-C in the terminal reaches us, and we stop the broker in order.
                    start_new_session=True,
                )
        except OSError as error:
            self._failed = error
        self._begun.set()
        if self._child is not None:
            if self._unwanted.is_set():
                self._child.kill()
            self._child.wait()
        self.ended.set()


def running_at(folder: Path) -> str | None:
    """The address of the broker that another process runs under this folder; None where none answers."""
    try:
        found = _ADDRESS.search((folder / "server.properties").read_text())
    except (OSError, UnicodeDecodeError):
        return None
    return found[1] if found and answers(found[1]) else None


def answers(bootstrap_servers: str) -> bool:
    """Whether a broker there is ready."""
    host, _, port = bootstrap_servers.rpartition(":")
    with suppress(OSError):
        # First the bare socket: the client would log an error each time that nobody listens.
        socket.create_connection((host, int(port)), timeout=1).close()
        with suppress(KafkaError), ExitStack() as closing:
            admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers, bootstrap_timeout_ms=2000)
            closing.callback(admin.close)
            return bool(admin.describe_cluster()["brokers"])
    return False


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]
