"""The one reader of environment variables: typed, and a wrong value is a system check, not a traceback."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


@dataclass(frozen=True, slots=True)
class Problem:
    """A variable whose value cannot be used, and what stands in for it until it is mended."""

    name: str
    message: str


@dataclass
class Env:
    """Reads variables by type; what it could not read is in `problems`, where `core.checks` finds it."""

    values: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, file: Path | None = None) -> Env:
        """The process's environment, over the lines of a `.env` file if there is one."""
        from_file = _read_file(file) if file is not None and file.is_file() else {}
        return cls({**from_file, **os.environ})

    def text(self, name: str, default: str = "") -> str:
        self.known.add(name)
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        """1, true, yes, on or 0, false, no, off."""
        found = self.text(name).lower()
        if found in _TRUE:
            return True
        if found in _FALSE:
            return default if found == "" else False
        self._wrong(name, f"is {found!r}; write 1 or 0")
        return default

    def number(self, name: str, default: int, *, lowest: int = 0, highest: int = 2**31) -> int:
        """A whole number within the bounds, both included."""
        found = self.text(name)
        if not found:
            return default
        try:
            number = int(found)
        except ValueError:
            self._wrong(name, f"is {found!r}; write a whole number")
            return default
        if not lowest <= number <= highest:
            self._wrong(name, f"is {number}; it must lie between {lowest} and {highest}")
            return default
        return number

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Words with commas between."""
        found = self.text(name)
        return [word.strip() for word in found.split(",") if word.strip()] if found else list(default)

    def folder(self, name: str, default: Path) -> Path:
        """A folder; a relative one is meant from where the process was started."""
        found = self.text(name)
        return Path(found).expanduser().resolve() if found else default

    def url(self, name: str, default: str = "", *, schemes: Sequence[str] = ("http", "https")) -> str:
        """An address with one of the schemes and a host, without a slash at its end."""
        found = self.text(name, default)
        if not found:
            return ""
        parts = _split(found)
        if parts is None or parts.scheme not in schemes or not parts.hostname:
            self._wrong(name, f"must begin with {' or '.join(s + '://' for s in schemes)} and name a host")
            return default
        return found.rstrip("/")

    def database(self, name: str) -> dict[str, object] | None:
        """Django's settings of a `postgres://user:password@host:port/name` address; None if it is not set."""
        found = self.text(name)
        if not found:
            return None
        parts = _split(found)
        if parts is None or parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
            self._wrong(name, "must look like postgres://user:password@host:5432/name")
            return None
        return {
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
        }

    def _wrong(self, name: str, what: str) -> None:
        self.problems.append(Problem(name, f"{name} {what}."))


def _split(address: str):  # type: ignore[no-untyped-def]
    """The parts of an address, or None where it has a port that is no number or a broken host."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _read_file(file: Path) -> dict[str, str]:
    """NAME=value lines; `#` begins a comment, quotes around a value are dropped."""
    values: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        name, mark, value = line.strip().removeprefix("export ").partition("=")
        if mark and not name.startswith("#"):
            value = value.strip()
            if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            values[name.strip()] = value
    return values
