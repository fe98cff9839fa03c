"""A tiny made-up town as files, written once for each test process."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from precincts.synthetic.writing import write_town

HOUSEHOLDS = 180


@dataclass(frozen=True)
class TinyTown:
    """Some 300 voters in 2 precincts; `truth` counts what is in the files, `truth["later"]` in the later ones."""

    folder: Path
    truth: dict[str, Any]

    @property
    def voters(self) -> Path:
        return self.folder / "voters.txt"

    @property
    def history(self) -> Path:
        return self.folder / "history.txt"

    @property
    def voters_later(self) -> Path:
        return self.folder / "voters_later.txt"

    @property
    def history_later(self) -> Path:
        return self.folder / "history_later.txt"

    @property
    def addresses(self) -> Path:
        return self.folder / "address_points.csv"

    @property
    def precincts(self) -> Path:
        return self.folder / "precincts.geojson"

    @property
    def streets(self) -> Path:
        return self.folder / "streets.geojson"


_folders: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def tiny_town(*, before_2022: bool = False) -> TinyTown:
    """The files, in a folder that lives as long as the process; read them, never write there."""
    _folders.append(tempfile.TemporaryDirectory(prefix="tiny-town-"))
    folder = Path(_folders[-1].name)
    truth = write_town(
        folder, households=HOUSEHOLDS, seed=7, precincts=2, later=True, before_2022=before_2022
    )
    return TinyTown(folder=folder, truth=truth)
