"""HTML to PDF by WeasyPrint, which may read nothing but the project's own static files."""

from __future__ import annotations

import base64
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation


class ForbiddenResource(ValueError):
    """A document asked for something outside the project's static files."""


def fetch_static_only(url: str, timeout: int = 10, ssl_context: Any = None) -> dict[str, Any]:
    """WeasyPrint's `url_fetcher`: `static:` paths and data URIs of images and fonts, nothing else.

    Raises:
        ForbiddenResource: any other address, also one reached by climbing out of the static folders.
    """
    parts = urlsplit(url)
    if parts.scheme == "static":
        try:
            found = finders.find(unquote(parts.path).lstrip("/"))
        except SuspiciousFileOperation as error:
            raise ForbiddenResource("Documents may not climb out of the static folders.") from error
        if found is None:
            raise ForbiddenResource(f"No static file {parts.path}.")
        path = Path(found)
        mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return {"string": path.read_bytes(), "mime_type": mime}
    if parts.scheme == "data":
        header, _, payload = parts.path.partition(",")
        mime = header.partition(";")[0]
        if mime.startswith(("image/", "font/")):
            raw = base64.b64decode(payload) if header.endswith(";base64") else unquote(payload).encode()
            return {"string": raw, "mime_type": mime}
    raise ForbiddenResource(f"Documents may not load {parts.scheme or 'relative'} addresses.")


def render_pdf(html: str) -> bytes:
    """One document as PDF bytes; relative addresses are refused."""
    from weasyprint import HTML  # slow to import, and only workers print

    return HTML(string=html, base_url="static:/", url_fetcher=fetch_static_only).write_pdf()
