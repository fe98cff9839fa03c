"""Private storage: uploads and made documents, served only by views that have asked for the right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import storages
from django.http import FileResponse
from django.utils.text import get_valid_filename


def private_storage() -> Any:
    """The storage named `private` in settings (a folder, or S3-compatible by a setting)."""
    return storages["private"]


def storage_key(*parts: object) -> str:
    """A key in private storage from parts, none of which can climb out of its folder."""
    return str(PurePosixPath(*(get_valid_filename(str(part)) for part in parts)))


def keep_upload(content: File[bytes], *folder: object) -> str:
    """Stream an uploaded file into private storage, under a name nobody can guess; returns its key."""
    return str(private_storage().save(storage_key(*folder, uuid4().hex), content))


def list_files_before(folder: str, at: datetime) -> Iterator[str]:
    """The keys in a folder, and in the folders in it, of what was last written before `at`."""
    storage = private_storage()
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if storage.get_modified_time(f"{folder}/{name}") < at:
            yield f"{folder}/{name}"
    for name in folders:
        yield from list_files_before(f"{folder}/{name}", at)


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
