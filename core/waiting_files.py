"""A small file that somebody has chosen and looks at before it is used: kept privately, named by the session."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile

from core.files import keep_upload, private_storage
from core.http import ChapterRequest

FOLDER = "waiting"
"""Where in private storage they wait, each chapter's in a folder; the clean-up deletes what was left lying."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chosen file."""

    name: str
    content: bytes


class WaitingFile:
    """The file chosen for one purpose, at most one in a session."""

    def __init__(self, key: str) -> None:
        """Know the files of one purpose.

        Args:
            key: its name in the session.
        """
        self._key = f"waiting_{key}"

    def keep(self, request: ChapterRequest, *, name: str, content: bytes) -> None:
        """Keep a chosen file; the one chosen before is deleted."""
        self.forget(request)
        path = keep_upload(ContentFile(content), FOLDER, request.chapter.pk)
        request.session[self._key] = {"path": path, "name": name[:200], "chapter": request.chapter.pk}

    def forget(self, request: ChapterRequest) -> None:
        """Delete the chosen file, if there is one."""
        kept = request.session.pop(self._key, None)
        if kept is not None:
            private_storage().delete(kept["path"])

    def read(self, request: ChapterRequest) -> Waiting | None:
        """The file chosen for the chapter, None when there is none any more."""
        kept = request.session.get(self._key)
        if kept is None or kept["chapter"] != request.chapter.pk:
            return None
        try:
            with private_storage().open(kept["path"]) as stream:
                return Waiting(kept["name"], bytes(stream.read()))
        except FileNotFoundError:
            return None
