"""What can be wrong with a whole file or with one row, by name. The words for it are chosen at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """A file that cannot be taken in at all."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    UTF16 = "utf16"
    NUL_BYTES = "nul_bytes"
    LINE_TOO_LONG = "line_too_long"
    FIELD_TOO_LONG = "field_too_long"
    OPEN_QUOTE = "open_quote"
    ARCHIVE_DAMAGED = "archive_damaged"
    ARCHIVE_LOCKED = "archive_locked"
    ARCHIVE_TOO_BIG = "archive_too_big"
    ARCHIVE_NESTED = "archive_nested"
    ARCHIVE_EMPTY = "archive_empty"
    FILES_DIFFER = "files_differ"
    ONE_COLUMN = "one_column"
    TOO_MANY_COLUMNS = "too_many_columns"
    BLANK_LINES = "blank_lines"
    LAYOUT_UNKNOWN = "layout_unknown"
    COLUMNS_MISSING = "columns_missing"
    WRONG_KIND = "wrong_kind"
    HEADER_DAMAGED = "header_damaged"
    TOO_MANY_REJECTS = "too_many_rejects"
    BAD_MAPPING = "bad_mapping"
    SWAPPED = "swapped"
    CROSSED = "crossed"
    CODES_SHARED = "codes_shared"
    NOT_DEGREES = "not_degrees"
    NOT_GEOJSON = "not_geojson"
    NO_SUCH_KEY = "no_such_key"
    NO_ID_COLUMN = "no_id_column"
    NO_POLYGONS = "no_polygons"


class Reason(StrEnum):
    """Why one row was left out, or taken in with a doubt."""

    SHORT_ROW = "short_row"
    LONG_ROW = "long_row"
    NO_ID = "no_id"
    DUPLICATE_ID = "duplicate_id"
    NO_LAST_NAME = "no_last_name"
    NO_ADDRESS = "no_address"
    BAD_REGISTRATION_DATE = "bad_registration_date"
    BAD_BIRTH_DATE = "bad_birth_date"
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_CONFIDENTIAL = "unknown_confidential"
    VALUE_TOO_LONG = "value_too_long"
    UNKNOWN_VOTER = "unknown_voter"
    UNKNOWN_ELECTION = "unknown_election"
    NO_COORDINATES = "no_coordinates"
    OUTSIDE = "outside"
    SCATTERED = "scattered"
    OTHER_DAY = "other_day"
    BAD_RETURN_DATE = "bad_return_date"
    UNKNOWN_RETURN = "unknown_return"
    OUTSIDE_STATE = "outside_state"
    CODE_SHARED = "code_shared"
    NO_PRECINCT = "no_precinct"
    SEVERAL_AREAS = "several_areas"
    EDGE_MENDED = "edge_mended"


@dataclass
class FileFault(Exception):
    """The file is refused. `line` counts from 1; `details` fills the words."""

    fault: Fault
    line: int | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        where = f" at line {self.line}" if self.line else ""
        return f"{self.fault}{where} {self.details}"


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was left out (or, `is_warning`, taken in with a doubt): where, why, and how it began."""

    line: int
    reason: Reason
    detail: str = ""
    text: str = ""
    is_warning: bool = False
