"""Private storage: uploads and made documents, served only by views that have asked for the right."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import storages
from django.http import FileResponse
from django.utils.text import get_valid_filename


def private_storage() -> Any:
    """The storage named `private` in settings (a folder, or S3-compatible by a setting)."""
    return storages["private"]


def storage_key(*parts: object) -> str:
    """A key in private storage from parts, none of which can climb out of its folder."""
    return str(PurePosixPath(*(get_valid_filename(str(part)) for part in parts)))


def send_private_file(path: str, *, filename: str, content_type: str, inline: bool = False) -> FileResponse:
    """A stored file as a response that no cache keeps.

    Raises:
        FileNotFoundError: nothing is stored under that key.
    """
    response = FileResponse(
        private_storage().open(path), as_attachment=not inline, filename=filename, content_type=content_type
    )
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
