"""The words for what is wrong with a file or a row: what happened, where, what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.words import Saying, say
from precincts.enums import ImportDoubt
from precincts.voterfile.faults import Fault, FileFault


class FileRefused(DomainError):
    """A file was not taken in; the database is as it was before."""


class NeedsConfirmation(DomainError):
    """The file is likely to be the wrong one, so nothing was changed; somebody may confirm that it is right."""

    doubt: ImportDoubt


class OtherState(NeedsConfirmation):
    """Most rows of the file name another state than the chapter's."""

    doubt = ImportDoubt.OTHER_STATE


class OlderFile(NeedsConfirmation):
    """A newer file of the same source was imported before."""

    doubt = ImportDoubt.OLDER_FILE


class ManyGone(NeedsConfirmation):
    """So many people are missing from the file that it may have been cut short."""

    doubt = ImportDoubt.MANY_GONE


class FarAway(NeedsConfirmation):
    """Most points or boundaries lie outside the chapter's state."""

    doubt = ImportDoubt.FAR_AWAY


class UnknownLabels(NeedsConfirmation):
    """Labels of the file name elections nobody knows; `labels` has the number of votes under each."""

    doubt = ImportDoubt.UNKNOWN_LABELS

    def __init__(self, message: Saying, *, labels: dict[str, int], hint: Saying = "") -> None:
        super().__init__(message, hint=hint)
        self.labels = labels


class MostVoted(NeedsConfirmation):
    """The list names nearly everybody, as a voter file does."""

    doubt = ImportDoubt.MOST_VOTED


class ReadAnew(DomainError):
    """Since the job was asked for, somebody has said anew how its file is read, or has tried it again."""


class ImpossibleDay(DomainError):
    """The file cannot have been obtained on the day that is said of it."""


class ChapterMoved(DomainError):
    """The chapter's state was changed after its voters were imported."""


