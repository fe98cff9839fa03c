"""Lines to rows of cells: delimiter and quoting are found, every row keeps the line it began on."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from precincts.voterfile.faults import Fault, FileFault
from precincts.voterfile.lines import LineReader
from precincts.voterfile.sources import ByteStream

DELIMITERS = ("\t", ",", "|", ";")
_SAMPLE_LINES = 50
_MAXIMUM_ROW_LINES = 20
_MAXIMUM_COLUMNS = 1000
_MAXIMUM_BLANK_LINES = 100_000

Row = tuple[int, int, list[str]]
"""The line a row began on, how many cells it has, and its cells."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file separates its cells: `quoting` is "all", "some" or "none"."""

    delimiter: str
    quoting: str

    @property
    def between(self) -> str:
        """What stands between two plain cells of a row."""
        return f'"{self.delimiter}"' if self.quoting == "all" else self.delimiter


def find_dialect(lines: list[str], *, may_be_narrow: bool = False) -> Dialect:
    """The delimiter that gives the sample's lines the same, largest number of cells.

    Args:
        may_be_narrow: a file of one column is read as one.

    Raises:
        FileFault: no delimiter gives more than one cell.
    """
    best: tuple[int, int, Dialect] | None = None
    sample = [line for line in lines if line.strip()]
    for delimiter in DELIMITERS:
        dialect = Dialect(delimiter, _find_quoting(sample, delimiter))
        widths = Counter(width for _, width, _ in _rows(iter(sample), dialect))
        width, times = widths.most_common(1)[0] if widths else (0, 0)
        if width > 1 and (best is None or (times * width) > best[0]):
            best = (times * width, width, dialect)
    if best is None and may_be_narrow:
        return Dialect(",", "some")
    if best is None:
        start = sample[0][:80] if sample else ""
        raise FileFault(Fault.ONE_COLUMN, line=1, details={"start": start})
    return best[2]


def _find_quoting(sample: list[str], delimiter: str) -> str:
    quoted = sum(line.startswith('"') and line.endswith('"') and f'"{delimiter}"' in line for line in sample)
    if quoted * 2 > len(sample):
        return "all"
    if delimiter in (",", ";"):
        return "some"
    opens = sum(line.startswith('"') or f'{delimiter}"' in line for line in sample)
    return "some" if opens * 2 > len(sample) else "none"


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file that follow one another.

    Attributes:
        rows: each row's first line and its text.
        cells: the cells of all rows one after another, with one more between two rows, where every row is one
            line and has as many cells as the file's first; None where that is not so.
    """

    rows: list[tuple[int, str]]
    cells: list[str] | None


class Table:
    """A file's rows of cells, from its first line on.

    Attributes:
        first: the first row that is not blank, cells stripped (the header, where the file has one).
        sample: up to fifty of the first rows, `first` among them.
    """

    def __init__(self, stream: ByteStream, *, name: str = "", may_be_narrow: bool = False) -> None:
        self.name = name
        self._reader = LineReader(stream)
        self._blocks = self._reader.blocks()
        self._head: list[str] = []
        for lines in self._blocks:
            self._head.extend(lines)
            if len(self._head) >= _SAMPLE_LINES:
                break
        if not any(line.strip() for line in self._head):
            raise FileFault(Fault.EMPTY, details={"name": name})
        self.dialect = find_dialect(self._head[:_SAMPLE_LINES], may_be_narrow=may_be_narrow)
        self.sample: list[Row] = list(_rows(iter(self._head[:_SAMPLE_LINES]), self.dialect))
        self.first_line, _, first = self.sample[0]
        self.first = [cell.strip() for cell in first]
        if len(self.first) > _MAXIMUM_COLUMNS:
            raise FileFault(
                Fault.TOO_MANY_COLUMNS, line=self.first_line, details={"columns": len(self.first)}
            )

    @property
    def bytes_read(self) -> int:
        return self._reader.bytes_read

    @property
    def lines_read(self) -> int:
        return self._reader.lines_read

    @property
    def encoding(self) -> str:
        return " + ".join(sorted(self._reader.encodings)) or "ascii"

    def rows(self, *, skip_first: bool) -> Iterator[Row]:
        """Each row with the line it began on. May be called once, and not beside `texts`.

        Raises:
            FileFault: a quote that never closes, a cell of more than 128 KiB, and what `lines` refuses.
        """
        cells_of = self.cell_reader()
        for line, text in self.texts(skip_first=skip_first):
            width, cells = cells_of(text, line)
            yield line, width, cells

    def texts(self, *, skip_first: bool) -> Iterator[tuple[int, str]]:
        """Each row's first line and its text as it stands in the file, blank rows left out.

        Raises:
            FileFault: a quote that never closes, and what `lines` refuses.
        """
        texts = _texts(self._lines(), self.dialect)
        if skip_first:
            next(texts, None)
        return texts

    def blocks(self, *, skip_first: bool) -> Iterator[Block]:
        """The rows a block at a time, blank rows left out. May be called once, instead of `rows` or `texts`.

        Raises:
            FileFault: a quote that never closes, and what `lines` refuses.
        """
        feed, blanks = _Feed(chain([self._head], self._blocks)), _Blanks()
        self._head = []
        if skip_first:
            next(_texts(feed, self.dialect, blanks=blanks), None)
        while lines := feed.take():
            cells = _even_cells(lines, self.dialect, len(self.first))
            if cells is not None:
                first = feed.number - len(lines) + 1
                yield Block(list(enumerate(lines, first)), cells)
                continue
            feed.give_back()
            rows: list[tuple[int, str]] = []
            texts = _texts(feed, self.dialect, start=feed.number, blanks=blanks)
            while not feed.is_between_blocks and (row := next(texts, None)):
                rows.append(row)
            yield Block(rows, None)

    def cell_reader(self) -> Callable[[str, int], tuple[int, list[str]]]:
        """What parts a row's text (and the line it began on, for errors) into its width and cells."""
        return _cell_reader(self.dialect)

    def _lines(self) -> Iterator[str]:
        yield from self._head
        self._head = []
        for lines in self._blocks:
            yield from lines


