"""What was uploaded, as streams of bytes: a plain text file, a gzip file, or the text files of a zip.

Nothing is unpacked to disk and no name inside an archive is ever used as a path.
"""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from precincts.voterfile.faults import Fault, FileFault

MAXIMUM_BYTES = 40 * 2**30
"""Of text that one archive may unpack to; the largest state's file is a quarter of it."""

MAXIMUM_RATIO = 250
"""How many times its packed size an archive may unpack to; padded voter files reach 40."""

_ALWAYS_ALLOWED = 64 * 2**20
_TEXT_ENDINGS = (".txt", ".csv", ".tsv", ".tab", ".psv", ".dat")
_NESTED_ENDINGS = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")
_BINARY_STARTS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\xd0\xcf\x11\xe0": "Excel 97-2003",
    b"SQLite format 3": "SQLite",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"MDMP": "memory dump",
    b"\x00\x01\x00\x00Standard": "Access",
}
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What unpacking raises: bzip2 says OSError or ValueError, a method Python lacks NotImplementedError."""


class ByteStream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass
class Member:
    """One text file of what was uploaded: its name for people, and its bytes."""

    name: str
    stream: ByteStream


class _Bounded:
    """A decompressed stream that stops at a bomb and names damage."""

    def __init__(self, stream: ByteStream, *, name: str, packed: int) -> None:
        self._stream, self._name = stream, name
        self._left = min(MAXIMUM_BYTES, max(_ALWAYS_ALLOWED, packed * MAXIMUM_RATIO))

    def read(self, size: int = -1, /) -> bytes:
        try:
            block = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        except _DAMAGE as damage:
            raise FileFault(Fault.ARCHIVE_DAMAGED, details={"name": self._name}) from damage
        self._left -= len(block)
        if self._left < 0:
            raise FileFault(Fault.ARCHIVE_TOO_BIG, details={"name": self._name})
        return block


def open_members(path: Path, *, name: str = "") -> Iterator[Member]:
    """The text files of an upload, one after the other, each open while it is being looked at.

    Raises:
        FileFault: not text, a damaged, locked, nested or empty archive, or one that unpacks to too much.
    """
    shown = name or path.name
    with path.open("rb") as stream:
        start = stream.read(512)
        if not start:
            raise FileFault(Fault.EMPTY, details={"name": shown})
        stream.seek(0)
        if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from _zip_members(stream, shown)
        elif start.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield Member(
                    shown.removesuffix(".gz"), _Bounded(unpacked, name=shown, packed=path.stat().st_size)
                )
        else:
            for magic, kind in _BINARY_STARTS.items():
                if start.startswith(magic):
                    raise FileFault(Fault.NOT_TEXT, details={"name": shown, "kind": kind})
            yield Member(shown, stream)


def text_bytes(path: Path) -> int:
    """How many bytes of text an upload unpacks to, as it says itself; a guess for progress, good below 4 GiB."""
    with path.open("rb") as stream:
        start = stream.read(4)
        if start == b"PK\x03\x04":
            try:
                with zipfile.ZipFile(path) as archive:
                    return sum(entry.file_size for entry in archive.infolist())
            except _DAMAGE:
                return 0
        size = path.stat().st_size
        if start.startswith(b"\x1f\x8b") and size >= 18:
            stream.seek(-4, 2)
            return max(size, int.from_bytes(stream.read(4), "little"))
        return size


def _zip_members(stream: IO[bytes], shown: str) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as damage:
        raise FileFault(Fault.ARCHIVE_DAMAGED, details={"name": shown}) from damage
    with archive:
        for entry in _text_entries(archive, shown):
            try:
                opened = archive.open(entry)
            except (RuntimeError, NotImplementedError) as locked:
                raise FileFault(Fault.ARCHIVE_LOCKED, details={"name": shown}) from locked
            except zipfile.BadZipFile as damage:
                raise FileFault(Fault.ARCHIVE_DAMAGED, details={"name": shown}) from damage
            with opened:
                yield Member(_base_name(entry), _Bounded(opened, name=shown, packed=entry.compress_size))


def _text_entries(archive: zipfile.ZipFile, shown: str) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry)]
    if any(entry.filename.startswith("xl/") for entry in entries):
        raise FileFault(Fault.NOT_TEXT, details={"name": shown, "kind": "Excel"})
    texts = [entry for entry in entries if entry.filename.lower().endswith(_TEXT_ENDINGS)]
    texts = [entry for entry in texts if not _is_about_the_data(entry)] or texts
    if not texts and any(entry.filename.lower().endswith(_NESTED_ENDINGS) for entry in entries):
        raise FileFault(Fault.ARCHIVE_NESTED, details={"name": shown})
    texts = texts or [entry for entry in entries if "." not in _base_name(entry)]
    if not texts:
        raise FileFault(Fault.ARCHIVE_EMPTY, details={"name": shown})
    whole = sum(entry.file_size for entry in texts)
    packed = sum(entry.compress_size for entry in texts)
    if whole > max(_ALWAYS_ALLOWED, min(MAXIMUM_BYTES, packed * MAXIMUM_RATIO)):
        raise FileFault(Fault.ARCHIVE_TOO_BIG, details={"name": shown})
    return sorted(texts, key=lambda entry: entry.filename)


def _base_name(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.startswith("__MACOSX") or _base_name(entry).startswith(".")


def _is_about_the_data(entry: zipfile.ZipInfo) -> bool:
    lowered = _base_name(entry).lower()
    return any(word in lowered for word in ("layout", "readme", "read_me", "license", "definition"))
