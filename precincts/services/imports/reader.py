"""The reading of a voter file in a process of its own, so that it does not wait for the database, nor that for it.

The process knows nothing of Django: it is given an upload on its standard input and answers with stretches on
its standard output, each as a pickle. It ends when its parent does.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from collections.abc import Generator
from datetime import date
from pathlib import Path

from precincts.services.imports import stretches
from precincts.services.imports.stretches import Ending, Stretch, StretchReader
from precincts.services.imports.uploads import Upload
from precincts.voterfile.faults import FileFault

_PIPE_BYTES = 2**20
"""Room for a stretch, so that the reader does not wait until somebody takes it."""

_PROJECT = Path(__file__).resolve().parents[3]


class ReaderDied(RuntimeError):
    """The process that reads the file ended before the file did."""


def read_apart(upload: Upload, on: date, *, same: bytes = b"") -> Generator[Stretch | Ending, None, None]:
    """What `StretchReader` gives, read in another process. Whoever stops early closes the generator.

    Raises:
        FileFault: what opening and reading the file raises.
        ReaderDied: the process was killed.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "precincts.services.imports.reader"],
        cwd=_PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pipesize=_PIPE_BYTES,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        with process.stdin as asked:
            pickle.dump((upload, on, same, stretches.STRETCH_ROWS), asked)
        while True:
            try:
                found = pickle.load(process.stdout)  # noqa: S301 - written by this project's own process
            except EOFError:
                raise ReaderDied(f"ended with {process.wait()}") from None
            if isinstance(found, FileFault):
                raise found
            yield found
            if isinstance(found, Ending):
                return
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


def main() -> None:
    """Read the upload named on standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    upload, on, same, rows = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by `read_apart`
    answer = sys.stdout.buffer
    try:
        for found in StretchReader(upload, on, same=same, rows=rows).read():
            pickle.dump(found, answer, protocol=pickle.HIGHEST_PROTOCOL)
            answer.flush()
    except FileFault as fault:
        pickle.dump(fault, answer)
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
