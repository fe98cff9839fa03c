"""QR codes for paper, as vectors."""

from __future__ import annotations

import segno


def qr_data_uri(text: str) -> str:
    """The text as a QR code: an SVG data URI, error correction M (15 %), a quiet zone of four modules.

    Four modules of white are what ISO/IEC 18004 asks for; readers fail without them on shaded paper.
    """
    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=4, omitsize=True))
