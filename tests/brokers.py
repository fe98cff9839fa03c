"""The two queues, as a test sets them up for itself."""

from __future__ import annotations

from pathlib import Path

from core.queue import make_folders


def broker_settings(broker: str) -> dict[str, object]:
    """Celery's settings for a Redis socket's path or for a folder of files."""
    if broker.startswith("redis"):
        return {"broker_url": broker, "broker_transport": None, "broker_transport_options": {}}
    folder = Path(broker)
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "taken"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.05,
    }
    make_folders(options)
    return {
        "broker_url": "filesystem://",
        "broker_transport": "core.queue:Transport",
        "broker_transport_options": options,
    }
