"""The reading of a voter file in a process of its own, so that it does not wait for the database, nor that for it.

The process knows nothing of Django. Both sides send each other pickles: the upload and what is known of the
chapter go to its standard input, rows with their places come from its standard output. It ends with its parent.
"""

from __future__ import annotations

import fcntl
import gc
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from precincts.services.imports.known_rows import KnownRows
from precincts.services.imports.placing import BUILDINGS, DOORS, KnownPrecinct, Placed, Placer, Places
from precincts.services.imports.stretches import Ending, StretchReader
from precincts.services.imports.uploads import Upload
from precincts.voterfile.faults import FileFault

_PIPE_BYTES = 2**20
"""Room for a stretch, so that the reader does not wait until somebody takes it."""

PEOPLE = "precincts_voter"

_PROJECT = Path(__file__).resolve().parents[3]

SMALL_BYTES = 2 * 2**20
"""A file up to this size is read before a process of its own would have started."""


class ReaderDied(RuntimeError):
    """The process that reads the file ended before the file did."""


@dataclass(frozen=True)
class ReadingTask:
    """What the process is to read.

    Attributes:
        asks_known: the chapter has buildings, and the process has to ask for them.
        asks_people: the chapter has people, and the process has to ask for the fingerprints of their rows.
        rows: how many make a stretch.
    """

    upload: Upload
    on: date
    chapter_id: int
    state: str
    precincts: list[KnownPrecinct]
    asks_known: bool
    asks_people: bool = False
    rows: int = 0


@dataclass(frozen=True)
class KnownWanted:
    """The process asks for what the chapter has in these tables: `tell_known`."""

    tables: tuple[str, ...]


@dataclass(frozen=True)
class Finished:
    """The whole file is read.

    Attributes:
        unchanged: how many people's rows stand in it as they were read last.
        others: the numbers of the other people whose fingerprints were asked for, as 64-bit integers.
    """

    ending: Ending
    places: Places
    unchanged: int
    others: bytes


def begin_reading(task: ReadingTask) -> ReaderProcess | ReadingHere:
    """Read a file, a large one in a process of its own."""
    is_small = task.upload.path.stat().st_size <= SMALL_BYTES
    return ReadingHere(task) if is_small else ReaderProcess(task)


class ReaderProcess:
    """The process that reads one file; iterate for what it finds, at last `Finished`."""

    def __init__(self, task: ReadingTask) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import main; main()"],
            cwd=_PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for stream in (self._process.stdin, self._process.stdout):
            _widen(stream)
        self._send(task)

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()
        self._process.wait()

    def supply(self, numbers: dict[str, list[tuple[int, int]]]) -> None:
        """Give numbers for new rows of tables, as ranges (first, one after the last)."""
        self._send(numbers)

    def tell_known(self, table: str, rows: list[Any]) -> None:
        """Give some of what the chapter has, as `Placer` and `KnownRows` take it up."""
        self._send((table, rows))

    def end_known(self) -> None:
        """Say that these were all."""
        self._send(None)

    def __iter__(self) -> Iterator[Placed | KnownWanted | Finished]:
        """What the process finds.

        Raises:
            FileFault: what opening and reading the file raises.
            ReaderDied: the process was killed.
        """
        assert self._process.stdout is not None
        while True:
            try:
                found = pickle.load(self._process.stdout)  # noqa: S301 - written by this project's own process
            except (EOFError, pickle.UnpicklingError):
                raise ReaderDied(f"ended with {self._process.wait()}") from None
            if isinstance(found, FileFault):
                raise found
            yield found
            if isinstance(found, Finished):
                return

    def _send(self, message: Any) -> None:
        assert self._process.stdin is not None
        try:
            pickle.dump(message, self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # what ended it is said where its findings are read


def _widen(stream: IO[bytes] | None) -> None:
    """Give a pipe room, where the system can and allows it."""
    assert stream is not None
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class ReadingHere:
    """The reading of one file in this process; iterate for what it finds, at last `Finished`."""

    def __init__(self, task: ReadingTask) -> None:
        self._task = task
        self._supply: dict[str, deque[int]] = {}
        self._placer = Placer(task.chapter_id, task.state, task.precincts, self._take)
        self._known = KnownRows()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be ended."""

    def supply(self, numbers: dict[str, list[tuple[int, int]]]) -> None:
        """Take up numbers for new rows of tables, as ranges (first, one after the last)."""
        for table, ranges in numbers.items():
            supply = self._supply.setdefault(table, deque())
            for first, end in ranges:
                supply.extend(range(first, end))

    def tell_known(self, table: str, rows: list[Any]) -> None:
        """Take up some of what the chapter has."""
        if table == BUILDINGS:
            self._placer.know_buildings(rows)
        elif table == DOORS:
            self._placer.know_doors(rows)
        elif table == PEOPLE:
            self._known.take_up(rows)

    def end_known(self) -> None:
        """These were all."""

    def __iter__(self) -> Iterator[Placed | KnownWanted | Finished]:
        """What is found.

        Raises:
            FileFault: what opening and reading the file raises.
        """
        task, known, must_ask = self._task, None, self._task.asks_known
        if task.asks_people:
            yield KnownWanted((PEOPLE,))
            known = self._known
            known.end()
        for found in StretchReader(task.upload, task.on, known=known, rows=task.rows).read():
            if isinstance(found, Ending):
                yield Finished(found, self._placer.places(), self._known.met, self._known.unmet())
                continue
            if found.rows and must_ask:
                yield KnownWanted((BUILDINGS, DOORS))
                must_ask = False
            yield self._placer.place(found)

    def _take(self, table: str, count: int) -> list[int]:
        supply = self._supply.setdefault(table, deque())
        self._wait_for(supply, count)
        return [supply.popleft() for _ in range(count)]

    def _wait_for(self, supply: deque[int], count: int) -> None:
        """The caller gives numbers before they are needed."""


class _ReadingApart(ReadingHere):
    """What runs in the process: hears from its parent what the caller would tell it."""

    def __init__(self, asked: IO[bytes], answer: IO[bytes]) -> None:
        super().__init__(pickle.load(asked))  # noqa: S301 - written by `ReaderProcess`
        self._asked = asked
        self._answer = answer

    def run(self) -> None:
        """Read the file to its end, or to what is wrong with it."""
        try:
            for found in self:
                self._say(found)
                if isinstance(found, KnownWanted):
                    while (message := self._hear()) is not None:
                        self.tell_known(*message)
        except FileFault as fault:
            self._say(fault)

    def _wait_for(self, supply: deque[int], count: int) -> None:
        while len(supply) < count:
            self._hear(is_supply=True)

    def _hear(self, *, is_supply: bool = False) -> Any:
        """The next message that is no supply; or (`is_supply`) nothing, after one that is."""
        while isinstance(message := pickle.load(self._asked), dict):  # noqa: S301 - written by `ReaderProcess`
            self.supply(message)
            if is_supply:
                return None
        return message

    def _say(self, found: Placed | KnownWanted | Finished | FileFault) -> None:
        pickle.dump(found, self._answer, protocol=pickle.HIGHEST_PROTOCOL)
        self._answer.flush()


def main() -> None:
    """Read the file named on standard input; a parent that is gone ends it without a word."""
    for asked in (signal.SIGINT, signal.SIGTERM):  # the parent decides what an interruption means
        signal.signal(asked, signal.SIG_IGN)
    gc.disable()  # it makes no cycles, and ends with the file
    with suppress(BrokenPipeError, EOFError):
        _ReadingApart(sys.stdin.buffer, sys.stdout.buffer).run()
