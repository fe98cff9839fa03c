from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["runtime", "development", "bench", "uv"]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up script, with its folder and stamps in a folder of the test's own."""
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "STAMPS", tmp_path / "stamps")
    return module


def as_plain_user(setup: ModuleType, monkeypatch: pytest.MonkeyPatch, *, programs: set[str]) -> None:
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup.shutil, "which", lambda name: f"/usr/bin/{name}" if name in programs else None)


def test_without_the_right_to_install_it_stops_with_the_line_to_type(setup, monkeypatch):
    as_plain_user(setup, monkeypatch, programs={"apt-get"})
    monkeypatch.setattr(setup, "loads", lambda library: library != "libharfbuzz-subset.so.0")
    monkeypatch.setattr(setup.sys, "platform", "linux")
    with pytest.raises(setup.CannotSetUp) as stopped:
        setup.install_libraries()
    assert "sudo apt-get update && sudo apt-get install -y libharfbuzz-subset0" in str(stopped.value)


def test_where_there_is_no_apt_it_names_the_packages(setup, monkeypatch):
    as_plain_user(setup, monkeypatch, programs=set())
    with pytest.raises(setup.CannotSetUp, match="libpango-1.0-0"):
        setup.install_packages(["libpango-1.0-0"], why="printing walk lists")


def test_a_sudo_that_would_ask_for_a_password_is_not_used(setup, monkeypatch):
    as_plain_user(setup, monkeypatch, programs={"apt-get", "sudo"})
    refusing = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(setup.subprocess, "run", lambda *_, **__: refusing)
    assert setup.root_prefix() is None


def test_tests_go_on_without_the_programs_that_cannot_be_installed(setup, monkeypatch, capsys):
    as_plain_user(setup, monkeypatch, programs={"apt-get"})
    setup.install_test_programs()
    assert [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines() if "without" in line] == [
        "without chromium", "without redis-server",
    ]  # fmt: skip


def test_a_step_is_done_once_for_each_lock_file(setup):
    setup.STAMPS.mkdir()
    setup.mark_done("npm", "one")
    assert setup.is_done("npm", "one")
    assert not setup.is_done("npm", "two")


def test_only_translations_that_changed_are_compiled(setup, tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    compiled = []
    monkeypatch.setattr(setup, "run", lambda *command, **_: compiled.append(command[2:]))
    folder = tmp_path / "locale" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    setup.compile_translations()
    (folder / "django.mo").touch()
    os.utime(folder / "django.mo", (2_000_000_000, 2_000_000_000))
    setup.compile_translations()
    assert compiled == [(folder / "django.po",)]


def test_a_python_that_is_too_old_is_told_in_words(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python 3.9.2' && exit 0\nexit 1\n")
    old.chmod(0o755)
    for name in ("dirname", "sh"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "setup.sh"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Shoeleather needs Python 3.11 or newer, and found Python 3.9.2." in done.stderr


def test_a_compiled_translation_says_what_its_source_says(tmp_path):
    source = tmp_path / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "door"\nmsgstr "puerta"\n\n'
        '#, fuzzy\nmsgid "floor"\nmsgstr "suelo?"\n\n'
        '#, python-format\nmsgid "%(count)d doors"\nmsgstr "%(cuenta)d puertas"\n'
    )
    script = [sys.executable, "scripts/compile_translations.py"]
    subprocess.run([*script, source], cwd=ROOT, check=True, capture_output=True)
    import gettext

    with (tmp_path / "django.mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert (words.gettext("door"), words.gettext("floor")) == ("puerta", "floor")
    strict = subprocess.run([*script, "--check", source], cwd=ROOT, capture_output=True, text=True)
    assert strict.returncode == 1
    assert "unknown named placeholder 'cuenta'" in strict.stderr


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash_and_no_lock_names_a_registry(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    packages = re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(packages) == len(blocks)
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_the_front_ends_lock_names_no_registry_and_has_every_hash():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []


def test_every_package_we_ask_for_is_locked_in_the_lock_it_belongs_to():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    asked = {
        "runtime": project["project"]["dependencies"],
        "development": [*project["project"]["dependencies"], *groups["dev"]],
        "bench": [*project["project"]["dependencies"], *groups["dev"], *groups["bench"]],
    }
    for name, wanted in asked.items():
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        locked = set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))
        names = {re.split(r"[\[<>=; ]", line)[0].lower() for line in wanted}
        assert names - locked == set(), name


def test_every_dependency_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start, end = lines.index("dependencies = ["), lines.index("[tool.uv]")
    named = [line for line in lines[start:end] if line.startswith('    "')]
    assert len(named) > 40
    assert [line for line in named if "#" not in line] == []
