"""Reading ahead: the next items are made in a thread while the caller waits for the database."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

_LOOK_AGAIN = 0.2  # seconds


def read_ahead(items: Iterable[T], *, depth: int = 2) -> Generator[T, None, None]:
    """The items in order, up to `depth` of them made before they are asked for.

    What making an item raises is raised here, in its turn. Whoever stops early closes the generator, which
    ends the thread. The items' own code must not use the database: its connection is another thread's.
    """
    ready: Queue[tuple[T | None, BaseException | None, bool]] = Queue(maxsize=depth)
    stopped = Event()
    thread = Thread(target=_make, args=(items, ready, stopped), name="read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error, is_last = ready.get()
            if error is not None:
                raise error
            if is_last:
                return
            yield item
    finally:
        stopped.set()
        _empty(ready)
        thread.join()


def _make(
    items: Iterable[T], ready: Queue[tuple[T | None, BaseException | None, bool]], stopped: Event
) -> None:
    try:
        for item in items:
            if not _put(ready, (item, None, False), stopped):
                return
    except BaseException as error:  # noqa: BLE001 - raised where the items are asked for
        _put(ready, (None, error, True), stopped)
    else:
        _put(ready, (None, None, True), stopped)


def _put(
    ready: Queue[tuple[T | None, BaseException | None, bool]],
    one: tuple[T | None, BaseException | None, bool],
    stopped: Event,
) -> bool:
    while not stopped.is_set():
        try:
            ready.put(one, timeout=_LOOK_AGAIN)
        except Full:
            continue
        return True
    return False


def _empty(ready: Queue[tuple[T | None, BaseException | None, bool]]) -> None:
    try:
        while True:
            ready.get_nowait()
    except Empty:
        return
