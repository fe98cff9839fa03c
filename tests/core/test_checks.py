from __future__ import annotations

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connections

from config.env import Env, Problem
from core import checks


def ids(found) -> list[str]:
    return [message.id for message in found]


def test_a_wrong_variable_is_an_error_with_its_name(settings):
    settings.ENV = Env({}, problems=[Problem("PORT", "PORT is 'abc'; write a whole number.")])
    found = checks.check_environment(None)
    assert ids(found) == ["shoeleather.E001"]
    assert found[0].msg == "PORT is 'abc'; write a whole number."


def test_a_server_without_a_secret_key_does_not_start(settings):
    settings.SECRET_KEY = checks.NO_SECRET_KEY
    assert ids(checks.check_secret_key(None)) == ["shoeleather.E002"]
    settings.SECRET_KEY = "x" * 50
    assert checks.check_secret_key(None) == []


@pytest.mark.parametrize(
    ("site", "hosts", "found"),
    [
        ("https://a.example", ["a.example"], []),
        ("https://a.example:8443", [".example"], []),
        ("http://[::1]:8000", ["[::1]"], []),
        ("https://a.example", ["b.example"], ["shoeleather.E003"]),
    ],
)
def test_the_site_must_answer_to_its_own_address(settings, site, hosts, found):
    settings.SITE_URL, settings.ALLOWED_HOSTS = site, hosts
    assert ids(checks.check_site_url(None)) == found


def test_a_data_folder_that_cannot_be_made_is_an_error(settings, tmp_path: Path):
    (tmp_path / "file").touch()
    settings.VAR_DIR = tmp_path / "file" / "var"
    assert ids(checks.check_var_folder(None)) == ["shoeleather.E004"]
    settings.VAR_DIR = tmp_path / "new" / "var"
    assert checks.check_var_folder(None) == []


def test_missing_text_libraries_are_named_with_the_line_to_type(monkeypatch):
    monkeypatch.setattr(checks, "_TEXT_LIBRARIES", {("libnone.so.0",): "libpango-1.0-0"})
    found = checks.check_text_libraries(None)
    assert ids(found) == ["shoeleather.E005"]
    assert "libpango-1.0-0" in found[0].msg
    assert "install" in found[0].hint


def test_a_missing_subsetter_is_a_warning(monkeypatch):
    monkeypatch.setattr(checks, "_TEXT_LIBRARIES", {})
    monkeypatch.setattr(checks, "_SUBSET_LIBRARY", ("libnone.so.0",))
    assert ids(checks.check_text_libraries(None)) == ["shoeleather.W006"]


def test_a_public_server_is_told_to_use_redis(settings):
    settings.REDIS_URL, settings.SECURE_SSL_REDIRECT = "", True
    assert ids(checks.check_queue(None)) == ["shoeleather.W007"]
    settings.REDIS_URL = "redis://redis:6379/0"
    assert checks.check_queue(None) == []


@pytest.mark.django_db
def test_the_embedded_database_passes_every_database_check():
    assert checks.check_database(None, databases=["default"]) == []


def test_the_database_is_left_alone_unless_it_is_asked_for():
    assert checks.check_database(None) == []


def test_kept_commit_times_are_an_error():
    assert ids(checks._check_commit_timestamp("on")) == ["shoeleather.E008"]


def test_an_older_server_is_a_warning():
    assert ids(checks._check_version(170006)) == ["shoeleather.W009"]


@pytest.mark.parametrize(
    ("app", "owner", "strong", "found"),
    [
        ("app", "owner", False, []),
        ("postgres", "owner", True, ["shoeleather.W010"]),
        ("owner", "owner", False, ["shoeleather.W011"]),
        ("postgres", "postgres", True, ["shoeleather.W010", "shoeleather.W011"]),
    ],
)
def test_an_app_role_that_is_too_strong_is_a_warning(app, owner, strong, found):
    assert ids(checks._check_roles(app, owner, strong)) == found


@pytest.mark.django_db
def test_the_check_sees_through_one_role_used_for_both(monkeypatch):
    monkeypatch.setitem(
        connections["owner"].settings_dict, "USER", connections["default"].settings_dict["USER"]
    )
    assert ids(checks.check_database(None, databases=["default"])) == ["shoeleather.W011"]


def test_commands_of_a_chapter_check_their_surroundings(settings, db):
    settings.SECRET_KEY = checks.NO_SECRET_KEY
    arguments = {"chapter": "none", "voted": "3/4", "kind": "primary", "skip_checks": False}
    with pytest.raises(SystemCheckError, match=r"E002"):
        call_command("voters", **arguments)
    settings.SECRET_KEY = "set"
    with pytest.raises(CommandError, match="No chapter"):
        call_command("voters", **arguments)


def test_all_own_checks_without_a_database_are_of_the_surroundings(settings):
    settings.SECRET_KEY = checks.NO_SECRET_KEY
    own = [message.id for message in run_checks() if message.id.startswith("shoeleather.")]
    assert "shoeleather.E002" in own
    assert own == ids(run_checks(tags=[checks.SURROUNDINGS]))
