"""Rows as the text that PostgreSQL's COPY reads (documentation, COPY, "Text Format")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

NULL = r"\N"
"""No value: this object, not text that happens to be equal (databases export their own nulls so)."""


def copy_line(values: Sequence[str]) -> str:
    """One line for COPY. Tabs and line ends inside a value become spaces; `NULL` itself is null."""
    line = "\t".join(values)
    is_plain = line.count("\t") == len(values) - 1 and "\n" not in line and "\r" not in line
    if is_plain and ("\\" not in line or line.count("\\") == sum(value is NULL for value in values)):
        return f"{line}\n"
    return "\t".join(value if value is NULL else _escaped(value) for value in values) + "\n"


def _escaped(value: str) -> str:
    return " ".join(value.split()).replace("\\", "\\\\")


class CopyStream:
    """Lines as the file that `cursor.copy_expert` reads, made while it reads.

    Attributes:
        count: lines given out so far.
        error: what the lines raised; the driver would show it as an error of its own.
    """

    def __init__(self, lines: Iterator[str], *, limit: int) -> None:
        self._lines = lines
        self._limit = limit
        self._rest = b""
        self.count = 0
        self.is_exhausted = False
        self.error: Exception | None = None

    def read(self, size: int = 8192) -> bytes:
        """At least one byte until `limit` lines were read; b"" then."""
        try:
            return self._read(size)
        except Exception as error:
            self.error = error
            raise

    def _read(self, size: int) -> bytes:
        while len(self._rest) < size and self.count < self._limit and not self.is_exhausted:
            batch: list[str] = []
            for line in self._lines:
                batch.append(line)
                if len(batch) == 256 or self.count + len(batch) == self._limit:
                    break
            else:
                self.is_exhausted = True
            self.count += len(batch)
            self._rest += "".join(batch).encode()
        block, self._rest = self._rest[:size], self._rest[size:]
        return block