class _Feed:
    """Lines one at a time, or what is left of a block at once; `number` counts those given out."""

    def __init__(self, blocks: Iterator[list[str]]) -> None:
        self._blocks = blocks
        self._lines: list[str] = []
        self._at = self._taken = 0
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self._has_more():
            raise StopIteration
        self._at += 1
        self.number += 1
        return self._lines[self._at - 1]

    @property
    def is_between_blocks(self) -> bool:
        return self._at == len(self._lines)

    def _has_more(self) -> bool:
        """Whether lines follow; begins the next block where one has ended."""
        while self.is_between_blocks:
            block = next(self._blocks, None)
            if block is None:
                return False
            self._lines, self._at = block, 0
        return True

    def take(self) -> list[str]:
        """What is left of the block, or the next block; empty at the end."""
        if not self._has_more():
            return []
        lines = self._lines[self._at :]
        self._taken = len(lines)
        self._at += self._taken
        self.number += self._taken
        return lines

    def give_back(self) -> None:
        """Let the lines last taken come again."""
        self._at -= self._taken
        self.number -= self._taken


def _even_cells(lines: list[str], dialect: Dialect, width: int) -> list[str] | None:
    """The cells of all lines, with a mark between two, where each line is a row of `width` cells; else None."""
    between = dialect.between
    if dialect.quoting == "all":
        text = f'{dialect.delimiter}"\0"{dialect.delimiter}'.join(lines)
        cells = text[1:-1].split(between)
        if text[:1] != '"' or text[-1:] != '"' or text.count('"') != 2 * len(cells):
            return None
    else:
        text = f"{between}\0{between}".join(lines)
        if dialect.quoting == "some" and '"' in text:
            return None
        cells = text.split(between)
    marks = len(lines) - 1
    if len(cells) != len(lines) * width + marks or cells[width :: width + 1].count("\0") != marks:
        return None
    return cells


class _Blanks:
    """Blank lines in a row, counted without a look at the lines between."""

    def __init__(self) -> None:
        self._first = self._last = 0

    def count(self, line: int) -> None:
        if line != self._last + 1:
            self._first = line
        self._last = line
        if line - self._first >= _MAXIMUM_BLANK_LINES:
            raise FileFault(Fault.BLANK_LINES, line=self._first)


def _rows(lines: Iterator[str], dialect: Dialect) -> Iterator[Row]:
    """The rows of a sample."""
    cells_of = _cell_reader(dialect)
    for line, text in _texts(lines, dialect, is_sample=True):
        width, cells = cells_of(text, line)
        yield line, width, cells


def _texts(
    lines: Iterator[str],
    dialect: Dialect,
    *,
    is_sample: bool = False,
    start: int = 0,
    blanks: _Blanks | None = None,
) -> Iterator[tuple[int, str]]:
    quotes = dialect.quoting != "none"
    blanks = blanks or _Blanks()
    number = start
    for line in lines:
        number += 1
        if not (quotes and line.count('"') % 2):
            if line and (len(line) > 2 or line.strip("\x1a \t\r")):
                yield number, line
            else:
                blanks.count(number)
            continue
        began, whole = number, [line]
        while sum(part.count('"') for part in whole) % 2:
            following = next(lines, None)
            if following is None and is_sample:
                return
            if following is None or len(whole) == _MAXIMUM_ROW_LINES:
                raise FileFault(Fault.OPEN_QUOTE, line=began)
            number += 1
            whole.append(following)
        yield began, "\n".join(whole)


def _cell_reader(dialect: Dialect) -> Callable[[str, int], tuple[int, list[str]]]:
    quoting, between = dialect.quoting, dialect.between

    def read(text: str, line: int) -> tuple[int, list[str]]:
        if quoting == "all":
            cells = text[1:-1].split(between)
            if text.count('"') == 2 * len(cells) and text[0] == '"' == text[-1] and len(text) > 1:
                return len(cells), cells
        elif quoting == "none" or '"' not in text:
            cells = text.split(between)
            return len(cells), cells
        cells = _quoted_cells(text, dialect.delimiter, line)
        return len(cells), cells

    return read


def _quoted_cells(text: str, delimiter: str, line: int) -> list[str]:
    lines = text.replace("\r", " ").split("\n")  # the reader takes a lone CR for a line end outside quotes
    try:
        return next(csv.reader([*(f"{part}\n" for part in lines[:-1]), lines[-1]], delimiter=delimiter))
    except csv.Error as error:
        raise FileFault(Fault.FIELD_TOO_LONG, line=line) from error
