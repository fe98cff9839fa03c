"""The queue when there is no Redis: messages as files, one folder for all processes of this machine."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """Kombu's own, but a message appears under its name only when it is whole.

    Kombu opens the file under its final name and then writes; a worker that looks between the two takes an
    empty message and loses it.
    """

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f".{name}.part"
        unfinished.write_text(json.dumps(payload))
        unfinished.rename(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel


def make_folders(options: dict[str, Any]) -> None:
    """The folders that the transport options name; only their owner may look into them."""
    for key in ("data_folder_in", "data_folder_out", "processed_folder", "control_folder"):
        Path(options[key]).mkdir(mode=0o700, parents=True, exist_ok=True)
