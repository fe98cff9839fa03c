from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import psycopg2
import pytest
import yaml
from django.conf import settings

from core.postgres.roles import APP_ROLE, DATABASE_NAME, OWNER_ROLE
from core.postgres.server import EmbeddedServer, programs_folder

ROOT = Path(__file__).parents[2]
OURS = ["migrate", "web", "worker", "beat"]
# Settings of one machine without containers, or of tests.
NOT_IN_CONTAINERS = {"DEBUG", "PORT", "STATIC_DIR", "TEST_DATA_DIR", "TEST_DATABASE_SUFFIX"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_only_caddy_publishes_a_port(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["caddy"]


def test_the_parts_are_those_of_the_architecture(compose):
    assert set(compose["services"]) == {"caddy", *OURS, "postgres", "redis"}
    assert compose["services"]["postgres"]["image"] == "postgres:18"


def test_everything_that_stays_up_has_a_health_check(compose):
    lasting = [name for name in compose["services"] if name != "migrate"]
    assert [name for name in lasting if "healthcheck" not in compose["services"][name]] == []


def test_the_database_and_the_queue_reach_nothing_outside(compose):
    assert compose["networks"]["inside"] == {"internal": True}
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert compose["services"]["redis"]["networks"] == ["inside"]


def test_redis_wants_a_password_and_throws_no_message_away(compose):
    command = " ".join(compose["services"]["redis"]["command"])
    assert '--requirepass "$$REDIS_PASSWORD"' in command
    assert "--maxmemory-policy noeviction" in command


def test_postgres_keeps_no_commit_times_and_sorts_as_the_embedded_server_does(compose):
    postgres = compose["services"]["postgres"]
    assert "track_commit_timestamp=off" in postgres["command"]
    assert "--builtin-locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]


def test_every_setting_of_a_server_reaches_the_containers(compose):
    for name in OURS:
        given = set(compose["services"][name]["environment"])
        assert given - {"DJANGO_SETTINGS_MODULE"} == settings.ENV.known - NOT_IN_CONTAINERS


def test_no_container_of_ours_knows_a_superusers_password(compose):
    for name in OURS:
        values = " ".join(compose["services"][name]["environment"].values())
        assert "POSTGRES_PASSWORD" not in values


def test_every_variable_that_compose_asks_for_stands_in_the_example_file(compose):
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked <= example


def test_every_file_that_the_containers_use_is_here(compose):
    mounted = [
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    scripts = re.findall(
        r"scripts/\w+\.\w+", (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    )
    for name in [*mounted, *scripts]:
        assert (ROOT / name).is_file(), name
    for name in {*scripts} - {"scripts/compile_translations.py", "scripts/ask.py"}:
        assert os.access(ROOT / name, os.X_OK), name


def test_the_image_runs_as_a_plain_user_with_the_libraries_that_print():
    lines = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER shoeleather$", lines, re.MULTILINE)
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"):
        assert package in lines


def test_the_script_that_makes_the_roles_makes_them_plain(tmp_path, monkeypatch):
    monkeypatch.setattr(EmbeddedServer, "_make_roles", lambda self: None)
    server = EmbeddedServer(tmp_path / "postgres")
    server.ensure_running()
    path = f"{programs_folder()}{os.pathsep}{os.environ['PATH']}"
    passwords = {"OWNER_PASSWORD": "o'wner", "APP_PASSWORD": "app"}
    subprocess.run(
        ["sh", ROOT / "scripts" / "make_roles.sh"], check=True, capture_output=True,
        env={**os.environ, **passwords, "PATH": path, "PGHOST": str(server.socket_folder)},
    )  # fmt: skip
    for role in (OWNER_ROLE, APP_ROLE):
        connection = psycopg2.connect(host=str(server.socket_folder), user=role, dbname=DATABASE_NAME)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (False,)
            cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
            assert cursor.fetchone() == (role == OWNER_ROLE,)
        connection.close()
    server.release()
