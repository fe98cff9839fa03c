"""Compile .po files to the .mo files Django reads, without gettext installed.

Usage: [--check] FILE.po ...; with --check, exit 1 where a translation's placeholders differ from the original's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_file(source: Path) -> int:
    """Write the .mo beside the .po, leaving out fuzzy entries; how many entries have wrong placeholders."""
    with source.open("rb") as lines:
        catalog = read_po(lines)
    wrong = 0
    for message, errors in catalog.check():
        for error in errors:
            print(f"{source}:{message.lineno}: {error}", file=sys.stderr)
            wrong += 1
    made = source.with_suffix(".mo.new")
    with made.open("wb") as compiled:
        write_mo(compiled, catalog)
    made.rename(source.with_suffix(".mo"))
    return wrong


if __name__ == "__main__":
    files = [Path(argument) for argument in sys.argv[1:] if argument != "--check"]
    faults = sum([compile_file(file) for file in files])
    sys.exit(1 if faults and "--check" in sys.argv else 0)
