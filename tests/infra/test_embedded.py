"""A PostgreSQL of our own: shared by all who need it, gone when nobody does, back after every crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from domain.kernel.refusal import Refusal
from infra.embedded import postgres_program
from infra.embedded.postgres import SETTINGS, EmbeddedPostgres, Urls, embedded_postgres
from tests.support.databases import FORGETFUL
from tests.support.waiting import wait_until


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        return (connection.execute(question.encode()).fetchone() or [None])[0]


class Neighbour:
    """Another process that uses the server of `home` until it is told to leave."""

    def __init__(self, home: Path) -> None:
        program = (
            "import sys; from pathlib import Path; from infra.embedded.postgres import embedded_postgres\n"
            "with embedded_postgres(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"in\n"

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def die(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_the_databases_belong_to_a_login_that_is_no_superuser(server: EmbeddedPostgres) -> None:
    for url, name in ((server.urls.database_url, "antiphon"), (server.urls.vault_url, "antiphon_vault")):
        assert ask(url, "SELECT current_database()") == name
        assert ask(url, "SELECT current_user") == "antiphon"
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert (
            ask(url, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()") == "antiphon"
        )


def test_it_is_durable_and_listens_on_no_network(own_server: EmbeddedPostgres) -> None:
    expected = {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    assert {setting: ask(own_server.urls.database_url, f"SHOW {setting}") for setting in expected} == expected


def test_whoever_makes_it_may_set_what_it_runs_with(server: EmbeddedPostgres) -> None:
    assert [ask(server.urls.database_url, f"SHOW {setting}") for setting in FORGETFUL] == list(FORGETFUL.values())
    assert ask(server.urls.database_url, "SHOW log_error_verbosity") == SETTINGS["log_error_verbosity"]


def test_nobody_else_can_look_into_what_it_makes(home: Path) -> None:
    with embedded_postgres(home / "new"):
        # As root the server's account has to get through the home, no more.
        assert (home / "new").stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
        for made in (home / "new").iterdir():
            assert made.stat().st_mode & 0o077 == 0, made


def test_the_mode_of_a_folder_that_was_there_is_left_alone(home: Path) -> None:
    home.chmod(0o1777)
    with embedded_postgres(home):
        assert home.stat().st_mode & 0o7777 == 0o1777


def test_the_servers_log_never_holds_what_customers_said(own_server: EmbeddedPostgres) -> None:
    with psycopg.connect(own_server.urls.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE said (words text PRIMARY KEY, number int)")
        connection.execute("INSERT INTO said VALUES ('marker-quince')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="marker-quince"):
            connection.execute("INSERT INTO said VALUES ('marker-quince')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="marker-quince"):
            connection.execute("SELECT 'marker-quince'::int")
        with pytest.raises(psycopg.errors.BadCopyFileFormat), connection.cursor().copy("COPY said FROM STDIN") as copy:
            copy.write("marker-quince\t1\t2\n")
        with pytest.raises(psycopg.errors.AdminShutdown):
            connection.execute("SELECT pg_terminate_backend(pg_backend_pid()), 'marker-quince'")
    log = (own_server.home / "postgres.log").read_text()
    assert "terminating connection" in log
    assert "marker-quince" not in log


def test_the_last_to_leave_stops_it(home: Path) -> None:
    with embedded_postgres(home) as urls:
        neighbour = Neighbour(home)
    server = EmbeddedPostgres(home)
    assert ask(urls.database_url, "SELECT 1") == 1, "the starter left, its neighbour still works"
    neighbour.leave()
    assert server.pid is None


def test_a_second_user_takes_the_running_one_and_leaves_it_running(home: Path) -> None:
    with embedded_postgres(home) as urls:
        pid = EmbeddedPostgres(home).pid
        with embedded_postgres(home) as same:
            assert same == urls
            assert EmbeddedPostgres(home).pid == pid
        assert ask(urls.database_url, "SELECT 1") == 1


def test_many_who_come_at_once_share_one(home: Path) -> None:
    neighbours = [Neighbour(home) for _ in range(3)]
    with embedded_postgres(home) as urls:
        assert ask(urls.database_url, "SELECT 1") == 1
        for neighbour in neighbours:
            neighbour.leave()
        assert ask(urls.database_url, "SELECT 1") == 1
    assert EmbeddedPostgres(home).pid is None


def test_a_user_that_was_killed_is_not_counted(home: Path) -> None:
    neighbour = Neighbour(home)
    neighbour.die()
    assert EmbeddedPostgres(home).pid, "nobody was left to stop it"
    with embedded_postgres(home) as urls:
        assert ask(urls.database_url, "SELECT 1") == 1
    assert EmbeddedPostgres(home).pid is None


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(server: EmbeddedPostgres) -> None:
    assert server.pid is not None
    assert os.getsid(server.pid) != os.getsid(0)
    assert os.getpgid(server.pid) != os.getpgid(0)


def test_what_was_committed_is_there_after_kill_9(own_server: EmbeddedPostgres) -> None:
    with psycopg.connect(own_server.urls.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    own_server.kill()
    assert own_server.pid is None
    own_server.start()
    assert ask(own_server.urls.database_url, "SELECT number FROM kept") == 42


def test_it_starts_beside_the_children_of_a_killed_server(own_server: EmbeddedPostgres) -> None:
    with psycopg.connect(own_server.urls.database_url, autocommit=True) as connection:
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # it cannot notice the death of its server
        assert own_server.pid is not None
        os.kill(own_server.pid, signal.SIGKILL)
        wait_until(lambda: own_server.pid is None, 10, "the server is dead")
        own_server.start()
        assert ask(own_server.urls.database_url, "SELECT 1") == 1


def test_a_pid_file_that_names_a_stranger_does_not_stop_it(own_server: EmbeddedPostgres) -> None:
    own_server.kill()
    # After a power loss the old pid may be anybody's; this one is alive and the server's own user's.
    stranger = subprocess.Popen(
        ["sleep", "60"], user=(own_server.home / "postgres").stat().st_uid if os.geteuid() == 0 else None
    )
    try:
        file = own_server.home / "postgres" / "postmaster.pid"
        file.write_text("\n".join([str(stranger.pid), *file.read_text().splitlines()[1:]]) + "\n")
        assert own_server.pid is None
        own_server.start()
        assert ask(own_server.urls.database_url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_first_start_leaves_nothing_half_made(home: Path) -> None:
    (home / "postgres.unfinished").mkdir()
    (home / "postgres.unfinished" / "PG_VERSION").write_text("18\n")
    with embedded_postgres(home) as urls:
        assert ask(urls.database_url, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why(own_server: EmbeddedPostgres) -> None:
    own_server.stop()
    with (own_server.home / "postgres" / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    with pytest.raises(Refusal, match="no_such_setting") as refused:
        own_server.start()
    assert refused.value.code == "postgres-not-started"


def test_data_of_another_version_is_refused(own_server: EmbeddedPostgres) -> None:
    own_server.stop()
    (own_server.home / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(Refusal, match="made by PostgreSQL 12") as refused:
        own_server.start()
    assert refused.value.code == "postgres-version"


def test_a_path_too_long_for_a_socket_is_refused(home: Path) -> None:
    with pytest.raises(Refusal, match="107 bytes") as refused, embedded_postgres(home / ("x" * 100)):
        pass
    assert refused.value.code == "home-path-too-long"
    assert list(home.iterdir()) == []


def test_a_home_that_cannot_be_made_is_refused(home: Path) -> None:
    (home / "file").write_text("in the way")
    with pytest.raises(Refusal) as refused, embedded_postgres(home / "file"):
        pass
    assert refused.value.code == "home-not-usable"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_is_told_of_a_folder_the_servers_user_cannot_pass(home: Path) -> None:
    home.chmod(0o700)
    with pytest.raises(Refusal, match=str(home)) as refused, embedded_postgres(home / "inside"):
        pass
    assert refused.value.code == "home-not-usable"
    assert home.stat().st_mode & 0o777 == 0o700, "no folder was opened"


def in_a_closed_folder(home: Path) -> Path:
    """The wheel's program in an environment that only its owner may look into."""
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    wheel = postgres_program.of_the_wheel().parent
    for folder in (wheel, wheel.with_name(postgres_program.LIBRARIES)):
        subprocess.run(["cp", "-r", str(folder), str(closed)], check=True)
    subprocess.run(["chmod", "-R", "go=", str(closed)], check=True)
    return closed / "embedded_postgres" / "pginstall"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_a_program_in_a_closed_folder_is_copied_not_opened(home: Path) -> None:
    program = in_a_closed_folder(home)
    # An earlier release made a copy without the libraries, under this name.
    stale = home / f"postgresql-{postgres_program.version()}"
    subprocess.run(["cp", "-r", str(program), str(stale)], check=True)
    elsewhere = EmbeddedPostgres(home, program=program)
    try:
        elsewhere.start()  # initdb included, which needs the libraries
        assert ask(elsewhere.urls.database_url, "SELECT 1") == 1
        assert elsewhere.pid is not None
        running = Path(f"/proc/{elsewhere.pid}/cmdline").read_bytes().split(b"\0")[0].decode()
        assert running.startswith(f"{home}/postgres-program-")
    finally:
        elsewhere.stop()
    assert (home / "closed").stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_a_copy_without_its_libraries_cannot_start(home: Path) -> None:
    program = in_a_closed_folder(home)
    account = postgres_program.account()
    copied = postgres_program.within_reach(program, account, home)
    # When the copy lacks what an earlier release left out
    shutil.rmtree(copied.parents[1] / postgres_program.LIBRARIES)
    # Then the test above would notice, and whoever starts is told what to do.
    with pytest.raises(Refusal, match="libpq") as refused:
        EmbeddedPostgres(home, program=program).start()
    assert refused.value.code == "postgres-not-started"
    assert f"the copy of PostgreSQL that has {copied} is not whole; remove it" in str(refused.value)


def test_urls_are_plain_and_name_the_socket(server: EmbeddedPostgres) -> None:
    assert server.urls == Urls(
        f"postgresql://antiphon@/antiphon?host={server.home}/sockets&port=5432",
        f"postgresql://antiphon@/antiphon_vault?host={server.home}/sockets&port=5432",
    )
