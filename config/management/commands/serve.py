from __future__ import annotations

import errno
import os
import socket
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from chapters.models import Chapter
from config import demo
from config.children import Children
from config.demo.making import is_made
from core.postgres.base import embedded_server

_ADDRESS = "127.0.0.1"
_ANSWER_SECONDS = 180


class Command(BaseCommand):
    """Web, worker and beat together on this machine, with the demo when there is no chapter yet."""

    requires_system_checks = ()  # done below, with the database's
    help = "Serve the site on localhost: web, worker and beat, which stop together."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: PORT, or 8000")
        parser.add_argument("--no-demo", action="store_true", help="do not make the demo chapter")

    def handle(self, *, port: int, no_demo: bool, **_: Any) -> None:
        os.umask(0o077)  # mail, lists and uploads are for this user alone
        require_free_port(port)
        self.check(databases=list(connections))
        call_command("migrate", interactive=False, verbosity=0)
        if not no_demo and wants_demo():
            self.stdout.write("There is no chapter yet: making the demo.")
            call_command("demo")
        connections.close_all()
        children = Children(_environment(port))
        children.stop_on_signals()
        said = Path(settings.VAR_DIR) / settings.SERVED_PORT_FILE
        said.write_text(str(port))
        try:
            commands, greeting = _commands(port), Greeting(port)
            children.start("web", commands.pop("web"))

            def look() -> None:
                self._keep_database()
                if words := greeting.when_it_answers():
                    self.stdout.write(words)
                    self.stdout.flush()
                    for name, command in commands.items():  # by now they do not slow the first page down
                        children.start(name, command)

            ended = children.watch(each_look=look)
        finally:
            children.stop()
            said.unlink(missing_ok=True)
        if ended is not None:
            raise CommandError(
                f"The {ended.name} process ended by itself (exit {ended.code}); all are stopped."
            )
        self.stdout.write("Stopped.")

    def _keep_database(self) -> None:
        data = settings.DATABASES["default"].get("EMBEDDED_DATA")
        if isinstance(data, Path) and embedded_server(data).process() is None:
            self.stderr.write("The embedded PostgreSQL was gone; starting it again.")
            embedded_server(data).ensure_running()


class Greeting:
    """What is printed once, when the site answers."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._given = False
        self._until = time.monotonic() + _ANSWER_SECONDS

    def when_it_answers(self) -> str:
        """The address and the demo's sign-ins, the first time the site answers; else nothing.

        Raises:
            CommandError: it has not answered for a minute.
        """
        if self._given:
            return ""
        if not _answers(f"http://{_ADDRESS}:{self._port}/livez"):
            if time.monotonic() > self._until:
                raise CommandError(f"The site does not answer after {_ANSWER_SECONDS} seconds.")
            return ""
        self._given = True
        return "\n".join(
            [
                "",
                f"Shoeleather is at http://localhost:{self._port}",
                *_sign_ins(),
                *_mail_folder(),
                "Ctrl-C stops it.",
            ]
        )


def wants_demo() -> bool:
    """Whether nobody has made a chapter here, and the demo was not begun or was interrupted."""
    made_for_it = [demo.DEMO_SLUG, demo.NEIGHBOUR_SLUG, demo.REGION_SLUG, demo.NATIONAL_SLUG]
    return not Chapter.objects.exclude(slug__in=made_for_it).exists() and not is_made()


def require_free_port(port: int) -> None:
    """Raises CommandError when another program listens there, or we may not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is taken by another program. Stop it, or choose another: make run PORT={port + 1}"
                ) from error
            raise CommandError(f"Port {port} cannot be used: {error.strerror}.") from error


def _environment(port: int) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "PORT": str(port)}


def _commands(port: int) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "--app=config", "--quiet"]
    web = [
        sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind={_ADDRESS}:{port}",
        "--worker-class=gthread", "--workers=2", "--threads=4", "--timeout=120", "--log-level=warning", "--preload",
    ]  # fmt: skip
    worker = [*celery, "worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    return {"web": web, "worker": worker, "beat": [*celery, "beat", "--loglevel=WARNING", "--pidfile="]}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  (our own address)
            return bool(response.status == 200)
    except OSError:
        return False


def _mail_folder() -> list[str]:
    """Where to read mail that no server sends."""
    if not settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend"):
        return []
    return [f"Mail (sign-in codes, invitations) is not sent; it is written to {settings.EMAIL_FILE_PATH}"]


def _sign_ins() -> list[str]:
    """One line for each account of the demo, if the demo is in this database."""
    if not is_made():
        return []
    return ["Sign in as:", *(f"  {who.email}  {who.password}  ({who.says})" for who in demo.SIGN_INS)]
