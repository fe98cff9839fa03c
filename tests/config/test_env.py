from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from config.env import Env


@pytest.mark.parametrize(
    ("written", "read"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("No", False), ("off", False)],
)
def test_a_flag_is_read_in_the_ways_people_write_one(written: str, read: bool):
    env = Env({"DEBUG": written})
    assert (env.flag("DEBUG", default=not read), env.problems) == (read, [])


def test_what_is_not_set_or_empty_takes_the_default():
    env = Env({"PORT": "", "DEBUG": " "})
    assert env.number("PORT", 8000) == 8000
    assert env.flag("DEBUG", default=True) is True
    assert env.text("NAME", "x") == "x"
    assert env.words("HOSTS", ["a"]) == ["a"]
    assert env.url("SITE_URL", "https://a.example") == "https://a.example"
    assert env.database("DATABASE_URL") is None
    assert env.problems == []


@pytest.mark.parametrize(
    ("name", "value", "read", "message"),
    [
        ("PORT", "abc", lambda env: env.number("PORT", 8000), "PORT is 'abc'; write a whole number."),
        ("PORT", "99999", lambda env: env.number("PORT", 8000, lowest=1, highest=65535),
         "PORT is 99999; it must lie between 1 and 65535."),
        ("DEBUG", "perhaps", lambda env: env.flag("DEBUG"), "DEBUG is 'perhaps'; write 1 or 0."),
        ("SITE_URL", "a.example", lambda env: env.url("SITE_URL"),
         "SITE_URL must begin with http:// or https:// and name a host."),
        ("SITE_URL", "https://[::1", lambda env: env.url("SITE_URL"),
         "SITE_URL must begin with http:// or https:// and name a host."),
        ("DATABASE_URL", "mysql://u@h/n", lambda env: env.database("DATABASE_URL"),
         "DATABASE_URL must look like postgres://user:password@host:5432/name."),
        ("DATABASE_URL", "postgres://u@h:port/n", lambda env: env.database("DATABASE_URL"),
         "DATABASE_URL must look like postgres://user:password@host:5432/name."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_kept_as_a_problem_and_raises_nothing(name, value, read, message):
    env = Env({name: value})
    read(env)
    assert [problem.message for problem in env.problems] == [message]


def test_a_database_address_is_taken_apart_with_its_escapes():
    env = Env({"DATABASE_URL": "postgres://app:p%40ss%2Fword@db:5433/shoe"})
    assert env.database("DATABASE_URL") == {
        "NAME": "shoe", "USER": "app", "PASSWORD": "p@ss/word", "HOST": "db", "PORT": "5433",
    }  # fmt: skip


def test_a_socket_folder_can_stand_in_a_database_address_as_its_host():
    found = Env({"DATABASE_URL": "postgres://app@%2Fvar%2Frun%2Fpostgresql/shoe"}).database("DATABASE_URL")
    assert found is not None
    assert found["HOST"] == "/var/run/postgresql"


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / ".env"
    file.write_text("# a comment\nexport SL_ONE='from file'\nSL_TWO=two=2 \n\nnonsense\n")
    monkeypatch.setenv("SL_ONE", "from environment")
    env = Env.load(file)
    assert (env.text("SL_ONE"), env.text("SL_TWO")) == ("from environment", "two=2")


def test_every_variable_that_the_settings_read_stands_in_the_example_file():
    example = (settings.BASE_DIR / ".env.example").read_text()
    written = set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    only_compose = {"POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "REDIS_PASSWORD"}
    assert settings.ENV.known == written - only_compose
