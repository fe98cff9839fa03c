"""HTML to PDF by WeasyPrint, which may read nothing but the project's own static files; and PDFs put together."""

from __future__ import annotations

import atexit
import base64
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation

if TYPE_CHECKING:
    import pikepdf


class ForbiddenResource(ValueError):
    """A document asked for something outside the project's static files."""


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """One finished document."""

    content: bytes
    pages: int


def fetch_static_only(url: str) -> dict[str, Any]:
    """`static:` paths and data URIs of images and fonts, nothing else, as `{"string": bytes, "mime_type"}`.

    Raises:
        ForbiddenResource: any other address, also one reached by climbing out of the static folders.
    """
    parts = urlsplit(url)
    if parts.scheme == "static":
        path = _find_static(unquote(parts.path).lstrip("/"))
        mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return {"string": path.read_bytes(), "mime_type": mime}
    if parts.scheme == "data":
        header, _, payload = url.removeprefix("data:").partition(",")
        mime = header.partition(";")[0]
        if mime.startswith(("image/", "font/")):
            raw = base64.b64decode(payload) if header.endswith(";base64") else unquote(payload).encode()
            return {"string": raw, "mime_type": mime}
    raise ForbiddenResource(f"Documents may not load {parts.scheme or 'relative'} addresses.")


def _find_static(name: str) -> Path:
    """A static file where developers keep it or where collectstatic has put it."""
    try:
        found = finders.find(name)
    except SuspiciousFileOperation as error:
        raise ForbiddenResource("Documents may not climb out of the static folders.") from error
    if found is not None:
        return Path(found)
    root = Path(settings.STATIC_ROOT).resolve()
    collected = (root / name).resolve()
    if collected.is_relative_to(root) and collected.is_file():
        return collected
    raise ForbiddenResource(f"No static file {name}.")


def render_pdf(html: str) -> bytes:
    """One document as PDF bytes; relative addresses are refused."""
    return render_document(html).content


def render_document(html: str, *, stylesheet: str = "", tagged: bool = False) -> RenderedPdf:
    """One document with the number of its pages.

    Args:
        stylesheet: a static file's name; read, with its fonts, once in a process.
        tagged: keep headings, tables and alternative texts as structure for screen readers; the
            document then needs a `lang` and a title.

    Raises:
        ForbiddenResource: the stylesheet is not among the static files.
    """
    from weasyprint import HTML  # slow to import, and only workers print

    tools = _tools()
    sheets = [_read_stylesheet(stylesheet)] if stylesheet else []
    document = HTML(string=html, base_url="static:/", url_fetcher=tools.fetcher).render(
        stylesheets=sheets, font_config=tools.fonts
    )
    return RenderedPdf(content=document.write_pdf(pdf_tags=tagged), pages=len(document.pages))


@dataclass(frozen=True, slots=True)
class _Tools:
    fetcher: Any
    fonts: Any


@lru_cache(maxsize=1)
def _tools() -> _Tools:
    """One fetcher and one set of fonts for the process: reading fonts costs as much as a short document."""
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            found = fetch_static_only(url)
            return URLFetcherResponse(url, found["string"], {"Content-Type": found["mime_type"]})

    # Fonts lie in a folder of their own; left to the end of the interpreter, nothing could remove it any more.
    atexit.register(_forget_tools)
    return _Tools(fetcher=StaticFetcher(), fonts=FontConfiguration())


def _forget_tools() -> None:
    _read_stylesheet.cache_clear()
    _tools.cache_clear()


@lru_cache(maxsize=16)
def _read_stylesheet(name: str) -> Any:
    from weasyprint import CSS

    tools = _tools()
    text = _find_static(name).read_text(encoding="utf-8")
    return CSS(string=text, base_url="static:/", url_fetcher=tools.fetcher, font_config=tools.fonts)


def merge_pdfs(
    documents: Iterable[IO[bytes]], *, title: str, language: str, into: IO[bytes], structured: bool = True
) -> int:
    """Put documents one after another into one file, each an entry of the outline under its own title.

    The documents are read one at a time; what stays in memory is the sum of their compressed bytes and,
    with it, of their structure.

    Args:
        structured: keep what the documents tell screen readers (their structure trees). That takes some
            5 MB of memory for each ten pages of tables, so that a long row of documents goes without.

    Returns:
        The number of pages.
    """
    import pikepdf

    merged = pikepdf.new()
    structure = _Structure(merged)
    with merged.open_outline() as outline:
        for stream in documents:
            with pikepdf.open(BytesIO(stream.read())) as document:
                first = len(merged.pages)
                merged.pages.extend(document.pages)
                if structured:
                    structure.take_over(document, first)
                outline.root.append(pikepdf.OutlineItem(_title_of(document), first))
    structure.write()
    merged.docinfo["/Title"] = title
    merged.Root.Lang = pikepdf.String(language)
    merged.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    merged.save(cast("BinaryIO", into), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return len(merged.pages)


def _title_of(document: pikepdf.Pdf) -> str:
    return str(document.docinfo.get("/Title", ""))


class _Structure:
    """The structure trees of several tagged documents under one root (ISO 32000-1, 14.7)."""

    def __init__(self, merged: pikepdf.Pdf) -> None:
        self._merged = merged
        self._elements: list[Any] = []
        self._parents: list[Any] = []
        self._taken = 0

    def take_over(self, document: pikepdf.Pdf, first: int) -> None:
        """Copy one document's tree; its pages are the merged file's from number `first` on."""
        import pikepdf

        tree = document.Root.get("/StructTreeRoot")
        if tree is None:
            return
        # The pages were copied before, so the tree's references lead to the copies.
        copied = self._merged.copy_foreign(tree)
        self._elements.extend(copied.K if isinstance(copied.K, pikepdf.Array) else [copied.K])
        highest = -1
        numbers = list(copied.ParentTree.Nums)
        for key, parent in zip(numbers[::2], numbers[1::2], strict=True):
            self._parents.extend((int(key) + self._taken, parent))
            highest = max(highest, int(key))
        for page in self._merged.pages[first:]:
            _shift(page.obj, "/StructParents", self._taken)
            for annotation in page.obj.get("/Annots", []):
                _shift(annotation, "/StructParent", self._taken)
        self._taken += highest + 1

    def write(self) -> None:
        """Hang the trees into the merged file; a file without any stays untagged."""
        import pikepdf

        if not self._elements:
            return
        root = self._merged.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructTreeRoot,
                K=pikepdf.Array(self._elements),
                ParentTree=self._merged.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(self._parents))),
                ParentTreeNextKey=self._taken,
            )
        )
        for element in self._elements:
            element.P = root
        self._merged.Root.StructTreeRoot = root
        self._merged.Root.MarkInfo = pikepdf.Dictionary(Marked=True)


def _shift(holder: Any, name: str, by: int) -> None:
    if name in holder:
        holder[name] = int(holder[name]) + by