_FAULTS: dict[Fault, tuple[Any, Any]] = {
    Fault.EMPTY: (gettext_lazy("The file is empty."), gettext_lazy("Download it again.")),
    Fault.NOT_TEXT: (
        gettext_lazy("%(name)s is a %(kind)s file, not a text file."),
        gettext_lazy("Save it as CSV or tab-separated text, or upload the file the state gives."),
    ),
    Fault.UTF16: (
        gettext_lazy("The file is saved as UTF-16 (“Unicode text”)."),
        gettext_lazy("Save it as UTF-8 or as plain text and upload it again."),
    ),
    Fault.NUL_BYTES: (
        gettext_lazy("Line %(line)s holds NUL bytes: the file is damaged, or it is not a text file."),
        gettext_lazy("Download it again. If the line is damaged at the source too, delete it."),
    ),
    Fault.LINE_TOO_LONG: (
        gettext_lazy("Line %(line)s is longer than a megabyte."),
        gettext_lazy("This is not a table of voters, or its line ends were lost. Download it again."),
    ),
    Fault.FIELD_TOO_LONG: (
        gettext_lazy("Line %(line)s holds a field of more than 128 KiB."),
        gettext_lazy("Look for a quotation mark that is opened and never closed near that line."),
    ),
    Fault.OPEN_QUOTE: (
        gettext_lazy("A quotation mark opened on line %(line)s is never closed."),
        gettext_lazy("Close or delete it and upload the file again."),
    ),
    Fault.ARCHIVE_DAMAGED: (
        gettext_lazy("The archive %(name)s is damaged or not complete."),
        gettext_lazy("Download it again."),
    ),
    Fault.ARCHIVE_LOCKED: (
        gettext_lazy("The archive %(name)s asks for a password."),
        gettext_lazy("Unpack it yourself and upload the text file."),
    ),
    Fault.ARCHIVE_TOO_BIG: (
        gettext_lazy("The archive %(name)s unpacks to far more than a voter file can hold."),
        gettext_lazy("If it really is a voter file, unpack it yourself and upload the text file."),
    ),
    Fault.ARCHIVE_NESTED: (
        gettext_lazy("The archive %(name)s holds only other archives."),
        gettext_lazy("Unpack it once and upload what is inside."),
    ),
    Fault.ARCHIVE_EMPTY: (
        gettext_lazy("The archive %(name)s holds no text file."),
        gettext_lazy("Voter files end in .txt, .csv or .tsv."),
    ),
    Fault.FILES_DIFFER: (
        gettext_lazy("The files in the archive have different columns: %(first)s and %(other)s."),
        gettext_lazy("Upload them one by one."),
    ),
    Fault.ONE_COLUMN: (
        gettext_lazy("Line %(line)s has one column only: “%(start)s”."),
        gettext_lazy("Columns must be separated by tabs, commas, semicolons or vertical bars."),
    ),
    Fault.LAYOUT_UNKNOWN: (
        gettext_lazy("Nobody has taught this system the columns on line %(line)s: %(columns)s …"),
        gettext_lazy("Say which column is which on the mapping page, or in a mapping file."),
    ),
    Fault.COLUMNS_MISSING: (
        gettext_lazy("The header on line %(line)s lacks columns: %(columns)s."),
        gettext_lazy("Download the file again, or say which columns to use on the mapping page."),
    ),
    Fault.WRONG_KIND: (
        gettext_lazy("This is another kind of file: %(found)s instead of %(wanted)s."),
        gettext_lazy("Choose the kind of file that it is."),
    ),
    Fault.HEADER_DAMAGED: (
        gettext_lazy("The header on line %(line)s runs into the first row: “%(start)s”."),
        gettext_lazy(
            "Open the file in a text editor, end the header's line where its last name ends, and save."
        ),
    ),
    Fault.TOO_MANY_REJECTS: (
        gettext_lazy("%(rejected)s of %(rows)s rows cannot be read. The first: line %(line)s, %(reason)s."),
        gettext_lazy("Check that the columns and the separator are the right ones for this file."),
    ),
    Fault.BAD_MAPPING: (
        gettext_lazy("The mapping is not complete: %(what)s."),
        gettext_lazy(
            "It needs the voter's number, last name, precinct, and an address line or number and street."
        ),
    ),
    Fault.SWAPPED: (
        gettext_lazy(
            "Longitude and latitude are swapped: %(where)s gives %(lon)s as longitude and %(lat)s as latitude."
        ),
        gettext_lazy(
            "In a table, exchange the names of the two columns in the header; in GeoJSON, longitude comes first."
            " Then upload the file again."
        ),
    ),
    Fault.NOT_DEGREES: (
        gettext_lazy("The coordinates are not degrees: %(where)s gives %(lon)s and %(lat)s."),
        gettext_lazy("Export the file in WGS 84 (EPSG:4326), as longitude and latitude."),
    ),
    Fault.TOO_MANY_COLUMNS: (
        gettext_lazy("Line %(line)s has %(columns)s columns; no voter file has more than 1,000."),
        gettext_lazy("The line ends may have been lost. Download the file again."),
    ),
    Fault.BLANK_LINES: (
        gettext_lazy("From line %(line)s on, 100,000 lines in a row are blank."),
        gettext_lazy("The file is damaged, or was padded. Delete the blank lines or download it again."),
    ),
    Fault.NOT_GEOJSON: (
        gettext_lazy("This is not a GeoJSON collection of features: %(what)s."),
        gettext_lazy("Export the precincts as GeoJSON in WGS 84 (EPSG:4326)."),
    ),
    Fault.CROSSED: (
        gettext_lazy("The boundary of feature %(feature)s crosses itself, or has a hole outside it."),
        gettext_lazy("Mend it in the program that drew it (“fix geometries”), and export the file again."),
    ),
    Fault.CODES_SHARED: (
        gettext_lazy("The precinct codes in “%(key)s” are used in several counties of this chapter."),
        gettext_lazy("Choose the property that holds the county, too (in a command: --county-key)."),
    ),
    Fault.NO_SUCH_KEY: (
        gettext_lazy("No feature has a property “%(key)s”. There are: %(keys)s."),
        gettext_lazy("Choose the property that holds the precinct's code."),
    ),
    Fault.NO_ID_COLUMN: (
        gettext_lazy("No column on line %(line)s is known to hold the voters' numbers (%(columns)s …)."),
        gettext_lazy("Say on the mapping page which column it is."),
    ),
    Fault.NO_POLYGONS: (
        gettext_lazy(
            "No property “%(key)s” names a precinct of this chapter. The file has %(codes)s, the chapter %(own)s."
        ),
        gettext_lazy("Choose another property, or import the voter file first."),
    ),
}

_KINDS = {
    "voters": gettext_lazy("voter file"),
    "history": gettext_lazy("vote history"),
    "addresses": gettext_lazy("address points"),
    "returned": gettext_lazy("ballots returned so far"),
}


def refusal(fault: FileFault) -> FileRefused:
    """The error to show for a fault; its class is named for the condition."""
    message, hint = _FAULTS[fault.fault]

    def words() -> str:
        details = {"name": "", "columns": ""} | fault.details
        details |= {
            key: _KINDS.get(str(details[key]), details[key]) for key in ("found", "wanted") if key in details
        }
        shown = {
            key: f"{value:,}" if isinstance(value, int) else say(value) for key, value in details.items()
        }
        line = str(fault.line or 1)
        where = (
            _("feature %(feature)s") % shown if "feature" in shown else _("line %(line)s") % {"line": line}
        )
        return str(message) % {**shown, "line": line, "where": where}

    named: type[FileRefused] = type(
        "".join(part.title() for part in fault.fault.split("_")), (FileRefused,), {}
    )
    return named(words, hint=hint)
