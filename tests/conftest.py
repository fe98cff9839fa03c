"""Fixtures for every test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import redis
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation
from playwright.sync_api import Browser, sync_playwright
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from core.postgres.roles import APP_ALIAS, OWNER_ALIAS
from tests.databases import Emptier, create_test_database

# A busy machine is no failure, and a red build must be red again.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")

# Marker -> the programs of which it needs one, and how Debian calls it.
PROGRAMS = {
    "browser": (("chromium", "chromium-browser", "google-chrome"), "Chromium (apt-get install chromium)"),
    "redis": (("redis-server",), "Redis (apt-get install redis-server)"),
}


# Files that take longest, the longest first. Files are handed out whole and in this order, so that at the end no
# process is left alone with a long one.
LONG = (
    "access/test_access.py",
    "config/test_serve.py",
    "chain/test_chain_in_browser.py",
    "chapters/test_meetings_in_browser.py",
    "chapters/test_pages_in_browser.py",
    "chapters/test_message_kills.py",
    "chapters/test_job_workers.py",
    "core/test_frame_in_browser.py",
    "chain/test_killed_worker.py",
    "canvassing/test_lists.py",
    "chapters/test_mail_in_browser.py",
    "precincts/test_groups_in_browser.py",
    "config/test_demo.py",
    "chapters/test_teams_in_browser.py",
    "precincts/test_growth_in_browser.py",
    "precincts/test_blocks_in_browser.py",
    "precincts/test_imports.py",
    "precincts/test_history.py",
    "precincts/test_needs.py",
    "core/test_worker.py",
    "precincts/test_votes_in_browser.py",
    "precincts/test_block_book_in_browser.py",
    "canvassing/test_pages.py",
    "core/test_postgres_server.py",
    "precincts/test_blocks.py",
    "precincts/test_import_reading.py",
    "precincts/test_splits.py",
    "precincts/test_growth.py",
    "canvassing/test_job_languages.py",
    "precincts/test_import_doubts.py",
    "config/test_setup.py",
)


def find_program(marker: str) -> str | None:
    names, _ = PROGRAMS[marker]
    return next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this machine has no program for, and say which; begin with what takes long."""
    for marker, (_, called) in PROGRAMS.items():
        if find_program(marker) is None:
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=f"there is no {called}"))
    if hasattr(config, "workerinput"):  # one of several processes
        items.sort(key=_place_in_the_queue)


def _place_in_the_queue(item: pytest.Item) -> int:
    file = item.path.relative_to(Path(__file__).parent).as_posix()
    return LONG.index(file) if file in LONG else len(LONG)


@pytest.fixture(autouse=True)
def site_language() -> Iterator[None]:
    """Each test begins in the site's own language, whatever a page asked for by the last one spoke."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


# --- The test database: made by the owner role, used as the app role -----------------------------------


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_blocker: pytest.DjangoDbBlocker,
) -> Iterator[None]:
    """A copy of the migrated template; `--create-db` runs every migration anew, `--reuse-db` keeps the copy."""
    owner, app = connections[OWNER_ALIAS], connections[APP_ALIAS]
    name = owner.settings_dict["NAME"]
    with django_db_blocker.unblock():
        create_test_database(owner, keep=django_db_keepdb, from_nothing=django_db_createdb)
        app.close()
        app.settings_dict["NAME"] = owner.settings_dict["NAME"]
        owner.close()
        emptier = Emptier(owner)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: emptier.empty_tables())
        yield
    with django_db_blocker.unblock():
        emptier.connection.close()
        app.close()
        owner.creation.destroy_test_db(name, verbosity=0, keepdb=django_db_keepdb)
        app.settings_dict["NAME"] = name


# --- Data from outside the project ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder named by TEST_DATA_DIR; the test is skipped where it is missing."""
    folder = Path(settings.TEST_DATA_DIR)
    if not folder.is_dir():
        pytest.skip(f"there is no test data in {os.path.relpath(folder)} (TEST_DATA_DIR)")
    return folder


# --- Programs of the machine ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the machine's own Chromium; the test carries the marker `browser`."""
    found = find_program("browser")
    assert found is not None, "mark the test with pytest.mark.browser"
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The machine's Chromium, started; the test carries the marker `browser`.

    Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server of the test's own, with a password; the test carries the marker `redis`."""
    found = find_program("redis")
    assert found is not None, "mark the test with pytest.mark.redis"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["--bind", "127.0.0.1", "--port", str(port), "--requirepass", "secret", "--save", ""]
    folder = tmp_path_factory.mktemp("redis")
    server = subprocess.Popen([found, *arguments], cwd=folder, stdout=subprocess.DEVNULL)
    url = f"redis://:secret@127.0.0.1:{port}/0"
    try:
        with redis.Redis.from_url(url, retry=Retry(ConstantBackoff(0.1), 100)) as client:
            client.ping()
        yield url
    finally:
        server.terminate()
        server.wait()
