from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from core.postgres.roles import APP_ROLE, DATABASE_NAME, OWNER_ROLE
from core.postgres.server import EmbeddedServer, ServerFailed

# A process that uses the server until its input is closed.
USER = """
import sys
from pathlib import Path
from core.postgres.server import EmbeddedServer, ServerFailed
EmbeddedServer(Path(sys.argv[1])).ensure_running()
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A cluster made once for the tests of this file; each test leaves it stopped."""
    server = EmbeddedServer(tmp_path_factory.mktemp("pg") / "postgres")
    server.ensure_running()
    server.release()
    return server.data


@pytest.fixture
def server(made: Path):
    server = EmbeddedServer(made)
    yield server
    server.release()
    assert server.process() is None


def other_process(data: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", USER, str(data)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "up\n"
    return child


def finish(child: subprocess.Popen[str]) -> None:
    child.communicate()
    assert child.returncode == 0


def ask(server: EmbeddedServer, question: str, role: str = APP_ROLE):
    connection = psycopg2.connect(host=str(server.socket_folder), user=role, dbname=DATABASE_NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()
    finally:
        connection.close()


def test_it_is_postgresql_18_on_a_socket_alone_with_two_plain_roles(server):
    server.ensure_running()
    assert ask(server, "SELECT current_setting('server_version_num')::int / 10000") == (18,)
    assert ask(server, "SELECT current_setting('listen_addresses')") == ("",)
    assert ask(server, "SELECT current_setting('track_commit_timestamp')") == ("off",)
    assert ask(server, "SELECT count(*) FROM pg_roles WHERE rolsuper AND rolname LIKE 'shoeleather%'") == (0,)
    assert ask(server, "SELECT current_user", OWNER_ROLE) == (OWNER_ROLE,)
    assert ask(server, "SELECT upper('peña')") == ("PEÑA",)


def test_nobody_but_its_user_can_enter_the_socket_folder(server):
    server.ensure_running()
    assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(server.socket_folder)) < 90


def test_a_second_process_shares_it_and_the_last_to_leave_stops_it(server):
    server.ensure_running()
    first = server.process()
    other = other_process(server.data)
    assert server.process() == first
    server.release()
    assert server.process() == first
    finish(other)
    assert server.process() is None


def test_a_process_killed_without_warning_is_not_counted_any_longer(server):
    killed = other_process(server.data)
    server.ensure_running()
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert server.process() is not None
    server.release()
    assert server.process() is None


def test_a_server_killed_without_warning_is_started_again_with_its_data(server):
    server.ensure_running()
    connection = psycopg2.connect(host=str(server.socket_folder), user=OWNER_ROLE, dbname=DATABASE_NAME)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 7 AS number")
    connection.close()
    kill(server)
    server.ensure_running()
    assert ask(server, "SELECT number FROM kept", OWNER_ROLE) == (7,)


def test_a_stale_file_that_names_another_program_does_not_keep_it_down(server):
    server.ensure_running()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    server.release()
    bystander = subprocess.Popen(["sleep", "60"], **as_owner_of(server.data))
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(bystander.pid), *lines[1:]]))
        server.ensure_running()
        assert ask(server, "SELECT 1") == (1,)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_half_made_data_folder_is_made_anew(tmp_path):
    server = EmbeddedServer(tmp_path / "postgres")
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    server.ensure_running()
    assert ask(server, "SELECT 1") == (1,)
    server.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make data of another user")
def test_another_users_data_are_refused_in_words(server, made, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(ServerFailed, match="belongs to shoeleather-db: work as that user"):
        server.ensure_running()


def test_a_long_folder_name_still_gets_a_short_socket(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5, "postgres")
    server = EmbeddedServer(deep)
    server.ensure_running()
    assert ask(server, "SELECT 1") == (1,)
    server.release()


def kill(server: EmbeddedServer) -> None:
    process = server.process()
    assert process is not None
    process.kill()
    process.wait(timeout=10)
    time.sleep(0.1)


def as_owner_of(folder: Path) -> dict:
    owner = folder.stat()
    return {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
