"""Set up everything in this folder: Python and front-end packages, system libraries, translations.

Needs nothing but the standard library. Every step is skipped when it has been done for the same lock file, so
the second time takes a moment. `--tests` adds what only tests need, `--bench` the libraries benchmarks
compare with. Ends with exit 1 and one line to type when it may not install something itself.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"

# Library, as WeasyPrint loads it -> the Debian package that brings it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
FONTS = "fonts-dejavu-core"
# Program -> the Debian package that brings it.
TEST_PROGRAMS = {"chromium": "chromium", "redis-server": "redis-server"}

# Use the machine's own certificates, as its browser does; behind a company's proxy nothing else works.
CERTIFICATES = {"UV_SYSTEM_CERTS": "1", "NODE_USE_SYSTEM_CA": "1"}


class CannotSetUp(Exception):
    """A step cannot be done; the message says what to type."""


def say(what: str) -> None:
    print(f"-- {what}", flush=True)


def run(*command: str | Path, why: str, quiet: bool = False) -> None:
    """Run a command in the project's folder.

    Raises:
        CannotSetUp: it failed; `why` says what it was for.
    """
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, **CERTIFICATES, "PATH": path}
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, stdout=output, stderr=output, text=True
    )
    if done.returncode != 0:
        said = f"\n{(done.stdout or '') + (done.stderr or '')}".rstrip() if quiet else ""
        raise CannotSetUp(f"{why} failed: {' '.join(str(part) for part in command)}{said}")


def digest(*files: Path) -> str:
    """One hash over the files and the Python they are installed for."""
    whole = hashlib.sha256(f"{sys.version_info[:2]} {platform.machine()}".encode())
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()


def is_done(step: str, stamp: str) -> bool:
    file = STAMPS / step
    return file.is_file() and file.read_text() == stamp


def mark_done(step: str, stamp: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(stamp)


# --- Python ---------------------------------------------------------------------------------------------


def make_environment() -> None:
    """The virtual environment, with the locked uv in it."""
    lock = ROOT / "requirements" / "uv.txt"
    stamp = f"{digest(lock)} {ROOT}"
    if is_done("uv", stamp) and works(PYTHON):
        return
    say(f"virtual environment in .venv (Python {platform.python_version()})")
    has_ensurepip = importable("ensurepip")
    has_pip = importable("pip")
    if not has_ensurepip and not has_pip:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        names = ["python3-venv"] if Path(sys.executable).resolve().parent == Path("/usr/bin") else []
        install_packages(names or [f"python{version}-venv"], why="making a virtual environment")
        has_ensurepip = True
    without_pip = [] if has_ensurepip else ["--without-pip"]
    run(sys.executable, "-m", "venv", "--clear", *without_pip, VENV, why="Making .venv", quiet=True)
    pip = [PYTHON, "-m", "pip"] if has_ensurepip else [sys.executable, "-m", "pip", "--python", PYTHON]
    run(*pip, "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock,
        why="Installing uv", quiet=True)  # fmt: skip
    mark_done("uv", stamp)


def works(python: Path) -> bool:
    """Whether the environment's Python is still there and as new as ours."""
    ask = "import sys; print(sys.version_info[:2])"
    try:
        found = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return found.stdout.strip() == str(sys.version_info[:2])


def importable(module: str) -> bool:
    command = [sys.executable, "-c", f"import {module}"]
    return subprocess.run(command, capture_output=True).returncode == 0


def install_python_packages(group: str) -> None:
    """Exactly what the group's lock file names; `bench` holds everything of `development`."""
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in ("development", "bench")}
    if is_done("python", f"{group} {digest(locks[group])}") or (
        is_done("python", f"bench {digest(locks['bench'])}") and group == "development"
    ):
        return
    say(f"Python packages (requirements/{group}.txt)")
    uv = VENV / "bin" / "uv"
    run(uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", locks[group],
        why="Installing the Python packages")  # fmt: skip
    mark_done("python", f"{group} {digest(locks[group])}")


# --- The system -----------------------------------------------------------------------------------------


def install_libraries() -> None:
    """What WeasyPrint needs to lay out text."""
    if sys.platform == "darwin":
        require_homebrew_pango()
        return
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    if not any(Path("/usr/share/fonts").rglob("DejaVuSans.ttf")):
        missing.append(FONTS)
    if missing:
        install_packages(missing, why="printing walk lists")


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def require_homebrew_pango() -> None:
    """Raises CannotSetUp when Pango is missing and Homebrew is not there to install it."""
    folders = [Path("/opt/homebrew/lib"), Path("/usr/local/lib")]
    if any((folder / "libpango-1.0.dylib").exists() for folder in folders):
        return
    if shutil.which("brew") is None:
        raise CannotSetUp("Printing walk lists needs Pango. Install Homebrew, then type: brew install pango")
    say("Pango, by Homebrew")
    run("brew", "install", "pango", why="Installing Pango")


def install_packages(names: list[str], *, why: str) -> None:
    """Install Debian packages if we may.

    Raises:
        CannotSetUp: we may not, or they cannot be had; the message is the line to type.
    """
    listed = " ".join(names)
    if shutil.which("apt-get") is None:
        raise CannotSetUp(f"For {why}, install what Debian calls: {listed}")
    by_hand = f"sudo apt-get update && sudo apt-get install -y {listed}"
    become_root = root_prefix()
    if become_root is None:
        raise CannotSetUp(f"For {why}, type this line and start again:\n\n    {by_hand}\n")
    say(f"system packages for {why}: {listed}")
    apt_get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    install = [*apt_get, "install", "-y", "-qq", "--no-install-recommends", *names]
    if subprocess.run(install, capture_output=True, stdin=subprocess.DEVNULL).returncode != 0:
        run(*apt_get, "update", "-qq", why=f"For {why}", quiet=True)
        run(*install, why=f"For {why}", quiet=True)


def root_prefix() -> list[str] | None:
    """How to run a command as root without being asked for a password; None if there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def install_test_programs() -> None:
    """A browser and Redis; tests that need a missing one are skipped and say so."""
    missing = [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
    for package in missing:
        try:
            install_packages([package], why="tests")
        except CannotSetUp as reason:
            print(f"   without {package}: {reason}", flush=True)


# --- The front end and the words --------------------------------------------------------------------------


def install_front_end() -> None:
    """Exactly what package-lock.json names, by the npm that came with the Python packages."""
    stamp = digest(ROOT / "package.json", ROOT / "package-lock.json")
    if is_done("npm", stamp) and (ROOT / "node_modules").is_dir():
        return
    say("front-end packages (package-lock.json)")
    run(VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error",
        why="Installing the front-end packages", quiet=True)  # fmt: skip
    mark_done("npm", stamp)


def compile_translations() -> None:
    """The .mo files that Django reads, where a .po file is newer."""
    sources = (ROOT / "locale").glob("*/LC_MESSAGES/*.po")
    stale = [po for po in sources if not is_newer(po.with_suffix(".mo"), po)]
    if stale:
        say("translations")
        run(PYTHON, "scripts/compile_translations.py", *stale, why="Compiling translations", quiet=True)


def is_newer(made: Path, source: Path) -> bool:
    return made.is_file() and made.stat().st_mtime >= source.stat().st_mtime


def main(arguments: list[str]) -> int:
    os.umask(0o022)  # as root, the database runs as a user of its own, which must read what we install
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            install_libraries()
            make_environment()
            install_python_packages("bench" if "--bench" in arguments else "development")
            install_front_end()
            compile_translations()
            if "--tests" in arguments:
                install_test_programs()
        except CannotSetUp as reason:
            print(f"\n{reason}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
