"""Bytes to lines of text, without ever holding more than a block of them.

Encoding: a byte-order mark is believed; otherwise a line that is valid UTF-8 is UTF-8, and one that is not is
Windows-1252 (which contains what state files call latin-1). So a file that mixes both still reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from precincts.voterfile.faults import Fault, FileFault
from precincts.voterfile.sources import ByteStream

BLOCK_BYTES = 64 * 1024
MAXIMUM_LINE_BYTES = 1024 * 1024

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NOT_CONTINUATIONS = bytes(range(0x80)) + bytes(range(0xC0, 0x100))


class LineReader:
    """Iterates over the lines of a stream, without their line ends.

    Attributes:
        bytes_read: how much of the stream has been taken, for progress.
        lines_read: lines given out so far.
        encodings: what was met: "utf-8" and "windows-1252" ("ascii" when neither was needed).
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self.bytes_read = 0
        self.lines_read = 0
        self.encodings: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        for lines in self.blocks():
            yield from lines

    def blocks(self) -> Iterator[list[str]]:
        """The lines, a block of bytes at a time.

        Raises:
            FileFault: NUL bytes, UTF-16, or a line that does not end.
        """
        tail = b""
        line_end = b"\n"
        first = True
        while block := self._stream.read(BLOCK_BYTES):
            self.bytes_read += len(block)
            if first:
                block = self._without_mark(block)
                line_end = b"\n" if b"\n" in block or b"\r" not in block else b"\r"
                first = False
            if b"\0" in block:
                before = (tail + block[: block.index(b"\0")]).count(line_end)
                raise FileFault(Fault.NUL_BYTES, line=self.lines_read + before + 1)
            block = tail + block
            cut = block.rfind(line_end) + 1
            tail = block[cut:]
            if cut:
                lines = self._decoded(block[: cut - 1], line_end)
                self.lines_read += len(lines)
                yield lines
            if len(tail) > MAXIMUM_LINE_BYTES:
                raise FileFault(Fault.LINE_TOO_LONG, line=self.lines_read + 1)
        if tail:
            lines = self._decoded(tail, line_end)
            self.lines_read += len(lines)
            yield lines

    def _without_mark(self, block: bytes) -> bytes:
        if block.startswith(_UTF16_MARKS):
            raise FileFault(Fault.UTF16, line=1)
        if block.startswith(_UTF8_MARK):
            self.encodings.add("utf-8")
            return block[len(_UTF8_MARK) :]
        return block

    def _decoded(self, block: bytes, line_end: bytes) -> list[str]:
        if block.isascii():
            text = block.decode("ascii")
        elif not block.translate(None, _NOT_CONTINUATIONS):
            # No byte of UTF-8 but a first one: Windows-1252 without its own signs, which is latin-1.
            self.encodings.add("windows-1252")
            text = block.decode("latin-1")
        else:
            text = self._decoded_mixture(block, line_end)
        if line_end == b"\r":
            return text.split("\r")
        lines = text.removesuffix("\r").split("\r\n")
        if len(lines) != text.count("\n") + 1:
            lines = text.replace("\r\n", "\n").removesuffix("\r").split("\n")
        return lines

    def _decoded_mixture(self, block: bytes, line_end: bytes) -> str:
        try:
            text = block.decode("utf-8")
        except UnicodeDecodeError:
            return line_end.decode().join(self._decoded_line(line) for line in block.split(line_end))
        self.encodings.add("utf-8")
        return text

    def _decoded_line(self, line: bytes) -> str:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            return self._decoded_windows(line)
        if not line.isascii():
            self.encodings.add("utf-8")
        return text

    def _decoded_windows(self, part: bytes) -> str:
        self.encodings.add("windows-1252")
        try:
            return part.decode("cp1252")
        except UnicodeDecodeError:
            return part.decode("latin-1")
